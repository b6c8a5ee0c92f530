"""Who takes the leads of an account that has parents: the subsidiary's own owner first, or a parent's (R023)."""

from enum import StrEnum

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Account
from sfrouter.routing.rule import Heirs, Role, Wanted


class Subsidiary(StrEnum):
    """Whose owner takes a subsidiary's leads."""

    CHILD = "child"  # its own
    NEAREST = "nearest"  # its parent's
    ULTIMATE = "ultimate"  # the topmost parent's


def account_owner(
    account: Account, dossier: Dossier, setting: Subsidiary = Subsidiary.CHILD
) -> tuple[Wanted, ...]:
    """The candidates in their order.

    For CHILD: the own owner, his successor, the nearest parent whose owner is active, then the own owner's
    managers. Else the parent's owner with all heirs, then the own one with all of his.
    """
    own = Wanted(role=Role.ACCOUNT_OWNER, record_id=account.owner_id)
    if not dossier.ancestors:
        return (own,)
    if setting is Subsidiary.CHILD:
        return (
            Wanted(role=Role.ACCOUNT_OWNER, record_id=account.owner_id, heirs=Heirs.SUCCESSOR),
            *(_parent(parent, Heirs.NONE) for parent in dossier.ancestors),
            Wanted(role=Role.ACCOUNT_OWNER, record_id=account.owner_id, heirs=Heirs.MANAGERS),
        )
    parent = dossier.ancestors[0 if setting is Subsidiary.NEAREST else -1]
    return (_parent(parent, Heirs.CHAIN), own)


def _parent(parent: Account, heirs: Heirs) -> Wanted:
    return Wanted(role=Role.PARENT_OWNER, record_id=parent.owner_id, heirs=heirs, ids=("R023",))
