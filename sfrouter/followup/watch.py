"""What a watch is: it looks at a lead that has an owner, and says what is to be done about it, if anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from sfrouter.model.follow import Action, SlaClock
from sfrouter.model.records import Lead, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One lead under watch. `lead` is None when it is gone, `clock` when no reply is waited for.

    `by_router` says that its owner was chosen by the router and not by a person; `rule` is the rule that routed
    it, `left_at` when its owner left. `fought`: passing it on was overtaken again and again, so let it be for now.
    """

    lead_id: str
    lead: Lead | None
    owner: Person | None = None
    clock: SlaClock | None = None
    by_router: bool = True
    rule: str = ""
    left_at: datetime | None = None
    fought: bool = False


class Watch(BaseModel):
    """A part of the shelf followup/watches/: its options, validated and frozen, and one method."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: ClassVar[tuple[str, ...]]
    needs: ClassVar[tuple[str, ...]] = ()

    @property
    def name(self) -> str:
        """The watch's name in the policy: its file's name."""
        return type(self).__module__.rpartition(".")[2]

    def needed(self) -> tuple[str, ...]:
        """The mapped words these options need."""
        return type(self).needs

    def look(self, subject: Subject, now: datetime) -> Action | None:
        """What is to be done now. Pure: the subject, the options and the moment determine the answer."""
        raise NotImplementedError
