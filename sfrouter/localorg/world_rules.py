"""Reads the assignment rules of a world file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.world_problems import Faults, Path

OPERATORS = (
    "equals",
    "not_equal",
    "contains",
    "not_contain",
    "starts_with",
    "less_than",
    "greater_than",
    "less_or_equal",
    "greater_or_equal",
)
"""The comparisons an entry may make, as Salesforce's rule editor offers them."""

_RULE = ("key", "name", "object", "active", "entries")
_ENTRY = ("when", "assign_to")
_CRITERION = ("field", "operator", "value")
RULED_OBJECTS = ("Lead", "Case")


@dataclass(frozen=True, slots=True)
class CriterionText:
    """One condition: field, comparison, and one or several values of which any may fit."""

    path: Path
    field: str
    operator: str
    values: tuple[str | int | float | bool | None, ...]


@dataclass(frozen=True, slots=True)
class EntryText:
    """One line of a rule: all conditions must hold; none means always. `assign_to` is a user or queue."""

    path: Path
    criteria: tuple[CriterionText, ...]
    assign_to: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """One assignment rule; its entries are tried in their order."""

    path: Path
    key: str | None
    name: str
    object_name: str
    active: bool
    entries: tuple[EntryText, ...]


def read_rules(faults: Faults, value: Any) -> tuple[RuleText, ...]:
    """The assignment rules; at most one a object may be active, as in Salesforce."""
    rules = [
        _rule(faults, one, ("assignment_rules", number))
        for number, one in enumerate(faults.entries(value, ("assignment_rules",)))
    ]
    active: set[str] = set()
    for rule in rules:
        if rule.active and rule.object_name in active:
            mend = "Set 'active' to false on all but one"
            faults.add(rule.path, f"a second active rule for {rule.object_name}", mend)
        if rule.active:
            active.add(rule.object_name)
    return tuple(rules)


def _rule(faults: Faults, value: Any, path: Path) -> RuleText:
    told = faults.mapping(value, path, _RULE, ("name", "object", "entries"))
    object_name = told.get("object")
    if "object" in told:
        faults.choice(object_name, (*path, "object"), RULED_OBJECTS, "object with assignment rules")
    entries = [
        _entry(faults, one, (*path, "entries", number))
        for number, one in enumerate(faults.entries(told.get("entries", []), (*path, "entries")))
    ]
    return RuleText(
        path=path,
        key=faults.text(told, "key", path),
        name=faults.text(told, "name", path) or "",
        object_name=str(object_name),
        active=faults.flag(told, "active", path, True),
        entries=tuple(entries),
    )


def _entry(faults: Faults, value: Any, path: Path) -> EntryText:
    told = faults.mapping(value, path, _ENTRY, ("assign_to",))
    return EntryText(path, read_criteria(faults, told, path), faults.text(told, "assign_to", path) or "")


def read_criteria(faults: Faults, told: Mapping[str, Any], path: Path) -> tuple[CriterionText, ...]:
    """The conditions under `when` of an entry, a rule or a flow; none means always."""
    listed = faults.entries(told.get("when", []), (*path, "when"))
    return tuple(_criterion(faults, one, (*path, "when", number)) for number, one in enumerate(listed))


def _criterion(faults: Faults, value: Any, path: Path) -> CriterionText:
    told = faults.mapping(value, path, _CRITERION, ("field", "operator", "value"))
    if "operator" in told:
        faults.choice(told["operator"], (*path, "operator"), OPERATORS, "comparison")
    given = told.get("value")
    values = tuple(given) if isinstance(given, list) else (given,)
    if any(isinstance(one, list | dict) for one in values):
        faults.add(
            (*path, "value"), "a value is a list or an object", "Write a text, a number, true, false or null"
        )
    return CriterionText(path, faults.text(told, "field", path) or "", str(told.get("operator")), values)
