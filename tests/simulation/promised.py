"""I9: compares decisions with the table of the simulated world, which says by hand who must have which lead.

A lead is judged when nobody changed what its story rests on: nobody worked on it, its people are at work, its
account was not merged, nothing of the org was hidden, and it is the only lead of its company.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.demo.world import TIME_ZONE
from tests.simulation.additions import BY_FORMULA, FORMULA, PRIVATE
from tests.simulation.files import Row
from tests.simulation.history import RARELY, History
from tests.simulation.invariants import AFTERWARDS, Evidence, Found, elapsed
from tests.simulation.policies import Way, members, way_of
from tests.simulation.world import POLL
from tests.simulation.world_troubles import TITLE

HIDDEN = "a field is hidden from us"
BLIND = ("sharing hides rows", HIDDEN, "another org answers")
"""While these last nobody can decide by the table."""
BELIEVED = 3600.0 + RARELY[POLL]
"""Seconds for which the org's description of itself is believed, and until the next poll at the latest."""
_FREE_MAIL = frozenset({"gmail.com", "yahoo.com"})


def decisions_by_the_table(one: Evidence) -> Found:
    """I9, and by it F07, F17, F20, F44 and F45: a wrong rate, day, name or formula ends in another rule."""
    history = one.history
    for lead_id, story in judged(one):
        for decision in one.ledger.decisions:
            if decision["lead_id"] != lead_id or decision["rule"] in AFTERWARDS:
                continue
            way = way_of(history, decision)
            right = _story_then(history, story, decision)
            if right is None or right.account in way.leaves_out:
                continue
            right = replace(right, owner=dict(way.owners).get(right.account, right.owner))
            history.compared += 1
            if decision["rule"] != right.rule:
                yield f"I9 lead {lead_id} of {right.company!r} went by {decision['rule']} instead of {right.rule}"
            elif not _is_owner(one, decision["owner_id"], right.owner, way):
                yield f"I9 lead {lead_id} of {right.company!r} went to {decision['owner_id']}, not {right.owner}"


def judged(one: Evidence) -> Iterator[tuple[str, Newcomer]]:
    """The leads whose surroundings nobody touched, with their stories."""
    history = one.history
    people = history.people
    if any(history.met[name] for name in BLIND):
        return
    count = Counter(_company(story) for story in people.told.values())
    for lead_id, story in people.told.items():
        alone = count[_company(story)] == 1
        worked_on = lead_id in people.touched or lead_id in history.contested or lead_id in people.returned
        by_another = story.owner.startswith("lead:")  # the story is told of the second lead of a company
        if story.rule and alone and not by_another and not worked_on and not people.disturbed & concerned(story):
            yield lead_id, story


@cache
def concerned(story: Newcomer) -> frozenset[str]:
    """The keys of the people and accounts that a story rests on, as far as people of a history touch such."""
    return frozenset({story.owner, story.account, story.review} - {""})


def _company(story: Newcomer) -> str:
    """One mark for all leads that the router may take for one company's."""
    domain = story.email.rpartition("@")[2]
    if domain.startswith("brandnew"):
        return domain
    first = story.company.casefold().partition(" ")[0]
    return first if domain in _FREE_MAIL or first in ("new", "neue", "nueva", "acme", "consulting") else domain


def _story_then(history: History, story: Newcomer, decision: Row) -> Newcomer | None:
    """The story as it is at the moment of a decision; None while the formula's account is about to change."""
    if story.account != FORMULA or history.formula_at is None:
        return story
    changed = history.start + timedelta(seconds=history.formula_at)
    at = _moment(decision["at"])
    if at > changed + timedelta(minutes=20):
        return BY_FORMULA
    by_now = history.people.arrived[decision["lead_id"]] > history.formula_at
    if by_now:
        return BY_FORMULA
    return story if at < changed - timedelta(minutes=20) else None


def _is_owner(one: Evidence, owner: Any, told: str, way: Way) -> bool:
    kind, _, name = told.partition(":")
    org = one.history.org
    if kind == "pool" and name:
        return owner in {org.id_of(f"@{key}") for key in members(way, name)}
    if kind == "queue":
        return str(owner) == next(str(row["Id"]) for row in one.rows("Group") if row["DeveloperName"] == name)
    return str(owner) == org.id_of(f"@{told}")


def no_private_customer_by_name(one: Evidence) -> Found:
    """F44: no lead of a history has the private customer's own address, so none may be his."""
    private = one.history.org.aliases.get(PRIVATE)
    for decision in one.ledger.decisions:
        match = decision["trace"]["match"]
        by_name = match["account_id"] == private and match["band"] in ("auto", "link")
        linked = decision["link_account_id"] == private or by_name
        if private and linked and decision["lead_id"] not in one.history.people.linked:
            yield f"F44 lead {decision['lead_id']} is matched to a private customer by name"


def replies_are_due_in_time(one: Evidence) -> Found:
    """F17: so long by the clock after the lead came, on the day that it is then where the company is."""
    people = one.history.people
    decided = {(row["lead_id"], row["number"]): row for row in one.ledger.decisions}
    for row in one.ledger.writes("task"):
        due, lead_id = row["values"].get("ReminderDateTime"), row["lead_id"]
        if not due or decided[lead_id, row["decision_number"]]["rule"] in AFTERWARDS:
            continue
        if lead_id not in people.arrived or lead_id in people.touched:
            continue
        promised = way_of(one.history, decided[lead_id, row["decision_number"]]).first_replies
        if promised is None:
            continue
        to_chiefs, to_others = promised
        then = datetime.fromisoformat(due)
        came = one.history.start + timedelta(seconds=people.arrived[lead_id])
        replies = [to_chiefs] if "Chief" in people.told[lead_id].title else [to_others]
        if _title_may_lack(one, decided[lead_id, row["decision_number"]]):
            replies.append(to_others)
        late = min((then - came - reply for reply in replies), key=abs)
        if abs(late) > timedelta(seconds=1):
            yield f"F17 the reply to lead {lead_id} is due {late} off"
        if row["values"]["ActivityDate"] != then.astimezone(ZoneInfo(TIME_ZONE)).date().isoformat():
            yield f"F17 the reply to lead {lead_id} is due {row['values']['ActivityDate']}, at {then}"


def _title_may_lack(one: Evidence, decision: Row) -> bool:
    """Was the title hidden from us when this was decided, or so shortly before that we may not know better?"""
    at = elapsed(one, _moment(decision["at"]))
    return any(each.field == TITLE and each.since <= at <= each.until + BELIEVED for each in one.history.hidden)


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


BY_THE_TABLE: tuple[Callable[[Evidence], Found], ...] = (
    decisions_by_the_table, no_private_customer_by_name, replies_are_due_in_time,
)  # fmt: skip
