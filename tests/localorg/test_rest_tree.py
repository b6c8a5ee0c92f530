"""Trees of new records: all made, with ids in order, or none and the faults named."""

from typing import Any

import pytest

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import robot, small_org


def record(kind: str, reference: str, **values: Any) -> dict[str, Any]:
    return {"attributes": {"type": kind, "referenceId": reference}} | values


def below(*records: Any) -> dict[str, Any]:
    return {"records": list(records)}


def send(org: Org, kind: str, *records: Any) -> Response:
    return robot(org).post(f"/composite/tree/{kind}", {"records": list(records)})


def test_records_are_made_level_by_level_and_linked() -> None:
    org = small_org()
    answer = send(
        org,
        "Account",
        record(
            "Account",
            "ref1",
            name="Sample",
            numberOfEmployees="100",
            Contacts=below(
                record("Contact", "ref2", lastname="Smith"), record("Contact", "ref3", lastname="Evans")
            ),
        ),
        record("Account", "ref4", name="Sample 2"),
    )
    assert answer.status == 201
    body = answer.json()
    assert body["hasErrors"] is False
    assert [one["referenceId"] for one in body["results"]] == ["ref1", "ref4", "ref2", "ref3"]
    ids = {one["referenceId"]: one["id"] for one in body["results"]}
    contact = org.store.get("Contact", ids["ref3"])
    account = org.store.get("Account", ids["ref1"])
    assert contact is not None
    assert account is not None
    assert contact["AccountId"] == ids["ref1"]
    assert account["NumberOfEmployees"] == 100
    assert answer.header("Sforce-Limit-Info") == "api-usage=1/15000"


def test_a_fault_undoes_everything_and_is_told_with_its_reference() -> None:
    org = small_org()
    before = org.store.count("Account")
    answer = send(
        org,
        "Account",
        record(
            "Account", "ref1", Name="Fine", Contacts=below(record("Contact", "ref2", LastName="S", Email="123"))
        ),
    )
    assert answer.status == 400
    expected = {
        "referenceId": "ref2",
        "errors": [
            {
                "statusCode": "INVALID_EMAIL_ADDRESS",
                "message": "Email: invalid email address: 123",
                "fields": ["Email"],
            }
        ],
    }
    assert answer.json() == {"hasErrors": True, "results": [expected]}
    assert org.store.count("Account") == before


def leads(count: int) -> list[dict[str, Any]]:
    return [record("Lead", f"ref{number}", LastName="L", Company="C") for number in range(count)]


def test_two_hundred_records_are_made_and_no_more() -> None:
    org = small_org()
    assert send(org, "Lead", *leads(200)).status == 201
    refused = send(org, "Lead", *leads(201))
    assert refused.status == 400
    assert refused.json()["results"][0]["errors"][0]["statusCode"] == "INVALID_INPUT"
    assert org.store.count("Lead", {"LastName": "L"}) == 200


def accounts_deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = record("Account", f"level{levels}", Name=str(levels))
    for level in range(levels - 1, 0, -1):
        found = record("Account", f"level{level}", Name=str(level), ChildAccounts=below(found))
    return found


def test_five_levels_are_made_and_six_refused() -> None:
    org = small_org()
    assert send(org, "Account", accounts_deep(5)).status == 201
    assert org.store.count("Account", {"Name": "5"}) == 1
    refused = send(org, "Account", accounts_deep(6)).json()
    assert refused["results"][0]["referenceId"] == "level6"


def test_both_records_of_a_reference_id_used_twice_are_named() -> None:
    answer = send(small_org(), "Lead", *leads(1), *leads(1))
    assert [one["referenceId"] for one in answer.json()["results"]] == ["ref0", "ref0"]


@pytest.mark.parametrize(
    "told",
    [
        {"LastName": "L", "Company": "C"},
        {"attributes": {"type": "Lead"}, "LastName": "L", "Company": "C"},
        record("Lead", "_ref", LastName="L", Company="C"),
        record("Account", "ref", Name="wrong type"),
    ],
)
def test_records_without_sound_attributes_are_refused(told: dict[str, Any]) -> None:
    answer = send(small_org(), "Lead", told)
    assert (answer.status, answer.json()["hasErrors"]) == (400, True)
    assert answer.json()["results"][0]["errors"][0]["statusCode"] == "INVALID_INPUT"


def test_unknown_objects_and_bodies_without_records_are_refused() -> None:
    org = small_org()
    assert send(org, "Nothing", record("Nothing", "a")).status == 404
    assert robot(org).post("/composite/tree/Lead", {}).json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_more_than_five_types_are_refused() -> None:
    children = {
        "Contacts": below(record("Contact", "c", LastName="C")),
        "Opportunities": below(
            record("Opportunity", "o", Name="O", StageName="Prospecting", CloseDate="2026-06-01")
        ),
        "Cases": below(record("Case", "k", Subject="S")),
        "Tasks": below(record("Task", "t", Subject="T")),
        "Contracts": below(record("Contract", "x")),
    }
    org = small_org()
    refused = send(org, "Account", record("Account", "a", Name="A", **children))
    assert "5 record types" in refused.json()["results"][0]["errors"][0]["message"]
    del children["Contracts"]
    made = send(org, "Account", record("Account", "a", Name="A", **children))
    assert made.status == 201, made.json()
