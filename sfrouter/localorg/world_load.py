"""Makes an org of a world (schema, people, queues, records, rules) and tells every fault of the file at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from sfrouter.localorg.assignment import AssignmentRule, Criterion, RuleEntry
from sfrouter.localorg.auth import ConnectedApp, read_public_key
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import PicklistValue, Schema
from sfrouter.localorg.store import Store
from sfrouter.localorg.world import AppText, HiddenText, World, read_world
from sfrouter.localorg.world_problems import Faults, Path, Problem, WorldError, did_you_mean
from sfrouter.localorg.world_rows import RowLoader
from sfrouter.localorg.world_rules import EntryText, RuleText


def load_world(source: Mapping[str, Any] | FilePath | str, clock: OrgClock, store_path: str) -> Org:
    """An org made of a world file or its content. Raises WorldError."""
    world = read_world(source)
    faults = Faults()
    schema = _schema(faults, world)
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
    _stop_if_faulty(faults, world, store)
    return org


def _stop_if_faulty(faults: Faults, world: World, store: Store | None = None) -> None:
    if not faults.found:
        return
    if store is not None:
        store.close()
    raise WorldError(world.source, faults.found, world.text)


def _schema(faults: Faults, world: World) -> Schema:
    schema = Schema.standard()
    for one in world.custom_objects:
        try:
            schema.add_custom_object(one.name, one.label, one.label_plural)
        except ValueError as problem:
            faults.add((*one.path, "name"), str(problem), "Choose another name")
    known = [kind.name for kind in schema]
    for field in world.custom_fields:
        kind = schema.object(field.object_name)
        if kind is None:
            faults.add(
                field.path[:-1],
                f"no object is called {field.object_name!r}",
                did_you_mean(field.object_name, known),
            )
        elif kind.field(field.field.name) is not None:
            faults.add((*field.path, "name"), f"{field.field.name} stands twice", "Remove one of them")
        else:
            try:
                schema.add_custom_field(kind.name, field.field, child_relationship=field.child_relationship)
            except ValueError as problem:
                faults.add((*field.path, "refers_to"), str(problem), "Name an object of this org")
    for name, values in world.picklists.items():
        _change_picklist(faults, schema, name, values)
    return schema


def _change_picklist(faults: Faults, schema: Schema, name: str, values: tuple[str, ...]) -> None:
    """Give a picklist field other values; the first becomes the default where the old list had one."""
    path: Path = ("picklists", name)
    found = _field_called(faults, schema, path, name)
    if found is None:
        return
    object_name, field_name = found
    kind = schema.object(object_name)
    field = kind.field(field_name) if kind is not None else None
    if kind is None or field is None or field.type not in {"picklist", "multipicklist"}:
        faults.add(path, f"{name} is not a picklist", "Name a picklist as Object.Field")
        return
    had_default = any(one.default for one in field.picklist_values)
    choices = tuple(
        PicklistValue(value, value, default=had_default and place == 0) for place, value in enumerate(values)
    )
    schema.add_custom_field(kind.name, replace(field, picklist_values=choices))


def _field_called(faults: Faults, schema: Schema, path: Path, name: str) -> tuple[str, str] | None:
    """The object and field of a name like Lead.Phone, as describe writes them; None after noting a problem."""
    object_name, _, field_name = name.partition(".")
    kind = schema.object(object_name)
    if kind is None:
        mend = did_you_mean(object_name, [one.name for one in schema])
        faults.add(path, f"no object is called {object_name!r}", mend)
        return None
    field = kind.field(field_name)
    if field is None:
        mend = did_you_mean(field_name, [one.name for one in kind.fields.values()])
        faults.add(path, f"{kind.name} has no field {field_name!r}", mend)
        return None
    return kind.name, field.name


def _settings(org: Org, world: World, faults: Faults, loader: RowLoader) -> None:
    org.calls.maximum = world.daily_api_requests
    org.sandbox = world.organization.sandbox
    for app in world.apps:
        if app.client_id in org.connected_apps:
            faults.add((*app.path, "client_id"), "this client_id stands twice", "Give each app its own")
        org.connected_apps[app.client_id] = _app(faults, loader, app)
    if world.default_lead_owner is not None:
        org.default_lead_owner = loader.owner(("default_lead_owner",), world.default_lead_owner, "Lead")
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
        found = _field_called(faults, org.schema, (*hidden.path, "fields", number), name)
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
    criteria = []
    for told in entry.criteria:
        found = _field_called(faults, org.schema, (*told.path, "field"), f"{object_name}.{told.field}")
        if found is not None:
            criteria.append(Criterion(found[1], told.operator, told.values))
    owner = loader.owner((*entry.path, "assign_to"), entry.assign_to, object_name)
    return RuleEntry(tuple(criteria), owner or "")
