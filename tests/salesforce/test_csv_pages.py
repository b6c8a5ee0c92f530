"""F20: no text in a cell, however odd, splits a row, changes a value or aborts the page."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.salesforce.csv_pages import Columns, CsvPageError, rows_of_page, value_of

KINDS = {
    "Id": "id", "Name": "string", "About": "textarea", "IsActive": "boolean", "Count": "int", "Amount": "currency",
    "CreatedDate": "datetime", "Day": "date", "OwnerId": "reference", "Many": "multipicklist",
}  # fmt: skip
CORPUS = (
    "plain", "O'Brien & Söhne", 'say "hi"', '"', '""', '"quoted"', ",", ";", "a,b", "line\nbreak", "line\r\nbreak",
    "line\rbreak", "\n", "tab\there", " leading and trailing ", "nul\x00inside", "\x00", "日本 株式会社",
    "emoji 🎉", "=1+1", "+49", "@sum", "#N/A", "null", "NULL", "\\N", "\\", "\\\"", "true", "0012",
    "\u2028next", "x" * 131_072, "\ufeffmark", "\u200bzero", '",\n"', "sep=;",
)  # fmt: skip


def described(object_name: str) -> Mapping[str, Any]:
    if object_name == "User":
        return {"fields": [{"name": "Name", "type": "string"}, {"name": "IsActive", "type": "boolean"}]}
    fields: list[dict[str, Any]] = [{"name": name, "type": kind} for name, kind in KINDS.items()]
    fields[-2] |= {"relationshipName": "Owner", "referenceTo": ["Group", "User"]}
    return {"fields": fields} if object_name == "Account" else {}


def page_of(header: list[str], *lines: list[str]) -> bytes:
    """As the org writes it: every cell in quotes, quotes doubled, LF."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *lines])
    return text.getvalue().encode()


def read(body: bytes, columns: Columns | None = None) -> list[dict[str, Any]]:
    return list(rows_of_page(body, columns or Columns("Account", described)))


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize(
    "name", [name for name, kind in KINDS.items() if kind in ("string", "textarea", "multipicklist")]
)
def test_every_text_of_the_corpus_comes_through_in_every_text_column_unchanged(name: str, text: str) -> None:
    found = read(page_of(["Id", name, "Count"], ["1", text, "7"], ["2", "next", "8"]))
    assert found == [{"Id": "1", name: text, "Count": 7}, {"Id": "2", name: "next", "Count": 8}]


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=5))
def test_any_text_comes_through_unchanged(texts: list[str]) -> None:
    found = read(page_of(["Id", "Name"], *[[str(number), text] for number, text in enumerate(texts)]))
    assert [row["Name"] for row in found] == texts


@pytest.mark.parametrize("name", KINDS)
def test_an_empty_cell_is_an_empty_field_in_every_column(name: str) -> None:
    assert read(page_of(["Id", name] if name != "Id" else ["Name", name], ["1", ""]))[0][name] is None


@pytest.mark.parametrize(
    "name", [name for name, kind in KINDS.items() if kind not in ("string", "textarea", "multipicklist")]
)
def test_the_sign_for_nothing_means_nothing_only_where_no_text_can_stand(name: str) -> None:
    assert read(page_of(["Name", name], ["#N/A", "#N/A"])) == [{"Name": "#N/A", name: None}]


def test_values_are_of_the_kinds_that_json_would_bring() -> None:
    header = ["IsActive", "Count", "Amount", "CreatedDate", "Day"]
    assert read(page_of(header, ["true", "-5", "12.5", "2026-03-02T09:00:00.000Z", "2026-03-02"])) == [
        {
            "IsActive": True, "Count": -5, "Amount": 12.5, "CreatedDate": "2026-03-02T09:00:00.000+0000",
            "Day": "2026-03-02",
        }
    ]  # fmt: skip


def test_a_parents_columns_become_the_parent_and_one_that_is_empty_none() -> None:
    rows = read(page_of(["Id", "Owner.Name", "Owner.IsActive"], ["1", "Sarah", "false"], ["2", "", ""]))
    assert rows == [{"Id": "1", "Owner": {"Name": "Sarah", "IsActive": False}}, {"Id": "2", "Owner": None}]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\n", b'"Id","Id"\n', b'"Id",""\n', b'"Id","Unknown"\n"1","2"\n', b'"Id","Name"\n"1"\n',
        b'"Id","Name"\n"1","2","3"\n', b'"Id","Name"\n"1","open', b'"Id","Name"\n"1","a"b"\n', b'"Id"\n"\xff"\n',
        b'"Id","IsActive"\n"1","maybe"\n', b'"Id","Count"\n"1","1,5"\n', b'"Id","Count"\n"1","NaN"\n',
        b'"Id","CreatedDate"\n"1","yesterday"\n', b'"Id","Name"\n"1","' + b"x" * 1_000_001 + b'"\n',
        b"<html><body>maintenance</body></html>",
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_believed_is_refused_without_a_word_of_its_values(body: bytes) -> None:
    with pytest.raises(CsvPageError) as refusal:
        read(body)
    assert not any(part in str(refusal.value) for part in ("maybe", "yesterday", "1,5", "maintenance"))


def test_a_cell_is_too_long_whatever_another_reader_of_the_process_allows() -> None:
    """The csv module has one limit for all: the local org's own files raise it."""
    before = csv.field_size_limit(20_000_000)
    try:
        with pytest.raises(CsvPageError):
            read(page_of(["Id", "Name"], ["1", "x" * 1_000_001]))
        assert read(page_of(["Id", "Name"], ["1", "x" * 1_000_000]))
    finally:
        csv.field_size_limit(before)


def test_pages_with_different_headers_are_refused() -> None:
    columns = Columns("Account", described)
    read(page_of(["Id", "Name"], ["1", "a"]), columns)
    with pytest.raises(CsvPageError):
        read(page_of(["Name", "Id"], ["a", "1"]), columns)


@pytest.mark.parametrize("text", ["007", "1" * 5_000, "\u0661\u0662"], ids=["zeros", "very long", "other digits"])
def test_a_number_that_is_none_after_all_makes_the_page_one_that_cannot_be_believed(text: str) -> None:
    with pytest.raises(CsvPageError):
        value_of(text, "double")
