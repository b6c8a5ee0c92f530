"""Weights are learnt from the mirror's decided leads, once a day, and every trace says what from (R151)."""

from datetime import timedelta
from typing import Any

from sfrouter.journey.pools import pools_now
from tests.journey.stage import BOB, CARL, DORA, SARAH, Stage
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
