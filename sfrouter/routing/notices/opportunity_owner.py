"""Tells the owner of an open deal that somebody else has a new lead of the same company.

When: the matched account has an open opportunity and the lead goes to somebody else than its owner.
Then: the owner of the most active opportunity gets a Task.
Why: C13: a customer's lead goes to the account owner first, but the deal's owner must know.
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.routing.deals import ranked_opportunities
from sfrouter.routing.explain import say
from sfrouter.routing.notice import NoticePart, Telling, taker
from sfrouter.routing.ruling import Ruling


class OpportunityOwner(NoticePart):
    """Section 10, C13."""

    ids: ClassVar[tuple[str, ...]] = ("C13",)

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The owner of the opportunity that place 7 would have chosen."""
        deals = ranked_opportunities(dossier)
        if dossier.account is None or not deals or _has_it(ruling, deals[0].owner_id):
            return ()
        words = say("task.opportunity_owner", company=dossier.account.name, taker=taker(ruling))
        return (Telling(person_id=deals[0].owner_id, words=words, ids=self.ids),)


def _has_it(ruling: Ruling, person_id: str | None) -> bool:
    return ruling.owner is not None and ruling.owner.id == person_id
