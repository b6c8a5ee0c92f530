"""A program whose user nobody lists takes leads: the router leaves it alone, and the judge sees if it does not."""

from __future__ import annotations

from random import Random
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.journey.contests
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.invariants import Evidence
from tests.simulation.programs import JUDGED, NAME, PROGRAM, appoint_program, f36_left_alone, program
from tests.simulation.script import begin
from tests.simulation.standard import standard

TO_JANE, TO_THE_INTAKE = 1, 0
"""Dice by which it gives leads to a person, or back to the queue."""


def _with_program(dice: int) -> History:
    history = standard()
    history.put_off_end(200.0)
    history.clock.at(4.0, lambda: history.endings.append(program(history, Random(dice))))
    return history


@pytest.mark.parametrize("dice", [TO_JANE, TO_THE_INTAKE])
def test_what_it_took_is_left_alone(dice: int) -> None:
    history = run(_with_program(dice), Checker())
    assert not history.violations
    assert history.met[NAME] > 5
    assert history.met[JUDGED] > 5
    assert not history.org.store.count("User", {"Id": PROGRAM})


def test_to_whom_it_gives_leads() -> None:
    for dice, owner in ((TO_JANE, "jane"), (TO_THE_INTAKE, "inbound")):
        history = run(_with_program(dice), Checker())
        taken = history.org.store.rows("LeadHistory", {"CreatedById": PROGRAM, "DataType": "EntityId"})
        assert {row["NewValue"] for row in taken} == {history.org.id_of(f"@{owner}")}


def _a_person_like_any_other() -> Any:
    """Whoever is not on the list of users is taken for a person who put the lead back."""
    return patch.object(sfrouter.journey.contests._Known, "is_program", lambda _self, _user: False)


def test_a_router_that_fights_is_seen() -> None:
    history = _with_program(TO_THE_INTAKE)
    with _a_person_like_any_other():
        run(history, Checker())
    assert any(one.startswith("F36") and "whom a program had given it to" in one for one in history.violations)


class _NothingHeard(Checker):
    """Judges twice: what happened, and the same as if the router had heard of none of its writes."""

    def final(self, history: Any) -> None:
        one = Evidence(history)
        self.broken = list(f36_left_alone(one))
        for row in one.lead_writes.values():
            row["state"] = "superseded"
        self.excused = not list(f36_left_alone(one))


def test_a_lead_whose_write_was_never_heard_of_may_be_tried_once_more() -> None:
    """It died before the answer: it sees a lead that is not its owner's, and cannot tell why (seed 1172)."""
    looks = _NothingHeard()
    with _a_person_like_any_other():
        run(_with_program(TO_THE_INTAKE), looks)
    assert looks.broken
    assert looks.excused


def test_it_is_drawn_with_dice_of_its_own() -> None:
    history = begin(7, "bounded")
    dice = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    with patch("tests.simulation.programs.SHARE", 1.0):
        appoint_program(history)
    after = [one.getstate() for one in (history.chance, history.people.chance, history.faults.scene.chance)]
    assert after == dice
