"""`sfrouter status`: where everything stands, in figures that agree with the org."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sfrouter.cli.status import _when
from sfrouter.daemon.heartbeat import Heartbeat
from sfrouter.daemon.single import alone
from tests.cli.command import command
from tests.cli.conftest import Place


def test_json_counts_what_the_org_holds(here: Place) -> None:
    answer = command("status", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json["status"]
    rows = {one["noun"]: one["rows"] for one in found["mirror"]}
    assert rows["account"] == len(here.office.rows("Account"))
    assert rows["user"] == len(here.office.rows("User"))
    assert found["ledger"]["decisions"] == len(here.leads)
    assert found["ledger"]["by_rule"] == {"customer_owner": 2, "default_pool": 2}
    done = {(one["kind"], one["state"]): one["count"] for one in found["ledger"]["writes"]}
    assert done["lead", "done"] == len(here.leads)
    assert done["task", "done"] == len(here.office.rows("Task"))
    assert found["queues_missing"] == []


def test_people_read_the_same_in_tables(here: Place) -> None:
    out = command("status").out
    lines = [line.split() for line in out.splitlines()]
    assert ["customer_owner", "2"] in lines
    assert ["lead", "done", str(len(here.leads))] in lines
    assert "Possible matches that a person should look at  1" in out
    assert here.office.server.org.org_id in out


def test_without_a_daemon_it_says_that_none_has_run(here: Place) -> None:
    assert "no daemon has run on this data folder yet" in command("status").out
    answer = command("status", "--healthy")
    assert (answer.code, answer.out) == (1, "no daemon has run on this data folder yet\n")


@pytest.mark.usefixtures("here")
def test_before_anything_was_read_no_queue_is_called_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path_factory.mktemp("fresh")))
    answer = command("status")
    assert answer.code == 0
    assert "nothing was read yet; 'sfrouter sync' and 'sfrouter run' read it" in answer.out
    assert "does not exist" not in answer.out


def test_an_intake_queue_that_the_org_does_not_have_is_named(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = here.office.folder / "elsewhere"
    folder.mkdir()
    for file in (here.office.folder / "mappings").glob("*.yaml"):
        text = file.read_text("utf-8")
        (folder / file.name).write_text(
            text.replace("queues: [Unassigned Leads]", "queues: [Nobody Knows]"), "utf-8"
        )
    monkeypatch.setenv("SFROUTER_MAPPINGS_DIR", str(folder))
    assert "the intake queue 'Nobody Knows' does not exist in the org" in command("status").out


def test_a_daemon_that_ended_without_a_word_is_not_well_although_its_last_poll_was_just_now(
    monkeypatch: pytest.MonkeyPatch, here: Place, tmp_path: Path
) -> None:
    """On a full disk it can write no pulse any more, and after a kill -9 it writes none."""
    assert here
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    heart = Heartbeat(tmp_path, datetime.now(UTC), 30)
    heart.beat("poll", datetime.now(UTC), {})
    with alone(tmp_path):
        assert command("status", "--healthy").out == "healthy\n"
    answer = command("status", "--healthy")
    assert answer.code == 1
    assert "ended without a last word" in answer.out


def test_when_held_and_parked_writes_are_tried_next_is_said_in_words() -> None:
    now = datetime.now(UTC)
    assert [_when(now + timedelta(seconds=seconds)) for seconds in (-5, 30, 1799)] == [
        "at the next poll", "within a minute", "in 30 min",
    ]  # fmt: skip
    assert _when(None) == "at the next poll"


def test_a_daemon_that_ended_with_a_failure_is_not_called_stopped_in_good_order(
    monkeypatch: pytest.MonkeyPatch, here: Place, tmp_path: Path
) -> None:
    assert here
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    heart = Heartbeat(tmp_path, datetime.now(UTC), 30)
    heart.stumble("poll: the ledger is damaged", datetime.now(UTC))
    heart.stopped(datetime.now(UTC), 8)
    out = command("status", "--healthy").out
    assert "the daemon ended with exit code 8" in out
    assert "the ledger is damaged" in out
    heart.stopped(datetime.now(UTC), 0)
    assert "stopped in good order" in command("status", "--healthy").out


def test_the_policy_in_force_is_the_running_daemons(
    monkeypatch: pytest.MonkeyPatch, here: Place, tmp_path: Path
) -> None:
    assert here
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(tmp_path))
    heart = Heartbeat(tmp_path, datetime.now(UTC), 30, policy="a" * 64)
    with alone(tmp_path):
        assert f"policy {'a' * 12}" in command("status").out
        assert command("status", "--json").json["status"]["policy_hash"] == "a" * 64
    heart.stopped(datetime.now(UTC), 0)
    assert f"policy {'a' * 12}" not in command("status").out
