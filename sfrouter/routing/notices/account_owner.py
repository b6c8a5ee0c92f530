"""Tells the account owner whenever somebody else takes a lead of his account.

When: the lead is matched to an account and goes to somebody else than the account's owner.
Then: the account owner, if still active, gets a Task.
Why: section 10: a specialist, Account Manager, named or strategic owner who takes a lead does not work alone.
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import say
from sfrouter.routing.notice import OWNER_ELSEWHERE, NoticePart, Telling, taker
from sfrouter.routing.ruling import Ruling


class AccountOwner(NoticePart):
    """Section 10."""

    ids: ClassVar[tuple[str, ...]] = ("C17",)

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The account owner, when he is somebody else."""
        account = dossier.account
        if account is None or ruling.owner is None or ruling.owner.id == account.owner_id:
            return ()
        words = say("task.account_owner", company=account.name, taker=taker(ruling))
        return (Telling(person_id=account.owner_id, words=words, ids=self.ids, topic=OWNER_ELSEWHERE),)
