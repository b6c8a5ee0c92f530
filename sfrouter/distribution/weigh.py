"""Holds a condition against a lead and its account, and says in words which value on either side decided."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeVar

from sfrouter.distribution.conditions import FORBIDDEN, Condition, Op, Scalar
from sfrouter.distribution.expression import ExpressionFailedError, evaluate
from sfrouter.model.records import Account, Lead

T = TypeVar("T", Decimal, date)
_BEFORE_POSTAL = re.compile(r"〒\s*|[A-Za-z]{1,3}-(?=\d{3,6}\b)")
_STRICT = {Op.MORE_THAN: Op.AT_LEAST, Op.LESS_THAN: Op.AT_MOST}


@dataclass(frozen=True, slots=True)
class Weighed:
    """Whether a condition holds, and why. `answered` is False where nobody can tell: then neither it nor its
    contrary holds, so that `not` makes no answer out of none."""

    holds: bool
    words: str
    answered: bool = True


def weigh(condition: Condition, lead: Lead, account: Account | None) -> Weighed:
    """The condition's answer. Of `all` the first that fails speaks, of `any` the first that holds."""
    condition = condition.plain()
    if condition.field:
        return _compare(condition, values_of(condition.field, lead, account))
    if condition.cel:
        return _expressed(condition.cel, lead, account)
    if condition.not_ is not None:
        inner = weigh(condition.not_, lead, account)
        if not inner.answered:
            return inner
        return Weighed(not inner.holds, f"not ({inner.words})" if inner.holds else inner.words)
    answers = [weigh(part, lead, account) for part in (*condition.all, *condition.any)]
    if condition.all:
        failed = next((answer for answer in answers if not answer.holds and answer.answered), None)
        return failed or _unanswered(answers) or Weighed(True, " and ".join(answer.words for answer in answers))
    held = next((answer for answer in answers if answer.holds), None)
    return held or _unanswered(answers) or Weighed(False, " and ".join(answer.words for answer in answers))


def _unanswered(answers: Iterable[Weighed]) -> Weighed | None:
    return next((answer for answer in answers if not answer.answered), None)


def _expressed(source: str, lead: Lead, account: Account | None) -> Weighed:
    shown = " ".join(source.split())[:80]
    try:
        holds = evaluate(source, {"lead": _record(lead, "lead"), "account": _record(account, "account")})
    except ExpressionFailedError as failure:
        return Weighed(False, f"cel '{shown}' has no answer ({failure})", answered=False)
    return Weighed(holds, f"cel '{shown}' is {'true' if holds else 'false'}")


def _record(record: Lead | Account | None, noun: str) -> dict[str, object]:
    """A record's values by name, without those that may decide nothing; none of an account that is not there."""
    if record is None:
        return {}
    own = {item.name: getattr(record, item.name) for item in fields(record) if item.name != "extra"}
    return {name: value for name, value in {**record.extra, **own}.items() if f"{noun}.{name}" not in FORBIDDEN}


def values_of(name: str, lead: Lead, account: Account | None) -> tuple[object, ...]:
    """What a field holds: nothing, one value, or several (products, domains)."""
    noun, _, field = name.partition(".")
    record = lead if noun == "lead" else account
    if record is None:
        return ()
    value = getattr(record, field) if field != "extra" and hasattr(record, field) else record.extra.get(field)
    items = value if isinstance(value, tuple) else (value,)
    if field == "postal_code":
        items = tuple(postal(item) for item in items)
    return tuple(item for item in items if item is not None and folded(item))


def postal(code: object) -> object:
    """A postal code without the signs before it and the blanks within its digits: D-80331, 〒100-0001, 110 00."""
    text = _BEFORE_POSTAL.sub("", unicodedata.normalize("NFKC", str(code)).strip()) if code is not None else ""
    return text.replace(" ", "") if text.replace(" ", "").isdigit() else text


