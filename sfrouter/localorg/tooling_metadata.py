"""Reads and writes the description of a custom field as Salesforce's Setup interfaces (metadata) tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field, custom_field
from sfrouter.localorg.schema_field import LONG_TEXT
from sfrouter.localorg.world_fields import FIELD_TYPES

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "Text": ("length",),
    "LongTextArea": ("length", "visibleLines"),
    "Number": ("precision", "scale"),
    "Currency": ("precision", "scale"),
    "Percent": ("precision", "scale"),
    "Checkbox": ("defaultValue",),
    "Picklist": ("valueSet",),
    "MultiselectPicklist": ("valueSet", "visibleLines"),
    "Lookup": ("referenceTo",),
}
_ONLY_FOR: Mapping[str, frozenset[str]] = {
    "length": frozenset({"Text", "LongTextArea"}),
    "precision": frozenset({"Number", "Currency", "Percent"}),
    "scale": frozenset({"Number", "Currency", "Percent"}),
    "visibleLines": frozenset({"LongTextArea", "MultiselectPicklist"}),
    "valueSet": frozenset({"Picklist", "MultiselectPicklist"}),
    "referenceTo": frozenset({"Lookup"}),
    "relationshipName": frozenset({"Lookup"}),
    "relationshipLabel": frozenset({"Lookup"}),
    "unique": frozenset({"Text", "Number", "Email"}),
    "externalId": frozenset({"Text", "Number", "Email"}),
    "caseSensitive": frozenset({"Text"}),
}
_FREE = frozenset(
    {"type", "label", "description", "inlineHelpText", "required", "defaultValue", "trackHistory", "trackTrending"}
    | {"trackFeedHistory", "deleteConstraint", "businessStatus", "securityClassification", "complianceGroup"}
)
_LONGEST_TEXT, _LONGEST_LONG_TEXT, _MOST_DIGITS = LONG_TEXT, 131_072, 18
_API_TYPES = {api: name for name, api in FIELD_TYPES.items() if name != "LongTextArea"}


def read_metadata(name: str, told: Any) -> tuple[Field, str | None]:
    """The field that a Metadata value describes, and the name its parent asks for such records by (or None).

    Raises OrgError 400: INVALID_FIELD for an unknown key, FIELD_INTEGRITY_EXCEPTION for what does not fit.
    """
    if not isinstance(told, dict):
        raise OrgError(400, "JSON_PARSER_ERROR", "Metadata is an object")
    values = {key: value for key, value in told.items() if value is not None}
    kind = values.get("type")
    for key in values:
        if key not in _FREE and key not in _ONLY_FOR:
            raise OrgError(400, "INVALID_FIELD", f"No such column '{key}' on sobject of type CustomFieldMetadata")
    if not isinstance(kind, str) or kind not in FIELD_TYPES:
        raise _unfit(f"The local org makes no custom field of type {kind}; it makes {', '.join(FIELD_TYPES)}")
    _check_keys(kind, values)
    child = values.get("relationshipName")
    return _built(name, kind, values), str(child) if child else None


def _check_keys(kind: str, values: Mapping[str, Any]) -> None:
    if not isinstance(values.get("label"), str) or not values["label"].strip():
        raise _unfit("Must specify a non-empty label for the CustomField")
    for key in _NEEDED.get(kind, ()):
        if key not in values:
            raise _unfit(f"Must specify '{key}' for a CustomField of type {kind}")
    for key, kinds in _ONLY_FOR.items():
        # A client may name what does not apply as long as it is false or nothing.
        if values.get(key) not in (None, False, "false", "") and kind not in kinds:
            raise _unfit(f"Can not specify '{key}' for a CustomField of type {kind}")
    if kind in {"Checkbox", "LongTextArea", "MultiselectPicklist"} and _flag(values, "required"):
        raise _unfit(f"Can not specify 'required' for a CustomField of type {kind}")


def _built(name: str, kind: str, values: Mapping[str, Any]) -> Field:
    choices, restricted = _choices(values.get("valueSet"))
    default: Any = next((one for one, is_default in choices if is_default), None)
    if kind == "Checkbox":
        default = _flag(values, "defaultValue")
    longest = _LONGEST_TEXT if kind == "Text" else _LONGEST_LONG_TEXT
    least = LONG_TEXT + 1 if kind == "LongTextArea" else 1
    scale = _count(values, "scale", 0, 0, _MOST_DIGITS)
    target = values.get("referenceTo")
    return custom_field(
        name,
        FIELD_TYPES[kind],
        label=str(values["label"]),
        length=_count(values, "length", 0, least, longest),
        precision=_count(values, "precision", 18, max(1, scale), _MOST_DIGITS),
        scale=scale,
        required=_flag(values, "required"),
        unique=_flag(values, "unique"),
        external_id=_flag(values, "externalId"),
        case_sensitive=_flag(values, "caseSensitive"),
        values=tuple(one for one, _ in choices),
        restricted=restricted,
        reference_to=(str(target),) if target else (),
        default=default,
    )


def _choices(value_set: Any) -> tuple[list[tuple[str, bool]], bool]:
    """The values of a picklist with whether each is the default, and whether other values are refused."""
    if value_set is None:
        return [], False
    definition = value_set.get("valueSetDefinition") if isinstance(value_set, dict) else None
    listed = definition.get("value") if isinstance(definition, dict) else None
    if not isinstance(value_set, dict) or not isinstance(listed, list) or not listed:
        raise _unfit("Must specify a valueSetDefinition with at least one value")
    choices = []
    for one in listed:
        name = (one.get("valueName") or one.get("fullName") or one.get("label")) if isinstance(one, dict) else None
        if not isinstance(name, str):
            raise _unfit("Every picklist value needs a fullName")
        choices.append((name, _flag(one, "default")))
    return choices, _flag(value_set, "restricted")


def write_metadata(field: Field, child_relationship: str | None) -> dict[str, Any]:
    """The Metadata value that describes a field."""
    kind = _API_TYPES.get(field.type, "Text")
    if field.type == "textarea" and field.length > LONG_TEXT:
        kind = "LongTextArea"
    numeric = kind in _ONLY_FOR["precision"]
    told: dict[str, Any] = {"type": kind, "label": field.label, "required": _is_required(field)}
    told |= {
        "unique": field.unique,
        "externalId": field.external_id,
        "caseSensitive": field.case_sensitive or None,
    }
    told["length"] = field.length if kind in _ONLY_FOR["length"] else None
    told["precision"] = field.precision if numeric else None
    told["scale"] = field.scale if numeric else None
    told["referenceTo"] = field.reference_to[0] if field.reference_to else None
    told["relationshipName"] = child_relationship
    told["valueSet"] = _value_set(field) if kind in _ONLY_FOR["valueSet"] else None
    told["defaultValue"] = str(bool(field.default_value)).lower() if kind == "Checkbox" else None
    return told | {"description": None, "inlineHelpText": None}


def _is_required(field: Field) -> bool:
    return field.type != "boolean" and not field.nillable


def _value_set(field: Field) -> dict[str, Any]:
    values = [
        {"valueName": one.value, "label": one.label, "default": one.default, "isActive": one.active}
        for one in field.picklist_values
    ]
    return {
        "restricted": field.restricted_picklist,
        "valueSetDefinition": {"sorted": False, "value": values},
        "valueSetName": None,
    }


def _flag(values: Mapping[str, Any], key: str) -> bool:
    value = values.get(key, False)
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _unfit(f"{key} is true or false")
    return value


def _count(values: Mapping[str, Any], key: str, usual: int, least: int, most: int) -> int:
    """A whole number within bounds, as a number or as digits in a text; `usual` where it is not told."""
    value = values.get(key)
    if value is None:
        return usual
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _unfit(f"{key} of the CustomField must be a whole number from {least} to {most}")
    return value


def _unfit(sentence: str) -> OrgError:
    return OrgError(400, "FIELD_INTEGRITY_EXCEPTION", sentence, ())
