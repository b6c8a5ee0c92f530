"""Every kind of lead is tried: a complete policy leaves none without an owner; what is taken out is seen."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sfrouter.config.policy import read_configuration
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.journey.coverage import Coverage, a_dossier, cover, cover_territories
from sfrouter.journey.coverage_facts import Chooser, Options, directory
from sfrouter.routing.decide import decide
from sfrouter.routing.rules.competitor import Competitor
from tests.config.files import SHIPPED, copied, read

WHOLE = read(SHIPPED).policy


@cache
def whole_covered() -> Coverage:
    """What is found of the shipped files."""
    return cover(WHOLE)


@cache
def territories_covered() -> Coverage:
    """The part of it that territories and pools have."""
    return cover_territories(WHOLE)


def territory(name: str, pool: str, op: str, value: int) -> Territory:
    """A territory by the number of employees."""
    return Territory.model_validate(
        {"name": name, "pool": pool, "when": {"field": "lead.employees", "op": op, "value": value}}
    )


class RandomChooser(Chooser):
    """Answers by chance, for a look at the joint space from outside."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance

    def ask(self, name: str, options: Options) -> Any:
        if name not in self.known:
            choice = self._chance.randrange(len(options))
            self.taken.append((name, choice, len(options), options[choice][0]))
            self.known[name] = options[choice][1]
        return self.known[name]


SMALL = replace(
    WHOLE,
    territories=(territory("Small", "a", "at_most", 100), territory("Large", "b", "at_least", 102)),
    pools=tuple(Pool.model_validate({"name": name, "members": [f"{name}@ours.example"]}) for name in "ab"),
)


def test_a_complete_policy_gives_every_cell_exactly_one_owner() -> None:
    found = whole_covered()
    assert found.complete, found.empty
    assert found.idle_rules == ()
    assert found.paths > 500
    assert found.cells > 200
    assert (found.cells, found.by_territory) == (territories_covered().cells, territories_covered().by_territory)


def test_a_policy_with_a_gap_prints_its_empty_cells() -> None:
    found = cover(SMALL)
    assert not found.complete
    assert "lead.employees 101: no territory fits" in found.empty
    assert "lead.employees empty: no territory fits" in found.empty
    assert found.empty_count == len(found.empty)


def test_a_rule_that_ends_with_nobody_is_an_empty_cell() -> None:
    nowhere = Competitor.model_construct(action="queue", queue="", user="", status="")
    found = cover(replace(WHOLE, rules=(nowhere, *WHOLE.rules[1:])))
    assert any(words.startswith("competitor: ") for words in found.empty), found.empty


def test_without_the_last_rule_some_leads_have_nobody() -> None:
    found = cover(replace(WHOLE, rules=WHOLE.rules[:-1]))
    assert "a lead to which no rule applies: no rule takes every lead" in found.empty


@pytest.mark.parametrize("name", [pool.name for pool in WHOLE.pools])
def test_a_pool_line_taken_out_is_refused_or_seen(name: str, tmp_path: Path) -> None:
    pools = tuple(pool for pool in WHOLE.pools if pool.name != name)
    with_text = copied(tmp_path)
    text = (with_text / "teams.yaml").read_text("utf-8")
    start = text.index(f"  - name: {name}\n    method")
    end = text.find("\n\n", start)
    (with_text / "teams.yaml").write_text(text[:start] + text[end + 2 :], "utf-8")
    refused, problems = read_configuration(with_text)
    assert refused is None, [str(problem) for problem in problems]
    assert {problem.code for problem in problems} == {"TEA04"}
    territory_of = {one.pool for one in WHOLE.territories}
    assert name not in territory_of or cover_territories(replace(WHOLE, pools=pools)) != territories_covered()


@pytest.mark.parametrize("index", range(len(WHOLE.territories)))
def test_a_territory_taken_out_changes_what_is_printed(index: int) -> None:
    less = tuple(one for place, one in enumerate(WHOLE.territories) if place != index)
    assert cover_territories(replace(WHOLE, territories=less)) != territories_covered()


@pytest.mark.parametrize("index", range(len(WHOLE.rules)))
def test_a_rule_taken_out_changes_what_is_printed(index: int) -> None:
    less = tuple(one for place, one in enumerate(WHOLE.rules) if place != index)
    found = cover(replace(WHOLE, rules=less))
    assert found.by_rule != whole_covered().by_rule
    assert found.complete is (WHOLE.rules[index].name != "default_pool")


def test_the_same_policy_gives_the_same_answer() -> None:
    assert cover(SMALL) == cover(SMALL)


def test_the_chooser_tries_every_combination_once() -> None:
    seen: list[tuple[int, int]] = []
    path: list[int] | None = []
    while path is not None:
        chooser = Chooser(prefix=path)
        first = chooser.ask("first", (("a", 1), ("b", 2)))
        second = chooser.ask("second", (("a", 1), ("b", 2), ("c", 3))) if first == 2 else 0
        assert chooser.ask("first", (("a", 1), ("b", 2))) == first
        seen.append((first, second))
        path = chooser.next_path()
    assert seen == [(1, 0), (2, 1), (2, 2), (2, 3)]


def test_what_no_lead_can_reach_is_no_gap_and_the_rule_is_called_shadowed() -> None:
    """Joint proof: the default layer takes every lead before the competitor's rule is asked."""
    nowhere = Competitor.model_construct(action="queue", queue="", user="", status="")
    last = WHOLE.rules[-1]
    found = cover(replace(WHOLE, rules=(last, nowhere)))
    assert (found.empty, found.idle_rules) == ([], ("competitor",))
    first = cover(replace(WHOLE, rules=(nowhere, last)))
    assert first.empty
    assert first.shadowed == ()


def test_two_rules_that_share_a_fact_are_asked_together() -> None:
    """A customer is never a prospect: what a second rule for customers would do after the first is not counted."""
    customer = next(rule for rule in WHOLE.rules if rule.name == "customer_owner")
    found = cover(replace(WHOLE, rules=(customer, *WHOLE.rules)))
    assert "customer_owner" in found.by_rule
    assert not found.empty


def test_fixed_answers_are_not_asked_again() -> None:
    chooser = Chooser(fixed={"first": 1})
    assert chooser.ask("first", (("a", 1), ("b", 2))) == 2
    assert chooser.ask("second", (("a", 1), ("b", 2))) == 1
    assert dict(chooser.answers()) == {"first": 1, "second": 0}
    assert chooser.next_path() == [1]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_the_order_of_the_rules_joint_and_single_proof_agree(seed: int) -> None:
    """Random leads of the joint space: none of them goes where coverage did not look."""
    chance = Random(seed)
    rules = list(WHOLE.rules)
    chance.shuffle(rules)
    policy = replace(WHOLE, rules=tuple(rules))
    found = cover(policy)
    people = directory(policy)
    for _ in range(300):
        chooser = RandomChooser(chance)
        ruling = decide(a_dossier(policy, people, chooser), policy.rules, departed=policy.departed)
        homeless = ruling.owner is None and not ruling.keep_owner and not ruling.to_default
        assert not homeless or found.empty_count, chooser.words()
        if not homeless:
            assert ruling.rule not in found.shadowed, chooser.words()
