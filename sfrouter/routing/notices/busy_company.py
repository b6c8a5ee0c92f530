"""Tells the owner once when a company sends several leads in a short time.

When: with this lead a company has sent `leads` leads within `window_minutes`, both ends included.
Then: the owner gets one Task of its own for the whole burst, not one a lead.
Why: R084, C19: three leads of one company within two hours are one conversation.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import Field

from sfrouter.model.assignment import OwnerKind
from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import Phrase, say
from sfrouter.routing.notice import NoticePart, Telling, company
from sfrouter.routing.ruling import Ruling


class BusyCompany(NoticePart):
    """Section 10, R084."""

    ids: ClassVar[tuple[str, ...]] = ("R084", "C19")
    own_task: ClassVar[bool] = True

    leads: int = Field(default=3, ge=2, le=100)
    window_minutes: int = Field(default=120, ge=1, le=7 * 24 * 60)

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The owner, if this lead is the one that fills the count."""
        owner = ruling.owner
        if owner is None or owner.kind is not OwnerKind.PERSON:
            return ()
        window = timedelta(minutes=self.window_minutes)
        earlier = {lead.id: lead.created_at for lead in dossier.recent_leads if lead.id != dossier.lead.id}
        moments = sorted(moment for moment in earlier.values() if moment <= dossier.lead.created_at)
        if not rings([*moments, dossier.lead.created_at], self.leads, window):
            return ()
        words = say(
            "task.busy_company", company=company(dossier), count=self.leads, window=_span(self.window_minutes)
        )
        return (Telling(person_id=owner.id, words=words, ids=("R084",), high=True),)


def rings(moments: list[datetime], count: int, window: timedelta) -> bool:
    """Does the last of these leads, in their order, raise the alarm?

    An alarm holds for its whole window: further leads of the same burst stay quiet.
    """
    rung: datetime | None = None
    rang = False
    for place, moment in enumerate(moments):
        inside = sum(1 for other in moments[: place + 1] if moment - other <= window)
        rang = inside >= count and (rung is None or moment - rung > window)
        rung = moment if rang else rung
    return rang


def _span(minutes: int) -> Phrase:
    if minutes % 60:
        return say("minutes", count=minutes)
    return say("hour") if minutes == 60 else say("hours", count=minutes // 60)
