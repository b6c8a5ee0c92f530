"""Rows come in the order asked for, nulls first unless said otherwise, and in none that was not asked for."""

# ruff: noqa: S608 - the queries are SOQL, put together on purpose

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sfrouter.localorg.store import Store

Values = Callable[..., list[Any]]
Refusal = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("Name", ["Acme", "beta_1", "Gamma 100%"]),
        ("Name DESC", ["Gamma 100%", "beta_1", "Acme"]),
        ("NumberOfEmployees", ["Gamma 100%", "beta_1", "Acme"]),
        ("NumberOfEmployees DESC", ["Gamma 100%", "Acme", "beta_1"]),
        ("NumberOfEmployees DESC NULLS LAST", ["Acme", "beta_1", "Gamma 100%"]),
        ("NumberOfEmployees ASC NULLS FIRST", ["Gamma 100%", "beta_1", "Acme"]),
        ("NumberOfEmployees NULLS LAST", ["beta_1", "Acme", "Gamma 100%"]),
        ("ParentId NULLS LAST, Name", ["Acme", "Gamma 100%", "beta_1"]),
        ("Parent.Name NULLS LAST, Name", ["Acme", "Gamma 100%", "beta_1"]),
        ("Owner.LastName DESC, Name DESC", ["beta_1", "Gamma 100%", "Acme"]),
    ],
)
def test_accounts_in_order(values: Values, order: str, names: list[str]) -> None:
    assert values(f"SELECT Name FROM Account ORDER BY {order}") == names


def test_picklists_are_sorted_by_the_order_of_their_values(values: Values) -> None:
    assert values("SELECT LeadSource FROM Lead ORDER BY LeadSource NULLS LAST") == ["Web", "Other", None, None]


def test_limit_and_offset_cut_the_order(values: Values) -> None:
    assert values("SELECT LastName FROM Lead ORDER BY LastName LIMIT 2 OFFSET 1") == ["One", "Three"]
    assert values("SELECT LastName FROM Lead ORDER BY LastName OFFSET 3") == ["Two"]
    assert values("SELECT LastName FROM Lead LIMIT 0") == []


def test_without_order_rows_come_mixed_but_the_same_each_time(small_store: Store, values: Values) -> None:
    small_store.insert_many("Contact", [{"LastName": f"P{number:03d}"} for number in range(200)])
    text = "SELECT LastName FROM Contact WHERE LastName LIKE 'P%'"
    names = values(text)
    assert names == values(text)
    assert names != sorted(names)
    assert sorted(names) == [f"P{number:03d}" for number in range(200)]
    assert values(f"{text} LIMIT 10") == names[:10]


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ("Description", "field 'Description' can not be sorted in a query call"),
        ("Address", "field 'Address' can not be sorted in a query call"),
        ("Interests__c", "field 'Interests__c' can not be sorted in a query call"),
    ],
)
def test_fields_that_cannot_be_sorted_are_refused(refusal: Refusal, order: str, sentence: str) -> None:
    body = refusal(f"SELECT Id FROM Lead ORDER BY {order}")
    assert body["errorCode"] == "INVALID_FIELD"
    assert body["message"].endswith(f"ERROR at Row:1:Column:30\n{sentence}")


def test_the_largest_offset_is_2000(values: Values, refusal: Refusal) -> None:
    assert values("SELECT Id FROM Lead OFFSET 2000") == []
    assert refusal("SELECT Id FROM Lead OFFSET 2001") == {
        "message": "Maximum SOQL offset allowed is 2000",
        "errorCode": "NUMBER_OUTSIDE_VALID_RANGE",
    }
