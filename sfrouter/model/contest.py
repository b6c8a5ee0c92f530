"""A lead that another automation takes out of the hands we gave it into: whose, when, and how it came out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Who undid which owner of ours (F36). `by_id` is None when the org does not say who.

    `written_at` and `changed_at` are the org's times. `ended_because` is "" as long as it goes on: the lead is
    left alone until then.
    """

    lead_id: str
    decision_number: int
    wanted_id: str
    found_id: str | None
    by_id: str | None
    written_at: datetime
    changed_at: datetime
    why: str
    ended_because: str = ""
