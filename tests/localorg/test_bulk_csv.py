"""The CSV rules of bulk jobs, one by one."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.localorg.bulk_csv import DELIMITERS, LINE_ENDINGS, CsvError, CsvFile, CsvWriter


def read(text: str, delimiter: str = "COMMA", line_ending: str = "LF") -> list[tuple[str, ...]]:
    file = CsvFile(text.encode(), delimiter, line_ending)
    rows = list(file)
    assert not [row.problem for row in rows if row.problem]
    return [file.header, *(row.values for row in rows)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("A,B\n1,2\n", [("A", "B"), ("1", "2")]),
        ("A,B\n1,2", [("A", "B"), ("1", "2")]),
        ("A,B\n1,\n", [("A", "B"), ("1", "")]),
        ("A,B\n1,", [("A", "B"), ("1", "")]),
        ("A,B\n1, Smith\n", [("A", "B"), ("1", " Smith")]),
        ('A\n"Self-described as ""the top"""\n', [("A",), ('Self-described as "the top"',)]),
        ('A,B\n"one\ntwo","x,y"\n', [("A", "B"), ("one\ntwo", "x,y")]),
        ('A\n""\n', [("A",), ("",)]),
        ("A\n\n1\n\n", [("A",), ("1",)]),
    ],
)
def test_values_are_read_as_the_guide_says(text: str, rows: list[tuple[str, ...]]) -> None:
    assert read(text) == rows


def test_every_delimiter_is_known() -> None:
    assert set(DELIMITERS) == {"BACKQUOTE", "CARET", "COMMA", "PIPE", "SEMICOLON", "TAB"}
    for name, mark in DELIMITERS.items():
        assert read(f"A{mark}B\n1{mark}2\n", name) == [("A", "B"), ("1", "2")]


def test_a_line_break_within_quotes_is_no_line_ending() -> None:
    assert read('A\r\n"one\ntwo"\r\n', line_ending="CRLF") == [("A",), ("one\ntwo",)]
    assert read('A\n"one\r\ntwo"\n') == [("A",), ("one\r\ntwo",)]


@pytest.mark.parametrize(
    ("text", "setting"), [("A\r\n1\r\n", "LF"), ("A\n1\n", "CRLF"), ("A\n1\r\n", "LF"), ("A\r1\r", "LF")]
)
def test_another_line_ending_than_the_job_s_is_refused(text: str, setting: str) -> None:
    with pytest.raises(CsvError) as caught:
        list(CsvFile(text.encode(), "COMMA", setting))
    sentence = f"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {setting}"
    assert str(caught.value) == sentence


@pytest.mark.parametrize("line", ['John, "Smith"', '"John" ,Smith', 'Jo"hn,Smith', '"John"x,Smith'])
def test_a_stray_quote_costs_its_row_and_no_other(line: str) -> None:
    rows = list(CsvFile(f"First,Last\n{line}\nAnn,Lee\n".encode(), "COMMA", "LF"))
    assert [bool(row.problem) for row in rows] == [True, False]
    assert rows[1].values == ("Ann", "Lee")


@pytest.mark.parametrize("line", ["1", "1,2,3"])
def test_a_row_of_another_width_is_told(line: str) -> None:
    (row,) = CsvFile(f"A,B\n{line}\n".encode(), "COMMA", "LF")
    assert row.problem is not None
    assert "the header 2 columns" in row.problem


def test_limits_of_size_are_kept() -> None:
    with pytest.raises(CsvError):
        CsvFile(("x" * 32_001 + "\n1\n").encode(), "COMMA", "LF")
    (row,) = CsvFile(("A\n" + "x" * 131_073 + "\n").encode(), "COMMA", "LF")
    assert row.problem is not None
    (row,) = CsvFile(("A,B,C,D\n" + ",".join(["x" * 120_000] * 4) + "\n").encode(), "COMMA", "LF")
    assert row.problem is not None


def test_a_file_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(CsvError):
        CsvFile("A\nSöhne\n".encode("latin-1"), "COMMA", "LF")


def test_an_empty_file_has_no_header() -> None:
    with pytest.raises(CsvError):
        CsvFile(b"", "COMMA", "LF")


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2), max_size=5),
    st.sampled_from(sorted(DELIMITERS)),
    st.sampled_from(sorted(LINE_ENDINGS)),
)
def test_what_is_written_is_read_back_by_us_and_by_python(
    rows: list[list[str]], delimiter: str, line_ending: str
) -> None:
    writer = CsvWriter(delimiter, line_ending)
    content = b"".join(writer.line(row) for row in [["A", "B"], *rows])
    file = CsvFile(content, delimiter, line_ending)
    assert [list(row.values) for row in file] == rows
    reader = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=DELIMITERS[delimiter], strict=True)
    assert list(reader) == [["A", "B"], *rows]
