"""Health, readiness and metrics are answered on this machine only, say the truth, and name nobody."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from sfrouter.config.settings import Settings
from sfrouter.daemon.doorway import LOOPBACK, Answers, Doorway, PortTakenError
from sfrouter.daemon.run import Daemon
from sfrouter.daemon.schedule import Clockwork
from sfrouter.daemon.watching import FRESH_SECONDS, SOURCES_SECONDS, Watching
from sfrouter.mirror.hidden_rows import keep_hidden_rows
from sfrouter.model.write import WriteState
from tests.daemon.test_exposition import parsed
from tests.journey.stage import BOB, NOON, UNROUTED, Stage

PERSONAL = ("Zyxfirst", "Zyxlast", "zyxmail", "zyxcompany", "203.0.113.7")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A house with databases on the disk, as other threads read them beside the one that works."""
    return Stage(tmp_path)


def folder(stage: Stage) -> Path:
    """Where the stage keeps its databases."""
    return Path(str(stage.mirror.engine.url.database)).parent


def watch(stage: Stage) -> Watching:
    """Somebody who watches the daemon of this stage; its last poll was just now."""
    daemon = Daemon(stage.house, stage.clock, Settings(data_dir=folder(stage), poll_seconds=30))
    daemon.do("poll", lambda: None)
    return Watching(stage.house, stage.clock, lambda: daemon._heart.pulse)


@pytest.fixture
def doorway() -> Iterator[Doorway]:
    """An open door on a free port."""
    one = Doorway(0, Answers(metrics=lambda: "a 1\n", unhealthy=lambda: "", unready=lambda: "not yet"))
    one.start()
    yield one
    one.stop()


def ask(door: Doorway, path: str, **headers: str) -> requests.Response:
    """One question over the wire."""
    return requests.get(f"http://{LOOPBACK}:{door.port}{path}", headers=headers, timeout=5)


def test_each_question_has_its_address(doorway: Doorway) -> None:
    metrics = ask(doorway, "/metrics")
    assert (metrics.status_code, metrics.text) == (200, "a 1\n")
    assert metrics.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert (ask(doorway, "/healthz").status_code, ask(doorway, "/healthz").text) == (200, "ok\n")
    assert (ask(doorway, "/readyz").status_code, ask(doorway, "/readyz").text) == (503, "not yet\n")
    assert ask(doorway, "/").status_code == 404
    assert requests.post(f"http://{LOOPBACK}:{doorway.port}/metrics", timeout=5).status_code == 501


def test_a_page_that_points_its_own_name_at_this_machine_learns_nothing(doorway: Doorway) -> None:
    for name in ("evil.example", "evil.example:9464", "127.0.0.1.evil.example"):
        assert ask(doorway, "/metrics", Host=name).status_code == 403


def test_the_door_is_on_the_loopback_address_only(doorway: Doorway) -> None:
    assert doorway._server.server_address[0] == LOOPBACK


def test_a_caller_that_says_nothing_keeps_no_other_from_being_answered(doorway: Doorway) -> None:
    with socket.create_connection((LOOPBACK, doorway.port), timeout=5):
        assert ask(doorway, "/healthz").status_code == 200


def test_a_port_that_is_taken_is_told_with_the_mend(doorway: Doorway) -> None:
    taken = socket.socket()
    taken.bind((LOOPBACK, 0))
    taken.listen()
    with taken, pytest.raises(PortTakenError, match="SFROUTER_METRICS_PORT"):
        Doorway(taken.getsockname()[1], doorway._server.answers)


def test_the_daemon_answers_while_it_works_and_no_longer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    settings = Settings(data_dir=folder(stage), poll_seconds=30, metrics_port=port)
    daemon = Daemon(stage.house, stage.clock, settings)
    said: list[int] = []

    def start(_: Clockwork) -> None:
        said.append(requests.get(f"http://{LOOPBACK}:{port}/healthz", timeout=5).status_code)
        daemon.stop()

    monkeypatch.setattr(Daemon, "_catch_signals", lambda _: None)
    monkeypatch.setattr(Clockwork, "start", start)
    assert daemon.run() == 0
    assert said == [200]
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://{LOOPBACK}:{port}/healthz", timeout=5)


def test_readiness_follows_the_daemons_life(stage: Stage) -> None:
    one = watch(stage)
    assert one.unready() == ""
    stage.house.loaded = False
    assert one.unready() == "the mirror is being filled"
    stage.house.identity = None
    assert one.unready() == "the org was not reached yet"
    stage.house.stopping = lambda: True
    assert one.unready() == "the daemon is stopping"


def test_health_is_that_of_the_command(stage: Stage) -> None:
    one = watch(stage)
    assert one.unhealthy() == ""
    stage.clock.advance(600)
    assert "last good poll" in one.unhealthy()
    assert parsed(one.metrics())["sfrouter_healthy"][()] == 0


