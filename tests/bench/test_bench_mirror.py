"""The bench of the first load, small: both ways bring the whole org, leads are routed, and a bar can be missed."""

from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from typing import Any

import pytest

from tests.bench.bench_mirror import MOST_MEMORY, MOST_SECONDS, Asked, measure, missed, text
from tests.days.held import held, worked

SMALL = Asked(
    accounts=150, opportunities=400, users=20, minutes=0.05, leads_a_minute=120, sweep_seconds=60, job_seconds=0
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    said: list[str] = []
    return measure(SMALL, tmp_path_factory.mktemp("bench"), said.append, poll_seconds=1, length=3.0)


@pytest.mark.day
def test_both_ways_bring_every_row_and_the_same_values(found: dict[str, Any]) -> None:
    paged, job = found["loads"]
    assert found["same"] is True
    assert paged["rows"] == job["rows"]
    for noun, least in (("account", 150), ("opportunity", 400), ("user", 20)):
        assert job["rows"][noun] > least, "the demo's own come besides"
    assert (paged["jobs"], job["jobs"]) == (0, 2), "one for the accounts, one for the deals"
    assert min(paged["calls"], job["calls"]) > 10


@pytest.mark.day
def test_what_is_printed_was_measured(found: dict[str, Any]) -> None:
    for load in found["loads"]:
        assert min(load[name] for name in ("seconds", "processor", "org_processor", "mirror")) > 0
        assert 50 < load["memory"] <= load["peak"]
    (minute,) = found["minutes"]
    assert minute["leads"] >= 6
    assert minute["calls"] > 0
    assert minute["own"] < minute["memory"] <= minute["peak"]
    assert missed(found) == []
    assert "the mirrors are the same" in text(found)


def test_a_bar_that_is_missed_is_named() -> None:
    good = {"seconds": MOST_SECONDS, "peak": MOST_MEMORY}
    found = {"loads": [good], "minutes": [{"peak": MOST_MEMORY}], "same": True}
    assert missed(found) == []
    assert len(missed(found | {"minutes": [{"peak": MOST_MEMORY + 1}]})) == 1
    assert len(missed(found | {"loads": [good | {"seconds": MOST_SECONDS + 1}], "same": False})) == 2


def test_a_process_that_takes_memory_and_works_is_seen_to() -> None:
    """From the system, not from what Python has left over of earlier tests."""
    before, work = held(), worked()
    with mmap(-1, 40_000_000, flags=MAP_PRIVATE | MAP_ANONYMOUS) as much:
        much.write(b"x" * 40_000_000)
        after = held()
        assert after.own - before.own > 30
        assert after.peak >= after.resident >= after.own
        for _ in range(3):
            sum(much[:])
    assert worked() > work
