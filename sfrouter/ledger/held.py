"""Writes that wait for what a person mends: tried at once when somebody asks for it, but not too often."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sfrouter.ledger.notes import note_moment, put_note
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import OUTBOX, PARKED
from sfrouter.model.write import WriteState

_TRIED = "held_tried"
AT_MOST_EVERY = timedelta(minutes=1)
"""A process that dies at once and is started again and again shall not ask the org each time."""


class Held(LedgerPart):
    """Trying held writes before their time."""

    def try_held(self, at: datetime, codes: Collection[str]) -> bool:
        """Let parked kinds, and writes put off with one of these answers, have their turn now.

        What is put off for any other answer, or for none, waits on. A kind counts as parked until its next write
        is taken. False when that was done within the last minute.
        """
        with self._store.write() as connection:
            last = note_moment(connection, _TRIED)
            if last is not None and timedelta() <= at - last < AT_MOST_EVERY:
                return False
            put_note(connection, _TRIED, "", at)
            connection.execute(PARKED.update().where(PARKED.c.until > at).values(until=at))
            held = (OUTBOX.c.state == WriteState.PENDING.value) & (OUTBOX.c.not_before > at)
            theirs = OUTBOX.c.answer_code.in_(sorted(codes))
            connection.execute(OUTBOX.update().where(held, theirs).values(not_before=None))
        return True
