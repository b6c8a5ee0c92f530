"""Reads the compact description of the standard objects that ships beside this file.

One text file an object. The first line that is no comment describes the object, `child` lines the
records that point at it, every other line a field, its columns apart by `|`:

    object Lead | Lead | Leads | 00Q | 00Q | cudqrspnmtlfv
    child  Task.WhoId Tasks cascade
    LastName | string 80 | cufsgp | Last Name | in Name

The columns of an object: name, label, plural, prefix in describe (or -), prefix of its ids, abilities.
The columns of a field: name, type with its length (or precision,scale), flags, label (or - when it is the
name in separate words), and details apart by `;`: `in X` (part of a compound field), `to A, B as R`
(reference and relationship name), `as R` (that name on
a field that is no reference), `default v`, `values A, *B, C=Label` (star: default) or
`values @time_zones`. A dash stands for no flags, and for the label in front of fields without one.
A line `many Prefix type flags A B C` stands for the fields PrefixA, PrefixB, PrefixC.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Any
from zoneinfo import available_timezones

from sfrouter.localorg.schema_field import FLAGS, Field, PicklistValue
from sfrouter.localorg.schema_object import ABILITIES, ChildRelationship, ObjectType


class SchemaFileError(ValueError):
    """A line of a schema file that cannot be read: says which file, which line, and what is wrong."""

    def __init__(self, file: str, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}")


def read_standard() -> list[ObjectType]:
    """Every standard object that ships with the org. Raises SchemaFileError."""
    folder = resources.files("sfrouter.localorg").joinpath("schema_data")
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".txt")), key=lambda one: one.name)
    return [read_object(one.name, one.read_text(encoding="utf-8")) for one in files]


def read_object(file: str, text: str) -> ObjectType:
    """One object out of the text of its file. Raises SchemaFileError."""
    head: dict[str, Any] | None = None
    children: list[ChildRelationship] = []
    fields: dict[str, Field] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("object "):
                head = _object_line(line.removeprefix("object "))
            elif line.startswith("child "):
                children.append(_child_line(line.removeprefix("child ")))
            else:
                found = _many_line(line) if line.startswith("many ") else [_field_line(line)]
                fields |= {field.name.lower(): field for field in found}
        except (ValueError, KeyError) as error:
            raise SchemaFileError(file, number, f"cannot be read ({error})") from error
    if head is None:
        raise SchemaFileError(file, 1, "no line starts with 'object'")
    return ObjectType(fields=fields, child_relationships=tuple(children), **head)


def _object_line(text: str) -> dict[str, Any]:
    name, label, plural, prefix, id_prefix, abilities = (part.strip() for part in text.split("|"))
    head: dict[str, Any] = {"name": name, "label": label, "label_plural": plural, "id_prefix": id_prefix}
    head["key_prefix"] = None if prefix == "-" else prefix
    head |= {ability: letter in abilities for letter, ability in ABILITIES.items()}
    return head


def _child_line(text: str) -> ChildRelationship:
    target, relationship, *rest = text.split()
    child_object, field = target.split(".")
    return ChildRelationship(child_object, field, relationship, "cascade" in rest)


def _field_line(line: str) -> Field:
    columns = [part.strip() for part in line.split("|", 4)]
    name, kind, flags, label = columns[:4]
    facts: dict[str, Any] = {"name": name, "label": spaced(name) if label == "-" else label}
    facts |= _kind(kind)
    facts |= {prop: letter in flags for letter, prop in FLAGS.items()}
    if facts["type"] == "boolean" and not facts["nillable"]:
        facts["default_value"] = False
    for detail in columns[4].split(";") if len(columns) == 5 else ():
        facts |= _detail(*detail.strip().split(" ", 1), kind=facts["type"])
    return Field(**facts)


def _many_line(line: str) -> list[Field]:
    _, prefix, kind, flags, *names = line.split()
    return [_field_line(f"{prefix}{name} | {kind} | {flags} | {spaced(name)}") for name in names]


def _kind(text: str) -> dict[str, Any]:
    name, _, size = text.partition(" ")
    facts: dict[str, Any] = {"type": name}
    if name in {"id", "reference"}:
        facts["length"] = 18
    elif name == "int":
        facts["digits"] = int(size or 8)
    elif "," in size:
        precision, scale = size.split(",")
        facts |= {"precision": int(precision), "scale": int(scale)}
    elif size:
        facts["length"] = int(size)
    return facts


def _detail(word: str, value: str, *, kind: str) -> dict[str, Any]:
    if word == "in":
        return {"compound_field_name": value}
    if word == "to":
        targets, _, relationship = value.partition(" as ")
        references = tuple(one.strip() for one in targets.split(","))
        return {"reference_to": references, "relationship_name": relationship.strip() or None}
    if word == "as":
        return {"relationship_name": value}
    if word == "default":
        return {"default_value": value == "true" if kind == "boolean" else value}
    if value == "@time_zones":
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
        return {"picklist_values": tuple(PicklistValue(zone, zone) for zone in zones)}
    if word == "values":
        choices = tuple(_choice(one.strip()) for one in value.split(","))
        chosen = next((one.value for one in choices if one.default), None)
        return {"picklist_values": choices} | ({"default_value": chosen} if chosen is not None else {})
    raise ValueError(f"no detail is called {word!r}")


def _choice(text: str) -> PicklistValue:
    value, _, label = text.removeprefix("*").partition("=")
    return PicklistValue(value, label or value, default=text.startswith("*"))


def spaced(name: str) -> str:
    """A field's name in separate words: IsWonByPartner -> Is Won By Partner."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
