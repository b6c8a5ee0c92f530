"""Carries out what people said about a lead outside the CRM: a link ordered here, its undoing, a lead held."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sfrouter.journey.desk import Desk
from sfrouter.journey.waiting import HELD, Waiting, Why
from sfrouter.ledger.decisions import Standing
from sfrouter.model.assignment import Owner, OwnerKind, RotationMove
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Directory
from sfrouter.model.evidence import Band
from sfrouter.model.order import LinkOrder, OrderKind, OrderState
from sfrouter.model.records import Lead
from sfrouter.model.review import ReviewState
from sfrouter.model.write import WriteState

LINK_ONLY, TAKEN_BACK = "link_by_hand", "link_undone"
NO_PLACE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants for a lead. `hands_off`: a person has it, so the link is written and nothing else."""

    order: LinkOrder
    hands_off: bool = False

    @property
    def account_id(self) -> str | None:
        """The account to link, as certain as a link made in the CRM."""
        return None if self.order.kind is OrderKind.UNDONE else self.order.account_id


def overtaken(order: LinkOrder, lead: Lead | None, before: Standing | None) -> bool:
    """Was a person there since the order was given (R044)? Then it is not carried out."""
    if lead is None or lead.deleted or lead.converted:
        return True
    if order.kind is OrderKind.UNDONE:
        return (lead.owner_id, lead.account_id) != (order.owner_was, order.account_was)
    ours = before.link_account_id if before else None
    return lead.account_id not in (order.account_was, order.account_id, ours)


def wishes(
    items: Iterable[Waiting],
    last: Mapping[str, Standing],
    newest: Mapping[str, LinkOrder],
    intake_ids: frozenset[str],
    *,
    link_writable: bool,
) -> dict[str, Wish]:
    """What people want for the leads that are decided now, by lead.

    An order that a decision took holds on until the link stands in the CRM; then the CRM speaks for itself.
    """
    found = {}
    for item in items:
        order, before = newest.get(item.lead.id), last.get(item.lead.id)
        if order is None or not _holds(order, item.lead, before, link_writable=link_writable):
            continue
        taken = item.why is not Why.NEW and taken_by_person(item.lead, before, intake_ids)
        found[item.lead.id] = Wish(order=order, hands_off=taken)
    return found


def _holds(order: LinkOrder, lead: Lead, before: Standing | None, *, link_writable: bool) -> bool:
    if order.state is OrderState.OPEN:
        return not overtaken(order, lead, before)
    if order.state is not OrderState.TAKEN or order.kind is OrderKind.UNDONE:
        return False
    written = before is not None and before.lead_write is WriteState.DONE and link_writable
    return not written and lead.account_id == order.account_was


def taken_by_person(lead: Lead, before: Standing | None, intake_ids: frozenset[str]) -> bool:
    """Has a person taken, moved or closed the lead, so that its owner is not ours to change (L02, RV1)?"""
    if lead.owner_id in intake_ids:
        return False
    if before is None or lead.closed_lost or before.rule == LINK_ONLY:
        return True
    return lead.owner_id != (before.owner_id or before.lead_owner_id)


def as_wished(
    decision: Decision, wish: Wish, lead: Lead, directory: Directory, given_back: tuple[RotationMove, ...]
) -> Decision:
    """The decision as the person's wish leaves it."""
    if wish.order.kind is OrderKind.UNDONE:
        return _given_back(decision, wish.order, lead, directory, given_back)
    if wish.hands_off:
        linked = "; only the account is linked" if wish.order.account_id else ""
        words = f"the owner stays: a person has the lead{linked}"
        return _without_owner(decision, LINK_ONLY, ("R043", "R044"), words, given_back)
    return decision


def must_wait(decision: Decision, item: Waiting, desk: Desk, intake_ids: frozenset[str]) -> bool:
    """Is the lead held because a person is asked about its company first (RV1, switched on in the policy)?"""
    in_intake = item.why is Why.NEW or item.lead.owner_id in intake_ids
    if not desk.policy.reviews.hold or item.why is Why.HELD_LONG or not in_intake:
        return False
    if decision.match.band is Band.AUTO or not decision.match.suspicions:
        return False
    answered = {item.account_id: item.state for item in desk.ledger.reviews_of(item.lead.id)}
    states = (answered.get(one.account_id, ReviewState.OPEN) for one in decision.match.suspicions)
    return ReviewState.OPEN in states


def held(decision: Decision, given_back: tuple[RotationMove, ...]) -> Decision:
    """The lead stays where it is until its review items are answered."""
    words = f"the owner stays: a person is asked first ({decision.match.words})"
    kept = _without_owner(decision, HELD, ("RV1",), words, given_back)
    return replace(kept, link_account_id=None)


def _without_owner(
    decision: Decision, rule: str, ids: tuple[str, ...], words: str, given_back: tuple[RotationMove, ...]
) -> Decision:
    return replace(
        decision, owner=None, rule=rule, place=NO_PLACE, ids=ids, reason=words, notices=(), moves=given_back,
        changes={}, alert="", warnings=(), reason_for_owner="", answer_by=None,
    )  # fmt: skip


def _given_back(
    decision: Decision, order: LinkOrder, lead: Lead, directory: Directory, given_back: tuple[RotationMove, ...]
) -> Decision:
    """The lead as it was before the link: its former owner, and the link it had, if any."""
    plain = _without_owner(decision, TAKEN_BACK, ("R043",), "the link was undone by hand", given_back)
    owner = former_owner(order.owner_id, directory)
    link = {} if order.account_id or lead.account_id is None else {"account_id": ""}
    reason = f"{owner.name}, the link was undone by hand" if owner else plain.reason
    return replace(plain, owner=owner, link_account_id=order.account_id, changes=link, reason=reason)


def former_owner(owner_id: str | None, directory: Directory) -> Owner | None:
    """Who had the lead before, if he can still take it: an active person, or a queue that takes leads."""
    person, queue = directory.people.get(owner_id or ""), directory.queues.get(owner_id or "")
    if person is not None and person.active:
        return Owner(id=person.id, kind=OwnerKind.PERSON, name=person.name)
    if queue is not None and queue.takes_leads:
        return Owner(id=queue.id, kind=OwnerKind.QUEUE, name=queue.name)
    return None
