"""R084: judges what the policy's limit for floods promises, from the org's rows and the ledger's file alone.

Leads come late, die early and are merged, so it counts twice: the leads that the router surely knew (it had
decided them by then) say who must be held back, all that ever came say who must not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from tests.simulation.files import Row, accounts_asked
from tests.simulation.floods import Limit
from tests.simulation.invariants import Evidence, Found
from tests.simulation.policies import way_of

FLOOD = "flood"
_NOBODY_KNOWS = re.compile(r"(cloudburst|brandnew\d)\.example")
HELD = "leads beyond a flood's limit, judged"
LET = "leads within the limit of a flood, judged"
ASKED = "accounts that a flood would have earned, judged"
"""As the report counts them."""
Came = tuple[datetime, str]


@dataclass(frozen=True)
class Floods:
    """The leads of companies that nobody knew, as far as floods go. `first` is the first decision of each lead."""

    one: Evidence
    limit: Limit

    @cached_property
    def first(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in self.one.ledger.decisions:
            found.setdefault(row["lead_id"], row)
        return found

    @cached_property
    def came(self) -> dict[str, list[Came]]:
        """When the leads of each domain were created, those that are gone too, oldest first."""
        found: defaultdict[str, list[Came]] = defaultdict(list)
        for lead_id, story in self.one.history.people.told.items():
            domain = story.email.rpartition("@")[2]
            if _NOBODY_KNOWS.fullmatch(domain):
                found[domain].append((self._created(lead_id), lead_id))
        return {domain: sorted(leads) for domain, leads in found.items()}

    def _created(self, lead_id: str) -> datetime:
        row, arrived = self.one.leads.get(lead_id), self.one.history.people.arrived[lead_id]
        moment: datetime = row["CreatedDate"] if row else self.one.history.start + timedelta(seconds=arrived)
        return moment.replace(microsecond=0)

    def decided(self) -> Iterator[tuple[str, Row, list[str]]]:
        """Each lead with its first decision, and all that ever came before it within the window."""
        for leads in self.came.values():
            for place, (moment, lead_id) in enumerate(leads):
                if lead_id in self.first:
                    before = [key for then, key in leads[:place] if then >= moment - self.limit.window]
                    yield lead_id, self.first[lead_id], before

    def surely_known(self, lead_id: str, decision: Row) -> bool:
        """Had this lead been decided by then, or was it in the same round, and was it the same all the time?"""
        mine, people = self.first.get(lead_id), self.one.history.people
        in_time = mine is not None and (mine["seq"] <= decision["seq"] or mine["at"] == decision["at"])
        return in_time and lead_id not in people.touched and lead_id not in people.returned

    def in_sight(self, lead_id: str, leads: Sequence[Came]) -> bool:
        """Is there a window with this lead and more than the limit in it?"""
        at = next(place for place, (_, key) in enumerate(leads) if key == lead_id)
        near = leads[max(0, at - self.limit.leads) : at + self.limit.leads + 1]
        ends = zip(near, near[self.limit.leads :], strict=False)
        return any(last[0] - first[0] <= self.limit.window for first, last in ends)


def floods_are_held_back(one: Evidence) -> Found:
    """Who has so many others of the domain before him within the window waits in the queue, and nobody else."""
    limit, history = one.history.flood, one.history
    if limit is None:
        return
    floods = Floods(one, limit)
    for lead_id, decision, before in floods.decided():
        known = [key for key in before if floods.surely_known(key, decision)]
        if len(before) < limit.leads:
            history.met[LET] += len(floods.came[_domain(one, lead_id)]) > limit.leads
            yield from _its_usual_way(one, lead_id, len(before))
        elif _linked_first(one, lead_id, decision):
            continue  # whom a person links goes to the account's owner, in the middle of a flood too
        elif len(known) >= limit.leads and not history.met["sharing hides rows"]:
            history.met[HELD] += 1
            yield from _in_the_queue(one, lead_id, decision, history.org.id_of(f"@{limit.key}"))


def _domain(one: Evidence, lead_id: str) -> str:
    return one.history.people.told[lead_id].email.rpartition("@")[2]


def _linked_first(one: Evidence, lead_id: str, decision: Row) -> bool:
    return lead_id in one.history.people.touched and decision["lead_account_id"] is not None


def _its_usual_way(one: Evidence, lead_id: str, before: int) -> Found:
    rules = {row["rule"] for row in one.ledger.decisions if row["lead_id"] == lead_id}
    if FLOOD in rules:
        yield f"R084 lead {lead_id} was held back, and only {before} of its domain came before it"


def _in_the_queue(one: Evidence, lead_id: str, decision: Row, queue: str) -> Found:
    """Unless people or an automation touch it, the router gives it to nobody, then and later."""
    if decision["rule"] != FLOOD or decision["owner_id"] != queue:
        yield f"R084 lead {lead_id} of a flood went by {decision['rule']} to {decision['owner_id']}"
    if lead_id in one.history.people.touched or lead_id in one.history.contested:
        return
    for row in one.owner_changes.get(lead_id, []):
        if row["CreatedById"] == one.router and row["NewValue"] != queue:
            yield f"R084 lead {lead_id} of a flood was given to {row['NewValue']}"
    done = any(
        row["lead_id"] == lead_id and row["state"] == "done" and "OwnerId" in row["values"]
        for row in one.ledger.writes("lead")
    )
    if done and one.leads[lead_id]["OwnerId"] != queue:
        yield f"R084 lead {lead_id} of a flood is not in the queue, but {one.leads[lead_id]['OwnerId']}'s"


def floods_make_no_account(one: Evidence) -> Found:
    """While more than the limit are in sight an account is proposed; where that never was, it is made."""
    limit, history = one.history.flood, one.history
    if limit is None or history.met["sharing hides rows"]:
        return
    floods = Floods(one, limit)
    decided = {(row["lead_id"], row["number"]): row for row in one.ledger.decisions}
    for asked in accounts_asked(history.data):
        lead_id, leads = asked["lead_id"], floods.came.get(asked["domain"], [])
        decision = decided[lead_id, asked["decision_number"]]
        known = [each for each in leads if each[1] == lead_id or floods.surely_known(each[1], decision)]
        if not leads:
            continue
        if floods.in_sight(lead_id, known):
            history.met[ASKED] += 1
            if asked["write_key"]:
                yield f"R084 an account of {asked['domain']} was asked for with its flood in sight"
        if not asked["write_key"] and way_of(history, decision).creates and not floods.in_sight(lead_id, leads):
            yield f"R084 the account of {asked['domain']} was only proposed, and no flood ever came"


OF_FLOODS: tuple[Callable[[Evidence], Found], ...] = (floods_are_held_back, floods_make_no_account)
