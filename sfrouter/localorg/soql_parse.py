"""Reads the text of a query into a tree, or refuses it with the words of Salesforce."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.soql_ast import (
    Both,
    Bracketed,
    Call,
    Column,
    Comparison,
    FieldsGroup,
    Literal,
    LiteralKind,
    Negation,
    OrderItem,
    Path,
    Query,
    Source,
    TypeOf,
)
from sfrouter.localorg.soql_dates import is_relative_date
from sfrouter.localorg.soql_text import QueryText

MAX_STATEMENT = 100_000
"""The longest statement, in characters (SOQL and SOSL limits)."""

_WORD = re.compile(r"'[^']*'?|\w+|\S")


def parse(text: str) -> Query:
    """The tree of a query. Raises OrgError MALFORMED_QUERY for text that is no SOQL."""
    query = QueryText(text)
    if len(text) > MAX_STATEMENT:
        raise OrgError(
            400, "MALFORMED_QUERY", f"SOQL statements cannot be longer than {MAX_STATEMENT} characters."
        )
    if not text.strip():
        raise OrgError(400, "MALFORMED_QUERY", "SOQL statements cannot be empty or null")
    try:
        tree = _grammar().parse(text)
        parsed: Query = _Builder(query).transform(tree)
    except UnexpectedInput as error:
        raise _syntax_error(query, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, OrgError):
            raise error.orig_exc from None
        raise
    return parsed


@cache
def _grammar() -> Lark:
    source = resources.files("sfrouter.localorg").joinpath("soql_grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", lexer="contextual", maybe_placeholders=True)


def _syntax_error(query: QueryText, error: UnexpectedInput) -> OrgError:
    """Salesforce's sentence for the first spot that does not fit the grammar."""
    text = query.text
    position = int(error.pos_in_stream or 0)
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if ended or not 0 <= position < len(text):
        return query.unexpected(len(text.rstrip()), "<EOF>")
    found = _WORD.match(text, position)
    word = found.group() if found else text[position]
    if word == ":":
        return query.malformed(position, "Bind variables only allowed in Apex code")
    if word.startswith("'") and not word.endswith("'", 1):
        row = text.count("\n", 0, position) + 1
        column = len(text) - (text.rfind("\n") + 1)
        return query.malformed(position, f"line {row}:{column} mismatched character '<EOF>' expecting '''")
    return query.unexpected(position, word.strip("'"))


def _at(token: Token) -> int:
    return token.start_pos or 0


