"""Bad input, given to the real command (`run`: as a process): one clear message, its exit code, nothing lost."""

import json
import os
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.ledger.ledger import Ledger
from tests.days.office import Office, small_world, story, until

pytestmark = pytest.mark.day
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office in which one lead was decided, so that there is something to lose."""
    place = Office.open(tmp_path_factory.mktemp("bad") / "office")
    place.feed([story("Acme California")])
    done = place.run("once")
    assert done.returncode == 0, done.stderr
    yield place
    place.close()


@pytest.fixture
def place(worked: Office) -> Iterator[Office]:
    """The same office, in order again after each test, and with all that it remembered."""
    before = memory(worked)
    assert any("customer_owner" in line for line in before)
    yield worked
    worked.settings.clear()
    assert memory(worked) == before


_COUNTS = ('INSERT INTO "api_hour"', """INSERT INTO "note" VALUES('api_usage'""")


def memory(office: Office) -> list[str]:
    """Every row of the ledger but the counts of calls, which a start that failed adds to as well."""
    connection = sqlite3.connect(office.folder / "data" / "ledger.db")
    try:
        return [line for line in connection.iterdump() if not line.startswith(_COUNTS)]
    finally:
        connection.close()


@contextmanager
def changed(office: Office, name: str, old: str, new: str) -> Iterator[int]:
    """A mapping file with one piece replaced; gives the line it stands on."""
    path = office.folder / "mappings" / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"'{old}' stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), "utf-8")
    try:
        yield text[: text.index(old)].count("\n") + 1
    finally:
        path.write_text(text, "utf-8")


def complaint(done: Done, code: int, *said: str) -> str:
    """The one message of a command that failed; it holds all of these words."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("sfrouter: ")
    assert done.stderr.count("sfrouter: ") == 1
    for words in said:
        assert words in done.stderr
    return done.stderr


def goes_on_without(done: Done, hidden: str, part: str) -> None:
    """A round was done; what could not be seen and the part that looks at it are named (F11, F12)."""
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert f"our user cannot see {hidden} since" in " ".join(done.stderr.split())
    assert f"degraded: {part}" in " ".join(done.stderr.split())


def last_words(done: Done, code: int, *said: str) -> None:
    """The one log line with which a daemon ends because only a person can help."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    (stop,) = [line for line in lines if line["event"] == "must_stop"]
    assert stop["exit_code"] == code
    assert lines[-1]["event"] == "stopped"
    for words in said:
        assert words in stop["what"]


FILES = {
    "broken YAML": ("policy.yaml", "rules:\n", "rules: [\n", 1, "check indentation, quotes and colons"),
    "an unknown rule": (
        "policy.yaml", "- customer_owner:", "- costumer_owner:", 0,
        "no rule is called 'costumer_owner'. Did you mean 'customer_owner'?",
    ),
    "a broken mapping": (
        "fields.yaml", "  object: Account\n", "  objekt: Account\n", 0,
        "no part of 'account:' is called 'objekt'. Did you mean 'object'?",
    ),
    "an unknown pool": ("teams.yaml", "pool: west", "pool: wset", 0, "wset"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FILES)
def test_the_daemon_does_not_start_on(place: Office, fault: str) -> None:
    """File, line, what and mend; the org is not even asked."""
    name, old, new, below, said = FILES[fault]
    asked = len(place.server.org.request_log)
    with changed(place, name, old, new) as line:
        complaint(place.run("run"), 3, f"{name}:{line + below}:", said)
    assert len(place.server.org.request_log) == asked


def test_every_command_that_reads_the_files_says_the_same(place: Office) -> None:
    name, old, new, below, said = FILES["broken YAML"]
    with changed(place, name, old, new) as line:
        told = {complaint(place.run(*words), 3) for words in (("once",), ("status",), ("explain", "x"))}
        done = place.run("check", "--offline")
    assert len(told) == 1
    assert (done.returncode, done.stderr) == (3, "")
    assert f"{name}:{line + below}:" in done.stdout
    assert said in done.stdout


def test_all_faults_of_all_files_are_told_at_once(place: Office) -> None:
    (name, old, new, _, said), (other, old2, new2, _, said2) = FILES["an unknown rule"], FILES["a broken mapping"]
    with changed(place, name, old, new), changed(place, other, old2, new2):
        complaint(place.run("run"), 3, said, said2)


def test_a_field_the_org_does_not_have_is_named_with_its_line(place: Office) -> None:
    with changed(place, "fields.yaml", "[Website, ", "[Webseite, ") as line:
        done = place.run("check")
        assert (done.returncode, done.stderr) == (3, "")
        assert f"fields.yaml:{line}: Account has no field 'Webseite'" in done.stdout
        assert "Did you mean 'Website'?" in done.stdout
        goes_on_without(place.run("once"), "account.domains (Webseite)", "the match of leads with accounts")


def test_a_field_hidden_from_our_user_is_named_with_the_right_to_give(tmp_path: Path) -> None:
    """To us a hidden field looks like one that is not there; the message names both possibilities."""
    world = small_world() | {"hidden_fields": [{"user": "@router", "fields": ["Account.Contract_Value__c"]}]}
    office = Office.open(tmp_path / "office", world)
    try:
        text = (office.folder / "mappings" / "fields.yaml").read_text("utf-8")
        line = text[: text.index("Contract_Value__c")].count("\n") + 1
        done = office.run("check")
        assert (done.returncode, done.stderr) == (3, "")
        assert f"fields.yaml:{line}: Account has no field 'Contract_Value__c', or it is hidden" in done.stdout
        assert "Field Permissions > Contract_Value__c > Read" in done.stdout
        goes_on_without(
            office.run("once"), "account.contract_value (Contract_Value__c)", "the rule 'customer_owner'"
        )
    finally:
        office.close()


def test_a_wrong_secret_ends_with_4_and_is_not_repeated(place: Office) -> None:
    place.settings["SALESFORCE_CLIENT_SECRET"] = "certainly-not-the-secret"
    before = len(place.server.org.request_log)
    complaint(place.run("once"), 4, place.server.url, "the org refused to sign us in", "mend: check client id")
    last_words(place.run("run"), 4, "the org refused to sign us in")
    tried = list(place.server.org.request_log)[before:]
    assert len(tried) == 2, "an account is locked by who knocks again and again"


@contextmanager
def nobody_there() -> Iterator[str]:
    """An address at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_an_org_that_cannot_be_reached_ends_a_command_with_5(place: Office) -> None:
    with nobody_there() as url:
        place.settings["SALESFORCE_LOGIN_URL"] = url
        complaint(place.run("sync"), 5, url, "the connection was refused", "mend: ")


def test_the_daemon_waits_for_an_org_that_cannot_be_reached_and_says_so(place: Office) -> None:
    log = place.folder / "daemon.log"
    log.unlink(missing_ok=True)
    with nobody_there() as url:
        place.settings["SALESFORCE_LOGIN_URL"] = url
        place.start()
        assert until(lambda: "job_failed" in place.log()), place.log()
        assert place.daemon is not None
        assert place.daemon.poll() is None
        assert place.stop() == 0
    assert "the connection was refused" in place.log()
    assert "Traceback" not in place.log()


def test_a_port_in_use_is_named(place: Office) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        complaint(place.run("localorg", "serve", "--port", port), 1, f"port {port} is in use", "another port")


def test_a_second_instance_ends_with_6_and_leaves_the_first_alone(place: Office) -> None:
    place.start()
    assert place.daemon is not None
    holder = place.folder / "data" / "sfrouter.pid"
    assert until(lambda: holder.exists() and holder.read_text() == str(place.daemon and place.daemon.pid))
    said = f"another sfrouter is already working here (process {place.daemon.pid})"
    for words in (("run",), ("once",), ("sync",)):
        complaint(place.run(*words), 6, str(place.folder / "data"), said, "mend: stop it first")
    assert place.daemon.poll() is None
    assert place.run("status").returncode == 0, "looking on is always allowed"
    assert place.stop() == 0


def test_another_org_ends_with_7_before_anything_is_read(place: Office, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    ledger = Ledger.open(data / "ledger.db", SystemClock())
    ledger.bind_org("00D5e0000000009EAA")
    ledger.close()
    place.settings["DATA_DIR"] = str(data)
    complaint(
        place.run("once"), 7, "the ledger belongs to org 00D5e0000000009EAA", place.server.org.org_id, "mend: "
    )
    last_words(place.run("run"), 7, "the ledger belongs to org 00D5e0000000009EAA")
    with sqlite3.connect(data / "mirror.db") as mirror:
        assert mirror.execute("SELECT count(*) FROM lead").fetchone() == (0,)


@pytest.mark.parametrize("garbage", [b"not a database " * 600, b""], ids=["garbage", "another program's"])
def test_a_damaged_ledger_ends_with_8_and_is_not_touched(place: Office, tmp_path: Path, garbage: bytes) -> None:
    data = tmp_path / "data"
    data.mkdir()
    file = data / "ledger.db"
    file.write_bytes(garbage)
    if not garbage:
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE recipes (name TEXT)")
    before = file.read_bytes()
    place.settings["DATA_DIR"] = str(data)
    for words in (("run",), ("status",), ("explain", "00Q5e0000000002EAA")):
        complaint(place.run(*words), 8, f"{file}: ", "mend: ")
    if garbage:
        assert file.read_bytes() == before
    else:
        with sqlite3.connect(file) as other:
            assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_a_misspelt_setting_is_named_with_the_right_one(place: Office) -> None:
    place.settings["POL_SECONDS"] = "5"
    said = "environment: no setting is called SFROUTER_POL_SECONDS. Did you mean 'SFROUTER_POLL_SECONDS'?"
    complaint(place.run("run"), 3, said)
    done = place.run("check")
    assert (done.returncode, done.stderr) == (3, "")
    assert said in done.stdout


def test_a_misspelt_line_of_the_env_file_is_named_with_its_number(place: Office) -> None:
    file = place.folder / ".env"
    file.write_text("# ours\n\nSFROUTER_DATA_DIRR=data\n", "utf-8")
    try:
        complaint(
            place.run("run"),
            3,
            ".env:3: no setting is called SFROUTER_DATA_DIRR. Did you mean 'SFROUTER_DATA_DIR'?",
        )
    finally:
        file.unlink()


def test_a_missing_sign_in_is_told_with_what_to_set(place: Office) -> None:
    place.settings["SALESFORCE_CLIENT_SECRET"] = ""
    complaint(place.run("run"), 3, "no complete way to sign in", "set SFROUTER_SALESFORCE_CLIENT_ID with")


@pytest.mark.parametrize("kind", ["no text", "a folder"])
def test_an_env_file_that_cannot_be_read_is_named(place: Office, kind: str) -> None:
    file = place.folder / ".env"
    if kind == "a folder":
        file.mkdir()
    else:
        file.write_bytes(b"SFROUTER_DATA_DIR=\xff\xfe\n")
    try:
        complaint(place.run("run"), 3, ".env: the file ", "mend: ")
    finally:
        file.rmdir() if kind == "a folder" else file.unlink()


@pytest.mark.parametrize("words", ["run", "once", "status"])
def test_a_data_folder_that_cannot_be_made_ends_with_8(place: Office, tmp_path: Path, words: str) -> None:
    (tmp_path / "file").write_text("")
    place.settings["DATA_DIR"] = str(tmp_path / "file" / "data")
    said = f"the data folder cannot be made: {tmp_path / 'file'} is a file"
    complaint(place.run(words), 8, f"{tmp_path / 'file' / 'data'}: {said}", "mend: set SFROUTER_DATA_DIR")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_data_folder_that_may_not_be_written_ends_with_8(place: Office, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(stat.S_IRUSR | stat.S_IXUSR)
    place.settings["DATA_DIR"] = str(data)
    complaint(place.run("run"), 8, f"{data}: the data folder may not be written", "mend: set SFROUTER_DATA_DIR")
    data.chmod(stat.S_IRWXU)


def test_a_pid_file_that_cannot_be_written_is_named(place: Office, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "sfrouter.pid"
    complaint(place.run("run", "--pid-file", str(path)), 1, f"{path}: No such file or directory", "mend: ")


def test_a_lead_that_is_not_known_is_named(place: Office) -> None:
    complaint(place.run("explain", "00Q5e0000009999EAA"), 1, "no lead 00Q5e0000009999EAA is known here", "mend: ")


def test_a_world_with_faults_is_told_before_anything_is_served(place: Office) -> None:
    file = place.folder / "world.json"
    file.write_text('{\n "userz": []\n}', "utf-8")
    started = time.monotonic()
    complaint(place.run("localorg", "serve", "--port", "0", "--world", "world.json"), 1, "world.json:2", "'users'")
    assert time.monotonic() - started < 20
