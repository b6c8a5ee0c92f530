"""Weights are learnt from the mirror's decided leads, once a day, and every trace says what from (R151)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sfrouter.followup.watches.departed_owner import DepartedOwner
from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.follow_up import follow_up
from sfrouter.journey.pools import pools_now
from sfrouter.ledger.decision_json import decision_from_json, decision_to_json
from sfrouter.model.decision import Decision
from tests.journey.stage import BOB, CARL, DORA, NAMES, ROUTER, SARAH, Stage
from tests.journey.test_sharing import pool

LEARNING = pool(method="weighted", learn={"by": ["lead.country"], "least": 20})


def decided(stage: Stage, owner: str, won: int, lost: int, **values: Any) -> None:
    """Leads of somebody that came to an end."""
    for number in range(won + lost):
        how: dict[str, Any] = {"converted": [True]} if number < won else {"closed_lost": ["Unqualified"]}
        stage.lead(owner_id=owner, **{"country": "Germany", **how, **values})


def test_who_won_more_leads_of_the_country_gets_more_of_them() -> None:
    stage = Stage(pools=LEARNING)
    decided(stage, BOB, 5, 25)
    decided(stage, CARL, 20, 10)
    decided(stage, SARAH, 30, 0)  # not of the pool: nobody's measure
    decided(stage, DORA, 30, 0, country="France")
    stage.lead(company="Fresh", country="Deutschland")
    decision = stage.one(stage.cycle())
    assert stage.owner(decision) == CARL
    words = " ".join(step.words for step in decision.steps if step.rule == "pool")
    assert "weights by similar leads (country de): Bob 1 becomes 0.64 (won 5 of 30)" in words
    assert "Carl 1 becomes 1.36 (won 20 of 30)" in words
    assert "Dora 1 becomes 1 (none yet)" in words
    assert [(one.person_id, one.in_force, one.won, one.of) for one in decision.learnt] == [
        (BOB, 0.64, 5, 30), (CARL, 1.36, 20, 30), (DORA, 1.0, 0, 0),
    ]  # fmt: skip
    assert decision_from_json(decision_to_json(decision)) == decision
    assert decision_from_json(decision_to_json(decision).replace('"learnt"', '"of_a_newer_version"')).learnt == ()


def test_without_decided_leads_the_written_weights_hold() -> None:
    stage = Stage(pools=LEARNING)
    stage.lead(country="Germany")
    decision = stage.one(stage.cycle())
    assert stage.owner(decision) == BOB
    assert not any("weights by" in step.words for step in decision.steps)


def test_results_are_counted_once_a_day() -> None:
    stage = Stage(pools=LEARNING)
    desk, now = stage.house.desk, stage.clock.now()
    assert pools_now(desk, now)[0].learnt == ()
    decided(stage, CARL, 20, 10)
    assert pools_now(desk, now + timedelta(hours=1))[0].learnt == ()
    (only,) = pools_now(desk, now + timedelta(days=1))[0].learnt
    assert (only.like, only.name, only.written, only.in_force, only.won, only.of) == (
        "country de", "Carl", "1", "1", 20, 30,
    )  # fmt: skip


def too_late(stage: Stage) -> Decision:
    """Bob's lead has no reply in time and is passed on."""
    lead = stage.lead(status="New", country="Germany")
    first = stage.one(stage.cycle())
    stage.edit(lead, by=ROUTER, owner_id=stage.owner(first), status="New", country="Germany")
    stage.clock.advance(86_400)
    follow_up(stage.house)
    return stage.ledger.decisions_of(lead)[-1].decision


def gone(stage: Stage) -> Decision:
    """Carl has left with a lead, and nobody inherits it."""
    lead = stage.lead(status="New", country="Germany")
    first = stage.one(stage.cycle())
    stage.edit(lead, by=ROUTER, owner_id=stage.owner(first), status="New", country="Germany")
    stage.clock.advance(3600)
    name = NAMES[stage.owner(first)]
    stage.row("user", id=stage.owner(first), name=name.title(), email=f"{name}@ours.example", active=[False])
    follow_up(stage.house)
    return stage.ledger.decisions_of(lead)[-1].decision


@pytest.mark.parametrize(
    ("watch", "course", "rule"),
    [(Sla(hand_to="pool", hours="clock"), too_late, "sla"),
     (DepartedOwner(action="reassign"), gone, "departed_owner")],
)  # fmt: skip
def test_a_lead_shared_out_again_follows_the_learnt_weights_too(
    watch: Any, course: Callable[[Stage], Decision], rule: str
) -> None:
    """One way of sharing out, at first, after a late reply and after a departure; the numbers are in the trace."""
    stage = Stage(pools=LEARNING, watches=(watch,))
    decided(stage, BOB, 5, 25)
    decided(stage, CARL, 20, 10)
    decision = course(stage)
    assert (decision.rule, bool(decision.moves)) == (rule, True)
    assert {one.person_id: one.in_force for one in decision.learnt}[BOB] == 0.64
    assert [step for step in decision.steps if step.rule == "pool"]
