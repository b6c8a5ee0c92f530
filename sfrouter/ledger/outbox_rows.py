"""How a write lies in the outbox: putting it in with its decision, reading it back, moving it on by the rules."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, select

from sfrouter.base.errors import SfrouterError
from sfrouter.ledger.errors import UnknownWriteError, WriteKeyReusedError
from sfrouter.ledger.states import FIRST_STATES, check_move
from sfrouter.ledger.tables import OUTBOX
from sfrouter.model.decision import Decision
from sfrouter.model.write import OF_A_COMPANY, Write, WriteKind, WriteState

NOT_SENT_YET = (WriteState.WAITING, WriteState.PENDING)
UNSENT_OF_A_LEAD = (
    OUTBOX.c.kind.not_in([kind.value for kind in OF_A_COMPANY]),
    OUTBOX.c.state.in_([state.value for state in NOT_SENT_YET]),
)
"""What has not left the house and belongs to the lead itself, not to the company that it completed."""
CHUNK = 500  # keys in one IN list
_NEW = OUTBOX.insert()
_ONE = select(OUTBOX).where(OUTBOX.c.key == bindparam("of"))
_THESE = select(OUTBOX).where(OUTBOX.c.key.in_(bindparam("keys", expanding=True)))
_THESE = _THESE.order_by(OUTBOX.c.priority, OUTBOX.c.seq)
_MOVE = OUTBOX.update().where(OUTBOX.c.key == bindparam("of"))
_IN_TURN = select(OUTBOX).order_by(OUTBOX.c.priority, OUTBOX.c.seq)
_TASKS = _IN_TURN.where(
    OUTBOX.c.lead_id == bindparam("of"),
    OUTBOX.c.decision_number == bindparam("number"),
    OUTBOX.c.kind == WriteKind.TASK.value,
    OUTBOX.c.state == WriteState.WAITING.value,
)
READ_FIRST = "read_first"
"""The mark of a Task that may have been made since the copy of the ledger we went back to: since when."""

FIRST_SENT = "first_sent"
"""When the making of an account was first handed to the org: `sent_at` is that of the last try, or of the start
that found it in doubt, and the account may be older."""


def to_write(row: RowMapping) -> Write:
    """The write a row stands for."""
    return Write(
        key=row["key"],
        lead_id=row["lead_id"],
        decision_number=row["decision_number"],
        kind=WriteKind(row["kind"]),
        object_name=row["object_name"],
        values=MappingProxyType(json.loads(row["values"])),
        record_id=row["record_id"],
        unmodified_since=row["unmodified_since"],
        priority=row["priority"],
        state=WriteState(row["state"]),
        attempts=row["attempts"],
        not_before=row["not_before"],
        sent_at=row["sent_at"],
        answer_code=row["answer_code"],
        answer_text=row["answer_text"],
        extra=MappingProxyType(json.loads(row["extra"])),
    )


def add_writes(connection: Connection, decision: Decision, writes: Sequence[Write], at: datetime) -> None:
    """Put a decision's writes into the outbox. A key recorded before must stand for the same write."""
    for write in writes:
        if (write.lead_id, write.decision_number) != (decision.lead_id, decision.number):
            raise SfrouterError(f"write {write.key[:16]} does not belong to decision {decision.number}")
        if write.state not in FIRST_STATES:
            raise SfrouterError(f"write {write.key[:16]} cannot begin its life as '{write.state}'")
        found = connection.execute(_ONE, {"of": write.key}).mappings().one_or_none()
        if found is None:
            connection.execute(_NEW, _new_row(write, at))
        elif _content(to_write(found)) != _content(write):
            raise WriteKeyReusedError(write.key)


def add_later(connection: Connection, write: Write, at: datetime) -> None:
    """Put one more write of an earlier decision into the outbox, because a person agreed to it."""
    connection.execute(_NEW, _new_row(write, at))


def writes_where(connection: Connection, *conditions: ColumnElement[bool], limit: int = 1_000_000) -> list[Write]:
    """The writes that fit, the most urgent first, then the oldest."""
    query = _IN_TURN.where(*conditions).limit(limit)
    return [to_write(row) for row in connection.execute(query).mappings()]


def by_keys(connection: Connection, keys: Sequence[str]) -> Mapping[str, Write]:
    """These writes by key. Raises UnknownWriteError when one was never recorded."""
    found: dict[str, Write] = {}
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        rows = connection.execute(_THESE, {"keys": chunk}).mappings()
        found.update((row["key"], to_write(row)) for row in rows)
    for key in keys:
        if key not in found:
            raise UnknownWriteError(key)
    return found


def move(connection: Connection, write: Write, to: WriteState, at: datetime, **values: Any) -> None:
    """Move a write to its next state. Raises IllegalMoveError when its life does not allow it."""
    check_move(write.key, write.state, to)
    connection.execute(_MOVE, {"of": write.key, "state": to.value, "settled_at": at, **values})


def hand_over(connection: Connection, write: Write, at: datetime) -> None:
    """Keep that a write is handed to the org at `at` (the org's time)."""
    values: dict[str, Any] = {"sent_at": at, "attempts": write.attempts + 1, "not_before": None}
    if write.kind is WriteKind.ACCOUNT and FIRST_SENT not in write.extra:
        values["extra"] = json.dumps({**write.extra, FIRST_SENT: at.isoformat()}, sort_keys=True)
    move(connection, write, WriteState.SENDING, at, **values)


def first_sent(write: Write) -> datetime | None:
    """When the making of this account was first handed over; None where that was not kept."""
    kept = write.extra.get(FIRST_SENT)
    return datetime.fromisoformat(kept) if kept else None


def supersede_unsent(connection: Connection, writes: Iterable[Write], why: str, at: datetime) -> int:
    """End these writes, none of which has left the house; returns how many."""
    count = 0
    for write in writes:
        move(connection, write, WriteState.SUPERSEDED, at, answer_text=why)
        count += 1
    return count


def tasks_waiting(connection: Connection, lead_id: str, number: int) -> list[Write]:
    """The Tasks of a decision that wait for its lead write."""
    return [to_write(row) for row in connection.execute(_TASKS, {"of": lead_id, "number": number}).mappings()]


def _content(write: Write) -> tuple[object, ...]:
    return (
        write.lead_id, write.decision_number, write.kind, write.object_name, dict(write.values), write.record_id,
        write.unmodified_since,
    )  # fmt: skip


def _new_row(write: Write, at: datetime) -> dict[str, Any]:
    return {
        "key": write.key,
        "lead_id": write.lead_id,
        "decision_number": write.decision_number,
        "kind": write.kind.value,
        "object_name": write.object_name,
        "values": json.dumps(dict(write.values), sort_keys=True, ensure_ascii=True),
        "record_id": write.record_id,
        "unmodified_since": write.unmodified_since,
        "priority": write.priority,
        "state": write.state.value,
        "attempts": 0,
        "recorded_at": at,
        "not_before": write.not_before,
        "answer_code": "",
        "answer_text": "",
        "extra": json.dumps(dict(write.extra), sort_keys=True, ensure_ascii=True),
    }
