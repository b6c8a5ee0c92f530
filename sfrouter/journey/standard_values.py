"""Brings a lead's and an account's values into their standard form, before any rule sees them (L03, R153)."""

from dataclasses import replace
from typing import Any

from sfrouter.base.standards import Standards, tidy
from sfrouter.model.records import Account, Lead

_TEXTS = ("company", "title", "city", "postal_code", "industry", "source", "department", "product")
"""Typed by hand on one road and chosen from a list on another: blanks and widths must not part them."""


def standard_lead(lead: Lead, standards: Standards) -> Lead:
    """The lead with its place in standard form. Doing it twice changes nothing more."""
    texts: dict[str, Any] = {name: tidy(getattr(lead, name)) for name in _TEXTS}
    return replace(
        lead,
        **texts,
        country=standards.country(lead.country),
        state=standards.state(lead.state, lead.country),
    )


def standard_account(account: Account, standards: Standards) -> Account:
    """The account with its place in standard form."""
    return replace(
        account,
        country=standards.country(account.country),
        state=standards.state(account.state, account.country),
    )
