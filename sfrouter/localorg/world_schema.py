"""Builds the objects and fields of a world's org: standard ones, features, custom ones, picklists."""

from __future__ import annotations

from dataclasses import replace

from sfrouter.localorg import person_accounts
from sfrouter.localorg.currency import set_currencies
from sfrouter.localorg.schema import PicklistValue, Schema
from sfrouter.localorg.world import World
from sfrouter.localorg.world_names import field_called
from sfrouter.localorg.world_problems import Faults, Path, did_you_mean

PERSON_ACCOUNTS = "person_accounts"


def world_schema(faults: Faults, world: World) -> Schema:
    """The objects and fields of the world's org; faults are noted."""
    on = set(world.features)
    schema = Schema.standard(on - {PERSON_ACCOUNTS})
    if PERSON_ACCOUNTS in on:
        person_accounts.add_to(schema)
    if world.currencies:
        codes = [one.iso for one in world.currencies]
        set_currencies(schema, world.organization.currency, codes)
    for one in world.custom_objects:
        try:
            schema.add_custom_object(one.name, one.label, one.label_plural)
        except ValueError as problem:
            faults.add((*one.path, "name"), str(problem), "Choose another name")
    known = [kind.name for kind in schema]
    for field in world.custom_fields:
        kind = schema.object(field.object_name)
        if kind is None:
            faults.add(
                field.path[:-1],
                f"no object is called {field.object_name!r}",
                did_you_mean(field.object_name, known),
            )
        elif kind.field(field.field.name) is not None:
            faults.add((*field.path, "name"), f"{field.field.name} stands twice", "Remove one of them")
        else:
            try:
                schema.add_custom_field(kind.name, field.field, child_relationship=field.child_relationship)
            except ValueError as problem:
                faults.add((*field.path, "refers_to"), str(problem), "Name an object of this org")
    for name, values in world.picklists.items():
        _change_picklist(faults, schema, name, values)
    return schema


def _change_picklist(faults: Faults, schema: Schema, name: str, values: tuple[str, ...]) -> None:
    """Give a picklist field other values; the first becomes the default where the old list had one."""
    path: Path = ("picklists", name)
    found = field_called(faults, schema, path, name)
    if found is None:
        return
    object_name, field_name = found
    kind = schema.object(object_name)
    field = kind.field(field_name) if kind is not None else None
    if kind is None or field is None or field.type not in {"picklist", "multipicklist"}:
        faults.add(path, f"{name} is not a picklist", "Name a picklist as Object.Field")
        return
    had_default = any(one.default for one in field.picklist_values)
    choices = tuple(
        PicklistValue(value, value, default=had_default and place == 0) for place, value in enumerate(values)
    )
    schema.add_custom_field(kind.name, replace(field, picklist_values=choices))
