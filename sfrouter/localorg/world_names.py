"""Finds the objects and fields that a world file names, and notes a fault, with the nearest name, for others."""

from __future__ import annotations

from sfrouter.localorg.schema import ObjectType, Schema
from sfrouter.localorg.world_problems import Faults, Path, did_you_mean


def object_called(faults: Faults, schema: Schema, path: Path, name: str) -> ObjectType | None:
    """An object by its name in any case; None after noting a problem."""
    kind = schema.object(name)
    if kind is None:
        mend = did_you_mean(name, [one.name for one in schema])
        faults.add(path, f"no object is called {name!r}", mend)
    return kind


def field_called(faults: Faults, schema: Schema, path: Path, name: str) -> tuple[str, str] | None:
    """The object and field of a name like Lead.Phone, as describe writes them; None after noting a problem."""
    object_name, _, field_name = name.partition(".")
    kind = object_called(faults, schema, path, object_name)
    if kind is None:
        return None
    field = kind.field(field_name)
    if field is None:
        mend = did_you_mean(field_name, [one.name for one in kind.fields.values()])
        faults.add(path, f"{kind.name} has no field {field_name!r}", mend)
        return None
    return kind.name, field.name
