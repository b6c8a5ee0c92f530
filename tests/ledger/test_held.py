"""What waits for a right is tried before its hour when somebody asks for it; anything else is not."""

from datetime import timedelta

import pytest

from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.silence import SILENT
from sfrouter.model.write import WriteKind, WriteState
from sfrouter.writeback.verdicts import MENDED_BY_A_PERSON
from tests.journey.stage import NOON, Stage

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def held(code: str, **extra: str) -> Ledger:
    """A ledger with one lead write that is put off for an hour with this answer."""
    stage = Stage()
    lead_id = stage.lead()
    stage.decide()
    if extra:
        stage.settle(lead_id, WriteState.UNKNOWN, extra=extra)
        stage.clear_up(lead_id, WriteState.PENDING, code=code, not_before=NOON + HOUR)
    else:
        stage.settle(lead_id, WriteState.PENDING, code=code, not_before=NOON + HOUR)
    return stage.ledger


def due(ledger: Ledger) -> int:
    """How many lead writes may be sent a minute after noon."""
    return len(ledger.due(WriteKind.LEAD, NOON + timedelta(minutes=1), 10))


@pytest.mark.parametrize(
    "code", ["INSUFFICIENT_ACCESS_OR_READONLY", "ENTITY_IS_LOCKED", "INVALID_FIELD", "NOT_FOUND"]
)
def test_a_write_that_waits_for_a_right_or_an_approval_is_tried_now(code: str) -> None:
    ledger = held(code)
    assert due(ledger) == 0
    assert ledger.try_held(NOON, MENDED_BY_A_PERSON)
    assert due(ledger) == 1


@pytest.mark.parametrize("code", ["UNABLE_TO_LOCK_ROW", "UNKNOWN_EXCEPTION", "unknown", "NEVER_SEEN", ""])
def test_a_write_that_waits_for_anything_else_waits_on(code: str) -> None:
    ledger = held(code)
    assert ledger.try_held(NOON, MENDED_BY_A_PERSON)
    assert due(ledger) == 0


def test_a_write_that_went_unanswered_waits_on() -> None:
    ledger = held("", **{SILENT: "1"})
    assert ledger.try_held(NOON, MENDED_BY_A_PERSON)
    assert due(ledger) == 0


def test_a_parked_kind_has_its_turn_and_stays_news_that_was_told() -> None:
    stage = Stage()
    stage.lead()
    stage.decide()
    stage.ledger.park(WriteKind.LEAD, NOON + HOUR, code="INSUFFICIENT_ACCESS", words="no right")
    assert due(stage.ledger) == 0
    assert stage.ledger.try_held(NOON, MENDED_BY_A_PERSON)
    assert due(stage.ledger) == 1
    assert not stage.ledger.park(WriteKind.LEAD, NOON + HOUR, code="INSUFFICIENT_ACCESS", words="no right")


def test_a_process_that_starts_every_few_seconds_asks_the_org_once_a_minute() -> None:
    ledger = Stage().ledger
    tried = [ledger.try_held(NOON + 5 * place * SECOND, MENDED_BY_A_PERSON) for place in range(24)]
    assert [place for place, done in enumerate(tried) if done] == [0, 12]


def test_a_clock_that_was_set_back_keeps_nothing_from_being_tried() -> None:
    ledger = Stage().ledger
    assert ledger.try_held(NOON + HOUR, MENDED_BY_A_PERSON)
    assert ledger.try_held(NOON, MENDED_BY_A_PERSON)
