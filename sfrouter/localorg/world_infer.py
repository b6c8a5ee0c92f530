"""Guesses custom fields and picklist values from the rows of a table: an export needs no schema beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sfrouter.localorg.ids import normalise
from sfrouter.localorg.schema import Schema
from sfrouter.localorg.schema_field import LONG_TEXT
from sfrouter.localorg.world_tables import Table

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:?\d{2})")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?")
_MOST_VALUES = 500
"""Different values of a picklist that are kept; more are no picklist."""


class ColumnGuess:
    """What a column's values have in common, value by value."""

    def __init__(self, schema: Schema, hint: str | None = None) -> None:
        self._schema = schema
        self._hint = hint
        self._kinds = {"Checkbox", "Date", "DateTime", "Number", "Lookup"}
        self._prefixes: set[str] = set()
        self._longest = 0
        self._scale = 0
        self._any = False

    def see(self, text: str) -> None:
        """One value that is not empty."""
        self._any = True
        self._longest = max(self._longest, len(text))
        for kind in list(self._kinds):
            if not self._fits(kind, text):
                self._kinds.discard(kind)

    def _fits(self, kind: str, text: str) -> bool:
        if kind == "Checkbox":
            return text.lower() in {"true", "false"}
        if kind == "Date":
            return _DATE.fullmatch(text) is not None
        if kind == "DateTime":
            return _MOMENT.fullmatch(text) is not None
        if kind == "Number":
            self._scale = max(self._scale, len(text.partition(".")[2]))
            return _NUMBER.fullmatch(text) is not None
        if text.startswith("@"):
            return False
        try:
            self._prefixes.add(normalise(text)[:3])
        except ValueError:
            return False
        return len(self._prefixes) == 1 and self._schema.object_of_id(text) is not None

    def field(self, name: str) -> dict[str, Any]:
        """The field as a world file tells it; a text when nothing narrower fits."""
        if not self._any:
            return {"name": name, "type": "Lookup", "refers_to": self._hint} if self._hint else _text(name, 0)
        for kind in ("Checkbox", "DateTime", "Date", "Lookup", "Number"):
            if kind in self._kinds:
                return {"name": name, "type": kind} | self._details(kind)
        return _text(name, self._longest)

    def _details(self, kind: str) -> dict[str, Any]:
        if kind == "Number":
            return {"precision": 18, "scale": min(self._scale, 8)}
        if kind == "Lookup":
            target = self._schema.object_of_id(next(iter(self._prefixes)))
            return {"refers_to": target.name if target is not None else "Account"}
        return {}


def _text(name: str, longest: int) -> dict[str, Any]:
    if longest > LONG_TEXT:
        return {"name": name, "type": "LongTextArea", "length": max(32_768, longest)}
    return {"name": name, "type": "Text", "length": LONG_TEXT}


def guess_schema(
    content: Mapping[str, Any], tables: Sequence[Table], schema: Schema, hints: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A world's content with what the tables need besides: custom objects, custom fields, picklist values.

    `hints` names, by Object.Field, what an empty lookup refers to. Fields the world tells of stay as they are.
    """
    told = {name: list(listed) for name, listed in content.get("custom_fields", {}).items()}
    objects = list(content.get("custom_objects", []))
    picklists = dict(content.get("picklists", {}))
    for table in tables:
        name = table.object_name
        is_new = schema.object(name) is None and name.endswith("__c")
        if is_new and not any(one.get("name") == name for one in objects):
            objects.append({"name": name})
        known = {str(one.get("name")).lower() for one in told.get(name, [])}
        found, values = _columns(table, known, schema, hints or {})
        if found:
            told[name] = [*told.get(name, []), *found]
        picklists = values | picklists
    return {**content, "custom_objects": objects, "custom_fields": told, "picklists": picklists}


def _columns(
    table: Table, known: set[str], schema: Schema, hints: Mapping[str, str]
) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """The custom fields of a table that nobody told of, and the picklists it widens."""
    kind = schema.object(table.object_name)
    guesses: dict[int, ColumnGuess] = {}
    widened: dict[int, dict[str, None]] = {}
    for place, name in enumerate(table.columns):
        field = kind.field(name) if kind is not None else None
        if field is None and name.endswith("__c") and name.lower() not in known:
            guesses[place] = ColumnGuess(schema, hints.get(f"{table.object_name}.{name}"))
        elif field is not None and field.picklist_values and field.restricted_picklist:
            widened[place] = {one.value: None for one in field.picklist_values}
    before = {place: len(values) for place, values in widened.items()}
    if guesses or widened:
        _see_all(table, guesses, widened)
    fields = [guess.field(table.columns[place]) for place, guess in guesses.items()]
    lists = {
        f"{table.object_name}.{table.columns[place]}": list(values)
        for place, values in widened.items()
        if before[place] < len(values) <= _MOST_VALUES
    }
    return fields, lists


def _see_all(table: Table, guesses: dict[int, ColumnGuess], widened: dict[int, dict[str, None]]) -> None:
    for _line, texts in table.rows():
        for place, guess in guesses.items():
            if place < len(texts) and texts[place]:
                guess.see(texts[place])
        for place, values in widened.items():
            if place < len(texts) and texts[place] and len(values) <= _MOST_VALUES:
                values.setdefault(texts[place])
