"""Queries that count, sum and group: COUNT(), AVG, SUM, MIN, MAX, COUNT_DISTINCT, GROUP BY and HAVING."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field
from sfrouter.localorg.schema_field import COMPOUND_TYPES, NUMBER_TYPES
from sfrouter.localorg.soql_ast import Call, Column, OrderItem, Path, Query
from sfrouter.localorg.soql_functions import DATE_FUNCTIONS, resolve_date_call
from sfrouter.localorg.soql_order import check_sortable, direction, sort_key
from sfrouter.localorg.soql_scope import Resolved, Scope
from sfrouter.localorg.soql_where import Conditions, Sql
from sfrouter.localorg.store_tables import folded
from sfrouter.localorg.store_values import Stored, decode, ignores_case, render

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
_NO_AGGREGATE = COMPOUND_TYPES | {"boolean", "time", "multipicklist", "anyType", "base64", "encryptedstring"}
_SEPARATOR = "\x01"
"""Between the key by which MIN and MAX compare text and the text itself."""


@dataclass(frozen=True)
class Cell:
    """One value of an aggregate row: its name, its SQL, and how it is written."""

    name: str
    sql: str
    field: Field
    keyed: bool = False

    def render(self, value: Stored) -> Any:
        """The value as REST writes it."""
        if self.keyed and value is not None:
            value = str(value).split(_SEPARATOR, 1)[1]
        return render(self.field, decode(self.field, value))


def is_aggregate(query: Query) -> bool:
    """Whether a query answers AggregateResults: it groups, or calls an aggregate function."""
    calls = (one.value for one in query.columns if isinstance(one, Column))
    return bool(query.group_by) or any(isinstance(one, Call) and one.function in AGGREGATES for one in calls)


class Grouping:
    """Compiles the SELECT list, GROUP BY, HAVING and ORDER BY of an aggregate query."""

    def __init__(self, scope: Scope, query: Query) -> None:
        self._scope = scope
        self._query = query
        self._text = scope.context.text
        self._groups = [self._group_item(item) for item in query.group_by]
        self._names: set[str] = set()
        self._unnamed = 0

    def cells(self) -> list[Cell]:
        """The values of each row. Raises OrgError."""
        if self._query.limit is not None and not self._query.group_by:
            message = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            raise OrgError(400, "MALFORMED_QUERY", message)
        return [self._cell(column) for column in self._query.columns]

    def group_sql(self) -> str:
        """The GROUP BY part, or nothing."""
        keys = [group_key(one) for one in self._groups]
        return f" GROUP BY {', '.join(keys)}" if keys else ""

    def having_sql(self) -> Sql:
        """The HAVING part, or nothing. Raises OrgError."""
        if self._query.having is None:
            return "", []
        sql, values = Conditions(self._scope, operand=self._having_operand).compile(self._query.having)
        return f" HAVING {sql}", values

    def order_sql(self) -> Sql:
        """The ORDER BY part, or nothing. Raises OrgError."""
        pieces, values = [], []
        for item in self._query.order_by:
            found = self._ordered(item)
            sql, more = sort_key(found)
            pieces += [f"{one} {direction(item, found)}" for one in sql]
            values += more
        return (f" ORDER BY {', '.join(pieces)}" if pieces else ""), values

    def _ordered(self, item: OrderItem) -> Resolved:
        if isinstance(item.value, Call) and item.value.function in AGGREGATES:
            return self._aggregate_operand(item.value)
        found = self._plain(item.value)
        if not self._is_grouped(found):
            message = f"Ordered field must be grouped or aggregated: {_spell(item.value)}"
            raise self._text.malformed(item.value.position, message)
        check_sortable(self._scope, found.field, item)
        return found

    def _plain(self, value: Path | Call) -> Resolved:
        if isinstance(value, Path):
            return self._scope.resolve(value)
        return resolve_date_call(self._scope, value)

    def _group_item(self, item: Path | Call) -> Resolved:
        found = self._plain(item)
        if isinstance(item, Path) and not found.field.groupable:
            message = f"field '{found.field.name}' can not be grouped in a query call"
            raise self._text.invalid_field(item.position, message)
        return found

    def _is_grouped(self, found: Resolved) -> bool:
        return any(one.expression == found.expression for one in self._groups)

    def _cell(self, column: object) -> Cell:
        if not isinstance(column, Column):
            position = getattr(column, "position", self._query.position)
            message = "Only fields and aggregate expressions can be selected in an aggregate query"
            raise self._text.malformed(position, message)
        value = column.value
        if isinstance(value, Call) and value.function in AGGREGATES:
            name = self._claim(column.alias or self._expr_name(), value)
            return self._aggregate_cell(name, value)
        found = self._plain(value)
        if not self._is_grouped(found):
            raise self._text.malformed(value.position, f"Field must be grouped or aggregated: {_spell(value)}")
        name = column.alias or (self._expr_name() if isinstance(value, Call) else found.field.name)
        shown = found.expression
        if isinstance(value, Path) and ignores_case(found.field):
            shown = f"min({found.expression})"
        return Cell(self._claim(name, value), shown, found.field)

    def _expr_name(self) -> str:
        name = f"expr{self._unnamed}"
        self._unnamed += 1
        return name

    def _claim(self, name: str, value: Path | Call) -> str:
        if name.lower() in self._names:
            raise self._text.malformed(value.position, f"duplicate alias: {name}")
        self._names.add(name.lower())
        return name

    def _aggregated(self, call: Call) -> Resolved:
        """The field that an aggregate function is on. Raises OrgError if it is of no use for it."""
        if not isinstance(call.argument, Path):
            position = call.position if call.argument is None else call.argument.position
            raise self._text.unexpected(position, call.function)
        found = self._scope.resolve(call.argument)
        numeric = call.function in {"SUM", "AVG"}
        refused = found.field.type in _NO_AGGREGATE or not found.field.filterable
        if refused or (numeric and found.field.type not in NUMBER_TYPES):
            message = f"field {found.field.name} does not support aggregate operator {call.function}"
            raise self._text.malformed(call.argument.position, message)
        if self._is_grouped(found):
            message = f"Grouped field should not be aggregated: {found.field.name}"
            raise self._text.malformed(call.argument.position, message)
        return found

    def _aggregate_cell(self, name: str, call: Call) -> Cell:
        found = self._aggregated(call)
        if call.function in {"MIN", "MAX"} and found.field.is_text:
            return Cell(name, _keyed_extreme(call.function, found), found.field, keyed=True)
        return Cell(name, aggregate_sql(call.function, found), _result_field(call.function, found.field))

    def _aggregate_operand(self, call: Call) -> Resolved:
        found = self._aggregated(call)
        made = _result_field(call.function, found.field)
        return Resolved(made, found.node, aggregate_sql(call.function, found), found.relationships)

    def _having_operand(self, left: Path | Call) -> Resolved:
        if isinstance(left, Call) and left.function in AGGREGATES:
            return self._aggregate_operand(left)
        found = self._plain(left)
        if not self._is_grouped(found):
            raise self._text.malformed(left.position, f"Field must be grouped or aggregated: {_spell(left)}")
        return found


def group_key(found: Resolved) -> str:
    """What rows are grouped by: text without case."""
    return folded(found.expression) if ignores_case(found.field) else found.expression


def aggregate_sql(function: str, found: Resolved) -> str:
    """The SQL of an aggregate function on a field, for comparing and ordering."""
    column = folded(found.expression) if ignores_case(found.field) else found.expression
    if function == "COUNT_DISTINCT":
        return f"count(DISTINCT {column})"
    return f"{function.lower()}({column})"


def _keyed_extreme(function: str, found: Resolved) -> str:
    """MIN or MAX of text: compared without case (picklists by the order of their values), answered as it is."""
    key = folded(found.expression)
    if found.field.type == "picklist" and found.field.picklist_values:
        ranks = " ".join(
            f"WHEN '{one.value.replace(chr(39), chr(39) * 2)}' THEN {place}"
            for place, one in enumerate(found.field.picklist_values)
        )
        rank = f"CASE {found.expression} {ranks} ELSE {len(found.field.picklist_values)} END"
        key = f"printf('%06d', {rank}) || {key}"
    return f"{function.lower()}({key} || char({ord(_SEPARATOR)}) || {found.expression})"


def _result_field(function: str, field: Field) -> Field:
    """The kind of value an aggregate function answers."""
    if function in {"COUNT", "COUNT_DISTINCT"}:
        return Field(name=field.name, label=field.label, type="int")
    if function == "AVG":
        return Field(name=field.name, label=field.label, type="double")
    return field


def _spell(value: Path | Call) -> str:
    if isinstance(value, Path):
        return value.parts[-1]
    return f"{value.function}({_spell(value.argument) if value.argument is not None else ''})"


def aggregate_record(cells: Sequence[Cell], values: Sequence[Stored]) -> dict[str, Any]:
    """One row of an aggregate query as REST writes it."""
    record: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
    for cell, value in zip(cells, values, strict=True):
        record[cell.name] = cell.render(value)
    return record


__all__ = ["AGGREGATES", "DATE_FUNCTIONS", "Cell", "Grouping", "aggregate_record", "is_aggregate"]
