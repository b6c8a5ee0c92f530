"""Turns the conditions of a query into SQL with bound values, under Salesforce's rules of comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sfrouter.localorg.schema import Field
from sfrouter.localorg.schema_field import COMPOUND_TYPES, ID_TYPES
from sfrouter.localorg.soql_ast import Both, Bracketed, Call, Comparison, Condition, Literal, Negation, Path, Query
from sfrouter.localorg.soql_context import QueryContext
from sfrouter.localorg.soql_functions import resolve_date_call
from sfrouter.localorg.soql_scope import Resolved, Scope
from sfrouter.localorg.soql_text import LIKE_MARK
from sfrouter.localorg.soql_values import Exact, Span, bind, mismatch, plain_text
from sfrouter.localorg.store_tables import fold, folded
from sfrouter.localorg.store_values import ignores_case

Sql = tuple[str, list[Any]]
"""A piece of SQL and the values for its question marks, in order."""

SemiJoin = Callable[[Comparison, Query], Sql]
"""Compiles `field IN (SELECT ...)`."""

Operand = Callable[[Path | Call], Resolved]

_ORDERINGS = frozenset({"<", "<=", ">", ">="})


class Conditions:
    """Compiles one WHERE or HAVING. `operand` finds what a left side means in it."""

    def __init__(self, scope: Scope, operand: Operand | None = None, semi_join: SemiJoin | None = None) -> None:
        self._scope = scope
        self._context = scope.context
        self._operand = operand or self._where_operand
        self._semi_join = semi_join
        self._semi_joins = 0

    def compile(self, condition: Condition) -> Sql:
        """The SQL of a condition. Raises OrgError."""
        return self._compile(condition, "top")

    def _compile(self, condition: Condition, place: str) -> Sql:
        if isinstance(condition, Both):
            inner = condition.operator if place == "top" else "nested"
            pieces = [self._compile(one, inner) for one in condition.conditions]
            return balanced(pieces, condition.operator)
        if isinstance(condition, Negation):
            sql, values = self._compile(condition.condition, "NOT")
            return f"({sql}) IS NOT TRUE", values
        if isinstance(condition, Bracketed):
            single = isinstance(condition.condition, Comparison | Bracketed)
            sql, values = self._compile(condition.condition, place if single or place == "top" else "nested")
            return f"({sql})", values
        return self._comparison(condition, place)

    def _comparison(self, comparison: Comparison, place: str) -> Sql:
        if isinstance(comparison.value, Query):
            return self._semi_join_sql(comparison, comparison.value, place)
        found = self._operand(comparison.left)
        self._check_literals(comparison)
        _check_filter(self._context, found.field, comparison)
        if comparison.operator in {"INCLUDES", "EXCLUDES"}:
            return self._includes(found, comparison)
        if comparison.operator == "LIKE":
            return self._like(found, comparison)
        if isinstance(comparison.value, tuple):
            return self._in(found, comparison, comparison.value)
        return self._compare(found, comparison, comparison.value)

    def _check_literals(self, comparison: Comparison) -> None:
        """A date function cannot be compared with TODAY and the like (SOQL guide, date functions)."""
        values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
        relative = [one for one in values if isinstance(one, Literal) and one.kind == "relative date"]
        if relative and isinstance(comparison.left, Call):
            raise self._context.text.unexpected(relative[0].position, relative[0].raw)

    def _where_operand(self, left: Path | Call) -> Resolved:
        if isinstance(left, Call):
            return resolve_date_call(self._scope, left)
        return self._scope.resolve(left)

    def _semi_join_sql(self, comparison: Comparison, inner: Query, place: str) -> Sql:
        text, position = self._context.text, comparison.position
        if self._semi_join is None:
            raise text.malformed(position, "Nesting of semi join sub-selects is not supported")
        if place in {"OR", "NOT"}:
            message = f"Semi join sub-selects are not allowed with the '{place}' operator"
            raise text.malformed(position, message)
        if place == "nested":
            message = (
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested "
                "WHERE expressions."
            )
            raise text.malformed(position, message)
        self._semi_joins += 1
        if self._semi_joins > 2:
            raise text.malformed(position, "Maximum 2 semi join sub-selects are allowed")
        return self._semi_join(comparison, inner)

    def _compare(self, found: Resolved, comparison: Comparison, literal: Literal) -> Sql:
        value = bind(self._context, found.field, literal, comparison.position)
        column = comparable(found)
        if isinstance(value, Span):
            return _span_sql(column, comparison.operator, value)
        if value.value is None:
            return _null_sql(column, comparison.operator)
        if comparison.operator == "!=":
            return f"{column} IS NOT ?", [value.value]
        return f"{column} {comparison.operator} ?", [value.value]

    def _in(self, found: Resolved, comparison: Comparison, literals: tuple[Literal, ...]) -> Sql:
        bounds = [bind(self._context, found.field, one, comparison.position) for one in literals]
        column = comparable(found)
        exact = list(dict.fromkeys(one.value for one in bounds if isinstance(one, Exact)))
        known = [one for one in exact if one is not None]
        pieces: list[Sql] = [_span_sql(column, "=", one) for one in bounds if isinstance(one, Span)]
        if known:
            pieces.append((f"{column} IN ({', '.join('?' * len(known))})", known))
        if None in exact:
            pieces.append((f"{column} IS NULL", []))
        sql, values = balanced(pieces, "OR")
        return (f"({sql}) IS NOT TRUE", values) if comparison.operator == "NOT IN" else (f"({sql})", values)

    def _like(self, found: Resolved, comparison: Comparison) -> Sql:
        assert isinstance(comparison.value, Literal)  # noqa: S101 - the grammar gives LIKE one literal
        text = plain_text(self._context, found.field, comparison.value, comparison.position, like=True)
        if ignores_case(found.field):
            text = str(fold(text))
        return like_sql(comparable(found), text)

    def _includes(self, found: Resolved, comparison: Comparison) -> Sql:
        assert isinstance(comparison.value, tuple)  # noqa: S101 - the grammar gives a list
        pieces: list[Sql] = []
        column = f"';' || {comparable(found)} || ';'"
        for literal in comparison.value:
            if literal.kind != "string":
                raise mismatch(self._context, found.field, comparison.position)
            text = plain_text(self._context, found.field, literal, comparison.position, like=False)
            wanted = [str(fold(one.strip())) for one in text.split(";")]
            every: list[Sql] = [(f"instr({column}, ?) > 0", [f";{one};"]) for one in wanted]
            pieces.append(balanced(every, "AND"))
        sql, values = balanced(pieces, "OR")
        if comparison.operator == "EXCLUDES":
            return f"({sql}) IS NOT TRUE", values
        return f"({sql})", values


def _check_filter(context: QueryContext, field: Field, comparison: Comparison) -> None:
    """Refuse a field or an operator that cannot stand in a condition. Raises OrgError."""
    text, position, operator = context.text, comparison.position, comparison.operator
    if field.type in COMPOUND_TYPES:
        noun = "Address" if field.type == "address" else "Geolocation"
        raise text.invalid_field(position, f"{noun} fields can only be filtered using Distance expressions")
    if not field.filterable:
        raise text.invalid_field(position, f"field '{field.name}' can not be filtered in query call")
    if operator in _refused_operators(field):
        name = "id" if field.type in ID_TYPES else field.type
        message = f"invalid operator on {name} field"
        raise text.refusal(position, "INVALID_QUERY_FILTER_OPERATOR", message)


def _refused_operators(field: Field) -> frozenset[str]:
    if field.type == "multipicklist":
        return _ORDERINGS | {"LIKE"}
    membership = frozenset({"INCLUDES", "EXCLUDES"})
    if field.type == "boolean":
        return membership | _ORDERINGS | {"LIKE"}
    return membership if field.is_text else membership | {"LIKE"}


def comparable(found: Resolved) -> str:
    """A field's column as it is compared: text without case, no checkbox of a missing parent null."""
    if found.field.type == "boolean" and found.may_lack_row:
        return f"coalesce({found.expression}, 0)"
    return folded(found.expression) if ignores_case(found.field) else found.expression


