"""Writes that went unanswered while the org answered none of their kind: they are tried again once it answers one.

A write that hangs although others of its kind are carried out meanwhile is to blame itself and waits ever longer.
Where none was carried out since its first silence the org, or the line to it, was at fault.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from sfrouter.ledger.notes import note_moment, put_note
from sfrouter.ledger.tables import NOTE, OUTBOX
from sfrouter.model.write import Write, WriteKind, WriteState

SILENT = "silent"
"""What a write remembers: how often it was sent and no answer came that says what became of it."""
SILENT_SINCE = "silent_since"
"""The same: when that was for the first time."""
MOST_SILENT = 2
"""A write that went unanswered so often goes after all others, and alone: it may be what makes its call hang."""
_LAST_DONE = "last_done|"
"""The note of the moment at which a write of a kind was last carried out."""
_WAITING = select(OUTBOX.c.key, OUTBOX.c.extra).where(
    OUTBOX.c.kind == bindparam("of"), OUTBOX.c.state == WriteState.PENDING.value,
    OUTBOX.c.not_before > bindparam("at"),
    func.json_extract(OUTBOX.c.extra, f"$.{SILENT_SINCE}").is_not(None),
)  # fmt: skip
_TRY_NOW = OUTBOX.update().where(OUTBOX.c.key == bindparam("one")).values(not_before=None)


def since_when(write: Write, extra: Mapping[str, str], at: datetime) -> dict[str, str]:
    """What a write that went unanswered remembers besides `extra`."""
    first = SILENT in extra and SILENT_SINCE not in write.extra
    return {**extra, **({SILENT_SINCE: at.isoformat()} if first else {})}


def try_again_now(connection: Connection, kind: WriteKind, at: datetime) -> None:
    """One of the kind was just carried out. Those that were silent only since the one before it wait no longer."""
    last_done = _LAST_DONE + kind.value
    before = note_moment(connection, last_done)
    put_note(connection, last_done, "", at)
    for key, extra in connection.execute(_WAITING, {"of": kind.value, "at": at}).all():
        if before is None or datetime.fromisoformat(json.loads(extra)[SILENT_SINCE]) > before:
            connection.execute(_TRY_NOW, {"one": key})


def forget_last_done(connection: Connection) -> None:
    """What another org carried out tells nothing of this one."""
    connection.execute(NOTE.delete().where(NOTE.c.name.startswith(_LAST_DONE, autoescape=True)))
