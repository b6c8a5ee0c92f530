"""Leads of people who left: reported, or passed on unless a person chose the owner since (R099)."""

from datetime import timedelta
from typing import Any

import pytest

from sfrouter.followup.watch import Subject
from sfrouter.followup.watches.departed_owner import DepartedOwner
from sfrouter.model.follow import Act
from tests.routing.world import NOON, lead, person, user_id

GONE = person(1, active=False)
PASS_ON = DepartedOwner(action="reassign")


def act(watch: DepartedOwner = PASS_ON, *, subject: dict[str, Any] | None = None, **values: Any) -> Act | None:
    """What the watch wants with a lead of somebody who left at noon."""
    held = lead(**{"owner_id": user_id(1), "modified_at": NOON - timedelta(days=1), **values})
    usual: dict[str, Any] = {"lead_id": held.id, "lead": held, "owner": GONE, "left_at": NOON}
    found = watch.look(Subject(**{**usual, **(subject or {})}), NOON + timedelta(hours=1))
    return found.act if found else None


def test_by_default_it_is_only_reported() -> None:
    assert act(DepartedOwner()) is Act.REPORT
    assert act() is Act.HAND_ON


@pytest.mark.parametrize("ended", [{"converted": True}, {"closed_lost": True}, {"deleted": True}])
def test_a_lead_that_is_done_is_nobodys_worry(ended: dict[str, bool]) -> None:
    values: dict[str, Any] = ended
    assert act(**values) is None


def test_an_active_owner_a_queue_and_a_competitors_lead_are_left_alone() -> None:
    assert act(subject={"owner": person(1)}) is None
    assert act(subject={"owner": None}) is None
    assert act(subject={"rule": "competitor"}) is None
    assert act(owner_id=user_id(2)) is None


@pytest.mark.parametrize(("minutes", "expected"), [(0, Act.HAND_ON), (1, Act.REPORT)])
def test_a_persons_choice_newer_than_the_departure_stays(minutes: int, expected: Act) -> None:
    changed = NOON + timedelta(minutes=minutes)
    assert act(subject={"by_router": False}, modified_at=changed) is expected
    assert act(subject={"by_router": True}, modified_at=changed) is Act.HAND_ON
