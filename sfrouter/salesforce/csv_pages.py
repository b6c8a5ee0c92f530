"""Reads pages of CSV as bulk query jobs give them, into the same rows that a paged query would bring (F20).

In a result an empty cell is an empty field; `#N/A` means that only where a text cannot stand, as a text may well
read `#N/A`. Line breaks, quotes and NUL characters inside a quoted cell belong to its value.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

LONGEST_CELL = 1_000_000
"""Characters. The longest text field of the platform has 131,072, which is also where the csv module stops."""
EMPTY = "#N/A"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)")
_NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
_NO_TEXT = _NUMBERS | {"boolean", "date", "datetime", "time", "reference", "id"}
Describe = Callable[[str], Mapping[str, Any]]


class CsvPageError(Exception):
    """A page that cannot be believed: what is wrong with it, never a value of it."""


def cells_of(body: bytes) -> Iterator[list[str]]:
    """All lines of a page, the header first. Raises CsvPageError."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))  # one limit for all who read CSVs here
    try:
        text = body.decode("utf-8-sig")
        for line in csv.reader(io.StringIO(text, newline=""), strict=True):
            if any(len(cell) > LONGEST_CELL for cell in line):
                raise CsvPageError("a page of the result has a value too long to be one")
            yield line
    except (UnicodeDecodeError, csv.Error):
        raise CsvPageError("a page of the result is no CSV") from None


def rows_of_page(body: bytes, columns: "Columns") -> Iterator[dict[str, Any]]:
    """The records of a page. Raises CsvPageError when a line or a value does not fit its columns."""
    lines = cells_of(body)
    columns.learn(next(lines, None))
    for line in lines:
        if line:  # an empty line ends some pages
            yield columns.row(line)


class Columns:
    """The columns of one result, each with the kind of value that the org's description says."""

    def __init__(self, object_name: str, describe: Describe) -> None:
        self._object = object_name
        self._describe = describe
        self._header: list[str] | None = None
        self._ways: list[tuple[tuple[str, ...], str]] = []

    def learn(self, header: Sequence[str] | None) -> None:
        """Take the header of a page; every page has the same. Raises CsvPageError."""
        if not header or not all(header) or len(set(header)) != len(header):
            raise CsvPageError("a page of the result has no usable header")
        if self._header is None:
            self._header = list(header)
            self._ways = [(tuple(name.split(".")), self._kind(name.split("."))) for name in header]
        elif list(header) != self._header:
            raise CsvPageError("the pages of the result have different headers")

    def row(self, line: Sequence[str]) -> dict[str, Any]:
        """One record; a parent of which every column is empty is none."""
        if len(line) != len(self._ways):
            raise CsvPageError(f"a line of the result has {len(line)} cells instead of {len(self._ways)}")
        row: dict[str, Any] = {}
        for (way, kind), text in zip(self._ways, line, strict=True):
            _place(row, way, value_of(text, kind))
        return {name: _or_none(value) for name, value in row.items()}

    def _kind(self, way: Sequence[str]) -> str:
        """The type of the field a column names, through its parents. Raises CsvPageError for one not described."""
        objects = [self._object]
        for step in way[:-1]:
            parents = [
                field for one in objects for field in self._fields(one) if _is(field, "relationshipName", step)
            ]
            objects = [str(name) for field in parents for name in field.get("referenceTo") or ()]
        for one in objects:
            for field in self._fields(one):
                if _is(field, "name", way[-1]):
                    return str(field.get("type") or "")
        raise CsvPageError("the result has a column that the org's description does not know")

    def _fields(self, object_name: str) -> Sequence[Mapping[str, Any]]:
        fields = self._describe(object_name).get("fields")
        return fields if isinstance(fields, list) else ()


def value_of(text: str, kind: str) -> Any:
    """A cell as JSON would have brought it. Raises CsvPageError for one that is not of its kind."""
    if not text or (text == EMPTY and kind in _NO_TEXT):
        return None
    if kind == "boolean":
        if text.casefold() not in ("true", "false"):
            raise CsvPageError("a checkbox of the result is neither true nor false")
        return text.casefold() == "true"
    if kind in _NUMBERS:
        return _number(text)
    if kind == "datetime":
        if not _MOMENT.fullmatch(text):
            raise CsvPageError("a time of the result cannot be read")
        return text.removesuffix("Z") + "+0000" if text.endswith("Z") else text
    return text


def _number(text: str) -> Any:
    try:
        if _NUMBER.fullmatch(text):
            return json.loads(text)
    except ValueError:  # zeros before it, or more digits than a number can have
        pass
    raise CsvPageError("a number of the result cannot be read")


def _is(field: Mapping[str, Any], key: str, name: str) -> bool:
    return str(field.get(key) or "").casefold() == name.casefold()


def _place(row: dict[str, Any], way: Sequence[str], value: Any) -> None:
    for step in way[:-1]:
        row = row.setdefault(step, {})
    row[way[-1]] = value


def _or_none(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _or_none(one) for name, one in value.items()}
    return inner if any(one is not None for one in inner.values()) else None
