"""Reads the org's own automations from a world file: validation rules, duplicate rules and flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.duplicates import MESSAGE
from sfrouter.localorg.world_problems import Faults, Path
from sfrouter.localorg.world_rules import CriterionText, read_criteria

ACTIONS = ("revert_owner", "assign", "rotate", "convert", "set", "delete", "fail")
"""What a flow of a world file can do."""

_OCCASION = ("name", "object", "on", "when", "changed", "only_for", "not_for")
_FLOW = (*_OCCASION, "action", "to", "values", "message", "after_seconds", "again", "run_as")
_VALIDATION = (*_OCCASION, "message", "field")
_DUPLICATE = ("name", "object", "on", "action", "alert", "message", "not_for", "match")
_MATCH = ("name", "object", "fields")
_EVENTS = ("create", "update")
_NEEDS = {"assign": "to", "rotate": "to", "set": "values", "fail": "message"}
_LONGEST_WAIT = 2_592_000

AUTOMATION_SETTINGS = ("validation_rules", "duplicate_rules", "flows")


@dataclass(frozen=True, slots=True, kw_only=True)
class OccasionText:
    """When a rule or flow applies; users are still references like "@bob"."""

    path: Path
    object_name: str
    creating: bool
    updating: bool
    criteria: tuple[CriterionText, ...]
    changed: tuple[str, ...]
    only_for: tuple[str, ...] | None
    not_for: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationText:
    """A validation rule."""

    path: Path
    name: str
    occasion: OccasionText
    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class MatchText:
    """What makes a duplicate: an object and its fields, by the field of the saved row they are held against."""

    path: Path
    name: str
    object_name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateText:
    """A duplicate rule."""

    path: Path
    name: str
    occasion: OccasionText
    blocks: bool
    alerts: bool
    message: str
    matches: tuple[MatchText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowText:
    """A flow."""

    path: Path
    name: str
    occasion: OccasionText
    action: str
    to: tuple[str, ...]
    values: Mapping[str, Any]
    message: str
    after_seconds: int
    again: bool
    run_as: str | None


@dataclass(frozen=True, slots=True)
class AutomationText:
    """Everything that the org does by itself."""

    validations: tuple[ValidationText, ...]
    duplicates: tuple[DuplicateText, ...]
    flows: tuple[FlowText, ...]


def read_automation(faults: Faults, top: Mapping[str, Any]) -> AutomationText:
    """The automations; none where the file says nothing."""

    def each(key: str, read: Any) -> tuple[Any, ...]:
        listed = faults.entries(top.get(key, []), (key,))
        return tuple(read(faults, value, (key, number)) for number, value in enumerate(listed))

    return AutomationText(
        each("validation_rules", _validation), each("duplicate_rules", _duplicate), each("flows", _flow)
    )


def _validation(faults: Faults, value: Any, path: Path) -> ValidationText:
    told = faults.mapping(value, path, _VALIDATION, ("name", "object", "message"))
    return ValidationText(
        path=path,
        name=faults.text(told, "name", path) or "",
        occasion=_occasion(faults, told, path),
        message=faults.text(told, "message", path) or "",
        field=faults.text(told, "field", path),
    )


def _occasion(faults: Faults, told: Mapping[str, Any], path: Path) -> OccasionText:
    events = faults.texts(told, "on", path) if "on" in told else _EVENTS
    for number, event in enumerate(events):
        faults.choice(event, (*path, "on", number), _EVENTS, "kind of write")
    return OccasionText(
        path=path,
        object_name=faults.text(told, "object", path) or "",
        creating="create" in events,
        updating="update" in events,
        criteria=read_criteria(faults, told, path),
        changed=faults.texts(told, "changed", path),
        only_for=faults.texts(told, "only_for", path) if "only_for" in told else None,
        not_for=faults.texts(told, "not_for", path),
    )


def _duplicate(faults: Faults, value: Any, path: Path) -> DuplicateText:
    told = faults.mapping(value, path, _DUPLICATE, ("name", "object", "match"))
    action = told.get("action", "allow")
    faults.choice(action, (*path, "action"), ("allow", "block"), "action of a duplicate rule")
    listed = faults.entries(told.get("match", []), (*path, "match"))
    return DuplicateText(
        path=path,
        name=faults.text(told, "name", path) or "",
        occasion=_occasion(faults, told, path),
        blocks=action == "block",
        alerts=faults.flag(told, "alert", path, True),
        message=faults.text(told, "message", path) or MESSAGE,
        matches=tuple(_match(faults, told, one, (*path, "match", n)) for n, one in enumerate(listed)),
    )


def _match(faults: Faults, rule: Mapping[str, Any], value: Any, path: Path) -> MatchText:
    """`fields` is a list of names, the same on both sides, or an object {field of the row: field compared}."""
    told = faults.mapping(value, path, _MATCH, ("fields",))
    given = told.get("fields", [])
    if isinstance(given, dict):
        fields = {name: faults.text(given, name, (*path, "fields")) or "" for name in given}
    else:
        fields = {name: name for name in faults.texts(told, "fields", path)}
    object_name = faults.text(told, "object", path) or str(rule.get("object"))
    name = faults.text(told, "name", path) or f"{rule.get('name')} match"
    return MatchText(path, name, object_name, fields)


def _flow(faults: Faults, value: Any, path: Path) -> FlowText:
    told = faults.mapping(value, path, _FLOW, ("name", "object", "action"))
    action = told.get("action")
    if "action" in told and faults.choice(action, (*path, "action"), ACTIONS, "action of a flow"):
        need = _NEEDS.get(str(action))
        if need is not None and not told.get(need):
            faults.add(path, f"a flow that does {action!r} lacks {need!r}", f"Add {need!r}")
        if action == "convert" and told.get("object") != "Lead":
            faults.add((*path, "object"), "only leads can be converted", "Write 'Lead'")
    seconds = faults.count(told, "after_seconds", path, 0)
    if seconds > _LONGEST_WAIT:
        faults.add((*path, "after_seconds"), "a flow waits 30 days at most", f"Write {_LONGEST_WAIT} or less")
    return FlowText(
        path=path,
        name=faults.text(told, "name", path) or "",
        occasion=_occasion(faults, told, path),
        action=str(action),
        to=faults.texts(told, "to", path),
        values=faults.mapping(told.get("values", {}), (*path, "values")),
        message=faults.text(told, "message", path) or "",
        after_seconds=seconds,
        again=faults.flag(told, "again", path, False),
        run_as=faults.text(told, "run_as", path),
    )
