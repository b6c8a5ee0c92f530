"""What each record of an answer is made of: which columns are read, and where their values go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sfrouter.localorg.schema import Field, Schema
from sfrouter.localorg.store_values import Stored, decode, render, written_as_stored

Values = Sequence[Stored]


class Slots:
    """The expressions a statement selects; asking twice for one gives the same place."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def expressions(self) -> list[str]:
        """The expressions in their order."""
        return list(self._places)

    def place(self, expression: str) -> int:
        """Where among the selected values the expression's value will be."""
        return self._places.setdefault(expression, len(self._places))


@dataclass(frozen=True)
class ValuePart:
    """One field's value; with `labels`, the label of a picklist value in its place."""

    name: str
    field: Field
    slot: int
    labels: dict[str, str] | None = None

    def render(self, values: Values) -> Any:
        """The value as REST writes it."""
        if self._as_stored:
            return values[self.slot]
        value = render(self.field, decode(self.field, values[self.slot]))
        if self.labels is not None and isinstance(value, str):
            return ";".join(self.labels.get(one, one) for one in value.split(";"))
        return value

    @cached_property
    def _as_stored(self) -> bool:
        return self.labels is None and written_as_stored(self.field)


@dataclass(frozen=True)
class CompoundPart:
    """An address or location, made of its parts."""

    name: str
    parts: tuple[ValuePart, ...]

    def render(self, values: Values) -> Any:
        """The parts as an object, or null when all are empty."""
        shown = {part.name: part.render(values) for part in self.parts}
        if all(value is None for value in shown.values()):
            return None
        return dict(sorted(shown.items()))


@dataclass
class RecordPart:
    """A record: its `attributes`, and its parts in the order in which they were asked for.

    `object_name` is what `attributes.type` says; for the Name object the url goes by the id's prefix.
    """

    name: str
    object_name: str
    id_slot: int
    schema: Schema
    api_version: str
    parts: dict[str, Part] = field(default_factory=dict)

    def render(self, values: Values) -> dict[str, Any] | None:
        """The record, or null when there is none."""
        record_id = values[self.id_slot]
        if record_id is None:
            return None
        return {"attributes": self._attributes(str(record_id))} | {
            name: part.render(values) for name, part in self.parts.items()
        }

    def _attributes(self, record_id: str) -> dict[str, str]:
        kind = self.schema.object_of_id(record_id) if self.object_name == "Name" else None
        owner = kind.name if kind is not None else self.object_name
        url = f"/services/data/v{self.api_version}/sobjects/{owner}/{record_id}"
        return {"type": self.object_name, "url": url}


@dataclass(frozen=True)
class TypeOfPart:
    """A record whose fields depend on what kind of record it is."""

    name: str
    key_slot: int
    cases: dict[str, RecordPart]
    otherwise: RecordPart | None
    schema: Schema

    def render(self, values: Values) -> Any:
        """The record under the case that fits, or null when none does."""
        record_id = values[self.key_slot]
        if record_id is None:
            return None
        kind = self.schema.object_of_id(str(record_id))
        chosen = self.cases.get(kind.name, self.otherwise) if kind is not None else self.otherwise
        return chosen.render(values) if chosen is not None else None


@dataclass
class ChildrenPart:
    """The child records of a subquery. They are read page by page and put in before rendering."""

    name: str
    id_slot: int
    found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def render(self, values: Values) -> Any:
        """A query result of the children, or null when there are none."""
        records = self.found.get(str(values[self.id_slot]))
        if not records:
            return None
        return {"totalSize": len(records), "done": True, "records": records}


Part = ValuePart | CompoundPart | RecordPart | TypeOfPart | ChildrenPart