def test_the_figures_are_those_of_the_ledger_and_the_mirror(stage: Stage) -> None:
    stage.account(1, domains=["acme.example"])
    matched = stage.lead(company="Acme", email="joe@acme.example")
    stage.lead()
    stage.decide()
    stage.settle(matched, WriteState.DONE)
    stage.clock.advance(30)
    stage.lead()
    stage.lead(owner_id=UNROUTED)
    found = parsed(watch(stage).metrics())
    assert found["sfrouter_decisions_total"][("rule", "customer_owner"),] == 1
    assert found["sfrouter_decisions_total"][("rule", "default_pool"),] == 1
    assert found["sfrouter_decisions_matched_total"][()] == 1
    assert found["sfrouter_leads_waiting"][()] == 1
    assert found["sfrouter_leads_open_in_catch_all"][()] == 1
    assert found["sfrouter_writes"][("kind", "lead"), ("state", "pending")] == 1
    assert found["sfrouter_writes"][("kind", "lead"), ("state", "done")] == 1
    assert found["sfrouter_mirror_rows"][("object", "lead"),] == 4
    assert found["sfrouter_metrics_complete"][()] == 1
    assert found["sfrouter_ready"][()] == 1


def test_how_far_our_clock_is_off_the_orgs_is_told_once_the_org_has_answered(stage: Stage) -> None:
    """F29: both ways; before the first answer nothing is known, and nothing is told."""
    one = watch(stage)
    assert parsed(one.metrics())["sfrouter_clock_skew_seconds"] == {}
    for seconds in (45.5, -900):
        stage.clock.advance(FRESH_SECONDS)
        stage.house.gateway.clock_skew = timedelta(seconds=seconds)  # type: ignore[misc]
        assert parsed(one.metrics())["sfrouter_clock_skew_seconds"][()] == seconds


def test_open_leads_of_somebody_who_left_are_counted(stage: Stage) -> None:
    stage.lead(owner_id=BOB)
    one = watch(stage)
    assert parsed(one.metrics())["sfrouter_leads_open_with_departed_owner"][()] == 0
    stage.row("user", id=BOB, name="Bob", email="bob@ours.example", active=[False])
    stage.clock.advance(FRESH_SECONDS)
    assert parsed(one.metrics())["sfrouter_leads_open_with_departed_owner"][()] == 1


def test_a_silent_source_is_seen_by_its_own_usual_silence(stage: Stage) -> None:
    """A source that pauses every week-end is no alarm on Sunday; one that stopped is."""
    for ago in (20, 19, 18, 17, 14, 13):
        stage.lead(source="Web", created_at=NOON - timedelta(days=ago))
    for ago in range(6):
        stage.lead(source="Trade fair", created_at=NOON - timedelta(days=ago))
    stage.lead(source="a typo", created_at=NOON - timedelta(days=1))
    one = watch(stage)
    found = parsed(one.metrics())
    web, fair = (("source", "Web"),), (("source", "Trade fair"),)
    gap, last = found["sfrouter_source_longest_gap_seconds"], found["sfrouter_source_last_lead_timestamp_seconds"]
    day = 86_400.0
    assert (gap[web], gap[fair]) == (3 * day, day)
    assert (NOON.timestamp() - last[web], NOON.timestamp() - last[fair]) == (13 * day, 0)
    assert (("source", "a typo"),) not in gap
    assert (("source", "other"),) in gap
    stage.lead(source="Web")
    stage.clock.advance(SOURCES_SECONDS)
    assert parsed(one.metrics())["sfrouter_source_last_lead_timestamp_seconds"][web] == NOON.timestamp()


def test_no_metric_names_anybody(stage: Stage) -> None:
    for number in range(6):
        stage.lead(
            first_name="Zyxfirst", last_name="Zyxlast", email="zyxmail@zyxcompany.example", company="Zyxcompany",
            ip="203.0.113.7", source="zyxmail@zyxcompany.example", created_at=NOON - timedelta(hours=number),
        )  # fmt: skip
    stage.decide()
    text = watch(stage).metrics()
    assert "[hidden]" in text
    for word in (*PERSONAL, "00Q"):
        assert word.casefold() not in text.casefold()


def test_a_damaged_database_leaves_the_pulse_to_be_read(stage: Stage) -> None:
    one = watch(stage)
    stage.mirror.engine.dispose()
    (folder(stage) / "mirror.db").write_bytes(b"no database at all" * 1000)
    found = parsed(one.metrics())
    assert found["sfrouter_metrics_complete"][()] == 0
    assert found["sfrouter_healthy"][()] == 1
    assert "sfrouter_leads_waiting" not in found


def test_several_scrapers_at_once_are_answered(stage: Stage) -> None:
    one, said = watch(stage), list[str]()
    stage.clock.sleep(FRESH_SECONDS)
    threads = [threading.Thread(target=lambda: said.append(one.metrics())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(said) == 8
    assert len(set(said)) == 1


def test_what_sharing_hides_and_an_org_in_doubt_are_figures(stage: Stage) -> None:
    told = parsed(watch(stage).metrics())
    assert told["sfrouter_parts_degraded"] == {(): 0}
    assert told["sfrouter_leads_missing"] == {(): 0}
    assert told["sfrouter_org_doubts"] == {(): 0}
    keep_hidden_rows(stage.mirror, ["account", "lead"])
    stage.ledger.note_missing(["00Q000000000009AAA"], stage.clock.now(), held=False)
    stage.ledger.doubt_org("account", "the org shows 3 of 900 accounts")
    told = parsed(watch(stage).metrics())
    assert told["sfrouter_parts_degraded"] == {(): 2}
    assert told["sfrouter_leads_missing"] == {(): 1}
    assert told["sfrouter_org_doubts"] == {(): 1}
