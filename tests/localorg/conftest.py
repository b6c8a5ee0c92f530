"""A small company in an org of its own, for the tests that ask it questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Schema, custom_field
from sfrouter.localorg.soql_run import QueryResult, run_query
from sfrouter.localorg.store import Store

NOW = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)
"""Wednesday evening in Greenwich, but already Thursday the 12th for Sarah in Berlin."""


@pytest.fixture
def small_store() -> Iterator[Store]:
    """Two users, a queue, three accounts, three contacts, four leads, two opportunities, three tasks."""
    schema = Schema.standard()
    schema.add_custom_field("Lead", custom_field("Interests__c", "multipicklist", values=("Red", "Green", "Blue")))
    schema.add_custom_field("Lead", custom_field("Code__c", "string", unique=True, case_sensitive=True))
    store = Store(schema, clock=OrgClock(NOW))
    sarah = _user(store, "Sarah", "Bauer", True)
    bob = _user(store, "Bob", "Stone", False)
    queue = store.insert("Group", {"Name": "Inbound", "Type": "Queue"})
    accounts = _accounts(store, sarah, bob)
    _people(store, accounts)
    _leads(store, sarah, bob, queue)
    _activities(store, accounts, sarah, queue)
    yield store
    store.close()


def _user(store: Store, first: str, last: str, active: bool) -> str:
    values = {"FirstName": first, "LastName": last, "Username": f"{first.lower()}@acme.test"}
    return store.insert("User", values | {"IsActive": active, "TimeZoneSidKey": "Europe/Berlin"})


def _accounts(store: Store, sarah: str, bob: str) -> list[str]:
    acme = {"Name": "Acme", "OwnerId": sarah, "Industry": "Banking", "AnnualRevenue": 1000.5}
    first = store.insert("Account", acme | {"NumberOfEmployees": 50, "BillingCity": "Rome"})
    beta = {"Name": "beta_1", "OwnerId": bob, "ParentId": first, "NumberOfEmployees": 7}
    second = store.insert("Account", beta | {"Industry": "Agriculture"})
    third = store.insert("Account", {"Name": "Gamma 100%", "OwnerId": sarah, "Industry": "banking"})
    return [first, second, third]


def _people(store: Store, accounts: list[str]) -> None:
    store.insert("Contact", {"FirstName": "Ann", "LastName": "Young", "AccountId": accounts[0]})
    store.insert("Contact", {"FirstName": "Zoe", "LastName": "Adler", "AccountId": accounts[0]})
    store.insert("Contact", {"LastName": "Nobody"})
    closing = {"StageName": "Prospecting", "CloseDate": date(2026, 3, 12), "Amount": 10}
    store.insert("Opportunity", closing | {"Name": "Big", "AccountId": accounts[0]})
    store.insert("Opportunity", closing | {"Name": "Small", "AccountId": accounts[1], "Amount": 2.5})


def _leads(store: Store, sarah: str, bob: str, queue: str) -> None:
    rows: list[dict[str, Any]] = [
        {"LastName": "One", "Company": "Acme", "OwnerId": sarah, "Interests__c": "Red;Green", "Code__c": "a"},
        {"LastName": "Two", "Company": "ACME", "OwnerId": queue, "Interests__c": "Blue", "Code__c": "A"},
        {"LastName": "Three", "Company": "Other", "OwnerId": bob, "LeadSource": "Web"},
        {"LastName": "Four", "Company": "O'Neil \\ Söhne", "OwnerId": sarah, "LeadSource": "Other"},
    ]
    for row in rows:
        store.insert("Lead", {"Status": "Open - Not Contacted", "Email": f"{row['LastName']}@X.test"} | row)


def _activities(store: Store, accounts: list[str], sarah: str, queue: str) -> None:
    contact = store.rows("Contact", {"LastName": "Young"})[0]["Id"]
    opportunity = store.rows("Opportunity", {"Name": "Big"})[0]["Id"]
    store.insert("Task", {"Subject": "call", "WhoId": contact, "WhatId": accounts[0], "OwnerId": sarah})
    store.insert("Task", {"Subject": "mail", "WhatId": opportunity, "OwnerId": queue})
    store.insert("Task", {"Subject": "think", "OwnerId": sarah})


Run = Callable[..., QueryResult]


@pytest.fixture
def run_soql(small_store: Store) -> Run:
    """Runs a query as Sarah."""
    sarah = small_store.rows("User", {"FirstName": "Sarah"})[0]["Id"]

    def run(text: str, **options: Any) -> QueryResult:
        return run_query(small_store, small_store.schema, text, user_id=sarah, **options)

    return run


@pytest.fixture
def ask(run_soql: Run) -> Callable[..., list[dict[str, Any]]]:
    """The records that a query answers."""

    def records(text: str, **options: Any) -> list[dict[str, Any]]:
        return run_soql(text, **options).records()

    return records


@pytest.fixture
def values(ask: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[Any]]:
    """The last value of each record that a query answers, in their order."""

    def last(text: str, **options: Any) -> list[Any]:
        return [list(record.values())[-1] for record in ask(text, **options)]

    return last


@pytest.fixture
def refusal(run_soql: Run) -> Callable[..., dict[str, Any]]:
    """The error that a query is refused with; the test fails if it is answered."""

    def refused(text: str, **options: Any) -> dict[str, Any]:
        with pytest.raises(OrgError) as caught:
            run_soql(text, **options)
        assert caught.value.status == 400
        (body,) = caught.value.body()
        assert isinstance(body, dict)
        return body

    return refused
