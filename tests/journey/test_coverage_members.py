"""Single members taken out of complete policies: what then has no owner is seen, all else still has one.

Coverage looks at the kinds of leads that the policy as it now stands tells apart. These tests look at the mutated
policy with the leads of the policy as it was: what a removed value used to catch is among them, so coverage is not
asked about its own opinion.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

import pytest
from pydantic import ValidationError

from sfrouter.config.policy import read_configuration
from sfrouter.config.policy_value import Policy
from sfrouter.config.shipped import shipped_mappings
from sfrouter.distribution.cells import Cell, space
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.distribute import distribute
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.distribution.weigh import Weighed, weigh
from sfrouter.journey.coverage import cover_territories
from sfrouter.journey.coverage_facts import LEAD, MATCH, NOW, TODAY, directory
from sfrouter.matching.named import NamedIndex, match_named
from sfrouter.model.assignment import Rotation
from sfrouter.model.dossier import Directory, Dossier
from sfrouter.model.records import Account, Lead
from sfrouter.routing.decide import decide

SHIPPED = shipped_mappings()
FOLDERS = (SHIPPED, *sorted(path.parent for path in (SHIPPED / "examples").glob("*/fields.yaml")))


def read(folder: str) -> Policy:
    """The policy of a folder of the shipped ones."""
    found, problems = read_configuration(next(path for path in FOLDERS if path.name == folder))
    assert found is not None, problems
    return found.policy


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy without one member of something, and what is missing."""

    without: str
    policy: Policy


def without_member(policy: Policy) -> Iterator[Mutant]:
    """One person out of one pool. A pool of one cannot be emptied: the file is refused."""
    for at, pool in enumerate(policy.pools):
        for number, member in enumerate(pool.members):
            rest = tuple(one for place, one in enumerate(pool.members) if place != number)
            if not rest:
                with pytest.raises(ValidationError):
                    Pool.model_validate({"name": pool.name, "members": []})
                continue
            fewer = pool.model_copy(update={"members": rest})
            pools = (*policy.pools[:at], fewer, *policy.pools[at + 1 :])
            yield Mutant(f"{member.who} of pool {pool.name}", replace(policy, pools=pools))


def without_value(policy: Policy) -> Iterator[Mutant]:
    """One value or one part out of one territory's condition."""
    for at, territory in enumerate(policy.territories):
        for said, when in smaller(territory.when) if territory.when else ():
            fewer = territory.model_copy(update={"when": when})
            changed = (*policy.territories[:at], fewer, *policy.territories[at + 1 :])
            yield Mutant(f"{said} of territory {territory.name}", replace(policy, territories=changed))


