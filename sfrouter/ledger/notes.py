"""Single values of the ledger: the org it belongs to, and a pause in sending."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.errors import OrgChangedError
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import NOTE

_ORG = "org_id"
_PAUSE = "sending_paused"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent before `until`, and why."""

    until: datetime
    why: str


class Notes(LedgerPart):
    """Org binding (F28) and the sending pause."""

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

    def pause_sending(self, until: datetime, why: str) -> None:
        """Send nothing before a moment: the org's limit is used up."""
        with self._store.write() as connection:
            _put(connection, _PAUSE, why, until)

    def sending_pause(self, now: datetime) -> Pause | None:
        """The pause that holds now, if any."""
        with self._store.read() as connection:
            row = connection.execute(select(NOTE.c.at, NOTE.c.value).where(NOTE.c.name == _PAUSE)).one_or_none()
        return Pause(row.at, row.value) if row is not None and row.at > now else None


def _value(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(select(NOTE.c.value).where(NOTE.c.name == name)).scalar_one_or_none()
    return value


def _put(connection: Connection, name: str, value: str, at: datetime) -> None:
    news = {"value": value, "at": at}
    statement = insert(NOTE).values(name=name, **news)
    connection.execute(statement.on_conflict_do_update(index_elements=[NOTE.c.name], set_=news))
