"""Puts the validation rules, duplicate rules and flows of a world into the org."""

from __future__ import annotations

from collections.abc import Sequence

from sfrouter.localorg import flow_actions
from sfrouter.localorg.assignment import Criterion
from sfrouter.localorg.duplicates import DuplicateRule, Matching
from sfrouter.localorg.flow_actions import Run
from sfrouter.localorg.flows import Flow
from sfrouter.localorg.occasion import Occasion
from sfrouter.localorg.org import Org
from sfrouter.localorg.validation import ValidationRule
from sfrouter.localorg.world_automation import AutomationText, DuplicateText, FlowText, MatchText, OccasionText
from sfrouter.localorg.world_names import field_called, object_called
from sfrouter.localorg.world_problems import Faults, Path
from sfrouter.localorg.world_rows import RowLoader
from sfrouter.localorg.world_rules import CriterionText


def load_automation(org: Org, faults: Faults, loader: RowLoader, told: AutomationText) -> None:
    """All automations; faults are noted."""
    for rule in told.validations:
        occasion = _occasion(org, faults, loader, rule.occasion)
        field = _field(org, faults, (*rule.path, "field"), occasion.object_name, rule.field)
        org.validation_rules.append(
            ValidationRule(name=rule.name, occasion=occasion, message=rule.message, field=field)
        )
    for duplicate in told.duplicates:
        org.duplicate_rules.append(_duplicate(org, faults, loader, duplicate))
    for flow in told.flows:
        made = _flow(org, faults, loader, flow)
        if flow.name in org.flows.names():
            faults.add((*flow.path, "name"), f"a flow called {flow.name!r} stands twice", "Choose another name")
        elif made is not None:
            org.flows.add(made)


def criteria_of(
    org: Org, faults: Faults, object_name: str, told: Sequence[CriterionText]
) -> tuple[Criterion, ...]:
    """Conditions with their fields found; faults are noted."""
    found = []
    for one in told:
        field = field_called(faults, org.schema, (*one.path, "field"), f"{object_name}.{one.field}")
        if field is not None:
            found.append(Criterion(field[1], one.operator, one.values))
    return tuple(found)


def _occasion(org: Org, faults: Faults, loader: RowLoader, told: OccasionText) -> Occasion:
    kind = object_called(faults, org.schema, (*told.path, "object"), told.object_name)
    if kind is None:
        return Occasion(object_name=told.object_name)
    changed = [
        _field(org, faults, (*told.path, "changed", number), kind.name, name)
        for number, name in enumerate(told.changed)
    ]
    only_for = None if told.only_for is None else _users(loader, (*told.path, "only_for"), told.only_for)
    return Occasion(
        object_name=kind.name,
        creating=told.creating,
        updating=told.updating,
        criteria=criteria_of(org, faults, kind.name, told.criteria),
        changed=frozenset(name for name in changed if name is not None),
        only_for=only_for,
        not_for=_users(loader, (*told.path, "not_for"), told.not_for),
    )


def _field(org: Org, faults: Faults, path: Path, object_name: str, name: str | None) -> str | None:
    if name is None or org.schema.object(object_name) is None:
        return None
    found = field_called(faults, org.schema, path, f"{object_name}.{name}")
    return None if found is None else found[1]


def _users(loader: RowLoader, path: Path, names: Sequence[str]) -> frozenset[str]:
    found = (loader.user((*path, number), name) for number, name in enumerate(names))
    return frozenset(one for one in found if one is not None)


def _duplicate(org: Org, faults: Faults, loader: RowLoader, told: DuplicateText) -> DuplicateRule:
    occasion = _occasion(org, faults, loader, told.occasion)
    rule = DuplicateRule(
        name=told.name,
        object_name=occasion.object_name,
        matchings=tuple(_matching(org, faults, occasion.object_name, one) for one in told.matches),
        creating=occasion.creating,
        updating=occasion.updating,
        blocks=told.blocks,
        alerts=told.alerts,
        message=told.message,
        not_for=occasion.not_for,
    )
    names = {"DeveloperName": told.name.replace(" ", "_"), "MasterLabel": told.name, "IsActive": True}
    values = names | {"SobjectType": occasion.object_name, "Language": "en_US"}
    org.store.insert("DuplicateRule", values | loader.audit("DuplicateRule"))
    return rule


def _matching(org: Org, faults: Faults, object_name: str, told: MatchText) -> Matching:
    pairs = []
    for mine, theirs in told.fields.items():
        path = (*told.path, "fields")
        own = _field(org, faults, path, object_name, mine)
        found = field_called(faults, org.schema, path, f"{told.object_name}.{theirs}")
        if own is not None and found is not None:
            pairs.append((own, found[1]))
    kind = org.schema.object(told.object_name)
    return Matching(told.name, kind.name if kind is not None else told.object_name, tuple(pairs))


def _flow(org: Org, faults: Faults, loader: RowLoader, told: FlowText) -> Flow | None:
    occasion = _occasion(org, faults, loader, told.occasion)
    run = _action(org, faults, loader, told, occasion)
    if run is None:
        return None
    run_as = None if told.run_as is None else loader.user((*told.path, "run_as"), told.run_as)
    return Flow(
        name=told.name,
        occasion=occasion,
        run=run,
        after_seconds=told.after_seconds,
        again=told.again,
        run_as=run_as,
    )


def _action(org: Org, faults: Faults, loader: RowLoader, told: FlowText, occasion: Occasion) -> Run | None:
    if told.action in {"assign", "rotate"}:
        if org.schema.object(occasion.object_name) is None:
            return None
        owners = [
            loader.owner((*told.path, "to", number), name, occasion.object_name)
            for number, name in enumerate(told.to)
        ]
        known = [one for one in owners if one is not None]
        return flow_actions.rotate(known[:1] if told.action == "assign" else known) if known else None
    if told.action == "set":
        for name in told.values:
            _field(org, faults, (*told.path, "values", name), occasion.object_name, name)
        return flow_actions.set_fields(told.values)
    if told.action == "fail":
        return flow_actions.fail(told.message)
    plain = {
        "revert_owner": flow_actions.revert_owner,
        "convert": flow_actions.convert_lead,
        "delete": flow_actions.delete_record,
    }
    return plain.get(told.action)
