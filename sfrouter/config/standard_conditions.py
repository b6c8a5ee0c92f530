"""Brings the values that an admin writes in conditions into the form leads have when they are compared (L03)."""

from typing import Any, TypeVar

from pydantic import BaseModel

from sfrouter.base.standards import Standards
from sfrouter.distribution.conditions import Condition, Op, Scalar

_EXACT = frozenset({Op.EQ, Op.NE, Op.IN, Op.NOT_IN})
_COUNTRIES = frozenset({"lead.country", "account.country"})
_STATES = frozenset({"lead.state", "account.state"})
_DEPARTMENT, _SENIORITY, _PHONE = "lead.department", "lead.seniority", "lead.phone"
Part = TypeVar("Part", bound=BaseModel)


def in_standard_form(part: Part, standards: Standards) -> Part:
    """The same territory, pool or condition, with "Germany" as DE and "Technik" as Engineering in comparisons.

    Only whole values are read so; the beginning or a piece of a name stays what it is.
    """
    changed: dict[str, Any] = {
        name: _standard(value, standards)
        for name in type(part).model_fields
        if (value := getattr(part, name)) and isinstance(value, BaseModel | tuple)
    }
    if isinstance(part, Condition) and part.op in _EXACT:
        meant = tuple(dict.fromkeys(name for one in part.value for name in _meant(part.field, one, standards)))
        changed["value"] = meant
        if len(meant) > 1:
            changed["op"] = {Op.EQ: Op.IN, Op.NE: Op.NOT_IN}.get(part.op, part.op)
    return part.model_copy(update=changed) if changed else part


def _meant(field: str, value: Scalar, standards: Standards) -> tuple[Scalar, ...]:
    """The standard forms of a value as it is written: several when it may mean several states."""
    text = str(value)
    if field in _COUNTRIES:
        return (standards.country(text),)
    if field in _STATES:
        return standards.states_meant(text)
    if field == _DEPARTMENT:
        return (standards.department(text),)
    if field == _SENIORITY:
        return (standards.rank(text),)
    return (standards.phone(text, ""),) if field == _PHONE else (value,)


def _standard(value: Any, standards: Standards) -> Any:
    if isinstance(value, BaseModel):
        return in_standard_form(value, standards)
    return tuple(in_standard_form(one, standards) if isinstance(one, BaseModel) else one for one in value)
