"""A condition written as a CEL expression, for what field, op and value cannot say; an extra to be installed."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sfrouter.base.shelf import did_you_mean
from sfrouter.distribution.expression_kinds import misfits

if TYPE_CHECKING:
    from cel import Program

MAX_LENGTH = 1_000
VARIABLES = ("account", "lead")
FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bool", "type",
     "dyn", "max", "min", "timestamp", "duration", "getFullYear", "getMonth", "getDate", "getDayOfWeek", "has"}
)  # fmt: skip
_TEXT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_FIELD = re.compile(r"\b(lead|account)\s*\.\s*([A-Za-z_]\w*)")
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")


class ExpressionFailedError(Exception):
    """The expression gave no true or false for these values; the words say why."""


def check_expression(source: str) -> None:
    """Raises ValueError for what is too long, no CEL, speaks of anything but lead and account, or compares a field
    with what is of another kind."""
    if len(source) > MAX_LENGTH:
        raise ValueError(f"an expression may have {MAX_LENGTH} characters, not {len(source)}; use all and any")
    program = _compiled(source)
    bound = set(_BOUND.findall(_TEXT.sub("''", source)))
    for name in program.variables():
        if name not in VARIABLES and name not in bound:
            near = did_you_mean(name, VARIABLES) or " There are lead and account."
            raise ValueError(f"the expression speaks of '{name}', which is nothing here.{near}")
    for name in program.functions():
        if name.isidentifier() and not name.startswith("_") and name not in FUNCTIONS:
            near = did_you_mean(name, FUNCTIONS) or f" There are {', '.join(sorted(FUNCTIONS))}."
            raise ValueError(f"the expression calls '{name}', which is no function here.{near}")
    for words in misfits(source):
        raise ValueError(words)


def fields_in(source: str) -> frozenset[str]:
    """The fields an expression names, as noun.name."""
    return frozenset(f"{noun}.{name}" for noun, name in _FIELD.findall(_TEXT.sub("''", source)))


def evaluate(source: str, values: Mapping[str, Mapping[str, object]]) -> bool:
    """The answer for these records. Raises ExpressionFailedError when there is none, as for a missing field."""
    context = {noun: {name: _plain(value) for name, value in of.items()} for noun, of in values.items()}
    try:
        answer = _compiled(source).execute(context)
    except Exception as failure:  # the library raises many kinds, all for values that do not fit
        raise ExpressionFailedError(" ".join(str(failure).split())[:120]) from None
    if not isinstance(answer, bool):
        raise ExpressionFailedError(f"the answer is {type(answer).__name__}, neither true nor false")
    return answer


@lru_cache(maxsize=1_000)
def _compiled(source: str) -> "Program":
    try:
        import cel
    except ImportError:
        raise ValueError(
            "CEL expressions need an extra package: pip install 'sfrouter[cel]', or write field, op and value"
        ) from None
    try:
        return cel.compile(source)
    except Exception as failure:
        raise ValueError(f"this is no CEL expression: {_first_fault(str(failure))}") from None


def _first_fault(text: str) -> str:
    """The first complaint with its place; the rest of the library's message repeats the expression."""
    found = re.search(r"<input>:(\d+):(\d+): (.{0,90})", text)
    if not found:
        return " ".join(text.split())[:120]
    line = f"line {found[1]}, " if found[1] != "1" else ""
    return f"at {line}character {found[2]}: {found[3].strip()}"


def _plain(value: object) -> Any:
    """A value as CEL knows it: numbers as numbers, days as text 2026-11-30, words of ours as text."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
