"""Which leads are decided now, and why: new ones, put back ones, relinked ones, ones that changed in time."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sfrouter.journey.company_match import CompanyMatch
from sfrouter.ledger.decisions import AFTERWARDS, Standing
from sfrouter.model.records import Lead
from sfrouter.model.write import LIVE_STATES, WriteState
from sfrouter.routing.decide import CATCH_ALL

LINKED = "new_account"
"""The rule of a decision that only links a lead to the account made of it (R067)."""
HELD = "review_hold"
"""The rule of a decision that leaves a lead waiting until a person has answered (RV1)."""
ROUTED_BEFORE = frozenset({LINKED, *AFTERWARDS})
"""Rules of decisions on a lead that somebody has already. When their write is overtaken, whoever made them looks
at the lead again; asking who should have it would take it from a person (I4)."""


class Why(StrEnum):
    """Why a lead is decided (L01, L02, R039)."""

    NEW = "it is new"
    ANEW = "its last decision could not be written"
    PUT_BACK = "a person put it back"
    STRANDED = "nobody could take it before, and the catch-all queue now can"
    RELINKED = "a person linked it to another account"
    ORDERED = "a person answered its review, or linked it from the command line"
    HELD_LONG = "its review was not answered in time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A lead to decide, with its number of decisions so far; its `company` where that was found already."""

    lead: Lead
    why: Why
    decisions: int
    company: CompanyMatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What decides whether a lead waits. `survivor` gives the account that an id stands for after all merges."""

    intake_ids: Collection[str]
    anew: Mapping[str, str]  # with the reason why
    router_id: str
    can_catch: bool  # the catch-all queue is there
    ordered: Collection[str] = ()  # leads with a person's order that still holds
    contested: Collection[str] = ()  # leads that another automation fights over: only a person's order counts
    by_condition: Collection[str] = ()  # leads under the intake's condition that nobody took since they are known
    held_before: datetime | None = None  # leads held since before then wait no longer
    survivor: Callable[[str], str | None] = lambda account_id: account_id


def waiting(leads: Iterable[Lead], last: Mapping[str, Standing], scene: Scene) -> tuple[Waiting, ...]:
    """The leads to decide, in the order of their creation, so that polling bounds change no outcome."""
    found = []
    for lead in sorted(leads, key=lambda lead: (lead.created_at, lead.id)):
        before = last.get(lead.id)
        why = _why(lead, before, scene)
        if why:
            found.append(Waiting(lead=lead, why=why, decisions=before.number if before else 0))
    return tuple(found)


def _why(lead: Lead, before: Standing | None, scene: Scene) -> Why | None:
    in_intake = lead.owner_id in scene.intake_ids
    by_condition = lead.id in scene.by_condition
    if lead.converted or lead.deleted:
        return None
    if before is None:
        return Why.NEW if in_intake or by_condition else Why.ORDERED if lead.id in scene.ordered else None
    if before.lead_write in LIVE_STATES:
        return None  # still on its way: the outbox has it
    if lead.id in scene.contested and lead.id not in scene.ordered:
        return None
    if lead.id in scene.ordered:
        return None if before.unseen_in(lead) else Why.ORDERED
    if lead.id in scene.anew and (in_intake or before.rule not in ROUTED_BEFORE):
        return Why.ANEW if in_intake or lead.owner_id == before.lead_owner_id else None
    by_person = changed_by_person_since(lead, before, scene.router_id)
    if by_person and in_intake:
        return Why.PUT_BACK
    if in_intake and _ended_without_owner(lead, before):
        return Why.ANEW
    # A condition alone brings no decided lead back: it may fit what the router itself puts down.
    stays = in_intake or (by_condition and lead.owner_id == before.lead_owner_id)
    if stays and _first_write_ended(lead, before):
        return Why.ANEW
    if stays and scene.can_catch and stranded(before):
        return Why.STRANDED
    if stays and before.rule == HELD and _waited_long(before, scene):
        return Why.HELD_LONG
    return Why.RELINKED if by_person and _relinked(lead, before, scene) else None


def _ended_without_owner(lead: Lead, before: Standing) -> bool:
    """Did our write end before it took effect, and does the mirror know the lead as it is since?

    Whoever overtook it may have taken the lead, so a row from before says nothing; an erased lead has none.
    """
    return before.lead_write is WriteState.SUPERSEDED and (before.erased or before.older_than(lead))


def _first_write_ended(lead: Lead, before: Standing) -> bool:
    """Did the write that would have given the lead its first owner end: by an erasure, a deletion taken back?"""
    return before.rule not in ROUTED_BEFORE and _ended_without_owner(lead, before)


def _waited_long(before: Standing, scene: Scene) -> bool:
    return scene.held_before is not None and before.at is not None and before.at < scene.held_before


def stranded(before: Standing) -> bool:
    """Was there nobody to take the lead, not even the catch-all queue?"""
    return before.rule == CATCH_ALL and before.owner_id is None


def may_come_by_condition(before: Standing | None) -> bool:
    """Can the intake's condition bring in a lead of this standing: undecided, held, or had by nobody? (L01)"""
    if before is None or before.rule == HELD or stranded(before):
        return True
    return before.lead_write is WriteState.SUPERSEDED and before.rule not in ROUTED_BEFORE


def needs_somebody(lead: Lead, before: Standing | None) -> bool:
    """Does a lead of the intake still want an owner, with nothing on its way to it (I1)? For `status`."""
    if before is None or stranded(before):
        return True
    if before.lead_write is None or before.lead_write in LIVE_STATES:
        return False  # it stays here by decision, or the outbox has it
    kept = before.owner_id is None
    return before.older_than(lead) and not kept if before.lead_write is WriteState.DONE else True


def needs_first_owner(lead: Lead, before: Standing | None) -> bool:
    """The same for a lead that only the condition brings in: once somebody had it, it is the intake's no more."""
    return needs_somebody(lead, before) and (before is None or before.lead_write is not WriteState.DONE)


def changed_by_person_since(lead: Lead, before: Standing, router_id: str) -> bool:
    """Has anybody but the router touched the lead since it was decided?"""
    return lead.modified_by_id != router_id and before.older_than(lead)


def _relinked(lead: Lead, before: Standing, scene: Scene) -> bool:
    """A changed link alone routes the lead again (R039); link and owner changed together are final (L02).

    When accounts are merged the org moves the links by itself: that is nobody's wish. A lead that came back after
    its erasure keeps its owner: what it was linked to before is not known any more.
    """
    left_with = {before.owner_id or before.lead_owner_id}
    if before.lead_write is WriteState.SUPERSEDED:  # whoever it chose never got the lead
        left_with.add(before.lead_owner_id)
    if before.erased or lead.account_id is None or lead.owner_id not in left_with:
        return False
    known = {before.link_account_id, before.lead_account_id} - {None}
    return lead.account_id not in known and lead.account_id not in {scene.survivor(one) for one in known if one}
