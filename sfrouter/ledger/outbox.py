"""The outbox: every write that is still to reach the org, whose turn it is, and what became of each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.anew import mark_anew
from sfrouter.ledger.errors import IllegalMoveError
from sfrouter.ledger.outbox_rows import (
    READ_FIRST,
    by_keys,
    hand_over,
    move,
    supersede_unsent,
    tasks_waiting,
    to_write,
)
from sfrouter.ledger.outdated import is_outdated
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.people import suspend
from sfrouter.ledger.settlement import ParkedKind, Settlement
from sfrouter.ledger.silence import MOST_SILENT, SILENT, TOGETHER, remembered, try_again_now
from sfrouter.ledger.tables import DECISION, OUTBOX, PARKED
from sfrouter.model.write import Write, WriteKind, WriteState

IN_DOUBT = (WriteState.SENDING.value, WriteState.UNKNOWN.value)
_STILL_TO_DO = OUTBOX.c.state.in_((WriteState.PENDING.value, WriteState.UNKNOWN.value))
_PARKED_UNTIL = select(PARKED.c.until).where(PARKED.c.kind == OUTBOX.c.kind).scalar_subquery().label("until")
_RIPENING = select(OUTBOX.c.not_before, _PARKED_UNTIL).where(_STILL_TO_DO).distinct()
_RIPE = or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= bindparam("at"))
_IN_TURN = select(OUTBOX).order_by(OUTBOX.c.priority, OUTBOX.c.seq)
_FIRST = _IN_TURN.limit(bindparam("most"))
_SILENCES = func.coalesce(cast(func.json_extract(OUTBOX.c.extra, f"$.{SILENT}"), Integer), 0)
_LEFT_OVER = _IN_TURN.where(OUTBOX.c.state == WriteState.SENDING.value)
_CHANGE = OUTBOX.update().where(OUTBOX.c.key == bindparam("of"))
_PARKED = select(PARKED).order_by(PARKED.c.kind)
_NEWEST = select(func.max(DECISION.c.number)).where(DECISION.c.lead_id == bindparam("of"))
_UNKNOWN = _FIRST.where(OUTBOX.c.kind == bindparam("of"), OUTBOX.c.state == WriteState.UNKNOWN.value, _RIPE)


class _Turn(Enum):
    """Who may share a call, the first to go first: those that went unanswered again and again go last and alone,
    before them those of which the org itself was to blame for it."""

    USUAL = auto()
    TOGETHER = auto()
    ALONE = auto()


_MAY_SHARE = {
    _Turn.USUAL: _SILENCES < MOST_SILENT,
    _Turn.TOGETHER: and_(_SILENCES >= MOST_SILENT, func.json_extract(OUTBOX.c.extra, f"$.{TOGETHER}") == "yes"),
    _Turn.ALONE: _SILENCES >= MOST_SILENT,
}


@cache
def _due(kind: WriteKind, turn: _Turn, *, modified: bool) -> Select[Any]:
    """The question for what may be sent; made once a kind, as every round of sending asks it."""
    doubt = OUTBOX.alias("doubt")
    conditions = [
        OUTBOX.c.kind == kind.value,
        OUTBOX.c.state == WriteState.PENDING.value,
        _RIPE,
        ~exists().where(PARKED.c.kind == kind.value, PARKED.c.until > bindparam("at")),
    ]
    if kind is WriteKind.LEAD:
        same_lead = (doubt.c.lead_id == OUTBOX.c.lead_id) & (doubt.c.kind == kind.value)
        conditions.append(~exists().where(same_lead, doubt.c.state.in_(IN_DOUBT)))
    if modified:
        untouched = OUTBOX.c.unmodified_since <= bindparam("modified_before")
        conditions.append(or_(OUTBOX.c.unmodified_since.is_(None), untouched))
    due = _FIRST.where(*conditions, _MAY_SHARE[turn])
    if turn is _Turn.ALONE:  # the one that went unanswered least often
        return due.order_by(None).order_by(_SILENCES, OUTBOX.c.priority, OUTBOX.c.seq)
    return due


class Outbox(LedgerPart):
    """Writes on their way: `pending -> sending -> done`, and every other end, step by step on disk."""

    def due(
        self, kind: WriteKind, now: datetime, limit: int, *, modified_before: datetime | None = None
    ) -> tuple[Write, ...]:
        """Writes that may be sent now: the most urgent first, then the oldest.

        Not among them: a kind that is parked, a write held back until later, a lead with an earlier write in
        doubt, and a lead that was modified after `modified_before` (the org's conditions know whole seconds only).
        A write that went unanswered twice comes only when there is no other, and alone, or with its like where
        the org was to blame.
        """
        modified = modified_before is not None
        asked = {"at": now} | ({"modified_before": modified_before} if modified_before else {})
        with self._store.read() as connection:
            for turn in _Turn:
                most = min(limit, 1) if turn is _Turn.ALONE else limit
                question = _due(kind, turn, modified=modified)
                rows = connection.execute(question, asked | {"most": most}).mappings().all()
                if rows:
                    break
        return tuple(to_write(row) for row in rows)

    def next_ripe(self) -> datetime | None:
        """When the next write that waits may be sent or looked at again (the org's time); None when none waits.

        The earliest possible moment for one that is not held back; a parked kind counts only from its end.
        """
        with self._store.read() as connection:
            rows = connection.execute(_RIPENING).all()
        earliest = datetime.min.replace(tzinfo=UTC)
        return min((max(row.not_before or earliest, row.until or earliest) for row in rows), default=None)

    def unknown(self, kind: WriteKind, now: datetime, limit: int = 10_000) -> tuple[Write, ...]:
        """Writes that were sent and of which nobody knows yet, whose time to be read back has come."""
        with self._store.read() as connection:
            rows = connection.execute(_UNKNOWN, {"of": kind.value, "at": now, "most": limit})
            return tuple(to_write(row) for row in rows.mappings())

    def writes(
        self, lead_id: str | None = None, state: WriteState | None = None, limit: int = 1000
    ) -> tuple[Write, ...]:
        """Writes of a lead or in a state, oldest first, for status, explain and tests."""
        query = select(OUTBOX).order_by(OUTBOX.c.seq).limit(limit)
        if lead_id is not None:
            query = query.where(OUTBOX.c.lead_id == lead_id)
        if state is not None:
            query = query.where(OUTBOX.c.state == state.value)
        with self._store.read() as connection:
            return tuple(to_write(row) for row in connection.execute(query).mappings())

    def mark_sending(self, keys: Sequence[str], at: datetime) -> tuple[Write, ...]:
        """Keep, before the call is made, that these writes are handed to the org at `at` (the org's time).

        Returns them as they now stand. Raises IllegalMoveError, and marks none, when one is not pending.
        """
        with self._store.write() as connection:
            for write in by_keys(connection, keys).values():
                hand_over(connection, write, at)
            found = by_keys(connection, keys)
        return tuple(found[key] for key in keys)

    def settle(self, settlements: Sequence[Settlement], at: datetime) -> None:
        """Keep what became of these writes, and all that follows, in one transaction.

        A lead write that is done releases its Tasks; one that ended otherwise ends them. One that is done after
        nothing but silence lets those that were silent as long be tried again. A write that would be
        sent again is superseded when a newer decision of its lead took its place. Raises IllegalMoveError.
        """
        with self._store.write() as connection:
            found = by_keys(connection, [item.key for item in settlements])
            kinds = {found[item.key].kind for item in settlements if item.state is WriteState.DONE}
            for kind in kinds:
                try_again_now(connection, kind, at)
            for item in settlements:
                _settle_one(connection, found[item.key], item, at)

    def unknown_at_start(self, at: datetime | None = None) -> int:
        """After a start: what was being sent when the last run ended is unknown now. Returns how many.

        `at` is the org's time; the wait for late Tasks counts from it, as the moment of the end is not known.
        """
        at = at or self._store.now()
        with self._store.write() as connection:
            found = [to_write(row) for row in connection.execute(_LEFT_OVER).mappings().all()]
            for write in found:
                # What the org said to an earlier try is no word on this one.
                said = {"answer_code": "", "answer_text": ""}
                move(connection, write, WriteState.UNKNOWN, at, sent_at=at, not_before=None, **said)
        return len(found)

    def look_again(self, times: Mapping[str, datetime]) -> None:
        """These writes stay unknown; each is read back again at its time. Raises IllegalMoveError for others."""
        with self._store.write() as connection:
            for key, write in by_keys(connection, list(times)).items():
                if write.state is not WriteState.UNKNOWN:
                    raise IllegalMoveError(key, write.state, WriteState.UNKNOWN)
                connection.execute(_CHANGE, {"of": key, "not_before": times[key]})

    def park(self, kind: WriteKind, until: datetime, *, code: str, words: str) -> bool:
        """Send no write of this kind before `until`. True when it was not parked before: tell somebody once."""
        at = self._store.now()
        news = {"until": until, "code": code, "words": words}
        statement = insert(PARKED).values(kind=kind.value, since=at, **news)
        with self._store.write() as connection:
            known = connection.execute(select(PARKED.c.kind).where(PARKED.c.kind == kind.value)).first()
            connection.execute(statement.on_conflict_do_update(index_elements=[PARKED.c.kind], set_=news))
        return known is None

    def unpark(self, kind: WriteKind) -> None:
        """The org lets us make this kind of write again."""
        with self._store.write() as connection:
            connection.execute(PARKED.delete().where(PARKED.c.kind == kind.value))

    def try_again(self, kind: WriteKind) -> None:
        """What kept these writes back may be over: the kind is parked no more, and none waits for its time."""
        held = (OUTBOX.c.kind == kind.value) & (OUTBOX.c.state == WriteState.PENDING.value)
        with self._store.write() as connection:
            connection.execute(PARKED.delete().where(PARKED.c.kind == kind.value))
            connection.execute(OUTBOX.update().where(held).values(not_before=None))

    def parked(self) -> tuple[ParkedKind, ...]:
        """The kinds of write the org does not let us make."""
        with self._store.read() as connection:
            rows = connection.execute(_PARKED).mappings().all()
        return tuple(ParkedKind(**{**row, "kind": WriteKind(row["kind"])}) for row in rows)


def _settle_one(connection: Connection, write: Write, item: Settlement, at: datetime) -> None:
    state, text = item.state, item.text
    if state is WriteState.PENDING and is_outdated(connection, write):
        state, text = WriteState.SUPERSEDED, "a newer decision took its place"
    # The call may have left the house long after the mark: an unknown outcome counts from its end.
    sent_at = at if state is WriteState.UNKNOWN else write.sent_at
    move(
        connection, write, state, at,
        sent_at=sent_at,
        answer_code=item.code,
        answer_text=text,
        record_id=item.record_id or write.record_id,
        not_before=item.not_before,
        extra=json.dumps({**write.extra, **remembered(write, item.extra, at)}, sort_keys=True),
    )  # fmt: skip
    if write.kind is WriteKind.LEAD:
        _tell_tasks(connection, write, state, at)
    if item.decide_anew and _newest(connection, write.lead_id) == write.decision_number:
        mark_anew(connection, write.lead_id, write.decision_number, item.decide_anew, at)
    if item.suspend_person and item.suspend_until:
        suspend(connection, item.suspend_person, at, item.suspend_until)


def _tell_tasks(connection: Connection, write: Write, state: WriteState, at: datetime) -> None:
    if state is WriteState.DONE:
        _release(connection, write.lead_id, write.decision_number, at)
    elif state in (WriteState.SUPERSEDED, WriteState.REFUSED, WriteState.DEAD):
        waiting = tasks_waiting(connection, write.lead_id, write.decision_number)
        supersede_unsent(connection, waiting, f"the owner did not take effect: {state}", at)


def _release(connection: Connection, lead_id: str, number: int, at: datetime) -> int:
    waiting = tasks_waiting(connection, lead_id, number)
    for task in waiting:
        move(connection, task, WriteState.PENDING, at)
        since = task.extra.get(READ_FIRST)
        if since:  # the ledger came back from a copy: as if it had been handed over then, and no answer was heard
            sending, sent_at = WriteState.SENDING, datetime.fromisoformat(since)
            move(connection, replace(task, state=WriteState.PENDING), sending, at, sent_at=sent_at)
            move(connection, replace(task, state=sending), WriteState.UNKNOWN, at)
    return len(waiting)


def _newest(connection: Connection, lead_id: str) -> int:
    return int(connection.execute(_NEWEST, {"of": lead_id}).scalar_one())
