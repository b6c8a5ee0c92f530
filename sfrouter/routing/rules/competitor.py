"""A competitor's lead never reaches a sales rep; it goes where the policy says, or is disqualified at once.

When: the matched account is flagged as a competitor.
Then: by the option `action`: to a queue (the default), to a user of sales leadership, or a status is set and the
    lead goes to the competitor queue; without a queue it stays where it is. Nobody is told, nothing is urgent.
Why: R111: checked before all other routing, so that no relationship rule hands a competitor our people's names.
"""

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import model_validator

from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import say
from sfrouter.routing.rule import Claim, Keep, Pass, Role, Rule, Verdict, Wanted, unmatched


class Action(StrEnum):
    """What happens to a competitor's lead."""

    QUEUE = "queue"
    USER = "user"
    STATUS = "status"


class Competitor(Rule):
    """Place 1."""

    place: ClassVar[str] = "1"
    ids: ClassVar[tuple[str, ...]] = ("R111",)
    needs: ClassVar[tuple[str, ...]] = ("account.competitor",)

    action: Action = Action.QUEUE
    queue: str = ""
    user: str = ""  # e-mail
    status: str = "disqualified"  # a word of the mapping for the lead's status

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.action is Action.QUEUE and not self.queue:
            raise ValueError("the competitor rule needs `queue:`, the queue its leads go to")
        if self.action is Action.USER and not self.user:
            raise ValueError("action 'user' needs `user:`, the e-mail of who gets competitors' leads")
        if self.action is Action.STATUS and not self.status:
            raise ValueError("action 'status' needs `status:`, a word of the mapping")
        return self

    def needed(self) -> tuple[str, ...]:
        """The status word too, when it is to be set."""
        return (*self.needs, f"lead.status.{self.status}") if self.action is Action.STATUS else self.needs

    def named_queues(self) -> tuple[str, ...]:
        """The competitor queue."""
        return (self.queue,) if self.queue else ()

    def named_people(self) -> tuple[str, ...]:
        """The leader who gets the leads."""
        return (self.user,) if self.action is Action.USER else ()

    def decide(self, dossier: Dossier) -> Verdict:
        """The flag alone decides."""
        account = dossier.account
        if account is None:
            return unmatched()
        if not account.competitor:
            return Pass(words=say("competitor.no", account=account.name))
        words = say(f"competitor.{self.action}", account=account.name)
        changes = {"status": self.status} if self.action is Action.STATUS else {}
        keep = Keep(words=words, ids=self.ids, changes=changes) if changes else None
        wanted = self._wanted()
        if keep is not None and not wanted:
            return keep
        return Claim(
            wanted=wanted, words=words, ids=self.ids, changes=changes, otherwise=keep, final=True, silent=True
        )

    def _wanted(self) -> tuple[Wanted, ...]:
        leader = (Wanted(role=Role.SALES_LEADERSHIP, email=self.user),) if self.action is Action.USER else ()
        queue = (Wanted(role=Role.COMPETITOR_QUEUE, queue=self.queue),) if self.queue else ()
        return (*leader, *queue)
