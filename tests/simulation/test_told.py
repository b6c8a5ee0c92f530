"""The org's own words name people: a right router tells nobody of them, and each mistake is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.ledger.erasure
import sfrouter.salesforce.writing
import sfrouter.writeback.verdicts
from sfrouter.base.errors import SfrouterError
from sfrouter.base.log import logger
from sfrouter.daemon.run import Daemon
from sfrouter.writeback.send import Sender
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.standard import standard
from tests.simulation.test_checker import _found
from tests.simulation.told import QUOTED
from tests.simulation.world import CANARY, IN_ITS_WORDS
from tests.simulation.world_troubles import validation_rule

_stop_or_pause, _refresh = Sender._stop_or_pause, Daemon._refresh


def refused() -> History:
    """The scenario, where a rule of the org refuses each owner with a person's name and address."""
    history = standard()
    history.clock.at(1.0, lambda: history.endings.append(validation_rule(history)))
    return history


def refused_and_deleted() -> History:
    """The same; then a lead is deleted, so that what is kept of it is erased."""
    history = refused()

    def delete() -> None:
        assert history.people.do("hard_delete", history.people.leads[3])

    history.clock.at(60.0, delete)
    return history


@contextmanager
def _every_word() -> Iterator[None]:
    """The org's words are kept as they are."""
    as_it_is = lambda text: text  # noqa: E731
    with (
        patch.object(sfrouter.writeback.verdicts, "redact_text", as_it_is),
        patch.object(sfrouter.salesforce.writing, "redact_text", as_it_is),
    ):
        yield


def _told_in_the_log() -> Any:
    """The log says what the org said of each row."""

    def tells(self: Sender, answers: Any, tally: Any) -> None:
        for answer in answers:
            logger("writeback").info("row_refused", why=answer.message)
        _stop_or_pause(self, answers, tally)

    return patch.object(Sender, "_stop_or_pause", tells)


def _told_in_the_pulse() -> Any:
    """A job that fails quotes what the org said."""

    def fails(self: Daemon) -> None:
        _refresh(self)
        raise SfrouterError(f"the org refused {CANARY}")

    return patch.object(Daemon, "_refresh", fails)


def _words_outlive_their_lead() -> Any:
    """Erasing leaves what the org said."""
    return patch.object(sfrouter.ledger.erasure, "ERASED", IN_ITS_WORDS)


@pytest.mark.parametrize("make", [refused, refused_and_deleted])
def test_a_right_router_tells_nothing_and_the_judge_has_looked(make: Any) -> None:
    history = run(make(), Checker())
    assert not history.violations
    assert history.met[QUOTED] >= 20


@pytest.mark.parametrize(
    ("mistake", "make", "words"),
    [
        (_every_word, refused, "an address is kept"),
        (_told_in_the_log, refused, "the log names a person"),
        (_told_in_the_pulse, standard, "the pulse names a person"),
        (_words_outlive_their_lead, refused_and_deleted, "are kept"),
    ],
)
def test_whoever_repeats_the_orgs_words_is_found(mistake: Any, make: Any, words: str) -> None:
    history = make()
    assert "I12" in _found(mistake, history)
    assert any(one.startswith("I12") and words in one for one in history.violations), history.violations
