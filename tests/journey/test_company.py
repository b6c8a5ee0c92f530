"""Which leads are one company's: two people of one company never get two reps, in whatever poll they came."""

from datetime import UTC, timedelta

import pytest

from sfrouter.config.policy_form import Intake
from sfrouter.journey.refresh import refresh
from sfrouter.model.decision import Decision
from tests.journey.stage import ACME, BOB, CARL, DORA, NOON, SARAH, Stage, an_id


def reps(stage: Stage, decisions: tuple[Decision, ...]) -> list[str]:
    """Who got them, in order."""
    return [stage.owner(decision) for decision in decisions]


def alerts(decision: Decision) -> int:
    """How many busy-company alerts the decision raises."""
    return sum(notice.kind == "busy_company" for notice in decision.notices)


@pytest.mark.parametrize("keep", [True, False], ids=["for real", "dry run"])
def test_two_people_of_an_unknown_company_in_one_poll_get_one_rep(keep: bool) -> None:
    """A dry run shows what the real run would do."""
    stage = Stage()
    stage.lead(email="ann@newco.example", company="NewCo")
    stage.lead(email="ben@newco.example", company="NewCo")
    assert reps(stage, stage.decide(keep=keep).decisions) == [BOB, BOB]


def test_two_people_of_a_company_who_leave_no_address_get_one_rep() -> None:
    """R013: the name alone is enough where no free mail speaks against it (C01 is about free mail)."""
    stage = Stage()
    stage.lead(email="", company="Zeta Bearings GmbH")
    stage.lead(email="", company="Zeta Bearings")
    assert reps(stage, stage.cycle()) == [BOB, BOB]


def test_a_name_typed_over_free_mail_joins_no_company() -> None:
    stage = Stage()
    stage.lead(email="ann@gmail.com", company="Zeta Bearings")
    stage.lead(email="", company="Zeta Bearings")
    assert reps(stage, stage.cycle()) == [BOB, CARL]


def test_a_lead_that_a_person_linked_elsewhere_is_no_longer_the_companys() -> None:
    stage = Stage()
    stage.account(relationship=["Prospect"], domains=["acme.example"])
    stage.account(2, name="Beta", relationship=["Customer"], owner_id=SARAH)
    lead = stage.lead(email="", company="Acme")
    assert reps(stage, stage.cycle()) == [BOB]
    stage.edit(lead, account_id=an_id("account", 2))
    assert reps(stage, stage.cycle()) == [SARAH]
    stage.lead(email="joe@acme.example", company="Acme")
    assert reps(stage, stage.cycle()) == [CARL]


def test_deleted_leads_do_not_count_for_the_alert() -> None:
    """R084: three leads of one company, not two and a deleted one."""
    stage = Stage()
    stage.account(domains=["acme.example"])
    first = stage.lead(email="a@acme.example")
    stage.lead(email="b@acme.example")
    stage.cycle()
    stage.edit(first, deleted=True)
    stage.lead(email="c@acme.example")
    assert alerts(stage.one(stage.cycle())) == 0
    stage.lead(email="d@acme.example")
    assert alerts(stage.one(stage.cycle())) == 1


def test_a_lead_that_comes_into_sight_late_completes_the_burst() -> None:
    """R084 over two polls: two later leads were decided before the first one was seen."""
    stage = Stage()
    stage.account(domains=["acme.example"])
    stage.lead(email="b@acme.example")
    stage.lead(email="c@acme.example")
    assert [alerts(one) for one in stage.cycle()] == [0, 0]
    stage.lead(email="a@acme.example", created_at=NOON - timedelta(minutes=30))
    assert alerts(stage.one(stage.cycle())) == 1


@pytest.mark.parametrize("between", [True, False], ids=["written", "still in the outbox"])
def test_a_burst_that_was_told_is_not_told_again_by_a_lead_seen_late(between: bool) -> None:
    """R084: neither by the late lead nor by one that its earlier time would make the first of a new window."""
    stage = Stage()
    stage.account(domains=["acme.example"])
    for name in "bcd":
        stage.lead(email=f"{name}@acme.example")
    decide = stage.cycle if between else lambda: stage.decide().decisions
    assert [alerts(one) for one in decide()] == [0, 0, 1]
    stage.lead(email="a@acme.example", created_at=NOON - timedelta(minutes=100))
    assert [alerts(one) for one in decide()] == [0]
    for minute in (60, 110):
        stage.clock.set(NOON + timedelta(minutes=minute))
        stage.lead(email=f"m{minute}@acme.example")
        assert [alerts(one) for one in decide()] == [0]


def test_exactly_two_hours_are_inside_for_a_lead_seen_late_too() -> None:
    for minutes, told in ((120, 1), (121, 0)):
        stage = Stage()
        stage.account(domains=["acme.example"])
        stage.lead(email="b@acme.example")
        stage.lead(email="c@acme.example")
        stage.cycle()
        stage.lead(email="a@acme.example", created_at=NOON - timedelta(minutes=minutes))
        assert alerts(stage.one(stage.cycle())) == told


def test_a_burst_that_goes_on_for_days_is_told_once_a_window_whatever_its_length() -> None:
    from sfrouter.routing.notices.busy_company import BusyCompany

    stage = Stage(notices=(BusyCompany(window_minutes=24 * 60),))
    stage.account(domains=["acme.example"])
    told = 0
    for number in range(8):  # one every twelve hours: alarms at the 3rd (24 h) and the 6th (60 h)
        stage.lead(email=f"p{number}@acme.example")
        told += alerts(stage.one(stage.cycle()))
        stage.clock.set(stage.clock.now().replace(minute=0, second=0) + timedelta(hours=12))
    assert told == 2


