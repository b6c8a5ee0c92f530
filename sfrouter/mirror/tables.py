"""The tables of the mirror: the org's records in our words for the columns, with the org's own values in them.

A column of several values, a checkbox or a picklist keeps the org's values as they came, as a list: what they
mean is looked up in the mapping when the row is read, so a changed word needs no refill. `convert` comes first.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from sfrouter.mirror.columns import amount_column, extra_column, values_column

SCHEMA_VERSION = 12
"""Raised with every change of a table. A mirror of another version is thrown away and filled again."""

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_REGISTRY = registry(metadata=MetaData(naming_convention=_NAMES))
METADATA = _REGISTRY.metadata


class MirrorTable(SQLModel, registry=_REGISTRY):
    """The mirror's own family of tables, apart from every other database of the house."""


class Row(MirrorTable):
    """What every mirrored record carries besides the org's values.

    `digest` tells a changed row from the same one read again: two changes within one second share a stamp.
    `read_at` is the org's time at the start of the query that brought the row. `absent` counts the id sweeps
    that missed it. `change` is the mirror's own change number, for those who follow along.
    """

    id: str = Field(primary_key=True)
    stamp: datetime | None = Field(default=None)
    deleted: bool = Field(default=False)
    digest: str = ""
    read_at: datetime
    absent: int = 0
    change: int = 0


class UserRow(Row, table=True):
    """A user, active or gone."""

    __tablename__ = "user"
    name: str = ""
    email: str = ""
    active: list[Any] = values_column()
    licensed: list[Any] = values_column()
    manager_id: str | None = None
    successor_id: str | None = None
    time_zone: str = ""
    language: str = ""
    title: str = ""
    department: str = ""
    away: list[Any] = values_column()
    away_from: date | None = None
    away_until: date | None = None
    modified_at: datetime | None = None
    extra: dict[str, Any] = extra_column()


class UserLoginRow(Row, table=True):
    """A login that is frozen; the others are not kept."""

    __tablename__ = "user_login"
    user_id: str | None = None
    frozen: list[Any] = values_column()


class QueueRow(Row, table=True):
    """A queue. `takes_leads` comes from the org's list of what each queue may own."""

    __tablename__ = "queue"
    name: str = ""
    developer_name: str = ""
    kind: list[Any] = values_column()
    takes_leads: bool = True


class AccountRow(Row, table=True):
    """A company. `company_key` is its normalised name, for look-ups.

    The `search_` columns hold what matching makes of names, domains and place (its `Prepared`), so that its
    index is made from them without normalising a million names again.
    """

    __tablename__ = "account"
    change: int = Field(default=0, index=True)
    name: str = ""
    owner_id: str | None = None
    parent_id: str | None = None
    domains: list[Any] = values_column()
    other_names: list[Any] = values_column()
    relationship: list[Any] = values_column()
    competitor: list[Any] = values_column()
    partner_kind: list[Any] = values_column()
    partner_owner_id: str | None = None
    partner_manager_id: str | None = None
    strategic: list[Any] = values_column()
    strategic_owner_id: str | None = None
    named: list[Any] = values_column()
    named_owner_id: str | None = None
    churned_on: date | None = None
    previous_owner_id: str | None = None
    segment: list[Any] = values_column()
    contract_value: Decimal | None = amount_column()
    currency: str = ""
    account_manager_id: str | None = None
    customer_success_id: str | None = None
    health_low: list[Any] = values_column()
    products: list[Any] = values_column()
    auto_created: list[Any] = values_column()
    person: list[Any] = values_column()
    country: str = ""
    state: str = ""
    city: str = ""
    created_at: datetime | None = None
    last_activity_on: date | None = None
    modified_at: datetime | None = None
    merged_into_id: str | None = None
    extra: dict[str, Any] = extra_column()
    company_key: str = Field(default="", index=True)
    search_words: str = ""
    search_domains: str = ""
    search_country: str = ""
    search_city: str = ""
    search_marks: bytes = b""


class OpportunityRow(Row, table=True):
    """A deal. Where the org says `closed` with a plain checkbox, only open deals are kept."""

    __tablename__ = "opportunity"
    account_id: str | None = Field(default=None, index=True)
    owner_id: str | None = None
    name: str = ""
    closed: list[Any] = values_column()
    won: list[Any] = values_column()
    amount: Decimal | None = amount_column()
    currency: str = ""
    created_at: datetime | None = None
    last_activity_on: date | None = None
    modified_at: datetime | None = None
    extra: dict[str, Any] = extra_column()


