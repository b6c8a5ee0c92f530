"""Leads of companies that nobody knows: everybody of a pool in turn, and one owner for each company.

Counted in the org's own history of owners. A turn that the org cannot show in full (a person took the lead, its
write was refused or made anew) may have gone to anybody: each such turn lets the counts lie one further apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf

from tests.simulation.files import Row
from tests.simulation.invariants import AFTERWARDS, Evidence, Found, elapsed
from tests.simulation.policies import FIRST_POOL, MEMBERS, members

BY_TURN = "default_pool"
FLOOD = "flood"
TURNS = "pools whose turns were counted, judged"
COMPANIES = "new companies with several leads, judged"
"""As the report counts them."""
_NOBODY_KNOWS = re.compile(r"(cloudburst|brandnew\d?)\.example")


@dataclass(frozen=True)
class Sharing:
    """The decisions of each lead, and what people and automations left alone."""

    one: Evidence

    @cached_property
    def decisions(self) -> Mapping[str, list[Row]]:
        """By lead, the oldest first."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.one.ledger.decisions:
            found[row["lead_id"]].append(row)
        return found

    def rules(self, lead_id: str) -> set[str]:
        """By which rules a lead was decided."""
        return {row["rule"] for row in self.decisions.get(lead_id, ())}

    def untouched(self, lead_id: str) -> bool:
        """Did nobody but the router ever have a hand in it?"""
        history, lead = self.one.history, self.one.leads.get(lead_id)
        people = history.people
        by_others = lead_id in people.touched or lead_id in people.returned or lead_id in history.contested
        return not by_others and lead is not None and not lead["IsDeleted"]

    def given(self, lead_id: str) -> list[Row]:
        """The owners that the router wrote, as the org kept them."""
        return [row for row in self.one.owner_changes.get(lead_id, ()) if row["CreatedById"] == self.one.router]

    def by_story(self, lead_id: str) -> bool:
        """Is a pool the place where its story ends?"""
        story = self.one.history.people.told.get(lead_id)
        return story is not None and story.rule in ("", BY_TURN)


def r140_everybody_in_turn(one: Evidence) -> Found:
    """Until one of its people first leaves, nobody of a pool is two leads ahead of another."""
    history = one.history
    sharing = Sharing(one)
    for pool in MEMBERS:
        if pool == FIRST_POOL and len({way.pool for way in history.files.ways.values()}) > 1:
            continue  # its people changed with a reload
        keys = members(history.files.way, pool)
        ids = {history.org.id_of(f"@{key}") for key in keys}
        away = {since for user in ids for since, _ in history.people.away.get(user, ())}
        if not away and history.people.disturbed & set(keys):
            continue
        given, doubtful = _counted(sharing, ids, min(away, default=inf))
        counts = [given[user] for user in ids]
        if sum(counts) >= 2 and not doubtful:
            history.met[TURNS] += 1
        if max(counts) - min(counts) > 1 + doubtful:
            told = ", ".join(f"{key} {given[history.org.id_of(f'@{key}')]}" for key in keys)
            yield f"R140 pool {pool} was not shared out in turn: {told} ({doubtful} turns in doubt)"


def _counted(sharing: Sharing, ids: Collection[str], until: float) -> tuple[Counter[str], int]:
    """How many leads each got by his turn before `until`, and how many turns more there were or may have been."""
    given: Counter[str] = Counter()
    doubtful = 0
    for lead_id, decisions in sharing.decisions.items():
        turns = [row for row in decisions if row["rule"] in AFTERWARDS | {BY_TURN} and row["owner_id"] in ids]
        if not turns or sharing.one.history.people.arrived.get(lead_id, 0.0) >= until:
            continue
        written = sharing.given(lead_id)
        clear = sharing.untouched(lead_id) and len(turns) == len(written) == 1 and turns[0]["rule"] == BY_TURN
        clear = clear and written[0]["NewValue"] in ids and sharing.by_story(lead_id)
        if clear and elapsed(sharing.one, written[0]["CreatedDate"]) < until:
            given[str(written[0]["NewValue"])] += 1
        else:
            doubtful += len(turns)
    return given, doubtful


def r009_one_owner_for_a_new_company(one: Evidence) -> Found:
    """At the end of a bounded history; where nobody worked on any of its leads, and none of its owners left."""
    history = one.history
    if history.mode != "bounded" or not all(way.one_company for way in history.files.ways.values()):
        return
    for domain, owners in _owners(Sharing(one)):
        history.met[COMPANIES] += 1
        if len(owners) > 1:
            yield f"R009 the leads of {domain} have {len(owners)} owners: {', '.join(sorted(owners))}"


def _owners(sharing: Sharing) -> Iterator[tuple[str, set[str]]]:
    """The owners of each new company of which two leads or more were given away, and can be judged."""
    one, people = sharing.one, sharing.one.history.people
    found: defaultdict[str, list[str]] = defaultdict(list)
    for lead_id, story in people.told.items():
        domain = story.email.rpartition("@")[2]
        if _NOBODY_KNOWS.fullmatch(domain):
            found[domain].append(lead_id)
    for domain, leads in found.items():
        if not all(sharing.untouched(lead_id) for lead_id in leads):
            continue
        if any(sharing.rules(lead_id) & AFTERWARDS for lead_id in leads):
            continue
        usual = [lead_id for lead_id in leads if FLOOD not in sharing.rules(lead_id)]
        owned = [str(one.leads[lead_id]["OwnerId"]) for lead_id in usual]
        owners = {owner for owner in owned if owner != one.intake}
        if sum(owner != one.intake for owner in owned) >= 2 and not owners & people.away.keys():
            yield domain, owners


OF_SHARING: tuple[Callable[[Evidence], Found], ...] = (
    r140_everybody_in_turn, r009_one_owner_for_a_new_company,
)  # fmt: skip
