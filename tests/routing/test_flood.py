"""A flood is told by the moments of creation alone: the same leads are held back, in whatever polls they came."""

from bisect import bisect_left
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.model.assignment import OwnerKind
from sfrouter.model.dossier import Dossier
from sfrouter.model.influx import Influx
from sfrouter.model.new_company import Action, NewCompany
from sfrouter.routing.decide import decide
from sfrouter.routing.flood import Flood, asked_first, held_back
from sfrouter.routing.phrases import BOOKS
from sfrouter.routing.retell import is_known, retell
from tests.routing.dossiers import dossiers
from tests.routing.test_decide import rules
from tests.routing.world import NOON, dossier, lead

HOUR = timedelta(hours=1)
COMPANY = NewCompany(domain="delta.example", name="Delta", action=Action.CREATE, lead_ids=("a", "b", "c"))


def told_at(seconds: list[float]) -> list[datetime]:
    """The moments, given as seconds in order."""
    return [NOON + timedelta(seconds=one) for one in seconds]


def influx(flood: Flood, moments: list[datetime], place: int) -> Influx:
    """What is seen from the lead at a place; the moments are in order."""
    mine = moments[place]
    first = bisect_left(moments, mine - HOUR)
    end = bisect_left(moments, mine + HOUR + timedelta(milliseconds=1))
    before = moments[max(first, place - flood.leads) : place]
    return Influx(
        domain="delta.example", before=tuple(before), after=tuple(moments[place + 1 : end][: flood.leads])
    )


def caught(flood: Flood, moments: list[datetime]) -> list[bool]:
    """Which of the leads are held back."""
    return [flood.catches(influx(flood, moments, place)) for place in range(len(moments))]


def test_of_five_thousand_leads_within_the_hour_a_rep_gets_a_hundred() -> None:
    """The handbook's flood: 5,000 leads of one domain."""
    chance, flood = Random(1), Flood(leads=100)
    moments = told_at(sorted(chance.uniform(0, 3600) for _ in range(5000)))
    held = caught(flood, moments)
    assert held == [False] * 100 + [True] * 4900
    assert all(flood.in_sight(influx(flood, moments, place), moments[place])
               for place in (0, 2, 99, 100, 2500, 4999))  # fmt: skip


@given(st.lists(st.integers(0, 20_000), max_size=60), st.integers(2, 6))
def test_within_no_hour_more_than_the_limit_are_given_out(seconds: list[int], limit: int) -> None:
    """Whatever the leads' moments; and a lead is held back only if the hour before it had more than the limit."""
    flood, moments = Flood(leads=limit), told_at([float(one) for one in sorted(seconds)])
    held = caught(flood, moments)
    free = [moment for moment, one in zip(moments, held, strict=True) if not one]
    assert all(sum(one - HOUR <= other <= one for other in free) <= limit for one in free)
    for place, one in enumerate(held):
        assert one == (sum(moments[place] - HOUR <= other for other in moments[:place]) >= limit)
        assert flood.in_sight(influx(flood, moments, place), moments[place]) >= one


@pytest.mark.parametrize(("others", "proposed"), [(2, False), (3, True)], ids=["as many as allowed", "one more"])
@pytest.mark.parametrize("where", ["before", "after", "around"])
def test_an_account_is_proposed_when_its_lead_stands_in_a_flood(others: int, proposed: bool, where: str) -> None:
    """R066: before it, after it or around it; the leads that wait are known before they are decided."""
    start = {"before": -others, "after": 1, "around": -1}[where]
    moments = [NOON + HOUR / 3 * one for one in range(start, start + others + 1) if one != 0][:others]
    seen = Influx(
        domain="delta.example", before=tuple(one for one in moments if one < NOON),
        after=tuple(one for one in moments if one > NOON),
    )  # fmt: skip
    found = asked_first(COMPANY, Flood(leads=3), seen, NOON)
    assert found == (replace(COMPANY, action=Action.PROPOSE, flooded=True) if proposed else COMPANY)


def test_one_hour_is_counted_and_not_two_that_meet_at_the_lead() -> None:
    seen = Influx(domain="delta.example", before=(NOON - HOUR, NOON - HOUR / 2), after=(NOON + HOUR / 2 * 1.1,))
    assert asked_first(COMPANY, Flood(leads=3), seen, NOON) == COMPANY


STANDING = (None, replace(COMPANY, ordered=True), replace(COMPANY, action=Action.PROPOSE))


@pytest.mark.parametrize("company", STANDING, ids=["none", "on its way", "proposed"])
def test_what_was_ordered_before_or_is_proposed_anyway_stands(company: NewCompany | None) -> None:
    seen = Influx(domain="delta.example", before=(NOON,) * 9)
    assert asked_first(company, Flood(leads=3), seen, NOON) == company


FULL = Influx(domain="delta.example", before=(NOON,) * 2)


@given(dossiers())
def test_whoever_would_have_had_it_no_person_gets_a_lead_of_a_flood(one: Dossier) -> None:
    """A competitor's lead keeps its way; nothing is left to the turn, and nobody is told."""
    ruling = decide(one, rules())
    held = held_back(ruling, replace(one, influx=FULL), Flood(leads=2), None)
    if ruling.silent or (ruling.owner is not None and ruling.owner.kind is OwnerKind.QUEUE):
        assert held == ruling
        return
    assert (held.rule, held.to_default, held.silent) == ("flood", False, True) or ruling.keep_owner
    assert held.to_catch_all or ruling.keep_owner or ruling.to_catch_all
    assert held_back(ruling, replace(one, influx=FULL), Flood(leads=3), None) == ruling
    assert held_back(ruling, one, Flood(leads=2), None) == ruling


@pytest.mark.parametrize("language", sorted(BOOKS))
def test_all_that_is_said_of_a_flood_can_be_told_in_every_language(language: str) -> None:
    company = replace(COMPANY, action=Action.PROPOSE, flooded=True)
    scene = replace(dossier((), lead=lead()), influx=FULL, new_company=company)
    for hours in (1, 24):
        held = held_back(decide(scene, rules()), scene, Flood(leads=2, hours=hours), None)
        said = [held.reason, held.alert, *(step.words for step in held.steps if step.rule == "flood")]
        assert len(said) == 4
        assert all(is_known(text) for text in said)
        if language != "en":
            told = [retell(text, language) for text in said]
            assert all("delta.example" in text and "leads of" not in text for text in told)
