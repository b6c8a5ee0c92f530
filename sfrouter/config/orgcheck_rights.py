"""Holds what the integration user may do against what the router does: too little for undo, or too much."""

from collections.abc import Mapping
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import Spot, spot
from sfrouter.model.new_company import Action
from sfrouter.salesforce.granted import Granted


def check_undo(
    mapping: FieldMapping, policy: Policy, known: Mapping[str, Mapping[str, Any]], granted: Granted | None
) -> list[Problem]:
    """What is missing for `sfrouter accounts undo`, where the router makes accounts. It routes all the same.

    `known` are the org's descriptions by the object's name in small letters.
    """
    account = mapping.objects.get("account")
    if account is None or policy.new_accounts.action is Action.OFF:
        return []
    here, name = spot(mapping.source, "account", "object"), account.object_name
    describe = known.get(name.casefold())
    if describe is not None and not describe.get("deletable", True):
        what = f"the integration user may not delete {name} records: 'sfrouter accounts undo' cannot take any back"
        mend = f"in the permission set: Object Settings > {name} > Delete (or do without undo)"
        return [here.problem(what, mend, code="ORG18", warning=True)]
    if granted is not None and not granted.modifies_all(name):
        what = f"new {name} records belong to reps: 'sfrouter accounts undo' can delete only those it may change"
        mend = f"in the permission set: Object Settings > {name} > Modify All, or share them with Full Access"
        return [here.problem(what, mend, code="ORG19", warning=True)]
    return []


def check_excess(mapping: FieldMapping, policy: Policy, granted: Granted) -> list[Problem]:
    """What the integration user may do and the router never needs: a stolen token could."""
    if granted.every_object:
        what = "the integration user may change every record of the org (Modify All Data)"
        mend = "take 'Modify All Data' away and grant the permission set of docs/setup.md"
        return [_user(mapping).problem(what, mend, code="ORG20", warning=True)]
    names = {noun: one.object_name.casefold() for noun, one in mapping.objects.items()}
    needed = {names[noun] for noun in _modified(policy) if noun in names}
    mapped = set(names.values())
    too_much = sorted(one for one in granted.modified if one.casefold() not in needed)
    return [
        _user(mapping).problem(
            f"the integration user may change all {name} records, "
            + ("which the router only reads" if name.casefold() in mapped else "which the router never looks at"),
            f"in the permission set: Object Settings > {name}: take Modify All away",
            code="ORG20", warning=True,
        )
        for name in too_much
    ]  # fmt: skip


def _modified(policy: Policy) -> tuple[str, ...]:
    """Leads have owners all over the org; accounts are changed only where they are taken back."""
    return ("lead",) if policy.new_accounts.action is Action.OFF else ("lead", "account")


def _user(mapping: FieldMapping) -> Spot:
    return spot(mapping.source, "user", "object")
