"""Brings the places that an admin writes in conditions into the form leads have when they are compared (L03)."""

from typing import Any, TypeVar

from pydantic import BaseModel

from sfrouter.base.standards import Standards
from sfrouter.distribution.conditions import Condition, Op

_EXACT = frozenset({Op.EQ, Op.NE, Op.IN, Op.NOT_IN})
_COUNTRIES = frozenset({"lead.country", "account.country"})
_STATES = frozenset({"lead.state", "account.state"})
Part = TypeVar("Part", bound=BaseModel)


def in_standard_form(part: Part, standards: Standards) -> Part:
    """The same territory, pool or condition, with "Germany" as DE and "Calif." as California wherever it compares.

    Only whole values are read so; the beginning or a piece of a name stays what it is.
    """
    changed: dict[str, Any] = {
        name: _standard(value, standards)
        for name in type(part).model_fields
        if (value := getattr(part, name)) and isinstance(value, BaseModel | tuple)
    }
    if isinstance(part, Condition) and part.op in _EXACT:
        if part.field in _COUNTRIES:
            changed["value"] = tuple(dict.fromkeys(standards.country(str(one)) for one in part.value))
        elif part.field in _STATES:
            meant = (name for one in part.value for name in standards.states_meant(str(one)))
            changed["value"] = tuple(dict.fromkeys(meant))
        if part.field in _COUNTRIES | _STATES and len(changed["value"]) > 1:
            changed["op"] = {Op.EQ: Op.IN, Op.NE: Op.NOT_IN}.get(part.op, part.op)
    return part.model_copy(update=changed) if changed else part


def _standard(value: Any, standards: Standards) -> Any:
    if isinstance(value, BaseModel):
        return in_standard_form(value, standards)
    return tuple(in_standard_form(one, standards) if isinstance(one, BaseModel) else one for one in value)
