"""`sfrouter status` says which erasures wait, and what to do: 'sfrouter erase --lead' erases at once."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from sfrouter.cli.hidden import show_missing
from sfrouter.ledger.missing import MissingLeads

SINCE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def told(missing: MissingLeads) -> str:
    screen = Console(file=io.StringIO(), width=400)
    show_missing(screen, missing)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_nothing_missing_says_nothing() -> None:
    assert told(MissingLeads()) == ""


@pytest.mark.parametrize(
    ("count", "held", "words"),
    [
        (1, False, ("1 lead cannot be seen", "2026-03-02 09:30 UTC: 00Q1", "20 hours", "erase --lead ID")),
        (1_200, True, ("1,200 leads cannot be seen", "nothing of them is erased", "erase --lead ID")),
    ],
)
def test_missing_leads_are_told_with_what_to_do(count: int, held: bool, words: tuple[str, ...]) -> None:
    said = told(MissingLeads(count=count, since=SINCE, held=held, lead_ids=("00Q1",)))
    assert [one for one in words if one not in said] == []
    assert ("20 hours" in said) is not held
