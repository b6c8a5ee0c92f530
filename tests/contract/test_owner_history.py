"""Who had a record before a queue or the router, read from the local org's own history over HTTP (C15)."""

from collections.abc import Iterator
from typing import Any

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import read_mapping
from sfrouter.localorg.demo.fields import CUSTOM_FIELDS
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.ids import to_18
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from tests.contract.test_mirror_localorg import KEYS, MAPPINGS


def world(**more: Any) -> dict[str, Any]:
    """A queue, two reps and the router; a lead and an account of Sarah."""
    return {
        "connected_apps": [{"client_id": "cid", "client_secret": "secret", "run_as": "@bot"}],
        "custom_fields": CUSTOM_FIELDS,
        "users": [{"key": name, "LastName": name.title(), "Username": f"{name}@here.test"}
                  for name in ("bot", "sarah", "bob")],
        "queues": [{"key": "pond", "name": "Pond", "objects": ["Lead"]}],
        "rows": {
            "Account": [{"key": "gone", "Name": "Gone", "OwnerId": "@sarah", "Type": "Churned"},
                        {"key": "acme", "Name": "Acme", "OwnerId": "@sarah", "Type": "Customer"}],
            "Lead": [{"key": key, "LastName": "Doe", "Company": "Gone", "OwnerId": "@sarah",
                      "Status": "Closed - Not Converted"} for key in ("lost", "other", "mapped")]
            + [{"key": "open", "LastName": "Roe", "Company": "Gone", "OwnerId": "@sarah"}],
        },
        **more,
    }  # fmt: skip


class House:
    """The local org and a mirror of it."""

    def __init__(self, server: LocalOrgServer) -> None:
        self.org = server.org
        credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
        self.gateway = Gateway(credentials, GatewaySettings(), SystemClock())
        mapping, problems = read_mapping(MAPPINGS)
        assert mapping is not None, problems
        self.mirror = Mirror.open(None)
        self.reader = Reader(self.mirror, mapping)
        self.puller = Puller(self.gateway, self.mirror, mapping, SystemClock(), keys=KEYS)

    def id(self, name: str) -> str:
        return to_18(self.org.aliases[name])

    def give(self, record: str, *owners: str) -> None:
        for owner in owners:
            self.org.records.change_owner("@sarah", f"@{record}", f"@{owner}")

    def read(self) -> int:
        self.puller.pull_all()
        return self.puller.pull_owner_history(self.id("bot"))

    def before(self, *names: str) -> dict[str, str]:
        known = self.reader.recorded_owners(self.id(name) for name in names)
        return {name: known[self.id(name)] for name in names if self.id(name) in known}


@pytest.fixture
def house() -> Iterator[House]:
    with LocalOrgServer(world()) as server:
        made = House(server)
        yield made
        made.gateway.close()


def test_the_last_person_before_a_queue_or_the_router_is_found(house: House) -> None:
    house.give("lost", "bob", "pond", "bot")
    house.give("gone", "bob", "bot")
    house.give("open", "pond")
    house.give("acme", "bot")
    assert house.read() == 2
    assert house.before("lost", "gone", "open", "acme") == {"lost": house.id("bob"), "gone": house.id("bob")}


def test_a_record_of_a_person_or_with_a_mapped_previous_owner_is_not_asked_about(house: House) -> None:
    house.org.records.update("@sarah", "@mapped", {"Previous_Owner__c": house.id("bob")})
    house.give("mapped", "pond")
    house.give("other", "bob")
    assert house.read() == 0
    assert house.before("mapped", "other") == {}


def test_it_is_asked_once_and_again_when_the_record_changed(house: House) -> None:
    house.give("lost", "pond")
    assert (house.read(), house.read()) == (1, 0)
    assert house.before("lost") == {"lost": house.id("sarah")}
    before = house.gateway.calls.total
    house.puller.pull_owner_history(house.id("bot"))
    assert house.gateway.calls.total == before
    house.org.clock.advance(2)  # stamps know whole seconds
    house.give("lost", "bob")
    house.puller.pull_all()
    assert house.before("lost") == {}


def test_where_nothing_is_tracked_nobody_is_found() -> None:
    with LocalOrgServer(world(no_history=["Lead", "Account"])) as server:
        house = House(server)
        house.give("lost", "bob", "pond")
        house.give("gone", "bot")
        assert house.read() == 2
        assert house.before("lost", "gone") == {"lost": "", "gone": ""}
        assert house.org.store.count("LeadHistory") == house.org.store.count("AccountHistory") == 0
        house.gateway.close()
