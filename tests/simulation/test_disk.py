"""The disk goes wrong under the router: it says so in plain words, ends or goes on, and converges after."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.simulation.checker import Checker
from tests.simulation.disk import REFUSED, _copy
from tests.simulation.files import sqlite3
from tests.simulation.history import History, run
from tests.simulation.script import appoint_trouble, begin
from tests.simulation.world_troubles import WORLD_TROUBLES

SINCE, SECONDS = 36.0, 40.0
"""The first load is over by then; two polls meet the trouble."""


def _lived(name: str, seed: int) -> History:
    """A history whose only trouble is this one; leads come in while it lasts."""
    trouble = next(one for one in WORLD_TROUBLES if one.name == name)
    history = begin(seed, "bounded", fault_rate=0.0, crash_rate=0.0)
    appoint_trouble(history, trouble, SINCE, SECONDS)
    history.clock.at(SINCE + 5, lambda: history.people.arrive(30))
    run(history, Checker())
    assert not history.violations
    assert history.met[name] == 1
    return history


@pytest.mark.parametrize(
    ("name", "words"),
    [("the disk is full", "database or disk is full"), ("the disk can only be read", "readonly database")],
)
def test_a_disk_that_takes_nothing_ends_the_process_with_clear_words(name: str, words: str) -> None:
    """What was not kept was not sent either: everything converges once there is room again."""
    history = _lived(name, 1)
    assert "exit code 8" in history.stopped
    line = next(line for line in history.log.getvalue().splitlines() if "must_stop" in line)
    assert words in line
    assert "check free space and permissions" in line


def test_a_damaged_mirror_is_thrown_away_and_filled_again() -> None:
    history = _lived("the mirror's file is damaged", 2)
    assert "the mirror is thrown away and filled again" in history.log.getvalue()
    assert not history.stopped


def test_a_damaged_ledger_is_refused_until_it_is_put_back() -> None:
    history = _lived("the ledger's file is damaged", 0)
    assert history.stopped == [REFUSED]
    refusal = next(line for line in history.story if "does not start" in line)
    assert "ledger.db" in refusal
    assert "mend:" in refusal


def test_a_mirror_damaged_while_no_process_could_start_does_not_stop_the_judge() -> None:
    """The ledger is damaged too: every start is refused until the history is over (found by hostile seed 5096)."""
    history = begin(3, "hostile", fault_rate=0.0, crash_rate=0.0)
    for name in ("the ledger's file is damaged", "the mirror's file is damaged"):
        trouble = next(one for one in WORLD_TROUBLES if one.name == name)
        appoint_trouble(history, trouble, history.trouble_ends - 60, SECONDS)
    run(history, Checker())
    assert "mirror.db is damaged" in "\n".join(history.story)
    assert set(history.stopped) == {REFUSED}
    assert not history.violations


def test_what_stands_in_the_journal_only_is_in_the_copy_of_a_ledger(tmp_path: Path) -> None:
    """After a death nobody need have moved it into the file (found by 72 hours of seed 1)."""
    path, kept = tmp_path / "ledger.db", tmp_path / "ledger.kept"
    with closing(sqlite3.connect(path)) as left_open:
        left_open.execute("PRAGMA journal_mode=WAL")
        left_open.execute("CREATE TABLE one (x)")
        left_open.execute("INSERT INTO one VALUES (7)")
        left_open.commit()
        _copy(path, kept)
        with closing(sqlite3.connect(kept)) as copy:
            assert copy.execute("SELECT x FROM one").fetchall() == [(7,)]
