"""Finds comparisons in a CEL expression that can never be meant, such as a number of employees with a text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields as dataclass_fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import get_args, get_origin

from sfrouter.model.records import Account, Lead


class Kind(StrEnum):
    """What an expression can tell apart; days and words of ours come as text."""

    NUMBER = "a number"
    TEXT = "text"
    FLAG = "true or false"
    LIST = "a list"


_MENDS: Mapping[Kind, str] = MappingProxyType({
    Kind.NUMBER: "write the number without quotation marks",
    Kind.TEXT: "write the text in quotation marks",
    Kind.FLAG: "write true or false without quotation marks, or the field alone",
    Kind.LIST: "write 'text in field'",
})  # fmt: skip
_TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*)"
    r"|(?P<text>[rRbB]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'))"
    r"|(?P<number>0[xX][0-9a-fA-F]+u?|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?u?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>&&|\|\||[=!<>]=|.)",
    re.DOTALL,
)
_COMPARE = frozenset({"==", "!=", "<", "<=", ">", ">="})
# Beside anything else (an addition, a call, an index) a value is but a part of what is compared.
_BEFORE = frozenset({"", "(", "[", "{", ",", "&&", "||", "?", ":"})
_AFTER = frozenset({"", ")", "]", "}", ",", "&&", "||", "?", ":"})
_Tokens = Sequence[tuple[str, str]]
_Plain = tuple[str, Kind]  # a value as it is written
_Fields = Mapping[str, Kind]
_NOTHING: _Fields = MappingProxyType({})


def misfits(source: str, further: Mapping[str, Kind] = _NOTHING) -> Iterator[str]:
    """In words, each comparison of a field with what is of another kind, a mend after the semicolon.

    With `further`, the kinds of `extra` fields by noun.name, only comparisons with one of those.
    """
    kinds = {**_KINDS, **further}
    tokens = [(one.lastgroup or "", one.group()) for one in _TOKEN.finditer(source) if one.lastgroup != "skip"]
    for at, (_, sign) in enumerate(tokens):
        left = _left(tokens, at, kinds) if sign in _COMPARE or sign == "in" else None
        if left is None:
            continue
        for right in _right(tokens, at + 1, kinds) if sign in _COMPARE else _listed(tokens, at + 1, kinds):
            if left[1] is not right[1] and (not further or {left[0], right[0]} & further.keys()):
                yield from _told(left, right, kinds)


def _told(left: _Plain, right: _Plain, fields: _Fields) -> Iterator[str]:
    field, other = (left, right) if left[0] in fields else (right, left)
    if field[0] in fields:
        what = f"'{field[0]}' is {field[1]}, but {other[0][:40]} is {other[1]}: the two cannot be compared"
        yield f"{what}; {_MENDS[field[1]]}"


def _left(tokens: _Tokens, at: int, fields: _Fields) -> _Plain | None:
    """The plain value that ends before here."""
    for length in (3, 2, 1):
        if at >= length:
            before = tokens[at - length - 1][1] if at > length else ""
            found = _value(tokens[at - length : at], fields)
            if found and before in _BEFORE:
                return found
    return None


def _right(tokens: _Tokens, at: int, fields: _Fields) -> Iterator[_Plain]:
    """The plain value that begins here."""
    for length in (3, 2, 1):
        if at + length <= len(tokens):
            after = tokens[at + length][1] if at + length < len(tokens) else ""
            found = _value(tokens[at : at + length], fields)
            if found and after in _AFTER:
                yield found
                return


def _listed(tokens: _Tokens, at: int, fields: _Fields) -> Iterator[_Plain]:
    """The plain values of the list that begins here."""
    if at < len(tokens) and tokens[at][1] == "[":
        for place in range(at, len(tokens)):
            if tokens[place][1] == "]":
                return
            if tokens[place][1] in ("[", ","):
                yield from _right(tokens, place + 1, fields)


def _value(tokens: _Tokens, fields: _Fields) -> _Plain | None:
    """What these tokens say together: a field of known kind, a text, a number, true or false."""
    words = "".join(text for _, text in tokens)
    kinds = [kind for kind, _ in tokens]
    if kinds == ["name", "sign", "name"] and words in fields:
        return words, fields[words]
    if kinds == ["text"]:
        return words, Kind.TEXT
    if kinds == ["number"] or (kinds == ["sign", "number"] and words.startswith("-")):
        return words, Kind.NUMBER
    return (words, Kind.FLAG) if words in ("true", "false") else None


def _kind(of: object) -> Kind | None:
    """The kind of a model's field by its type: int | None is a number."""
    types = [one for one in get_args(of) or (of,) if one is not type(None)]
    if get_origin(of) is tuple:
        return Kind.LIST
    (only,) = types if len(types) == 1 else (None,)
    if not isinstance(only, type):
        return None
    if issubclass(only, bool):
        return Kind.FLAG
    if issubclass(only, int | float | Decimal):
        return Kind.NUMBER
    return Kind.TEXT if issubclass(only, str | date) else None


_KINDS: Mapping[str, Kind] = MappingProxyType({
    f"{noun}.{item.name}": kind
    for noun, record in (("lead", Lead), ("account", Account))
    for item in dataclass_fields(record)
    if (kind := _kind(item.type)) is not None
})  # fmt: skip
