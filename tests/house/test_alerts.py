"""The alert rules that are shipped can be read by Prometheus and rest on metrics that the daemon really tells."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sfrouter.config.settings import Settings
from sfrouter.daemon.measures import Holdings, holding_measures
from sfrouter.daemon.run import Daemon, _interval
from sfrouter.daemon.watching import Watching
from sfrouter.journey.refresh import READ_EACH
from sfrouter.ledger.flow import FlowCounts
from sfrouter.mirror.read_sources import flow_of
from sfrouter.mirror.tables import ROWS
from sfrouter.salesforce.budget import Mode
from sfrouter.salesforce.server_time import ALERT_SKEW_SECONDS
from tests.daemon.test_exposition import parsed
from tests.journey.stage import Stage

ROOT = Path(__file__).parents[2]
RULES: dict[str, Any] = YAML(typ="safe").load((ROOT / "docs" / "alerts.yaml").read_text("utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
FOR = re.compile(r"\d+(s|m|h|d|w)")
METRIC = re.compile(r"\bsfrouter_\w+")
MATCHER = re.compile(r'(sfrouter_\w+)\{(\w+)(=~|=)"([^"]*)"\}')


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """What a daemon tells that has just decided a lead."""
    stage = Stage(tmp_path_factory.mktemp("watched"))
    daemon = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path_factory.mktemp("pulse"), poll_seconds=30))
    stage.lead()
    daemon.do("poll", lambda: None)
    stage.decide()
    return parsed(Watching(stage.house, stage.clock, lambda: daemon._heart.pulse).metrics())


def names() -> list[str]:
    """Every metric that some rule asks for."""
    return sorted({name for alert in ALERTS for name in METRIC.findall(alert["expr"])})


def test_the_file_has_the_shape_that_prometheus_reads() -> None:
    assert set(RULES) == {"groups"}
    for group in RULES["groups"]:
        assert set(group) == {"name", "rules"}
    assert len({group["name"] for group in RULES["groups"]}) == len(RULES["groups"])
    for alert in ALERTS:
        assert set(alert) <= {"alert", "expr", "for", "labels", "annotations"}, alert["alert"]
        assert re.fullmatch(r"Sfrouter[A-Za-z]+", alert["alert"])
        assert FOR.fullmatch(alert.get("for", "0s")), alert["alert"]
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert set(alert["annotations"]) == {"summary", "mend"}
        assert alert["expr"].count("(") == alert["expr"].count(")"), alert["alert"]


def test_no_two_alerts_have_one_name() -> None:
    assert len({alert["alert"] for alert in ALERTS}) == len(ALERTS)


@pytest.mark.parametrize("name", names())
def test_a_metric_of_a_rule_is_told_by_the_daemon(
    name: str, told: dict[str, dict[tuple[tuple[str, str], ...], float]]
) -> None:
    assert name in told


def test_a_label_that_a_rule_asks_for_is_there(
    told: dict[str, dict[tuple[tuple[str, str], ...], float]],
) -> None:
    asked = [found for alert in ALERTS for found in MATCHER.findall(alert["expr"])]
    assert asked
    for name, label, how, value in asked:
        values = [dict(labels).get(label, "") for labels in told[name]]
        fits = [one for one in values if (re.fullmatch(value, one) if how == "=~" else one == value)]
        assert fits, f"{name}{{{label}{how}{value}}}: there are {values}"


@pytest.mark.parametrize(
    "subject",
    [
        "SourceSilent",
        "LeadsUnowned",
        "DefaultPileUp",
        "MatchRateDrop",
        "ApiBudget",
        "PollLate",
        "MirrorLate",
        "LeadsContested",
        "FilesDamaged",
        "LeadsStuck",
        "ClockWrong",
        "OrgDoubted",
        "PartsDegraded",
    ],
)
def test_what_an_operator_must_hear_of_has_an_alert(subject: str) -> None:
    assert f"Sfrouter{subject}" in {alert["alert"] for alert in ALERTS}


def test_every_mirrored_object_has_its_own_lag(
    told: dict[str, dict[tuple[tuple[str, str], ...], float]],
) -> None:
    assert {dict(labels)["object"] for labels in told["sfrouter_mirror_rows"]} == set(ROWS)


@pytest.mark.parametrize(("mode", "place"), [(Mode.NORMAL, 0), (Mode.SLOW, -1)])
def test_no_object_is_called_late_that_is_read_as_often_as_it_should_be(mode: Mode, place: int) -> None:
    """Some are read by each twelfth refresh only, and refreshes are rarer while calls are saved."""
    (late,) = (alert for alert in ALERTS if alert["alert"] == "SfrouterMirrorLate")
    limits = [int(one) for one in re.findall(r"> (\d+)", late["expr"])]
    assert len(limits) == 2
    refresh = _interval(Settings.model_fields["mirror_seconds"].default, mode)
    slowest = max(READ_EACH.values()) * refresh
    assert slowest + refresh <= limits[place]


def test_the_clock_wakes_somebody_at_the_skew_that_the_log_warns_of() -> None:
    """F29: a clock that is behind is as bad as one that is ahead."""
    (wrong,) = (alert for alert in ALERTS if alert["alert"] == "SfrouterClockWrong")
    assert wrong["expr"] == f"abs(sfrouter_clock_skew_seconds) > {ALERT_SKEW_SECONDS:.0f}"


def test_growth_is_asked_of_counters_only() -> None:
    """A figure that may fall looks to `increase` like a restarted counter: each fall would wake somebody."""
    asked = [name for alert in ALERTS for name in re.findall(r"(?:increase|rate)\((\w+)", alert["expr"])]
    assert asked
    assert [name for name in asked if not name.endswith("_total")] == []


MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def form(*days: int) -> list[datetime]:
    """A web form that brings three leads between nine and five of each of these days, counted from a Monday."""
    return [MONDAY + timedelta(days=day, hours=hour) for day in days for hour in (0, 4, 8)]


def silent(moments: list[datetime], **after: float) -> bool:
    """Does the alert's expression hold so long after the last lead of a source? It reads like one of Python."""
    (rule,) = (alert for alert in ALERTS if alert["alert"] == "SfrouterSourceSilent")
    now = moments[-1] + timedelta(**after)
    flow = flow_of("Web", [one for one in moments if one >= now - timedelta(days=28)])
    held = Holdings(with_departed=0, in_catch_all=0, flow=FlowCounts(matched=0, alerts=0), sources=(flow,))
    values = {one.name: one.samples[0].value for one in holding_measures(held) if one.samples}
    return bool(eval(rule["expr"], {"time": now.timestamp}, values))  # noqa: S307 - our own file


WORKING_DAYS = [week * 7 + day for week in range(4) for day in range(5)]


def test_a_form_that_broke_is_told_and_its_weekends_are_not() -> None:
    assert silent(form(*WORKING_DAYS), days=5)
    assert not silent(form(*WORKING_DAYS), days=2, hours=16)


def test_a_source_of_two_days_a_week_is_missed_too() -> None:
    assert not silent(form(0, 2, 7, 9, 14, 16), days=5)
    assert silent(form(0, 2, 7, 9, 14, 16), days=8)


@pytest.mark.parametrize("after", [1.5, 30, 24 * 7, 24 * 20])
def test_what_was_imported_once_or_twice_is_no_source_that_fell_silent(after: float) -> None:
    once = [MONDAY + timedelta(seconds=one) for one in range(30)]
    assert not silent(once, hours=after)
    assert not silent([*once, *(one + timedelta(days=8) for one in once)], hours=after)


@pytest.mark.parametrize("begun", range(5))
def test_a_new_form_is_no_alarm_in_its_first_weekend(begun: int) -> None:
    """Nobody knows yet how long it is usually silent."""
    for hours in range(2, 64, 4):
        assert not silent(form(*range(begun, 5)), hours=hours)
