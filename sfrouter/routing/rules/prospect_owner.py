"""A prospect's account keeps its owner: later leads of an account that grew out of leads go to the same person.

When: the matched account is neither a customer nor churned and was made automatically out of several leads
    (`accounts: auto_created`, the default), or is any prospect's account (`accounts: any`).
Then: the account owner; while the account is still being made, the owner of the company's first lead.
Why: R068, R069, C08, C09: an automatically created account counts as matched.
"""

from enum import StrEnum
from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.model.new_company import Action
from sfrouter.model.records import Relationship
from sfrouter.routing.account_owner import Subsidiary, account_owner
from sfrouter.routing.explain import say
from sfrouter.routing.kinds import kind_of
from sfrouter.routing.rule import Claim, Pass, Role, Rule, ToDefault, Verdict, Wanted, unmatched


class Accounts(StrEnum):
    """Which prospects' accounts keep their owner."""

    AUTO_CREATED = "auto_created"
    ANY = "any"


class ProspectOwner(Rule):
    """Place 7b."""

    place: ClassVar[str] = "7b"
    ids: ClassVar[tuple[str, ...]] = ("R068", "R069", "C08", "C09")
    reads: ClassVar[tuple[str, ...]] = ("account.relationship", "account.parent_id")

    accounts: Accounts = Accounts.AUTO_CREATED
    subsidiary: Subsidiary = Subsidiary.CHILD

    def needed(self) -> tuple[str, ...]:
        """The mark of accounts made automatically, unless every prospect counts."""
        return ("account.auto_created",) if self.accounts is Accounts.AUTO_CREATED else ()

    def decide(self, dossier: Dossier) -> Verdict:
        """By what the account is, and how it came to be."""
        account = dossier.account
        if account is None:
            return _becoming(dossier)
        if account.relationship in (Relationship.CUSTOMER, Relationship.CHURNED):
            return Pass(words=say("prospect.no", account=account.name, relationship=kind_of(account)))
        if self.accounts is Accounts.AUTO_CREATED and not account.auto_created:
            return Pass(words=say("prospect.by_hand", account=account.name))
        words = say("prospect.auto" if account.auto_created else "prospect.any", account=account.name)
        return Claim(wanted=account_owner(account, dossier, self.subsidiary), words=words, ids=("R069",))


def _becoming(dossier: Dossier) -> Verdict:
    """The company's account is being made of this lead and others: its owner is that of the first (R068, C09)."""
    company = dossier.new_company
    if company is None or company.action is not Action.CREATE:
        return unmatched()
    words = say("prospect.becoming", company=company.name, count=len(company.lead_ids))
    first = Wanted(role=Role.LEAD_OWNER, record_id=company.first_owner_id)
    nobody = ToDefault(words=say("prospect.becoming_nobody", company=company.name), ids=("R068",))
    return Claim(wanted=(first,), words=words, ids=("R068", "R069"), otherwise=nobody)
