"""Single values of the ledger: a pause in sending, and since when somebody is gone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import NOTE

_PAUSE = "sending_paused"
_LEFT = "left|"
# Statements that every poll needs are made once: making one costs more than running it.
_ONE = select(NOTE.c.value, NOTE.c.at).where(NOTE.c.name == bindparam("named"))
_BEGINNING = select(NOTE.c.name, NOTE.c.value, NOTE.c.at).where(
    NOTE.c.name.startswith(bindparam("named"), escape="/")
)
_BEGINNING = _BEGINNING.order_by(NOTE.c.at, NOTE.c.name)
_PUT = insert(NOTE)
_PUT = _PUT.on_conflict_do_update(
    index_elements=[NOTE.c.name], set_={"value": _PUT.excluded.value, "at": _PUT.excluded.at}
)


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent before `until`, and why."""

    until: datetime
    why: str


class Notes(LedgerPart):
    """The sending pause, and departures."""

    def pause_sending(self, until: datetime, why: str) -> None:
        """Send nothing before a moment: the org's limit is used up."""
        with self._store.write() as connection:
            put_note(connection, _PAUSE, why, until)

    def sending_pause(self, now: datetime) -> Pause | None:
        """The pause that holds now, if any."""
        with self._store.read() as connection:
            row = connection.execute(_ONE, {"named": _PAUSE}).one_or_none()
        return Pause(row.at, row.value) if row is not None and row.at > now else None

    def departures(self) -> Mapping[str, datetime]:
        """When people left, by their ids: the moment by which it was first seen (R099)."""
        with self._store.read() as connection:
            return {row.name.removeprefix(_LEFT): row.at for row in notes_beginning(connection, _LEFT)}

    def note_departures(self, left: Mapping[str, datetime], back: Collection[str]) -> None:
        """Keep who left, and forget who is back: should he leave again, that is another departure."""
        with self._store.write() as connection:
            for person_id, at in left.items():
                put_note(connection, _LEFT + person_id, "", at)
            for person_id in back:
                connection.execute(NOTE.delete().where(NOTE.c.name == _LEFT + person_id))


def forget_pause(connection: Connection) -> None:
    """End the sending pause inside a transaction."""
    connection.execute(NOTE.delete().where(NOTE.c.name == _PAUSE))


def note_value(connection: Connection, name: str) -> str | None:
    """A single value, None when it was never set."""
    value: str | None = connection.execute(_ONE, {"named": name}).scalar_one_or_none()
    return value


def note_moment(connection: Connection, name: str) -> datetime | None:
    """The moment of a single value, None when it was never set."""
    row = connection.execute(_ONE, {"named": name}).one_or_none()
    return row.at if row else None


def put_note(connection: Connection, name: str, value: str, at: datetime) -> None:
    """Set a single value."""
    connection.execute(_PUT, {"name": name, "value": value, "at": at})


def notes_beginning(connection: Connection, beginning: str) -> Sequence[Row[Any, Any, Any]]:
    """All values (name, value, at) whose name begins so, the oldest first."""
    escaped = beginning.replace("/", "//").replace("_", "/_").replace("%", "/%")
    return connection.execute(_BEGINNING, {"named": escaped}).all()
