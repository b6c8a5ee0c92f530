"""The mirror's file: opened, thrown away when it is damaged or of another version, and never missed for long."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.database import (
    StoreUnusableError,
    make_tables,
    open_engine,
    plain_errors,
    sqlite_module,
    writing,
)
from sfrouter.base.log import logger
from sfrouter.config.secret_files import MIRROR_KEY
from sfrouter.mirror.email_key import EmailKey, keep_email_key, new_email_key, read_email_key
from sfrouter.mirror.tables import METADATA, ROWS, SCHEMA_VERSION, Fact, PullState, Unreadable, table_of

_CHANGE = "change"
_FACT = table_of(Fact)
_STATE = table_of(PullState)
# Statements that every poll needs are made once: making one costs more than running it.
_FACT_NAMED = select(_FACT.c.value).where(_FACT.c.name == bindparam("named"))
_SET_FACT = insert(_FACT)
_SET_FACT = _SET_FACT.on_conflict_do_update(index_elements=["name"], set_={"value": _SET_FACT.excluded.value})
_PULLED_AT = select(_STATE.c.pulled_at).where(_STATE.c.noun == bindparam("of"))
_PULLED = select(_STATE.c.noun).where(_STATE.c.pulled_at.is_not(None))
_UNREADABLE = table_of(Unreadable)
_KNOWN_UNREADABLE = select(_UNREADABLE.c.record_id).where(_UNREADABLE.c.noun == bindparam("of"))
_log = logger("mirror")


class Mirror:
    """What the org says, in one file. Writers take turns; readers see the last finished state."""

    def __init__(self, engine: Engine, email_key: EmailKey) -> None:
        self.engine = engine
        self.email_key = email_key

    @classmethod
    def open(cls, path: Path | None, *, anew: bool = True) -> "Mirror":
        """Open the mirror, or make an empty one. None: in memory, for tests and dry runs.

        The file is readable by its owner only. A damaged file, one of another version, or one whose key is lost,
        is deleted and made anew (the log says so): everything in it comes from the org and is read again.
        With `anew` False it is left in place and refused instead: somebody else may be working with it.
        Raises StoreUnusableError when the file is in use, the disk is full or the folder is not writable.
        """
        if path is not None:
            _make_private(path)
            reason = _unfit(path, thorough=False)
            if reason and not anew:
                raise _refusal(path, reason)
            if reason:
                _throw_away(path, reason)
        engine = _open(path, anew=anew)
        with writing(engine) as connection:  # one turn for all of it: others may be opening the file right now
            if not _has_all_tables(connection):
                make_tables(connection, METADATA)
            key = keep_email_key(path) if path is not None else new_email_key()
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.exec_driver_sql(f"PRAGMA application_id = {key.mark}")
        return cls(engine, key)

    @staticmethod
    def discard(path: Path) -> None:
        """Delete a mirror that proved to be damaged while it was in use; the next opening makes it anew."""
        _throw_away(path, "it is damaged")

    @property
    def where(self) -> str:
        """The file, for messages."""
        return self.engine.url.database or "mirror in memory"

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One read transaction: all that is read in it is of one moment. Raises StoreUnusableError."""
        with plain_errors("mirror", self.where), self.engine.connect() as connection:
            yield connection

    def empty(self) -> None:
        """Forget everything, as after a change of the org; the next pull fills the mirror again."""
        with writing(self.engine) as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())

    def count(self, noun: str) -> int:
        """How many living records of a noun are here."""
        with self.reading() as connection:
            return live_count(connection, noun)

    def pulled_at(self, noun: str) -> datetime | None:
        """When a noun was last read to its end; None when it never was."""
        with self.reading() as connection:
            moment: datetime | None = connection.execute(_PULLED_AT, {"of": noun}).scalar()
        return moment

    def pulled(self) -> frozenset[str]:
        """The nouns that were once read to their end."""
        with self.reading() as connection:
            return frozenset(connection.execute(_PULLED).scalars())

    def unreadable(self) -> tuple[Unreadable, ...]:
        """The records of the org that could not be understood, for `status`."""
        table = _UNREADABLE
        with self.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.noun, table.c.record_id)).mappings()
            return tuple(Unreadable(**row) for row in rows)

    def unreadable_ids(self, noun: str) -> frozenset[str]:
        """The records of a noun that could not be understood."""
        with self.reading() as connection:
            return frozenset(connection.execute(_KNOWN_UNREADABLE, {"of": noun}).scalars())

    def fact(self, connection: Connection, name: str) -> str:
        """A single fact about the mirror, "" when it was never set."""
        return connection.execute(_FACT_NAMED, {"named": name}).scalar() or ""

    def set_fact(self, connection: Connection, name: str, value: str) -> None:
        """Remember a single fact."""
        connection.execute(_SET_FACT, {"name": name, "value": value})

    def change_number(self, connection: Connection) -> int:
        """The number of the newest change."""
        return int(self.fact(connection, _CHANGE) or 0)

    def next_change(self, connection: Connection) -> int:
        """A new change number; belongs to the transaction that makes the change."""
        number = self.change_number(connection) + 1
        self.set_change(connection, number)
        return number

    def set_change(self, connection: Connection, number: int) -> None:
        """The newest change has this number: rows that carry it are there, in the same transaction."""
        self.set_fact(connection, _CHANGE, str(number))


