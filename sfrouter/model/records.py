"""What the org says, in the house's own words: users, queues, accounts, opportunities, leads, cases, teams.

Ids are 18 characters; times are aware and in UTC; a missing text is an empty string, a missing reference,
date or amount is None. `extra` holds every further mapped field by the name the mapping gives it.
Words such as `relationship` come out of the mapping (routing handbook, section 13): nothing is guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

Value = str | int | float | bool | Decimal | date | datetime | None
NOTHING: Mapping[str, Value] = MappingProxyType({})


class Relationship(StrEnum):
    """What an account is to us."""

    CUSTOMER = "customer"
    CHURNED = "churned"
    PROSPECT = "prospect"


class PartnerKind(StrEnum):
    """How a partner stands to an account (R114, R121-R123); of several kinds the first of these counts (C23)."""

    COMPANY = "company"  # the account itself is a reseller, technology or referral partner
    SOURCED = "sourced"  # a partner brought the account
    MANAGED = "managed"  # a partner looks after the account
    INVOLVED = "involved"  # sold directly, a partner has a part in it


class Segment(StrEnum):
    """How large an account is."""

    SMB = "smb"
    MID_MARKET = "mid_market"
    ENTERPRISE = "enterprise"


class TeamRole(StrEnum):
    """What a person does for an account besides owning it."""

    ACCOUNT_MANAGER = "account_manager"
    ACCOUNT_EXECUTIVE = "account_executive"
    CUSTOMER_SUCCESS = "customer_success"
    SALES_ENGINEER = "sales_engineer"
    PARTNER_MANAGER = "partner_manager"
    OTHER = "other"


class Barred(StrEnum):
    """Why somebody who works here can own no lead all the same."""

    UNLICENSED = "unlicensed"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the org, active or gone. Only who is `active` can own a lead or be told by a Task (I3)."""

    id: str
    name: str
    email: str = ""
    active: bool = True
    barred: Barred | None = None  # why he is not active, if he did not leave
    manager_id: str | None = None
    successor_id: str | None = None
    time_zone: str = ""
    language: str = ""
    title: str = ""
    department: str = ""
    away: bool = False  # out of office now; until when, `away_until` may say
    away_from: date | None = None
    away_until: date | None = None  # the last day
    extra: Mapping[str, Value] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue and whether it may own leads."""

    id: str
    name: str
    developer_name: str = ""
    takes_leads: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company the org knows. `domains` are its mapped domain fields and website as the org spells them;
    `other_names` its name in kana or Latin letters, its trading name, as far as they are mapped."""

    id: str
    name: str
    owner_id: str | None = None
    parent_id: str | None = None
    domains: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    relationship: Relationship | None = None
    competitor: bool = False
    partner_kind: PartnerKind | None = None
    partner_owner_id: str | None = None  # partner user or partner queue
    partner_manager_id: str | None = None
    strategic: bool = False
    strategic_owner_id: str | None = None
    named: bool = False
    named_owner_id: str | None = None
    churned_on: date | None = None
    previous_owner_id: str | None = None
    segment: Segment | None = None
    contract_value: Decimal | None = None
    currency: str = ""
    account_manager_id: str | None = None
    customer_success_id: str | None = None
    health_low: bool = False
    products: tuple[str, ...] = ()
    auto_created: bool = False
    person: bool = False  # a person account: a private customer, no company
    country: str = ""
    state: str = ""
    city: str = ""
    created_at: datetime | None = None
    last_activity_on: date | None = None
    modified_at: datetime | None = None
    extra: Mapping[str, Value] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A deal on an account."""

    id: str
    account_id: str | None
    owner_id: str | None
    name: str = ""
    closed: bool = False
    won: bool = False
    amount: Decimal | None = None
    currency: str = ""
    created_at: datetime | None = None
    last_activity_on: date | None = None
    modified_at: datetime | None = None
    extra: Mapping[str, Value] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A support case of an account."""

    id: str
    account_id: str | None
    closed: bool = False
    created_at: datetime | None = None
    extra: Mapping[str, Value] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person known at an account (D02); no more of him is kept than tells the account."""

    id: str
    account_id: str | None
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """One person's part in an account's team."""

    id: str
    account_id: str
    person_id: str
    role: TeamRole = TeamRole.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A lead as the org holds it. `owner_id` may be a queue. `modified_at` is the condition of a write."""

    id: str
    owner_id: str | None
    created_at: datetime
    modified_at: datetime  # last change by anybody, as the org's HTTP conditions see it
    stamp: datetime  # SystemModstamp: last change of any kind
    modified_by_id: str | None = None
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
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
    seniority: str = ""  # by the title, where the org has no value of its own (base/job_titles.py)
    phone: str = ""
    product: str = ""
    language: str = ""
    ip: str = ""
    converted: bool = False
    converted_account_id: str | None = None
    deleted: bool = False
    account_id: str | None = None  # the account link, a mapped lookup field
    previous_owner_id: str | None = None
    closed_lost: bool = False
    extra: Mapping[str, Value] = field(default_factory=lambda: NOTHING)
