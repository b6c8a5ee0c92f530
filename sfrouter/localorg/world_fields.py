"""Reads the custom objects and custom fields of a world file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.schema import Field, custom_field
from sfrouter.localorg.world_problems import Faults, Path

FIELD_TYPES: dict[str, str] = {
    "Text": "string",
    "TextArea": "textarea",
    "LongTextArea": "textarea",
    "Number": "double",
    "Currency": "currency",
    "Percent": "percent",
    "Checkbox": "boolean",
    "Picklist": "picklist",
    "MultiselectPicklist": "multipicklist",
    "Date": "date",
    "DateTime": "datetime",
    "Lookup": "reference",
    "Email": "email",
    "Phone": "phone",
    "Url": "url",
}
"""The kinds of custom field a world may add, as Salesforce's Setup calls them, with the type describe tells."""

_KEYS = (
    "name",
    "type",
    "label",
    "length",
    "precision",
    "scale",
    "values",
    "restricted",
    "refers_to",
    "relationship",
    "child_relationship",
    "required",
    "unique",
    "external_id",
    "case_sensitive",
    "default",
)
_LONG_TEXT_LENGTH = 32_768


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomObject:
    """A custom object to add."""

    path: Path
    name: str
    label: str
    label_plural: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A custom field to add to an object."""

    path: Path
    object_name: str
    field: Field
    child_relationship: str | None


def read_custom_objects(faults: Faults, value: Any) -> tuple[CustomObject, ...]:
    """The custom objects, those that are told rightly."""
    found = []
    for number, one in enumerate(faults.entries(value, ("custom_objects",))):
        path: Path = ("custom_objects", number)
        told = faults.mapping(one, path, ("name", "label", "label_plural"), ("name",))
        name = faults.text(told, "name", path)
        if name is None:
            continue
        if not name.endswith("__c"):
            faults.add((*path, "name"), f"the name {name!r} does not end in __c", f"Write {name + '__c'!r}")
            continue
        label = faults.text(told, "label", path) or name[:-3].replace("_", " ")
        plural = faults.text(told, "label_plural", path) or f"{label}s"
        found.append(CustomObject(path=path, name=name, label=label, label_plural=plural))
    return tuple(found)


def read_custom_fields(faults: Faults, value: Any) -> tuple[CustomField, ...]:
    """The custom fields of all objects, those that are told rightly."""
    found = []
    for object_name, listed in faults.mapping(value, ("custom_fields",)).items():
        entries = faults.entries(listed, ("custom_fields", object_name))
        for number, one in enumerate(entries):
            field = _field(faults, object_name, one, ("custom_fields", object_name, number))
            if field is not None:
                found.append(field)
    return tuple(found)


def _field(faults: Faults, object_name: str, value: Any, path: Path) -> CustomField | None:
    told = faults.mapping(value, path, _KEYS, ("name", "type"))
    before = len(faults.found)
    name, kind = faults.text(told, "name", path), told.get("type")
    if name is None or not faults.choice(kind, (*path, "type"), FIELD_TYPES, "field type"):
        return None
    if not name.endswith("__c"):
        faults.add((*path, "name"), f"the name {name!r} does not end in __c", f"Write {name + '__c'!r}")
    _check_type_needs(faults, told, path, str(kind))
    if len(faults.found) > before:
        return None
    child = faults.text(told, "child_relationship", path)
    field = _built(faults, told, path, name, str(kind))
    return CustomField(path=path, object_name=object_name, field=field, child_relationship=child)


def _check_type_needs(faults: Faults, told: Mapping[str, Any], path: Path, kind: str) -> None:
    if kind == "Lookup" and not told.get("refers_to"):
        faults.add(path, "a Lookup does not say what it refers to", "Add 'refers_to' with an object's name")
    if kind in {"Picklist", "MultiselectPicklist"} and not told.get("values"):
        faults.add(path, f"a {kind} has no values", "Add 'values' with a list of texts")
    if "default" in told and kind == "Checkbox" and not isinstance(told["default"], bool):
        faults.add(
            (*path, "default"), "the default of a Checkbox is neither true nor false", "Write true or false"
        )


def _built(faults: Faults, told: Mapping[str, Any], path: Path, name: str, kind: str) -> Field:
    target = faults.text(told, "refers_to", path)
    default = told.get("default")
    return custom_field(
        name,
        FIELD_TYPES[kind],
        label=faults.text(told, "label", path),
        length=faults.count(told, "length", path, _LONG_TEXT_LENGTH if kind == "LongTextArea" else 0),
        precision=faults.count(told, "precision", path, 18),
        scale=faults.count(told, "scale", path, 2 if kind == "Currency" else 0),
        required=faults.flag(told, "required", path, False),
        unique=faults.flag(told, "unique", path, False),
        external_id=faults.flag(told, "external_id", path, False),
        case_sensitive=faults.flag(told, "case_sensitive", path, False),
        values=faults.texts(told, "values", path),
        restricted=faults.flag(told, "restricted", path, False),
        reference_to=(target,) if target else (),
        relationship_name=faults.text(told, "relationship", path),
        default=default if isinstance(default, str | bool) else None,
    )
