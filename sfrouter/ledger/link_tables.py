"""The ledger's tables of people's answers: who answered, what must never match, and the links ordered here."""

from datetime import datetime

from sqlmodel import Field

from sfrouter.ledger.tables import LedgerTable


class AnswerRow(LedgerTable, table=True):
    """Who answered a review item, and when."""

    __tablename__ = "review_answer"

    lead_id: str = Field(primary_key=True, max_length=18)
    account_id: str = Field(primary_key=True, max_length=18)
    state: str
    by: str
    at: datetime


class NeverRow(LedgerTable, table=True):
    """Never match these two (RV1): a company's name key, its domain or a lead's id, and an account."""

    __tablename__ = "never_match"

    company: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True, max_length=18)
    by: str
    at: datetime


class OrderRow(LedgerTable, table=True):
    """A link that a person ordered here. Of several for one lead the newest counts."""

    __tablename__ = "link_order"

    seq: int | None = Field(default=None, primary_key=True)
    lead_id: str = Field(max_length=18, index=True)
    kind: str
    account_id: str | None = None
    owner_id: str | None = None
    account_was: str | None = None
    owner_was: str | None = None
    by: str
    at: datetime
    batch: str = Field(index=True)
    state: str = Field(index=True)
    decision_number: int | None = None


ANSWER = LedgerTable.metadata.tables["review_answer"]
NEVER = LedgerTable.metadata.tables["never_match"]
ORDER = LedgerTable.metadata.tables["link_order"]
