"""What a mapping may say: every object and every field the router knows, in the router's own words.

The names of an org's own objects and fields stand nowhere here: they come from `fields.yaml`. A field's
`words` are the answers the router understands ("customer"), which the mapping translates into the org's values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sfrouter.model.records import PartnerKind, Relationship, Segment, TeamRole

YES = "yes"


class Kind(StrEnum):
    """What sort of value a field holds; decides which org field types may stand behind it."""

    ID = "id"
    REFERENCE = "reference"
    TEXT = "text"
    TEXTS = "texts"  # several values: every mapped field is read, lists inside a field are split
    FLAG = "flag"  # a checkbox, or any field together with the word `yes`
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    WORD = "word"  # one of our words, translated from the org's values


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field in our words. `about` completes "this is ..." for an admin."""

    kind: Kind
    about: str
    must: bool = False
    words: tuple[str, ...] = ()
    written: bool = False  # the router changes it in the org
    read: bool = True  # it is part of what the mirror reads
    to: tuple[str, ...] = ()  # of a reference: the nouns it may lead to
    length: int = 0  # of a written text: the longest that is written


@dataclass(frozen=True, slots=True, kw_only=True)
class NounSpec:
    """One object in our words. `must`: the router cannot work without it."""

    fields: Mapping[str, FieldSpec]
    must: bool = True
    extra: bool = True  # further fields may be added by the admin
    created: bool = False  # the router creates rows of it


def _must(kind: Kind, about: str, *, written: bool = False, length: int = 0) -> FieldSpec:
    return FieldSpec(kind=kind, about=about, must=True, written=written, length=length)


def _may(kind: Kind, about: str) -> FieldSpec:
    return FieldSpec(kind=kind, about=about)


def _link(about: str, *to: str, must: bool = False, written: bool = False) -> FieldSpec:
    return FieldSpec(kind=Kind.REFERENCE, about=about, must=must, written=written, to=to)


def _flag(about: str) -> FieldSpec:
    return FieldSpec(kind=Kind.FLAG, about=about, words=(YES,))


def _word(about: str, words: tuple[str, ...], *, must: bool = False) -> FieldSpec:
    return FieldSpec(kind=Kind.WORD, about=about, words=words, must=must)


_ID = _must(Kind.ID, "the record's id")
_STAMP = _must(Kind.MOMENT, "the time of the last change of any kind")
_DELETED = _flag("whether the record is in the recycle bin")
_CREATED = _may(Kind.MOMENT, "the time it was created")
_MODIFIED = _may(Kind.MOMENT, "the time of the last change by anybody")
_MERGED = _link("the record that survived a merge")

_USER = {
    "id": _ID,
    "name": _must(Kind.TEXT, "the person's name"),
    "email": _must(Kind.TEXT, "the person's e-mail address"),
    "active": _must(Kind.FLAG, "whether the person still works here"),
    "licensed": _flag("whether the person's kind of user can own leads"),
    "manager_id": _link("the person's manager", "user"),
    "successor_id": _link("who takes over when the person has left", "user"),
    "time_zone": _may(Kind.TEXT, "the person's time zone"),
    "language": _may(Kind.TEXT, "the person's language"),
    "title": _may(Kind.TEXT, "the person's title"),
    "department": _may(Kind.TEXT, "the person's department"),
    "away": _flag("whether the person is out of office"),
    "away_from": _may(Kind.DATE, "the first day of the person's absence"),
    "away_until": _may(Kind.DATE, "the last day of the person's absence"),
    "modified_at": _MODIFIED,
    "stamp": _STAMP,
}

_USER_LOGIN = {
    "id": _ID,
    "user_id": _link("the person who signs in with it", "user", must=True),
    "frozen": _must(Kind.FLAG, "whether the login is frozen"),
}

_QUEUE = {
    "id": _ID,
    "name": _must(Kind.TEXT, "the queue's name"),
    "developer_name": _may(Kind.TEXT, "the queue's name for programs"),
    "kind": _word("what tells a queue from other groups", ("queue",), must=True),
    "stamp": _STAMP,
}

_QUEUE_OBJECT = {
    "id": _ID,
    "queue_id": _link("the queue", "queue", must=True),
    "object_name": _must(Kind.TEXT, "the object whose records the queue may own"),
    "stamp": _may(Kind.MOMENT, "the time of the last change of any kind"),
}

