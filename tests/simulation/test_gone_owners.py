"""The judge sees decisions for people who were long gone, although the org refused to give them anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.daemon.run
from sfrouter.journey.refresh import nouns_of
from sfrouter.mirror.read_people import PeopleReading
from sfrouter.mirror.tables import ROWS
from sfrouter.model.records import Person
from tests.simulation.checker import Checker
from tests.simulation.gone_owners import JUDGED, i03_no_queue_without_leads
from tests.simulation.history import History, run
from tests.simulation.standard import standard
from tests.simulation.test_checker import _found
from tests.simulation.test_shared_out import stranger

_people = PeopleReading.people


def long_after() -> History:
    """The scenario; when all is calm somebody of the first pool leaves, and ten minutes later strangers come."""
    history = standard()
    history.trouble_ends = 900.0
    history.clock.at(68.0, lambda: history.people.leaves("ada"))
    for number in range(6):
        history.clock.at(640.0 + 31 * number, lambda number=number: _come(history, number))  # type: ignore[misc]
    return history


def _come(history: History, number: int) -> None:
    history.people.welcome([stranger(number)])


def _everybody_is_here() -> Any:
    """Nobody is ever taken for gone."""

    def people(self: PeopleReading) -> Mapping[str, Person]:
        return {key: replace(one, active=True, barred=None) for key, one in _people(self).items()}

    return patch.object(PeopleReading, "people", people)


def _read_once() -> Any:
    """The org's people are read at the start, and never again."""

    def nouns(number: int) -> tuple[str, ...]:
        return tuple(one for one in nouns_of(number) if one != "user") if number else tuple(ROWS)

    return patch.object(sfrouter.daemon.run, "nouns_of", nouns)


def test_a_right_router_breaks_nothing_and_the_judge_has_looked() -> None:
    history = run(long_after(), Checker())
    assert not history.violations
    assert history.met[JUDGED] >= 6


@pytest.mark.parametrize("mistake", [_everybody_is_here, _read_once])
def test_decisions_for_somebody_long_gone_are_found(mistake: Any) -> None:
    history = long_after()
    assert "I3" in _found(mistake, history)
    assert all("long known to be gone" in one for one in history.violations if one.startswith("I3"))


def test_a_decision_for_a_queue_without_leads_is_found() -> None:
    rows = [{"QueueId": "00G000000000001AAA", "SobjectType": "Lead"}]
    decisions = [{"lead_id": "00Q1", "owner_id": f"00G00000000000{number}AAA"} for number in (1, 2)]
    evidence: Any = SimpleNamespace(rows=lambda _name: rows, ledger=SimpleNamespace(decisions=decisions))
    assert list(i03_no_queue_without_leads(evidence)) == [
        "I3 lead 00Q1 was meant for 00G000000000002AAA, a queue without leads"
    ]
