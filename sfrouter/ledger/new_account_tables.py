"""The ledger's tables of accounts the router asks for: itself, its leads, their links, its taking back."""

from datetime import datetime

from sqlalchemy import Table
from sqlmodel import Field

from sfrouter.ledger.tables import LedgerTable


class NewAccountRow(LedgerTable, table=True):
    """An account asked for (R066). `turn` counts the tries of one domain; `write_key` is None while proposed."""

    __tablename__ = "new_account"

    domain: str = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    name: str
    lead_id: str = Field(max_length=18)
    decision_number: int
    owner_id: str | None = None
    write_key: str | None = Field(default=None, index=True)
    at: datetime
    ended_at: datetime | None = None
    ended: str = ""  # dismissed or undone by a person: never again by itself


class NewAccountLeadRow(LedgerTable, table=True):
    """A lead of an account asked for; it is linked once the org has the account (R067)."""

    __tablename__ = "new_account_lead"

    lead_id: str = Field(primary_key=True, max_length=18)
    domain: str = Field(primary_key=True)
    turn: int = Field(primary_key=True)


class LinkToMakeRow(LedgerTable, table=True):
    """A lead of an ordered account that is still to be linked to it; gone once it was, or cannot be any more."""

    __tablename__ = "link_to_make"

    lead_id: str = Field(primary_key=True, max_length=18)
    domain: str = Field(primary_key=True)
    turn: int = Field(primary_key=True)


class RemovalRow(LedgerTable, table=True):
    """An account that a person takes back. `write_key`: None until no lead is linked; `kept`: why it stays."""

    __tablename__ = "account_removal"

    account_id: str = Field(primary_key=True, max_length=18)
    domain: str
    turn: int
    tries: int = 1
    by: str
    at: datetime
    batch: str
    write_key: str | None = Field(default=None, index=True)
    kept: str = ""


def _table(name: str) -> Table:
    return LedgerTable.metadata.tables[name]


NEW_ACCOUNT = _table("new_account")
NEW_ACCOUNT_LEAD = _table("new_account_lead")
LINK_TO_MAKE = _table("link_to_make")
REMOVAL = _table("account_removal")
