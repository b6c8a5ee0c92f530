"""A small company of people, queues and accounts for the tests of the routing room."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sfrouter.model.dossier import Directory, Dossier
from sfrouter.model.evidence import NO_MATCH, Band, Match
from sfrouter.model.ids import to_18
from sfrouter.model.records import Account, Case, Lead, Opportunity, Person, Queue, TeamMember, TeamRole

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def user_id(number: int) -> str:
    """The id of the user with this number."""
    return to_18(f"005{number:012}")


def record_id(prefix: str, number: int) -> str:
    """An id of any kind."""
    return to_18(f"{prefix}{number:012}")


INTAKE = Queue(id=record_id("00G", 1), name="Intake")
RIVALS = Queue(id=record_id("00G", 2), name="Competitor Leads")
PARTNERS = Queue(id=record_id("00G", 3), name="Partners")
CLOSED = Queue(id=record_id("00G", 4), name="Cases only", takes_leads=False)
QUEUES = (INTAKE, RIVALS, PARTNERS, CLOSED)


def person(number: int, name: str = "", **values: Any) -> Person:
    """A user; active unless said otherwise."""
    shown = name or f"Person {number}"
    return Person(id=user_id(number), name=shown, email=f"p{number}@ours.example", **values)


def directory(people: Iterable[Person], successors: dict[str, str] | None = None) -> Directory:
    """These people, and the four queues."""
    return Directory(
        people={one.id: one for one in people}, queues={one.id: one for one in QUEUES}, successors=successors or {}
    )


def account(number: int = 1, **values: Any) -> Account:
    """An account called Acme unless said otherwise."""
    return Account(**{"id": record_id("001", number), "name": "Acme", **values})


def lead(number: int = 1, **values: Any) -> Lead:
    """A lead in the intake, created at noon."""
    standard = {
        "id": record_id("00Q", number), "owner_id": INTAKE.id, "created_at": NOON, "modified_at": NOON,
        "stamp": NOON, "company": "Acme",
    }  # fmt: skip
    return Lead(**{**standard, **values})


def deal(number: int, owner_id: str | None, **values: Any) -> Opportunity:
    """An open opportunity."""
    return Opportunity(id=record_id("006", number), account_id=record_id("001", 1), owner_id=owner_id, **values)


def case(number: int = 1, *, closed: bool = False) -> Case:
    """A support case."""
    return Case(id=record_id("500", number), account_id=record_id("001", 1), closed=closed)


def member(number: int, person_id: str, role: TeamRole) -> TeamMember:
    """A part in the account's team."""
    return TeamMember(id=record_id("01M", number), account_id=record_id("001", 1), person_id=person_id, role=role)


def dossier(people: Iterable[Person], **values: Any) -> Dossier:
    """The evidence around a lead; with an `account` the match is automatic."""
    matched = values.get("account")
    match = Match(band=Band.AUTO, account_id=matched.id, score=100) if matched else NO_MATCH
    standard = {
        "lead": lead(), "match": match, "directory": directory(people), "now": NOON, "today": TODAY,
        "intake_ids": frozenset({INTAKE.id}),
    }  # fmt: skip
    return Dossier(**{**standard, **values})
