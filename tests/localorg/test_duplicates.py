"""Duplicate rules and the body that tells of a duplicate."""

from __future__ import annotations

from typing import Any

import pytest

from sfrouter.localorg.duplicates import MESSAGE, allows_save
from sfrouter.localorg.org import Org
from tests.localorg.small_world import robot, small_org

RULE: dict[str, Any] = {
    "name": "Same person",
    "object": "Lead",
    "match": [{"name": "By mail", "fields": ["Email"]}],
}
ALLOW = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true"}


def org_with(**changes: Any) -> Org:
    org = small_org(duplicate_rules=[RULE | changes])
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"Email": "jo@acme.example"})
    return org


def new(email: str) -> dict[str, str]:
    return {"LastName": "Jo", "Company": "Acme", "Email": email}


def test_a_duplicate_is_refused_in_the_shape_recorded_from_a_real_org() -> None:
    org = org_with()
    refused = robot(org).post("/sobjects/Lead", new("JO@acme.example"))
    record = {
        "attributes": {"type": "Lead", "url": f"/services/data/v65.0/sobjects/Lead/{org.aliases['lead']}"},
        "Id": org.aliases["lead"],
    }
    match = {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record}
    result = {
        "entityType": "Lead",
        "errors": [],
        "matchEngine": "ExactMatchEngine",
        "matchRecords": [match],
        "rule": "By mail",
        "size": 1,
        "success": True,
    }
    told = {
        "allowSave": True,
        "duplicateRule": "Same person",
        "duplicateRuleEntityType": "Lead",
        "errorMessage": MESSAGE,
        "matchResults": [result],
    }
    assert refused.status == 400
    assert refused.json() == [{"message": MESSAGE, "errorCode": "DUPLICATES_DETECTED", "duplicateResut": told}]


def test_the_header_saves_in_spite_of_an_alert_and_not_of_a_block() -> None:
    org = org_with()
    assert robot(org).post("/sobjects/Lead", new("jo@acme.example"), ALLOW).status == 201
    blocking = org_with(action="block")
    refused = robot(blocking).post("/sobjects/Lead", new("jo@acme.example"), ALLOW)
    assert refused.json()[0]["duplicateResut"]["allowSave"] is False


@pytest.mark.parametrize("changes", [{"alert": False}, {"not_for": ["@robot"]}, {"on": ["update"]}])
def test_a_rule_that_does_not_apply_lets_the_save_pass(changes: dict[str, Any]) -> None:
    assert robot(org_with(**changes)).post("/sobjects/Lead", new("jo@acme.example")).status == 201


def test_other_values_blanks_and_unrelated_edits_are_no_duplicates() -> None:
    org = org_with()
    assert robot(org).post("/sobjects/Lead", new("other@acme.example")).status == 201
    assert robot(org).post("/sobjects/Lead", {"LastName": "A", "Company": "B"}).status == 201
    robot(org).post("/sobjects/Lead", new("jo@acme.example"), ALLOW)
    url = f"/sobjects/Lead/{org.aliases['lead']}"
    assert robot(org).patch(url, {"City": "Rome", "Email": "jo@acme.example"}).status == 204


def test_a_rule_may_look_at_another_object_by_other_fields() -> None:
    match = [{"object": "Contact", "fields": {"LastName": "LastName", "Phone": "MobilePhone"}}]
    org = org_with(match=match)
    robot(org).patch(f"/sobjects/Contact/{org.aliases['carla']}", {"MobilePhone": "5"})
    body = {"LastName": "carla", "Company": "X"}
    assert robot(org).post("/sobjects/Lead", body | {"Phone": "6"}).status == 201
    refused = robot(org).post("/sobjects/Lead", body | {"Phone": "5"})
    found = refused.json()[0]["duplicateResut"]["matchResults"][0]
    assert (found["entityType"], found["matchRecords"][0]["record"]["Id"]) == ("Contact", org.aliases["carla"])


def test_a_collection_tells_the_duplicate_for_its_record() -> None:
    org = org_with()
    records = [{"attributes": {"type": "Lead"}} | new("jo@acme.example")]
    (result,) = robot(org).post("/composite/sobjects", {"records": records}).json()
    assert result["success"] is False
    assert result["errors"][0]["statusCode"] == "DUPLICATES_DETECTED"


@pytest.mark.parametrize(
    ("header", "allows"),
    [
        (None, False),
        ("allowSave=true", True),
        ("includeRecordDetails=true;ALLOWSAVE = TRUE", True),
        ("allowSave=false", False),
        ("disallowSave=true", False),
        ("", False),
    ],
)
def test_only_allow_save_true_allows(header: str | None, allows: bool) -> None:
    assert allows_save(header) is allows
