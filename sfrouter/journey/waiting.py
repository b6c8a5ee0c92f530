"""Which leads are decided now, and why: new ones, put back ones, relinked ones, ones that changed in time."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sfrouter.ledger.decisions import StoredDecision
from sfrouter.model.records import Lead
from sfrouter.model.write import LIVE_STATES


class Why(StrEnum):
    """Why a lead is decided (L01, L02, R039)."""

    NEW = "it is new"
    ANEW = "its last decision could not be written"
    PUT_BACK = "a person put it back"
    RELINKED = "a person linked it to another account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A lead to decide, with its number of decisions so far."""

    lead: Lead
    why: Why
    decisions: int


def waiting(
    leads: Iterable[Lead],
    last: Mapping[str, StoredDecision],
    *,
    intake_ids: Collection[str],
    anew: Collection[str],
    router_id: str,
) -> Iterator[Waiting]:
    """The leads to decide, in the order of their creation, so that polling bounds change no outcome."""
    for lead in sorted(leads, key=lambda lead: (lead.created_at, lead.id)):
        stored = last.get(lead.id)
        why = _why(lead, stored, lead.owner_id in intake_ids, lead.id in anew, router_id)
        if why:
            yield Waiting(lead=lead, why=why, decisions=stored.decision.number if stored else 0)


def _why(lead: Lead, stored: StoredDecision | None, in_intake: bool, anew: bool, router_id: str) -> Why | None:
    if lead.converted or lead.deleted:
        return None
    if stored is None:
        return Why.NEW if in_intake else None
    if stored.lead_write in LIVE_STATES:
        return None  # still on its way: the outbox has it
    if anew:
        return Why.ANEW if in_intake or lead.owner_id == stored.decision.lead_owner_id else None
    by_person = _changed_by_person_since(lead, stored, router_id)
    if by_person and in_intake:
        return Why.PUT_BACK
    if by_person and _relinked(lead, stored):
        return Why.RELINKED
    return None


def _changed_by_person_since(lead: Lead, stored: StoredDecision, router_id: str) -> bool:
    """Has anybody but the router touched the lead since it was decided?"""
    seen = stored.decision.lead_stamp
    return lead.modified_by_id != router_id and (seen is None or lead.stamp > seen)


def _relinked(lead: Lead, stored: StoredDecision) -> bool:
    """A changed link alone routes the lead again (R039); link and owner changed together are final (L02)."""
    decision = stored.decision
    owner = decision.owner.id if decision.owner else decision.lead_owner_id
    known_links = {decision.link_account_id, decision.lead_account_id} - {None}
    return lead.account_id is not None and lead.account_id not in known_links and lead.owner_id == owner
