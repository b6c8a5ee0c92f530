"""Says in plain words what is wrong with a value that was checked against its form."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from sfrouter.base.shelf import did_you_mean
from sfrouter.config.faults import kind_of

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a section with keys of its own",
    "mapping_type": "a section with keys of its own",
    "model_type": "a section with keys of its own",
    "model_attributes_type": "a section with keys of its own",
    "date_type": "a date like 2026-11-30",
    "date_parsing": "a date like 2026-11-30",
    "date_from_datetime_parsing": "a date like 2026-11-30",
    "date_from_datetime_inexact": "a date like 2026-11-30",
    "datetime_type": "a moment like 2026-11-30T09:00:00",
    "datetime_parsing": "a moment like 2026-11-30T09:00:00",
    "datetime_from_date_parsing": "a moment like 2026-11-30T09:00:00",
    "datetime_object_invalid": "a moment like 2026-11-30T09:00:00",
    "time_parsing": "a time like 09:00",
    "path_type": "the path of a file or folder",
}
_LIMITS = {
    "greater_than": ("gt", "must be more than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
}


def plain_words(
    error: Mapping[str, Any], name: str, *, known: Iterable[str] = (), secret: bool = False
) -> tuple[str, str]:
    """What is wrong, and the mend, for one finding. `known` are the names that could have been meant."""
    kind, given, details = error["type"], error.get("input"), error.get("ctx") or {}
    shown = "the value" if secret else kind_of(given)
    if kind == "missing":
        return f"'{name}' is missing", f"add the line '{name}: ...'"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        choices = sorted(known)
        near = did_you_mean(name, choices)
        mend = "" if near or not choices else f"known are: {', '.join(choices)}"
        return f"no setting is called '{name}'.{near}", mend
    if kind in ("literal_error", "enum"):
        return _no_choice(name, shown, given, str(details.get("expected", "")))
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        return f"'{name}' {words} {details.get(key)}, not {shown}", ""
    if kind in _WANTED:
        quotes = "put it in quotes" if kind == "string_type" and isinstance(given, int | float | bool) else ""
        return f"'{name}' must be {_WANTED[kind]}, not {shown}", quotes
    if kind in ("value_error", "assertion_error"):
        return f"'{name}': {details.get('error', 'this cannot be')}", ""
    return f"'{name}': {shown} cannot be used here", _size(kind, details)


def _no_choice(name: str, shown: str, given: Any, expected: str) -> tuple[str, str]:
    choices = [part.strip(" '") for part in expected.replace(" or ", ",").split(",") if part.strip(" '")]
    near = did_you_mean(str(given), choices)
    return f"'{name}' cannot be {shown}.{near}", f"write {' or '.join(choices)}"


def _size(kind: str, details: Mapping[str, Any]) -> str:
    if kind in ("string_too_short", "too_short"):
        return (
            "it must not be empty" if details.get("min_length") == 1 else f"at least {details.get('min_length')}"
        )
    if kind in ("string_too_long", "too_long"):
        return f"at most {details.get('max_length')} are allowed"
    if kind.startswith("decimal_"):
        return "write a plain number with few digits after the point"
    return "compare with the shipped file"


def names_at(model: type[BaseModel], path: Iterable[str | int]) -> tuple[str, ...]:
    """The keys that may stand at a place of a form: those of the innermost section that can be followed."""
    here: Any = model
    for step in path:
        if not (isinstance(here, type) and issubclass(here, BaseModel)):
            return ()
        if isinstance(step, int):
            continue
        field = _fields(here).get(step)
        if field is None:
            return ()
        here = _section_in(field.annotation)
    return tuple(_fields(here)) if isinstance(here, type) and issubclass(here, BaseModel) else ()


def _fields(form: type[BaseModel]) -> dict[str, Any]:
    """A form's fields by the names an admin writes: `not` is a word Python keeps to itself."""
    return {field.alias or name: field for name, field in form.model_fields.items()}


def _section_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _section_in(part)
        if found is not None:
            return found
    return None