_ACCOUNT = {
    "id": _ID,
    "name": _must(Kind.TEXT, "the company's name"),
    "owner_id": _link("the account's owner", "user", must=True),
    "parent_id": _link("the parent company", "account"),
    "domains": _may(Kind.TEXTS, "the company's e-mail domains and website"),
    "other_names": _may(Kind.TEXTS, "the company's other names: in kana or Latin letters, its trading name"),
    "relationship": _word("what the company is to you", tuple(Relationship)),
    "competitor": _flag("whether the company is a competitor"),
    "partner_kind": _word("how a partner stands to the account", tuple(PartnerKind)),
    "partner_owner_id": _link("the partner's user or queue", "user", "queue"),
    "partner_manager_id": _link("the partner manager", "user"),
    "strategic": _flag("whether the account is strategic"),
    "strategic_owner_id": _link("who owns the strategic account", "user"),
    "named": _flag("whether the account is a named account"),
    "named_owner_id": _link("who owns the named account", "user"),
    "churned_on": _may(Kind.DATE, "the day the customer left"),
    "previous_owner_id": _link("who had the account before the customer left", "user"),
    "segment": _word("how large the company is", tuple(Segment)),
    "contract_value": _may(Kind.NUMBER, "the value of the contract"),
    "currency": _may(Kind.TEXT, "the currency of the contract value"),
    "account_manager_id": _link("the account manager", "user"),
    "customer_success_id": _link("the customer success manager", "user"),
    "health_low": _flag("whether the customer's health is low"),
    "products": _may(Kind.TEXTS, "the products the customer owns"),
    "auto_created": _flag("whether the router made the account"),
    "person": _flag("whether the account is a private person"),
    "text": FieldSpec(
        kind=Kind.TEXT,
        about="the description, where the router says why it made the account",
        written=True,
        read=False,
        length=32_000,
    ),
    "country": _may(Kind.TEXT, "the country"),
    "state": _may(Kind.TEXT, "the state or province"),
    "city": _may(Kind.TEXT, "the city"),
    "created_at": _CREATED,
    "last_activity_on": _may(Kind.DATE, "the day of the last activity"),
    "modified_at": _MODIFIED,
    "deleted": _DELETED,
    "merged_into_id": _MERGED,
    "stamp": _STAMP,
}

_OPPORTUNITY = {
    "id": _ID,
    "account_id": _link("the account the deal is with", "account", must=True),
    "owner_id": _link("the deal's owner", "user", must=True),
    "name": _may(Kind.TEXT, "the deal's name"),
    "closed": _must(Kind.FLAG, "whether the deal is closed"),
    "won": _may(Kind.FLAG, "whether the deal was won"),
    "amount": _may(Kind.NUMBER, "the amount"),
    "currency": _may(Kind.TEXT, "the currency of the amount"),
    "created_at": _CREATED,
    "last_activity_on": _may(Kind.DATE, "the day of the last activity"),
    "modified_at": _MODIFIED,
    "deleted": _DELETED,
    "stamp": _STAMP,
}

_LEAD = {
    "id": _ID,
    "owner_id": _link("the lead's owner, a person or a queue", "user", must=True, written=True),
    "created_at": _must(Kind.MOMENT, "the time the lead was created"),
    "modified_at": _must(Kind.MOMENT, "the time of the last change by anybody"),
    "stamp": _STAMP,
    "modified_by_id": _link("who changed the lead last", "user"),
    "first_name": _may(Kind.TEXT, "the first name"),
    "last_name": _may(Kind.TEXT, "the last name"),
    "company": _must(Kind.TEXT, "the company's name"),
    "email": _must(Kind.TEXT, "the e-mail address"),
    "website": _may(Kind.TEXT, "the company's website"),
    "title": _may(Kind.TEXT, "the person's title"),
    "country": _may(Kind.TEXT, "the country"),
    "state": _may(Kind.TEXT, "the state or province"),
    "city": _may(Kind.TEXT, "the city"),
    "postal_code": _may(Kind.TEXT, "the postal code"),
    "industry": _may(Kind.TEXT, "the industry"),
    "source": _may(Kind.TEXT, "where the lead came from"),
    "status": FieldSpec(kind=Kind.TEXT, about="the lead's status", words=("disqualified",), written=True),
    "priority": FieldSpec(
        kind=Kind.TEXT, about="the lead's priority", words=("hot", "high"), written=True, read=False
    ),
    "reason": FieldSpec(
        kind=Kind.TEXT, about="why the owner has the lead, in one line", written=True, read=False, length=255
    ),
    "department": _may(Kind.TEXT, "the person's department"),
    "seniority": _may(Kind.TEXT, "how high the person stands, worked out from the title where it is blank"),
    "phone": _may(Kind.TEXT, "the person's telephone number"),
    "product": _may(Kind.TEXT, "the product asked about"),
    "language": _may(Kind.TEXT, "the language"),
    "ip": _may(Kind.TEXT, "the network address the form was sent from"),
    "converted": _must(Kind.FLAG, "whether the lead is converted"),
    "converted_account_id": _link("the account it was converted to", "account"),
    "deleted": _DELETED,
    "merged_into_id": _MERGED,
    "account_id": _link("the account link: a lookup field to the account", "account", written=True),
    "previous_owner_id": _link("who had the lead before", "user"),
    "closed_lost": _flag("whether the lead was closed without success"),
}

