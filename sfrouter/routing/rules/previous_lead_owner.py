"""A company that once said no goes to the person who spoke with it then.

When: an earlier lead of the same company was closed as lost, less than `max_age_months` calendar months ago
    when that is set (the day they are over is too late, as at place 5), and the account has not churned.
Then: the owner of the newest such lead: the mapped previous owner, else the owner the lead still has, else (where
    a queue or the router has it) the last person in the org's own owner history.
Why: R048. C15: a mapped previous owner who left has no heirs here, and the lead goes on down.
"""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from pydantic import Field

from sfrouter.model.dossier import Dossier
from sfrouter.model.ids import is_user
from sfrouter.model.records import Lead, Relationship
from sfrouter.routing.calendar_months import add_months
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Claim, Heirs, Pass, Role, Rule, Verdict, Wanted


class PreviousLeadOwner(Rule):
    """Place 8."""

    place: ClassVar[str] = "8"
    ids: ClassVar[tuple[str, ...]] = ("R048", "C15")
    needs: ClassVar[tuple[str, ...]] = ("lead.closed_lost",)
    reads: ClassVar[tuple[str, ...]] = (
        "lead.previous_owner_id", "lead.company", "lead.email", "account.relationship",
    )  # fmt: skip

    max_age_months: int | None = Field(default=None, ge=1, le=600)  # None: any age

    def decide(self, dossier: Dossier) -> Verdict:
        """The newest closed-lost lead first."""
        account = dossier.account
        if account is not None and account.relationship is Relationship.CHURNED:
            return Pass(words=say("lost.churned", account=account.name))
        if not dossier.lost_leads:
            return Pass(words=say("lost.none"))
        young = [lead for lead in dossier.lost_leads if self._young(lead, dossier.today)]
        if not young:
            return Pass(words=say("lost.old", count=len(dossier.lost_leads), months=self.max_age_months))
        wanted = tuple(_wanted(young, dossier))
        if not wanted:
            return Pass(words=say("lost.no_person", count=len(young)))
        company = account.name if account else young[0].company
        words = say("lost.yes", company=company or say("unnamed"), day=young[0].created_at.date())
        return Claim(wanted=wanted, words=words, ids=("R048",))

    def _young(self, lead: Lead, today: date) -> bool:
        """A lead's last change is the nearest the org keeps to the day it was closed."""
        if self.max_age_months is None:
            return True
        return today < add_months(lead.modified_at.date(), self.max_age_months)


def _wanted(leads: list[Lead], dossier: Dossier) -> Iterator[Wanted]:
    for lead in leads:
        if lead.previous_owner_id is not None:
            yield Wanted(role=Role.LEAD_OWNER, record_id=lead.previous_owner_id, heirs=Heirs.NONE, ids=("C15",))
            return  # C15: if he has left, no older lead is asked
        if lead.id in dossier.recorded_owners:  # a queue or the router has it now
            if recorded := dossier.recorded_owners[lead.id]:
                yield Wanted(role=Role.LEAD_OWNER, record_id=recorded, ids=("C15",))
        elif lead.owner_id is not None and is_user(lead.owner_id) and lead.owner_id not in dossier.intake_ids:
            yield Wanted(role=Role.LEAD_OWNER, record_id=lead.owner_id)
