"""F06: people merge leads or accounts between a decision and its write; nothing goes to the loser or to nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import read_mapping
from sfrouter.ledger.ledger import Ledger
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.ids import to_18
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from tests.contract.test_mirror_localorg import KEYS, MAPPINGS
from tests.contract.test_mirror_localorg import world as mirrored_world
from tests.writeback.test_localorg import LEADS, Scene, world


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = world()
    made["rows"]["Account"].append({"key": "group", "Name": "Acme Group", "OwnerId": "@bob"})
    mapping, problems = read_mapping(MAPPINGS)
    assert mapping is not None, problems
    with LocalOrgServer(made) as server:
        credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
        gateway = Gateway(credentials, GatewaySettings(read_timeout=20.0), SystemClock())
        gateway.identity()
        server.org.clock.advance(60)
        gateway.versions()
        ledger = Ledger.open(tmp_path / "ledger.db", SystemClock())
        yield Scene(server, gateway, ledger, mapping)
        ledger.close()
        gateway.close()


def later(scene: Scene) -> None:
    """A minute passes in the org, and the router hears of it."""
    scene.server.org.clock.advance(60)
    scene.gateway.versions()


def pending(scene: Scene) -> tuple[Write, ...]:
    """What may be sent now."""
    return scene.ledger.writes(state=WriteState.PENDING)


def test_the_write_and_the_task_of_a_lead_that_was_merged_end_and_the_winner_is_decided_on_what_it_is_now(
    scene: Scene,
) -> None:
    scene.decide_all()
    winner, loser = scene.id_of("lead1"), scene.id_of("lead2")
    scene.server.org.records.merge("@bob", "@lead1", ["@lead2"], {"Title": "Merged"})
    later(scene)
    scene.sender.send_due()
    assert {write.state for write in scene.ledger.writes(loser)} == {WriteState.SUPERSEDED}
    assert all(write.answer_text for write in scene.ledger.writes(loser))
    assert winner in scene.ledger.to_decide_anew()
    scene.decide_all("bob")
    later(scene)
    scene.sender.send_due()
    assert to_18(scene.lead("lead1")["OwnerId"]) == scene.id_of("bob")
    told = [to_18(task["WhoId"]) for task in scene.tasks()]
    assert (told.count(winner), told.count(loser)) == (1, 0)
    assert scene.ledger.status().live == 0


def test_a_task_on_its_way_to_a_lead_that_is_merged_goes_to_nobody_twice_and_ends_with_a_reason(
    scene: Scene,
) -> None:
    """The owner is written, then the lead is merged away, then the Task's turn comes."""
    scene.decide_all()
    loser = scene.id_of("lead2")
    scene.sender.send_due(lambda: any(one.kind is WriteKind.LEAD for one in pending(scene)))
    (task,) = (one for one in scene.ledger.writes(loser) if one.kind is WriteKind.TASK)
    assert task.state is WriteState.PENDING
    scene.server.org.records.merge("@bob", "@lead1", ["@lead2"])
    later(scene)
    for _ in range(2):
        scene.sender.send_due()
        later(scene)
    (task,) = (one for one in scene.ledger.writes(loser) if one.kind is WriteKind.TASK)
    assert task.state in (WriteState.SUPERSEDED, WriteState.DEAD)
    assert task.answer_text
    assert len(scene.tasks()) == LEADS - 1
    assert scene.ledger.status().live == 0


def test_no_lead_is_linked_to_an_account_that_was_merged_and_all_are_decided_on_the_winner(scene: Scene) -> None:
    scene.decide_all()
    scene.server.org.records.merge("@bob", "@group", ["@acme"])
    later(scene)
    report = scene.sender.send_due()
    assert report.decide_anew == LEADS
    assert {scene.lead(f"lead{number}")["Account__c"] for number in range(LEADS)} == {None}
    assert scene.tasks() == []
    scene.server.org.aliases["acme"] = scene.server.org.aliases["group"]  # decided on what is there now
    scene.decide_all()
    scene.sender.send_due()
    linked = {to_18(scene.lead(f"lead{number}")["Account__c"]) for number in range(LEADS)}
    assert linked == {scene.id_of("group")}
    assert (len(scene.tasks()), scene.ledger.status().live) == (LEADS, 0)


def test_the_mirror_follows_merged_accounts_and_buries_merged_leads(tmp_path: Path) -> None:
    made = mirrored_world()
    mapping, problems = read_mapping(MAPPINGS)
    assert mapping is not None, problems
    with LocalOrgServer(made) as server:
        credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
        gateway = Gateway(credentials, GatewaySettings(), SystemClock())
        mirror = Mirror.open(tmp_path / "mirror.db")
        reader, clock = Reader(mirror, mapping), SystemClock()
        puller = Puller(gateway, mirror, mapping, clock, keys=KEYS)
        puller.pull_all()
        records, known = server.org.records, server.org.aliases
        records.merge("@sarah", "@acme", ["@lab"])
        records.merge("@sarah", "@lead1", ["@lead2"])
        puller.pull_all()
        winner, loser = to_18(known["acme"]), to_18(known["lab"])
        assert reader.surviving_account(loser) == winner
        gone = reader.leads([to_18(known["lead2"])])[to_18(known["lead2"])]
        assert (gone.deleted, gone.last_name) == (True, "")
        assert reader.merged_leads(after=0) == {to_18(known["lead2"]): to_18(known["lead1"])}
        assert reader.merged_leads(after=reader.change_number()) == {}
        assert not reader.leads([to_18(known["lead1"])])[to_18(known["lead1"])].deleted
        mirror.close()
        gateway.close()