def live_count(connection: Connection, noun: str) -> int:
    """How many living records of a noun are here."""
    count: int = connection.execute(_living(table_of(ROWS[noun]))).scalar_one()
    return count


@cache
def _living(table: Table) -> Select[Any]:
    return select(func.count()).select_from(table).where(table.c.deleted.is_(False))


def note_unreadable(
    connection: Connection, noun: str, found: dict[str, str], readable: set[str], at: datetime
) -> None:
    """Keep the list of records that cannot be read: `found` is id to field, `readable` those read well."""
    table = _UNREADABLE
    known: Any = connection.execute(_KNOWN_UNREADABLE, {"of": noun}).scalars().all()
    for record_id in readable.intersection(known):
        connection.execute(table.delete().where(table.c.noun == noun, table.c.record_id == record_id))
    for record_id, field in found.items():
        statement = insert(table).values(noun=noun, record_id=record_id, field=field, seen_at=at)
        changed = {"field": field, "seen_at": at}
        connection.execute(statement.on_conflict_do_update(index_elements=["noun", "record_id"], set_=changed))
        if record_id not in known:
            _log.warning("a record cannot be read and is left out", noun=noun, record_id=record_id, field=field)


def _has_all_tables(connection: Connection) -> bool:
    wanted = set(METADATA.tables) | {
        str(index.name) for table in METADATA.tables.values() for index in table.indexes
    }
    return wanted.issubset(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as failure:
        raise StoreUnusableError(
            f"the mirror cannot be opened ({failure.strerror})",
            where=str(path),
            mend="check that the folder exists and is writable",
        ) from None


def _refusal(path: Path, reason: str) -> StoreUnusableError:
    mend = "start the daemon, or 'sfrouter sync': they make it anew and fill it again"
    return StoreUnusableError(f"the mirror cannot be read: {reason}", where=str(path), mend=mend)


def _open(path: Path | None, *, anew: bool) -> Engine:
    try:
        return open_engine(path, durable=False)
    except StoreUnusableError:
        reason = _unfit(path, thorough=True) if path else ""
        if path is None or not reason:
            raise
        if not anew:
            raise _refusal(path, reason) from None
        _throw_away(path, reason)
        return open_engine(path, durable=False)


def _unfit(path: Path, *, thorough: bool) -> str:
    """Why the file must be made anew, or "". A file that is merely busy or unreachable is left alone."""
    module = sqlite_module()
    try:
        connection = module.connect(path, timeout=30)
        try:
            # In this order: whoever makes the tables meanwhile sets the version in the same transaction.
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if tables and version != SCHEMA_VERSION:
                return f"it was written by another version ({version}, not {SCHEMA_VERSION})"
            key, mark = read_email_key(path), connection.execute("PRAGMA application_id").fetchone()[0]
            if tables and (key is None or key.mark != mark):
                return f"its key ({MIRROR_KEY}) is missing, damaged, or that of another mirror"
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if thorough else "ok"
            return "" if answer == "ok" else "it is damaged"
        finally:
            connection.close()
    except module.OperationalError:
        return ""  # locked, full or not readable: opening it says what is wrong
    except module.DatabaseError:
        return "it is damaged"


def _throw_away(path: Path, reason: str) -> None:
    _log.warning("the mirror is thrown away and filled again from the org", reason=reason)
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink(missing_ok=True)
    _make_private(path)
