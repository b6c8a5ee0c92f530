"""Counting, summing and grouping answer what Salesforce answers, and refuse what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sfrouter.localorg.store import Store

Ask = Callable[..., list[dict[str, Any]]]
Refusal = Callable[..., dict[str, Any]]
ATTRIBUTES = {"attributes": {"type": "AggregateResult"}}


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("SELECT COUNT() FROM Lead", 4),
        ("SELECT count() FROM Lead WHERE Company = 'acme'", 2),
        ("SELECT COUNT() FROM Lead LIMIT 3", 3),
        ("SELECT COUNT() FROM Contact c, c.Account a WHERE a.Name = 'Acme'", 2),
        ("SELECT COUNT() FROM Lead WHERE Company = 'nobody'", 0),
    ],
)
def test_count_answers_a_total_and_no_records(run_soql: Callable[..., Any], text: str, total: int) -> None:
    result = run_soql(text)
    assert (result.total_size, result.is_count, result.records()) == (total, True, [])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT COUNT(Id), COUNT(LeadSource) FROM Lead", [{"expr0": 4, "expr1": 2}]),
        ("SELECT COUNT_DISTINCT(Company) c FROM Lead", [{"c": 3}]),
        ("SELECT SUM(Amount), AVG(Amount), MIN(Amount), MAX(Amount) m FROM Opportunity",
         [{"expr0": 12.5, "expr1": 6.25, "expr2": 2.5, "m": 10.0}]),
        ("SELECT SUM(NumberOfEmployees) FROM Account", [{"expr0": 57}]),
        ("SELECT MIN(LastName), MAX(CreatedDate) FROM Lead",
         [{"expr0": "Four", "expr1": "2026-03-11T23:30:00.000+0000"}]),
        ("SELECT SUM(Amount) FROM Opportunity WHERE Name = 'nobody'", [{"expr0": None}]),
        ("SELECT LeadSource, COUNT(Id) FROM Lead GROUP BY LeadSource ORDER BY LeadSource",
         [{"LeadSource": None, "expr0": 2}, {"LeadSource": "Web", "expr0": 1},
          {"LeadSource": "Other", "expr0": 1}]),
        ("SELECT LeadSource s FROM Lead GROUP BY LeadSource ORDER BY COUNT(Id) DESC LIMIT 1", [{"s": None}]),
        ("SELECT Owner.Name, COUNT(Id) n FROM Lead GROUP BY Owner.Name HAVING COUNT(Id) > 1",
         [{"Name": "Sarah Bauer", "n": 2}]),
        ("SELECT Company FROM Lead GROUP BY Company HAVING Company LIKE 'a%' AND MIN(LastName) = 'ONE'",
         [{"Company": "ACME"}]),
        ("SELECT CALENDAR_YEAR(CreatedDate), DAY_ONLY(convertTimezone(CreatedDate)) day, COUNT(Id) FROM Lead "
         "GROUP BY CALENDAR_YEAR(CreatedDate), DAY_ONLY(convertTimezone(CreatedDate))",
         [{"expr0": 2026, "day": "2026-03-12", "expr1": 4}]),
        ("SELECT IsConverted, COUNT(Id) FROM Lead GROUP BY IsConverted", [{"IsConverted": False, "expr0": 4}]),
    ],
)  # fmt: skip
def test_aggregates(ask: Ask, text: str, rows: list[dict[str, Any]]) -> None:
    assert ask(text) == [ATTRIBUTES | row for row in rows]


def test_the_least_and_greatest_of_a_picklist_go_by_its_own_order(ask: Ask) -> None:
    (row,) = ask("SELECT MIN(LeadSource) low, MAX(LeadSource) high FROM Lead")
    assert (row["low"], row["high"]) == ("Web", "Other")


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("SELECT Name, COUNT(Id) FROM Lead", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
        ("SELECT Name FROM Lead GROUP BY Status", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
        (
            "SELECT CALENDAR_YEAR(CreatedDate), COUNT(Id) FROM Lead",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: CALENDAR_YEAR(CreatedDate)",
        ),
        (
            "SELECT COUNT(Id) FROM Lead GROUP BY Id",
            "MALFORMED_QUERY",
            "Grouped field should not be aggregated: Id",
        ),
        (
            "SELECT Status FROM Lead GROUP BY Status HAVING City = 'x'",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: City",
        ),
        (
            "SELECT Status FROM Lead GROUP BY Status ORDER BY Name",
            "MALFORMED_QUERY",
            "Ordered field must be grouped or aggregated: Name",
        ),
        (
            "SELECT MAX(CreatedDate) FROM Account LIMIT 1",
            "MALFORMED_QUERY",
            "Non-grouped query that uses overall aggregate functions cannot also use LIMIT",
        ),
        ("SELECT SUM(Name) FROM Lead", "MALFORMED_QUERY", "field Name does not support aggregate operator SUM"),
        (
            "SELECT COUNT(IsConverted) FROM Lead",
            "MALFORMED_QUERY",
            "field IsConverted does not support aggregate operator COUNT",
        ),
        (
            "SELECT COUNT(Description) FROM Lead",
            "MALFORMED_QUERY",
            "field Description does not support aggregate operator COUNT",
        ),
        ("SELECT AVG(CreatedDate) FROM Lead", "MALFORMED_QUERY", "does not support aggregate operator AVG"),
        (
            "SELECT Description FROM Lead GROUP BY Description",
            "INVALID_FIELD",
            "field 'Description' can not be grouped in a query call",
        ),
        (
            "SELECT CreatedDate FROM Lead GROUP BY CreatedDate",
            "INVALID_FIELD",
            "field 'CreatedDate' can not be grouped in a query call",
        ),
        (
            "SELECT Owner.Name, Name FROM Lead GROUP BY Owner.Name, Name",
            "MALFORMED_QUERY",
            "duplicate alias: Name",
        ),
        ("SELECT COUNT(Id) n, MAX(Name) N FROM Lead", "MALFORMED_QUERY", "duplicate alias: N"),
        ("SELECT COUNT(), Id FROM Lead", "MALFORMED_QUERY", "without GROUP BY or ORDER BY"),
        ("SELECT COUNT() FROM Lead ORDER BY Id", "MALFORMED_QUERY", "without GROUP BY or ORDER BY"),
        ("SELECT SUM() FROM Lead", "MALFORMED_QUERY", "unexpected token: 'SUM'"),
        ("SELECT SUM(AVG(Amount)) FROM Opportunity", "MALFORMED_QUERY", "unexpected token: 'SUM'"),
        (
            "SELECT Status, COUNT(Id) FROM Lead GROUP BY ROLLUP(Status)",
            "MALFORMED_QUERY",
            "unexpected token: 'ROLLUP'",
        ),
        (
            "SELECT COUNT(Id), TYPEOF Owner WHEN User THEN Id END FROM Lead",
            "MALFORMED_QUERY",
            "can be selected in an aggregate query",
        ),
        (
            "SELECT OwnerId FROM Lead GROUP BY OwnerId HAVING OwnerId IN (SELECT OwnerId FROM Account)",
            "MALFORMED_QUERY",
            "Nesting of semi join sub-selects is not supported",
        ),
    ],
)
def test_groupings_that_salesforce_refuses(refusal: Refusal, text: str, code: str, sentence: str) -> None:
    body = refusal(text)
    assert body["errorCode"] == code
    assert body["message"].endswith(sentence)


def test_an_aggregate_answer_has_no_second_page(small_store: Store, ask: Ask, refusal: Refusal) -> None:
    small_store.insert_many("Contact", [{"LastName": f"P{number}"} for number in range(2_001)])
    body = refusal("SELECT LastName, COUNT(Id) FROM Contact GROUP BY LastName")
    assert body == {
        "message": "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single "
        "batch",
        "errorCode": "EXCEEDED_ID_LIMIT",
    }
    assert len(ask("SELECT LastName FROM Contact GROUP BY LastName LIMIT 2000")) == 2_000
