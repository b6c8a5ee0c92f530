"""Copies the ledger while it is in use, and makes an old copy fit to go on from: what is in doubt is read back."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from sfrouter.base.database import StoreUnusableError
from sfrouter.base.errors import SfrouterError
from sfrouter.ledger.chain import Entry
from sfrouter.ledger.chain_tables import CHAIN
from sfrouter.ledger.notes import put_note
from sfrouter.ledger.outbox_rows import READ_FIRST
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import NOTE, OUTBOX
from sfrouter.model.write import WriteState

_BACKUP = "backup|"
_ASIDE, _MOMENT = ".before-", "%Y%m%dT%H%M%S%f"


def put_aside(place: Path, at: datetime) -> Path:
    """Where a ledger is kept that makes room for a copy of it; `Ledger.backups` tells it."""
    return place.with_name(f"{place.name}{_ASIDE}{at.strftime(_MOMENT)}")


class BackupExistsError(SfrouterError):
    """A file is where the backup should go."""

    def __init__(self, path: Path) -> None:
        super().__init__("a file is there already", where=str(path), mend="give a name that is free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of the ledger made earlier."""

    path: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBackup(Backup):
    """The copy that was just made, and how many decisions are in it."""

    decisions: int


class Backups(LedgerPart):
    """Copies of the ledger."""

    def back_up(self, path: Path) -> MadeBackup:
        """Copy the whole ledger as it stands at this moment, while others go on writing. Mode 0600.

        Raises BackupExistsError, StoreUnusableError when the copy cannot be written.
        """
        whole = path.absolute()
        if whole.exists():
            raise BackupExistsError(whole)
        at, part = self._store.now(), whole.with_name(f"{whole.name}.part")
        with self._store.write() as connection:  # before the copy, so that the copy knows its own moment
            put_note(connection, f"{_BACKUP}{whole}", "", at)
        try:
            part.unlink(missing_ok=True)
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            decisions = self._copy_into(part)
            _to_disk(part)
            part.replace(whole)
            _to_disk(whole.parent)
        except OSError as failure:
            raise StoreUnusableError(
                f"the backup cannot be written ({failure.strerror})",
                where=str(whole),
                mend="choose another folder",
            ) from None
        finally:
            part.unlink(missing_ok=True)
        return MadeBackup(path=str(whole), made_at=at, decisions=decisions)

    def _copy_into(self, part: Path) -> int:
        """Copy, and count the decisions in the copy itself."""
        with self._store.plain_errors():
            raw = self._store.engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute("VACUUM INTO ?", (str(part),))
                cursor.execute("ATTACH ? AS copied", (str(part),))
                try:
                    cursor.execute("SELECT count(*) FROM copied.decision")
                    ((decisions,),) = cursor.fetchall()
                    return int(decisions)
                finally:
                    cursor.execute("DETACH copied")
            finally:
                raw.close()

    def backups(self) -> tuple[Backup, ...]:
        """All copies made with the command, and ledgers put aside for one, if still there; oldest first."""
        query = select(NOTE.c.name, NOTE.c.at).where(NOTE.c.name.startswith(_BACKUP, autoescape=True))
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(NOTE.c.at)).all()
        made = (Backup(path=row.name.removeprefix(_BACKUP), made_at=row.at) for row in rows)
        there = [one for one in made if Path(one.path).exists()]
        return tuple(sorted([*there, *_aside(Path(self._store.where))], key=lambda one: one.made_at))

    def erased_leads(self) -> tuple[str, ...]:
        """Everybody who was erased, so that going back to an older copy brings nobody back."""
        query = select(CHAIN.c.lead_id).where(CHAIN.c.kind == Entry.ERASURE.value, CHAIN.c.lead_id != "")
        with self._store.read() as connection:
            return tuple(connection.execute(query.distinct().order_by(CHAIN.c.lead_id)).scalars())

    def doubt_everything(self) -> int:
        """After going back to an older copy: whatever was on its way then may have arrived since.

        Every such write is looked for in the org before it is sent. Returns how many there are.
        """
        alive = [WriteState.PENDING.value, WriteState.SENDING.value, WriteState.UNKNOWN.value]
        with self._store.write() as connection:
            since = _copied_at(connection)
            doubt = {"state": WriteState.UNKNOWN.value, "sent_at": since, "not_before": None}
            count = connection.execute(OUTBOX.update().where(OUTBOX.c.state.in_(alive)).values(**doubt)).rowcount
            waiting = select(OUTBOX.c.key, OUTBOX.c.extra).where(OUTBOX.c.state == WriteState.WAITING.value)
            for key, extra in connection.execute(waiting).all():
                marked = json.dumps({**json.loads(extra), READ_FIRST: since.isoformat()}, sort_keys=True)
                connection.execute(OUTBOX.update().where(OUTBOX.c.key == key).values(extra=marked))
                count += 1
        return int(count)


def _aside(ledger: Path) -> Iterator[Backup]:
    for file in ledger.parent.glob(f"{ledger.name}{_ASIDE}*"):
        moment = file.name.removeprefix(f"{ledger.name}{_ASIDE}")
        with suppress(ValueError):  # a journal beside it, or a file of somebody else
            yield Backup(path=str(file.absolute()), made_at=datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC))


def _copied_at(connection: Connection) -> datetime:
    """The moment of the copy: it knows itself, as its note was kept just before."""
    made = select(func.max(NOTE.c.at)).where(NOTE.c.name.startswith(_BACKUP, autoescape=True))
    found: datetime | None = connection.execute(made).scalar()
    return found or datetime(2000, 1, 1, tzinfo=UTC)


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