def smaller(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition without one of its values or parts, each in turn."""
    if len(condition.value) > 1 and condition.op.value != "between":
        for value in condition.value:
            rest = tuple(one for one in condition.value if one != value)
            yield f"{condition.field} {value}", condition.model_copy(update={"value": rest})
    for name in ("all", "any"):
        parts: tuple[Condition, ...] = getattr(condition, name)
        for number, part in enumerate(parts):
            others = (*parts[:number], *parts[number + 1 :])
            if others:
                yield f"part {number + 1}", condition.model_copy(update={name: others})
            for said, less in smaller(part):
                changed = (*parts[:number], less, *parts[number + 1 :])
                yield said, condition.model_copy(update={name: changed})


def without_person(policy: Policy) -> Iterator[Mutant]:
    """One person's own hours and limits."""
    for who in policy.people:
        yield Mutant(who, replace(policy, people={key: one for key, one in policy.people.items() if key != who}))


def mutants(policy: Policy) -> list[Mutant]:
    """Every single member taken out of pools, territories and teams."""
    return [*without_member(policy), *without_value(policy), *without_person(policy)]


@contextmanager
def weighed_once() -> Iterator[None]:
    """Hundreds of policies differ in one line: what the other conditions say of a lead is worked out once."""
    kept: dict[tuple[int, ...], tuple[Weighed, tuple[object, ...]]] = {}

    def known(when: Condition, lead: Lead, account: Account | None) -> Weighed:
        asked = (when, lead, account)
        key = tuple(map(id, asked))
        if key not in kept:
            kept[key] = weigh(when, lead, account), asked  # as long as these are kept, no other has their ids
        return kept[key][0]

    with patch("sfrouter.distribution.distribute.weigh", known):
        yield


def homeless(cells: list[Cell], policy: Policy, people: Directory) -> list[str]:
    """The leads that nobody gets."""
    found = []
    for cell in cells:
        given = distribute(cell.lead, cell.account, policy.territories, policy.pools, people, Rotation(), NOW)
        if given.owner is None:
            found.append(str(cell))
    return found


def judge(policy: Policy) -> tuple[int, int, list[str]]:
    """How many removals there are, how many left somebody without owner, and which of these nobody would see."""
    cells, people = list(space(policy.territories).cells()), directory(policy)
    harmful, unseen, all_of_them = 0, [], mutants(policy)
    with weighed_once():
        assert homeless(cells, policy, people) == []
        for mutant in all_of_them:
            lost = homeless(cells, mutant.policy, people)
            harmful += bool(lost)
            if lost and cover_territories(mutant.policy).complete:
                unseen.append(f"without {mutant.without}: {lost[0]}")
    return len(all_of_them), harmful, unseen


@pytest.mark.parametrize("folder", [path.name for path in FOLDERS])
def test_a_member_taken_out_of_a_shipped_policy_is_seen_or_harmless(folder: str) -> None:
    """They end with a territory for everybody else: somebody is found for every lead, member or no member."""
    tried, harmful, unseen = judge(read(folder))
    assert tried >= 6
    assert (harmful, unseen) == (0, [])


def tight() -> Policy:
    """Complete without a last resort: every value of every territory is needed."""

    def here(name: str, *parts: dict[str, object]) -> Territory:
        return Territory.model_validate({"name": name, "pool": "a", "when": {"any": list(parts)}})

    country, size = "lead.country", "lead.employees"
    return replace(
        read(SHIPPED.name),
        territories=(
            here("DACH", {"field": country, "op": "in", "value": ["DE", "AT", "CH"]}),
            here("Small", {"field": size, "op": "less_than", "value": 100},
                 {"field": size, "op": "missing"}),
            here("Large", {"field": size, "op": "at_least", "value": 100}),
            here("No number", {"field": size, "op": "contains", "value": ["any", "other"]},
                 {"field": country, "op": "eq", "value": "FR"}),
        ),
        pools=(Pool.model_validate({"name": "a", "members": ["a@ours.example", "b@ours.example"]}),),
        people={},
    )  # fmt: skip


def test_where_every_part_is_needed_every_part_taken_out_is_seen() -> None:
    """No removal slips through: not a value, not a part of a condition."""
    tried, harmful, unseen = judge(tight())
    assert harmful >= 2
    assert tried > harmful  # and some are harmless, as another territory takes these leads
    assert unseen == []


@pytest.mark.parametrize("folder", [path.name for path in FOLDERS])
def test_a_named_entry_taken_out_leaves_its_company_with_an_owner(folder: str) -> None:
    """Its leads go on to the next rule, and the rules end with one that takes every lead."""
    policy = read(folder)
    people = directory(policy)
    for number, entry in enumerate(policy.named_entries):
        rest = (*policy.named_entries[:number], *policy.named_entries[number + 1 :])
        lead = replace(LEAD, company=entry.company, email="joe@some-company.example")
        found, _ = match_named(lead, None, NamedIndex(rest), policy.matching)
        known = {one.company for one in rest}
        assert found is None or found.company in known
        dossier = Dossier(lead=lead, match=MATCH, directory=people, now=NOW, today=TODAY, named_entry=found)
        ruling = decide(dossier, policy.rules, departed=policy.departed)
        assert ruling.owner is not None or ruling.to_default
