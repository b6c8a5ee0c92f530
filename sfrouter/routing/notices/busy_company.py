"""Tells the owner once when a company sends several leads in a short time.

When: with this lead a company has sent `leads` leads within `window_minutes`, both ends included.
Then: the owner gets one Task of its own for the whole burst, not one a lead, whichever lead is seen first.
Why: R084, C19: three leads of one company within two hours are one conversation.
"""

from collections.abc import Sequence
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
        mine = dossier.lead.created_at
        others = {lead.id: lead.created_at for lead in dossier.recent_leads if lead.id != dossier.lead.id}
        told = [moment for lead_id, moment in others.items() if lead_id in dossier.alerted]
        if not raises(mine, list(others.values()), told, self.leads, window):
            return ()
        words = say(
            "task.busy_company", company=company(dossier), count=self.leads, window=_span(self.window_minutes)
        )
        return (Telling(person_id=owner.id, words=words, ids=("R084",), high=True),)


def raised(moments: Sequence[datetime], count: int, window: timedelta) -> list[int]:
    """With which of a company's leads, decided one by one in this order, the alarm is raised: their places."""
    places: list[int] = []
    for place, mine in enumerate(moments):
        told = [moments[one] for one in places]
        if raises(mine, moments[:place], told, count, window):
            places.append(place)
    return places


def raises(
    mine: datetime, others: Sequence[datetime], told: Sequence[datetime], count: int, window: timedelta
) -> bool:
    """Does a lead of this moment raise the alarm? `told` are those of the others with which it was raised."""
    moments = sorted((*others, mine))
    return _full(moments, mine, count, window) and not any(
        _holds(one, mine, moments, count, window) for one in told
    )


def _full(moments: Sequence[datetime], mine: datetime, count: int, window: timedelta) -> bool:
    """Do so many leads, in their order and this one among them, lie within one window?

    It need not be the last of them: a lead may come into sight after later ones were decided.
    """
    near = [one for one in moments if abs(one - mine) <= window]
    spans = zip(near, near[count - 1 :], strict=False)
    return any(first <= mine <= last and last - first <= window for first, last in spans)


def _holds(told: datetime, mine: datetime, moments: Sequence[datetime], count: int, window: timedelta) -> bool:
    """Does the alarm that was raised with the lead of a moment hold for this one too?

    It holds for a whole window from the lead that filled the count, which may be later than the one it was
    raised with, and for leads of the same burst that come into sight afterwards.
    """
    before = sum(1 for one in moments if told - window <= one < told)
    after = [one for one in moments if told < one <= told + window]
    missing = count - 1 - before
    filled = after[min(missing, len(after)) - 1] if missing > 0 and after else told
    return told - window <= mine <= filled + window


def _span(minutes: int) -> Phrase:
    if minutes % 60:
        return say("minutes", count=minutes)
    return say("hour") if minutes == 60 else say("hours", count=minutes // 60)
