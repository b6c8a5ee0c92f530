"""The alert rules that are shipped can be read by Prometheus and rest on metrics that the daemon really tells."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sfrouter.config.settings import Settings
from sfrouter.daemon.run import Daemon, _interval
from sfrouter.daemon.watching import Watching
from sfrouter.journey.refresh import READ_EACH
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
