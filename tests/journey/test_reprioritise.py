"""R094: what a retried change of the priority leaves alone."""

from typing import Any

import pytest

from sfrouter.journey.reprioritise import reprioritise
from sfrouter.ledger.retention import Keep
from sfrouter.routing.priority import Priority
from tests.journey.stage import BOB, Stage, routed


def a_change_on_its_way() -> tuple[Stage, str]:
    """Bob's lead, whose title became one of an executive."""
    stage = Stage(priority=Priority(executives=True))
    lead = routed(stage, title="Clerk")
    reprioritise(stage.house)
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New", extra={"priority": "Warm"})
    assert reprioritise(stage.house) == 1
    return stage, lead


@pytest.mark.parametrize("chosen", ["Cold", "Warm"])
def test_a_priority_that_a_person_set_meanwhile_stays_and_any_other_edit_does_not_stop_it(chosen: str) -> None:
    """I4: the change that overtook ours is the person's word where it sets that very field."""
    stage, lead = a_change_on_its_way()
    now = {"priority": chosen}
    stage.overtaken(lead, by=BOB, owner_id=BOB, title="Vice President", status="New", extra=now)
    assert reprioritise(stage.house) == (1 if chosen == "Warm" else 0)
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President of Sales", status="New", extra=now)
    assert reprioritise(stage.house) == 0


def test_a_priority_set_before_the_mirror_has_the_edit_that_overtook_ours_stays() -> None:
    stage, lead = a_change_on_its_way()
    stage.overtaken(lead)
    assert reprioritise(stage.house) == 0
    stage.edit(lead, by=BOB, owner_id=BOB, title="Vice President", status="New", extra={"priority": "Cold"})
    assert reprioritise(stage.house) == 0


@pytest.mark.parametrize("erased", [False, True], ids=["by age", "erased"])
def test_a_priority_that_a_person_lowered_stays_when_our_words_are_gone(erased: bool) -> None:
    """What the routing set is not known any more, so nobody can say that it was never set."""
    stage = Stage(priority=Priority(executives=True))
    lead = routed(stage, title="Vice President")
    now: dict[str, Any] = {"by": BOB, "owner_id": BOB, "title": "Vice President", "extra": {"priority": "Cold"}}
    stage.edit(lead, status="New", **now)
    reprioritise(stage.house)
    stage.clock.advance(31 * 86_400)
    if erased:
        stage.ledger.erase_leads([lead])
    else:
        stage.ledger.forget_old(Keep(traces=30), stage.ledger.now())
    stage.edit(lead, status="Working", **now)
    assert reprioritise(stage.house) == 0
