"""A company nobody here has a relationship with is shared out by territory and turn.

When: no rule above decided.
Then: if a parent of the matched account is a customer, by the option `subsidiary` to its own or the parent's
    owner (R144); else the first territory that fits, its pool, and whose turn it is.
Why: R140. L04: a lead with neither a company's domain nor a company name comes here as "insufficient data".
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Relationship
from sfrouter.routing.account_owner import Subsidiary, account_owner
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Claim, Rule, ToDefault, Verdict


class DefaultPool(Rule):
    """Place 9."""

    place: ClassVar[str] = "9"
    ids: ClassVar[tuple[str, ...]] = ("R140", "R144", "R023", "L04", "C24")
    reads: ClassVar[tuple[str, ...]] = ("account.relationship", "account.parent_id")

    parent_customer: bool = True
    subsidiary: Subsidiary = Subsidiary.CHILD

    def decide(self, dossier: Dossier) -> Verdict:
        """A customer's subsidiary first, then the territories."""
        shared = _shared_out(dossier)
        account = dossier.account
        parent = next((one for one in dossier.ancestors if one.relationship is Relationship.CUSTOMER), None)
        if not self.parent_customer or account is None or parent is None:
            return shared
        wanted = account_owner(account, dossier, self.subsidiary)
        words = say("default.parent", account=account.name, parent=parent.name)
        return Claim(wanted=wanted, words=words, ids=("R144", "R023"), otherwise=shared)


def _shared_out(dossier: Dossier) -> ToDefault:
    if dossier.account is not None:
        return ToDefault(words=say("default.account", account=dossier.account.name), ids=("R140",))
    if dossier.match.insufficient:
        return ToDefault(words=say("default.insufficient"), ids=("R140", "L04"))
    return ToDefault(words=say("default.unknown"), ids=("R140",))
