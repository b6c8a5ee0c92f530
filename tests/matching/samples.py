"""Leads and accounts for the tests of matching, with only what a test is about."""

from datetime import UTC, datetime
from typing import Any

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.match import match
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.evidence import Match
from sfrouter.model.records import Lead

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHIPPED = MatchSettings()


def lead(company: str = "", email: str = "", **others: Any) -> Lead:
    """A lead of this company."""
    given: dict[str, Any] = {
        "id": "00QL",
        "owner_id": None,
        "created_at": NOON,
        "modified_at": NOON,
        "stamp": NOON,
    }
    return Lead(**(given | {"company": company, "email": email} | others))


def account(account_id: str, name: str, *domains: str, **others: Any) -> IndexedAccount:
    """An account of this name."""
    return IndexedAccount(id=account_id, name=name, domains=domains, **({"owner_id": f"of {account_id}"} | others))


def matched(asked: Lead, *accounts: IndexedAccount, settings: MatchSettings = SHIPPED) -> Match:
    """The match of a lead among these accounts alone."""
    return match(asked, AccountIndex(accounts), settings)
