"""The ledger's tables: decisions with their trace, rotation turns, the outbox, reviews, and what status shows."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class LedgerTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """All tables of this file, apart from the mirror's: the mirror may be thrown away, this file may not."""


class DecisionRow(LedgerTable, table=True):
    """One decision. `trace` is the whole of it as JSON; the other columns are for finding and counting."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("lead_id", "number"),)

    seq: int | None = Field(default=None, primary_key=True)
    lead_id: str = Field(max_length=18, index=True)
    number: int
    at: datetime = Field(index=True)
    rule: str
    place: str
    owner_id: str | None = None
    reason: str
    policy_hash: str
    engine: str
    lead_stamp: datetime | None = None
    lead_owner_id: str | None = None
    lead_account_id: str | None = None
    link_account_id: str | None = Field(default=None, index=True)
    alert: str
    trace: str


class TurnRow(LedgerTable, table=True):
    """How many turns a person has had in a pool (G09)."""

    __tablename__ = "rotation_turn"

    pool: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, max_length=18)
    turns: int
    at: datetime


class GivenRow(LedgerTable, table=True):
    """A lead that was given by rotation: to whom, out of which pool, and when. Of a lead the last time counts."""

    __tablename__ = "given_lead"

    lead_id: str = Field(primary_key=True, max_length=18)
    pool: str
    person_id: str = Field(max_length=18)
    at: datetime = Field(index=True)


class WriteRow(LedgerTable, table=True):
    """One write of the outbox. `seq` is its age; a lower `priority` goes first."""

    __tablename__ = "outbox"
    __table_args__ = (
        ForeignKeyConstraint(["lead_id", "decision_number"], ["decision.lead_id", "decision.number"]),
        Index(None, "state", "kind", "priority", "seq"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=64, unique=True)
    lead_id: str = Field(max_length=18, index=True)
    decision_number: int
    kind: str
    object_name: str
    values: str
    record_id: str | None = None
    unmodified_since: datetime | None = None
    priority: int
    state: str
    attempts: int
    recorded_at: datetime
    not_before: datetime | None = None
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    answer_code: str
    answer_text: str
    extra: str


class ReviewRow(LedgerTable, table=True):
    """A question for a person, one a pair of lead and account (RV1)."""

    __tablename__ = "review"

    lead_id: str = Field(primary_key=True, max_length=18)
    account_id: str = Field(primary_key=True, max_length=18)
    score: float
    why: str
    raised_at: datetime
    state: str = Field(index=True)


class AliasRow(LedgerTable, table=True):
    """Another name of a company, learnt from an accepted review or a person's link (R017).

    `account_id` is "named:" and the company where that is an entry of the named list without an account.
    """

    __tablename__ = "alias"

    name: str = Field(primary_key=True)
    account_id: str = Field(max_length=18)
    learnt_at: datetime


class ProfileRow(LedgerTable, table=True):
    """A company among the leads without an account (R061). `merged_into` when it proved to be another's part."""

    __tablename__ = "profile"

    id: int | None = Field(default=None, primary_key=True)
    made_at: datetime
    merged_into: int | None = Field(default=None, index=True)
    merged_at: datetime | None = None
    merged_because: str | None = None  # the joining pair of keys and its reason, as JSON


class ProfileKeyRow(LedgerTable, table=True):
    """What belongs to a profile: a domain, a name or a lead; since when, beside which key, and why."""

    __tablename__ = "profile_key"

    key: str = Field(primary_key=True)
    profile_id: int = Field(index=True)
    joined_at: datetime
    beside: str
    why: str


class ProfileWordRow(LedgerTable, table=True):
    """What a person said of two keys: one company (`apart` false), or never (`apart` true). It outlives all."""

    __tablename__ = "profile_word"

    left: str = Field(primary_key=True)
    right: str = Field(primary_key=True)
    apart: bool
    said_at: datetime


class SuspendedRow(LedgerTable, table=True):
    """A person the org refused as owner: no lead goes there until the mirror confirms or the time is over."""

    __tablename__ = "suspended_person"

    person_id: str = Field(primary_key=True, max_length=18)
    since: datetime
    until: datetime


class ParkedRow(LedgerTable, table=True):
    """A kind of write the org does not let us make at all; tried again after `until`."""

    __tablename__ = "parked_kind"

    kind: str = Field(primary_key=True)
    since: datetime
    until: datetime
    code: str
    words: str


class AnewRow(LedgerTable, table=True):
    """A lead whose decision lost its footing before it was written: it is to be decided anew."""

    __tablename__ = "decide_anew"

    lead_id: str = Field(primary_key=True, max_length=18)
    decision_number: int
    why: str
    at: datetime


class SlaClockRow(LedgerTable, table=True):
    """How long the owner of a lead has for a first reply (R085, R152)."""

    __tablename__ = "sla_clock"

    lead_id: str = Field(primary_key=True, max_length=18)
    decision_number: int
    owner_id: str = Field(max_length=18)
    executive: bool
    started_at: datetime = Field(index=True)
    remind_at: datetime
    due_at: datetime
    passes_at: datetime
    status_was: str
    activity_was: str
    passed_on: int
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    stopped_at: datetime | None = Field(default=None, index=True)
    stopped_because: str


class NoteRow(LedgerTable, table=True):
    """Single values: the file's form, the org it belongs to, a pause in sending."""

    __tablename__ = "note"

    name: str = Field(primary_key=True)
    value: str
    at: datetime


def _table(name: str) -> Table:
    return LedgerTable.metadata.tables[name]


DECISION = _table("decision")
TURN = _table("rotation_turn")
GIVEN = _table("given_lead")
OUTBOX = _table("outbox")
REVIEW = _table("review")
ALIAS = _table("alias")
PROFILE = _table("profile")
PROFILE_KEY = _table("profile_key")
PROFILE_WORD = _table("profile_word")
SUSPENDED = _table("suspended_person")
PARKED = _table("parked_kind")
ANEW = _table("decide_anew")
SLA_CLOCK = _table("sla_clock")
NOTE = _table("note")
