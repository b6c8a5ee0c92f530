"""`sfrouter backup` and `sfrouter restore` as an operator types them."""

from pathlib import Path

import pytest

from sfrouter.config.shipped import shipped_mappings
from sfrouter.daemon.single import alone
from sfrouter.mirror.store import Mirror
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
    assert "1 decisions" in command("restore", "copy.db").out


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


@pytest.mark.parametrize("words", [("backup", "copy.db"), ("verify",), ("erase", "--lead", "00Q000000000009")])
@pytest.mark.parametrize("folder", ["nowhere", "empty", "cut"])
def test_where_no_ledger_is_nothing_is_copied_verified_or_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], folder: str
) -> None:
    """A nightly backup in a shell that lacks the service's settings would copy an empty ledger for ever."""
    data = tmp_path / folder
    if folder != "nowhere":
        data.mkdir()
    if folder == "cut":
        (data / "ledger.db").touch()
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", folder)
    answer = command(*words)
    assert (answer.code, answer.out) == (8, "")
    assert f"{data}: there is no ledger in this data folder" in answer.err
    assert "SFROUTER_DATA_DIR" in answer.err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_ledger_that_has_gone_is_not_begun_anew_beside_its_mirror(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would forget whose turn it is, what is held, and what may have arrived."""
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))
    monkeypatch.setenv("SFROUTER_SALESFORCE_INSTANCE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SFROUTER_SALESFORCE_ACCESS_TOKEN", "never sent")
    assert command("backup", "copy.db").code == 0
    data = here / "data"
    Mirror.open(data / "mirror.db").close()
    for left in data.glob("ledger.db*"):
        left.unlink()
    for words in (("run",), ("once",), ("status",), ("sync",), ("review", "list"), ("adopt-org",)):
        answer = command(*words)
        assert (answer.code, answer.out) == (8, ""), words
        said = " ".join(answer.err.split())
        assert "the ledger has gone (ledger.db), but not its mirror (mirror.db)" in said
        assert "sfrouter restore FILE" in said
        assert not list(data.glob("ledger.db*")), words
    assert command("restore", "copy.db").code == 0
    assert command("status", "--json").code == 0
    for left in (*data.glob("ledger.db*"), *data.glob("mirror.db*")):
        left.unlink()
    assert command("status", "--json").code == 0  # an empty folder is a beginning


def test_who_only_looks_makes_no_ledger_that_a_backup_would_then_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(shipped_mappings()))
    for words in (("status",), ("review", "list"), ("pools",), ("sla",)):
        assert command(*words).code == 0, words
    assert list(tmp_path.iterdir()) == []


def test_a_backup_tells_how_many_decisions_are_in_it(here: Path) -> None:
    assert "1 decisions" in command("backup", "copy.db").out
    assert command("backup", "other.db", "--json").json["decisions"] == 1
    assert sorted(one.name for one in here.iterdir()) == ["copy.db", "data", "other.db"]


def test_a_new_machine_is_told_which_folder_got_the_ledger(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("backup", "copy.db").code == 0
    assert "no ledger before" not in command("restore", "copy.db").out
    monkeypatch.setenv("SFROUTER_DATA_DIR", "new")
    answer = command("restore", "copy.db")
    assert answer.code == 0
    said = " ".join(answer.out.split())
    assert f"Brought back into {here / 'new'}: 1 decisions" in said
    assert "There was no ledger before in this folder" in said
    assert command("restore", "copy.db", "--json").json["data_dir"] == str(here / "new")


@pytest.mark.parametrize("content", [b"", b"no database " * 1000, b"half"])
def test_a_damaged_copy_is_named_as_it_was_typed_and_changes_nothing(here: Path, content: bytes) -> None:
    assert command("backup", "copy.db").code == 0
    whole = (here / "copy.db").read_bytes()
    (here / "copy.db").write_bytes(whole[: len(whole) // 2] if content == b"half" else content)
    before = command("verify").out
    answer = command("restore", "copy.db")
    assert (answer.code in (1, 8), answer.out) == (True, "")
    assert answer.err.startswith("sfrouter: copy.db: ")
    assert "restoring" not in answer.err
    assert "sfrouter restore FILE" not in answer.err
    assert "give the path of a backup that is whole" in answer.err
    assert command("verify").out == before
    assert not list((here / "data").glob("*.before-*"))
