"""What people do in the gap: convert a queue's lead, leave as a write is on its way, make the same account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.writeback.verdicts
from sfrouter.model.write import WriteState
from sfrouter.writeback.verdicts import Answers
from tests.simulation.accounts_beside import JUDGED, NAME, account_beside
from tests.simulation.checker import Checker
from tests.simulation.each import Undisturbed, undisturbed
from tests.simulation.history import History, run
from tests.simulation.standard import standard

_settle = Answers.settle


@pytest.fixture(scope="module")
def peace() -> Undisturbed:
    """The scenario without any fault."""
    return undisturbed()


def test_whoever_converts_a_lead_of_a_queue_becomes_its_owner(peace: Undisturbed) -> None:
    call = peace.calls.index("change") + 1
    history = run(standard({call: "the lead is converted in the gap"}), Checker())
    assert not history.violations
    assert history.met["leads of a queue converted by people"] == 1
    owners = {row["OwnerId"] for row in history.org.store.rows("Lead", {"IsConverted": True})}
    assert owners == {history.org.id_of("@iris")}


def test_the_very_owner_of_a_write_leaves(peace: Undisturbed) -> None:
    call = peace.calls.index("change") + 1
    history = run(standard({call: "the chosen owner leaves in the gap"}), Checker())
    assert not history.violations
    assert history.met["the very owner of a write on its way left"] == 1
    gone = next(iter(history.people.away))
    assert any(gone in str(part["body"]) for part in history.wire.exchanges[call - 1].call.parts)


def _somebody_gone(self: Answers, write: Any, answer: Any, *words: Any, **named: Any) -> Any:
    """The org's word that somebody left ends the write for good."""
    made = _settle(self, write, answer, *words, **named)
    return replace(made, state=WriteState.REFUSED, decide_anew="") if made.suspend_person else made


def test_a_lead_given_up_because_its_owner_left_is_seen(peace: Undisturbed) -> None:
    history = standard({peace.calls.index("change") + 1: "the chosen owner leaves in the gap"})
    with patch.object(Answers, "settle", _somebody_gone):
        run(history, Checker())
    assert any(one.startswith("I1") for one in history.violations)


def _beside(*, rule: bool) -> History:
    history = standard()
    account_beside(history, rule=rule)
    return history


@pytest.mark.parametrize("rule", [True, False])
def test_a_person_makes_the_account_first(*, rule: bool) -> None:
    history = run(_beside(rule=rule), Checker())
    assert not history.violations
    assert history.faults.fired[NAME] == 1
    assert history.met[JUDGED] == rule


def test_an_account_that_is_there_and_not_used_is_seen() -> None:
    history = _beside(rule=True)

    def never(write: Any, answer: Any) -> Any:
        return sfrouter.writeback.verdicts._ended(write, answer, WriteState.REFUSED)

    with patch.object(sfrouter.writeback.verdicts, "_already_there", never):
        run(history, Checker())
    assert any("no lead of" in one and "points to the account" in one for one in history.violations)


def test_an_account_made_beside_the_named_one_is_seen() -> None:
    """As if the rule could be passed over."""
    history = _beside(rule=True)
    with patch("sfrouter.localorg.writes.check_duplicates", lambda *_, **__: None):
        run(history, Checker())
    assert any("was made beside the one that the org had named" in one for one in history.violations)
