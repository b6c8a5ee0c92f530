"""Whatever stands in a value, a query keeps its shape; names that are no names never get in."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simple_salesforce.format import quote_soql_value

from sfrouter.salesforce import soql

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def read_string(literal: str) -> tuple[str, str]:
    """An independent reader of a SOQL string: its value and what follows the closing quote."""
    assert literal[0] == "'"
    value, at = "", 1
    while literal[at] != "'":
        if literal[at] != "\\":
            value, at = value + literal[at], at + 1
        elif literal[at + 1] == "u":
            value, at = value + chr(int(literal[at + 2 : at + 6], 16)), at + 6
        else:
            value, at = value + UNESCAPED[literal[at + 1]], at + 2
    return value, literal[at + 1 :]


@given(TEXTS)
def test_a_quoted_text_reads_back_as_itself_and_ends_where_it_should(text: str) -> None:
    assert read_string(soql.quote(text)) == (text, "")


@given(TEXTS)
def test_no_raw_line_break_quote_or_control_character_stands_in_a_literal(text: str) -> None:
    literal = soql.quote(text)
    assert all(ord(letter) >= 32 and ord(letter) != 127 for letter in literal)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), max_size=100))
def test_texts_without_control_characters_are_quoted_as_simple_salesforce_does(text: str) -> None:
    assert soql.quote(text) == quote_soql_value(text)


@given(TEXTS, TEXTS)
def test_a_hostile_value_does_not_change_the_condition_around_it(first: str, second: str) -> None:
    query = soql.select(
        ["Id"], "Lead", where=[soql.compare("Company", "=", first), soql.in_list("City", [second])]
    )
    value, rest = read_string(query.removeprefix("SELECT Id FROM Lead WHERE Company = "))
    assert value == first
    other, end = read_string(rest.removeprefix(" AND City IN ("))
    assert (other, end) == (second, ")")


def test_the_backslash_is_escaped_before_the_quote() -> None:
    assert soql.quote("\\' OR Id != null --") == "'\\\\\\' OR Id != null --'"


@pytest.mark.parametrize("text", ["x" * 4001, "half \ud83d"])
def test_a_text_that_cannot_be_sent_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="text in a query"):
        soql.quote(text)


@given(st.datetimes(timezones=st.timezones()))
def test_a_time_is_written_in_whole_seconds_of_utc_with_z(moment: datetime) -> None:
    try:
        expected = moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return
    literal = soql.datetime_literal(moment)
    assert "+" not in literal
    assert "." not in literal
    assert literal.endswith("Z")
    assert datetime.fromisoformat(literal) == expected


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        soql.quote(datetime(2026, 3, 2, 12, 0))


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (0.1, "0.1"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 14, 0, 0, 999_999, timezone(timedelta(hours=2))), "2026-03-02T12:00:00Z"),
    ],
)
def test_other_values_stand_unquoted(value: soql.Literal, literal: str) -> None:
    assert soql.quote(value) == literal


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("Infinity")])
def test_a_number_that_is_none_is_refused(value: soql.Literal) -> None:
    with pytest.raises(ValueError, match="finite"):
        soql.quote(value)


@pytest.mark.parametrize(
    "name",
    ["Id FROM User--", "Name, Email", "1st", "", "a.b.c.d.e.f.g", "Name)", "Owner..Name", "Ñame", "Id\n", "x'"],
)
def test_a_field_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a field name"):
        soql.select([name], "Lead")
    with pytest.raises(ValueError, match="not a field name"):
        soql.compare(name, "=", 1)


@pytest.mark.parametrize("name", ["Lead WHERE Id = null", "Lead.Owner", "", "Lead;"])
def test_an_object_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        soql.select(["Id"], name)


@pytest.mark.parametrize("part", ["Id; DELETE", "Id ASC DESC", "LIMIT 1", "Id NULLS"])
def test_a_bad_sort_order_limit_or_operator_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="sort order"):
        soql.select(["Id"], "Lead", order_by=[part])
    with pytest.raises(ValueError, match="limit"):
        soql.select(["Id"], "Lead", limit=0)
    with pytest.raises(ValueError, match="comparison"):
        soql.compare("Id", "= null OR Id =", "x")


def test_a_whole_query_reads_as_expected() -> None:
    since = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    query = soql.select(
        ["Id", "Owner.Name", "Id"],
        "Lead",
        where=[
            soql.compare("SystemModstamp", ">=", since),
            soql.any_of(soql.compare("City", "=", "Ulm"), soql.negate(soql.compare("IsConverted", "=", True))),
        ],
        order_by=["SystemModstamp", "Id DESC NULLS LAST"],
        limit=5,
    )
    assert query == (
        "SELECT Id, Owner.Name FROM Lead WHERE SystemModstamp >= 2026-03-02T12:00:00Z AND "
        "(City = 'Ulm' OR (NOT IsConverted = true)) ORDER BY SystemModstamp, Id DESC NULLS LAST LIMIT 5"
    )
    assert soql.select_count("Lead") == "SELECT COUNT() FROM Lead"


def test_an_empty_list_is_refused_as_soql_cannot_say_it() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        soql.in_list("Id", [])
    assert list(soql.select_by_ids(["Id"], "Lead", "Id", [])) == []


@pytest.mark.parametrize("fields", [1, 60])
def test_ten_thousand_ids_are_asked_for_in_queries_that_fit_an_address(fields: int) -> None:
    ids = [f"00Q{number:012}" for number in range(10_000)]
    names = ["Id", *(f"A_Rather_Long_Name_{number}__c" for number in range(fields))]
    queries = list(soql.select_by_ids(names, "Lead", "Id", [*ids, *ids[:50]], order_by=["Id"]))
    assert max(soql.encoded_length(query) for query in queries) <= 7_500
    listed = [query.partition("IN (")[2].partition(")")[0].split(",") for query in queries]
    assert max(len(part) for part in listed) <= 300
    assert sum(len(part) for part in listed) == 10_000
    assert {len(one) for part in listed for one in part} == {20}
    assert len(queries) <= 10_000 // (250 if fields == 1 else 150) + 1


def test_an_id_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="record id"):
        soql.in_ids("Id", ["00Q' OR Id != '"])
