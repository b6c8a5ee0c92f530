"""What is older than wanted is forgotten, table by table, and the chained log stays whole."""

from datetime import timedelta

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.ledger import retention
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.retention import Keep
from sfrouter.ledger.settlement import Settlement
from sfrouter.ledger.tables import LedgerTable
from sfrouter.model.follow import SlaClock
from sfrouter.model.review import ReviewItem, ReviewState, Verdict
from sfrouter.model.write import WriteState
from tests.ledger.samples import ACME, LEAD, NOON, SARAH, decision, write

OLD, NEW = "00Q000000000011AAA", "00Q000000000012AAA"
DAY = 86_400.0


@pytest.fixture
def clock() -> SetClock:
    """It is noon of the first day."""
    return SetClock(NOON)


@pytest.fixture
def ledger(clock: SetClock) -> Ledger:
    """A decision of 100 days ago with a finished write, one of today with one on its way, and two reviews."""
    one = Ledger.open(None, clock)
    reviews = tuple(
        ReviewItem(lead_id=lead, account_id=ACME, score=75, why="name", raised_at=NOON, state=ReviewState.OPEN)
        for lead in (OLD, NEW)
    )
    one.record(decision(OLD), (write("old", lead_id=OLD),), reviews)
    one.mark_sending(["old"], NOON)
    one.settle([Settlement(key="old", state=WriteState.DONE)], NOON)
    one.answer_review(OLD, ACME, ReviewState.REJECTED)
    clock.advance(100 * DAY)
    one.record(decision(NEW, at=clock.now()), (write("new", lead_id=NEW),), ())
    return one


def test_old_words_go_and_young_ones_stay(ledger: Ledger) -> None:
    found = ledger.forget_old(Keep(traces=90, writes=90, reviews=90, clocks=90), ledger.now())
    assert (found.traces, found.writes, found.reviews) == (1, 1, 1)
    (old,), (new,) = ledger.decisions_of(OLD), ledger.decisions_of(NEW)
    assert (old.decision.reason, old.decision.rule) == ("erased", "customer_owner")
    assert new.decision == decision(NEW, at=NOON + timedelta(days=100))
    assert [dict(one.values) for one in ledger.writes(OLD)] == [{}]
    assert [one.state for one in ledger.writes(OLD)] == [WriteState.DONE]
    assert dict(ledger.writes(NEW)[0].values) != {}
    assert [one.lead_id for one in ledger.reviews(None)] == [NEW]
    verdict = ledger.verify_log()
    assert (verdict.sound, verdict.erased) == (True, 1)


def test_a_write_on_its_way_is_never_emptied_and_an_open_question_never_dropped(
    ledger: Ledger, clock: SetClock
) -> None:
    clock.advance(1000 * DAY)
    ledger.forget_old(Keep(traces=1, writes=1, reviews=1, clocks=1), ledger.now())
    assert dict(ledger.writes(NEW)[0].values) != {}
    assert [one.lead_id for one in ledger.reviews(ReviewState.OPEN)] == [NEW]


def test_nought_keeps_for_ever(ledger: Ledger, clock: SetClock) -> None:
    clock.advance(10_000 * DAY)
    assert ledger.forget_old(Keep(), ledger.now()).total == 0
    assert ledger.last_tidied() == clock.now()
    assert ledger.decisions_of(OLD)[0].decision.reason != "erased"


def test_many_are_forgotten_in_runs_and_the_log_stays_whole(
    clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    one = Ledger.open(None, clock)
    for number in range(1, 6):
        one.record(decision(number=number), (), ())
    clock.advance(10 * DAY)
    one.record(decision(number=6, at=clock.now()), (), ())
    assert one.forget_old(Keep(traces=5), one.now()).traces == 5
    verdict = one.verify_log()
    assert (verdict.sound, verdict.erased, verdict.decisions) == (True, 5, 6)
    assert one.forget_old(Keep(traces=5), one.now()).traces == 0
    assert LEAD not in one.erased_leads()


def test_words_taken_away_after_the_last_forgetting_are_not_excused_by_it(clock: SetClock) -> None:
    one = Ledger.open(None, clock)
    one.record(decision(number=1), (), ())
    clock.advance(10 * DAY)
    one.record(decision(number=2, at=clock.now()), (), ())
    one.forget_old(Keep(traces=5), one.now())
    with one._store.write() as connection:
        connection.exec_driver_sql("UPDATE chain SET salt = NULL WHERE kind = 'decision' AND number = 2")
    (fault,) = one.verify_log().faults
    assert "decision 2" in fault


def test_first_replies_that_were_given_are_forgotten_in_time_and_running_clocks_never(clock: SetClock) -> None:
    """Counted from the reply, not from the lead: one that was answered late is kept as long as any other."""
    one = Ledger.open(None, clock)
    long_ago, late, running = (f"00Q00000000002{number}AAA" for number in (1, 2, 3))
    for lead in (long_ago, late, running):
        one.record(decision(lead), (), (), clock=a_clock(lead))
    one.stop_clocks({long_ago: "the status changed"}, NOON)
    one.stop_clocks({late: "the status changed"}, NOON + timedelta(days=60))
    clock.advance(100 * DAY)
    assert one.forget_old(Keep(traces=90, writes=90, reviews=90), one.now()).clocks == 0
    assert one.forget_old(Keep(clocks=90), one.now()).clocks == 1
    assert [one.sla_clock(lead) is not None for lead in (long_ago, late, running)] == [False, True, True]
    assert [found.lead_id for found in one.running_clocks()] == [running]


def a_clock(lead: str) -> SlaClock:
    """It runs since noon of the first day."""
    due = NOON + timedelta(hours=2)
    return SlaClock(
        lead_id=lead, decision_number=1, owner_id=SARAH, executive=False, started_at=NOON, remind_at=due,
        due_at=due, passes_at=due,
    )  # fmt: skip


def test_who_answered_a_question_is_forgotten_with_it_and_not_before(clock: SetClock) -> None:
    one = Ledger.open(None, clock)
    for lead in (OLD, NEW):
        asked = ReviewItem(lead_id=lead, account_id=ACME, score=75, why="name", raised_at=clock.now())
        one.record(decision(lead), (), (asked,))
        one.keep_verdict(Verdict(states={(lead, ACME): ReviewState.REJECTED}, by="sarah"))
        clock.advance(60 * DAY)
    assert one.forget_old(Keep(reviews=90), one.now()).reviews == 1
    assert [one.review_answerer(lead, ACME) for lead in (OLD, NEW)] == ["", "sarah"]


FORGOTTEN = frozenset({"decision", "outbox", "review", "review_answer", "sla_clock", "api_hour"})
"""Tables whose rows, or the words in them, have their time (docs/operations.md)."""
SHORT_LIVED = frozenset({"decide_anew", "link_to_make", "parked_kind", "suspended_person"})
"""Tables whose rows go with their cause."""
FOR_EVER = frozenset(
    {"chain", "first_owner", "rotation_turn", "given_lead", "contest", "note",  # ids and moments
     "alias", "never_match", "link_order", "profile", "profile_key", "profile_word",  # what people taught
     "new_account", "new_account_lead", "account_removal"}
)  # fmt: skip


def test_somebody_has_thought_how_long_each_table_is_kept() -> None:
    """A new table belongs into one of these lists, and into the table of docs/operations.md."""
    assert set(LedgerTable.metadata.tables) == FORGOTTEN | SHORT_LIVED | FOR_EVER
