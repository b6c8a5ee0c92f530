"""How rows of one object travel between Python and its table, with all that need be found out only once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.schema_field import Field
from sfrouter.localorg.schema_object import ObjectType
from sfrouter.localorg.store_tables import quote
from sfrouter.localorg.store_values import Stored, decoder, encode


class UnknownFieldError(KeyError):
    """The object has no such field, or one that holds no value of its own."""


@dataclass(frozen=True, slots=True)
class RowForm:
    """One state of an object as the store works with it. `name_parts` are the fields that its Name is made of."""

    kind: ObjectType
    table: str
    names: tuple[str, ...]
    quoted: Mapping[str, str]
    selected: str
    decoders: tuple[tuple[str, Callable[[Any], Any]], ...]
    name_parts: frozenset[str]

    @classmethod
    def of(cls, kind: ObjectType) -> RowForm:
        """The form of an object's rows."""
        stored = [one for one in kind.fields.values() if one.stored]
        quoted = {one.name: quote(one.name) for one in stored}
        table = quote(kind.name)
        return cls(
            kind=kind,
            table=table,
            names=tuple(quoted),
            quoted=quoted,
            selected=f"SELECT {', '.join(quoted.values())} FROM {table}",  # noqa: S608
            decoders=tuple((one.name, found) for one in stored if (found := decoder(one)) is not None),
            name_parts=frozenset(one.name for one in kind.parts_of("Name")),
        )

    def named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values under the names that describe gives their fields. Raises UnknownFieldError."""
        return {self.stored(name).name: value for name, value in values.items()}

    def stored(self, name: str) -> Field:
        """A field that holds a value, by its name in any case. Raises UnknownFieldError."""
        field = self.kind.field(name)
        if field is None or not field.stored:
            raise UnknownFieldError(f"{self.kind.name}.{name}")
        return field

    def encoded(self, values: Mapping[str, Any]) -> dict[str, Stored]:
        """Values, under the names of describe, as the database holds them. Raises ValueMismatchError."""
        fields = self.kind.fields
        return {name: encode(fields[name.lower()], value) for name, value in values.items()}

    def decoded(self, rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Rows of the `selected` columns as Python works with them."""
        found = []
        for row in rows:
            one = dict(zip(self.names, row, strict=True))
            for name, read in self.decoders:
                value = one[name]
                if value is not None:
                    one[name] = read(value)
            found.append(one)
        return found

    def makes_name(self, values: Mapping[str, Any]) -> bool:
        """Whether the object's Name is made of parts and one of them is among the values."""
        return not self.name_parts.isdisjoint(values)
