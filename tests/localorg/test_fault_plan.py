"""Fault plans: what they may say, and that every fault of a plan is told with its place."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sfrouter.localorg.fault_plan import KINDS, FaultPlanError, read_plan


def refused(plan: Any) -> list[str]:
    """The lines a plan is refused with."""
    with pytest.raises(FaultPlanError) as caught:
        read_plan(plan)
    return str(caught.value).splitlines()


def test_a_plan_is_read_from_its_content_and_from_a_file_alike(tmp_path: Path) -> None:
    plan = {"seed": 7, "faults": [{"kind": "error", "status": 503, "start": "2026-03-02T09:00:00+01:00"}]}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), "utf-8")
    seed, (fault,) = read_plan(plan)
    assert (seed, fault.status, fault.start) == (7, 503, datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert read_plan(path) == read_plan(plan)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_needs_no_more_than_its_name(kind: str) -> None:
    _, (fault,) = read_plan({"faults": [{"kind": kind}]})
    assert (fault.kind, fault.chance, fault.times) == (kind, 1.0, None)


def test_every_fault_of_a_plan_is_told_at_once_with_its_place() -> None:
    lines = refused({"sead": 1, "faults": [{"kind": "dorp_before"}, {"kind": "slow", "secnds": 3, "chance": 2}]})
    assert [line.partition(":")[0] for line in lines] == ["fault plan"] * 4
    assert "$.sead: unknown setting" in lines[0]
    assert "$.faults[0].kind" in lines[1]
    assert "Did you mean `drop_before`?" in lines[1]
    assert "$.faults[1].secnds: unknown setting. Did you mean `seconds`?" in lines[2]
    assert "$.faults[1].chance: a number from 0 to 1 is wanted, not 2" in lines[3]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("start", "2026-03-02T09:00:00"),
        ("until", 5),
        ("times", -1),
        ("skip", 1.5),
        ("status", 200),
        ("html", "yes"),
        ("seconds", 601),
        ("keep", True),
        ("method", ""),
    ],
)
def test_a_wrong_value_is_refused(setting: str, value: Any) -> None:
    (line,) = refused({"faults": [{"kind": "error", setting: value}]})
    assert f"$.faults[0].{setting}" in line


def test_a_file_that_is_no_plan_is_told_by_name(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    assert "cannot be read" in refused(path)[0]
    path.write_text('{"faults": [\n{]}', "utf-8")
    assert refused(path)[0].startswith(f"{path}:2: this is no JSON")
    path.write_text("[]", "utf-8")
    assert "a JSON object" in refused(path)[0]
