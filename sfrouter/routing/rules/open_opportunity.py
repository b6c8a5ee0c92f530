"""A company with an open deal goes to the person who works the deal.

When: the matched account has an open opportunity.
Then: the opportunity's owner; of several the one with the latest activity, then the largest amount.
Why: R047, C12. It also holds for a churned account with an open opportunity (C07).
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.routing.deals import ranked_opportunities
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Claim, Pass, Role, Rule, Verdict, Wanted, unmatched


class OpenOpportunity(Rule):
    """Place 7."""

    place: ClassVar[str] = "7"
    ids: ClassVar[tuple[str, ...]] = ("R047", "C07", "C12")
    reads: ClassVar[tuple[str, ...]] = ("opportunity",)

    def decide(self, dossier: Dossier) -> Verdict:
        """The best ranked opportunity first."""
        account = dossier.account
        if account is None:
            return unmatched()
        deals = ranked_opportunities(dossier)
        if not deals:
            return Pass(words=say("opportunity.none", account=account.name))
        several = len(deals) > 1
        words = say(
            "opportunity.several" if several else "opportunity.one",
            account=account.name, opportunity=deals[0].name or say("unnamed"), count=len(deals),
        )  # fmt: skip
        wanted = tuple(Wanted(role=Role.OPPORTUNITY_OWNER, record_id=deal.owner_id) for deal in deals)
        return Claim(wanted=wanted, words=words, ids=("R047", "C12") if several else ("R047",))
