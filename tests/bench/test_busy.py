"""The hour of steady leads, made small: every lead is counted, and its wait is that of the org's own stamps."""

from __future__ import annotations

import json
from unittest.mock import patch

import pytest

import tests.bench.busy
from tests.bench.busy import busy, main


def test_every_lead_of_the_hour_is_counted_with_its_wait() -> None:
    found = busy(2, 10)
    assert (found["leads"], found["written"], found["left"]) == (20, 20, 0)
    waits = [float(str(found[name])) for name in ("p50", "p95", "p99", "last")]
    assert waits == sorted(waits)
    assert 2 < waits[0] < waits[-1] < 60


GOOD = {"poll_seconds": 30, "left": 0, "p50": 10.0, "p95": 36.0, "p99": 40.0, "calls_a_lead": 0.2}


@pytest.mark.parametrize(
    ("change", "words", "code"),
    [
        ({}, [], 0),
        ({"left": 1}, [], 1),
        ({"p99": 61.0}, [], 1),
        ({"p99": None}, [], 1),
        ({"calls_a_lead": 2.0}, [], 1),
        ({}, ["--a-minute", "10"], 1),
    ],
)
def test_a_missed_bar_or_a_lead_without_an_owner_is_told_by_the_exit_code(
    change: dict[str, object], words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with patch("sys.argv", ["busy", *words]), patch.object(tests.bench.busy, "busy", lambda *_: GOOD | change):
        assert main() == code
    bars = json.loads(capsys.readouterr().out)["most"]
    assert bars == ({"p50": 32, "p95": 35} if words else {}) | {"p99": 60.0, "calls_a_lead": 1.5}
