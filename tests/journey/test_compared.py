"""Two policies compared (R155): stable groups, a trace that says which, and a report that no peeking deceives."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sfrouter.config.policy_value import Comparison
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.journey.compared import CONTROL, TEST, group_of, policy_for
from sfrouter.journey.report_comparison import Group, comparison, difference
from sfrouter.journey.report_conversion import wilson
from sfrouter.model.ids import to_18
from tests.journey.stage import BOB, CARL, Stage, a_policy, an_id

CONVERTED = Condition(field="lead.converted", value=(True,))


def compared(**values: Any) -> dict[str, Any]:
    """Bob has every lead; under the test policy Carl."""
    pools = tuple(
        Pool.model_validate({"name": name, "members": [f"{name}@ours.example"]}) for name in ("bob", "carl")
    )
    control = a_policy(pools=pools, territories=(Territory(name="World", pool="bob"),))
    test = replace(control, territories=(Territory(name="World", pool="carl"),), hash="of the test")
    usual: dict[str, Any] = {"name": "carl-first", "share": 50, "after_days": 30, "conversion": CONVERTED}
    told = Comparison(**{**usual, **values}, test=test)
    return {"pools": control.pools, "territories": control.territories, "comparison": told}


def ids(count: int) -> list[str]:
    return [to_18(f"00Q{number:012}") for number in range(count)]


@pytest.mark.parametrize("share", [1, 20, 50, 99])
def test_the_groups_have_the_size_meant(share: int) -> None:
    found = Counter(group_of(one, "a", share) for one in ids(20_000))
    low, high = wilson(found[TEST], 20_000)
    assert low - 0.01 < share / 100 < high + 0.01


def test_a_lead_stays_in_its_group_and_a_larger_share_only_adds_to_the_test() -> None:
    small = {one for one in ids(2_000) if group_of(one, "a", 20) == TEST}
    assert small == {one for one in ids(2_000) if group_of(one, "a", 20) == TEST}
    assert small < {one for one in ids(2_000) if group_of(one, "a", 60) == TEST}


def test_another_name_shares_the_leads_out_anew() -> None:
    """Of two comparisons one after the other the second does not inherit the first one's luck."""
    both = sum(group_of(one, "a", 50) == group_of(one, "b", 50) for one in ids(4_000))
    assert 1_850 < both < 2_150


def test_each_lead_is_decided_by_its_groups_policy_and_the_trace_says_which() -> None:
    stage = Stage(**compared())
    for _ in range(30):
        stage.lead()
    for decision in stage.cycle():
        group = group_of(decision.lead_id, "carl-first", 50)
        assert stage.owner(decision) == (CARL if group == TEST else BOB)
        assert (decision.comparison, decision.group) == ("carl-first", group)
        assert decision.policy_hash == ("of the test" if group == TEST else "of the tests")
        first = decision.steps[0]
        assert (first.rule, first.ids) == ("comparison", ("R155",))
        assert group in first.words


def test_without_a_comparison_nothing_of_it_is_in_the_decision() -> None:
    stage = Stage()
    stage.lead()
    decision = stage.one(stage.cycle())
    assert (decision.comparison, decision.group) == ("", "")
    assert all(step.rule != "comparison" for step in decision.steps)
    assert policy_for(decision.lead_id, stage.house.desk.policy) is stage.house.desk.policy


def rows(stage: Stage) -> dict[str, tuple[object, ...]]:
    report = comparison(stage.house.desk, stage.clock.now())
    return {str(row[0]): row for row in report.tables[0].rows}


def test_the_report_counts_leads_that_are_old_enough_by_the_group_of_their_first_decision() -> None:
    stage = Stage(**compared())
    leads = [stage.lead() for _ in range(20)]
    stage.cycle()
    assert {name: (row[2], row[7]) for name, row in rows(stage).items()} == {
        name: (0, sum(group_of(one, "carl-first", 50) == name for one in leads)) for name in (CONTROL, TEST)
    }
    stage.clock.advance(timedelta(days=31).total_seconds())
    of_test = [one for one in leads if group_of(one, "carl-first", 50) == TEST]
    stage.edit(of_test[0], converted=[True])
    stage.edit(of_test[1], deleted=True)
    young = stage.lead()
    stage.decide()
    found = rows(stage)
    assert found[TEST][2:4] == (len(of_test), 1)
    assert found[CONTROL][2:4] == (20 - len(of_test), 0)
    assert found[TEST][8] == 1
    assert found[group_of(young, "carl-first", 50)][7] == 1


