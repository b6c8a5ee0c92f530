"""Tells sales leadership when an executive of a strategic account writes.

When: the matched account is strategic and the lead's title is C-level.
Then: the person named by `vp_sales` gets a Task of high priority.
Why: R080: an executive of a strategic account is answered by somebody of equal standing.
"""

from typing import ClassVar

from pydantic import Field

from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import say
from sfrouter.routing.notice import NoticePart, Telling, taker
from sfrouter.routing.ruling import Ruling
from sfrouter.routing.titles import is_c_level


class Executive(NoticePart):
    """Section 10, R080."""

    ids: ClassVar[tuple[str, ...]] = ("R080",)
    needs: ClassVar[tuple[str, ...]] = ("account.strategic", "lead.title")

    vp_sales: str = Field(min_length=3)  # e-mail

    def named_people(self) -> tuple[str, ...]:
        """The head of sales."""
        return (self.vp_sales,)

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The head of sales, by the lead's title."""
        account = dossier.account
        if account is None or not account.strategic or not is_c_level(dossier.lead):
            return ()
        words = say("task.executive", company=account.name, taker=taker(ruling))
        return (Telling(email=self.vp_sales, words=words, ids=self.ids, high=True),)
