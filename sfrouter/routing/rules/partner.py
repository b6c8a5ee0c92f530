"""A partner's lead goes back to the partner, or to the person who looks after partners.

When: the matched account is a partner company, was brought by a partner, or is managed by one.
Then: (a) a partner company goes to its partner manager, or by option to the account owner; (b) a partner-sourced
    and (c) a partner-managed account goes to the partner's user or queue, else to the partner manager.
    (d) An account sold directly with a partner involved goes on down; the partner manager is told by a notice.
    Where nobody is recorded the lead goes on down with a warning.
Why: R114, R121-R123: a partner whose customer is approached by our own sales is a partner lost.
"""

from enum import StrEnum
from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Account, PartnerKind, TeamRole
from sfrouter.routing.account_owner import Subsidiary, account_owner
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Claim, Heirs, Pass, Role, Rule, Verdict, Wanted, unmatched
from sfrouter.routing.team import holder


class CompanyOwner(StrEnum):
    """Who takes the leads of a partner company."""

    PARTNER_MANAGER = "partner_manager"
    ACCOUNT_OWNER = "account_owner"


class Partner(Rule):
    """Place 2."""

    place: ClassVar[str] = "2"
    ids: ClassVar[tuple[str, ...]] = ("R114", "R121", "R122", "R123", "C23")
    needs: ClassVar[tuple[str, ...]] = ("account.partner_kind", "account.partner_manager_id")
    reads: ClassVar[tuple[str, ...]] = ("account.partner_owner_id", "team_member")

    partner_company: CompanyOwner = CompanyOwner.PARTNER_MANAGER
    subsidiary: Subsidiary = Subsidiary.CHILD

    def decide(self, dossier: Dossier) -> Verdict:
        """By the kind of partner."""
        account = dossier.account
        if account is None:
            return unmatched()
        kind = account.partner_kind
        if kind is None:
            return Pass(words=say("partner.no", account=account.name))
        if kind is PartnerKind.INVOLVED:
            return Pass(words=say("partner.involved", account=account.name), ids=("R114",))
        wanted = self._wanted(account, dossier)
        if not wanted:
            nobody = say(f"partner.{kind}_nobody", account=account.name)
            return Pass(words=nobody, ids=("R114",), warnings=(nobody,))
        return Claim(wanted=wanted, words=say(f"partner.{kind}", account=account.name), ids=("R114",))

    def _wanted(self, account: Account, dossier: Dossier) -> tuple[Wanted, ...]:
        manager_id = account.partner_manager_id or holder(dossier, TeamRole.PARTNER_MANAGER)
        manager = (Wanted(role=Role.PARTNER_MANAGER, record_id=manager_id),) if manager_id else ()
        if account.partner_kind is not PartnerKind.COMPANY:
            partner_id = account.partner_owner_id
            # A partner's user who left has no heirs among our own people but the partner manager.
            partner = (Wanted(role=Role.PARTNER, record_id=partner_id, heirs=Heirs.NONE),) if partner_id else ()
            return (*partner, *manager)
        if self.partner_company is CompanyOwner.ACCOUNT_OWNER:
            return account_owner(account, dossier, self.subsidiary)
        return manager
