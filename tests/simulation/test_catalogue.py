"""Every failure of the catalogue can strike in a history, or a test that exists shows what strikes elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.simulation.report import CATALOGUE, ELSEWHERE, Report
from tests.simulation.troubles import TROUBLES
from tests.simulation.world_troubles import WORLD_TROUBLES

ROOT = Path(__file__).parents[2]
IN_HISTORIES = {number for one in TROUBLES for number in one.ids} | {
    number for one in WORLD_TROUBLES for number in one.ids
}


@pytest.mark.parametrize("number", CATALOGUE)
def test_it_strikes_in_histories_or_is_shown_elsewhere(number: str) -> None:
    assert (number in IN_HISTORIES) != (number in ELSEWHERE)


@pytest.mark.parametrize("number", ELSEWHERE)
def test_what_is_shown_elsewhere_is_shown_by_a_test_that_exists(number: str) -> None:
    named = re.findall(r"tests/\S+\.py", ELSEWHERE[number])
    assert named
    assert all((ROOT / one).is_file() for one in named)


def test_every_number_is_printed_with_its_count() -> None:
    """Those that did not strike by name, so that nobody takes silence for success."""
    report = Report("bounded")
    for one in (*TROUBLES, *WORLD_TROUBLES):
        report.fired[one.name] = 3
    printed = report.text()
    assert all(re.search(rf"{number} [1-9]", printed) for number in CATALOGUE if number not in ELSEWHERE)
    assert f"did not strike:   {', '.join(ELSEWHERE)}" in printed
    assert "decisions compared with the table: 0" in printed