def _null_sql(column: str, operator: str) -> Sql:
    if operator == "=":
        return f"{column} IS NULL", []
    if operator == "!=":
        return f"{column} IS NOT NULL", []
    return "0", []


def _span_sql(column: str, operator: str, span: Span) -> Sql:
    """A comparison with a range of time: before its start, after its end, or within."""
    within = f"({column} >= ? AND {column} < ?)"
    if operator == "=":
        return within, [span.start, span.end]
    if operator == "!=":
        return f"{within} IS NOT TRUE", [span.start, span.end]
    edge = span.start if operator in {"<", ">="} else span.end
    return f"{column} {'<' if operator in {'<', '<='} else '>='} ?", [edge]


def like_sql(column: str, pattern: str) -> Sql:
    """LIKE with % and _, where LIKE_MARK before one makes it an ordinary character.

    The characters before the first wildcard also bound the search, so that an index serves it.
    """
    prefix, wild = "", False
    translated, escaped = [], False
    for char in pattern:
        if char == LIKE_MARK:
            escaped = True
            continue
        special = char in "%_" and not escaped
        wild = wild or special
        prefix += "" if wild else char
        translated.append(f"\\{char}" if char == "\\" or (char in "%_" and escaped) else char)
        escaped = False
    if not wild:
        return f"{column} = ?", [prefix]
    sql, values = f"{column} LIKE ? ESCAPE '\\'", ["".join(translated)]
    if prefix:
        sql = f"({column} >= ? AND {column} < ? AND {sql})"
        values = [prefix, prefix + "\U0010ffff", *values]
    return sql, values


def balanced(pieces: Sequence[Sql], operator: str) -> Sql:
    """Pieces joined by AND or OR, nested in halves: SQLite refuses expressions over 1,000 levels deep."""
    if len(pieces) == 1:
        return pieces[0]
    middle = len(pieces) // 2
    left, left_values = balanced(pieces[:middle], operator)
    right, right_values = balanced(pieces[middle:], operator)
    return f"({left} {operator} {right})", [*left_values, *right_values]
