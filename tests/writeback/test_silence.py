"""Writes that the org never answers, or without a word of use: they wait ever longer and delay nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.ledger.silence import MOST_SILENT
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.faults import Verdict
from tests.writeback.fake_org import FakeOrg, Fault
from tests.writeback.house import NOON, PEOPLE, QUEUE, House, lead_id, notice
from tests.writeback.test_send import house, only

WORDS = "An unexpected error occurred, ask jane@acme.example"


def hang(found: House, hanging: set[str], *, kind: str = "change") -> None:
    """Each call that carries one of these leads gets no answer for a minute, and is not carried out."""

    def fault(how: str) -> Fault:
        sent = {write.lead_id for write in found.ledger.writes(state=WriteState.SENDING)}
        if how != kind or not sent & hanging:
            return Fault()
        found.org.advance(60)
        return Fault("lost before")

    found.org.next_fault = fault


def run(found: House, seconds: float) -> None:
    """As the daemon does it: at each poll, and between when the next write is ripe."""
    end = found.org.clock.now() + timedelta(seconds=seconds)
    while found.org.clock.now() < end:
        found.send()
        now = found.org.clock.now()
        ripe = found.ledger.next_ripe() or now
        wait = min(30.0, max(1.0, (ripe - now).total_seconds()))
        found.org.advance(wait)


def skip_waits(found: House, hours: float) -> None:
    """The same without the polls at which nothing is due."""
    end = found.org.clock.now() + timedelta(hours=hours)
    while found.org.clock.now() < end:
        found.send()
        ripe = found.ledger.next_ripe()
        assert ripe is not None
        found.org.advance(max(1.0, (ripe - found.org.clock.now()).total_seconds()))


def the_one(found: House, kind: WriteKind = WriteKind.LEAD) -> Write:
    (write,) = [write for write in found.ledger.writes() if write.kind is kind]
    return write


@pytest.mark.parametrize("hanging", [4, 20])
def test_leads_whose_update_hangs_do_not_stop_those_that_come_later(hanging: int) -> None:
    """Four of them stopped all other lead writes for ever: the oldest went first and ended the round."""
    found = house(hanging)
    hang(found, {lead_id(index) for index in range(hanging)})
    run(found, 1200)
    fresh = [lead_id(100 + index) for index in range(10)]
    for one in fresh:
        found.org.add_lead(one, QUEUE)
    found.org.advance(3)
    for one in fresh:
        found.decide(one)
    at = found.org.clock.now()
    run(found, 61)
    written = {change.lead_id: (change.at - at).total_seconds() for change in found.org.history}
    assert sorted(written) == sorted(fresh)
    assert max(written.values()) <= 60


def test_urgent_leads_that_hang_go_after_ordinary_ones_and_alone() -> None:
    org = FakeOrg(SetClock(NOON))
    for index in range(3):
        org.add_lead(lead_id(index), QUEUE)
    org.advance(60)
    found = House(org, None)
    found.decide(lead_id(0), notices=(replace(notice("new_owner", PEOPLE[0]), high=True),))
    found.decide(lead_id(1))
    hang(found, {lead_id(0), lead_id(1)})
    for _ in range(4):
        found.send()
        org.advance(40)
    now = org.server_now()
    org.advance(10_000)
    found.decide(lead_id(2))
    assert [one.lead_id for one in found.ledger.due(WriteKind.LEAD, org.server_now(), 25)] == [lead_id(2)]
    found.send()
    assert [write.lead_id for write in only(found, WriteState.DONE)] == [lead_id(2)]
    assert org.server_now() - now < timedelta(seconds=10_070), "more than one call that hangs in a round"
    assert len(found.ledger.due(WriteKind.LEAD, org.server_now(), 25)) <= 1


def test_a_lead_whose_update_hangs_is_tried_ever_less_often_and_is_held_with_words() -> None:
    """It was 2,916 tries a day, and no word of it in status."""
    found = house()
    hang(found, {lead_id(0)})
    skip_waits(found, 24)
    assert the_one(found).state is WriteState.PENDING
    assert 24 <= the_one(found).attempts <= 50
    (held,) = found.ledger.status().held
    assert (held.lead_id, held.answer_code) == (lead_id(0), "")
    assert held.answer_text == "no answer came, and the org did not carry it out"
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(3601)
    assert found.send().done == 3


def test_a_lead_that_the_org_answers_without_a_reason_waits_as_long_and_keeps_the_orgs_words() -> None:
    found = house(3)
    found.org.row_fault = lambda _kind, row: (
        (Verdict.UNKNOWN, "UNKNOWN_EXCEPTION", WORDS) if row.get("Id") == lead_id(1) else None
    )
    skip_waits(found, 24)
    assert len(only(found, WriteState.DONE)) == 2
    (write,) = only(found, WriteState.PENDING)
    assert 24 <= write.attempts <= 50
    (held,) = found.ledger.status().held
    assert (held.answer_code, held.answer_text) == (
        "UNKNOWN_EXCEPTION", "An unexpected error occurred, ask [hidden]",
    )  # fmt: skip


def test_a_task_that_never_answers_waits_ever_longer_too_and_is_held() -> None:
    org = FakeOrg(SetClock(NOON))
    org.add_lead(lead_id(0), QUEUE)
    org.advance(60)
    found = House(org, None)
    found.decide(lead_id(0), notices=(notice("new_owner", PEOPLE[0]),))
    hang(found, {lead_id(0)}, kind="create")
    skip_waits(found, 24)
    assert 18 <= the_one(found, WriteKind.TASK).attempts <= 40
    while the_one(found, WriteKind.TASK).state is not WriteState.PENDING:
        found.org.advance(300)
        found.send()
    (held,) = found.ledger.status().held
    assert (held.kind, held.answer_text) == (WriteKind.TASK, "no answer came, and the org has no such record")
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(5000)
    found.send()
    found.send()
    assert len(found.org.tasks) == 1


def test_when_updates_are_answered_again_nobody_waits_for_the_silence_before() -> None:
    """Reading worked while each update hung, for hours: that was no lead's fault."""
    found = house(30)
    ill = {lead_id(index) for index in range(30)}
    hang(found, ill)
    run(found, 4 * 3600)
    waiting = [write for write in found.ledger.writes() if write.kind is WriteKind.LEAD]
    latest = max(write.not_before for write in waiting if write.not_before)
    assert latest > found.org.clock.now() + timedelta(minutes=20)
    ill.clear()
    fresh = lead_id(100)
    found.org.add_lead(fresh, QUEUE)
    found.org.advance(3)
    found.decide(fresh)
    run(found, 91)
    assert {write.state for write in found.ledger.writes() if write.kind is WriteKind.LEAD} == {WriteState.DONE}


