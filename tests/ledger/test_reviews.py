"""Questions for a person, their answers, and the names learnt from them."""

from dataclasses import replace

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.reviews import NoSuchReviewError
from sfrouter.model.review import ReviewItem, ReviewState
from tests.ledger.samples import ACME, LEAD, NOON, decision


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.open(None, SetClock(NOON))


ITEM = ReviewItem(lead_id=LEAD, account_id=ACME, score=75.0, why="similar name", raised_at=NOON)


def test_an_open_question_is_renewed_and_an_answered_one_keeps_its_answer(ledger: Ledger) -> None:
    ledger.record(decision(), (), (ITEM,))
    ledger.record(decision(number=2), (), (replace(ITEM, score=78.0),))
    assert ledger.reviews() == (replace(ITEM, score=78.0),)
    ledger.answer_review(LEAD, ACME, ReviewState.REJECTED)
    ledger.record(decision(number=3), (), (replace(ITEM, score=79.0),))
    assert ledger.reviews() == ()
    assert ledger.reviews(None) == (replace(ITEM, score=78.0, state=ReviewState.REJECTED),)


def test_the_surest_question_comes_first(ledger: Ledger) -> None:
    other = replace(ITEM, account_id="001000000000002AAA", score=79.5)
    ledger.record(decision(), (), (ITEM, other))
    assert ledger.reviews() == (other, ITEM)


def test_an_answer_to_a_question_nobody_asked_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(NoSuchReviewError):
        ledger.answer_review(LEAD, ACME, ReviewState.ACCEPTED)


def test_a_learnt_name_takes_its_newer_meaning(ledger: Ledger) -> None:
    ledger.learn_alias("big blue", "001000000000002AAA")
    ledger.learn_alias("big blue", ACME)
    assert ledger.aliases() == {"big blue": ACME}
