"""The order of an answer's rows: ORDER BY, and an order nobody can rely on where the query gives none."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.schema import Field
from sfrouter.localorg.soql_ast import Call, OrderItem, Query
from sfrouter.localorg.soql_functions import resolve_date_call
from sfrouter.localorg.soql_scope import Resolved, Scope
from sfrouter.localorg.soql_where import Sql
from sfrouter.localorg.store_tables import folded
from sfrouter.localorg.store_values import ignores_case

_SPREAD = 2_654_435_761
"""Knuth's multiplier: spreads row numbers over 32 bits, so that rows come mixed, the same in every run."""


def order_sql(scope: Scope, query: Query) -> Sql:
    """The ORDER BY part of a statement on rows. Raises OrgError for a field that cannot be sorted."""
    pieces: list[str] = []
    values: list[Any] = []
    total = False
    for item in query.order_by:
        found = _resolve(scope, item)
        check_sortable(scope, found.field, item)
        sql, more = sort_key(found)
        pieces += [f"{one} {direction(item, found)}" for one in sql]
        values += more
        total = total or (found.node is scope.root and found.field.name == "Id")
    if not total:
        pieces.append(f"(({scope.root.alias}.rowid * {_SPREAD}) & 4294967295)")
    return ", ".join(pieces), values


def _resolve(scope: Scope, item: OrderItem) -> Resolved:
    if isinstance(item.value, Call):
        if item.value.function in {"COUNT", "SUM", "MIN", "MAX", "AVG", "COUNT_DISTINCT"}:
            message = "Ordering by an aggregate is only possible in a query with GROUP BY"
            raise scope.context.text.malformed(item.value.position, message)
        return resolve_date_call(scope, item.value)
    return scope.resolve(item.value)


def check_sortable(scope: Scope, field: Field, item: OrderItem) -> None:
    """Refuse a field that cannot be sorted. Raises OrgError INVALID_FIELD."""
    if not field.sortable:
        message = f"field '{field.name}' can not be sorted in a query call"
        raise scope.context.text.invalid_field(item.value.position, message)


def sort_key(found: Resolved) -> tuple[list[str], list[Any]]:
    """What a field is sorted by: picklists in the order of their values, text without case."""
    field = found.field
    plain = folded(found.expression) if ignores_case(field) else found.expression
    if field.type == "picklist" and field.picklist_values:
        cases = " ".join(f"WHEN ? THEN {place}" for place in range(len(field.picklist_values)))
        rank = f"CASE {found.expression} {cases} ELSE {len(field.picklist_values)} END"
        rank = f"CASE WHEN {found.expression} IS NOT NULL THEN {rank} END"
        return [rank, plain], [one.value for one in field.picklist_values]
    return [plain], []


def direction(item: OrderItem, found: Resolved) -> str:
    """ASC or DESC and where nulls go: first, unless the query says last.

    On a relationship field that may be empty Salesforce ignores NULLS LAST (SOQL guide, ORDER BY).
    """
    way = "DESC" if item.descending else "ASC"
    relationship = found.may_lack_row or (found.field.type == "reference" and found.field.nillable)
    last = bool(item.nulls_last) and not relationship
    return f"{way} NULLS {'LAST' if last else 'FIRST'}"
