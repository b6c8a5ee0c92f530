"""Reads the fields of a write: do they exist, may they be written, and is each value fit for its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.schema import Field, ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:?\d{2})")
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z?")
_NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_LARGEST_INT = 2_147_483_647
_EARLIEST, _LATEST = date(1700, 1, 1), date(4000, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a body is for: a new row or a changed one, and whether audit fields may be set (a world's rows)."""

    creating: bool
    any_field: bool = False


def read_body(
    org: Org, kind: ObjectType, body: Mapping[str, Any], user_id: str, purpose: Purpose
) -> dict[str, Any]:
    """The fields of a body as Python values, under describe's names.

    Raises OrgError: INVALID_FIELD for an unknown or hidden field, INVALID_FIELD_FOR_INSERT_UPDATE for one that
    may not be written, and the refusals of `read_value`.
    """
    values: dict[str, Any] = {}
    refused = []
    for name, given in body.items():
        if name.lower() == "attributes":
            _check_attributes(kind, given)
            continue
        field, value = _one_field(org, kind, name, given, user_id)
        if not _writable(field, purpose) or not org.permissions.may_edit_field(user_id, kind, field):
            refused.append(field.name)
        else:
            values[field.name] = value
    if refused:
        raise not_writable(refused)
    return values


def fields_of(body: Any) -> Mapping[str, Any]:
    """The body of a write, which must be a JSON object. Raises OrgError JSON_PARSER_ERROR."""
    if not isinstance(body, Mapping):
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body is not a JSON object")
    return body


def not_writable(names: list[str]) -> OrgError:
    """The refusal for fields that nobody, or not this user, may set."""
    sentence = (
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of this field"
        " and verify that it is read/write for your profile or permission set."
    )
    return OrgError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", sentence, tuple(names))


def no_such_column(kind: ObjectType, name: str) -> OrgError:
    """The refusal for a field that does not exist, or that the user may not see."""
    return OrgError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {kind.name}")


def _check_attributes(kind: ObjectType, given: Any) -> None:
    named = given.get("type") if isinstance(given, Mapping) else None
    if named is not None and str(named).lower() != kind.name.lower():
        raise OrgError(400, "INVALID_TYPE", f"The attributes name the type {named}, the resource {kind.name}")


def _one_field(org: Org, kind: ObjectType, name: str, given: Any, user_id: str) -> tuple[Field, Any]:
    field = kind.field(name)
    if field is None and isinstance(given, Mapping):
        through = kind.by_relationship(name)
        if through is not None and org.shows(user_id, kind.name, through.name):
            return through, _by_external_id(org, through, given, user_id)
    if field is None or not org.shows(user_id, kind.name, field.name):
        raise no_such_column(kind, name)
    if field.type in {"address", "location"}:
        return field, None
    return field, read_value(field, given)


def _writable(field: Field, purpose: Purpose) -> bool:
    if purpose.any_field:
        return field.stored and not field.calculated
    return field.createable if purpose.creating else field.updateable


def _by_external_id(org: Org, through: Field, given: Mapping[str, Any], user_id: str) -> str:
    """The id of the parent that a body names by an external id, e.g. `"Account": {"Key__c": "17"}`."""
    named = {key: value for key, value in given.items() if key.lower() != "attributes"}
    target = org.schema.object(through.reference_to[0]) if len(through.reference_to) == 1 else None
    if target is None or len(named) != 1:
        raise OrgError(400, "INVALID_FIELD", f"{through.relationship_name} needs one external id of one object")
    ((key, value),) = named.items()
    field = target.field(key)
    if field is None or not org.shows(user_id, target.name, field.name):
        raise no_such_column(target, key)
    if not (field.external_id or field.id_lookup):
        raise OrgError(400, "INVALID_FIELD", f"{field.name} is not an external id of {target.name}")
    rows = org.store.rows(target.name, {field.name: read_value(field, value)})
    if len(rows) == 1:
        return str(rows[0]["Id"])
    found = "not found" if not rows else "more than one record found"
    sentence = f"Foreign key external ID: {value} {found} for field {field.name} in entity {target.name}"
    raise OrgError(400, "INVALID_FIELD", sentence)


def read_value(field: Field, given: Any) -> Any:
    """One JSON value as its field takes it.

    Raises OrgError: JSON_PARSER_ERROR for the wrong kind of value, STRING_TOO_LONG, INVALID_EMAIL_ADDRESS,
    INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, NUMBER_OUTSIDE_VALID_RANGE, MALFORMED_ID.
    """
    if field.type == "boolean":
        return _boolean(field, given)
    if given is None or given == "":
        return None
    if field.type in _NUMBERS:
        return _number(field, given)
    if not isinstance(given, str):
        raise _cannot_read(field, given)
    if field.type in {"date", "datetime", "time"}:
        return _moment(field, given)
    if field.type in {"reference", "id"}:
        return _id(field, given)
    return _text(field, given)


