"""A company that left us not long ago goes back to the person who knew it; later it counts as new.

When: the matched account has churned and has no open opportunity.
Then: within `months` calendar months of the churn date its previous owner, if still active; from the day the
    months are over (exactly six months included), or without a date or an owner, it counts as new and the lead
    goes on down. With `win_back_months` and `win_back_pool` a further window goes to the win-back pool.
Why: R101-R107: the old relationship helps for a while. C06: calendar months, clamped to the month's last day.
"""

from datetime import date
from typing import ClassVar, Self

from pydantic import Field, model_validator

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Account, Relationship
from sfrouter.routing.calendar_months import add_months
from sfrouter.routing.deals import ranked_opportunities
from sfrouter.routing.explain import say
from sfrouter.routing.kinds import kind_of
from sfrouter.routing.rule import Claim, Heirs, Pass, Role, Rule, ToDefault, Verdict, Wanted, unmatched


class ChurnedCustomer(Rule):
    """Place 5."""

    place: ClassVar[str] = "5"
    ids: ClassVar[tuple[str, ...]] = ("R101", "R102", "R103", "R104", "R105", "R106", "R107", "C06", "C07", "C15")
    needs: ClassVar[tuple[str, ...]] = ("account.relationship.churned", "account.churned_on")
    reads: ClassVar[tuple[str, ...]] = ("account.previous_owner_id", "opportunity")

    months: int = Field(default=6, ge=1, le=120)
    win_back_months: int = Field(default=0, ge=0, le=120)  # counted from the churn date; 0: off
    win_back_pool: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.win_back_months) != bool(self.win_back_pool):
            raise ValueError("win_back_months and win_back_pool are set together or not at all")
        if self.win_back_months and self.win_back_months <= self.months:
            raise ValueError("win_back_months counts from the churn date and must be more than months")
        return self

    def named_pools(self) -> tuple[str, ...]:
        """The win-back pool."""
        return (self.win_back_pool,) if self.win_back_pool else ()

    def decide(self, dossier: Dossier) -> Verdict:
        """By calendar months, today being the day in the org's time zone."""
        account = dossier.account
        if account is None:
            return unmatched()
        if account.relationship is not Relationship.CHURNED:
            return Pass(words=say("churned.no", account=account.name, relationship=kind_of(account)))
        if ranked_opportunities(dossier):
            return Pass(words=say("churned.opportunity", account=account.name), ids=("C07",))
        if account.churned_on is None:
            return Pass(words=say("churned.no_date", account=account.name), ids=("R101",))
        return self._by_date(account, account.churned_on, dossier)

    def _by_date(self, account: Account, churned_on: date, dossier: Dossier) -> Verdict:
        today = dossier.today
        ends = add_months(churned_on, self.months)
        facts = {"account": account.name, "churned": churned_on, "months": self.months, "ends": ends}
        if today < ends:
            # C15: the mapped field, else the owner the account still has, if it is not the router itself.
            still = dossier.recorded_owners.get(account.id, account.owner_id) or None
            owner_id = account.previous_owner_id or still
            wanted = Wanted(role=Role.PREVIOUS_OWNER, record_id=owner_id, heirs=Heirs.NONE)
            return Claim(wanted=(wanted,), words=say("churned.recent", **facts, today=today), ids=("R101", "C06"))
        if self.win_back_months and today < add_months(churned_on, self.win_back_months):
            words = say("churned.win_back", **facts, today=today, pool=self.win_back_pool)
            return ToDefault(words=words, ids=("R101",), pool=self.win_back_pool)
        return Pass(words=say("churned.old", **facts, today=today), ids=("R101", "C06"))
