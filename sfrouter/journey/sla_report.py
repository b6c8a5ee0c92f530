"""How quickly leads get their first reply: every clock of some days, and what they come to per person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.journey.desk import Desk
from sfrouter.journey.follow_up import clock_words
from sfrouter.model.follow import SlaClock


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLine:
    """One lead's clock. `state` is running, late, answered or answered late."""

    lead_id: str
    owner: str
    executive: bool
    state: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    stopped_because: str
    passed_on: int
    reminded: bool
    manager_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person's clocks, counted."""

    owner: str
    leads: int
    answered: int
    answered_late: int
    running: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaReport:
    """The whole report. `watched` is False when the policy times nothing."""

    watched: bool
    since: datetime
    lines: tuple[ReplyLine, ...]
    people: tuple[PersonLine, ...]


def report_sla(desk: Desk, now: datetime, *, days: int) -> SlaReport:
    """Every clock begun within some days, the latest due last. Reads only."""
    since = now - timedelta(days=days)
    names = {person.id: person.name for person in desk.reader.people().values()}
    lines = tuple(_line(clock, names.get(clock.owner_id, clock.owner_id), now) for clock in _clocks(desk, since))
    return SlaReport(watched=desk.policy.sla is not None, since=since, lines=lines, people=_people(lines))


def _clocks(desk: Desk, since: datetime) -> list[SlaClock]:
    """Those begun since then, and every older one that still runs."""
    found = {clock.lead_id: clock for clock in (*desk.ledger.clocks_since(since), *desk.ledger.running_clocks())}
    return sorted(found.values(), key=lambda clock: (clock.due_at, clock.lead_id))


def _line(clock: SlaClock, owner: str, now: datetime) -> ReplyLine:
    return ReplyLine(
        lead_id=clock.lead_id, owner=owner, executive=clock.executive, state=clock_words(clock, now),
        started_at=clock.started_at, due_at=clock.due_at, stopped_at=clock.stopped_at,
        stopped_because=clock.stopped_because, passed_on=clock.passed_on, reminded=clock.reminded_at is not None,
        manager_told=clock.escalated_at is not None,
    )  # fmt: skip


def _people(lines: Iterable[ReplyLine]) -> tuple[PersonLine, ...]:
    by_owner: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        by_owner[line.owner].append(line.state)
    return tuple(
        PersonLine(
            owner=owner, leads=len(states), answered=states.count("answered"),
            answered_late=states.count("answered late"), running=states.count("running"),
            late=states.count("late"),
        )
        for owner, states in sorted(by_owner.items())
    )  # fmt: skip
