"""Gathers a lead's dossier: its company, everyone around it, and the earlier leads of the same company."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from sfrouter.journey.desk import Desk
from sfrouter.matching.match import match
from sfrouter.matching.named import match_named
from sfrouter.matching.search_keys import company_domain_of
from sfrouter.mirror.reader import Company, Reader
from sfrouter.model.assignment import OwnerKind
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Directory, Dossier
from sfrouter.model.evidence import Match
from sfrouter.model.ids import is_user
from sfrouter.model.records import Account, Lead
from sfrouter.model.write import LIVE_STATES, WriteState

# More than one alert window (R084), so that a burst that goes on is seen to have been told already.
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is the same for every lead of one cycle."""

    directory: Directory
    intake_ids: frozenset[str]
    zone: tzinfo
    now: datetime


def gather(lead: Lead, desk: Desk, around: Surroundings) -> Dossier:
    """All that the decision on this lead may look at. Reads the mirror and the ledger, nothing else."""
    with desk.reader.snapshot() as view:
        linked = _linked(lead, view)
        found = match(lead, desk.index, desk.policy.matching, linked=linked)
        account = view.account(found.account_id) if found.account_id else None
        named, suspicions = match_named(lead, account, desk.named, desk.policy.matching)
        found = replace(found, suspicions=(*found.suspicions, *suspicions))
        company = _company(desk, found, account)
        others = _Others(desk, view, around, lead, _leads_of(company, lead, desk, view))
        return Dossier(
            lead=lead,
            match=found,
            directory=around.directory,
            now=around.now,
            today=around.now.astimezone(around.zone).date(),
            account=account,
            ancestors=view.ancestors(account) if account else (),
            opportunities=view.open_opportunities(account.id) if account else (),
            open_cases=view.open_cases(account.id) if account else (),
            team=view.team(account.id) if account else (),
            lost_leads=others.lost(),
            open_leads=others.open_and_owned(),
            same_person=others.same_person(),
            recent_leads=others.recent(max(_A_DAY, timedelta(minutes=desk.policy.alert_window_minutes))),
            named_entry=named,
            rates=desk.policy.rates,
            intake_ids=around.intake_ids,
        )


def _linked(lead: Lead, view: Reader) -> Account | None:
    survivor = view.surviving_account(lead.account_id) if lead.account_id else None
    return view.account(survivor) if survivor else None


def _company(desk: Desk, found: Match, account: Account | None) -> Company:
    """What makes other leads this company's."""
    entry = desk.index.get(account.id) if account else None
    shared = desk.policy.matching.shared_domains
    domains = {found.company_domain, *(entry.domains if entry else ())} - {""} - shared
    return Company(
        account_id=account.id if account else None, domains=tuple(sorted(domains)), key=found.company_key
    )


@dataclass(frozen=True, slots=True)
class _Others:
    """The company's other leads, as they stand after every decision made so far.

    The mirror learns of an assignment only when it is pulled again. Were decisions of this very cycle left out,
    two people of one company could get two reps just because they came in one poll (R013).
    """

    desk: Desk
    view: Reader
    around: Surroundings
    lead: Lead
    company_leads: tuple[Lead, ...]  # whoever owns them, first created first

    def lost(self) -> tuple[Lead, ...]:
        """Closed-lost leads of the company, newest first (R048)."""
        return tuple(one for one in reversed(self.company_leads) if one.closed_lost and not one.converted)

    def open_and_owned(self) -> tuple[Lead, ...]:
        """Open leads of the company that a person owns, first created first."""
        return self._owned(self.company_leads)

    def same_person(self) -> tuple[Lead, ...]:
        """Open, owned leads of the same person (D01)."""
        return self._owned(self.view.leads_with_email(self.lead.email, but=self.lead.id))

    def recent(self, window: timedelta) -> tuple[Lead, ...]:
        """Leads of the company that came before this one, within the window (R084)."""
        mine = (self.lead.created_at, self.lead.id)
        since = self.lead.created_at - window
        return tuple(
            one for one in self.company_leads if one.created_at >= since and (one.created_at, one.id) < mine
        )

    def _owned(self, leads: Iterable[Lead]) -> tuple[Lead, ...]:
        open_ones = [one for one in leads if not (one.converted or one.closed_lost or one.deleted)]
        decided = decided_owners(self.desk, open_ones)
        standing = [replace(one, owner_id=decided.get(one.id, one.owner_id)) for one in open_ones]
        return tuple(
            one
            for one in standing
            if one.owner_id and is_user(one.owner_id) and one.owner_id not in self.around.intake_ids
        )


def _leads_of(company: Company, lead: Lead, desk: Desk, view: Reader) -> tuple[Lead, ...]:
    """The company's other leads: by link, domain or name in the mirror, or by a decision it does not know yet."""
    settings = desk.policy.matching
    found = {
        one.id: one
        for one in view.company_leads(company, but=lead.id)
        # A name typed over a free-mail address joins no company (C01); a link or a work address does.
        if (one.account_id and one.account_id == company.account_id) or company_domain_of(one.email, settings)
    }
    if company.account_id:
        linked = desk.ledger.leads_linked_to(company.account_id)
        found |= view.leads(key for key in linked if key != lead.id and key not in found)
    return tuple(sorted(found.values(), key=lambda one: (one.created_at, one.id)))


def decided_owners(desk: Desk, leads: Iterable[Lead]) -> Mapping[str, str]:
    """The owners that were decided for these leads and that the mirror cannot know yet."""
    by_id = {lead.id: lead for lead in leads}
    found: dict[str, str] = {}
    for lead_id, stored in desk.ledger.last_decisions(by_id).items():
        takes_effect = stored.lead_write is WriteState.DONE or stored.lead_write in LIVE_STATES
        owner = _person(stored.decision)
        if owner and takes_effect and stored.decision.lead_stamp == by_id[lead_id].stamp:
            found[lead_id] = owner
    return found


def _person(decision: Decision) -> str | None:
    owner = decision.owner
    return owner.id if owner and owner.kind is OwnerKind.PERSON else None
