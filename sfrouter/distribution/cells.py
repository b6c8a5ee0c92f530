"""The kinds of leads that territories can tell apart: of each kind one, so that all of them can be looked at."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice, pairwise, product
from math import prod
from types import MappingProxyType
from typing import Any, TypeVar

from sfrouter.distribution.conditions import Condition, Op, Scalar
from sfrouter.distribution.territories import Territory
from sfrouter.distribution.weigh import weigh
from sfrouter.model.ids import to_18
from sfrouter.model.records import Account, Lead

MOST_CELLS = 5_000
OTHER = "any other"
_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
_LEAD = Lead(id=to_18("00Q000000000001"), owner_id=None, created_at=_NOON, modified_at=_NOON, stamp=_NOON)
_ACCOUNT = Account(id=to_18("001000000000001"), name="")
_LISTS = frozenset({"domains", "products"})
_LITERAL = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'|\b(\d+(?:\.\d+)?)\b")

Value = Scalar | None
Record = TypeVar("Record", Lead, Account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One kind of lead: a value for every field that a condition names (None: empty), and the two records."""

    values: Mapping[str, Value]
    lead: Lead
    account: Account

    def __str__(self) -> str:
        said = (f"{name} {'empty' if value is None else value}" for name, value in self.values.items())
        return ", ".join(said) or "every lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """All kinds of leads that some territories tell apart. `total` may be more than are looked at."""

    classes: Mapping[str, tuple[Value, ...]]
    total: int

    @property
    def whole(self) -> bool:
        """Are all kinds looked at?"""
        return self.total <= MOST_CELLS

    def cells(self) -> Iterator[Cell]:
        """One lead of each kind, in a fixed order, `MOST_CELLS` at most."""
        names = tuple(self.classes)
        for values in islice(product(*self.classes.values()), MOST_CELLS):
            yield cell(dict(zip(names, values, strict=True)))


def space(territories: Sequence[Territory]) -> Space:
    """The kinds of leads: two values of a field on which every comparison agrees are one kind."""
    atoms: dict[str, list[Condition]] = {}
    free: dict[str, list[Value]] = {}  # fields of CEL expressions: no comparison to agree on
    for condition in (one.when for one in territories if one.when):
        for atom in condition.comparisons():
            atoms.setdefault(atom.field, []).append(atom)
        for name, literals in _in_cel(condition):
            free.setdefault(name, []).extend(literals)
    classes = {name: _classes(name, atoms.get(name, []), free.get(name, [])) for name in sorted({*atoms, *free})}
    return Space(classes=MappingProxyType(classes), total=prod(len(values) for values in classes.values()))


def cell(values: Mapping[str, Value]) -> Cell:
    """The lead and the account that hold these values."""
    lead, account = _LEAD, _ACCOUNT
    for name, value in values.items():
        noun, _, field = name.partition(".")
        if noun == "lead":
            lead = _with(lead, field, value)
        else:
            account = _with(account, field, value)
    return Cell(values=MappingProxyType(dict(values)), lead=lead, account=account)


def _with(record: Record, field: str, value: Value) -> Record:
    known = {item.name: item for item in fields(record)}
    changed: dict[str, Any] = {field: value}
    if field not in known:
        changed = {"extra": {**record.extra, field: value}}
    elif field in _LISTS:
        changed = {field: () if value is None else (str(value),)}
    elif known[field].type in (str, "str"):
        changed = {field: "" if value is None else str(value)}
    return replace(record, **changed)


def _classes(name: str, atoms: Sequence[Condition], literals: Sequence[Value]) -> tuple[Value, ...]:
    found: dict[object, Value] = {}
    values: list[Value] = [None, OTHER, *literals]
    for atom in atoms:
        values += _around(atom)
    values += _between([bound for atom in atoms if atom.op in _LIMITS for bound in atom.value])
    limited = any(atom.op in _LIMITS for atom in atoms)  # between two numbers is not the same as empty
    for value in values:
        here = cell({name: value})
        answers = tuple(weigh(atom, here.lead, here.account).holds for atom in atoms)
        key = str(value) if literals else limited and (value is None or _number(value) is None)
        found.setdefault((answers, key), value)
    return tuple(found.values())


_LIMITS = frozenset({Op.BETWEEN, Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN})


def _around(atom: Condition) -> list[Value]:
    """Values on either side of what a comparison asks."""
    near: list[Value] = list(atom.value)
    if atom.op is Op.STARTS_WITH:
        near += [f"{value}0" for value in atom.value]
    if atom.op in _LIMITS:
        near += [beside for value in atom.value for beside in _beside(value)]
    return near


def _beside(value: Scalar) -> tuple[Value, ...]:
    number = _number(value)
    if number is not None:
        return tuple(_like(value, number + step) for step in (-1, 1))
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return (f"{value}0", str(value)[:-1] or None)
    return (day - timedelta(days=1), day, day + timedelta(days=1))


def _between(bounds: Sequence[Scalar]) -> list[Value]:
    """Between two neighbouring limits one value: there is where gaps are."""
    numbers = sorted({number for bound in bounds if (number := _number(bound)) is not None})
    like = bounds[0] if bounds else 0
    # Whole limits that meet, such as 100 and 101, leave no room for people to count in.
    apart = ((low, high) for low, high in pairwise(numbers) if high - low > 1 or low % 1 or high % 1)
    return [_like(like, (low + high) / 2) for low, high in apart]


def _like(model: Scalar, number: Decimal) -> Value:
    """A number written as its neighbour is: 01067 keeps its zeros, whole numbers stay whole."""
    if isinstance(model, str):
        return str(int(number)).zfill(len(model)) if number == int(number) else str(number)
    return int(number) if number == int(number) else float(number)


def _number(value: Scalar) -> Decimal | None:
    if isinstance(value, bool | date):
        return None
    try:
        return Decimal(str(value).strip())
    except ArithmeticError:
        return None


def _in_cel(condition: Condition) -> Iterator[tuple[str, list[Value]]]:
    """The fields of every CEL expression with the texts and numbers that stand in it."""
    if condition.cel:
        literals: list[Value] = []
        for double, single, number in _LITERAL.findall(condition.cel):
            literals += [int(number) if number.isdigit() else float(number)] if number else [double or single]
        for name in sorted(Condition(cel=condition.cel).fields()):
            yield name, literals
    for part in condition.parts():
        yield from _in_cel(part)
