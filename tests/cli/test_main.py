"""The command itself: documented exit codes, one sentence for a failure, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from sfrouter import __version__
from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.cli import rules as rules_command
from tests.cli.command import command
from tests.cli.conftest import Place

pytestmark = pytest.mark.usefixtures("nowhere")


class Broken:
    """Takes the place of the catalogue and fails in its own way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
        self.failure = failure
        monkeypatch.setattr("sfrouter.journey.catalogue.catalogue", self)
        assert rules_command

    def __call__(self) -> tuple[()]:
        raise self.failure


def test_without_words_it_shows_every_command() -> None:
    answer = command()
    assert (answer.code, answer.out) == (2, "")
    for name in ("run", "once", "sync", "status", "explain", "check", "rules", "demo", "localorg"):
        assert f"\n  {name} " in answer.err


def test_no_line_of_the_overview_is_cut_off() -> None:
    for words in (("--help",), ("localorg", "--help")):
        _, _, listed = command(*words).out.partition("Commands:")
        assert listed
        assert "..." not in listed


def test_the_version_is_told() -> None:
    assert command("--version").out == f"sfrouter {__version__}\n"


@pytest.mark.parametrize(
    "words", [("frobnicate",), ("status", "--jsn"), ("explain",), ("localorg", "serve", "--port", "abc")]
)
def test_a_wrong_command_line_ends_with_2_and_says_which_word(words: tuple[str, ...]) -> None:
    answer = command(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "Error: " in answer.err


@pytest.mark.parametrize("code", list(ExitCode))
def test_a_failure_ends_with_its_own_code_and_one_message(monkeypatch: pytest.MonkeyPatch, code: ExitCode) -> None:
    failure = SfrouterError("it is broken", where="here", mend="mend it")
    failure.exit_code = code
    Broken(monkeypatch, failure)
    answer = command("rules")
    assert (answer.code, answer.out, answer.err) == (
        int(code),
        "",
        "sfrouter: here: it is broken\n  mend: mend it\n",
    )


def test_a_message_never_shows_a_token_or_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    token = "00D5e0000000001EAA!" + "a1" * 20
    Broken(monkeypatch, SfrouterError(f"kim@acme.example was refused with {token}"))
    err = command("rules").err
    assert "kim@acme.example" not in err
    assert "a1a1" not in err


def test_a_file_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Broken(monkeypatch, PermissionError(13, "Permission denied", "/some/file"))
    answer = command("rules")
    assert answer.code == 1
    assert answer.err.startswith("sfrouter: /some/file: Permission denied\n  mend: ")


def test_an_unforeseen_fault_is_one_sentence_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SFROUTER_LOG_LEVEL", raising=False)
    Broken(monkeypatch, KeyError("kim@acme.example"))
    answer = command("rules")
    assert answer.code == 1
    assert answer.err.startswith("sfrouter: an unforeseen fault (KeyError at test_main.py:")
    assert "Traceback" not in answer.err
    assert "kim@acme.example" not in answer.err


def test_who_asks_for_it_sees_the_way_to_an_unforeseen_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFROUTER_LOG_LEVEL", "debug")
    Broken(monkeypatch, KeyError("kim@acme.example"))
    err = command("rules").err
    assert "Traceback (most recent call last)" in err
    assert "kim@acme.example" not in err


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    Broken(monkeypatch, KeyboardInterrupt())
    answer = command("rules")
    assert answer.code == 130
    assert "Traceback" not in answer.err


def test_a_reader_who_leaves_early_is_no_reason_to_complain() -> None:
    """`sfrouter rules | head -1`"""
    whole = subprocess.Popen(
        [sys.executable, "-m", "sfrouter", "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert whole.stdout is not None
    assert whole.stderr is not None
    whole.stdout.close()
    assert whole.stderr.read() == b""
    whole.stderr.close()
    assert whole.wait(timeout=30) in (0, 1)


def test_the_world_of_the_demo_is_written_once_and_never_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    assert command("localorg", "world", str(file)).code == 0
    before = file.read_bytes()
    answer = command("localorg", "world", str(file))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"sfrouter: {file}: the file is there already\n  mend: name a new one\n"
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("localorg", "world", "missing/folder/world.json"),
            "missing/folder/world.json: No such file or directory",
        ),
        (("localorg", "serve", "--world", "missing.json"), "missing.json"),
        (("demo", "--keep", "file"), "file: this is a file, not a folder"),
        (("demo", "--keep", "file/below"), "file/below: this is a file, not a folder"),
        (("demo", "--keep", "."), ".: the folder is not empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_path_that_cannot_be_used_is_told_at_once(words: tuple[str, ...], said: str) -> None:
    Path("file").write_text("")
    answer = command(*words)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"sfrouter: {said}")
    assert "mend: " in answer.err


@pytest.mark.parametrize("words", [("sync",), ("once", "--dry-run")])
def test_the_other_reports_are_json_and_nothing_else(here: Place, words: tuple[str, ...]) -> None:
    assert here
    answer = command(*words, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json
