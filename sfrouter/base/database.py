"""Opens a local SQLite file so that what was committed stays committed, and says so when it cannot."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from sfrouter.base.errors import ExitCode, SfrouterError

WAY_BACK = "stop sfrouter and go back to a backup: sfrouter restore FILE (docs/operations.md, Backups)"
"""The mend of a ledger that is damaged."""
_DAMAGED = ("malformed", "file is not a database")  # SQLITE_CORRUPT, SQLITE_NOTADB
_CACHE_KIB = 1024  # a connection's; what it lacks, the system still has at hand
_BEGIN = "begin"  # under this name a connection holds how its next transaction is to begin
_UNREACHABLE = "check that the folder is writable and the file is an SQLite database; see docs/operations.md"


class StoreUnusableError(SfrouterError):
    """A database file is damaged, read-only, full, or written by a newer version."""

    exit_code = ExitCode.STORE_UNUSABLE


class StoreDamagedError(StoreUnusableError):
    """What a database file holds is no database any more. `store` names which one it is."""

    def __init__(self, store: str, why: object, *, where: str) -> None:
        mend = WAY_BACK if store == "ledger" else "start sfrouter again: it is made anew by itself"
        super().__init__(f"the {store} is damaged ({why})", where=where, mend=mend)
        self.store = store


class StoreBusyError(StoreUnusableError):
    """Another process has held the file for half a minute; the next try may find it free."""

    exit_code = ExitCode.FAILED


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: before 3.51.3 two writers could corrupt a WAL file."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def open_engine(path: Path | None, *, durable: bool = True) -> Engine:
    """An engine on `path` (None: in memory). `durable` flushes to the disk at every commit.

    Statement parameters never reach an error text, as they hold personal data.
    Raises StoreUnusableError when the file cannot be opened or is damaged.
    """
    if path is None:
        engine = create_engine(
            "sqlite://", module=sqlite_module(), hide_parameters=True, poolclass=StaticPool,
            connect_args={"check_same_thread": False},
        )  # fmt: skip
    else:
        engine = create_engine(
            f"sqlite:///{path}", module=sqlite_module(), hide_parameters=True, poolclass=QueuePool,
            pool_use_lifo=True,  # the connection that was used last: those that one busy hour opened stay small
            connect_args={"timeout": 30, "check_same_thread": False},
        )  # fmt: skip
    _prepare(engine, durable=durable)
    if path is not None:
        _check(engine, path)
    return engine


def _prepare(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        _write_ahead(connection)
        for pragma in (
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            "busy_timeout=30000",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"cache_size=-{_CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Any) -> None:
        connection.dbapi_connection.execute(connection.info.pop(_BEGIN, "BEGIN"))

    # Listening for the engine's "begin" would make every single statement look for listeners.
    engine.dialect.do_begin = begin  # type: ignore[assignment,method-assign]


def _busy(failure: BaseException | None) -> bool:
    return isinstance(failure, sqlite_module().OperationalError) and "locked" in str(failure)


# Of several that turn a new file to this journal at once SQLite refuses some at once, whatever the timeout.
@retry(retry=retry_if_exception(_busy), wait=wait_random(0.01, 0.1), stop=stop_after_delay(30), reraise=True)
def _write_ahead(connection: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")


def _check(engine: Engine, path: Path) -> None:
    try:
        with engine.connect() as connection:
            answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    except DatabaseError as failure:
        raise StoreUnusableError(
            f"the database cannot be opened ({type(failure.orig).__name__}: {failure.orig})",
            where=str(path),
            mend=_UNREACHABLE if isinstance(failure.orig, sqlite_module().OperationalError) else WAY_BACK,
        ) from None
    if answer != "ok":
        raise StoreUnusableError(
            "the database is damaged",
            where=str(path),
            mend=WAY_BACK,
        )


class plain_errors:  # noqa: N801 - it is used like a function, and cheaper than one: every short look passes here
    """What SQLite says of a disk that is full or read-only, or of a damaged file, in words for an operator.

    Raises StoreUnusableError instead of what the driver raises, StoreBusyError while somebody else holds the file.
    """

    __slots__ = ("_name", "_where")

    def __init__(self, name: str, where: str) -> None:
        self._name = name
        self._where = where

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, _kind: object, failure: BaseException | None, _trace: object) -> None:
        if isinstance(failure, DatabaseError) and not isinstance(failure, IntegrityError | ProgrammingError):
            raise self._in_words(failure) from None  # those two are a fault of ours, not of the file

    def _in_words(self, failure: DatabaseError) -> StoreUnusableError:
        if any(words in str(failure.orig) for words in _DAMAGED):
            return StoreDamagedError(self._name, failure.orig, where=self._where)
        return (StoreBusyError if _busy(failure.orig) else StoreUnusableError)(
            f"the {self._name} cannot be used ({failure.orig})",
            where=self._where,
            mend="check free space and permissions of the data folder; see docs/operations.md",
        )


@contextmanager
def writing(engine: Engine, name: str = "mirror") -> Iterator[Connection]:
    """One write transaction: committed when the block ends, undone when it fails. Raises StoreUnusableError."""
    with (
        plain_errors(name, engine.url.database or f"{name} in memory"),
        engine.connect() as connection,
    ):
        connection.info[_BEGIN] = "BEGIN IMMEDIATE"
        with connection.begin():
            yield connection


def make_tables(connection: Connection, metadata: MetaData) -> None:
    """Make the tables and indexes that the file lacks, within the connection's transaction.

    A new file lacks all of them: nothing needs to be looked for, and the words to make them are always the same.
    """
    if connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is not None:
        metadata.create_all(connection)
        return
    for words in _all_of(metadata, len(metadata.tables)):
        connection.exec_driver_sql(words)


@cache
def _all_of(metadata: MetaData, _tables: int) -> tuple[str, ...]:
    made: list[CreateTable | CreateIndex] = []
    for table in metadata.sorted_tables:
        made.append(CreateTable(table))
        made += [CreateIndex(one) for one in sorted(table.indexes, key=lambda one: str(one.name))]
    dialect = sqlite.dialect()
    return tuple(str(one.compile(dialect=dialect)) for one in made)


def fold_journal(engine: Engine) -> bool:
    """Fold the journal into the file and cut it to nothing, so that what was deleted is in neither.

    False when somebody reads or writes just then, for two seconds: the journal is cut another time.
    """
    raw = engine.raw_connection()
    cursor = raw.cursor()
    try:
        cursor.execute("PRAGMA busy_timeout=2000")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        answer = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout=30000")
    finally:
        raw.close()
    return not (answer and answer[0])