_CONTACT = {
    "id": _ID,
    "account_id": _link("the account the person belongs to", "account", must=True),
    "email": _must(Kind.TEXT, "the person's e-mail address"),
    "deleted": _DELETED,
    "stamp": _STAMP,
}

_CASE = {
    "id": _ID,
    "account_id": _link("the account that asked for help", "account", must=True),
    "closed": _must(Kind.FLAG, "whether the case is closed"),
    "created_at": _CREATED,
    "deleted": _DELETED,
    "stamp": _STAMP,
}


def _history(about: str) -> Mapping[str, FieldSpec]:
    return {
        "id": _ID,
        "record_id": _link("the record that changed", about, must=True),
        "field": _word("which field changed", ("owner",), must=True),
        "old_value": _must(Kind.TEXT, "what it was before"),
        "created_at": _must(Kind.MOMENT, "the time of the change"),
    }


_TEAM_MEMBER = {
    "id": _ID,
    "account_id": _link("the account", "account", must=True),
    "person_id": _link("the person", "user", must=True),
    "role": _word("the person's part in the team", tuple(TeamRole), must=True),
    "stamp": _may(Kind.MOMENT, "the time of the last change of any kind"),
}

_TASK = {
    "id": _ID,
    "lead_id": _link("the lead the Task is about", "lead", must=True, written=True),
    "owner_id": _link("the person who is told", "user", must=True, written=True),
    "subject": _must(Kind.TEXT, "the one-line subject", written=True, length=255),
    "text": _must(Kind.TEXT, "the text", written=True, length=32_000),
    "due_on": _must(Kind.DATE, "the day it is due", written=True),
    "status": FieldSpec(kind=Kind.TEXT, about="the Task's status", must=True, words=("open",), written=True),
    "priority": FieldSpec(
        kind=Kind.TEXT, about="the Task's priority", must=True, words=("normal", "high"), written=True
    ),
    "reminder": FieldSpec(kind=Kind.FLAG, about="whether a reminder is shown", written=True),
    "reminder_at": FieldSpec(kind=Kind.MOMENT, about="the time of the reminder", written=True),
    "created_at": _must(Kind.MOMENT, "the time the Task was created"),
    "created_by_id": _link("who created the Task", "user"),
    "deleted": _DELETED,
}

_ORGANIZATION = {
    "id": _ID,
    "name": _may(Kind.TEXT, "the org's name"),
    "time_zone": _may(Kind.TEXT, "the org's time zone"),
    "language": _may(Kind.TEXT, "the org's language"),
    "sandbox": _may(Kind.FLAG, "whether the org is a sandbox"),
    "edition": _may(Kind.TEXT, "the org's edition"),
}


def _noun(
    fields: Mapping[str, FieldSpec], *, must: bool = True, extra: bool = True, created: bool = False
) -> NounSpec:
    return NounSpec(fields=MappingProxyType(dict(fields)), must=must, extra=extra, created=created)


NOUNS: Mapping[str, NounSpec] = MappingProxyType(
    {
        "user": _noun(_USER),
        "user_login": _noun(_USER_LOGIN, must=False, extra=False),
        "queue": _noun(_QUEUE, extra=False),
        "queue_object": _noun(_QUEUE_OBJECT, extra=False),
        "account": _noun(_ACCOUNT),
        "opportunity": _noun(_OPPORTUNITY),
        "lead": _noun(_LEAD),
        "contact": _noun(_CONTACT, must=False, extra=False),
        "case": _noun(_CASE, must=False),
        "team_member": _noun(_TEAM_MEMBER, must=False, extra=False),
        "task": _noun(_TASK, extra=False, created=True),
        "lead_history": _noun(_history("lead"), must=False, extra=False),
        "account_history": _noun(_history("account"), must=False, extra=False),
        "organization": _noun(_ORGANIZATION, extra=False),
    }
)
WRITTEN_WORDS = frozenset({("lead", "status"), ("lead", "priority"), ("task", "status"), ("task", "priority")})
"""Fields whose words say what the router writes; what it reads there is the org's own text."""