def test_whoever_is_told_once_of_a_lead_is_not_told_again_when_it_is_decided_again() -> None:
    """Section 10: one Task per person and lead, never twice."""
    stage = Stage()
    stage.account()
    lead = stage.lead()
    stage.cycle()
    stage.edit(lead, by=BOB, account_id=ACME)
    told = {notice.person_id: notice.kind for notice in stage.one(stage.cycle()).notices}
    assert told == {SARAH: "new_owner"}
    stage.account(2, name="Acme West", owner_id=SARAH)
    stage.edit(lead, by=SARAH, account_id=an_id("account", 2))
    assert stage.one(stage.cycle()).notices == ()  # Sarah keeps it: there is no news for her


def test_a_new_owner_is_told_although_an_earlier_decision_was_never_written() -> None:
    from sfrouter.model.write import WriteState

    stage = Stage()
    lead = stage.lead()
    stage.decide()
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    again = stage.one(stage.decide().decisions)
    assert [(notice.kind, notice.person_id) for notice in again.notices] == [("new_owner", BOB)]


def test_a_decision_that_was_never_written_costs_nobody_his_turn() -> None:
    """I8: a retry never moves a counter twice."""
    from sfrouter.model.write import WriteState

    stage = Stage()
    lead = stage.lead()
    stage.decide()
    stage.settle(lead, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.lead()
    stage.lead()
    assert reps(stage, stage.decide().decisions) == [BOB, CARL, DORA]


def test_the_least_loaded_counts_what_is_on_its_way() -> None:
    """While nothing can be sent the mirror shows no open leads, and everybody would look idle for ever."""
    from sfrouter.distribution.pools import Pool

    pool = Pool(name="all", method="least_loaded", members=("bob@ours.example", "carl@ours.example"))  # type: ignore[arg-type]
    stage = Stage(pools=(pool,))
    for _ in range(3):
        stage.lead(owner_id=BOB)  # Bob has three open leads already
    found = []
    for _ in range(4):
        stage.lead()
        found += reps(stage, stage.decide().decisions)
    assert found == [CARL, CARL, CARL, BOB]


def test_an_org_whose_time_zone_we_do_not_know_is_routed_in_utc() -> None:
    stage = Stage()
    stage.row("organization", id=an_id("organization", 1), name="Ours", time_zone="Mars/Olympus_Mons")
    assert stage.house.desk.time_zone() is UTC
    stage.lead()
    assert len(stage.cycle()) == 1


def test_a_successor_is_the_active_one_of_two_users_with_one_address() -> None:
    stage = Stage(successors_by_email={"sarah@ours.example": "carl@ours.example"})
    stage.row("user", id=an_id("user", 55), name="Carl (old)", email="Carl@ours.example", active=[False])
    stage.row("user", id=SARAH, name="Sarah", email="sarah@ours.example", active=[False])
    stage.row("user", id=an_id("user", 56), name="Sarah (old)", email="sarah@ours.example", active=[False])
    stage.account(owner_id=SARAH, domains=["acme.example"])
    stage.account(2, owner_id=an_id("user", 56), name="Beta", domains=["beta.example"])
    stage.lead(email="joe@acme.example")
    stage.lead(email="joe@beta.example")
    assert reps(stage, stage.cycle()) == [CARL, CARL]


def test_an_intake_user_is_every_user_with_that_address() -> None:
    """Else leads of the one who is not found are never decided."""
    stage = Stage(intake=Intake(users=("web@ours.example",)))
    one = stage.row("user", id=an_id("user", 61), name="Web", email="web@ours.example", active=[True])
    two = stage.row("user", id=an_id("user", 62), name="Web", email="web@ours.example", active=[False])
    stage.lead(owner_id=one)
    stage.lead(owner_id=two)
    assert len(stage.cycle()) == 2


def test_an_odd_lead_that_the_ledger_refuses_delays_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """L3: WriteKeyReusedError and its kin speak of one lead, not of the ledger."""
    from sfrouter.ledger.errors import WriteKeyReusedError
    from sfrouter.ledger.ledger import Ledger

    stage = Stage()
    odd, good = stage.lead(), stage.lead()
    record = Ledger.record

    def refuse(self: Ledger, decision: Decision, *rest: object, **named: object) -> None:
        if decision.lead_id == odd:
            raise WriteKeyReusedError("of the tests")
        record(self, decision, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "record", refuse)
    report = stage.decide()
    assert (report.failed, [one.lead_id for one in report.decisions]) == ((odd,), [good])


def test_an_intake_queue_that_was_renamed_in_the_org_is_told_in_the_log() -> None:
    """Else the router just looks idle for ever."""
    from structlog.testing import capture_logs

    stage = Stage(intake=Intake(queues=("Renamed", "Inbound")))
    with capture_logs() as told:
        refresh(stage.house)
    assert [entry["queue"] for entry in told if entry["event"] == "intake_queue_missing"] == ["Renamed"]


def test_lost_leads_come_newest_first_and_never_converted_ones() -> None:
    """R048: who had the newest."""
    stage = Stage()
    lost = "Closed - Not Converted"
    for owner, converted in ((CARL, False), (DORA, False), (SARAH, True)):
        stage.clock.advance(60)
        stage.lead(email="x@newco.example", owner_id=owner, closed_lost=[lost], converted=[converted])
    stage.lead(email="ann@newco.example")
    assert stage.owner(stage.one(stage.cycle())) == DORA


def test_the_same_person_goes_to_the_same_rep_also_with_free_mail() -> None:
    """D01."""
    stage = Stage()
    stage.lead(email="ann@gmail.com", company="")
    stage.lead(email="ben@gmail.com", company="")
    stage.lead(email=" Ann@Gmail.com", company="")
    assert reps(stage, stage.cycle()) == [BOB, CARL, BOB]
