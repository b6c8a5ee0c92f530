"""Writes that went unanswered while the org answered none of their kind: they are tried again once it answers one.

A write that hangs although others of its kind are carried out meanwhile is to blame itself and waits ever longer.
Where none was carried out since its first silence the org, or the line to it, was at fault: such writes go many
in a call again. If one of them hangs by itself all the same, those in its call go alone from then on.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, select

from sfrouter.ledger.notes import note_moment, put_note
from sfrouter.ledger.tables import NOTE, OUTBOX
from sfrouter.model.write import Write, WriteKind, WriteState

SILENT = "silent"
"""What a write remembers: how often it was sent and no answer came that says what became of it."""
SILENT_SINCE = "silent_since"
"""The same: when that was for the first time."""
TOGETHER = "together"
"""The same: the org was at fault, so until its next silence it may go with others of which that is true."""
MOST_SILENT = 2
"""A write that went unanswered so often goes after all others, and alone: it may be what makes its call hang."""
_LAST_DONE = "last_done|"
"""The note of the moment at which a write of a kind was last carried out."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_HUNG = select(OUTBOX.c.key, OUTBOX.c.extra).where(
    OUTBOX.c.kind == bindparam("of"), OUTBOX.c.state == WriteState.PENDING.value,
    OUTBOX.c.sent_at > bindparam("before"),
    func.json_extract(OUTBOX.c.extra, f"$.{SILENT_SINCE}").is_not(None),
)  # fmt: skip
_TRY_NOW = OUTBOX.update().where(OUTBOX.c.key == bindparam("one"))


def remembered(write: Write, extra: Mapping[str, str], at: datetime) -> dict[str, str]:
    """What a settlement adds to a write's memory: its `extra`, and of a silence its beginning."""
    if SILENT not in extra:
        return dict(extra)
    return {**extra, SILENT_SINCE: write.extra.get(SILENT_SINCE) or at.isoformat(), TOGETHER: ""}


def try_again_now(connection: Connection, kind: WriteKind, at: datetime) -> None:
    """One of the kind was just carried out. Those that were silent only since the one before it wait no longer,
    and may go together. Each has that once, as the moment of its first silence stays."""
    last_done = _LAST_DONE + kind.value
    before = note_moment(connection, last_done) or _NEVER
    put_note(connection, last_done, "", at)
    for key, extra in connection.execute(_HUNG, {"of": kind.value, "before": before}).all():
        memory = json.loads(extra)
        if datetime.fromisoformat(memory[SILENT_SINCE]) > before:
            together = json.dumps({**memory, TOGETHER: "yes"}, sort_keys=True)
            connection.execute(_TRY_NOW, {"one": key, "not_before": None, "extra": together})


def forget_last_done(connection: Connection) -> None:
    """What another org carried out tells nothing of this one."""
    connection.execute(NOTE.delete().where(NOTE.c.name.startswith(_LAST_DONE, autoescape=True)))
