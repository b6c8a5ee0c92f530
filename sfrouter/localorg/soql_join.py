"""Semi-joins and anti-joins: `Id IN (SELECT AccountId FROM Opportunity)`, with the limits set on them."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.schema_field import ID_TYPES
from sfrouter.localorg.soql_ast import Call, Column, Comparison, Path, Query
from sfrouter.localorg.soql_scope import Resolved, Scope
from sfrouter.localorg.soql_where import Conditions, Sql


def semi_join_sql(outer: Scope, comparison: Comparison, inner: Query) -> Sql:
    """The SQL of a semi-join or anti-join. Raises OrgError when it breaks one of the limits."""
    text = outer.context.text
    left = comparison.left
    if isinstance(left, Call):
        raise text.unexpected(left.position, left.function)
    if len(left.parts) > 1 and outer.resolve(left).relationships:
        message = f"The left operand '{left}' cannot have more than one level of relationships"
        raise text.malformed(left.position, message)
    found = outer.resolve(left)
    _require_id(outer, found, left)
    scope, column = _inner_scope(outer, inner)
    chosen = scope.resolve(column)
    _require_id(scope, chosen, column)
    _check_types(outer, found, left, chosen)
    expression = chosen.expression
    pieces = [f"{expression} IS NOT NULL"]
    values: list[Any] = []
    if scope.alive():
        pieces.append(scope.alive())
    if inner.where is not None:
        sql, values = Conditions(scope).compile(inner.where)
        pieces.append(sql)
    selected = f"SELECT {expression} FROM {scope.source_sql()} WHERE {' AND '.join(pieces)}"  # noqa: S608
    joined = f"{found.expression} IN ({selected})"
    return (f"({joined}) IS NOT TRUE" if comparison.operator == "NOT IN" else joined), values


def _inner_scope(outer: Scope, inner: Query) -> tuple[Scope, Path]:
    """The scope of the inner SELECT and the one field that it selects."""
    context = outer.context
    text = context.text
    if inner.group_by or inner.order_by or inner.limit is not None or inner.offset is not None:
        message = "Semi join sub-selects can only have a WHERE clause"
        raise text.malformed(inner.position, message)
    first = inner.columns[0]
    if len(inner.columns) != 1 or not isinstance(first, Column) or not isinstance(first.value, Path):
        raise text.malformed(inner.position, "Semi join sub-selects must select exactly one id field")
    if first.alias is not None:
        raise text.malformed(first.value.position, "only aggregate expressions use field aliasing")
    source = inner.sources[0]
    kind = context.object(source.path.parts[0])
    if kind is None or not kind.queryable or len(source.path.parts) > 1 or len(inner.sources) > 1:
        raise text.no_object(source.path.position, str(source.path))
    if kind.name == outer.root.kind.name:
        message = "The inner and outer selects should not be on the same object type"
        raise text.malformed(inner.position, message)
    aliases = frozenset({source.alias.lower()}) if source.alias else frozenset()
    scope = Scope(context, kind, aliases)
    if scope.resolve(first.value).relationships:
        message = f"Semi join sub-selects can only query id fields, cannot use: '{first.value}'"
        raise text.malformed(first.value.position, message)
    return scope, first.value


def _require_id(scope: Scope, found: Resolved, path: Path) -> None:
    if found.field.type in ID_TYPES:
        return
    message = f"Semi join sub-selects can only query id fields, cannot use: '{path}'"
    raise scope.context.text.malformed(path.position, message)


def _check_types(outer: Scope, found: Resolved, left: Path, chosen: Resolved) -> None:
    """Both sides must be able to hold ids of the same object."""
    ours = set(found.field.reference_to or (found.node.kind.name,))
    theirs = set(chosen.field.reference_to or (chosen.node.kind.name,))
    if ours & theirs:
        return
    message = (
        f"The selected field '{chosen.field.name}' in the subquery and the left operand field in the where "
        f"expression in the outer query '{found.field.name}' should point to the same object type"
    )
    raise outer.context.text.invalid_field(left.position, message)