class _Builder(Transformer[Token, Any]):
    """Turns lark's tree into our own."""

    def __init__(self, query: QueryText) -> None:
        super().__init__()
        self._query = query

    def _path(self, token: Token) -> Path:
        return Path(tuple(str(token).split(".")), _at(token))

    def _alias(self, token: Token | None) -> str | None:
        if token is not None and "." in token:
            raise self._query.unexpected(_at(token) + token.index("."), ".")
        return str(token) if token is not None else None

    @v_args(inline=True)
    def start(self, query: Query) -> Query:
        return query

    def query(self, children: list[Any]) -> Query:
        select, columns, _, sources, scope, where, group, order, limit, offset = children[:10]
        group_by, having = group or ((), None)
        return Query(
            columns=columns,
            sources=sources,
            scope=scope,
            where=where,
            group_by=group_by,
            having=having,
            order_by=order or (),
            limit=int(limit) if limit is not None else None,
            offset=int(offset) if offset is not None else None,
            offset_position=_at(offset) if offset is not None else 0,
            position=_at(select),
        )

    def columns(self, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    @v_args(inline=True)
    def field_column(self, token: Token, alias: Token | None) -> Column:
        return Column(self._path(token), self._alias(alias))

    @v_args(inline=True)
    def call_column(self, call: Call, alias: Token | None) -> Column:
        return Column(call, self._alias(alias))

    @v_args(inline=True)
    def fields_group(self, keyword: Token, group: Token) -> FieldsGroup:
        if group.upper() not in {"ALL", "STANDARD", "CUSTOM"}:
            raise self._query.unexpected(_at(group), str(group))
        return FieldsGroup(group.upper(), _at(keyword))

    @v_args(inline=True)
    def child_query(self, query: Query) -> Query:
        return query

    def type_of(self, children: list[Any]) -> TypeOf:
        keyword, relationship, *cases, otherwise, _ = children
        return TypeOf(self._path(relationship), tuple(cases), otherwise, _at(keyword))

    @v_args(inline=True)
    def type_case(self, _when: Token, kind: Token, _then: Token, paths: tuple[Path, ...]) -> Any:
        return self._path(kind), paths

    @v_args(inline=True)
    def type_else(self, _else: Token, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        return paths

    def paths(self, tokens: list[Token]) -> tuple[Path, ...]:
        return tuple(self._path(token) for token in tokens)

    @v_args(inline=True)
    def call(self, function: Token, argument: Path | Call | None) -> Call:
        return Call(function.upper(), argument, _at(function))

    @v_args(inline=True)
    def path(self, token: Token) -> Path:
        return self._path(token)

    def sources(self, children: list[Source]) -> tuple[Source, ...]:
        return tuple(children)

    @v_args(inline=True)
    def source(self, token: Token, alias: Token | None = None) -> Source:
        return Source(self._path(token), self._alias(alias))

    @v_args(inline=True)
    def scope(self, _using: Token, _scope: Token, name: Token) -> Path:
        return self._path(name)

    @v_args(inline=True)
    def where(self, _where: Token, condition: Any) -> Any:
        return condition

    def all_of(self, children: list[Any]) -> Both:
        return Both("AND", tuple(one for one in children if not isinstance(one, Token)))

    def any_of(self, children: list[Any]) -> Both:
        return Both("OR", tuple(one for one in children if not isinstance(one, Token)))

    @v_args(inline=True)
    def negation(self, _not: Token, condition: Any) -> Negation:
        return Negation(condition)

    @v_args(inline=True)
    def bracketed(self, condition: Any) -> Bracketed:
        return Bracketed(condition)

    def comparison(self, children: list[Any]) -> Comparison:
        operand, *words, value = children
        operator = " ".join(word.upper() for word in words)
        return Comparison(operand, "!=" if operator == "<>" else operator, value, operand.position)

    @v_args(inline=True)
    def semi_join(self, query: Query) -> Query:
        return query

    def literals(self, children: list[Literal]) -> tuple[Literal, ...]:
        return tuple(children)

    @v_args(inline=True)
    def literal(self, token: Token) -> Literal:
        kind = _KINDS.get(token.type) or self._word_kind(token)
        return Literal(kind, str(token), _at(token))

    def _word_kind(self, token: Token) -> LiteralKind:
        word = token.upper()
        if word == "NULL":
            return LiteralKind.NULL
        if word in {"TRUE", "FALSE"}:
            return LiteralKind.BOOLEAN
        if is_relative_date(word):
            return LiteralKind.RELATIVE_DATE
        raise self._query.unexpected(_at(token), str(token))

    def group(self, children: list[Any]) -> tuple[tuple[Any, ...], Any]:
        _, _, *items, having = children
        return tuple(items), having

    @v_args(inline=True)
    def having(self, _having: Token, condition: Any) -> Any:
        return condition

    def order(self, children: list[Any]) -> tuple[OrderItem, ...]:
        return tuple(children[2:])

    def order_item(self, children: list[Any]) -> OrderItem:
        operand, *words = children
        said = {word.type for word in words if word is not None}
        nulls = "LAST" in said if "NULLS" in said else None
        return OrderItem(operand, "DESC" in said, nulls)

    @v_args(inline=True)
    def limit(self, _limit: Token, number: Token) -> Token:
        return number

    @v_args(inline=True)
    def offset(self, _offset: Token, number: Token) -> Token:
        return number


_KINDS = {
    "STRING": LiteralKind.STRING,
    "DATETIME": LiteralKind.DATETIME,
    "DATE": LiteralKind.DATE,
    "TIME": LiteralKind.TIME,
    "NUMBER": LiteralKind.NUMBER,
}
