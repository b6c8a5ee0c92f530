"""A lead that cannot be decided: something fails on it, so it waits, and all others go on without it (L3)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Why a lead waits, without its data. `rule` is the one that fails on it, "" when it was something else."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLead:
    """The same, kept: which lead, and since when."""

    lead_id: str
    stuck: Stuck
    since: datetime
