"""A lead as matching sees it: its company name, its domains and its place, made comparable once."""

from dataclasses import dataclass

from sfrouter.matching.email_domains import email_host, is_free_mail, registrable, web_host
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.names import Name, normalise
from sfrouter.matching.personal_domain import is_personal
from sfrouter.matching.places import Agreement, agree, country_code, place_key
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.records import Account, Contact, Lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which account does this lead belong to?

    `email_domain` and `website_domain` are registrable domains that may name a company; "" for free mail (R029).
    `personal`: the e-mail domain is the person's own name (R031); it still counts where an account has it.
    """

    lead: Lead
    settings: MatchSettings
    linked: Account | None
    name: Name
    email_domain: str
    website_domain: str
    free_mail: bool
    personal: bool
    country: str
    city: str
    contacts: tuple[Contact, ...] = ()  # who has the lead's address, one an account (D02)

    @property
    def company_domain(self) -> str:
        """The domain that stands for the lead's company, "" when it has none of its own."""
        return "" if self.personal or self.free_mail else self.email_domain or self.website_domain

    @property
    def typed_only(self) -> bool:
        """Does nothing but what the person typed speak for the company: free mail, or his own domain (C01)?"""
        return self.free_mail or self.personal

    @property
    def insufficient(self) -> bool:
        """Neither usable domain nor company name (L04)? The person's own domain is none by itself (R031)."""
        own = self.email_domain if self.personal else ""
        return not self.name.usable and {self.email_domain, self.website_domain} <= {"", own}

    @property
    def company_key(self) -> str:
        """What groups leads of one company by name: "" where the name could be anybody's or nobody's."""
        usable = self.name.usable and not (self.typed_only or self.name.generic or self.name.deceitful)
        return self.name.key if usable else ""

    def country_agrees(self, entry: Entry) -> Agreement:
        """The lead's country against the account's."""
        return agree(self.country, entry.country)

    def city_agrees(self, entry: Entry) -> Agreement:
        """The lead's city against the account's."""
        return agree(self.city, entry.city)

    def never(self, entry: Entry) -> bool:
        """Has a person said that these two never match?"""
        forbidden = self.settings.forbidden
        if not forbidden:
            return False
        mine = {self.lead.id, self.name.key, self.email_domain, self.website_domain} - {""}
        theirs = (entry.id, *(one.name.key for one in (entry, *entry.others)))
        return any((left, right) in forbidden for left in mine for right in theirs)


def ask(
    lead: Lead, settings: MatchSettings, linked: Account | None = None, contacts: tuple[Contact, ...] = ()
) -> Question:
    """The question a lead puts."""
    name = normalise(lead.company)
    host = email_host(lead.email)
    free = _is_free(host, settings)
    email_domain = "" if free else registrable(host)
    site = web_host(lead.website)
    return Question(
        lead=lead,
        settings=settings,
        linked=linked,
        name=name,
        email_domain=email_domain,
        website_domain="" if _is_free(site, settings) else registrable(site),
        free_mail=free,
        personal=bool(email_domain)
        and is_personal(email_domain, lead.email, lead.first_name, lead.last_name, name),
        country=country_code(lead.country),
        city=place_key(lead.city),
        contacts=contacts,
    )


def _is_free(host: str, settings: MatchSettings) -> bool:
    return bool(host) and is_free_mail(host, add=settings.free_mail_add, remove=settings.free_mail_remove)
