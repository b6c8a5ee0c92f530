"""Batches that fail in the org's automation delay nobody but the row that is ill, or the judge sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.writeback.send
from sfrouter.ledger.settlement import Settlement
from sfrouter.model.write import Write, WriteState
from sfrouter.salesforce.faults import Verdict
from sfrouter.writeback.verdicts import Answers
from tests.simulation.batches import (
    BATCHES_ALONE,
    ILL,
    JUDGED,
    SHARE,
    TOO_MANY,
    appoint_batches,
    l3_no_batch_waits,
    one_ill_row,
    too_many,
)
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.run import one_history
from tests.simulation.script import begin
from tests.simulation.standard import standard

ALONE = [seed for seed in range(500) if Random(f"{seed}/batches alone").random() < BATCHES_ALONE][:3]
"""Seeds in which nothing else goes wrong."""
_settle = Answers.settle


def _five_minutes_later() -> Any:
    """A batch that failed waits for five minutes, in the hope that it passes."""

    def settle(self: Answers, write: Write, answer: Any, now: datetime, *words: Any, **named: Any) -> Settlement:
        if answer.verdict is Verdict.HALVE:
            later = now + timedelta(minutes=5)
            return Settlement(key=write.key, state=WriteState.PENDING, code=answer.code, not_before=later)
        return _settle(self, write, answer, now, *words, **named)

    return patch.multiple(Answers, settle=settle)


def _all_given_up() -> Any:
    """What the org's automation cannot take at once is refused for good."""

    def settle(self: Answers, write: Write, answer: Any, *words: Any, **named: Any) -> Settlement:
        if answer.verdict is Verdict.HALVE:
            return Settlement(key=write.key, state=WriteState.REFUSED, code=answer.code)
        return _settle(self, write, answer, *words, **named)

    return patch.object(Answers, "settle", settle)


def _five_at_once() -> History:
    history = standard()
    history.clock.at(4.0, lambda: history.endings.append(too_many(history, 5, Random(1))))
    return history


@pytest.mark.parametrize("seed", ALONE)
def test_all_others_are_written_in_time(seed: int) -> None:
    history = one_history(seed, "bounded")
    assert not history.violations
    assert history.met[JUDGED] > 5
    assert history.faults.fired[ILL] > 0


def test_one_of_them_has_batches_that_are_too_large() -> None:
    assert any(one_history(seed, "bounded").faults.fired[TOO_MANY] for seed in ALONE)


@pytest.mark.parametrize("dice", [1, 2], ids=["the batch fails", "its row fails"])
def test_a_row_that_always_fails_ends_alone(dice: int) -> None:
    history = standard()

    def falls_ill() -> None:
        history.endings.append(one_ill_row(history, history.people.leads[3], Random(dice)))

    history.clock.at(5.5, falls_ill)
    run(history, Checker())
    assert not history.violations
    assert history.faults.fired[ILL] >= 3
    intake = history.org.id_of("@inbound")
    assert history.people.leads[3] in {row["Id"] for row in history.org.store.rows("Lead", {"OwnerId": intake})}


def test_others_that_are_written_too_late_are_seen() -> None:
    with _five_minutes_later(), patch.object(sfrouter.writeback.send, "SPLITTING", frozenset()):
        histories = [one_history(seed, "bounded") for seed in ALONE]
    found = [one for history in histories for one in history.violations]
    assert any(one.startswith("L3 lead") and "beside batches that fail" in one for one in found)


def test_a_batch_that_is_given_up_is_seen() -> None:
    history = _five_at_once()
    assert not run(history, Checker()).violations
    assert history.faults.fired[TOO_MANY] > 0
    history = _five_at_once()
    with _all_given_up():
        run(history, Checker())
    assert any(one.startswith("L3 the write of lead") for one in history.violations)


@pytest.mark.parametrize(
    ("not_before", "code", "lead", "found"),
    [
        (None, "LIMIT_EXCEEDED", "one", 1),
        ("2026-03-02T09:59:00", "LIMIT_EXCEEDED", "one", 1),
        ("2026-03-02T10:00:30", "LIMIT_EXCEEDED", "one", 0),
        (None, "UNABLE_TO_LOCK_ROW", "one", 0),
        (None, "LIMIT_EXCEEDED", "ill", 0),
    ],
)
def test_what_waits_when_all_is_over_is_seen(not_before: str | None, code: str, lead: str, found: int) -> None:
    row = {"kind": "lead", "lead_id": lead, "state": "pending", "not_before": not_before, "answer_code": code}
    history = SimpleNamespace(ill={"ill"}, contested=set())
    evidence: Any = SimpleNamespace(history=history, ledger=SimpleNamespace(live=lambda: [row]))
    assert len(list(l3_no_batch_waits(evidence, datetime(2026, 3, 2, 10, 0, tzinfo=UTC)))) == found


def test_they_are_drawn_with_dice_of_their_own() -> None:
    history = begin(7, "bounded")
    dice = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    with patch("tests.simulation.batches.SHARE", 1.0):
        appoint_batches(history)
    after = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    assert after == dice
    assert 0 < SHARE < 0.1
