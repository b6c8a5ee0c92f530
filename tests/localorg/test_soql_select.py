"""Records hold what was selected, in its order, in the shape that REST gives it."""

# ruff: noqa: S608 - the queries are SOQL, put together on purpose

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sfrouter.localorg.store import Store

Ask = Callable[..., list[dict[str, Any]]]
Refusal = Callable[..., dict[str, Any]]


def test_a_record_has_its_attributes_and_the_names_that_describe_spells(ask: Ask, small_store: Store) -> None:
    lead = small_store.rows("Lead", {"LastName": "One"})[0]["Id"]
    (record,) = ask("SELECT lastname, COMPANY, createddate FROM lead WHERE LastName = 'One'", api_version="61.0")
    assert list(record.items()) == [
        ("attributes", {"type": "Lead", "url": f"/services/data/v61.0/sobjects/Lead/{lead}"}),
        ("LastName", "One"),
        ("Company", "Acme"),
        ("CreatedDate", "2026-03-11T23:30:00.000+0000"),
    ]


def test_parents_are_records_within_and_missing_ones_are_null(ask: Ask, small_store: Store) -> None:
    acme = small_store.rows("Account", {"Name": "Acme"})[0]
    records = ask("SELECT Name, Parent.Name, Parent.Owner.Name, ParentId FROM Account ORDER BY Name")
    assert records[0]["Parent"] is None
    assert list(records[1])[1:] == ["Name", "Parent", "ParentId"]
    parent = records[1]["Parent"]
    assert parent["attributes"]["url"].endswith(f"/sobjects/Account/{acme['Id']}")
    assert parent["Owner"]["attributes"]["type"] == "User"
    assert (parent["Name"], parent["Owner"]["Name"]) == ("Acme", "Sarah Bauer")


def test_an_owner_of_either_kind_is_a_name_whose_address_is_the_real_record(ask: Ask) -> None:
    records = ask("SELECT Owner.Name, Owner.Type, Owner.Id, Owner.Email FROM Lead ORDER BY LastName DESC")
    queue, user = records[0]["Owner"], records[-1]["Owner"]
    assert (queue["Name"], queue["Type"], queue["attributes"]["type"]) == ("Inbound", "Queue", "Name")
    assert queue["attributes"]["url"].endswith(f"/sobjects/Group/{queue['Id']}")
    assert (user["Name"], user["Type"]) == ("Sarah Bauer", "User")
    assert user["attributes"]["url"].endswith(f"/sobjects/User/{user['Id']}")


def test_typeof_shows_the_fields_of_the_kind_it_finds(ask: Ask) -> None:
    records = ask(
        "SELECT Subject, TYPEOF What WHEN Account THEN Industry, Owner.Name WHEN Case THEN CaseNumber END, "
        "TYPEOF Owner WHEN User THEN Username ELSE Name END FROM Task ORDER BY Subject"
    )
    call, mail, think = records
    assert call["What"]["Industry"] == "Banking"
    assert call["What"]["Owner"]["Name"] == "Sarah Bauer"
    assert call["What"]["attributes"]["type"] == "Account"
    assert mail["What"] is None
    assert think["What"] is None
    assert mail["Owner"]["Name"] == "Inbound"
    assert "Username" in call["Owner"]


def test_compound_fields_are_objects_of_their_parts(ask: Ask) -> None:
    records = ask("SELECT BillingAddress, ShippingAddress FROM Account WHERE Name = 'Acme'")
    assert records[0]["BillingAddress"] == {
        "city": "Rome",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": None,
        "state": None,
        "street": None,
    }
    assert records[0]["ShippingAddress"] is None


def test_fields_groups_select_what_they_say(ask: Ask) -> None:
    everything = ask("SELECT FIELDS(ALL) FROM Lead LIMIT 1")[0]
    custom = ask("SELECT FIELDS(CUSTOM), Id FROM Lead LIMIT 200")[0]
    standard = ask("SELECT FIELDS(STANDARD) FROM Lead")[0]
    assert set(custom) == {"attributes", "Id", "Interests__c", "Code__c"}
    assert set(everything) == set(standard) | set(custom)


def test_a_list_of_ids_bounds_fields_all_as_a_limit_does(ask: Ask, small_store: Store) -> None:
    lead = small_store.rows("Lead")[0]["Id"]
    assert len(ask(f"SELECT FIELDS(ALL) FROM Lead WHERE Id IN ('{lead}')")) == 1
    assert len(ask(f"SELECT FIELDS(ALL) FROM Lead WHERE Id = '{lead}'")) == 1


