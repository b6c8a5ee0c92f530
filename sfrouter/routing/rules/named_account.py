"""A named account's lead goes to the person it was given to, customer or not.

When: the matched account is flagged as named, or the lead's company is on the admin's list of named accounts.
Then: the account's named owner; else the list's owner, found by e-mail; else, for a flagged account, its owner.
Why: R073-R077: a target list overrides territory, rotation and the standard account routing.
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.routing.account_owner import Subsidiary, account_owner
from sfrouter.routing.explain import Phrase, say
from sfrouter.routing.rule import Claim, Pass, Role, Rule, Verdict, Wanted


class NamedAccount(Rule):
    """Place 4."""

    place: ClassVar[str] = "4"
    ids: ClassVar[tuple[str, ...]] = ("R073", "R074", "R075", "R076", "R077")
    reads: ClassVar[tuple[str, ...]] = (
        "account.named", "account.named_owner_id", "account.name", "account.parent_id", "lead.company",
    )  # fmt: skip

    subsidiary: Subsidiary = Subsidiary.CHILD

    def decide(self, dossier: Dossier) -> Verdict:
        """The flag or the list."""
        account, entry = dossier.account, dossier.named_entry
        flagged = account is not None and account.named
        if not flagged and entry is None:
            return Pass(words=say("named.no"))
        wanted: list[Wanted] = []
        if flagged and account is not None and account.named_owner_id:
            wanted.append(Wanted(role=Role.NAMED_OWNER, record_id=account.named_owner_id))
        if entry is not None:
            wanted.append(Wanted(role=Role.NAMED_OWNER, email=entry.owner_email))
        if flagged and account is not None:
            wanted.extend(account_owner(account, dossier, self.subsidiary))
        return Claim(wanted=tuple(wanted), words=_words(dossier, flagged), ids=("R073",))


def _words(dossier: Dossier, flagged: bool) -> Phrase:
    if flagged and dossier.account is not None:
        return say("named.flag", account=dossier.account.name)
    company = dossier.named_entry.company if dossier.named_entry else ""
    return say("named.list", company=company)
