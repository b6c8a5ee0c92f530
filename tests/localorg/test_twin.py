"""A twin is the org that loading the world again would give, and shares nothing with its model that can change."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from types import FunctionType, MethodType
from typing import Any

import pytest

from sfrouter.localorg import flow_actions
from sfrouter.localorg.actor import Actor
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.flows import Flow
from sfrouter.localorg.occasion import Occasion
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import ObjectType, custom_field
from sfrouter.localorg.twin import twin
from tests.localorg.small_world import NO_RULE, NOON, RULE, owner_of, small_world

PLAIN = (str, bytes, int, float, type(None))
OPAQUE = (
    type(threading.Lock()), type(threading.RLock()), threading.local, sqlite3.Connection,
    OrgClock, FunctionType, ObjectType,
)  # fmt: skip
"""What is judged by its kind alone: locks, code, and objects of the schema, which never change."""


def world() -> dict[str, Any]:
    """The small world with all that a world can set beside its rows."""
    return small_world() | {
        "assignment_rules": [RULE],
        "hidden_fields": [{"user": "@bob", "fields": ["Lead.Phone"]}],
        "limits": {"daily_api_requests": 777},
        "sharing": {"Account": "private"},
        "shares": [{"record": "@acme", "with": "@bob", "access": "edit"}],
        "approval_locks": ["@lead"],
        "validation_rules": [
            {"name": "no", "object": "Lead", "when": [{"field": "City", "operator": "equals", "value": "Rome"}],
             "message": "Not there."}
        ],
        "profiles": [{"key": "reps", "name": "Reps", "objects": {"Lead": ["edit"]}, "fields": {"Lead.*": "edit"}}],
    }  # fmt: skip


@pytest.fixture
def org() -> Org:
    return Org.from_world(world(), OrgClock(NOON))


def form(thing: Any, seen: dict[int, int]) -> Any:
    """Anything as plain values, attribute by attribute; what was met before as the number of its first meeting."""
    if isinstance(thing, PLAIN):
        return thing
    if isinstance(thing, OPAQUE):
        return type(thing).__name__
    if id(thing) in seen:
        return seen[id(thing)]
    seen[id(thing)] = len(seen)
    if isinstance(thing, Mapping):
        return [type(thing).__name__, [(form(key, seen), form(value, seen)) for key, value in thing.items()]]
    if isinstance(thing, set | frozenset):
        return [type(thing).__name__, sorted(map(repr, thing))]
    if isinstance(thing, list | tuple | deque):
        return [type(thing).__name__, [form(one, seen) for one in thing]]
    if isinstance(thing, MethodType):
        return [thing.__func__.__qualname__, form(thing.__self__, seen)]
    inside = list(parts(thing))
    return [type(thing).__name__, [(name, form(value, seen)) for name, value in inside]] if inside else repr(thing)


def parts(thing: Any) -> Iterator[tuple[str, Any]]:
    """The attributes of a value."""
    if is_dataclass(thing):
        yield from ((one.name, getattr(thing, one.name)) for one in fields(thing))
    else:
        yield from sorted(getattr(thing, "__dict__", {}).items())


def content(org: Org) -> dict[str, list[dict[str, Any]]]:
    """Every row."""
    return {kind.name: org.store.rows(kind.name, include_deleted=True) for kind in org.schema}


def test_a_twin_is_in_every_attribute_what_a_freshly_loaded_org_is(org: Org) -> None:
    fresh, other = Org.from_world(world(), OrgClock(NOON)), twin(org, OrgClock(NOON))
    assert content(other) == content(fresh)
    content(org)
    assert form(other, {}) == form(fresh, {})
    assert other.store.new_id("Lead") == fresh.store.new_id("Lead")


def test_what_is_done_to_a_twin_stays_there(org: Org) -> None:
    model = content(org), form(org, {})
    other = twin(org, OrgClock(NOON))
    robot = Actor(other, "@robot")
    made = robot.post("/sobjects/Lead", {"LastName": "Late", "Company": "Bank of Rome"}).json()["id"]
    robot.patch(f"/sobjects/Lead/{made}", {"OwnerId": other.id_of("@bob")}, NO_RULE)
    robot.delete(f"/sobjects/Lead/{other.aliases['converted']}")
    other.schema.add_custom_field("Lead", custom_field("New__c", "string"))
    other.hide_fields(None, {("Lead", "Title")})
    other.sharing.set_default("Lead", "private")
    other.sharing.share(made, other.id_of("@sarah"), edit=True)
    other.locks.approvals.clear()
    other.validation_rules.clear()
    other.aliases["late"] = made
    other.bulk.hard_delete = True
    assert owner_of(other, made) == other.id_of("@bob")
    assert (content(org), form(org, {})) == model


def test_a_twin_has_its_own_clock(org: Org) -> None:
    clock = OrgClock(NOON + timedelta(days=1))
    other = twin(org, clock)
    lead = other.records.create("@robot", "Lead", {"LastName": "Late", "Company": "Shop"})
    row = other.store.get("Lead", lead)
    assert row is not None
    assert row["CreatedDate"] == NOON + timedelta(days=1)
    assert other.calls.used() == 0


def test_nobody_is_signed_in_to_a_twin(org: Org) -> None:
    token = org.open_session("@robot").token
    assert org.sessions.user_of(token)
    assert twin(org, OrgClock(NOON)).sessions.user_of(token) is None


def test_an_org_with_flows_or_in_a_transaction_has_no_twin(org: Org) -> None:
    with org.store.transaction(), pytest.raises(RuntimeError, match="transaction"):
        twin(org, OrgClock(NOON))
    org.flows.add(Flow(name="back", occasion=Occasion(object_name="Lead"), run=flow_actions.revert_owner))
    with pytest.raises(ValueError, match="flows"):
        twin(org, OrgClock(NOON))