def test_a_lead_first_decided_before_the_comparison_is_not_counted() -> None:
    stage = Stage()
    lead = stage.lead()
    stage.cycle()
    stage.house.desk.policy = replace(stage.house.desk.policy, **compared(after_days=0))
    stage.edit(lead, owner_id=an_id("queue", 1))
    (again,) = stage.decide().decisions
    assert again.group
    assert [row[2] for row in rows(stage).values()] == [0, 0]


def test_what_counts_as_won_is_the_admins_word() -> None:
    stage = Stage(**compared(after_days=0, conversion=Condition(field="lead.status", value=("Qualified",))))
    lead = stage.lead()
    stage.cycle()
    group = group_of(lead, "carl-first", 50)
    assert rows(stage)[group][3] == 0
    stage.edit(lead, status="Qualified")
    assert rows(stage)[group][3] == 1


def test_no_comparison_is_said_plainly() -> None:
    report = comparison(Stage().house.desk, Stage().clock.now())
    assert report.tables == ()
    assert "No policies are compared" in report.notes[0]


def _ever_called(seed: int, control: float, test: float, leads: int) -> tuple[bool, bool]:
    """One comparison, looked at after every 25 leads: does ours, does a plain interval ever see a difference?"""
    chance, groups = Random(seed), (Group(), Group())
    ours = plain = False
    for number in range(1, leads + 1):
        side = chance.randrange(2)
        groups[side].leads += 1
        groups[side].won += chance.random() < (control, test)[side]
        if number % 25:
            continue
        shown = difference(*groups)
        if shown is not None:
            ours = ours or shown.low > 0 or shown.high < 0
            mine, other = (wilson(one.won, one.leads) for one in groups)
            plain = plain or mine[0] > other[1] or other[0] > mine[1] or _z(*groups) > 1.96
    return ours, plain


def _z(one: Group, other: Group) -> float:
    share = (one.won + other.won) / (one.leads + other.leads)
    spread = (share * (1 - share) * (1 / one.leads + 1 / other.leads)) ** 0.5
    return abs(one.won / one.leads - other.won / other.leads) / spread if spread else 0.0


def test_looking_every_day_at_equal_policies_shows_a_difference_in_no_more_than_one_of_twenty() -> None:
    """The usual test, looked at as often, is deceived in far more than one of twenty."""
    told = [_ever_called(seed, 0.1, 0.1, 3_000) for seed in range(200)]
    assert sum(ours for ours, _ in told) <= 10
    assert sum(plain for _, plain in told) > 30


def test_a_real_difference_is_found() -> None:
    told = [_ever_called(seed, 0.1, 0.2, 3_000)[0] for seed in range(40)]
    assert sum(told) >= 38


def test_nothing_is_said_of_few_leads() -> None:
    assert difference(Group(leads=49, won=0), Group(leads=500, won=500)) is None


def test_groups_of_odd_sizes_are_told() -> None:
    stage = Stage(**compared(after_days=0))
    mine = [one for one in range(1, 400) if group_of(an_id("lead", one), "carl-first", 50) == TEST][:40]
    for number in mine:
        stage.lead(number)
    stage.cycle()
    report = comparison(stage.house.desk, stage.clock.now())
    assert any("not of the sizes meant" in note for note in report.notes)


def test_the_file_of_the_trace_keeps_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, **compared())
    lead = stage.lead()
    stage.cycle()
    assert stage.ledger.decisions_of(lead)[0].decision.comparison == "carl-first"
    assert list(stage.ledger.compared_leads("carl-first")) == [lead]
    assert stage.ledger.compared_leads("another") == {}
