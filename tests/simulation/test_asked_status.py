"""What `sfrouter status` says is compared with the files: a right one agrees, and each lie is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.journey.status
import sfrouter.ledger.status
import tests.simulation.asked_status
from sfrouter.ledger.status import LedgerStatus
from sfrouter.mirror.store import Mirror
from tests.simulation.asked_status import ASKED, is_asked
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.script import begin
from tests.simulation.standard import standard
from tests.simulation.test_checker import _found
from tests.simulation.test_told import refused

_count, _figures = Mirror.count, sfrouter.ledger.status.figures


@pytest.fixture(autouse=True)
def always_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every history."""
    monkeypatch.setattr(tests.simulation.asked_status, "SHARE", 1.0)


def locked() -> History:
    """The scenario, in which approvals lock some leads right before they are written: an hour's hold."""
    history = standard()
    history.seed = 1  # whose process lives on: a start tries all such leads at once

    def lock() -> None:
        for lead_id in history.people.leads[:3]:
            assert history.people.do("approval", lead_id)

    history.clock.at(29.0, lock)
    return history


def _figures_but(**others: Any) -> Any:
    def figures(*words: Any) -> LedgerStatus:
        return replace(_figures(*words), **others)

    return patch.object(sfrouter.ledger.status, "figures", figures)


def _breaks() -> Any:
    return patch.object(sfrouter.journey.status, "degraded_now", lambda _desk: 1 / 0)


def _nobody_waits() -> Any:
    return patch.object(sfrouter.journey.status, "needs_somebody", lambda *_: False)


def _nothing_went_wrong() -> Any:
    return _figures_but(troubled=(), troubled_count=0)


def _nothing_is_held() -> Any:
    return _figures_but(held=())


def _the_dead_count() -> Any:
    return patch.object(Mirror, "count", lambda self, noun: _count(self, noun) + (noun == "lead"))


@pytest.mark.parametrize("make", [standard, refused, locked])
def test_a_right_status_agrees_with_the_files(make: Callable[[], History]) -> None:
    history = run(make(), Checker())
    assert not history.violations
    assert history.met[ASKED] == 2


@pytest.mark.parametrize(
    ("lie", "make", "found"),
    [
        (_breaks, standard, {"S1"}),
        (_nobody_waits, refused, {"S2"}),
        (_nothing_went_wrong, refused, {"S2"}),
        (_nothing_is_held, locked, {"S3"}),
        (_the_dead_count, standard, {"S2"}),
    ],
)
def test_a_lie_is_found(lie: Any, make: Callable[[], History], found: set[str]) -> None:
    assert _found(lie, make()) == found


def test_a_lead_that_status_tells_of_nowhere_is_found() -> None:
    """Neither waiting nor on its way: a person put it back, and its decision says nothing of it."""
    history = standard()
    looks = _PutBack()
    run(history, looks)
    assert {one.split()[0] for one in history.violations} >= {"S4"}


class _PutBack(Checker):
    """At the end a lead lies in the intake again, behind the router's back and without a stamp."""

    def final(self, history: History) -> None:
        history.org.store.update("Lead", history.people.leads[2], {"OwnerId": history.org.id_of("@inbound")})
        super().final(history)


def test_one_bounded_history_in_ten_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with patch.object(tests.simulation.asked_status, "bound_org", lambda _data: "00D"):
        drawn = [is_asked(begin(seed, "bounded")) for seed in range(150)]
        assert 5 <= sum(drawn) <= 28
        assert not any(is_asked(begin(seed, "hostile")) for seed in range(20))
