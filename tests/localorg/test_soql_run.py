"""Whole queries: deleted rows, paging that neither loses nor doubles, and speed enough for a large org."""

# ruff: noqa: S608 - the queries are SOQL, put together on purpose

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sfrouter.localorg.schema import custom_field
from sfrouter.localorg.soql_run import QueryResult
from sfrouter.localorg.store import Store

Run = Callable[..., QueryResult]
Ask = Callable[..., list[dict[str, Any]]]


def test_deleted_rows_are_found_by_queryall_alone(run_soql: Run, small_store: Store) -> None:
    lead = small_store.rows("Lead", {"LastName": "One"})[0]["Id"]
    small_store.delete("Lead", lead)
    assert run_soql("SELECT Id FROM Lead").total_size == 3
    assert run_soql("SELECT COUNT() FROM Lead").total_size == 3
    assert run_soql("SELECT Id FROM Lead WHERE IsDeleted = true").total_size == 0
    (record,) = run_soql("SELECT Id, IsDeleted FROM Lead WHERE IsDeleted = true", deleted=True).records()
    assert (record["Id"], record["IsDeleted"]) == (lead, True)


def test_deleted_children_and_deleted_rows_of_semi_joins_are_left_out(ask: Ask, small_store: Store) -> None:
    for contact in small_store.rows("Contact"):
        small_store.delete("Contact", contact["Id"])
    text = "SELECT Name, (SELECT Id FROM Contacts) FROM Account WHERE Name = 'Acme'"
    assert ask(text)[0]["Contacts"] is None
    assert ask(text, deleted=True)[0]["Contacts"]["totalSize"] == 2
    assert ask("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)") == []


def test_pages_together_are_the_whole_answer_each_row_once(run_soql: Run, small_store: Store) -> None:
    small_store.insert_many("Contact", [{"LastName": f"P{number}"} for number in range(4_500)])
    for order in ("", " ORDER BY LastName", " ORDER BY Id"):
        result = run_soql(f"SELECT Id FROM Contact{order}", batch_size=2_000)
        pages = [result.records(start) for start in range(0, result.total_size, 2_000)]
        assert [len(page) for page in pages] == [2_000, 2_000, 503]
        ids = [record["Id"] for page in pages for record in page]
        assert len(set(ids)) == len(ids) == result.total_size == 4_503
        assert result.records(0, 3) == pages[0][:3]


def test_which_rows_a_result_has_is_settled_when_it_runs(run_soql: Run, small_store: Store) -> None:
    result = run_soql("SELECT LastName FROM Lead WHERE LastName LIKE 'T%' ORDER BY LastName")
    two = small_store.rows("Lead", {"LastName": "Two"})[0]["Id"]
    small_store.insert("Lead", {"LastName": "Ten"})
    small_store.update("Lead", two, {"LastName": "Changed"})
    assert [record["LastName"] for record in result.records()] == ["Three", "Changed"]
    small_store.purge("Lead", two)
    assert [record["LastName"] for record in result.records()] == ["Three"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(name=TEXTS)
def test_a_row_is_found_by_its_own_text_quoted(run_soql: Run, small_store: Store, name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    pattern = quoted.replace("%", "\\%").replace("_", "\\_")
    row_id = small_store.insert("Account", {"Name": name})
    for condition in (f"Name = '{quoted}'", f"Name LIKE '{pattern}'", f"Name LIKE '%{pattern}%'"):
        found = run_soql(f"SELECT Id FROM Account WHERE {condition}").records()
        assert row_id in {record["Id"] for record in found}
    small_store.purge("Account", row_id)


def test_a_column_of_the_schema_added_later_can_be_asked_for_at_once(ask: Ask, small_store: Store) -> None:
    small_store.schema.add_custom_field("Account", custom_field("Tier__c", "string"))
    assert ask("SELECT Tier__c FROM Account LIMIT 1")[0]["Tier__c"] is None


@pytest.mark.parametrize(
    "condition",
    [
        "OwnerId = '{owner}'",
        "Name = 'Company 77'",
        "Name LIKE 'company 77%'",
        "SystemModstamp > 2026-01-01T00:00:00Z ORDER BY SystemModstamp, Id LIMIT 2000",
        "Id > '001000000000001AAA' ORDER BY Id LIMIT 2000",
    ],
)
def test_a_page_by_an_indexed_field_is_quick(run_soql: Run, small_store: Store, condition: str) -> None:
    """Prints the time for 20,000 accounts; asserts only that it does not take seconds."""
    owner = small_store.rows("User")[0]["Id"]
    small_store.insert_many("Account", ({"Name": f"Company {n}", "OwnerId": owner} for n in range(20_000)))
    started = time.perf_counter()
    records = run_soql(f"SELECT Id, Name, Owner.Name FROM Account WHERE {condition.format(owner=owner)}").records()
    spent = time.perf_counter() - started
    print(f"{spent * 1000:.1f} ms for {len(records)} rows: {condition}")
    assert records
    assert spent < 5
