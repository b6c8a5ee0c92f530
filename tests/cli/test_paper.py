"""How answers look on paper: values as JSON, tables without surprises."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
from rich.console import Console

from sfrouter.cli.paper import console, plain, print_json, print_table
from sfrouter.model.evidence import Band


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a value inside."""

    name: str
    inner: object


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00+00:00"),
        (date(2026, 3, 1), "2026-03-01"),
        (Decimal("0.10"), "0.10"),
        (Band.AUTO, "auto"),
        (MappingProxyType({1: Decimal(2)}), {"1": "2"}),
        ((1, None, True), [1, None, True]),
        (frozenset({"one"}), ["one"]),
        (
            Thing("a", Thing("b", (date(2026, 1, 2),))),
            {"name": "a", "inner": {"name": "b", "inner": ["2026-01-02"]}},
        ),
    ],
)
def test_every_value_of_the_house_becomes_json(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert json.loads(json.dumps(plain(value))) == expected


def test_json_keeps_letters_of_all_scripts_and_the_order_of_keys(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"b": "株式会社", "a": 1})
    assert capsys.readouterr().out == '{\n  "a": 1,\n  "b": "株式会社"\n}\n'


def drawn(width: int = 160) -> tuple[Console, io.StringIO]:
    """A console on paper."""
    paper = io.StringIO()
    return Console(file=paper, width=width, highlight=False), paper


def test_a_cell_is_shown_as_it_is_and_never_taken_for_markup() -> None:
    screen, paper = drawn()
    print_table("Leads", ("company",), [("[not provided]",), ("[red]Acme[/]",), (None,)], to=screen)
    assert "[not provided]" in paper.getvalue()
    assert "[red]Acme[/]" in paper.getvalue()
    assert "None" not in paper.getvalue()


def test_numbers_stand_on_the_right_and_words_on_the_left() -> None:
    screen, paper = drawn()
    print_table("Counts", ("what", "count"), [("a", 5), ("bbbb", 1234)], to=screen)
    lines = [line.rstrip() for line in paper.getvalue().splitlines()]
    assert lines == ["Counts", "what  count", "a         5", "bbbb   1234"]


def test_a_long_word_is_folded_and_never_cut_off() -> None:
    screen, paper = drawn(width=20)
    print_table("Ids", ("id",), [("00Q5e0000000002EAA" * 3,)], to=screen)
    assert "".join(paper.getvalue().split()[2:]) == "00Q5e0000000002EAA" * 3


def test_a_pipe_gets_no_colour_and_no_broken_line(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("[red]word[/] " * 60)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.count("\n") == 1


def test_a_table_without_rows_says_so_instead_of_showing_empty_columns() -> None:
    page = io.StringIO()
    print_table("Batches [all]", ("batch", "state"), [], to=Console(file=page, width=80))
    assert page.getvalue() == "Batches [all]: none\n"