class CaseRow(Row, table=True):
    """A support case, kept while it is open (as deals are)."""

    __tablename__ = "case"
    account_id: str | None = Field(default=None, index=True)
    closed: list[Any] = values_column()
    created_at: datetime | None = None
    extra: dict[str, Any] = extra_column()


class ContactRow(Row, table=True):
    """A person known at an account: the account and, as `email`, a keyed hash of the address. No more is kept."""

    __tablename__ = "contact"
    account_id: str | None = Field(default=None, index=True)
    email: str = Field(default="", index=True)


class TeamMemberRow(Row, table=True):
    """One person's part in an account's team."""

    __tablename__ = "team_member"
    account_id: str | None = Field(default=None, index=True)
    person_id: str | None = None
    role: list[Any] = values_column()


class LeadRow(Row, table=True):
    """A lead. `email` is in lower case; `email_domain` is the company's registrable domain, "" for free mail.

    The address itself is kept: the policy's conditions look at it, and a new free-mail list is held against it.
    """

    __tablename__ = "lead"
    owner_id: str | None = Field(default=None, index=True)
    created_at: datetime
    modified_at: datetime
    modified_by_id: str | None = None
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = Field(default="", index=True)
    website: str = ""
    title: str = ""
    country: str = ""
    state: str = ""
    city: str = ""
    postal_code: str = ""
    industry: str = ""
    source: str = ""
    status: str = ""
    department: str = ""
    seniority: str = ""
    phone: str = ""
    product: str = ""
    language: str = ""
    ip: str = ""
    converted: list[Any] = values_column()
    converted_account_id: str | None = Field(default=None, index=True)
    merged_into_id: str | None = None
    account_id: str | None = Field(default=None, index=True)
    previous_owner_id: str | None = None
    closed_lost: list[Any] = values_column()
    extra: dict[str, Any] = extra_column()
    email_domain: str = Field(default="", index=True)
    company_key: str = Field(default="", index=True)
    first_owner_id: str | None = None  # as first read into this file; the ledger keeps it for good (L02)
    meets_condition: bool = Field(default=False, index=True)  # the intake's; False until the org was asked (L01)


class OwnerHistoryRow(MirrorTable, table=True):
    """Who had a record before its owner of today, by the org's own history (C15); "" when it names nobody.

    `stamp` is that of the record when it was asked about.
    """

    __tablename__ = "owner_history"
    record_id: str = Field(primary_key=True)
    stamp: datetime | None = None
    owner_id: str = ""
    read_at: datetime


class OrganizationRow(Row, table=True):
    """The org itself: one row."""

    __tablename__ = "organization"
    name: str = ""
    time_zone: str = ""
    language: str = ""
    currency: str = ""
    sandbox: list[Any] = values_column()
    edition: str = ""


class PullState(MirrorTable, table=True):
    """How far one noun has been read. See `watermark`."""

    __tablename__ = "pull_state"
    noun: str = Field(primary_key=True)
    object_name: str
    signature: str
    floor: datetime | None = None
    covered: datetime | None = None
    load_started: datetime | None = None
    resume_from: datetime | None = None
    pulled_at: datetime | None = None
    swept_at: datetime | None = None


class Unreadable(MirrorTable, table=True):
    """A record of the org that could not be understood: which, and the field that is at fault."""

    __tablename__ = "unreadable"
    noun: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    field: str
    seen_at: datetime


class GapRow(MirrorTable, table=True):
    """A mapped field (`name` "": all) that our user cannot see; `back`: it can again, and is read in full."""

    __tablename__ = "gap"
    noun: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    api: str
    since: datetime
    back: bool = False


class Fact(MirrorTable, table=True):
    """Single facts about the mirror: its change number, the version of its search keys."""

    __tablename__ = "fact"
    name: str = Field(primary_key=True)
    value: str


ROWS: dict[str, type[Row]] = {
    "organization": OrganizationRow,
    "user": UserRow,
    "user_login": UserLoginRow,
    "queue": QueueRow,
    "account": AccountRow,
    "opportunity": OpportunityRow,
    "contact": ContactRow,
    "case": CaseRow,
    "team_member": TeamMemberRow,
    "lead": LeadRow,
}
"""Every mirrored noun, in the order in which they are read: owners first, leads last."""


def table_of(row: type[MirrorTable]) -> Table:
    """The table behind a row class, for statements on many rows."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table
