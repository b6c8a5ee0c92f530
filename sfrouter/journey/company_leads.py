"""The other leads of a lead's company, as they stand after every decision made so far."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sfrouter.journey.desk import Desk
from sfrouter.journey.one_company import LedgerView, OneCompany, Ordered, after, before, created, without
from sfrouter.ledger.decisions import Standing
from sfrouter.matching.profiles import Clues
from sfrouter.matching.question import ask
from sfrouter.matching.search_keys import company_domain_of
from sfrouter.mirror.reader import Company, Reader
from sfrouter.model.company import Corrections, Profile
from sfrouter.model.decision import Decision
from sfrouter.model.evidence import Match
from sfrouter.model.ids import is_user
from sfrouter.model.records import Account, Lead
from sfrouter.model.write import IN_EFFECT
from sfrouter.routing.flood import FLOOD
from sfrouter.routing.tell import BUSY_COMPANY

# Far more than an alert counts (R084); the end of a flood is told like its beginning, without counting it all.
_MOST_RECENT = 300
_MOST_READ = 200  # companies whose leads are kept at hand in a round


Came = tuple[tuple[datetime, str], ...]  # when leads were created, and their ids


@dataclass(frozen=True, slots=True, kw_only=True)
class CameSince:
    """The leads of an e-mail domain that came since a moment, as of a change of the mirror."""

    change: int
    since: datetime
    came: Came


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredProfile:
    """A company without an account: its profile and leads, as of a change of the mirror and what people said."""

    change: int
    corrections: Corrections
    profile: Profile | None
    leads: Ordered


@dataclass(slots=True)
class SoFar:
    """The decisions of this round. In a dry run nothing else remembers them."""

    owners: dict[str, str] = field(default_factory=dict)
    linked: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    decided: set[str] = field(default_factory=set)
    alerted: set[str] = field(default_factory=set)  # leads with which the owner was told of a burst (R084)
    clues: dict[str, Clues] = field(default_factory=dict)  # what leads say of their company, worked out once
    on_paper: bool = False  # nothing changes meanwhile: a company's leads are looked up once for all of them
    companies: dict[Company, OneCompany] = field(default_factory=dict)
    by_name: dict[Company, Ordered] = field(default_factory=dict)  # leads that only their name brings
    standings: dict[str, Standing | None] = field(default_factory=dict)
    read: dict[Company, tuple[int, Ordered]] = field(default_factory=dict)  # as of which change of the mirror
    profiles: dict[str, GatheredProfile] = field(default_factory=dict)  # by lead
    came: dict[str, CameSince] = field(default_factory=dict)  # by e-mail domain, where floods are watched for
    flooded: set[str] = field(default_factory=set)  # leads that were held back as a flood's

    def add(self, decision: Decision) -> None:
        """One more."""
        self.decided.add(decision.lead_id)
        if any(one.kind == BUSY_COMPANY for one in decision.notices):
            self.alerted.add(decision.lead_id)
        if decision.rule == FLOOD:
            self.flooded.add(decision.lead_id)
        if decision.owner and is_user(decision.owner.id):
            self.owners[decision.lead_id] = decision.owner.id
        if decision.link_account_id:
            self.linked[decision.link_account_id].append(decision.lead_id)


def company_of(desk: Desk, found: Match, account: Account) -> Company:
    """What makes other leads this account's. Without an account the company profile says it."""
    entry = desk.index.get(account.id)
    shared = desk.policy.matching.shared_domains
    domains = {found.company_domain, *(entry.domains if entry else ())} - {""} - shared
    return Company(account_id=account.id, domains=tuple(sorted(domains)), key=found.company_key)


@dataclass(frozen=True, slots=True)
class OtherLeads:
    """The company's other leads, whoever owns them, first created first; `company` has the lead itself too.

    The mirror learns of an assignment only when it is pulled again. Were decisions of this very round left out,
    two people of one company could get two reps just because they came in one poll (R013).
    """

    desk: Desk
    view: Reader
    so_far: SoFar
    lead: Lead
    company: OneCompany

    def lost(self) -> Ordered:
        """Closed-lost leads of the company, newest first (R048)."""
        return without(self.company.lost, self.lead)[::-1]

    def open_and_owned(self) -> Ordered:
        """Open leads of the company that a person owns, first created first."""
        return without(self.company.open_and_owned, self.lead)

    def same_person(self) -> Ordered:
        """Open, owned leads of the same person (D01)."""
        theirs = self.view.leads_with_email(self.lead.email, but=self.lead.id)
        return sorted_out(theirs, self.desk, self.so_far, self.company.intake_ids).open_and_owned

    def recent(self, window: timedelta) -> Ordered:
        """Leads of the company that came before this one (R084), all of a burst, so that it is told once.

        Those created within a window after it count when they are decided already: it came into sight too late.
        """
        earlier = before(self.company.all, self.lead, _MOST_RECENT)
        return (*earlier, *after(self.company.decided, self.lead, window, _MOST_RECENT))

    def alerted(self, recent: Iterable[Lead], window: timedelta, count: int) -> frozenset[str]:
        """With which of these leads the owner was told of a burst that may still last."""
        near = [one.id for one in recent if abs(one.created_at - self.lead.created_at) <= 2 * window]
        if len(near) < count - 1:
            return frozenset()
        return frozenset(near) & self.so_far.alerted or self.desk.ledger.told_of(near, BUSY_COMPANY)