def after_an_outage(leads: int, poisoned: set[str]) -> House:
    """For an hour no update was answered, all else was; now all are but those of poisoned leads."""
    found = house(leads)
    hanging = {lead_id(index) for index in range(leads)}
    hang(found, hanging)
    run(found, 3600)
    assert all(int(write.extra["silent"]) >= MOST_SILENT for write in only(found, WriteState.PENDING))
    hanging.intersection_update(poisoned)
    found.org.calls.clear()
    return found


def updates(found: House) -> int:
    return sum(kind == "change" for kind, _ in found.org.calls)


def test_after_an_outage_leads_that_went_through_it_go_many_in_a_call_again() -> None:
    """Each went alone: 200 updates for 200 leads."""
    found = after_an_outage(200, set())
    run(found, 61)
    assert len(only(found, WriteState.DONE)) == 200
    assert updates(found) == 1 + 8


def test_a_lead_that_hangs_after_an_outage_too_costs_its_own_call_and_one_for_each_lead_in_it() -> None:
    found = after_an_outage(200, {lead_id(100)})
    run(found, 300)
    assert len(only(found, WriteState.DONE)) == 199
    assert updates(found) <= 1 + 8 + 24 + 3


def test_a_lead_that_hung_during_the_outage_does_not_delay_who_comes_after_it() -> None:
    found = after_an_outage(20, {lead_id(index) for index in range(20)})
    for index in range(5):
        fresh = lead_id(100 + index)
        found.org.add_lead(fresh, QUEUE)
        found.org.advance(3)
        found.decide(fresh)
        run(found, 91)
        assert found.ledger.writes(fresh)[0].state is WriteState.DONE
    for write in only(found, WriteState.PENDING):
        assert write.attempts <= 8, "each success made it start anew"


def test_whoever_hangs_while_others_are_written_waits_on() -> None:
    found = house(4)
    hang(found, {lead_id(0)})
    run(found, 3600)
    attempts = found.ledger.writes(lead_id(0))[0].attempts
    for index in range(10):
        one = lead_id(100 + index)
        found.org.add_lead(one, QUEUE)
        found.org.advance(3)
        found.decide(one)
        run(found, 60)
    assert found.ledger.writes(lead_id(100))[0].state is WriteState.DONE
    assert found.ledger.writes(lead_id(0))[0].attempts <= attempts + 1
