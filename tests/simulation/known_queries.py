"""The tree of a query that differs from a known one only in times and ids, made without parsing it again."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.soql_ast import Both, Bracketed, Comparison, Literal, Negation, Query
from sfrouter.localorg.soql_parse import parse

_VALUE = re.compile(r"'[0-9A-Za-z]{18}'|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z")
_DIGIT = re.compile(r"\d")
_ANY_ID = f"'{'1' * 18}'"
_parsed = lru_cache(maxsize=4000)(parse)


def parsed(text: str) -> Query:
    """What `parse` says of the text. Raises OrgError as it does.

    Every value is replaced by one of its length, so that everything else stays where it is. Where a value is not
    a literal of the outermost WHERE, or the text is none that can be parsed, the text itself is parsed.
    """
    values = {found.start(): found.group() for found in _VALUE.finditer(text)}
    try:
        query = _parsed(_VALUE.sub(_stand_in, text))
    except OrgError:
        return parse(text)
    filled = replace(query, where=_with(query.where, values))
    return parse(text) if values else filled


def _stand_in(found: re.Match[str]) -> str:
    return _ANY_ID if found.group().startswith("'") else _DIGIT.sub("1", found.group())


def _with(node: Any, values: dict[int, str]) -> Any:
    """The same with the values in their places; what is put back is taken out of `values`."""
    match node:
        case Literal():
            return replace(node, raw=values.pop(node.position, node.raw))
        case Comparison():
            return replace(node, value=_with(node.value, values))
        case Both():
            return replace(node, conditions=_with(node.conditions, values))
        case Negation() | Bracketed():
            return replace(node, condition=_with(node.condition, values))
        case tuple():
            return tuple(_with(one, values) for one in node)
    return node