def folded(value: object) -> str:
    """A value as text is compared: NFKC, case-folded, without superfluous blanks."""
    return _folded_text(str(value))


@lru_cache(maxsize=20_000)  # of texts, not of values: equal numbers may print differently
def _folded_text(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _compare(condition: Condition, have: tuple[object, ...]) -> Weighed:
    name, op, want = condition.field, condition.op, condition.value
    shown = _beginnings(have) if name == "lead.phone" else have
    if op is Op.EXISTS or op is Op.MISSING:
        holds = bool(have) is (op is Op.EXISTS)
        return Weighed(holds, f"{name} is {_listed(shown) if have else 'empty'}")
    negative = op in (Op.NE, Op.NOT_IN)
    positive = any(_fits(item, op, want) for item in have)
    holds = positive is not negative
    verb = f"is{'' if holds else ' not'} {op.value.replace('_', ' ')}"
    return Weighed(holds, f"{name} {_listed(shown) if have else '(empty)'} {verb} {_listed(want)}")


def _beginnings(numbers: tuple[object, ...]) -> tuple[object, ...]:
    """A telephone number is a person's: the trace keeps only where it is from."""
    return tuple(f"{str(number)[:5]}…" for number in numbers)


def _listed(values: Iterable[object]) -> str:
    shown = [" ".join(str(value).split())[:40] for value in values]
    more = f" and {len(shown) - 6} more" if len(shown) > 6 else ""
    return ", ".join(f"'{value}'" for value in shown[:6]) + more


def _fits(have: object, op: Op, want: tuple[Scalar, ...]) -> bool:
    if op in (Op.EQ, Op.NE, Op.IN, Op.NOT_IN):
        return any(_same(have, one) for one in want)
    if op is Op.STARTS_WITH:
        return any(folded(have).startswith(folded(one)) for one in want)
    if op is Op.CONTAINS:
        return any(folded(one) in folded(have) for one in want)
    if op in _STRICT:
        return _fits(have, _STRICT[op], want) and not _same(have, want[0])
    low = want[0] if op in (Op.BETWEEN, Op.AT_LEAST) else None
    high = want[-1] if op in (Op.BETWEEN, Op.AT_MOST) else None
    return _in_order(have, low, high)


def _same(have: object, want: Scalar) -> bool:
    if _is_number(have):
        left, right = _number(have), _number(want)
        return left is not None and left == right
    return folded(have) == folded(want)


def _in_order(have: object, low: Scalar | None, high: Scalar | None) -> bool:
    """Days as days, numbers as numbers, else as text; a value of another kind than the bounds does not fit."""
    if isinstance(have, date):
        return _within(_day(have), _day(low), _day(high), (low, high))
    if all(bound is None or _number(bound) is not None for bound in (low, high)):
        return _within(_leading_number(have), _number(low), _number(high), (low, high))
    return not _is_number(have) and _within_text(folded(have), low, high)


def _within(value: T | None, low: T | None, high: T | None, bounds: tuple[object, object]) -> bool:
    """Is the value inside? A bound that was given but is of another kind lets nothing in."""
    understood = all((edge is None) == (bound is None) for edge, bound in zip((low, high), bounds, strict=True))
    return value is not None and understood and (low is None or low <= value) and (high is None or value <= high)


def _within_text(value: str, low: Scalar | None, high: Scalar | None) -> bool:
    """Between A and C lies also Cologne: the upper bound counts as a beginning."""
    end = folded(high) if high is not None else ""
    return (low is None or value >= folded(low)) and (high is None or value[: len(end)] <= end)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _number(value: object) -> Decimal | None:
    """A finite number out of a number or a text that is one."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(folded(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _leading_number(value: object) -> Decimal | None:
    """The number a text is or begins with, as in the postal code 94105-1234."""
    start = re.match(r"\d+(?=[\s-]|[a-z]{1,3}$)", folded(value)) if isinstance(value, str) else None
    return _number(start.group() if start else value)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(folded(value))
    except ValueError:
        return None
