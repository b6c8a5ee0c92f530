"""Rows are kept, changed, binned and brought back; nothing is half done."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.schema import Schema, custom_field
from sfrouter.localorg.store import Store, UnknownFieldError, UnknownObjectError
from sfrouter.localorg.store_values import ValueMismatchError, decode, render, written_as_stored

NOW = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
STAMP = NOW.replace(microsecond=0)


@pytest.fixture
def store() -> Store:
    return Store(Schema.standard(), clock=OrgClock(NOW))


@pytest.mark.parametrize(
    ("object_name", "field", "value", "rest"),
    [
        ("Lead", "Company", "Söhne", "Söhne"),
        ("Lead", "IsConverted", True, True),
        ("Lead", "NumberOfEmployees", 5, 5),
        ("Lead", "AnnualRevenue", Decimal("10"), 10.0),
        ("Lead", "ConvertedDate", date(2026, 2, 3), "2026-02-03"),
        ("Lead", "EmailBouncedDate", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-02-03T04:05:06.000+0000"),
        ("BusinessHours", "MondayStartTime", time(9, 30), "09:30:00.000Z"),
        ("Lead", "Company", None, None),
        ("Lead", "Company", "", None),
        ("Lead", "IsConverted", None, False),
    ],
)
def test_values_come_back_as_they_went_in_and_as_rest_writes_them(
    store: Store, object_name: str, field: str, value: Any, rest: Any
) -> None:
    row = store.get(object_name, store.insert(object_name, {field: value}))
    assert row is not None
    expected = {"": None, None: False if field == "IsConverted" else None}.get(value, value)
    assert row[field] == expected
    assert store.render_row(object_name, row)[field] == rest


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Company", 5),
        ("IsConverted", 1),
        ("NumberOfEmployees", 1.5),
        ("NumberOfEmployees", True),
        ("ConvertedDate", datetime(2026, 1, 1, tzinfo=UTC)),
        ("EmailBouncedDate", datetime(2026, 1, 1)),
    ],
)
def test_values_of_the_wrong_type_are_refused(store: Store, field: str, value: Any) -> None:
    with pytest.raises(ValueMismatchError, match=field):
        store.insert("Lead", {field: value})


def test_creation_stamps_are_whole_seconds_of_the_orgs_clock(store: Store) -> None:
    row = store.get("Lead", store.insert("Lead", {"LastName": "A"}))
    assert row is not None
    assert row["CreatedDate"] == row["SystemModstamp"] == row["LastModifiedDate"] == STAMP


def test_the_name_of_a_person_follows_its_parts(store: Store) -> None:
    lead = store.insert("lead", {"firstname": "Ann", "LASTNAME": "Young"})
    assert (store.get("Lead", lead) or {})["Name"] == "Ann Young"
    store.update("Lead", lead, {"LastName": "Old"})
    assert (store.get("Lead", lead[:15]) or {})["Name"] == "Ann Old"
    store.update("Lead", lead, {"FirstName": None})
    assert (store.get("Lead", lead) or {})["Name"] == "Old"


def test_ids_are_the_same_in_every_run_and_skip_those_brought_along(store: Store) -> None:
    assert store.insert("Lead", {}) == "00Q5e0000000001EAA"
    assert store.insert("Lead", {}, id="00Q5e0000000007") == "00Q5e0000000007EAA"
    assert store.insert("Lead", {}) == "00Q5e0000000008EAA"
    assert store.insert("Lead", {}, id="00Q000000000001EAA") == "00Q000000000001EAA"
    with pytest.raises(ValueError, match="already"):
        store.insert("Lead", {}, id="00Q000000000001EAA")


def test_objects_of_one_prefix_share_their_numbers(store: Store) -> None:
    one, two = store.insert("LeadHistory", {}), store.insert("CaseHistory", {})
    assert (one[:3], two[:3]) == ("017", "017")
    assert one != two


def test_deleted_rows_stay_in_the_bin_until_they_are_purged(store: Store) -> None:
    lead = store.insert("Lead", {"LastName": "A"})
    store.clock.advance(60)
    store.delete("Lead", lead)
    assert store.get("Lead", lead) is None
    assert store.rows("Lead") == []
    binned = store.get("Lead", lead, include_deleted=True)
    assert binned is not None
    assert binned["IsDeleted"] is True
    assert binned["SystemModstamp"] > STAMP
    store.undelete("Lead", lead)
    assert store.count("Lead") == 1
    store.purge("Lead", lead)
    assert store.get("Lead", lead, include_deleted=True) is None
    with pytest.raises(KeyError):
        store.delete("Lead", lead)


def test_an_object_without_a_bin_loses_its_rows(store: Store) -> None:
    member = store.insert("GroupMember", {})
    store.delete("GroupMember", member)
    assert store.get("GroupMember", member, include_deleted=True) is None


def test_rows_are_found_by_value_without_case_but_ids_and_case_sensitive_fields_with_it(store: Store) -> None:
    store.schema.add_custom_field("Lead", custom_field("Key__c", "string", unique=True, case_sensitive=True))
    store.insert("Lead", {"Email": "Ann@X.test", "Key__c": "k"})
    assert store.count("Lead", {"email": "ann@x.TEST"}) == 1
    assert store.count("Lead", {"Key__c": "K"}) == 0
    assert store.count("Lead", {"Key__c": "k", "Phone": None}) == 1


def test_a_transaction_happens_wholly_or_not_at_all_also_when_nested(store: Store) -> None:
    def half_done() -> None:
        with store.transaction():
            store.insert("Lead", {"LastName": "gone"})
            raise ZeroDivisionError

    with store.transaction():
        store.insert("Lead", {"LastName": "kept"})
        with pytest.raises(ZeroDivisionError):
            half_done()
    assert [row["LastName"] for row in store.rows("Lead")] == ["kept"]
    with pytest.raises(ZeroDivisionError):
        half_done()
    assert store.count("Lead") == 1


def test_a_field_added_while_rows_exist_is_there_at_once_and_empty(store: Store) -> None:
    lead = store.insert("Lead", {})
    store.schema.add_custom_field("Lead", custom_field("Flag__c", "boolean", default=True))
    store.schema.add_custom_field("Lead", custom_field("Note__c", "string"))
    row = store.get("Lead", lead)
    assert row is not None
    assert (row["Flag__c"], row["Note__c"]) == (True, None)


def test_a_field_added_in_a_transaction_that_fails_can_be_added_again(store: Store) -> None:
    def half_done() -> None:
        with store.transaction():
            store.schema.add_custom_field("Lead", custom_field("Note__c", "string"))
            store.insert("Lead", {"Note__c": "x"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert store.insert("Lead", {"Note__c": "y"})


def test_a_snapshot_brings_everything_back(store: Store) -> None:
    lead = store.insert("Lead", {"LastName": "A"})
    snapshot = store.snapshot()
    store.update("Lead", lead, {"LastName": "B"})
    later = store.insert("Lead", {})
    store.restore(snapshot)
    assert [row["LastName"] for row in store.rows("Lead")] == ["A"]
    assert store.insert("Lead", {}) == later


def test_a_file_keeps_its_rows_and_its_count_of_ids(tmp_path: Path) -> None:
    path = str(tmp_path / "org.db")
    first = Store(Schema.standard(), path)
    ids = first.insert_many("Account", [{"Name": f"Company {n}"} for n in range(5)])
    first.close()
    second = Store(Schema.standard(), path)
    assert second.count("Account") == 5
    assert second.insert("Account", {}) > max(ids)
    second.close()


def test_threads_do_not_lose_or_double_rows(store: Store) -> None:
    def work() -> None:
        for _ in range(50):
            with store.transaction():
                store.insert("Lead", {"LastName": "A"})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row["Id"] for row in store.rows("Lead")}) == 200


def test_unknown_objects_and_fields_are_named(store: Store) -> None:
    with pytest.raises(UnknownObjectError, match="Nope"):
        store.insert("Nope", {})
    with pytest.raises(UnknownFieldError, match="Nope"):
        store.insert("Lead", {"Nope": 1})
    with pytest.raises(UnknownFieldError, match="Address"):
        store.update("Lead", store.insert("Lead", {}), {"Address": "x"})


def test_an_address_is_made_of_its_parts_or_null(store: Store) -> None:
    row = store.get("Contact", store.insert("Contact", {"MailingCity": "Rome", "MailingPostalCode": "00100"}))
    assert row is not None
    rest = store.render_row("Contact", row)
    assert rest["MailingAddress"]["city"] == "Rome"
    assert rest["MailingAddress"]["postalCode"] == "00100"
    assert rest["OtherAddress"] is None


def test_a_field_that_is_written_as_it_is_stored_is_one_whose_values_nothing_changes() -> None:
    kinds = {field.type: field for kind in Schema.standard() for field in kind.fields.values()}
    assert {"string", "reference", "int"} <= {name for name, field in kinds.items() if written_as_stored(field)}
    for field in filter(written_as_stored, kinds.values()):
        for stored in ("a text", "2026-03-02", 5, 1.5, None):
            assert render(field, decode(field, stored)) is stored
    for name in ("boolean", "datetime", "date", "double"):
        assert not written_as_stored(kinds[name])
