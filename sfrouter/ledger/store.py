"""Opens the ledger's file: only its owner may read it, a damaged or newer one is refused, commits are kept."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from sfrouter.base.clock import Clock
from sfrouter.base.database import StoreUnusableError, make_tables, open_engine, plain_errors, writing
from sfrouter.ledger.chain import chain_the_past
from sfrouter.ledger.chain_tables import CHAIN
from sfrouter.ledger.errors import LedgerTooNewError, NotALedgerError
from sfrouter.ledger.link_line import line_up_the_past
from sfrouter.ledger.new_account_tables import LINK_TO_MAKE
from sfrouter.ledger.tables import NOTE, LedgerTable

FORM = 11  # raised whenever the tables or their words change; a file with a higher number is refused
_FORM_NOTE = "form"
_FORM_IS = select(NOTE.c.value).where(NOTE.c.name == _FORM_NOTE)
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"


class LedgerStore:
    """The open file. `clock` dates what is recorded."""

    def __init__(self, engine: Engine, clock: Clock, *, where: str) -> None:
        self.engine = engine
        self.clock = clock
        self.where = where
        # While no connection is open SQLite folds its journal into the file, with several more flushes to the
        # disk: one idle connection makes every commit about three times as fast.
        self._idle = engine.raw_connection()

    def close(self) -> None:
        """Let go of the file."""
        self._idle.close()
        self.engine.dispose()

    def write(self) -> AbstractContextManager[Connection]:
        """One write transaction, begun at once (BEGIN IMMEDIATE): all of it is kept or nothing.

        Raises StoreUnusableError when the file is read-only, locked, damaged, or the disk is full.
        """
        return writing(self.engine, "ledger")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at the file. Raises StoreUnusableError when it cannot be read."""
        with self.plain_errors(), self.engine.connect() as connection:
            yield connection

    def plain_errors(self) -> AbstractContextManager[None]:
        """What the database says becomes one sentence with its mend."""
        return plain_errors("ledger", self.where)

    def now(self) -> datetime:
        """The moment, for dating what is recorded."""
        return self.clock.now()


def open_store(path: Path | None, clock: Clock) -> LedgerStore:
    """The ledger at `path`, made when it is not there; None keeps it in memory (tests, dry runs).

    A new folder gets mode 0700, the file 0600. Raises StoreUnusableError, LedgerTooNewError, NotALedgerError.
    """
    where = str(path) if path else "ledger in memory"
    if path is not None:
        _make_private(path, where)
    store = LedgerStore(open_engine(path), clock, where=where)
    with store.read() as connection:
        tables = connection.exec_driver_sql(_TABLES).scalars().all()
        if NOTE.name in tables:
            _check_form(connection, where)
            if _form(connection) == FORM and set(LedgerTable.metadata.tables) <= set(tables):
                return store  # a look at a finished file writes nothing: `status` runs beside the daemon
        elif tables:
            raise NotALedgerError(where=where)
    with store.write() as connection:
        # An older file only ever gets further tables: what is in it stays as it is.
        make_tables(connection, LedgerTable.metadata)
        if CHAIN.name not in tables:
            chain_the_past(connection)
        if LINK_TO_MAKE.name not in tables:
            line_up_the_past(connection)
        connection.execute(NOTE.delete().where(NOTE.c.name == _FORM_NOTE))
        connection.execute(NOTE.insert().values(name=_FORM_NOTE, value=str(FORM), at=clock.now()))
    return store


def _make_private(path: Path, where: str) -> None:
    # SQLite gives its -wal and -shm files the mode of the main file, so making that one first is enough.
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as failure:
        raise StoreUnusableError(
            f"the ledger cannot be opened ({failure.strerror})",
            where=where,
            mend="check that the data folder exists, is writable and belongs to the user sfrouter runs as",
        ) from None


def _form(connection: Connection) -> int | None:
    value = connection.execute(_FORM_IS).scalar_one_or_none()
    return None if value is None else int(value)


def _check_form(connection: Connection, where: str) -> None:
    found = _form(connection)
    if found is not None and found > FORM:
        raise LedgerTooNewError(found, FORM, where=where)
