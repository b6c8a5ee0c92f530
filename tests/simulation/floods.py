"""Floods: in some histories the policy watches for them, and one company sends more leads than it lets through."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sfrouter.localorg.demo.leads import Newcomer
from tests.simulation.world import CANARY

if TYPE_CHECKING:
    from tests.simulation.history import History

WATCHED = 1 / 8
"""The share of histories whose policy watches for floods."""
DOMAIN = "cloudburst.example"
"""Where the leads of a flood come from: a company that nobody knows."""
_FIRST_NUMBER = 700


@dataclass(frozen=True, slots=True)
class Limit:
    """What the policy says: so many leads of one domain within so many hours go their way, the others to `queue`.

    Without a queue of its own it is the policy's catch-all queue. `key` is the queue in the world's file.
    """

    leads: int
    hours: int
    queue: str
    key: str

    @property
    def window(self) -> timedelta:
        """The time that is looked at; both its ends are inside."""
        return timedelta(hours=self.hours)


LIMITS = (
    Limit(2, 1, "", "nobody"),
    Limit(3, 1, "Competitor Leads", "rivals"),
    Limit(4, 2, "Competitor Leads", "rivals"),
)


def appoint_flood(history: History) -> None:
    """By dice of its own, so that a history without it is the same as ever."""
    chance = random.Random(f"{history.seed}/flood")
    if chance.random() < WATCHED:
        flood(history, chance.choice(LIMITS), chance)


def flood(history: History, limit: Limit, chance: random.Random) -> None:
    """Let the policy have this limit, and some leads of one company come before, in, and after the trouble."""
    history.flood = limit
    end = history.trouble_ends
    offsets = [chance.uniform(-60, end) for _ in range(chance.randint(0, limit.leads - 1))]
    if offsets:
        came_before(history, limit, offsets)
    for count in (chance.choice((0, 1, limit.leads)), limit.leads + chance.randint(1, 2)):
        if count:
            _come_at(history, chance.uniform(0, end), count, chance.choice((0.0, 0.0, 0.0, 2.0, 30.0)))
    if history.mode == "bounded" and chance.random() < 0.3:
        count = chance.randint(1, 2)
        history.after_trouble(31, lambda: history.people.welcome(senders(history, count)))


def _come_at(history: History, at: float, count: int, delay: float) -> None:
    history.clock.at(at, lambda: history.people.welcome(senders(history, count), delay))


def came_before(history: History, limit: Limit, offsets: list[float]) -> None:
    """Leads that stand in the intake at the first second, each with the second in which it leaves the window."""
    people, store = history.people, history.org.store
    first = len(people.leads)
    people.welcome(senders(history, len(offsets)))
    for lead_id, offset in zip(people.leads[first:], offsets, strict=True):
        seconds = int(offset) - limit.window.total_seconds()
        then = history.start + timedelta(seconds=seconds)
        store.update("Lead", lead_id, dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), then))
        people.arrived[lead_id] = seconds


def senders(history: History, count: int) -> list[Newcomer]:
    """So many people of the company whom no lead names yet."""
    first = _FIRST_NUMBER + len(history.people.leads)
    return [
        Newcomer(
            first="Pat", last=f"{CANARY} {number}", company="Cloudburst Works", state="California",
            email=f"{CANARY}.{number}@{DOMAIN}", rule="", owner="",
        )
        for number in range(first, first + count)
    ]  # fmt: skip
