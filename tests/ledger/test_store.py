"""The ledger's file: private, checked when it is opened, and refused with a way out when it is not right."""

import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from sfrouter.base.clock import SetClock
from sfrouter.base.database import StoreUnusableError, open_engine, writing
from sfrouter.base.errors import ExitCode
from sfrouter.ledger.errors import LedgerTooNewError, NotALedgerError
from sfrouter.ledger.ledger import Ledger
from tests.ledger.samples import LEAD, NOON, decision, move, write


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_and_file_are_open_to_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ledger.db"
    ledger = Ledger.open(path, SetClock(NOON))
    with ledger._store.write() as connection:
        beside = [item for item in path.parent.iterdir() if item != path]
        assert beside
        assert [mode(item) for item in beside] == [0o600] * len(beside)
        connection.execute(text("SELECT 1"))
    assert mode(path.parent) == 0o700
    assert mode(path) == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path, SetClock(NOON)).close()
    path.chmod(0o644)
    Ledger.open(path, SetClock(NOON)).close()
    assert mode(path) == 0o600


def test_what_was_recorded_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first = Ledger.open(path, SetClock(NOON))
    first.record(decision(), (write("k"),), ())
    first.close()
    again = Ledger.open(path, SetClock(NOON))
    stored = again.last_decision(decision().lead_id)
    assert stored is not None
    assert stored.decision == decision()
    assert [item.key for item in again.writes()] == ["k"]


def test_a_newer_versions_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path, SetClock(NOON)).close()
    engine = open_engine(path)
    with writing(engine) as connection:
        connection.execute(text("UPDATE note SET value = '99' WHERE name = 'form'"))
    with pytest.raises(LedgerTooNewError, match="newer sfrouter") as failure:
        Ledger.open(path, SetClock(NOON))
    assert failure.value.exit_code is ExitCode.STORE_UNUSABLE
    assert str(path) in str(failure.value)
    assert "mend:" in str(failure.value)


def test_an_older_versions_file_gains_tables_and_loses_nothing(tmp_path: Path) -> None:
    """The ledger is never lost: an upgrade only adds."""
    path = tmp_path / "ledger.db"
    first = Ledger.open(path, SetClock(NOON))
    first.record(decision(), (write("k"),), ())
    first.close()
    with writing(open_engine(path)) as connection:
        for table in ("profile", "profile_key", "profile_word"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE note SET value = '1' WHERE name = 'form'"))
    again = Ledger.open(path, SetClock(NOON))
    assert again.profiles() == ()
    stored = again.last_decision(decision().lead_id)
    assert stored is not None
    assert stored.decision == decision()
    again.close()
    with open_engine(path).connect() as connection:
        form = connection.execute(text("SELECT value FROM note WHERE name = 'form'")).scalar_one()
    assert int(form) >= 2


def test_another_programs_database_is_not_taken_for_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with writing(open_engine(path)) as connection:
        connection.execute(text("CREATE TABLE song (title TEXT)"))
    with pytest.raises(NotALedgerError):
        Ledger.open(path, SetClock(NOON))
    with open_engine(path).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 1


@pytest.mark.parametrize("damage", ["text", "torn"])
def test_a_damaged_file_is_refused_with_a_plain_message(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ledger.db"
    if damage == "text":
        path.write_text("this is no database at all, only some words " * 50)
    else:
        ledger = Ledger.open(path, SetClock(NOON))
        for number in range(1, 60):
            ledger.record(decision(number=number), (write(f"k{number}", number),), ())
        with ledger._store.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        ledger.close()
        content = bytearray(path.read_bytes())
        for start in range(4096, len(content), 4096):
            content[start : start + 600] = b"\xa5" * 600
        path.write_bytes(content)
    with pytest.raises(StoreUnusableError) as failure:
        Ledger.open(path, SetClock(NOON))
    assert "Traceback" not in str(failure.value)


def test_a_folder_that_cannot_be_made_is_one_plain_message(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StoreUnusableError, match="cannot be opened"):
        Ledger.open(tmp_path / "data" / "ledger.db", SetClock(NOON))


def test_a_full_disk_is_a_plain_message_and_keeps_nothing_of_the_decision(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.db", SetClock(NOON))
    ledger.record(decision(), (write("k"),), ())

    @event.listens_for(ledger._store.engine, "connect")
    def no_room(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite keeps it at the present size

    ledger._store.engine.dispose()  # the limit takes hold with the next connection
    long_one = decision(number=2, reason="why " * 100_000, moves=(move("emea", someone=1),))
    with pytest.raises(StoreUnusableError, match="full") as failure:
        ledger.record(long_one, (write("k2", 2),), ())
    assert "free space" in failure.value.mend
    assert "why why" not in str(failure.value)
    assert len(ledger.decisions()) == 1
    assert ledger.rotation().turns == {}


def test_looking_at_a_finished_ledger_needs_no_write(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    daemon = Ledger.open(path, SetClock(NOON))
    with daemon._store.write():
        onlooker = Ledger.open(path, SetClock(NOON))
        assert onlooker.status().decisions == 0


def test_a_ledger_of_an_older_form_gets_the_newer_tables_and_keeps_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    before = Ledger.open(path, SetClock(NOON))
    before.record(decision(), (), ())
    with before._store.write() as connection:
        for name in ("review_answer", "never_match", "link_order"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE note SET value = '1' WHERE name = 'form'"))
    before.close()
    after = Ledger.open(path, SetClock(NOON))
    assert (after.open_orders(), after.never_pairs()) == ({}, frozenset())
    assert after.decisions_of(LEAD)[0].decision == decision()
    after.close()
