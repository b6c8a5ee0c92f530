"""No lead is decided for ever, none is forgotten: relinks, put-backs, marks, and the cap of three a day."""

from datetime import timedelta

import pytest

from sfrouter.base.database import writing
from sfrouter.config.policy_form import Intake
from sfrouter.journey import decide_waiting as module
from sfrouter.mirror.put import bury
from sfrouter.mirror.report import PullReport
from sfrouter.model.write import WriteState
from sfrouter.writeback.verdicts import QUEUE_GONE
from tests.journey.stage import ACME, BOB, CARL, INBOUND, RIVALS, SARAH, UNROUTED, Stage, an_id


def routed(stage: Stage) -> str:
    """A lead that the pool gave to Bob, as org and mirror have it."""
    lead = stage.lead()
    assert stage.owner(stage.one(stage.cycle())) == BOB
    return lead


def test_a_relink_made_while_the_write_was_in_doubt_counts_once_the_doubt_is_over() -> None:
    stage = Stage()
    stage.account()
    lead = stage.lead()
    stage.decide()
    stage.settle(lead, WriteState.UNKNOWN)
    stage.edit(lead, owner_id=BOB, account_id=ACME)  # the org had it, and Bob linked it at once
    assert stage.decide().decisions == ()
    stage.clear_up(lead, WriteState.DONE)
    assert stage.owner(stage.one(stage.decide().decisions)) == SARAH


def test_a_relinked_lead_that_could_not_be_decided_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.account()
    lead = routed(stage)
    stage.edit(lead, account_id=ACME)

    def stumble(*_: object) -> None:
        raise ValueError("an odd record")

    with monkeypatch.context() as patch:
        patch.setattr(module, "gather", stumble)
        assert stage.decide().failed == (lead,)
    assert stage.owner(stage.one(stage.decide().decisions)) == SARAH


def test_a_restart_does_not_decide_old_links_again() -> None:
    stage = Stage()
    stage.account()
    lead = routed(stage)
    stage.edit(lead, account_id=ACME)
    assert stage.owner(stage.one(stage.cycle())) == SARAH
    stage.edit(lead, status="Working")
    stage.start()
    assert stage.decide().decisions == ()


def test_automation_that_puts_leads_back_for_ever_is_answered_three_times_a_day() -> None:
    """F36, F37: a flow of the org gives every lead back to the queue."""
    stage = Stage()
    lead = stage.lead()
    flow = an_id("user", 77)
    rounds = 0
    for _ in range(10):
        rounds += len(stage.cycle())
        stage.edit(lead, by=flow, owner_id=INBOUND)
    assert rounds == 3
    stage.clock.advance(timedelta(days=1).total_seconds())
    assert len(stage.cycle()) == 1  # not lost: the next day it is tried again


def test_a_lead_whose_write_is_refused_again_and_again_is_left_alone_for_an_hour_and_keeps_its_mark() -> None:
    """Its account was hidden for some minutes, say: nobody fights us, so the lead need not wait until tomorrow."""
    stage = Stage()
    lead = stage.lead()
    for _ in range(3):
        stage.decide()
        stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    assert stage.decide().decisions == ()
    for minutes in (0, 58):
        stage.clock.advance(timedelta(minutes=minutes).total_seconds())
        assert stage.decide().decisions == ()
        assert stage.ledger.to_decide_anew().keys() == {lead}
    stage.clock.advance(timedelta(minutes=3).total_seconds())
    assert len(stage.decide().decisions) == 1
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    assert stage.decide().decisions == ()  # once an hour, not three times anew


def test_a_mark_of_a_lead_that_a_person_has_taken_is_forgotten() -> None:
    """L02: otherwise the lead is taken away again on the day its first owner gets it back."""
    stage = Stage()
    stage.account()
    lead = routed(stage)
    stage.edit(lead, account_id=ACME)
    stage.decide()
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.edit(lead, owner_id=CARL)
    assert stage.decide().decisions == ()
    assert stage.ledger.to_decide_anew() == {}
    stage.edit(lead, owner_id=BOB)  # Carl hands it back: nobody asked the router
    assert stage.decide().decisions == ()


def test_a_mark_of_a_lead_that_was_converted_is_forgotten() -> None:
    stage = Stage()
    lead = stage.lead()
    stage.decide()
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.edit(lead, converted=[True])
    assert stage.decide().decisions == ()
    assert stage.ledger.to_decide_anew() == {}


