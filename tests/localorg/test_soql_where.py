"""Conditions choose the rows that Salesforce would choose, and unfit ones are refused in its words."""

# ruff: noqa: S608 - the queries are SOQL, put together on purpose

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sfrouter.localorg.store import Store

Values = Callable[..., list[Any]]
Refusal = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("LastName = 'one'", ["One"]),
        ("LastName != 'one'", ["Four", "Three", "Two"]),
        ("Company = 'acme'", ["One", "Two"]),
        ("Company IN ('ACME', 'other')", ["One", "Three", "Two"]),
        ("Company NOT IN ('acme')", ["Four", "Three"]),
        ("LeadSource = null", ["One", "Two"]),
        ("LeadSource != null", ["Four", "Three"]),
        ("LeadSource = ''", ["One", "Two"]),
        ("LeadSource != 'Web'", ["Four", "One", "Two"]),
        ("LeadSource NOT IN ('Web')", ["Four", "One", "Two"]),
        ("LeadSource IN ('web', null)", ["One", "Three", "Two"]),
        ("LeadSource NOT IN ('web', null)", ["Four"]),
        ("NOT LeadSource = 'Web'", ["Four", "One", "Two"]),
        ("NOT LeadSource LIKE 'w%'", ["Four", "One", "Two"]),
        ("NOT (LeadSource = 'Web' OR LastName = 'One')", ["Four", "Two"]),
        ("LastName LIKE 't%'", ["Three", "Two"]),
        ("LastName LIKE '%e'", ["One", "Three"]),
        ("LastName LIKE '_wo'", ["Two"]),
        ("LastName LIKE 'two'", ["Two"]),
        ("LastName LIKE '%'", ["Four", "One", "Three", "Two"]),
        ("LastName > 'one' AND LastName < 'two'", ["Three"]),
        ("LastName >= 'one' AND LastName <= 'two'", ["One", "Three", "Two"]),
        (r"Company = 'o\'neil \\ SÖHNE'", ["Four"]),
        (r"Company LIKE '%\\%'", ["Four"]),
        ("Email = 'ONE@x.TEST'", ["One"]),
        ("Code__c = 'a'", ["One"]),
        ("Code__c LIKE 'A%'", ["Two"]),
        ("Interests__c = 'red;green'", ["One"]),
        ("Interests__c INCLUDES ('green')", ["One"]),
        ("Interests__c INCLUDES ('red;green', 'blue')", ["One", "Two"]),
        ("Interests__c INCLUDES ('red;blue')", []),
        ("Interests__c EXCLUDES ('red')", ["Four", "Three", "Two"]),
        ("IsConverted = FALSE", ["Four", "One", "Three", "Two"]),
        ("IsConverted = true", []),
        ("IsConverted IN (true, false)", ["Four", "One", "Three", "Two"]),
        ("Owner.Name = 'sarah bauer'", ["Four", "One"]),
        ("Owner.Name = 'Inbound'", ["Two"]),
        ("Owner.Type = 'Queue'", ["Two"]),
        ("Owner.Type = 'User' AND Owner.IsActive = false", ["Three"]),
        ("Owner.IsActive = false", ["Three", "Two"]),
        ("Owner.Username LIKE 'SARAH@%'", ["Four", "One"]),
        ("ConvertedAccount.Name = null AND LastName = 'One'", ["One"]),
        ("ConvertedAccount.IsPartner = null AND LastName = 'One'", []),
        ("Lead.LastName = 'One'", ["One"]),
        ("CreatedDate = TODAY", ["Four", "One", "Three", "Two"]),
        ("CreatedDate != TODAY", []),
        ("CreatedDate < TODAY", []),
        ("CreatedDate >= TODAY AND CreatedDate <= TODAY", ["Four", "One", "Three", "Two"]),
        ("CreatedDate > TODAY", []),
        ("CreatedDate = YESTERDAY", []),
        ("CreatedDate IN (TODAY, TOMORROW)", ["Four", "One", "Three", "Two"]),
        ("CreatedDate = 2026-03-11T23:30:00Z", ["Four", "One", "Three", "Two"]),
        ("CreatedDate = 2026-03-12T00:30:00+01:00", ["Four", "One", "Three", "Two"]),
        ("CreatedDate = 2026-03-11T15:30:00.000-0800", ["Four", "One", "Three", "Two"]),
        ("CreatedDate > 2026-03-11T23:29:59.900Z", ["Four", "One", "Three", "Two"]),
        ("CreatedDate > 2026-03-11T23:30:00.001Z", []),
        ("DAY_IN_MONTH(CreatedDate) = 11", ["Four", "One", "Three", "Two"]),
        ("DAY_IN_MONTH(convertTimezone(CreatedDate)) = 12", ["Four", "One", "Three", "Two"]),
        ("DAY_ONLY(convertTimezone(CreatedDate)) = 2026-03-12", ["Four", "One", "Three", "Two"]),
        ("HOUR_IN_DAY(CreatedDate) = 23", ["Four", "One", "Three", "Two"]),
    ],
)
def test_conditions_on_leads(values: Values, condition: str, names: list[str]) -> None:
    assert values(f"SELECT LastName FROM Lead WHERE {condition} ORDER BY LastName") == names


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("Name LIKE 'beta\\_%'", ["beta_1"]),
        ("Name LIKE '%100\\%'", ["Gamma 100%"]),
        ("Name LIKE '%\\%\\%'", []),
        ("AnnualRevenue > 1000", ["Acme"]),
        ("AnnualRevenue = 1000.50", ["Acme"]),
        ("AnnualRevenue < 1000", []),
        ("NumberOfEmployees IN (7, 50)", ["Acme", "beta_1"]),
        ("NumberOfEmployees != 7", ["Acme", "Gamma 100%"]),
        ("Parent.Name = 'acme'", ["beta_1"]),
        ("Parent.Parent.Owner.Name = null", ["Acme", "beta_1", "Gamma 100%"]),
        ("Parent.Owner.Name != 'x'", ["Acme", "beta_1", "Gamma 100%"]),
        ("Id IN (SELECT AccountId FROM Contact)", ["Acme"]),
        ("Id NOT IN (SELECT AccountId FROM Contact)", ["beta_1", "Gamma 100%"]),
        ("(Id IN (SELECT AccountId FROM Contact)) AND Name = 'Acme'", ["Acme"]),
        (
            "Id IN (SELECT AccountId FROM Opportunity WHERE Amount > 5) "
            "AND Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'x')",
            ["Acme"],
        ),
        ("OwnerId IN (SELECT OwnerId FROM Lead WHERE LeadSource = 'Web')", ["beta_1"]),
    ],
)
def test_conditions_on_accounts(values: Values, condition: str, names: list[str]) -> None:
    assert values(f"SELECT Name FROM Account WHERE {condition} ORDER BY Name") == names


