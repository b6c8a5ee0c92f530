"""Tells the new owner that the form was sent from the network of a company we know.

When: the lead's network address lies in a network the admin gave to an account, which is not the matched one.
Then: the new owner's Task says whose network it is; the address itself is never quoted.
Why: R037, R038: a hint for a person, not evidence to route by.
"""

from typing import ClassVar

from sfrouter.model.assignment import OwnerKind
from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import say
from sfrouter.routing.notice import NoticePart, Telling
from sfrouter.routing.ruling import Ruling

_SIGNAL = "ip"


class OfficeNetwork(NoticePart):
    """R037."""

    ids: ClassVar[tuple[str, ...]] = ("R037",)

    def told(self, dossier: Dossier, ruling: Ruling) -> tuple[Telling, ...]:
        """The new owner, once for each such company."""
        owner = ruling.owner
        if owner is None or owner.kind is not OwnerKind.PERSON:
            return ()
        return tuple(
            Telling(person_id=owner.id, words=say("task.office_network", company=one.account_value), ids=self.ids)
            for one in dossier.match.findings
            if one.signal == _SIGNAL and one.account_id != dossier.match.account_id
        )
