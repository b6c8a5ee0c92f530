"""Decisions and writes for the ledger's tests, with every field open to change."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sfrouter.model.assignment import Owner, OwnerKind, RotationMove
from sfrouter.model.decision import Decision, Notice, Outcome, Step
from sfrouter.model.evidence import Band, Match
from sfrouter.model.write import Write, WriteKind, WriteState

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LEAD = "00Q000000000001AAA"
SARAH = "005000000000001AAA"
BOB = "005000000000002AAA"
QUEUE = "00G000000000001AAA"
ACME = "001000000000001AAA"


def decision(lead_id: str = LEAD, number: int = 1, **changes: Any) -> Decision:
    """A decision that gives the lead to Sarah."""
    values: dict[str, Any] = {
        "lead_id": lead_id,
        "number": number,
        "at": NOON,
        "rule": "customer_owner",
        "place": "6",
        "ids": ("R046",),
        "reason": "Acme is a customer and Sarah owns it",
        "owner": Owner(id=SARAH, kind=OwnerKind.PERSON, name="Sarah"),
        "match": Match(band=Band.AUTO, account_id=ACME, score=100.0, words="same domain"),
        "steps": (Step(place="6", rule="customer_owner", outcome=Outcome.DECIDED, words="owner of Acme"),),
        "notices": (Notice(kind="new_owner", person_id=SARAH, subject="New lead", text="Please call"),),
        "link_account_id": ACME,
        "lead_owner_id": QUEUE,
        "policy_hash": "abc",
        "engine": "0.1.0",
    }
    return Decision(**{**values, **changes})


def move(pool: str, **turns: int) -> RotationMove:
    """A rotation move to these counters."""
    return RotationMove(pool=pool, person_id=SARAH, turns=MappingProxyType(turns))


def write(key: str, number: int = 1, kind: WriteKind = WriteKind.LEAD, **changes: Any) -> Write:
    """A write of a decision."""
    task = kind is WriteKind.TASK
    sent: Mapping[str, str | bool | None] = {"Subject": "New lead"} if task else {"OwnerId": SARAH}
    values: dict[str, Any] = {
        "key": key,
        "lead_id": LEAD,
        "decision_number": number,
        "kind": kind,
        "object_name": "Task" if task else "Lead",
        "values": sent,
        "record_id": None if task else LEAD,
        "unmodified_since": None if task else NOON,
        "state": WriteState.WAITING if task else WriteState.PENDING,
    }
    return Write(**{**values, **changes})
