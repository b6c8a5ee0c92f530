"""Sharing out through the whole journey: bursts and days alike, limits over restarts, turns with decisions."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Colleague
from sfrouter.ledger.ledger import Ledger
from sfrouter.model.write import WriteState
from tests.journey.stage import BOB, CARL, DORA, NAMES, ROUTER, UNROUTED, Stage

EVERYBODY = ("bob@ours.example", "carl@ours.example", "dora@ours.example")


def pool(**written: Any) -> tuple[Pool, ...]:
    """The one pool, with these settings."""
    return (Pool.model_validate({"name": "all", "members": EVERYBODY, **written}),)


def people(**written: Mapping[str, Any]) -> Mapping[str, Colleague]:
    """Settings of people by name."""
    return MappingProxyType(
        {f"{name}@ours.example": Colleague.model_validate(values) for name, values in written.items()}
    )


def counts(stage: Stage) -> Counter[str]:
    """How many leads everybody was given, by the ledger."""
    owners = (item.decision.owner for item in stage.ledger.decisions(limit=1000))
    return Counter(NAMES.get(owner.id, owner.id) for owner in owners if owner)


@pytest.mark.parametrize("method", ["round_robin", "weighted", "least_loaded"])
def test_a_burst_is_shared_exactly_like_the_same_leads_over_a_day(method: str) -> None:
    burst, day = Stage(pools=pool(method=method)), Stage(pools=pool(method=method))
    for _ in range(30):
        burst.lead()
    burst.decide()
    for _ in range(30):
        day.lead()
        day.decide()
    assert counts(burst) == counts(day) == {"bob": 10, "carl": 10, "dora": 10}


def test_the_turns_survive_a_restart_in_the_middle(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pools=pool())
    for _ in range(4):
        stage.lead()
    stage.decide()
    stage.ledger.close()
    stage.ledger = Ledger.open(tmp_path / "ledger.db", stage.clock)
    stage.start()
    for _ in range(5):
        stage.lead()
    stage.decide()
    assert counts(stage) == {"bob": 3, "carl": 3, "dora": 3}


def test_a_decision_that_is_not_kept_takes_no_turn_and_counts_for_no_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Turns, limits and decision are one transaction: when the writes cannot be stored none of them is."""
    stage = Stage(pools=pool(most_a_day=1))
    stage.lead()

    def full(*_: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("sfrouter.ledger.decisions.add_writes", full)
        assert stage.decide().failed
    assert stage.ledger.rotation().turns == {}
    assert stage.ledger.rotation().given == {}
    assert stage.decide().decisions[0].owner is not None
    assert list(stage.ledger.rotation().given["all"]) == [BOB]


def test_the_limit_of_a_day_holds_within_a_burst_over_a_restart_and_ends_at_midnight(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pools=pool(most_a_day=2))
    for _ in range(5):
        stage.lead()
    stage.decide()
    stage.ledger.close()
    stage.ledger = Ledger.open(tmp_path / "ledger.db", stage.clock)
    stage.start()
    for _ in range(3):
        stage.lead()
    last = stage.decide().decisions
    assert [stage.owner(one) for one in last] == [DORA, UNROUTED, UNROUTED]
    assert "has 2 of 2 leads today" in " ".join(step.words for step in last[1].steps)
    stage.clock.advance(12 * 3600)  # past midnight in UTC
    stage.lead()
    assert stage.owner(stage.decide().decisions[-1]) in (BOB, CARL, DORA)


def test_somebody_at_his_limit_of_open_leads_gets_none_and_the_leads_of_this_round_count() -> None:
    stage = Stage(pools=pool(), people=people(bob={"most_open": 2}))
    stage.lead(owner_id=BOB)
    for _ in range(5):
        stage.lead()
    stage.decide()
    assert counts(stage)["bob"] == 1


def test_somebody_back_from_leave_gets_his_turn_and_no_flood() -> None:
    stage = Stage(pools=pool(), people=people(dora={"away": "2026-03-02 to 2026-03-03"}))
    for _ in range(20):
        stage.lead()
    stage.decide()
    assert counts(stage) == {"bob": 10, "carl": 10}
    stage.clock.advance(2 * 86_400)
    for _ in range(9):
        stage.lead()
    stage.decide()
    assert counts(stage) == {"bob": 13, "carl": 13, "dora": 3}


def test_days_away_in_the_crm_count_when_they_are_mapped() -> None:
    stage = Stage(pools=pool())
    stage.row(
        "user", id=BOB, name="Bob", email="bob@ours.example", active=[True], away_from=date(2026, 3, 1),
        away_until=date(2026, 3, 2),
    )  # fmt: skip
    stage.lead()
    decision = stage.decide().decisions[0]
    assert stage.owner(decision) == CARL
    assert "Bob (away until 2026-03-02)" in " ".join(step.words for step in decision.steps)


def test_by_weight_a_turn_that_was_never_used_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """I8: the org refuses the owner for good, the lead is decided anew, and nobody has lost a turn by it."""
    stage = Stage(pools=pool(method="weighted", most_a_day=9))
    lead_id = stage.lead()
    stage.decide()
    stage.settle(lead_id, WriteState.SUPERSEDED, decide_anew="the lead changed")
    stage.decide()
    decisions = [item.decision for item in stage.ledger.decisions_of(lead_id)]
    assert [stage.owner(one) for one in decisions] == [BOB, BOB]
    given = stage.ledger.rotation().given
    assert {person: len(at) for person, at in given["all"].items()} == {BOB: 1}
    assert ROUTER not in given["all"]
