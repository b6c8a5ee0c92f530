"""Validation rules and the history of tracked fields."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.org import Org
from tests.localorg.small_world import robot, small_org

RULE: dict[str, Any] = {
    "name": "No rating without industry",
    "object": "Lead",
    "when": [
        {"field": "Rating", "operator": "not_equal", "value": None},
        {"field": "Industry", "operator": "equals", "value": None},
    ],
    "message": "Tell the industry first.",
    "field": "Industry",
}


def patch(org: Org, values: dict[str, Any], user: str = "@robot") -> tuple[int, Any]:
    answer = Actor(org, user).patch(f"/sobjects/Lead/{org.aliases['lead']}", values)
    return answer.status, answer.json()[0] if answer.body else None


def test_a_rule_refuses_with_the_words_and_the_field_of_its_author() -> None:
    org = small_org(validation_rules=[RULE])
    status, problem = patch(org, {"Rating": "Hot"})
    assert status == 400
    assert problem == {
        "message": "Tell the industry first.",
        "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "fields": ["Industry"],
    }
    assert patch(org, {"Rating": "Hot", "Industry": "Banking"})[0] == 204


def test_a_rule_judges_new_rows_and_the_errors_of_collections() -> None:
    org = small_org(validation_rules=[RULE])
    records = [
        {"attributes": {"type": "Lead"}, "LastName": "A", "Company": "B", "Rating": "Hot"},
        {"attributes": {"type": "Lead"}, "LastName": "C", "Company": "D"},
    ]
    first, second = robot(org).post("/composite/sobjects", {"records": records}).json()
    assert first["errors"][0]["statusCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert second["success"] is True


def test_a_rule_may_be_for_changed_fields_some_writes_and_some_people_only() -> None:
    frozen = {"name": "frozen", "object": "Lead", "message": "The owner stays.", "changed": ["OwnerId"]}
    org = small_org(validation_rules=[frozen | {"on": ["update"], "not_for": ["@sarah"]}])
    to_sarah = {"OwnerId": org.aliases["sarah"]}
    assert patch(org, {"City": "Rome"})[0] == 204
    status, problem = patch(org, to_sarah)
    assert (status, problem["message"], problem["fields"]) == (400, "The owner stays.", [])
    assert robot(org).post("/sobjects/Lead", {"LastName": "N", "Company": "N"} | to_sarah).status == 201
    assert patch(org, to_sarah, "@sarah")[0] == 204


def test_tracked_fields_leave_history_and_others_do_not() -> None:
    org = small_org(history_fields={"Lead": ["Status", "Score__c", "Description", "Matched_Account__c"]})
    changes = {"Status": "Working - Contacted", "Score__c": 7, "City": "Rome", "Description": "long"}
    patch(org, changes | {"Matched_Account__c": org.aliases["acme"]}, "@sarah")
    rows = {row["Field"]: row for row in org.store.rows("LeadHistory")}
    assert set(rows) == {"Status", "Score__c", "Description", "Matched_Account__c"}
    assert (rows["Status"]["OldValue"], rows["Status"]["NewValue"]) == (
        "Open - Not Contacted",
        "Working - Contacted",
    )
    assert (rows["Score__c"]["OldValue"], rows["Score__c"]["DataType"]) == (None, "Double")
    assert rows["Description"]["NewValue"] is None, "of a long text only the fact is kept"
    assert rows["Matched_Account__c"]["NewValue"] == "Acme"
    assert {row["CreatedById"] for row in rows.values()} == {org.aliases["sarah"]}


def test_an_unchanged_value_leaves_no_history() -> None:
    org = small_org(history_fields={"Lead": ["Status"]})
    patch(org, {"Status": "Open - Not Contacted"})
    assert org.store.count("LeadHistory") == 0
