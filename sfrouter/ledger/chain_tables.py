"""The ledger's table of the chained log: one entry a decision or erasure, each bound to all before it."""

from datetime import datetime

from sqlmodel import Field

from sfrouter.ledger.tables import LedgerTable


class LinkRow(LedgerTable, table=True):
    """One entry. `said` is the salted digest of what may be erased; an erasure takes the salt, `link` stays."""

    __tablename__ = "chain"

    position: int | None = Field(default=None, primary_key=True)
    kind: str
    lead_id: str = Field(max_length=18, index=True)
    number: int
    at: datetime
    said: str
    salt: str | None = None
    link: str


CHAIN = LedgerTable.metadata.tables["chain"]
EMPTY = "0" * 64
"""What the first entry is bound to."""
EVERY_LEAD = ""
"""The lead of an erasure that age brought about: it covers every decision up to a position."""
