"""Sees that another automation undid our owner, names it, leaves the lead alone: never ping-pong (F36, F37)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.desk import Desk
from sfrouter.journey.refresh import meet_org
from sfrouter.ledger.contests import OwnerWrite
from sfrouter.model.contest import Contest
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Lead

SOON = timedelta(seconds=60)
"""A change this soon after ours, by somebody who is no person, is an answer to it."""
MOST_TRIES = 3
"""So often within a day somebody may put a lead back that soon before he counts as no person."""
FIRST_LOOK = timedelta(days=1)
WITH_OURS = "an automation of the org changed the owner together with our write"
AFTER_OURS = "another program changed the owner right after us"
AGAIN = "the owner was changed back right after us, again and again"
_log = logger("journey")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestView:
    """A contested lead with the names of all who have to do with it, for `status` and `explain`."""

    lead_id: str
    wanted: str
    found: str
    by: str
    changed_at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Who is who: the router itself, the people of the org, and those among them who are programs."""

    router_id: str
    people: Collection[str]
    programs: Collection[str]

    def is_program(self, user_id: str | None) -> bool:
        """Is it somebody whom the org does not list as a user, or one that the policy calls a program?"""
        return user_id is None or user_id in self.programs or user_id not in self.people


def notice_contests(house: House) -> int:
    """Look at the leads that changed since the last look; returns how many are newly contested.

    The first look of a process takes those whose owner was written within a day.
    """
    desk, now = house.desk, house.gateway.server_now()
    upto = desk.reader.change_number()
    after, desk.contested_upto = desk.contested_upto, upto
    open_before = {one.lead_id: one for one in desk.ledger.contests()}
    if after == upto and not open_before:
        return 0
    known = _known(house, now)
    _end_those_over(open_before.values(), known, desk)
    if after is None:
        leads = desk.reader.leads(desk.ledger.leads_written_since(now - FIRST_LOOK))
    elif after == upto:
        return 0
    else:
        leads = {one.id: one for one in desk.reader.changed_leads(after=after, but_by="")}
    written = desk.ledger.owner_writes(leads)
    found = [
        contest for lead_id, write in written.items()
        if (contest := _judge(leads[lead_id], write, known, desk, now)) is not None
    ]  # fmt: skip
    return sum(_keep(contest, open_before.get(contest.lead_id), desk) for contest in found)


def contested_leads(desk: Desk) -> frozenset[str]:
    """The leads that are left alone."""
    return frozenset(one.lead_id for one in desk.ledger.contests())


def contest_views(contests: Iterable[Contest], directory: Directory) -> tuple[ContestView, ...]:
    """The same with names instead of ids; an id stands for whom nobody knows."""
    names: Mapping[str, str] = {
        **{one.id: one.name for one in directory.people.values()},
        **{one.id: one.name for one in directory.queues.values()},
    }
    return tuple(
        ContestView(
            lead_id=one.lead_id, wanted=names.get(one.wanted_id, one.wanted_id),
            found=names.get(one.found_id or "", one.found_id or "nobody"),
            by=names.get(one.by_id or "", one.by_id or "unknown"), changed_at=one.changed_at, why=one.why,
        )
        for one in contests
    )  # fmt: skip


def _known(house: House, now: datetime) -> _Known:
    directory = house.desk.directory(now)
    listed = {mail.casefold() for mail in house.desk.policy.programs}
    programs = {one.id for one in directory.people.values() if one.email.casefold() in listed}
    return _Known(router_id=meet_org(house).user_id, people=directory.people.keys(), programs=programs)


def _judge(lead: Lead, write: OwnerWrite, known: _Known, desk: Desk, now: datetime) -> Contest | None:
    """Did somebody who is no person undo our owner? A row read before our write arrived says nothing."""
    if lead.deleted or lead.converted or lead.owner_id == write.owner_id:
        return None
    if lead.modified_at < write.sent_at.replace(microsecond=0):
        return None
    why = _why(lead, write, known, desk, now)
    if not why:
        return None
    return Contest(
        lead_id=lead.id, decision_number=write.number, wanted_id=write.owner_id, found_id=lead.owner_id,
        by_id=lead.modified_by_id, written_at=write.done_at, changed_at=lead.modified_at, why=why,
    )  # fmt: skip


def _why(lead: Lead, write: OwnerWrite, known: _Known, desk: Desk, now: datetime) -> str:
    if lead.modified_by_id == known.router_id:
        # Our name under an owner that is not ours: a flow of the org ran inside our write. A newer decision of
        # ours that is still on its way may have written something else; it is looked at when it has arrived.
        newest = desk.ledger.standings((lead.id,)).get(lead.id)
        if newest is None:
            return WITH_OURS
        # A link or a priority leaves the lead with whoever a person gave it to before.
        ours = newest.lead_owner_id if newest.owner_id is None else write.owner_id
        asked = newest.owner_id in (None, write.owner_id)
        return WITH_OURS if asked and lead.owner_id != ours else ""
    if lead.modified_at > write.done_at + SOON:
        return ""
    if known.is_program(lead.modified_by_id):
        return AFTER_OURS
    return AGAIN if desk.ledger.decision_count(lead.id, now - timedelta(days=1)) >= MOST_TRIES else ""


def _keep(contest: Contest, before: Contest | None, desk: Desk) -> bool:
    if before is not None and before.changed_at == contest.changed_at and before.found_id == contest.found_id:
        return False
    desk.ledger.keep_contest(contest)
    _log.error(
        "lead_contested", lead=contest.lead_id, by=contest.by_id or "unknown", wanted=contest.wanted_id,
        found=contest.found_id, at=contest.changed_at.isoformat(), why=contest.why,
    )  # fmt: skip
    return True


def _end_those_over(contests: Iterable[Contest], known: _Known, desk: Desk) -> None:
    """A person's later change, our owner after all, or the lead's end: then it is nobody's fight any more."""
    fought = {one.lead_id: one for one in contests}
    leads = desk.reader.leads(fought)
    for lead_id, contest in fought.items():
        because = _over(contest, leads.get(lead_id), known)
        if because:
            desk.ledger.end_contest(lead_id, because)
            _log.info("contest_over", lead=lead_id, why=because)


def _over(contest: Contest, lead: Lead | None, known: _Known) -> str:
    if lead is None or lead.deleted or lead.converted:
        return "the lead is deleted or converted"
    if lead.owner_id == contest.wanted_id:
        return "the lead has our owner after all"
    by_person = lead.modified_by_id != known.router_id and not known.is_program(lead.modified_by_id)
    if by_person and lead.modified_at > contest.changed_at:
        return "a person changed the lead since"
    return ""
