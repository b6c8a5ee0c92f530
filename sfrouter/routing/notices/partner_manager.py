"""Tells the partner manager of a lead that a partner has a part in but does not get.

When: the matched account is sold directly with a partner involved, or is a partner company whose lead went to
    somebody else than the partner manager.
Then: the partner manager (account field, else team) gets a Task.
Why: R122: the partner manager hears of it before the partner does.
"""

from typing import ClassVar

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import PartnerKind, TeamRole
from sfrouter.routing.explain import say
from sfrouter.routing.notice import NoticePart, Telling, taker
from sfrouter.routing.ruling import Ruling
from sfrouter.routing.team import holder

_TOLD = {PartnerKind.INVOLVED: "task.partner_involved", PartnerKind.COMPANY: "task.partner_company"}


class PartnerManager(NoticePart):
    """Section 10, R122."""

    ids: ClassVar[tuple[str, ...]] = ("R122",)
    needs: ClassVar[tuple[str, ...]] = ("account.partner_kind", "account.partner_manager_id")

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The partner manager, when he is not the owner."""
        account = dossier.account
        if account is None or account.partner_kind not in _TOLD:
            return ()
        person_id = account.partner_manager_id or holder(dossier, TeamRole.PARTNER_MANAGER)
        if ruling.owner is not None and ruling.owner.id == person_id:
            return ()
        words = say(_TOLD[account.partner_kind], company=account.name, taker=taker(ruling))
        return (Telling(person_id=person_id, words=words, ids=self.ids),)
