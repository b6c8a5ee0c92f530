"""Finds the company of a lead: asks the mirror who is linked or has its address, and the index for the rest."""

from dataclasses import dataclass, field, replace

from sfrouter.journey.desk import Desk
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.match import match
from sfrouter.matching.names import normalise
from sfrouter.matching.settings import MatchSettings
from sfrouter.mirror.reader import Reader
from sfrouter.model.evidence import Match
from sfrouter.model.records import Account, Contact, Lead


@dataclass(frozen=True, slots=True)
class RestsOn:
    """All that a match follows from: the same gives the same match again."""

    lead: Lead
    index: AccountIndex
    edition: int  # of the index: it is another after every change
    settings: MatchSettings
    linked: Account | None
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMatch:
    """The account that a lead belongs to, and what that was found from."""

    match: Match
    rests_on: RestsOn = field(repr=False)


def company_match(
    lead: Lead, desk: Desk, view: Reader, *, ordered: str | None = None, known: CompanyMatch | None = None
) -> CompanyMatch:
    """The account that a lead, in standard values, belongs to by link, contact, domain or name.

    `known` is what was found for it before; as long as all it rests on is the same, nothing is compared again.
    """
    linked = _linked(ordered or lead.account_id, view)
    contacts = known_contacts(lead, view)
    today = RestsOn(lead, desk.index, desk.index.edition, desk.policy.matching, linked, contacts)
    if known is not None and known.rests_on == today:
        return known
    return CompanyMatch(
        match=match(lead, desk.index, today.settings, linked=linked, contacts=contacts), rests_on=today
    )


def known_contacts(lead: Lead, view: Reader) -> tuple[Contact, ...]:
    """Who has the lead's address, each with his living account: the one here may have been merged (D02).

    A lead that names a company is a company's: a private customer with the same address is not its account (F44).
    """
    known = view.contacts_with_email(lead.email)
    found = tuple(replace(one, account_id=view.surviving_account(one.account_id or "")) for one in known)
    if not found or not normalise(lead.company).usable:
        return found
    return tuple(one for one in found if not _is_private(one, view))


def _is_private(contact: Contact, view: Reader) -> bool:
    account = view.account(contact.account_id) if contact.account_id else None
    return account is not None and account.person


def _linked(account_id: str | None, view: Reader) -> Account | None:
    survivor = view.surviving_account(account_id) if account_id else None
    return view.account(survivor) if survivor else None
