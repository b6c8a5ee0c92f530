"""The ledger's tables of accounts the router asks for: one row an account, one a lead that belongs to it."""

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


def _table(name: str) -> Table:
    return LedgerTable.metadata.tables[name]


NEW_ACCOUNT = _table("new_account")
NEW_ACCOUNT_LEAD = _table("new_account_lead")