def test_a_marked_lead_that_was_out_of_sight_is_decided_when_it_is_back_as_it_was() -> None:
    """I1: hidden is not gone, and its stamp tells nobody that it was away."""
    stage = Stage()
    lead = stage.lead()
    stage.decide()
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the chosen owner can own no lead in the org")
    before = stage.house.desk.reader.lead(lead)
    assert before is not None
    with writing(stage.mirror.engine) as connection:
        bury(connection, "lead", [lead], change=stage.mirror.next_change(connection))
    for _ in range(2):
        assert stage.decide().decisions == ()
    assert stage.ledger.to_decide_anew().keys() == {lead}
    stage.row(
        "lead", id=lead, owner_id=INBOUND, created_at=before.created_at, modified_at=before.modified_at,
        stamp=before.stamp, modified_by_id=before.modified_by_id, last_name="Doe", company="Delta 1",
    )  # fmt: skip
    assert len(stage.cycle()) == 1
    assert stage.ledger.to_decide_anew() == {}


def test_the_mark_of_a_lead_that_stays_away_ends_with_its_erasure() -> None:
    stage = Stage()
    lead = stage.lead()
    stage.decide()
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.edit(lead, deleted=True)
    assert stage.decide().decisions == ()
    stage.ledger.erase_leads((lead,))
    assert stage.ledger.to_decide_anew() == {}


@pytest.mark.parametrize("why", ["overtaken", "owner"])
def test_a_lead_put_back_to_somebody_whose_leads_are_the_intake_is_not_kept_by_him(why: str) -> None:
    """I1: the web user of the intake is an active person, but he has none of the leads that come in with him."""
    web = an_id("user", 6)
    stage = Stage(intake=Intake(queues=("Inbound",), users=("web@ours.example",)))
    stage.row("user", id=web, name="Web", email="web@ours.example", active=[True])
    lead = stage.lead(owner_id=web, status="New")
    stage.cycle()
    stage.edit(lead, by=BOB, owner_id=web, status="New")
    assert stage.owner(stage.one(stage.decide().decisions)) == CARL
    if why == "overtaken":
        stage.overtaken(lead, by=BOB, owner_id=web, status="New", title="Buyer")
    else:
        stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the chosen owner can own no lead in the org")
    assert stage.owner(stage.one(stage.decide().decisions)) != web


def test_a_dry_run_keeps_nothing_not_even_a_forgotten_mark() -> None:
    stage = Stage()
    lead = stage.lead()
    stage.decide()
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.edit(lead, owner_id=CARL)
    stage.decide(keep=False)
    assert stage.ledger.to_decide_anew().keys() == {lead}


def test_a_lead_left_in_the_intake_for_want_of_a_catch_all_queue_goes_there_when_it_is_made() -> None:
    """L05: never nobody."""
    stage = Stage(pools=(), territories=(), catch_all_queue="Not Yet")
    stage.lead()
    first = stage.one(stage.cycle())
    assert first.owner is None
    assert first.alert
    assert stage.decide().decisions == ()
    later = stage.row("queue", id=an_id("queue", 9), name="Not Yet", developer_name="Not_Yet", takes_leads=True)
    assert stage.owner(stage.one(stage.cycle())) == later
    assert stage.decide().decisions == ()


@pytest.mark.parametrize("name", ["Inbound", "Dev_Inbound", INBOUND])
def test_a_catch_all_queue_that_is_the_intake_under_another_name_catches_nothing(name: str) -> None:
    stage = Stage(pools=(), territories=(), catch_all_queue=name)
    stage.lead()
    decision = stage.one(stage.cycle())
    assert decision.owner is None
    assert decision.alert
    assert stage.decide().decisions == ()


def test_a_lead_in_the_catch_all_queue_is_routed_when_a_person_links_it() -> None:
    stage = Stage(pools=(), territories=())
    stage.account()
    lead = stage.lead()
    assert stage.owner(stage.one(stage.cycle())) == UNROUTED
    stage.edit(lead, account_id=ACME)
    assert stage.owner(stage.one(stage.cycle())) == SARAH


def test_a_queue_that_the_org_refused_is_looked_for_before_its_lead_is_decided_anew() -> None:
    """The queues are read each half hour; until then every lead for it would be refused."""
    stage = Stage()
    stage.account(competitor=[True])
    lead = stage.lead(account_id=ACME)
    asked = len(stage.pulls.asked)
    assert stage.owner(stage.one(stage.decide().decisions)) == RIVALS
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew=QUEUE_GONE)
    read = stage.pulls.pull

    def without_leads(noun: str, progress: object = None) -> PullReport:
        stage.row("queue", id=RIVALS, name="Rivals", developer_name="Dev_Rivals", takes_leads=False)
        return read(noun, progress)

    stage.pulls.pull = without_leads  # type: ignore[method-assign, assignment]
    assert stage.owner(stage.one(stage.decide().decisions)) != RIVALS
    assert stage.pulls.asked[asked:] == ["queue"]
    assert stage.decide().decisions == ()
    assert stage.pulls.asked[asked:] == ["queue"]
