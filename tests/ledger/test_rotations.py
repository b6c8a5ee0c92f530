"""When leads were given by rotation: one entry a lead, kept with its decision, and only the last two days told."""

from dataclasses import replace
from datetime import timedelta

from sfrouter.base.clock import SetClock
from sfrouter.ledger.ledger import Ledger
from tests.ledger.samples import NOON, SARAH, decision, move


def test_a_lead_that_is_given_again_counts_once_and_one_given_back_not_at_all() -> None:
    ledger = Ledger.open(None, SetClock(NOON))
    first = decision(moves=(move("emea", **{SARAH: 1}),), at=NOON)
    ledger.record(first, (), ())
    assert ledger.rotation().given == {"emea": {SARAH: (NOON,)}}
    later = NOON + timedelta(hours=1)
    ledger.record(decision(number=2, at=later, moves=(move("west", **{SARAH: 1}),)), (), ())
    assert ledger.rotation().given == {"west": {SARAH: (later,)}}
    back = replace(move("west", **{SARAH: 0}), given_back=True)
    ledger.record(decision(number=3, at=later, moves=(back,)), (), ())
    assert ledger.rotation().given == {}
    assert ledger.rotation().turns["west"] == {SARAH: 0}


def test_a_later_decision_without_a_turn_leaves_the_entry() -> None:
    ledger = Ledger.open(None, SetClock(NOON))
    ledger.record(decision(moves=(move("emea", **{SARAH: 1}),), at=NOON), (), ())
    ledger.record(decision(number=2), (), ())
    assert ledger.rotation().given == {"emea": {SARAH: (NOON,)}}


def test_only_the_last_two_days_are_told_and_nothing_where_nobody_asks() -> None:
    clock = SetClock(NOON)
    ledger = Ledger.open(None, clock)
    ledger.record(decision(moves=(move("emea", **{SARAH: 1}),), at=NOON), (), ())
    assert ledger.rotation(given=False).given == {}
    clock.advance(49 * 3600)
    assert ledger.rotation().given == {}
    assert ledger.rotation().turns == {"emea": {SARAH: 1}}
