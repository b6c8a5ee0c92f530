"""What would become of a lead if it were linked to an account: who has it now, who would have it then, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sfrouter.journey.before import Before, before_of, moved
from sfrouter.journey.desk import Desk
from sfrouter.journey.dossier import Surroundings, gather, look_up_surroundings
from sfrouter.journey.intake_condition import leads_by_condition
from sfrouter.journey.learnt import NAMED
from sfrouter.journey.ordered import taken_by_person
from sfrouter.journey.route_lead import route_lead
from sfrouter.journey.waiting import Waiting, Why
from sfrouter.ledger.decisions import Standing
from sfrouter.matching.named import NamedIndex
from sfrouter.model.assignment import Rotation
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A lead before and after. `stays`: a person has it, so only the link would be written."""

    lead_id: str
    company: str
    owner_now: str
    owner_after: str
    why: str
    stays: bool

    @property
    def moves(self) -> bool:
        """Would it change hands?"""
        return self.owner_now != self.owner_after


def outlooks(desk: Desk, wanted: Sequence[tuple[Lead, str]], now: datetime) -> tuple[Outlook, ...]:
    """For pairs of a lead and an account's id, or NAMED and the company of an entry of the named list. Decided on
    paper by the usual hierarchy: nothing is kept.

    Only the accounts in question enter the index: a link asks for no other.
    """
    desk.learn()
    desk.put_accounts({account_id for _, account_id in wanted if not account_id.startswith(NAMED)})
    if not len(desk.named):
        desk.named = NamedIndex(desk.policy.named_entries)
    around = look_up_surroundings(desk, now)
    around.so_far.on_paper = True
    last = desk.ledger.standings(lead.id for lead, _ in wanted)
    by_condition = frozenset(lead.id for lead in leads_by_condition(desk))
    paper = _Paper(desk, around, desk.rotation(), desk.open_leads(), by_condition)
    return tuple(_outlook(paper, lead, account_id, last.get(lead.id)) for lead, account_id in wanted)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What is the same for all of them: counted once, however many leads a pattern fits."""

    desk: Desk
    around: Surroundings
    rotation: Rotation
    open_leads: Mapping[str, int]
    by_condition: frozenset[str]  # leads that the intake's condition brings in


def _outlook(paper: _Paper, lead: Lead, account_id: str, before: Standing | None) -> Outlook:
    around = paper.around
    owner = owner_name(around.directory, lead.owner_id)
    after, why = owner, "a person has the lead: only the link is written"
    waits = before is None and lead.id in paper.by_condition  # of the intake, whoever owns it (L01)
    stays = not waits and taken_by_person(lead, before, around.intake_ids)
    if not stays:
        decided, why = _decided(paper, lead, account_id, before)
        after = decided or owner
    return Outlook(lead_id=lead.id, company=lead.company, owner_now=owner, owner_after=after, why=why, stays=stays)


def _decided(paper: _Paper, lead: Lead, account_id: str, before: Standing | None) -> tuple[str, str]:
    desk, around, rotation = paper.desk, paper.around, paper.rotation
    item = Waiting(lead=lead, why=Why.ORDERED, decisions=before.number if before else 0)
    earlier = Before()
    if item.decisions:
        earlier = before_of(item, desk, around.directory, around.intake_ids, rotation)
    rotation = moved(rotation, earlier.given_back, around.now)
    decision = route_lead(
        gather(lead, desk, around, ordered=account_id), desk.policy, rotation,
        number=item.decisions + 1, open_leads=paper.open_leads, catch_all=around.catch_all, before=earlier,
        roster=around.roster, results=around.results,
    )  # fmt: skip
    return (decision.owner.name if decision.owner else ""), decision.reason


def owner_name(directory: Directory, owner_id: str | None) -> str:
    """The name of a person or queue; the id where the mirror does not know it."""
    holder = directory.people.get(owner_id or "") or directory.queues.get(owner_id or "")
    return holder.name if holder else owner_id or ""
