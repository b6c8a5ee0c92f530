"""Where everything stands: the mirror, the decisions, the writes on their way, and what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sfrouter.config.degraded import Degraded
from sfrouter.distribution.method import COUNTED_FOR
from sfrouter.distribution.methods.weighted import BY_SHARE
from sfrouter.journey.contests import ContestView, contest_views
from sfrouter.journey.degraded import degraded_now
from sfrouter.journey.desk import Desk, missing_queues
from sfrouter.journey.governor import where_we_stand
from sfrouter.journey.intake_condition import leads_by_condition
from sfrouter.journey.waiting import needs_first_owner, needs_somebody
from sfrouter.ledger.missing import MissingLeads
from sfrouter.ledger.status import LedgerStatus
from sfrouter.mirror.sight import Gap, gaps
from sfrouter.mirror.tables import ROWS
from sfrouter.model.stuck import StuckLead
from sfrouter.salesforce.budget import Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorStatus:
    """One object of the mirror. `pulled_at` is None before its first full read."""

    noun: str
    rows: int
    pulled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole picture at one moment."""

    org_id: str | None
    policy_hash: str
    mirror: tuple[MirrorStatus, ...]
    unreadable: int
    waiting: int  # leads in the intake that want an owner and have no decision on its way
    oldest_waiting_at: datetime | None
    ledger: LedgerStatus
    replies_awaited: int  # leads whose owner owes a first reply
    replies_late: int  # of these, overdue
    queues_missing: tuple[str, ...]  # intake queues that the org does not have, once its queues were read
    doubts: tuple[str, ...]  # why nothing is written: known records vanished in bulk
    hidden: tuple[Gap, ...]  # mapped fields and objects that our user cannot see
    degraded: tuple[Degraded, ...]  # the parts of the policy that look at them
    rotation: Mapping[str, Mapping[str, int]]
    calls: Outlook  # our API calls of the last 24 hours beside our share
    stuck: tuple[StuckLead, ...] = ()  # leads that wait because something fails on them, the oldest first
    missing: MissingLeads = field(default_factory=MissingLeads)  # cannot be seen any more; erased later
    contested: tuple[ContestView, ...] = ()  # leads that another automation takes from our owners


def take_status(desk: Desk, now: datetime, *, share_percent: int = 50) -> Status:
    """Read everything; writes nothing. `share_percent` of the org's API calls are ours."""
    directory = desk.directory(now)
    intake = desk.intake_ids(directory)
    in_intake = desk.reader.leads_waiting(intake)
    by_condition = [lead for lead in leads_by_condition(desk) if lead.owner_id not in intake]
    last = desk.ledger.standings(lead.id for lead in (*in_intake, *by_condition))
    waiting = [lead for lead in in_intake if needs_somebody(lead, last.get(lead.id))]
    waiting += [lead for lead in by_condition if needs_first_owner(lead, last.get(lead.id))]
    names = {person.id: person.name for person in directory.people.values()}
    turns = desk.ledger.rotation().turns
    clocks = desk.ledger.running_clocks()
    known = desk.mirror.pulled_at("queue") is not None
    return Status(
        org_id=desk.ledger.org_id(),
        policy_hash=desk.policy.hash,
        mirror=tuple(
            MirrorStatus(noun=noun, rows=desk.mirror.count(noun), pulled_at=desk.mirror.pulled_at(noun))
            for noun in ROWS
        ),
        unreadable=len(desk.mirror.unreadable()),
        waiting=len(waiting),
        oldest_waiting_at=min((lead.created_at for lead in waiting), default=None),
        ledger=desk.ledger.status(),
        replies_awaited=len(clocks),
        replies_late=sum(clock.late(now) for clock in clocks),
        queues_missing=missing_queues(desk, now) if known else (),
        calls=where_we_stand(desk.ledger, share_percent, now),
        contested=contest_views(desk.ledger.contests(), directory),
        stuck=desk.ledger.stuck_leads(),
        missing=desk.ledger.missing_leads(),
        doubts=tuple(desk.ledger.doubts().values()),
        hidden=gaps(desk.mirror),
        degraded=degraded_now(desk),
        rotation={
            pool: {names.get(one, one): count for one, count in members.items() if one != COUNTED_FOR}
            for pool, members in turns.items()
            if members.get(COUNTED_FOR) != BY_SHARE  # those count parts of leads, no turns: `sfrouter pools`
        },
    )
