"""Subqueries in the SELECT list: the child records of each record, e.g. (SELECT Name FROM Contacts)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ChildRelationship, ObjectType
from sfrouter.localorg.soql_ast import Call, Column, Query
from sfrouter.localorg.soql_group import AGGREGATES
from sfrouter.localorg.soql_order import order_sql
from sfrouter.localorg.soql_plan import ChildrenPart
from sfrouter.localorg.soql_scope import Scope
from sfrouter.localorg.soql_select import Selection, name_children
from sfrouter.localorg.soql_where import Conditions
from sfrouter.localorg.store_tables import quote

MAX_CHILD_QUERIES = 20
"""How many parent-to-child relationships a query may have (SOQL relationship query limits)."""

_CHUNK = 500


def max_depth(api_version: str) -> int:
    """How deep subqueries may be nested: five levels with the root since version 58.0, two before."""
    return 5 if float(api_version) >= 58 else 2


def check_children(scope: Scope, query: Query, children: list[tuple[Query, ChildrenPart]], depth: int = 2) -> None:
    """Refuse subqueries that cannot be answered, before any row is read. Raises OrgError."""
    if len(children) > MAX_CHILD_QUERIES:
        message = f"SOQL statements may have at most {MAX_CHILD_QUERIES} parent to child relationships"
        raise OrgError(400, "MALFORMED_QUERY", message)
    text = scope.context.text
    seen: set[str] = set()
    for child, part in children:
        if depth > max_depth(scope.context.api_version):
            message = f"SOQL statements cannot query aggregate relationships more than {depth - 2} level away "
            raise text.malformed(child.position, message + "from the root entity object.")
        if child.offset is not None and query.limit != 1:
            raise text.malformed(child.offset_position, "OFFSET is only allowed in a subquery under LIMIT 1")
        _check_form(scope, child)
        link, inner, _ = open_child(scope, child)
        part.name = link.relationship_name or part.name
        if part.name in seen:
            raise OrgError(400, "INVALID_FIELD", f"duplicate field selected: {part.name}")
        seen.add(part.name)
        selection = Selection(inner, child)
        selection.build()
        if child.where is not None:
            Conditions(inner).compile(child.where)
        order_sql(inner, child)
        check_children(inner, child, selection.children, depth + 1)


def _check_form(scope: Scope, child: Query) -> None:
    text = scope.context.text
    calls = (one.value for one in child.columns if isinstance(one, Column))
    for call in calls:
        if isinstance(call, Call) and call.function in AGGREGATES:
            raise text.malformed(call.position, "Only root queries support aggregate expressions")
    if child.group_by:
        raise text.malformed(child.group_by[0].position, "Only root queries support aggregate expressions")
    if child.scope is not None:
        raise text.malformed(child.scope.position, "USING SCOPE is not allowed in subqueries")


def open_child(scope: Scope, child: Query) -> tuple[ChildRelationship, Scope, ObjectType]:
    """The relationship a subquery goes down, and the scope of its rows. Raises OrgError."""
    context = scope.context
    source = child.sources[0]
    *way, name = source.path.parts
    outside = len(way) > 1 or (way and way[0].lower() not in scope.names)
    link = None if outside else scope.root.kind.child(name)
    kind = context.object(link.child_object) if link is not None else None
    if link is None or kind is None or len(child.sources) > 1:
        raise context.text.no_relationship(source.path.position, name)
    aliases = {name.lower()} | ({source.alias.lower()} if source.alias else set())
    return link, Scope(context, kind, frozenset(aliases)), kind


def read_children(outer: Scope, query: Query, parent_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The rendered child records of each parent, in order, within the subquery's LIMIT for each."""
    link, scope, _ = open_child(outer, query)
    selection = Selection(scope, query)
    record = selection.build()
    name_children_of(scope, selection)
    name_children(record)
    foreign_key = f"{scope.root.alias}.{quote(link.field)}"
    conditions = [scope.alive()] if scope.alive() else []
    values: list[Any] = []
    if query.where is not None:
        sql, values = Conditions(scope).compile(query.where)
        conditions.append(sql)
    order, order_values = order_sql(scope, query)
    selected = ", ".join([foreign_key, *selection.slots.expressions])
    groups: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for start in range(0, len(parent_ids), _CHUNK):
        chunk = parent_ids[start : start + _CHUNK]
        mine = f"{foreign_key} IN ({', '.join('?' * len(chunk))})"
        where = " AND ".join([mine, *conditions])
        sql = f"SELECT {selected} FROM {scope.source_sql()} WHERE {where} ORDER BY {order}"  # noqa: S608
        for row in scope.context.store.select(sql, [*chunk, *values, *order_values]):
            groups[row[0]].append(row[1:])
    first = query.offset or 0
    end = None if query.limit is None else first + query.limit
    kept = {parent: rows[first:end] for parent, rows in groups.items()}
    return _render(scope, selection, kept)


def _render(
    scope: Scope, selection: Selection, kept: dict[str, list[tuple[Any, ...]]]
) -> dict[str, list[dict[str, Any]]]:
    for query, part in selection.children:
        ids = [str(row[part.id_slot]) for rows in kept.values() for row in rows]
        part.found = read_children(scope, query, ids)
    record = selection.record
    return {
        parent: [shown for row in rows if (shown := record.render(row)) is not None]
        for parent, rows in kept.items()
    }


def name_children_of(scope: Scope, selection: Selection) -> None:
    """Give each subquery's part the name that describe gives its relationship."""
    for query, part in selection.children:
        link = scope.root.kind.child(query.sources[0].path.parts[-1])
        if link is not None and link.relationship_name is not None:
            part.name = link.relationship_name
