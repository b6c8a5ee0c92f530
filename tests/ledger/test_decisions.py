"""A decision enters the ledger whole or not at all, in order, and once."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from sfrouter.base.clock import SetClock
from sfrouter.base.errors import SfrouterError
from sfrouter.ledger.decisions import Standing
from sfrouter.ledger.errors import DecisionOrderError, WriteKeyReusedError
from sfrouter.ledger.ledger import Ledger
from sfrouter.model.follow import SlaClock
from sfrouter.model.review import ReviewItem
from sfrouter.model.write import WriteKind, WriteState
from tests.ledger.samples import ACME, BOB, LEAD, NOON, SARAH, decision, move, write

OTHER = "00Q000000000002AAA"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.open(None, SetClock(NOON))


def test_a_decision_brings_its_counters_writes_and_reviews_with_it(ledger: Ledger) -> None:
    review = ReviewItem(lead_id=LEAD, account_id=ACME, score=75.0, why="similar name", raised_at=NOON)
    made = decision(moves=(move("emea", **{SARAH: 3, BOB: 2}),))
    ledger.record(made, (write("lead"), write("task", kind=WriteKind.TASK)), (review,))
    assert ledger.rotation().turns == {"emea": {SARAH: 3, BOB: 2}}
    assert [(item.key, item.state) for item in ledger.writes()] == [
        ("lead", WriteState.PENDING),
        ("task", WriteState.WAITING),
    ]
    assert ledger.reviews() == (review,)
    stored = ledger.last_decision(LEAD)
    assert stored is not None
    assert (stored.decision, stored.lead_write) == (made, WriteState.PENDING)


def test_a_fault_in_the_last_part_leaves_nothing_of_the_decision_behind(ledger: Ledger) -> None:
    broken = ReviewItem(lead_id=LEAD, account_id=ACME, score=None, why="", raised_at=NOON)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        ledger.record(decision(moves=(move("emea", **{SARAH: 1}),)), (write("lead"),), (broken,))
    assert ledger.last_decision(LEAD) is None
    assert ledger.rotation().turns == {}
    assert ledger.writes() == ()


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_number_that_is_not_the_next_is_refused(ledger: Ledger, number: int) -> None:
    ledger.record(decision(), (), ())
    with pytest.raises(DecisionOrderError, match="the next one is 2"):
        ledger.record(decision(number=number), (), ())


def test_a_key_with_other_content_is_refused_and_with_the_same_content_taken_once(ledger: Ledger) -> None:
    ledger.record(decision(), (write("key"), write("key")), ())
    assert len(ledger.writes()) == 1
    with pytest.raises(WriteKeyReusedError):
        ledger.record(decision(number=2), (write("key", 2),), ())
    assert len(ledger.decisions()) == 1


def test_a_write_of_another_decision_or_in_mid_life_cannot_be_slipped_in(ledger: Ledger) -> None:
    with pytest.raises(SfrouterError, match="does not belong"):
        ledger.record(decision(), (write("key", 2),), ())
    with pytest.raises(SfrouterError, match="cannot begin"):
        ledger.record(decision(), (write("key", state=WriteState.DONE),), ())


def test_a_newer_decision_ends_what_older_ones_have_not_sent_but_not_what_is_in_doubt(ledger: Ledger) -> None:
    ledger.record(decision(), (write("lead1"), write("task1", kind=WriteKind.TASK)), ())
    ledger.record(decision(number=2), (write("lead2", 2),), ())
    ledger.mark_sending(("lead2",), NOON)
    ledger.record(decision(number=3), (write("lead3", 3),), ())
    states = {item.key: item.state for item in ledger.writes()}
    assert states == {
        "lead1": WriteState.SUPERSEDED,
        "task1": WriteState.SUPERSEDED,
        "lead2": WriteState.SENDING,
        "lead3": WriteState.PENDING,
    }
    assert ledger.due(WriteKind.LEAD, NOON, 10) == ()  # lead2 must be cleared up first


def test_the_newest_decision_of_each_lead_is_found_also_among_thousands(ledger: Ledger) -> None:
    ids = [f"00Q{index:012}AAA" for index in range(1200)]
    for lead_id in ids:
        ledger.record(decision(lead_id=lead_id), (), ())
    ledger.record(decision(lead_id=ids[0], number=2, rule="default_pool"), (), ())
    found = ledger.last_decisions([*ids, OTHER])
    assert len(found) == 1200
    assert found[ids[0]].decision.number == 2
    assert found[ids[0]].lead_write is None
    standing = ledger.standings([*ids, OTHER])
    assert len(standing) == 1200
    assert (standing[ids[0]].number, standing[ids[0]].rule, standing[ids[1]].number) == (2, "default_pool", 1)


def test_a_standing_says_what_the_newest_decision_says_and_how_far_its_write_got(ledger: Ledger) -> None:
    made = decision(lead_stamp=NOON, lead_account_id=ACME)
    ledger.record(made, (write("lead"), write("task", kind=WriteKind.TASK)), ())
    assert ledger.standings([LEAD]) == {
        LEAD: Standing(
            number=1, rule="customer_owner", owner_id=SARAH, lead_stamp=NOON, lead_owner_id=made.lead_owner_id,
            lead_account_id=ACME, link_account_id=ACME, lead_write=WriteState.PENDING, at=made.at,
        )
    }  # fmt: skip


def test_the_decision_that_set_a_running_clock_is_found_though_it_is_not_the_newest(ledger: Ledger) -> None:
    clock = SlaClock(
        lead_id=LEAD, decision_number=1, owner_id=SARAH, executive=False, started_at=NOON, remind_at=NOON,
        due_at=NOON, passes_at=NOON,
    )  # fmt: skip
    ledger.record(decision(rule="sla"), (write("lead"),), (), clock=clock)
    ledger.record(decision(number=2, rule="priority"), (), ())
    ledger.record(decision(OTHER), (), ())
    found = ledger.clock_standings()
    assert [(lead, one.number, one.rule) for lead, one in found.items()] == [(LEAD, 1, "sla")]
    ledger.stop_clocks({LEAD: "answered"}, NOON)
    assert ledger.clock_standings() == {}


def test_decisions_are_listed_newest_first_and_counted_since_a_moment(ledger: Ledger) -> None:
    for number in (1, 2, 3):
        ledger.record(decision(number=number, at=NOON + timedelta(hours=number)), (), ())
    since = NOON + timedelta(hours=2)
    assert [item.decision.number for item in ledger.decisions(since)] == [3, 2]
    assert [item.decision.number for item in ledger.decisions(limit=1)] == [3]
    assert [item.decision.number for item in ledger.decisions_of(LEAD)] == [1, 2, 3]
    assert ledger.decision_count(LEAD, since) == 2


def test_recording_the_same_move_again_does_not_turn_the_wheel_twice(ledger: Ledger) -> None:
    ledger.record(decision(moves=(move("emea", **{SARAH: 1}),)), (), ())
    ledger.record(decision(lead_id=OTHER, moves=(move("emea", **{SARAH: 1, BOB: 1}),)), (), ())
    assert ledger.rotation().turns == {"emea": {SARAH: 1, BOB: 1}}
