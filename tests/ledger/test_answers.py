"""Answers and what follows from them are kept together or not at all; orders wait until a decision takes them."""

from dataclasses import replace

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.ledger.answers import AlreadyAnsweredError
from sfrouter.ledger.ledger import Ledger
from sfrouter.model.order import LinkOrder, OrderKind, OrderState
from sfrouter.model.review import ReviewItem, ReviewState, Verdict
from tests.ledger.samples import ACME, LEAD, NOON, decision

OTHER = "00Q000000000002AAA"
ITEM = ReviewItem(lead_id=LEAD, account_id=ACME, score=75.0, why="similar name", raised_at=NOON)
ORDER = LinkOrder(
    lead_id=LEAD, kind=OrderKind.ACCEPTED, account_id=ACME, account_was=None, owner_was=None, by="Ann", at=NOON,
    batch="b1",
)  # fmt: skip


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.open(None, SetClock(NOON))


def test_an_answer_is_kept_with_its_alias_its_order_and_who_gave_it(ledger: Ledger) -> None:
    ledger.record(decision(), (), (ITEM,))
    ledger.keep_verdict(
        Verdict(
            states={ITEM.pair: ReviewState.ACCEPTED}, by="Ann", aliases={"acme labs": ACME}, orders=(ORDER,),
            never=frozenset({("acne", ACME)}), anew=(LEAD,),
        )
    )  # fmt: skip
    item = ledger.review(LEAD, ACME)
    assert item is not None
    assert item.state is ReviewState.ACCEPTED
    assert ledger.review_answerer(LEAD, ACME) == "Ann"
    assert ledger.aliases() == {"acme labs": ACME}
    assert ledger.never_pairs() == {("acne", ACME)}
    assert ledger.open_orders()[LEAD].account_id == ACME
    assert list(ledger.to_decide_anew()) == [LEAD]


def test_of_an_answer_to_an_item_that_is_closed_nothing_at_all_is_kept(ledger: Ledger) -> None:
    ledger.record(decision(), (), (ITEM,))
    ledger.keep_verdict(Verdict(states={ITEM.pair: ReviewState.REJECTED}, by="Ann"))
    late = Verdict(states={ITEM.pair: ReviewState.ACCEPTED}, by="Bo", aliases={"x": ACME}, orders=(ORDER,))
    with pytest.raises(AlreadyAnsweredError):
        ledger.keep_verdict(late)
    assert (ledger.aliases(), ledger.open_orders(), ledger.review_answerer(LEAD, ACME)) == ({}, {}, "Ann")


def test_a_skipped_item_can_still_be_answered(ledger: Ledger) -> None:
    ledger.record(decision(), (), (ITEM,))
    ledger.keep_verdict(Verdict(states={ITEM.pair: ReviewState.SKIPPED}, by="Ann"))
    ledger.keep_verdict(Verdict(states={ITEM.pair: ReviewState.ACCEPTED}, by="Ann"))
    assert ledger.reviews(ReviewState.ACCEPTED)[0].pair == ITEM.pair


def test_a_newer_order_withdraws_an_older_one_and_a_decision_takes_it(ledger: Ledger) -> None:
    ledger.order_links([ORDER, replace(ORDER, lead_id=OTHER)])
    ledger.order_links([replace(ORDER, account_id="001000000000002AAA", batch="b2")])
    assert [one.state for one in ledger.orders_in("b1")] == [OrderState.WITHDRAWN, OrderState.OPEN]
    newest = ledger.open_orders()[LEAD]
    ledger.record(decision(), (), (), order=newest.seq)
    (taken,) = ledger.orders_in("b2")
    assert (taken.state, taken.decision_number) == (OrderState.TAKEN, 1)
    assert list(ledger.open_orders()) == [OTHER]
    assert ledger.newest_orders([LEAD, OTHER]).keys() == {LEAD, OTHER}
    assert ledger.batches() == ("b2", "b1")


def test_an_order_ends_without_a_decision_only_once(ledger: Ledger) -> None:
    ledger.order_links([ORDER])
    seq = ledger.open_orders()[LEAD].seq
    assert seq is not None
    ledger.end_order(seq, OrderState.LEFT)
    ledger.end_order(seq, OrderState.WITHDRAWN)
    assert ledger.orders_in("b1")[0].state is OrderState.LEFT


def test_taking_a_batch_back_forgets_what_it_taught_and_nothing_else() -> None:
    """Names learnt before, by others, or again since stay; a second time there is nothing left to forget."""
    clock = SetClock(NOON)
    ledger = Ledger.open(None, clock)
    other = replace(ITEM, lead_id=OTHER)
    ledger.record(decision(), (), (ITEM, other))
    ledger.learn_alias("known before", ACME)
    clock.advance(60)
    taught = {"acme labs": ACME, "@labs.example": ACME, "again": ACME}
    ledger.keep_verdict(
        Verdict(states={ITEM.pair: ReviewState.ACCEPTED}, by="Ann", aliases=taught, orders=(ORDER,))
    )
    clock.advance(60)
    theirs = replace(ORDER, lead_id=OTHER, batch="b2")
    ledger.keep_verdict(
        Verdict(states={other.pair: ReviewState.ACCEPTED}, by="Bo", aliases={"again": ACME, "x": ACME},
                orders=(theirs,))
    )  # fmt: skip
    assert ledger.learnt_with("b1") == ("@labs.example", "acme labs")
    back = replace(ORDER, kind=OrderKind.UNDONE, batch="u1")
    ledger.take_back([back], "b1", by="Cy")
    assert sorted(ledger.aliases()) == ["again", "known before", "x"]
    assert {one.lead_id: one.state for one in ledger.reviews(None)} == {
        LEAD: ReviewState.SKIPPED, OTHER: ReviewState.ACCEPTED,
    }  # fmt: skip
    assert (ledger.review_answerer(LEAD, ACME), ledger.open_orders()[LEAD].batch) == ("Cy", "u1")
    assert (ledger.learnt_with("b1"), ledger.learnt_with("b2"), ledger.learnt_with("u1")) == (
        (),
        ("again", "x"),
        (),
    )
