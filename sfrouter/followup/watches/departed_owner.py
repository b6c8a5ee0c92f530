"""Sees to it that no open lead stays with somebody who has left.

When: a routed lead is still open, and its owner is no longer active.
Then: it is reported once (`action: report`), or passed on once through the departed chain (`reassign`):
    successor, managers, then whoever is next in the territory. What a person chose after the departure stays,
    and what was changed three times within a day just before it was passed on: that is reported.
Why: R099, R095: a lead of a leaver is answered by nobody. Competitors' leads are nobody's hurry.
"""

from datetime import datetime
from typing import ClassVar, Literal

from sfrouter.followup.watch import Subject, Watch
from sfrouter.model.follow import Act, Action

COMPETITOR = "competitor"


class DepartedOwner(Watch):
    """Section 7, for leads that were routed before their owner left."""

    ids: ClassVar[tuple[str, ...]] = ("R099", "R095")

    action: Literal["report", "reassign"] = "report"

    def look(self, subject: Subject, now: datetime) -> Action | None:
        """Report or pass on; whether that was done before is not asked here."""
        lead, owner, left_at = subject.lead, subject.owner, subject.left_at
        if lead is None or lead.deleted or lead.converted or lead.closed_lost or left_at is None:
            return None
        if owner is None or owner.active or lead.owner_id != owner.id or subject.rule == COMPETITOR:
            return None
        ours = subject.by_router or lead.modified_at <= left_at  # nobody can have chosen him since he left
        act = Act.HAND_ON if self.action == "reassign" and ours and not subject.fought else Act.REPORT
        why = "the owner can own no leads" if owner.barred else "the owner has left"
        return Action(lead_id=lead.id, act=act, why=why, ids=self.ids)
