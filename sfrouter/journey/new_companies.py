"""A company that earns an account: found when its leads are decided, and asked for once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sfrouter.journey.company_leads import SoFar, decided_owners
from sfrouter.journey.desk import Desk
from sfrouter.ledger.new_accounts import STANDS, AccountState, AskFor
from sfrouter.matching.profiles import Clues, clues_of
from sfrouter.matching.question import ask
from sfrouter.mirror.reader import Company, Reader
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Dossier
from sfrouter.model.evidence import Band, Match
from sfrouter.model.ids import is_user
from sfrouter.model.new_company import Action, Candidate, NewCompany
from sfrouter.model.records import Lead
from sfrouter.model.write import Write
from sfrouter.routing.explain import say
from sfrouter.routing.owners import find_owner
from sfrouter.routing.rule import Role, Wanted
from sfrouter.writeback.plan_account import account_write

_ASK_AGAIN = frozenset({AccountState.LOST})
_FOLLOW = STANDS | {AccountState.ON_ITS_WAY}


def with_existing_account(lead: Lead, found: Match, desk: Desk, view: Reader, so_far: SoFar) -> Match:
    """The match as found; without one the account that the org's duplicate rule named for this domain (F42)."""
    unsettled = found.account_id or found.band is not Band.NONE or found.suspicions
    if desk.policy.new_accounts.action is Action.OFF or unsettled:
        return found
    domain = _clues(lead, desk, so_far).domain
    asked = desk.ledger.asked_account(domain) if domain else None
    if asked is None or asked.state is not AccountState.EXISTING or not asked.account_id:
        return found
    account = view.account(view.surviving_account(asked.account_id) or "")
    if account is None or account.person:
        return found  # the rule compares names, and a private customer is no company (F44)
    words = str(say("prospect.existing", company=account.name))
    return replace(found, band=Band.AUTO, account_id=account.id, score=100.0, words=words)


def look_up_new_company(
    lead: Lead, found: Match, desk: Desk, view: Reader, so_far: SoFar, intake: frozenset[str]
) -> NewCompany | None:
    """The company that the lead makes earn an account, or that has one on its way; else None (R066-R069)."""
    options = desk.policy.new_accounts
    said = _clues(lead, desk, so_far)
    if options.action is Action.OFF or found.account_id or found.band is not Band.NONE or found.suspicions:
        return None
    if not said.domain or not said.person or lead.account_id:
        return None
    before = desk.ledger.asked_account(said.domain)
    if before is not None and before.state not in _ASK_AGAIN | _FOLLOW:
        return None
    if before is not None and before.account_id and view.surviving_account(before.account_id):
        return None  # the mirror has it; if it no longer matches, a person wanted it so
    company = options.earned(said.domain, _candidates(lead, said, desk, view, so_far, intake), lead.id)
    if company is None or before is None or before.state not in _FOLLOW:
        return company
    return replace(company, name=before.name, action=Action.CREATE, ordered=True, account_id=before.account_id)


def _clues(lead: Lead, desk: Desk, so_far: SoFar) -> Clues:
    if lead.id not in so_far.clues:
        so_far.clues[lead.id] = clues_of(ask(lead, desk.policy.matching))
    return so_far.clues[lead.id]


def _candidates(
    lead: Lead, said: Clues, desk: Desk, view: Reader, so_far: SoFar, intake: frozenset[str]
) -> tuple[Candidate, ...]:
    """All leads at the domain. Those that wait and came after this one are not known yet."""
    leads = view.company_leads(Company(domains=(said.domain,)))
    standings = desk.ledger.standings(one.id for one in leads)
    owners = decided_owners(desk, so_far, leads)
    asked = desk.ledger.in_review(one.id for one in leads)
    return tuple(
        _candidate(
            one,
            _clues(one, desk, so_far),
            owner=owners.get(one.id, one.owner_id),
            known=(one.created_at, one.id) <= (lead.created_at, lead.id)
            or one.id in standings or one.id in so_far.owners or one.owner_id not in intake,
            in_review=one.id in asked,
        )
        for one in leads
    )  # fmt: skip


def _candidate(lead: Lead, said: Clues, *, owner: str | None, known: bool, in_review: bool) -> Candidate:
    return Candidate(
        lead_id=lead.id,
        person=said.person,
        created_at=lead.created_at,
        owner_id=owner if owner and is_user(owner) else None,
        known=known,
        open=not (lead.converted or lead.closed_lost or lead.account_id),
        in_review=in_review,
        personal=said.personal,
        company=lead.company if said.name else "",
        name_key=said.name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a decision asks for besides its own: an account, kept with it in one transaction."""

    asked: AskFor | None = None
    writes: tuple[Write, ...] = ()


def ask_for_account(decision: Decision, dossier: Dossier, desk: Desk, org_id: str) -> Asking:
    """The write that makes the account, once; a lead of an account on its way only joins it."""
    company = dossier.new_company
    if company is None:
        return Asking()
    before = desk.ledger.asked_account(company.domain)
    if company.ordered and before is not None:
        return Asking(asked=_ask(before.turn, company, before.owner_id, None, (decision.lead_id,)))
    turn = before.turn + 1 if before else 1
    if company.action is Action.PROPOSE:
        return Asking(asked=_ask(turn, company, None, None, company.lead_ids))
    owner_id = _owner_of_account(decision, dossier, desk)
    if owner_id is None:
        return Asking()  # an account needs a person; the company's next lead asks again
    write = account_write(decision, company, owner_id, turn, desk.mapping, org_id)
    return Asking(asked=_ask(turn, company, owner_id, write.key, company.lead_ids), writes=(write,))


def _ask(turn: int, company: NewCompany, owner_id: str | None, key: str | None, lead_ids: Iterable[str]) -> AskFor:
    return AskFor(
        domain=company.domain, turn=turn, name=company.name, owner_id=owner_id, write_key=key,
        lead_ids=tuple(lead_ids),
    )  # fmt: skip


def _owner_of_account(decision: Decision, dossier: Dossier, desk: Desk) -> str | None:
    """R068: who has the first lead, the departed chain applied; with no heir whoever gets this lead."""
    first = dossier.new_company.first_owner_id if dossier.new_company else None
    if first is not None:
        wanted = Wanted(role=Role.LEAD_OWNER, record_id=first)
        found = find_owner(
            wanted, dossier.directory, departed=desk.policy.departed, never=dossier.intake_ids
        ).owner
        if found is not None and is_user(found.id):
            return found.id
    owner = decision.owner
    return owner.id if owner is not None and is_user(owner.id) else None
