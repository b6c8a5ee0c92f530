"""`sfrouter backup` and `sfrouter restore` as an operator types them."""

from pathlib import Path

import pytest

from sfrouter.daemon.single import alone
from tests.cli.command import command
from tests.journey.stage import Stage


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one decided lead."""
    stage = Stage(tmp_path / "data")
    stage.lead()
    stage.cycle()
    stage.mirror.close()
    stage.ledger.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def test_there_and_back(here: Path) -> None:
    made = command("backup", "copy.db")
    assert (made.code, made.err) == (0, "")
    assert str(here / "copy.db") in made.out
    answer = command("restore", "copy.db", "--json")
    assert (answer.code, answer.json["decisions"], answer.json["log_faults"]) == (0, 1, [])
    assert command("verify").code == 0
    assert "Brought back: 1 decisions" in command("restore", "copy.db").out


def test_a_second_copy_of_the_same_name_and_one_that_is_not_there_are_refused(here: Path) -> None:
    assert command("backup", "copy.db").code == 0
    again = command("backup", "copy.db")
    assert (again.code, "give a name that is free" in again.err) == (1, True)
    missing = command("restore", "none.db")
    assert (missing.code, "give the path of a backup" in missing.err) == (1, True)


def test_nothing_is_restored_under_a_running_daemon(here: Path) -> None:
    assert command("backup", "copy.db").code == 0
    with alone(here / "data"):
        assert command("restore", "copy.db").code == 6


def test_an_erasure_names_the_copies_that_still_hold_the_person(here: Path) -> None:
    assert command("backup", "copy.db").code == 0
    out = command("erase", "--email", "p1@delta1.example").out
    assert f"A backup made before still holds it: {here / 'copy.db'}" in out


def test_an_erasure_names_a_ledger_that_was_put_aside_too(here: Path) -> None:
    assert command("backup", "copy.db").code == 0
    (here / "copy.db").rename(here / "elsewhere.db")
    aside = command("restore", "elsewhere.db", "--json").json["aside"]
    told = command("erase", "--email", "p1@delta1.example", "--json").json["backups"]
    assert [one["path"] for one in told] == [str(Path(aside).absolute())]
    Path(aside).unlink()
    assert command("erase", "--lead", "00Q000000000009", "--json").json["backups"] == []
