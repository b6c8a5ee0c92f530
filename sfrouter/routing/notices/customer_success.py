"""Tells the customer success manager when a customer in trouble sends a lead.

When: the matched account is a customer with an open support case or a low health score.
Then: its customer success manager (account field, else team) gets a Task.
Why: R120: a customer who waits for help should not hear a sales pitch first.
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Relationship, TeamRole
from sfrouter.routing.explain import say
from sfrouter.routing.notice import NoticePart, Telling, taker
from sfrouter.routing.ruling import Ruling
from sfrouter.routing.team import holder


class CustomerSuccess(NoticePart):
    """Section 10, R120."""

    ids: ClassVar[tuple[str, ...]] = ("R120",)
    needs: ClassVar[tuple[str, ...]] = ("account.relationship.customer", "account.customer_success_id")

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The customer success manager, when there is trouble."""
        account = dossier.account
        if account is None or account.relationship is not Relationship.CUSTOMER:
            return ()
        has_case = any(not case.closed for case in dossier.open_cases)
        if not has_case and not account.health_low:
            return ()
        person_id = account.customer_success_id or holder(dossier, TeamRole.CUSTOMER_SUCCESS)
        why = "task.customer_success.case" if has_case else "task.customer_success.health"
        words = say(why, company=account.name, taker=taker(ruling))
        return (Telling(person_id=person_id, words=words, ids=self.ids),)
