"""Another org, or records that vanish in bulk, stop every decision and every write (F28)."""

from collections.abc import Callable
from typing import Any

import pytest

from sfrouter.journey.cycle import run_cycle, send_only
from sfrouter.journey.refresh import refresh, sweep
from sfrouter.ledger.errors import OrgChangedError, OrgInDoubtError
from sfrouter.mirror.report import EmptySideError, SweepReport
from tests.journey.stage import Stage


def sweeping(stage: Stage, answer: Callable[[str], SweepReport]) -> None:
    """What the org shows when all ids are compared."""
    pulls: Any = stage.pulls
    pulls.sweep = answer


def lost(noun: str) -> Callable[[str], SweepReport]:
    """Nearly all records of a noun are gone."""

    def answer(one: str) -> SweepReport:
        if one == noun:
            raise EmptySideError(noun, 900, 3)
        return SweepReport(noun=one, seen=9)

    return answer


@pytest.mark.parametrize("noun", ["lead", "account", "user"])
def test_records_that_vanish_in_bulk_stop_deciding_and_writing_until_they_are_back(noun: str) -> None:
    stage = Stage()
    sweeping(stage, lost(noun))
    with pytest.raises(EmptySideError):
        sweep(stage.house)
    stage.lead()
    for work in (run_cycle, send_only):
        with pytest.raises(OrgInDoubtError, match="3 of 900"):
            work(stage.house)
    assert (stage.post.rounds, stage.ledger.status().decisions) == (0, 0)
    refresh(stage.house)
    with pytest.raises(OrgInDoubtError):
        run_cycle(stage.house)
    sweeping(stage, lambda one: SweepReport(noun=one, seen=900))
    refresh(stage.house)
    assert run_cycle(stage.house).decided == 1


def test_the_doubt_outlives_a_restart_and_a_dry_run_is_allowed() -> None:
    stage = Stage()
    sweeping(stage, lost("lead"))
    with pytest.raises(EmptySideError):
        sweep(stage.house)
    stage.start()
    stage.lead()
    with pytest.raises(OrgInDoubtError):
        run_cycle(stage.house)
    assert run_cycle(stage.house, dry_run=True).decided == 1


def test_closed_deals_that_go_in_bulk_are_no_reason_to_stop() -> None:
    stage = Stage()
    sweeping(stage, lost("opportunity"))
    with pytest.raises(EmptySideError):
        sweep(stage.house)
    stage.lead()
    assert run_cycle(stage.house).decided == 1


def test_one_object_that_is_in_doubt_keeps_no_other_from_being_swept() -> None:
    stage = Stage()
    asked: list[str] = []

    def answer(one: str) -> SweepReport:
        asked.append(one)
        return lost("user")(one)

    sweeping(stage, answer)
    with pytest.raises(EmptySideError):
        sweep(stage.house)
    assert asked[-1] == "lead"


def test_a_later_sign_in_that_leads_to_another_org_stops_everything() -> None:
    stage = Stage()
    stage.lead()
    door: Any = stage.house.gateway
    door.token_org = lambda: "00D000000000009AAA"
    for work in (run_cycle, send_only):
        with pytest.raises(OrgChangedError, match="00D000000000009AAA"):
            work(stage.house)
    assert stage.post.rounds == 0
