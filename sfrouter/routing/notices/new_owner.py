"""Tells the new owner that the lead is his, why, and until when he should answer.

When: the lead has got a person as owner.
Then: a Task, due `respond_within_minutes` after the lead was created.
Why: R142, R154: the reason in one line and no more than he needs. R085: the time runs from the lead's creation.
"""

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from sfrouter.model.assignment import OwnerKind
from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import say
from sfrouter.routing.notice import NoticePart, Telling, company
from sfrouter.routing.ruling import Ruling


class NewOwner(NoticePart):
    """Section 10, R142."""

    ids: ClassVar[tuple[str, ...]] = ("R142", "R154", "R085", "R091")

    respond_within_minutes: int = Field(default=120, ge=1, le=30 * 24 * 60)  # R091

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The owner himself."""
        owner = ruling.owner
        if owner is None or owner.kind is not OwnerKind.PERSON:
            return ()
        usual = dossier.lead.created_at + timedelta(minutes=self.respond_within_minutes)
        due_at = ruling.answer_by or usual
        words = say("task.new_owner", company=company(dossier), why=ruling.told)
        return (Telling(person_id=owner.id, words=words, ids=("R142",), due_at=due_at),)