@pytest.mark.parametrize(
    ("condition", "subjects"),
    [
        ("WhoId IN (SELECT Id FROM Contact WHERE LastName = 'Young')", ["call"]),
        ("What.Type = 'Account'", ["call"]),
        ("What.Type IN ('Account', 'Opportunity')", ["call", "mail"]),
        ("What.Name = 'BIG'", ["mail"]),
        ("Who.LastName = 'Young'", ["call"]),
        ("Owner.Type = 'Queue'", ["mail"]),
    ],
)
def test_conditions_on_tasks(values: Values, condition: str, subjects: list[str]) -> None:
    assert values(f"SELECT Subject FROM Task WHERE {condition} ORDER BY Subject") == subjects


def test_date_fields_follow_the_users_calendar(values: Values) -> None:
    for condition in ("CloseDate = TODAY", "CloseDate = 2026-03-12", "CALENDAR_QUARTER(CloseDate) = 1"):
        assert values(f"SELECT Name FROM Opportunity WHERE {condition} ORDER BY Name") == ["Big", "Small"]
    assert values("SELECT Name FROM Opportunity WHERE CloseDate > TODAY OR CloseDate < TODAY") == []


def test_ids_are_compared_in_either_length(values: Values, small_store: Store) -> None:
    full = small_store.rows("Lead", {"LastName": "One"})[0]["Id"]
    for written in (full, full[:15]):
        assert values(f"SELECT LastName FROM Lead WHERE Id = '{written}'") == ["One"]
        assert values(f"SELECT LastName FROM Lead WHERE Id IN ('{written}', '001000000000001')") == ["One"]