def leads_of(
    company: Company, lead: Lead, desk: Desk, view: Reader, so_far: SoFar, intake_ids: frozenset[str]
) -> OneCompany:
    """The company's leads: by link, domain or name in the mirror, or by a decision it does not know yet."""
    if not so_far.on_paper:
        return sorted_out(_looked_up(company, desk, view, so_far), desk, so_far, intake_ids)
    nameless = replace(company, key="")  # names differ from lead to lead, account and domains do not
    if nameless not in so_far.companies:
        found = _looked_up(nameless, desk, view, so_far)
        so_far.companies[nameless] = sorted_out(found, desk, so_far, intake_ids)
    known = so_far.companies[nameless]
    if not company.key:
        return known
    if company not in so_far.by_name:
        found = view.company_leads(Company(key=company.key))
        more = tuple(one for one in found if one.id not in known.ids and _belongs(one, company, desk))
        so_far.by_name[company] = more
    more = so_far.by_name[company]
    if not more or [one.id for one in more[:2]] == [lead.id]:
        return known  # nobody else; a copy for each of many names would not be cheap
    if company not in so_far.companies:
        so_far.companies[company] = known.with_more(more)
    return so_far.companies[company]


def sorted_out(leads: Ordered, desk: Desk, so_far: SoFar, intake_ids: frozenset[str]) -> OneCompany:
    """The leads of one company with what the ledger and this round know of them."""

    def look_up(some: Ordered) -> LedgerView:
        standings = _standings(desk, so_far, [one.id for one in some])
        decided = so_far.decided | standings.keys()
        return LedgerView(decided=frozenset(decided), owners=_owners(so_far, some, standings))

    return OneCompany(all=leads, look_up=look_up, intake_ids=intake_ids)


def _looked_up(company: Company, desk: Desk, view: Reader, so_far: SoFar) -> Ordered:
    found = {one.id: one for one in _in_mirror(replace(company, key=""), desk, view, so_far)}
    if company.key:  # names differ from lead to lead, account and domains do not
        named = _in_mirror(Company(key=company.key), desk, view, so_far)
        found |= {one.id: one for one in named if _belongs(one, company, desk)}
    if company.account_id:
        linked = (*desk.ledger.leads_linked_to(company.account_id), *so_far.linked.get(company.account_id, ()))
        decided = view.leads(key for key in linked if key not in found)
        # Whom a person linked elsewhere since then is another company's.
        here = (None, company.account_id)
        found |= {key: one for key, one in decided.items() if one.account_id in here and not one.deleted}
    return tuple(sorted(found.values(), key=created))


def _in_mirror(company: Company, desk: Desk, view: Reader, so_far: SoFar) -> Ordered:
    """Read once for all leads of the company that are decided in a round: a bulk link decides hundreds of one."""
    change = view.change_number()
    if so_far.read.get(company, (None,))[0] != change:
        if len(so_far.read) >= _MOST_READ:
            so_far.read.clear()
        found = (one for one in view.company_leads(company) if _belongs(one, company, desk))
        so_far.read[company] = change, tuple(found)
    return so_far.read[company][1]


def _belongs(other: Lead, company: Company, desk: Desk) -> bool:
    """By its link; without one by what its address or, where that says nothing against it, its name says (C01)."""
    if company.account_id and (other.account_id or other.converted_account_id):
        return company.account_id in (other.account_id, other.converted_account_id)
    settings = desk.policy.matching
    if company_domain_of(other.email, settings) in company.domains:
        return True
    return bool(company.key) and ask(other, settings).company_key == company.key


def _standings(desk: Desk, so_far: SoFar, lead_ids: Iterable[str]) -> Mapping[str, Standing]:
    """Each lead's last decision; on paper each is asked for once."""
    if not so_far.on_paper:
        return desk.ledger.standings(lead_ids)
    wanted = list(lead_ids)
    unknown = [key for key in wanted if key not in so_far.standings]
    if unknown:
        found = desk.ledger.standings(unknown)
        so_far.standings.update({key: found.get(key) for key in unknown})
    return {key: one for key in wanted if (one := so_far.standings[key]) is not None}


def decided_owners(desk: Desk, so_far: SoFar, leads: Sequence[Lead]) -> Mapping[str, str]:
    """The owners that were decided for these leads and that the mirror cannot know yet."""
    return _owners(so_far, leads, _standings(desk, so_far, [one.id for one in leads]))


def _owners(so_far: SoFar, leads: Iterable[Lead], standings: Mapping[str, Standing]) -> Mapping[str, str]:
    by_id = {lead.id: lead for lead in leads}
    found: dict[str, str] = {}
    for lead_id, last in standings.items():
        unseen = last.lead_write in IN_EFFECT and last.lead_stamp == by_id[lead_id].stamp
        if unseen and last.owner_id and is_user(last.owner_id):
            found[lead_id] = last.owner_id
    return found | {key: so_far.owners[key] for key in by_id.keys() & so_far.owners.keys()}
