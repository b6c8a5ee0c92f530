"""Single values of the ledger: the org it belongs to, when each job last ran, pauses, and running totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.errors import OrgChangedError
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import COUNTER, NOTE

_ORG = "org_id"
_BEAT = "beat:"
_PAUSE = "sending_paused"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent before `until`, and why."""

    until: datetime
    why: str


class Notes(LedgerPart):
    """Org binding (F28), heartbeats, the sending pause and counters."""

    def bind_org(self, org_id: str) -> None:
        """Tie this ledger to an org at first use. Raises OrgChangedError when it belongs to another one."""
        with self._store.write() as connection:
            bound = _value(connection, _ORG)
            if bound is None:
                _put(connection, _ORG, org_id, self._store.now())
            elif bound != org_id:
                raise OrgChangedError(bound=bound, found=org_id)

    def org_id(self) -> str | None:
        """The org this ledger belongs to, None before the first sign-in."""
        with self._store.read() as connection:
            return _value(connection, _ORG)

    def beat(self, job: str, at: datetime | None = None) -> None:
        """Note that a job ran through, for the health check."""
        moment = at or self._store.now()
        with self._store.write() as connection:
            _put(connection, _BEAT + job, moment.isoformat(), moment)

    def heartbeats(self) -> Mapping[str, datetime]:
        """When each job last ran through."""
        query = select(NOTE.c.name, NOTE.c.at).where(NOTE.c.name.startswith(_BEAT)).order_by(NOTE.c.name)
        with self._store.read() as connection:
            return {name.removeprefix(_BEAT): at for name, at in connection.execute(query)}

    def pause_sending(self, until: datetime, why: str) -> None:
        """Send nothing before a moment: the org's limit is used up."""
        with self._store.write() as connection:
            _put(connection, _PAUSE, why, until)

    def sending_pause(self, now: datetime) -> Pause | None:
        """The pause that holds now, if any."""
        with self._store.read() as connection:
            row = connection.execute(select(NOTE.c.at, NOTE.c.value).where(NOTE.c.name == _PAUSE)).one_or_none()
        return Pause(row.at, row.value) if row is not None and row.at > now else None

    def add_to_counter(self, name: str, amount: int = 1) -> None:
        """Add to a running total."""
        statement = insert(COUNTER).values(name=name, total=amount)
        total = {"total": COUNTER.c.total + statement.excluded.total}
        with self._store.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=[COUNTER.c.name], set_=total))

    def counters(self) -> Mapping[str, int]:
        """All running totals."""
        with self._store.read() as connection:
            rows = connection.execute(select(COUNTER.c.name, COUNTER.c.total).order_by(COUNTER.c.name))
            return dict(rows.all())


def _value(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(select(NOTE.c.value).where(NOTE.c.name == name)).scalar_one_or_none()
    return value


def _put(connection: Connection, name: str, value: str, at: datetime) -> None:
    news = {"value": value, "at": at}
    statement = insert(NOTE).values(name=name, **news)
    connection.execute(statement.on_conflict_do_update(index_elements=[NOTE.c.name], set_=news))
