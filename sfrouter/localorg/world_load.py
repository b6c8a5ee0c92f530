"""Makes an org of a world (schema, people, queues, records, rules) and tells every fault of the file at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from sfrouter.localorg.assignment import AssignmentRule, RuleEntry
from sfrouter.localorg.auth import ConnectedApp, read_public_key
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.org import Org
from sfrouter.localorg.store import Store
from sfrouter.localorg.world import AppText, HiddenText, World, read_world
from sfrouter.localorg.world_access_load import load_access
from sfrouter.localorg.world_api import apply_api
from sfrouter.localorg.world_automation_load import criteria_of, load_automation
from sfrouter.localorg.world_keep import keep_world
from sfrouter.localorg.world_names import field_called
from sfrouter.localorg.world_problems import Faults, Problem, WorldError
from sfrouter.localorg.world_rows import RowLoader
from sfrouter.localorg.world_rules import EntryText, RuleText
from sfrouter.localorg.world_schema import world_schema


def load_world(source: Mapping[str, Any] | FilePath | str, clock: OrgClock, store_path: str) -> Org:
    """An org made of a world file or its content. Raises WorldError."""
    world = read_world(source)
    faults = Faults()
    schema = world_schema(faults, world)
    _stop_if_faulty(faults, world)
    store = Store(schema, store_path, clock)
    if store.count("Organization"):
        store.close()
        mend = "Delete that file, or name another, to start from a world"
        raise WorldError(store_path, [Problem((), "the database file already holds an org", mend)])
    org = Org(schema, store, clock)
    loader = RowLoader(org, world, faults)
    with store.transaction():
        loader.load()
        _settings(org, world, faults, loader)
        org.rules = tuple(_rule(org, faults, loader, rule) for rule in world.rules)
        load_access(org, faults, loader, world.access)
        load_automation(org, faults, loader, world.automation)
    _stop_if_faulty(faults, world, store)
    if store_path != ":memory:":
        keep_world(org, source, world)
    return org


def _stop_if_faulty(faults: Faults, world: World, store: Store | None = None) -> None:
    if not faults.found:
        return
    if store is not None:
        store.close()
    raise WorldError(world.source, faults.found, world.text)


def _settings(org: Org, world: World, faults: Faults, loader: RowLoader) -> None:
    org.calls.maximum = world.daily_api_requests
    org.sandbox = world.organization.sandbox
    for app in world.apps:
        if app.client_id in org.connected_apps:
            faults.add((*app.path, "client_id"), "this client_id stands twice", "Give each app its own")
        org.connected_apps[app.client_id] = _app(faults, loader, app)
    if world.default_lead_owner is not None:
        org.default_lead_owner = loader.owner(("default_lead_owner",), world.default_lead_owner, "Lead")
    apply_api(org, faults, world.api, loader.user)
    for hidden in world.hidden:
        _hide(org, faults, loader, hidden)


def _app(faults: Faults, loader: RowLoader, app: AppText) -> ConnectedApp:
    approved = app.approved_users
    users = (
        None
        if approved is None
        else [loader.user((*app.path, "approved_users", number), one) for number, one in enumerate(approved)]
    )
    key = None
    if app.jwt_public_key is not None:
        try:
            key = read_public_key(app.jwt_public_key)
        except ValueError:
            mend = "Give an RSA public key or certificate in PEM form"
            faults.add((*app.path, "jwt_public_key"), "this is no usable public key", mend)
    return ConnectedApp(
        name=app.name,
        client_id=app.client_id,
        client_secret=app.client_secret,
        run_as=loader.user((*app.path, "run_as"), app.run_as) if app.run_as is not None else None,
        public_key=key,
        approved_users=None if users is None else frozenset(one for one in users if one is not None),
    )


def _hide(org: Org, faults: Faults, loader: RowLoader, hidden: HiddenText) -> None:
    user_id = None if hidden.user is None else loader.user((*hidden.path, "user"), hidden.user)
    pairs = set()
    for number, name in enumerate(hidden.fields):
        found = field_called(faults, org.schema, (*hidden.path, "fields", number), name)
        if found is not None:
            pairs.add(found)
    if hidden.user is None or user_id is not None:
        org.hide_fields(user_id, pairs)


def _rule(org: Org, faults: Faults, loader: RowLoader, rule: RuleText) -> AssignmentRule:
    values = {"Name": rule.name, "SobjectType": rule.object_name, "Active": rule.active}
    rule_id = org.store.insert("AssignmentRule", values | loader.audit("AssignmentRule"))
    if rule.key is not None:
        loader.claim_key((*rule.path, "key"), rule.key, rule_id)
    entries = tuple(_entry(org, faults, loader, rule.object_name, entry) for entry in rule.entries)
    return AssignmentRule(rule_id, rule.name, rule.object_name, rule.active, entries)


def _entry(org: Org, faults: Faults, loader: RowLoader, object_name: str, entry: EntryText) -> RuleEntry:
    criteria = criteria_of(org, faults, object_name, entry.criteria)
    owner = loader.owner((*entry.path, "assign_to"), entry.assign_to, object_name)
    return RuleEntry(criteria, owner or "")
