"""A strategic account's lead goes to the person named for it, whatever else is true of the account.

When: the matched account is flagged as strategic; the flag alone decides.
Then: its strategic owner, else the account owner. With the option `dedicated_sdr` that person is asked first.
Why: R078-R082: nobody new calls a strategic account; its team is told by notices.
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.routing.account_owner import Subsidiary, account_owner
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Claim, Pass, Role, Rule, Verdict, Wanted, unmatched


class StrategicAccount(Rule):
    """Place 3."""

    place: ClassVar[str] = "3"
    ids: ClassVar[tuple[str, ...]] = ("R078", "R079", "R080", "R081", "R082", "C18")
    needs: ClassVar[tuple[str, ...]] = ("account.strategic",)
    reads: ClassVar[tuple[str, ...]] = ("account.strategic_owner_id", "account.parent_id")

    dedicated_sdr: str = ""  # e-mail; empty: off (C18)
    subsidiary: Subsidiary = Subsidiary.CHILD

    def named_people(self) -> tuple[str, ...]:
        """The dedicated SDR."""
        return (self.dedicated_sdr,) if self.dedicated_sdr else ()

    def decide(self, dossier: Dossier) -> Verdict:
        """The flag alone decides."""
        account = dossier.account
        if account is None:
            return unmatched()
        if not account.strategic:
            return Pass(words=say("strategic.no", account=account.name))
        sdr = (Wanted(role=Role.DEDICATED_SDR, email=self.dedicated_sdr),) if self.dedicated_sdr else ()
        owner_id = account.strategic_owner_id
        owner = (Wanted(role=Role.STRATEGIC_OWNER, record_id=owner_id),) if owner_id else ()
        wanted = (*sdr, *owner, *account_owner(account, dossier, self.subsidiary))
        return Claim(wanted=wanted, words=say("strategic.yes", account=account.name), ids=("R078",))