def test_thousands_of_alternatives_are_answered(values: Values) -> None:
    many = " OR ".join(f"LastName = 'x{number}'" for number in range(4_000))
    assert values(f"SELECT LastName FROM Lead WHERE {many} OR LastName = 'One'") == ["One"]


QUOTED = "must be of type {} and should not be enclosed in quotes"


@pytest.mark.parametrize(
    ("condition", "code", "sentence"),
    [
        (
            "CreatedDate > '2020-01-01T00:00:00Z'",
            "INVALID_FIELD",
            "value of filter criterion for field 'CreatedDate' " + QUOTED.format("dateTime"),
        ),
        ("CreatedDate = 2020-01-01", "INVALID_FIELD", QUOTED.format("dateTime")),
        ("CreatedDate = 5", "INVALID_FIELD", QUOTED.format("dateTime")),
        ("ConvertedDate = '2020-01-01'", "INVALID_FIELD", QUOTED.format("date")),
        ("ConvertedDate = 2020-01-01T00:00:00Z", "INVALID_FIELD", QUOTED.format("date")),
        ("IsConverted = 'true'", "INVALID_FIELD", QUOTED.format("boolean")),
        ("IsConverted = 1", "INVALID_FIELD", QUOTED.format("boolean")),
        ("NumberOfEmployees = '5'", "INVALID_FIELD", QUOTED.format("int")),
        ("NumberOfEmployees = 1.5", "INVALID_FIELD", QUOTED.format("int")),
        ("AnnualRevenue = true", "INVALID_FIELD", QUOTED.format("currency")),
        (
            "Company = 5",
            "INVALID_FIELD",
            "value of filter criterion for field 'Company' must be of type string "
            "and should be enclosed in quotes",
        ),
        ("Company IN ('a', 5)", "INVALID_FIELD", "must be of type string and should be enclosed in quotes"),
        ("Company LIKE 5", "INVALID_FIELD", "must be of type string and should be enclosed in quotes"),
        ("Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
        ("Id = '00Q000000000001AAA'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: 00Q000000000001AAA"),
        ("OwnerId IN ('005')", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: 005"),
        ("Id LIKE '00Q%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on id field"),
        ("OwnerId LIKE '00Q%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on id field"),
        ("Interests__c LIKE 'R%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on multipicklist field"),
        ("Interests__c > 'R'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on multipicklist field"),
        ("Company INCLUDES ('R')", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on string field"),
        ("IsConverted > true", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on boolean field"),
        ("CreatedDate LIKE '2%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on datetime field"),
        ("Description = 'x'", "INVALID_FIELD", "field 'Description' can not be filtered in query call"),
        ("Address = 'x'", "INVALID_FIELD", "Address fields can only be filtered using Distance expressions"),
        ("ConvertedDate = 2026-02-30", "MALFORMED_QUERY", "Invalid date: 2026-02-30"),
        ("CreatedDate = 2026-02-30T00:00:00Z", "MALFORMED_QUERY", "Invalid datetime: 2026-02-30T00:00:00Z"),
        ("CALENDAR_YEAR(CreatedDate) = THIS_YEAR", "MALFORMED_QUERY", "unexpected token: 'THIS_YEAR'"),
        ("COUNT(Id) > 1", "MALFORMED_QUERY", "unexpected token: 'COUNT'"),
        ("SHOUT(Company) = 'x'", "MALFORMED_QUERY", "unexpected token: 'SHOUT'"),
        ("HOUR_IN_DAY(ConvertedDate) = 1", "MALFORMED_QUERY", "does not support function HOUR_IN_DAY"),
        ("Company = 'a\\qb'", "MALFORMED_QUERY", "no viable alternative at character '\\'"),
        ("Company = 'a\\_b'", "MALFORMED_QUERY", "no viable alternative at character '\\'"),
        (f"Company = '{'x' * 4_001}'", "MALFORMED_QUERY", "may not be longer than 4000 characters."),
        (
            "Id IN (SELECT LeadId FROM CampaignMember) OR Company = 'x'",
            "MALFORMED_QUERY",
            "Semi join sub-selects are not allowed with the 'OR' operator",
        ),
        (
            "NOT Id IN (SELECT LeadId FROM CampaignMember)",
            "MALFORMED_QUERY",
            "Semi join sub-selects are not allowed with the 'NOT' operator",
        ),
        (
            "Company = 'x' AND (Company = 'y' OR Id IN (SELECT LeadId FROM CampaignMember))",
            "MALFORMED_QUERY",
            "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE "
            "expressions.",
        ),
        (
            "Id IN (SELECT LeadId FROM CampaignMember) AND OwnerId IN (SELECT OwnerId FROM Account) "
            "AND OwnerId IN (SELECT OwnerId FROM Contact)",
            "MALFORMED_QUERY",
            "Maximum 2 semi join sub-selects are allowed",
        ),
        (
            "Id IN (SELECT LeadId FROM CampaignMember WHERE LeadId IN (SELECT Id FROM Lead))",
            "MALFORMED_QUERY",
            "Nesting of semi join sub-selects is not supported",
        ),
        (
            "Id IN (SELECT MasterRecordId FROM Lead)",
            "MALFORMED_QUERY",
            "The inner and outer selects should not be on the same object type",
        ),
        (
            "Owner.Id IN (SELECT OwnerId FROM Account)",
            "MALFORMED_QUERY",
            "The left operand 'Owner.Id' cannot have more than one level of relationships",
        ),
        (
            "Company IN (SELECT Id FROM Account)",
            "MALFORMED_QUERY",
            "Semi join sub-selects can only query id fields, cannot use: 'Company'",
        ),
        (
            "Id IN (SELECT Name FROM Account)",
            "MALFORMED_QUERY",
            "Semi join sub-selects can only query id fields, cannot use: 'Name'",
        ),
        (
            "Id IN (SELECT Id FROM Account)",
            "INVALID_FIELD",
            "The selected field 'Id' in the subquery and the left operand field in the where expression in the "
            "outer query 'Id' should point to the same object type",
        ),
        ("Id IN (SELECT LeadId FROM CampaignMember LIMIT 1)", "MALFORMED_QUERY", "can only have a WHERE clause"),
        ("Id IN (SELECT LeadId, Id FROM CampaignMember)", "MALFORMED_QUERY", "select exactly one id field"),
    ],
)
def test_conditions_that_salesforce_refuses(refusal: Refusal, condition: str, code: str, sentence: str) -> None:
    body = refusal(f"SELECT Id FROM Lead WHERE {condition}")
    assert body["errorCode"] == code
    assert body["message"].endswith(sentence)
    assert set(body) == {"message", "errorCode"}


def test_the_whole_body_of_a_quoted_datetime(refusal: Refusal) -> None:
    assert refusal("SELECT Id FROM Lead WHERE CreatedDate > '2020-01-01'") == {
        "message": "\nSELECT Id FROM Lead WHERE CreatedDate > '2020-01-01'\n                          ^\n"
        "ERROR at Row:1:Column:27\nvalue of filter criterion for field 'CreatedDate' must be of type dateTime and "
        "should not be enclosed in quotes",
        "errorCode": "INVALID_FIELD",
    }


def test_a_string_of_the_greatest_length_is_allowed(values: Values) -> None:
    assert values(f"SELECT LastName FROM Lead WHERE Company = '{'x' * 4_000}'") == []
