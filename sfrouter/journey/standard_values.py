"""Brings a lead's and an account's values into their standard form, before any rule sees them (L03, R153)."""

from dataclasses import replace
from typing import Any

from sfrouter.base.standards import Standards, tidy
from sfrouter.model.records import Account, Lead

_TEXTS = ("company", "title", "city", "postal_code", "industry", "source", "product")
"""Typed by hand on one road and chosen from a list on another: blanks and widths must not part them."""


def standard_lead(lead: Lead, standards: Standards) -> Lead:
    """The lead with place, department and rank in standard form, by the title where the org's field is blank.

    Doing it twice changes nothing more.
    """
    texts: dict[str, Any] = {name: tidy(getattr(lead, name)) for name in _TEXTS}
    country, state = standards.place(lead.country, lead.state)
    return replace(
        lead,
        **texts,
        country=country,
        state=state,
        phone=standards.phone(lead.phone, country),
        department=standards.department(lead.department, lead.title),
        seniority=standards.rank(lead.seniority) if lead.seniority.strip() else standards.seniority(lead.title),
    )


def standard_account(account: Account, standards: Standards) -> Account:
    """The account with its place in standard form."""
    country, state = standards.place(account.country, account.state)
    return replace(account, country=country, state=state)
