"""`sfrouter erase` and `sfrouter verify` beside a ledger that a daemon left."""

from pathlib import Path

import pytest
from sqlalchemy import text

from sfrouter.base.database import open_engine, writing
from sfrouter.config.shipped import shipped_mappings
from sfrouter.daemon.single import alone
from tests.cli.command import command
from tests.journey.stage import NOON, Stage, an_id

LEAD = an_id("lead", 1)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one decided lead; the admin's files are missing."""
    stage = Stage(tmp_path)
    stage.lead(email="joe@zyxacme.example", company="Zyxacme")
    stage.cycle()
    stage.mirror.close()
    stage.ledger.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(tmp_path / "none"))
    return tmp_path


def bytes_of(folder: Path) -> bytes:
    """All files together."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_person_is_erased_by_address_and_the_log_stays_sound(here: Path) -> None:
    assert b"zyxacme" in bytes_of(here).lower()
    before = command("verify", "--json").json
    answer = command("erase", "--email", "Joe@ZYXacme.example")
    assert (answer.code, answer.err) == (0, "")
    assert LEAD in answer.out
    assert "delete it there too" in answer.out
    assert b"zyxacme" not in bytes_of(here).lower()
    after = command("verify", "--head", before["head"], "--json")
    assert (after.code, after.json["sound"], after.json["erased"]) == (0, True, before["decisions"])


def test_an_erasure_beside_a_reader_is_finished_by_the_same_command_a_minute_later(here: Path) -> None:
    with (
        open_engine(here / "mirror.db").connect() as keeps_it_open,
        open_engine(here / "mirror.db").connect() as one,
    ):
        keeps_it_open.execute(text("SELECT 1")).all()
        keeps_it_open.rollback()
        one.execute(text("SELECT count(*) FROM lead")).all()
        assert "run the command again in a minute" in command("erase", "--email", "joe@zyxacme.example").out
        assert b"zyxacme" in bytes_of(here).lower()
        one.rollback()
        again = command("erase", "--email", "joe@zyxacme.example")
        assert (again.code, "nobody with this address" in again.err) == (1, True)
        assert b"zyxacme" not in bytes_of(here).lower()


def test_erase_tells_programs_what_went(here: Path) -> None:
    answer = command("erase", "--lead", LEAD[:15], "--json").json
    assert answer["lead_ids"] == [LEAD]
    assert answer["erased"]["decisions"] == 1
    assert answer["folded"] is True


def test_nobody_is_erased_by_mistake(here: Path) -> None:
    assert command("erase").code == 2
    answer = command("erase", "--lead", "no-id")
    assert (answer.code, "Traceback" in answer.err) == (2, False)
    answer = command("erase", "--email", "other@zyxacme.example")
    assert answer.code == 1
    assert "nobody with this address" in answer.err
    assert "other@" not in answer.err
    assert command("verify", "--json").json["erased"] == 0


def test_verify_names_what_was_changed_and_ends_with_1(here: Path) -> None:
    assert "The log is sound: 1 decisions" in command("verify").out
    with writing(open_engine(here / "ledger.db")) as connection:
        connection.execute(text("UPDATE decision SET reason = 'x'"))
    answer = command("verify")
    assert answer.code == 1
    assert f"the reason or trace of decision 1 of lead {LEAD} was changed" in answer.out
    assert command("verify", "--json").json["sound"] is False


def test_verify_misses_a_head_that_is_no_longer_there(here: Path) -> None:
    answer = command("verify", "--head", "f" * 64)
    assert answer.code == 1
    assert "its end was cut off" in answer.out


def test_a_contact_without_a_lead_is_erased_by_address_too(here: Path) -> None:
    stage = Stage(here)
    stage.row("contact", id="003000000000001AAA", account_id=an_id("account", 1), email="eva@zyxother.example")
    assert b"zyxother" not in bytes_of(here).lower(), "a keyed hash stands for the address"
    stage.mirror.close()
    stage.ledger.close()
    answer = command("erase", "--email", "Eva@zyxother.example")
    assert (answer.code, answer.err) == (0, "")
    assert "1 contacts" in answer.out
    assert "delete them there too" in answer.out
    assert b"zyxother" not in bytes_of(here).lower()
    assert command("erase", "--email", "eva@zyxother.example").code == 1


def spoilt(mirror: Path) -> bytes:
    """The mirror as no database any more; what the file holds now."""
    for file in mirror.parent.glob("mirror.db-*"):
        file.unlink()
    mirror.write_bytes(b"no database " * 1000)
    return mirror.read_bytes()


def test_a_spoilt_mirror_keeps_nobody_from_being_erased(here: Path) -> None:
    spoilt(here / "mirror.db")
    assert command("erase", "--lead", LEAD).code == 0
    assert b"zyxacme" not in bytes_of(here).lower()


@pytest.mark.parametrize(
    "words",
    [("erase", "--lead", LEAD), ("accounts", "create", "acme.example"), ("accounts", "undo", "acme.example")],
)
def test_a_mirror_is_not_thrown_away_under_a_daemon(
    here: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """The daemon has the file open: it would go on with one that is gone, and what is erased there would stay."""
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))
    before = spoilt(here / "mirror.db")
    with alone(here):
        answer = command(*words)
    assert answer.code == 8
    assert "the mirror cannot be read" in answer.err
    assert (here / "mirror.db").read_bytes() == before


def test_an_erased_lead_that_was_never_decided_is_not_decided_on_paper(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))
    stage = Stage(here)
    stage.row("lead", id=an_id("lead", 2), created_at=NOON, modified_at=NOON, email="new@zyxacme.example")
    stage.mirror.close()
    stage.ledger.close()
    assert "Not decided yet" in command("explain", an_id("lead", 2)).out
    assert command("erase", "--lead", an_id("lead", 2)).code == 0
    answer = command("explain", an_id("lead", 2))
    assert (answer.code, answer.out) == (1, "")
    assert "was deleted in the org or erased here, and never decided" in answer.err


UNKNOWN = an_id("lead", 999)


def test_an_id_that_nobody_knows_is_not_called_erased(here: Path) -> None:
    """Mistyped, the person would stay, and the one who asked would be told that nothing is left."""
    assert command("backup", "copy.db").code == 0
    answer = command("erase", "--lead", UNKNOWN)
    assert answer.code == 1
    assert f"Nothing was known here of {UNKNOWN}" in answer.out
    assert "Erased" not in answer.out
    assert "backup" not in answer.out
    told = command("erase", "--lead", UNKNOWN, "--json")
    assert (told.code, told.json["unknown"], told.json["backups"]) == (1, [UNKNOWN], [])


def test_beside_one_that_is_erased_the_unknown_is_named(here: Path) -> None:
    answer = command("erase", "--lead", UNKNOWN, "--lead", LEAD)
    assert answer.code == 0
    assert f"Erased: {LEAD} (1 decisions" in answer.out
    assert f"Nothing was known here of {UNKNOWN}" in answer.out


def test_who_was_erased_already_is_no_stranger(here: Path) -> None:
    """The command is to be run again where somebody read a database, and a mirror may have been made anew."""
    assert command("erase", "--lead", LEAD).code == 0
    assert command("erase", "--lead", LEAD).code == 0
    spoilt(here / "mirror.db")
    assert command("erase", "--lead", LEAD).code == 0


@pytest.mark.parametrize("head", ["", "  ", "2b5d", "f" * 63, "g" * 64])
def test_what_is_no_whole_head_is_not_looked_for(here: Path, head: str) -> None:
    """An empty variable in a script would pass for a head that was found."""
    assert here
    answer = command("verify", "--head", head)
    assert (answer.code, answer.out) == (2, "")
    assert "no whole head" in answer.err
    assert "cut off" not in answer.err


def test_the_head_that_is_printed_may_be_typed_in_capitals_and_one_of_an_empty_log_is_known(here: Path) -> None:
    head = command("verify", "--json").json["head"]
    assert command("verify", "--head", f" {head.upper()} ").code == 0
    assert command("verify", "--head", "0" * 64).code == 0
