"""What must be written to the org, and how far it got. No write leaves the house that is not stored first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class WriteKind(StrEnum):
    """The steps: an account of a new company, the lead's owner and link, then the Tasks of a confirmed owner.

    Last the removal of an account that a person takes back, once no lead is linked to it any more.
    """

    ACCOUNT = "account"
    LEAD = "lead"
    TASK = "task"
    REMOVAL = "removal"


OF_A_COMPANY = frozenset({WriteKind.ACCOUNT, WriteKind.REMOVAL})
"""Writes that belong to a company: a newer decision on the lead they are kept with does not end them."""


class WriteState(StrEnum):
    """The life of a write. `sending` found at start-up is `unknown`: it is read back, never blindly repeated."""

    WAITING = "waiting"  # a Task whose lead's owner is not confirmed yet
    PENDING = "pending"  # may be sent
    SENDING = "sending"  # handed to the org, no answer yet
    UNKNOWN = "unknown"  # sent, and nobody knows whether the org took it
    DONE = "done"  # the org has it
    REFUSED = "refused"  # the org said no for good
    SUPERSEDED = "superseded"  # a person or a newer decision was first
    DEAD = "dead"  # given up: the lead was converted; shown in status


LIVE_STATES = frozenset({WriteState.WAITING, WriteState.PENDING, WriteState.SENDING, WriteState.UNKNOWN})
IN_EFFECT = frozenset({WriteState.DONE, *LIVE_STATES})
"""What was written, or is still to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One row of the outbox. `values` are API field names and values, as they go over the wire.

    `key` names this write for ever: derived from org, lead, decision number and action before the first try.
    `unmodified_since` is the condition of a lead write: the org refuses it when the lead has changed since.
    """

    key: str
    lead_id: str
    decision_number: int
    kind: WriteKind
    object_name: str
    values: Mapping[str, str | bool | None]
    record_id: str | None = None
    unmodified_since: datetime | None = None
    priority: int = 5  # 1 goes first, 9 last
    state: WriteState = WriteState.PENDING
    attempts: int = 0
    not_before: datetime | None = None
    sent_at: datetime | None = None
    answer_code: str = ""
    answer_text: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
