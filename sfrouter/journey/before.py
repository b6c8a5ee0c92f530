"""What earlier decisions of a lead leave for the next one: who was told, whose turn was not used, who has it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sfrouter.distribution.method import COUNTED_FOR
from sfrouter.journey.desk import Desk
from sfrouter.journey.waiting import Waiting, Why
from sfrouter.ledger.decisions import Standing, StoredDecision
from sfrouter.model.assignment import Owner, OwnerKind, Rotation, RotationMove
from sfrouter.model.decision import Notice
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Lead
from sfrouter.model.write import IN_EFFECT, LIVE_STATES
from sfrouter.routing.tell import BUSY_COMPANY, NEW_OWNER

_BY_PERSON = frozenset({Why.PUT_BACK, Why.RELINKED, Why.ORDERED})


def on_its_way(standing: Standing, lead: Lead | None) -> bool:
    """Is the owner still being written, or has the mirror not seen him yet?"""
    if standing.lead_write in LIVE_STATES:
        return True
    return lead is not None and standing.unseen_in(lead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """`told` are the notices of decisions that took effect. `holder` keeps the lead rather than see it shared
    out. `given_back` are turns of a decision that was never written (I8). `released`: a person has
    spoken about it, or it has been given out or held back before: no flood holds it back any more."""

    told: tuple[Notice, ...] = ()
    holder: Owner | None = None
    given_back: tuple[RotationMove, ...] = ()
    released: bool = False

    def is_news(self, notice: Notice, owner_id: str | None) -> bool:
        """Nobody is told twice of one lead (section 10); a new owner is told each time it becomes his."""
        if notice.kind == NEW_OWNER:
            return notice.person_id != owner_id
        busy = notice.kind == BUSY_COMPANY  # a Task of its own
        return all(one.person_id != notice.person_id or (one.kind == BUSY_COMPANY) != busy for one in self.told)


def before_of(
    item: Waiting, desk: Desk, directory: Directory, intake_ids: frozenset[str], rotation: Rotation
) -> Before:
    """Look back at the lead's decisions."""
    earlier = desk.ledger.decisions_of(item.lead.id)
    given = any(one.decision.owner and _in_effect(one) for one in earlier)
    return Before(
        told=tuple(notice for one in earlier if took_effect(one) for notice in one.decision.notices),
        holder=None if item.lead.owner_id in intake_ids else _holder(item, directory, given=given),
        given_back=_turns_not_used(earlier, rotation),
        released=item.why in _BY_PERSON or given,
    )


def turns_back(
    stored: Sequence[StoredDecision], rotation: Rotation, now: datetime
) -> tuple[tuple[RotationMove, ...], Rotation]:
    """What gives the turns back that the lead's decisions took and did not use, and the rotation after that."""
    back = _turns_not_used(stored, rotation)
    return back, moved(rotation, back, now)


def _turns_not_used(stored: Sequence[StoredDecision], rotation: Rotation) -> tuple[RotationMove, ...]:
    """What gives the turns of a decision back that was never written (I8).

    Those of the newest that moved the rotation: each that does so gives back first what was not used before.
    """
    last = next((one for one in reversed(stored) if one.decision.moves), None)
    return () if last is None or took_effect(last) else _given_back(last.decision.moves, rotation)


def _in_effect(stored: StoredDecision) -> bool:
    return stored.lead_write in IN_EFFECT


def took_effect(stored: StoredDecision) -> bool:
    """Was it written, or is it still to be, or was there nothing to write but Tasks?"""
    return stored.lead_write is None or _in_effect(stored)


def _holder(item: Waiting, directory: Directory, *, given: bool) -> Owner | None:
    """The person whose lead was relinked: who links it must not lose it to whoever is next in turn.

    The same where that decision was overtaken. `given`: the lead was given out before, so a person has it by that
    or by choice, and not because it came in with him. Somebody whose leads are the intake holds none of them.
    """
    person = directory.people.get(item.lead.owner_id or "")
    relinked = item.why in (Why.RELINKED, Why.ORDERED) or (item.why is Why.ANEW and given)
    if not relinked or person is None or not person.active:
        return None
    return Owner(id=person.id, kind=OwnerKind.PERSON, name=person.name)


def _given_back(moves: Iterable[RotationMove], rotation: Rotation) -> tuple[RotationMove, ...]:
    found = []
    for move in moves:
        now = rotation.turns.get(move.pool, {})
        back = _undone(move, now)
        if move.given_back or not back:
            continue
        found.append(
            RotationMove(pool=move.pool, person_id=move.person_id, turns=MappingProxyType(back), given_back=True)
        )
    return tuple(found)


def _undone(move: RotationMove, now: Mapping[str, int]) -> dict[str, int]:
    """The counters without the turn; none when the pool counts in another way by now."""
    if not move.undo:
        turns = now.get(move.person_id, 0)
        return {move.person_id: turns - 1} if turns > 0 else {}
    if now.get(COUNTED_FOR) != move.turns.get(COUNTED_FOR):
        return {}
    return {person: now.get(person, 0) + change for person, change in move.undo.items()}


def moved(rotation: Rotation, moves: Iterable[RotationMove], at: datetime) -> Rotation:
    """The rotation after the moves of a decision made at a moment."""
    turns: dict[str, Mapping[str, int]] = dict(rotation.turns)
    given = dict(rotation.given)
    for move in moves:
        turns[move.pool] = {**turns.get(move.pool, {}), **move.turns}
        people = given.get(move.pool, {})
        before = people.get(move.person_id, ())
        given[move.pool] = {**people, move.person_id: before[:-1] if move.given_back else (*before, at)}
    return replace(rotation, turns=MappingProxyType(turns), given=MappingProxyType(given))
