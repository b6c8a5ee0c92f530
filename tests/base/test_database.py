"""A local database keeps what was committed and says plainly when it cannot be used."""

from pathlib import Path

import pytest
from sqlalchemy import text

from sfrouter.base.database import StoreUnusableError, open_engine, writing


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


def test_a_file_that_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(StoreUnusableError) as caught:
        open_engine(path)
    assert str(path) in str(caught.value)
    assert caught.value.mend


def test_an_error_text_holds_no_parameters(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "x.db")
    with pytest.raises(Exception, match="hidden") as caught, writing(engine) as connection:
        connection.execute(text("insert into missing values (:mail)"), {"mail": "jane@acme.example"})
    assert "jane@acme.example" not in str(caught.value)
