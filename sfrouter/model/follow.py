"""What runs after a lead has its owner: the clock of its first reply, and what a watch wants done about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClock:
    """How long the owner of a lead has for a first reply. `due_at` counts from the lead's creation (R085).

    `passes_at` is when the lead may be passed on: an owner who got it late has his full time first. `status_was`
    and `activity_was` are the lead's when the clock began: another value is an answer (R152).
    """

    lead_id: str
    decision_number: int
    owner_id: str
    executive: bool
    started_at: datetime
    remind_at: datetime
    due_at: datetime
    passes_at: datetime
    status_was: str = ""
    activity_was: str = ""
    passed_on: int = 0  # how often the lead went to somebody else for want of a reply
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_because: str = ""

    def late(self, now: datetime) -> bool:
        """Is, or was, the reply overdue?"""
        return (self.stopped_at or now) > self.due_at


class Act(StrEnum):
    """What a watch can want."""

    STOP = "stop"  # somebody answered, or there is nothing to answer any more
    REMIND = "remind"
    HAND_ON = "hand_on"
    ESCALATE = "escalate"
    REPORT = "report"  # an operator should know


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do about one lead, and why, for log and trace."""

    lead_id: str
    act: Act
    why: str
    ids: tuple[str, ...] = ()
