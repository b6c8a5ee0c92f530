"""A query as a tree of plain values: what is asked for, of which object, under which conditions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps through relationships: `Account.Owner.Name`. `position` counts characters from 0."""

    parts: tuple[str, ...]
    position: int

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """A function on a field, on another call, or (COUNT) on nothing."""

    function: str
    argument: Path | Call | None
    position: int


@dataclass(frozen=True, slots=True)
class Column:
    """One field or function of the SELECT list, with the name it is to be returned by, if any."""

    value: Path | Call
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class FieldsGroup:
    """FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM)."""

    group: str
    position: int


@dataclass(frozen=True, slots=True)
class TypeOf:
    """TYPEOF Owner WHEN User THEN ... ELSE ... END."""

    relationship: Path
    cases: tuple[tuple[Path, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...] | None
    position: int


class LiteralKind(StrEnum):
    """How a value is written in a query."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    RELATIVE_DATE = "relative date"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is written, quotes and escapes included."""

    kind: LiteralKind
    raw: str
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field operator value`. The operator is in upper case, e.g. "=", "LIKE", "NOT IN"."""

    left: Path | Call
    operator: str
    value: Literal | tuple[Literal, ...] | Query
    position: int


@dataclass(frozen=True, slots=True)
class Both:
    """Conditions joined by AND or by OR."""

    operator: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """NOT condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Bracketed:
    """A condition in brackets; kept, because semi-joins are refused inside them."""

    condition: Condition


Condition = Comparison | Both | Negation | Bracketed


@dataclass(frozen=True, slots=True)
class Source:
    """An object (or, further to the right, a relationship) of the FROM list, and its alias."""

    path: Path
    alias: str | None


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One field of ORDER BY. `nulls_last` is None when the query does not say."""

    value: Path | Call
    descending: bool
    nulls_last: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole SELECT, at the top or in brackets. `offset_position` points at the number of OFFSET."""

    columns: tuple[Column | FieldsGroup | TypeOf | Query, ...]
    sources: tuple[Source, ...]
    scope: Path | None = None
    where: Condition | None = None
    group_by: tuple[Path | Call, ...] = ()
    having: Condition | None = None
    order_by: tuple[OrderItem, ...] = ()
    limit: int | None = None
    offset: int | None = None
    offset_position: int = 0
    position: int = 0

    @property
    def is_count(self) -> bool:
        """Whether it is SELECT COUNT(), which answers a number and no rows."""
        first = self.columns[0]
        return isinstance(first, Column) and isinstance(first.value, Call) and first.value.argument is None
