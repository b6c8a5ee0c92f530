"""Assignment rules: the org's own way of giving a new or changed lead or case to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition of an entry: any of the values may fit (for the negative operators: none may)."""

    field: str
    operator: str
    values: tuple[Value, ...]

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row fits."""
        found = row.get(self.field)
        if self.operator == "not_equal":
            return not any(_equal(found, value) for value in self.values)
        if self.operator == "not_contain":
            return not any(_text(value) in _text(found) for value in self.values)
        return any(_compare(self.operator, found, value) for value in self.values)


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One line of a rule: where all criteria hold, `owner_id` gets the record."""

    criteria: tuple[Criterion, ...]
    owner_id: str


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """A rule of one object, with the id of its AssignmentRule row."""

    id: str
    name: str
    object_name: str
    active: bool
    entries: tuple[RuleEntry, ...]

    def owner_for(self, row: Mapping[str, Any]) -> str | None:
        """The owner that the first fitting entry names, or None when no entry fits."""
        for entry in self.entries:
            if all(criterion.holds(row) for criterion in entry.criteria):
                return entry.owner_id
        return None


def assigned_owner(org: Org, kind: ObjectType, row: Mapping[str, Any], header: str | None) -> str | None:
    """The owner an assignment rule puts on a row being created or updated, or None to leave it alone.

    `header` is Sforce-Auto-Assign: absent means TRUE, which is the trap for every integration. When a rule runs
    and no entry fits a lead, the default lead owner gets it, if the org names one. Raises OrgError 400
    INVALID_ASSIGNMENT_RULE for a header that is neither TRUE, FALSE nor the id of a rule of this object.
    """
    rule = _rule_for(org, kind, header)
    if rule is None:
        return None
    owner = rule.owner_for(row)
    if owner is None and kind.name == "Lead":
        return org.default_lead_owner
    return owner


def _rule_for(org: Org, kind: ObjectType, header: str | None) -> AssignmentRule | None:
    wish = (header or "TRUE").strip()
    if wish.upper() == "FALSE":
        return None
    rules = [rule for rule in org.rules if rule.object_name == kind.name]
    if wish.upper() == "TRUE":
        return next((rule for rule in rules if rule.active), None)
    named = next((rule for rule in rules if wish in (rule.id, rule.id[:15])), None)
    if named is None:
        raise OrgError(400, "INVALID_ASSIGNMENT_RULE", f"Invalid value for Sforce-Auto-Assign: {wish}")
    return named


def _compare(operator: str, found: Any, value: Value) -> bool:
    if operator == "equals":
        return _equal(found, value)
    if operator == "contains":
        return value is not None and _text(value) in _text(found)
    if operator == "starts_with":
        return value is not None and _text(found).startswith(_text(value))
    return _ordered(operator, found, value)


def _equal(found: Any, value: Value) -> bool:
    if isinstance(found, bool) or isinstance(value, bool):
        return found is value
    if isinstance(found, int | float) and isinstance(value, int | float):
        return found == value
    return _text(found) == _text(value)


def _ordered(operator: str, found: Any, value: Value) -> bool:
    if isinstance(found, date):
        left, right = found.isoformat(), str(value)
    elif isinstance(found, int | float) and isinstance(value, int | float):
        left, right = found, value  # type: ignore[assignment]
    elif isinstance(found, str) and isinstance(value, str):
        left, right = found.lower(), value.lower()
    else:
        return False
    if operator == "less_than":
        return left < right
    if operator == "greater_than":
        return left > right
    return left <= right if operator == "less_or_equal" else left >= right


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value).lower()