def test_tolabel_shows_labels_under_the_fields_name_or_an_alias(ask: Ask, small_store: Store) -> None:
    lead = small_store.rows("Lead", {"LastName": "One"})[0]["Id"]
    small_store.update("Lead", lead, {"CleanStatus": "Pending"})
    (record,) = ask("SELECT CleanStatus, toLabel(CleanStatus) shown FROM Lead WHERE LastName = 'One'")
    assert (record["CleanStatus"], record["shown"]) == ("Pending", "Not Compared")


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("SELECT Id, id FROM Lead", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Id, FIELDS(ALL) FROM User LIMIT 200", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Owner.Name, Owner.Name FROM Lead", "INVALID_FIELD", "duplicate field selected: Owner.Name"),
        ("SELECT Id x FROM Lead", "MALFORMED_QUERY", "only aggregate expressions use field aliasing"),
        (
            "SELECT FIELDS(ALL) FROM Lead",
            "MALFORMED_QUERY",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        (
            "SELECT FIELDS(CUSTOM) FROM Lead LIMIT 201",
            "MALFORMED_QUERY",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        ("SELECT FORMAT(CreatedDate) FROM Lead", "MALFORMED_QUERY", "unexpected token: 'FORMAT'"),
        ("SELECT TYPEOF Account WHEN Account THEN Id END FROM Contact", "MALFORMED_QUERY", "not with 'Account'"),
        (
            "SELECT TYPEOF Owner WHEN User THEN Foo END FROM Lead",
            "INVALID_FIELD",
            "Please reference your WSDL or the describe call for the appropriate names.",
        ),
        (
            "SELECT Owner.Name, TYPEOF Owner WHEN User THEN Id END FROM Lead",
            "INVALID_FIELD",
            "duplicate field selected: Owner",
        ),
        (
            "SELECT TYPEOF Owner WHEN Account THEN Id END FROM Lead",
            "INVALID_TYPE",
            "Please reference your WSDL or the describe call for the appropriate names.",
        ),
        ("SELECT Id FROM Lead USING SCOPE delegated", "MALFORMED_QUERY", "Using unsupported scope: delegated"),
    ],
)
def test_selections_that_salesforce_refuses(refusal: Refusal, text: str, code: str, sentence: str) -> None:
    body = refusal(text)
    assert body["errorCode"] == code
    assert body["message"].endswith(sentence)


def test_fields_came_with_version_51(refusal: Refusal) -> None:
    body = refusal("SELECT FIELDS(ALL) FROM Account LIMIT 1", api_version="50.0")
    assert body == {
        "message": "\nSELECT FIELDS(ALL) FROM Account LIMIT 1\n       ^\nERROR at Row:1:Column:8\n"
        "The SOQL FIELDS function is not supported in this version of the API",
        "errorCode": "UNSUPPORTED_API_VERSION",
    }


def test_scope_mine_is_what_the_caller_owns(ask: Ask) -> None:
    names = {record["LastName"] for record in ask("SELECT LastName FROM Lead USING SCOPE mine")}
    assert names == {"One", "Four"}
    assert len(ask("SELECT Id FROM Lead USING SCOPE everything")) == 4


# -- children ------------------------------------------------------------------------------------------


def test_children_come_as_a_result_within_and_none_is_null(ask: Ask) -> None:
    records = ask(
        "SELECT Name, (SELECT LastName FROM contacts ORDER BY LastName), (SELECT Amount FROM Opportunities) "
        "FROM Account ORDER BY Name"
    )
    acme, beta, gamma = records
    assert list(acme)[1:] == ["Name", "Contacts", "Opportunities"]
    assert (acme["Contacts"]["totalSize"], acme["Contacts"]["done"]) == (2, True)
    assert [one["LastName"] for one in acme["Contacts"]["records"]] == ["Adler", "Young"]
    assert acme["Contacts"]["records"][0]["attributes"]["type"] == "Contact"
    assert beta["Contacts"] is None
    assert beta["Opportunities"]["records"][0]["Amount"] == 2.5
    assert gamma["Opportunities"] is None


def test_children_obey_their_own_conditions_and_limit_for_each_parent(ask: Ask) -> None:
    acme = ask(
        "SELECT (SELECT LastName FROM a.Contacts c WHERE c.LastName > 'B' OR Account.Name = 'Acme' "
        "ORDER BY LastName DESC LIMIT 1) FROM Account a WHERE Name = 'Acme'"
    )[0]
    assert [one["LastName"] for one in acme["Contacts"]["records"]] == ["Young"]


def test_children_of_children_are_read_since_version_58(ask: Ask, refusal: Refusal) -> None:
    text = "SELECT Name, (SELECT LastName, (SELECT Subject FROM Tasks) FROM Contacts) FROM Account ORDER BY Name"
    contacts = ask(text)[0]["Contacts"]["records"]
    subjects = {one["LastName"]: one["Tasks"] for one in contacts}
    assert subjects["Young"]["records"][0]["Subject"] == "call"
    assert subjects["Adler"] is None
    assert refusal(text, api_version="57.0")["errorCode"] == "MALFORMED_QUERY"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account",
            "Only root queries support aggregate expressions",
        ),
        (
            "SELECT (SELECT Id FROM Contacts GROUP BY Id) FROM Account",
            "Only root queries support aggregate expressions",
        ),
        ("SELECT (SELECT Id FROM Contacts OFFSET 1) FROM Account", "OFFSET is only allowed"),
        ("SELECT " + ", ".join(["(SELECT Id FROM Contacts)"] * 21) + " FROM Account", "at most 20"),
        ("SELECT (SELECT Id FROM Contacts USING SCOPE mine) FROM Account", "not allowed in subqueries"),
    ],
)
def test_subqueries_that_salesforce_refuses(refusal: Refusal, text: str, sentence: str) -> None:
    body = refusal(text)
    assert body["errorCode"] == "MALFORMED_QUERY"
    assert sentence in body["message"]


def test_a_relationship_goes_down_but_once(refusal: Refusal) -> None:
    body = refusal("SELECT (SELECT Id FROM Contacts), (SELECT Name FROM contacts) FROM Account")
    assert body == {"message": "duplicate field selected: Contacts", "errorCode": "INVALID_FIELD"}


def test_an_unknown_field_of_a_child_is_refused_before_any_row_is_read(refusal: Refusal) -> None:
    body = refusal("SELECT (SELECT Foo FROM Contacts) FROM Account WHERE Name = 'nobody'")
    assert "No such column 'Foo' on entity 'Contact'" in body["message"]
