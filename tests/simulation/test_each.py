"""One fault or one death at a time, at each call and each point of one scenario: a share of the whole loop.

`scripts/simulate --each` tries all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.simulation.bulk_troubles import BULK_TROUBLES
from tests.simulation.each import Trial, Undisturbed, all_of, undisturbed
from tests.simulation.troubles import TROUBLES

OF_ALL, PARTS = 60, 2
"""Every so many-th run of the loop, in so many tests."""
ASKED_AGAIN = frozenset({
    "line reset before the org did it", "line reset during an answer", "hang, nothing done", "5xx, nothing done",
    "web page instead of data", "empty answer", "429 of an edge", "too many calls at once",
})  # fmt: skip
"""Faults after which the router repeats the call at once, where it may."""


@pytest.fixture(scope="module")
def peace() -> Undisturbed:
    """The scenario without any fault."""
    return undisturbed()


def test_the_scenario_holds_what_it_is_there_for(peace: Undisturbed) -> None:
    """25 leads by every rule of the hierarchy, an account made by the router, and a call for each fault."""
    assert len(peace.rules) == 25
    assert {"competitor", "partner", "strategic_account", "named_account", "churned_customer", "customer_owner",
            "open_opportunity", "prospect_owner", "previous_lead_owner", "company_profile",
            "default_pool"} <= set(peace.rules.values())  # fmt: skip
    assert {"token", "query", "more", "change", "create"} <= set(peace.calls)
    tried = {name for trial in peace.singles() for _, name in trial.faults}
    assert tried == {one.name for one in TROUBLES if one not in BULK_TROUBLES}  # it is too small for bulk jobs


def test_in_peace_each_lead_goes_by_the_rule_that_its_story_promises(peace: Undisturbed) -> None:
    """I9: the reference is the table of stories, written by hand; the trials then demand the same rule again."""
    stories = {lead_id: rule for lead_id, rule in peace.told.items() if rule}
    assert len(stories) == 22
    assert {lead_id: peace.rules[lead_id] for lead_id in stories} == stories


def test_in_peace_few_calls_are_made_for_many_leads(peace: Undisturbed) -> None:
    """I13: 25 leads with Tasks, links and a new account cost far less than a call and a half each."""
    writes = peace.calls.count("change") + peace.calls.count("create")
    assert writes <= 10


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_one_fault_or_one_death_breaks_no_promise(peace: Undisturbed, part: int) -> None:
    _held(peace.singles()[part * (OF_ALL // PARTS) :: OF_ALL], peace)


@pytest.mark.timeout(600)
def test_two_neighbours_break_no_promise(peace: Undisturbed) -> None:
    """A fault and another at the next call, or a death right after it.

    The first is one after which the same question is asked again at once: else the next call is another one than
    in peace, and the second fault would not fit it.
    """
    pairs = [one for one in peace.pairs() if _meets_the_repeat(one, peace)]
    _held(pairs[len(pairs) // 10 :: len(pairs) // 6], peace)


def _meets_the_repeat(trial: Trial, peace: Undisturbed) -> bool:
    """Two deaths, or a fault that is tried again and then a death, or a fault of a call of the same kind."""
    kinds = {peace.calls[number - 1] for number, _ in trial.faults}
    return all(name in ASKED_AGAIN for _, name in trial.faults[:1]) and len(kinds) < 2


def _held(trials: Sequence[Trial], peace: Undisturbed) -> None:
    table = all_of(trials, peace.rules)
    assert not table.failures, table.text()
    assert table.struck.total() > len(trials) / 2