def _boolean(field: Field, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in {"true", "false"}:
        return given.lower() == "true"
    if given is None:
        sentence = f"{field.label}: value not of required type: null"
        raise OrgError(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", sentence, (field.name,))
    raise _cannot_read(field, given)


def _number(field: Field, given: Any) -> float | int:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise _cannot_read(field, given)
    if isinstance(given, str) and not _NUMBER.fullmatch(given):
        raise _cannot_read(field, given)
    try:
        number = float(given)
    except (ValueError, OverflowError) as problem:
        raise _cannot_read(field, given) from problem
    if number != number or abs(number) == float("inf"):
        raise _cannot_read(field, given)
    if field.type in {"int", "long"}:
        if isinstance(given, float) or number != int(number):
            raise _cannot_read(field, given)
        largest = min(_LARGEST_INT, 10**field.digits - 1) if field.digits else _LARGEST_INT
        return _within(field, int(number), largest + 1)
    return _within(field, number, 10 ** (field.precision - field.scale) if field.precision else 10**18)


def _within(field: Field, number: float | int, bound: int) -> float | int:
    if abs(number) >= bound:
        sentence = f"{field.label}: value outside of valid range on numeric field: {number}"
        raise OrgError(400, "NUMBER_OUTSIDE_VALID_RANGE", sentence, (field.name,))
    return number


def _moment(field: Field, given: str) -> date | datetime | time:
    form = {"date": _DATE, "datetime": _DATETIME, "time": _TIME}[field.type]
    if not form.fullmatch(given):
        raise _cannot_read(field, given)
    try:
        if field.type == "time":
            return time.fromisoformat(given.removesuffix("Z"))
        if field.type == "date":
            return _in_range(field, date.fromisoformat(given))
        found = datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise _cannot_read(field, given) from problem
    _in_range(field, found.date())
    return found


def _in_range(field: Field, day: date) -> date:
    if not _EARLIEST <= day <= _LATEST:
        sentence = f"{field.label}: invalid date: {day.isoformat()}"
        raise OrgError(400, "NUMBER_OUTSIDE_VALID_RANGE", sentence, (field.name,))
    return day


def _id(field: Field, given: str) -> str:
    try:
        return normalise(given)
    except ValueError as problem:
        sentence = f"{field.label}: id value of incorrect type: {given}"
        raise OrgError(400, "MALFORMED_ID", sentence, (field.name,)) from problem


def _text(field: Field, given: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in given):
        raise OrgError(400, "JSON_PARSER_ERROR", "Unpaired surrogate in a text of the request body")
    if field.length and _code_units(given) > field.length:
        sentence = f"{field.label}: data value too large: {given} (max length={field.length})"
        raise OrgError(400, "STRING_TOO_LONG", sentence, (field.name,))
    if field.type == "email" and not _EMAIL.fullmatch(given):
        sentence = f"{field.label}: invalid email address: {given}"
        raise OrgError(400, "INVALID_EMAIL_ADDRESS", sentence, (field.name,))
    if field.restricted_picklist and field.type in {"picklist", "multipicklist"}:
        _check_choice(field, given)
    return given


def _code_units(text: str) -> int:
    """The length as Java counts it, and so the platform's String class: beyond the basic plane a letter is two."""
    return len(text.encode("utf-16-le")) // 2


def _check_choice(field: Field, given: str) -> None:
    known = {one.value for one in field.picklist_values}
    chosen = given.split(";") if field.type == "multipicklist" else [given]
    if not known.issuperset(chosen):
        sentence = f"{field.label}: bad value for restricted picklist field: {given}"
        raise OrgError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", sentence, (field.name,))


_JSON_NAMES = {"boolean": "boolean", "int": "int", "long": "long", "date": "date", "datetime": "datetime"}


def _cannot_read(field: Field, given: Any) -> OrgError:
    """The JSON reader's refusal, e.g. a word where a number belongs."""
    wanted = _JSON_NAMES.get(field.type, "double" if field.type in _NUMBERS else "string")
    sentence = (
        f"Cannot deserialize instance of {wanted} from {_token(given)} or request may be missing a"
        " required field at [line:1, column:2]"
    )
    return OrgError(400, "JSON_PARSER_ERROR", sentence)


def _token(given: Any) -> str:
    if isinstance(given, bool):
        return f"VALUE_{str(given).upper()} value {str(given).lower()}"
    if isinstance(given, str):
        return f"VALUE_STRING value {given}"
    if isinstance(given, int):
        return f"VALUE_NUMBER_INT value {given}"
    if isinstance(given, float):
        return f"VALUE_NUMBER_FLOAT value {given}"
    return "START_ARRAY value [" if isinstance(given, list) else "START_OBJECT value {"
