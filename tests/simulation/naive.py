"""The router that most people write first: simple-salesforce in a loop, tenacity around every call.

It lives under the same faults as ours, so that both can be counted by the same eyes. It is no straw man: it sends
the header that keeps the assignment rule away, asks with an overlap, and tries again with growing waits.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from simple_salesforce.api import Salesforce
from tenacity import Retrying, stop_after_attempt, wait_exponential

import sfrouter.localorg.rest_query
from tests.simulation.crash import Crash
from tests.simulation.history import CONVERGE_WITHIN, PATIENCE_LEFT, SMALL_PAGE, History, Mode
from tests.simulation.script import begin
from tests.simulation.transport import wired
from tests.simulation.world import POLL

ATTEMPTS = 8
LOOK_BACK = timedelta(seconds=10)
REPS = ("bob", "lucia", "theo", "ada")
_HEADER = {"Sforce-Auto-Assign": "FALSE"}


@dataclass
class NaiveRouter:
    """Polls, gives each new lead to the next rep, makes a Task for him. What it knows it keeps in memory."""

    history: History
    seen: set[str] = field(default_factory=set)
    turn: int = 0
    read_at: datetime | None = None
    client: Any = None

    def round(self) -> None:
        """One poll. Raises what the library raises after eight attempts."""
        org, clock = self.history.org, self.history.clock
        if self.client is None:
            app = org.connected_apps["demo-router"]
            self.client = self._try(
                lambda: Salesforce(
                    consumer_key=app.client_id,
                    consumer_secret=app.client_secret,
                    domain="halden.my",
                    version="65.0",
                )
            )
        started = clock.now()
        soql = f"SELECT Id, Company FROM Lead WHERE OwnerId = '{org.id_of('@inbound')}'"  # noqa: S608
        if self.read_at is not None:
            soql += f" AND SystemModstamp >= {self.read_at - LOOK_BACK:%Y-%m-%dT%H:%M:%SZ}"
        for row in self._try(lambda: self.client.query_all(soql))["records"]:
            if row["Id"] not in self.seen:
                self._route(row)
        self.read_at = started

    def _route(self, row: dict[str, Any]) -> None:
        rep = self.history.org.id_of(f"@{REPS[self.turn % len(REPS)]}")
        self.turn += 1
        self._try(lambda: self.client.Lead.update(row["Id"], {"OwnerId": rep}, headers=dict(_HEADER)))
        task = {"WhoId": row["Id"], "OwnerId": rep, "Subject": f"New lead: {row['Company']}"}
        self._try(lambda: self.client.Task.create(task, headers=dict(_HEADER)))
        self.seen.add(row["Id"])

    def _try(self, call: Callable[[], Any]) -> Any:
        waits = wait_exponential(multiplier=1, max=30)
        return Retrying(
            stop=stop_after_attempt(ATTEMPTS), wait=waits, sleep=self.history.clock.sleep, reraise=True
        )(call)


@dataclass(frozen=True, slots=True)
class Count:
    """What the org shows at the end, whoever the router was."""

    leads: int
    duplicate_tasks: int
    lost: int
    without_header: int
    over_people: int

    def __add__(self, other: Count) -> Count:
        return Count(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


NOTHING = Count(0, 0, 0, 0, 0)


def naive_history(seed: int, mode: Mode) -> History:
    """The naive router through the history of a seed. After a crash it looks at the whole intake again."""
    history = begin(seed, mode)
    router = NaiveRouter(history)
    with wired(history.wire), patch.object(sfrouter.localorg.rest_query, "SMALLEST_PAGE", SMALL_PAGE):
        while history.clock.monotonic() < history.trouble_ends + PATIENCE_LEFT + CONVERGE_WITHIN:
            try:
                router.round()
            except Crash:
                history.points.live_again()
                history.note("the process dies")
                router = NaiveRouter(history)
            except Exception as trouble:
                history.note(f"a round failed: {type(trouble).__name__}")
            history.clock.advance(POLL)
    return history


def count(history: History) -> Count:
    """Duplicates, losses and writes without the header, seen in the org and on the wire."""
    org = history.org
    router, intake = org.id_of("@router"), org.id_of("@inbound")
    tasks = Counter(
        (row["WhoId"], row["OwnerId"], row["Subject"], row["Description"])
        for row in org.store.rows("Task", include_deleted=True)
        if row["CreatedById"] == router
    )
    leads = org.store.rows("Lead")
    waiting = [row for row in leads if row["OwnerId"] == intake and not row["IsConverted"]]
    untouched = [
        row for row in waiting if row["Id"] not in history.contested and not _put_back(history, row["Id"])
    ]
    return Count(
        leads=len(history.people.leads),
        duplicate_tasks=sum(number - 1 for number in tasks.values()),
        lost=len(untouched),
        without_header=sum(_headerless(one.call) for one in history.wire.exchanges),
        over_people=_over_people(history, router),
    )


def _put_back(history: History, lead_id: str) -> bool:
    """Did a person leave it in the intake after somebody had it?"""
    rows = history.org.store.rows("LeadHistory", {"LeadId": lead_id, "Field": "Owner"})
    return bool(rows)


def _headerless(call: Any) -> int:
    if call.kind != "change":
        return 0
    if call.request.path.endswith("/composite"):
        return sum("Sforce-Auto-Assign" not in part.get("httpHeaders", {}) for part in call.parts)
    return int(call.request.header("sforce-auto-assign") is None)


def _over_people(history: History, router: str) -> int:
    """How often the router took a lead from a person to whom another person had given it."""
    found = 0
    by_lead: dict[str, str] = {}
    for row in history.org.store.rows("LeadHistory", {"Field": "Owner"}, include_deleted=True):
        if row["DataType"] != "EntityId":
            continue
        lead_id, who = str(row["LeadId"]), str(row["CreatedById"])
        given_by_person = by_lead.get(lead_id, router) != router and str(row["OldValue"]).startswith("005")
        asked_for = lead_id in history.people.linked or lead_id in history.contested
        found += who == router and given_by_person and not asked_for
        by_lead[lead_id] = who
    return found


def naive_counts(seeds: Iterable[int], mode: Mode) -> Count:
    """What the naive router leaves behind under these seeds."""
    warnings.simplefilter("ignore")
    return sum((count(naive_history(seed, mode)) for seed in seeds), NOTHING)


def side_by_side(naive: Count, ours: Count) -> list[str]:
    """The two counts under the same seeds, as lines of a table."""
    names = (
        "leads",
        "duplicate Tasks",
        "leads left lying",
        "lead writes without the header",
        "taken from a person",
    )
    pairs = zip(names, astuple(naive), astuple(ours), strict=True)
    rows = [f"  {name:<32}{left:>8,}{right:>10,}" for name, left, right in pairs]
    return [f"  {'under the same seeds':<32}{'naive':>8}{'sfrouter':>10}", *rows]
