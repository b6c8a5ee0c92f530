"""A local database keeps what was committed and says plainly when it cannot be used."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from sfrouter.base.database import (
    StoreBusyError,
    StoreUnusableError,
    _write_ahead,
    open_engine,
    plain_errors,
    sqlite_module,
    writing,
)
from sfrouter.base.errors import ExitCode


def test_a_failed_block_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "x.db")
    with writing(engine) as connection:
        connection.execute(text("create table t (n integer)"))
    with pytest.raises(RuntimeError), writing(engine) as connection:  # noqa: PT012
        connection.execute(text("insert into t values (1)"))
        raise RuntimeError
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from t")).scalar_one() == 0


def test_commits_are_flushed_to_the_disk_and_journalled(tmp_path: Path) -> None:
    with open_engine(tmp_path / "x.db").connect() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("pragma synchronous")).scalar_one() == 2
        assert connection.execute(text("pragma foreign_keys")).scalar_one() == 1


class Refusing:
    """A connection whose first statements fail in these words."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.asked = 0

    def execute(self, _statement: str) -> None:
        self.asked += 1
        if self.words:
            raise sqlite_module().OperationalError(self.words.pop(0))


def test_of_several_that_make_a_file_at_once_none_is_refused() -> None:
    """SQLite refuses at once, without its wait, when two turn a new file to the journal in the same moment."""
    connection = Refusing("database is locked", "database is locked")
    _write_ahead(connection)
    assert connection.asked == 3


def test_only_a_locked_file_is_tried_again() -> None:
    connection = Refusing("attempt to write a readonly database")
    with pytest.raises(sqlite_module().OperationalError):
        _write_ahead(connection)
    assert connection.asked == 1


def test_a_file_that_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(StoreUnusableError) as caught:
        open_engine(path)
    assert str(path) in str(caught.value)
    assert caught.value.mend


def test_an_error_text_holds_no_parameters(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "x.db")
    with pytest.raises(OperationalError, match="hidden") as caught, engine.begin() as connection:
        connection.execute(text("insert into missing values (:mail)"), {"mail": "jane@acme.example"})
    assert "jane@acme.example" not in str(caught.value)


@pytest.mark.parametrize(
    ("pragma", "words"),
    [("query_only=1", "readonly"), ("max_page_count=1", "full")],
    ids=["may only be read", "has no room"],
)
def test_a_disk_that_takes_nothing_is_told_in_plain_words(tmp_path: Path, pragma: str, words: str) -> None:
    engine = open_engine(tmp_path / "x.db")
    with writing(engine) as connection:
        connection.execute(text("create table t (n text)"))

    @event.listens_for(engine, "begin")
    def no_more(connection: Any) -> None:
        connection.connection.dbapi_connection.execute(f"PRAGMA {pragma}")

    with pytest.raises(StoreUnusableError, match=words) as caught, writing(engine) as connection:
        connection.execute(text("insert into t values (:n)"), {"n": "x" * 10_000})
    assert caught.value.exit_code is ExitCode.STORE_UNUSABLE
    assert "x.db" in str(caught.value)
    assert caught.value.mend


def test_a_file_that_somebody_else_holds_is_tried_again_later(tmp_path: Path) -> None:
    """A backup or a second command holds it for long: that is no reason to end for good."""
    engine, other = open_engine(tmp_path / "x.db"), open_engine(tmp_path / "x.db")
    _impatient(engine)
    with writing(other), pytest.raises(StoreBusyError, match="locked") as caught, writing(engine):
        pytest.fail("two writers at once")
    assert caught.value.exit_code is ExitCode.FAILED


def test_a_fault_of_ours_is_not_called_one_of_the_file(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "x.db")
    with writing(engine) as connection:
        connection.execute(text("create table t (n integer primary key)"))
    with pytest.raises(IntegrityError), plain_errors("ledger", "here"), engine.begin() as connection:
        connection.execute(text("insert into t values (1), (1)"))


def _impatient(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def soon(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=10")

    engine.dispose()
