"""What a notice is: it says who, besides the owner, should know of a lead, and why (handbook, section 10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import Phrase, say
from sfrouter.routing.ruling import Ruling

OWNER_ELSEWHERE = "owner_elsewhere"  # the topic of all that tell an account owner of somebody else's lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One person to tell, by user id or e-mail. Of two tellings of one `topic` he reads only the first."""

    words: Phrase
    person_id: str | None = None
    email: str = ""
    ids: tuple[str, ...] = ()
    topic: str = ""
    due_at: datetime | None = None
    high: bool = False


class NoticePart(BaseModel):
    """A part of the shelf routing/notices/: options, validated and frozen, and one method.

    All parts of the policy are asked. `own_task` keeps its text out of the one Task a person gets per lead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: ClassVar[tuple[str, ...]]
    needs: ClassVar[tuple[str, ...]] = ()
    own_task: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The notice's name in the policy: its file's name."""
        return type(self).__module__.rpartition(".")[2]

    def needed(self) -> tuple[str, ...]:
        """The mapped words these options need."""
        return type(self).needs

    def named_people(self) -> tuple[str, ...]:
        """The users the options name by e-mail, for the check against the org."""
        return ()

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """Who should know. Pure; leavers and the owner's doubles are sorted out afterwards."""
        raise NotImplementedError


def company(dossier: Dossier) -> str | Phrase:
    """The company's name for a Task: the account's, else what the lead says."""
    name = dossier.account.name if dossier.account else dossier.lead.company
    return name.strip() or say("the_company")


def taker(ruling: Ruling) -> Phrase:
    """Who has the lead and why, for everyone who is told besides the owner."""
    if ruling.owner is None:
        return say("task.stays", why=ruling.told)
    return say("task.taker", owner=ruling.owner.name, why=ruling.told)
