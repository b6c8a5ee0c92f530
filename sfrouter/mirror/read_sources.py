"""Looks up when each source last brought a lead, and how long it is usually silent: for the alarm of silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from sfrouter.mirror.read import Reading
from sfrouter.mirror.tables import LeadRow, table_of

_LEAD = table_of(LeadRow)
ENOUGH = 5  # leads from which a source is one; fewer are a word somebody typed
OTHER = "other"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFlow:
    """One source of leads in a stretch of time. `longest_gap` lies between two of its leads: its usual silence.

    `days`: on how many days (UTC) it brought leads; `span`: from its first lead to its last.
    """

    source: str
    leads: int
    last_at: datetime
    longest_gap: timedelta
    days: int
    span: timedelta


class SourceReading(Reading):
    """What the house asks about where leads come from."""

    def source_flows(self, since: datetime) -> tuple[SourceFlow, ...]:
        """The sources of the leads created since a moment; what brought hardly any counts as "other"."""
        query = select(_LEAD.c.source, _LEAD.c.created_at).where(
            _LEAD.c.created_at >= since, _LEAD.c.deleted.is_(False)
        )
        moments: dict[str, list[datetime]] = {}
        for row in self._rows(query):
            moments.setdefault(row["source"][:LONGEST_NAME], []).append(row["created_at"])
        rare = [name for name, found in moments.items() if len(found) < ENOUGH]
        for name in rare:
            moments.setdefault(OTHER, []).extend(moments.pop(name) if name != OTHER else ())
        return tuple(flow_of(name, sorted(found)) for name, found in sorted(moments.items()) if found)


def flow_of(name: str, moments: list[datetime]) -> SourceFlow:
    """What the moments of a source's leads, the oldest first and at least one, say about it."""
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    longest = max(gaps, default=timedelta(0))
    return SourceFlow(
        source=name, leads=len(moments), last_at=moments[-1], longest_gap=longest,
        days=len({moment.date() for moment in moments}), span=moments[-1] - moments[0],
    )  # fmt: skip
