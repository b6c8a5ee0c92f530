"""Tells the account owner that a department's specialist has a lead of his enterprise account.

When: a department specialist owns the lead.
Then: the account owner gets a Task.
Why: R087: the specialist owns the lead, the account owner keeps the overview.
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import say
from sfrouter.routing.notice import OWNER_ELSEWHERE, NoticePart, Telling, taker
from sfrouter.routing.rule import Role
from sfrouter.routing.ruling import Ruling


class SpecialistAwareness(NoticePart):
    """Section 10, R087."""

    ids: ClassVar[tuple[str, ...]] = ("R087",)

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The account owner, when he is somebody else."""
        account = dossier.account
        if account is None or ruling.role is not Role.SPECIALIST or ruling.owner is None:
            return ()
        if ruling.owner.id == account.owner_id:
            return ()
        words = say("task.specialist", company=account.name, taker=taker(ruling))
        return (Telling(person_id=account.owner_id, words=words, ids=self.ids, topic=OWNER_ELSEWHERE),)
