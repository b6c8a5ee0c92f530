"""Up to 200 records in a call: judged one by one, or all or none."""

from typing import Any

import pytest

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import NO_RULE, RULE, owner_of, robot, small_org

ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
    "fields": [],
}


def typed(kind: str, **values: Any) -> dict[str, Any]:
    """One record of a body."""
    return {"attributes": {"type": kind}} | values


def task(org: Org, **values: Any) -> dict[str, Any]:
    return typed("Task", Subject="Call", WhoId=org.aliases["lead"], **values)


def results(response: Response) -> list[dict[str, Any]]:
    assert response.status == 200, response.body
    return list(response.json())


def test_two_hundred_tasks_are_made_in_one_call_in_their_order() -> None:
    org = small_org()
    records = [task(org, Description=f"d{number}") for number in range(200)]
    found = results(robot(org).post("/composite/sobjects", {"records": records}))
    assert len(found) == 200
    assert found[0] == {"id": found[0]["id"], "success": True, "errors": []}
    for number in (0, 57, 199):
        row = org.store.get("Task", found[number]["id"])
        assert row is not None
        assert row["Description"] == f"d{number}"
    assert org.calls.used() == 1


def test_more_than_200_records_are_refused_whole() -> None:
    org = small_org()
    answer = robot(org).post("/composite/sobjects", {"records": [task(org)] * 201})
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    assert org.store.count("Task") == 0


def test_a_failing_record_says_why_and_the_others_stay() -> None:
    org = small_org()
    records = [task(org), task(org, Nope=1), task(org, WhatId=org.aliases["acme"])]
    first, second, third = results(robot(org).post("/composite/sobjects", {"records": records}))
    assert first["success"] is True
    assert second == {
        "success": False,
        "errors": [
            {
                "statusCode": "INVALID_FIELD",
                "message": "No such column 'Nope' on sobject of type Task",
                "fields": [],
            }
        ],
    }
    assert third["errors"][0]["statusCode"] == "FIELD_INTEGRITY_EXCEPTION"
    assert third["errors"][0]["fields"] == ["WhoId", "WhatId"]
    assert org.store.count("Task") == 1


def test_all_or_none_undoes_the_good_records() -> None:
    org = small_org()
    body = {"allOrNone": True, "records": [task(org), task(org, Nope=1)]}
    first, second = results(robot(org).post("/composite/sobjects", body))
    assert first == {"success": False, "errors": [ROLLED_BACK]}
    assert second["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert org.store.count("Task") == 0


def test_updates_bring_their_ids_and_report_each() -> None:
    org = small_org()
    gone = robot(org).post("/sobjects/Lead", {"LastName": "x", "Company": "y"}).json()["id"]
    robot(org).delete(f"/sobjects/Lead/{gone}")
    records = [
        typed("Lead", id=org.aliases["lead"], City="Rome"),
        typed("Lead", Id="00Q5e0000009999", City="Rome"),
        typed("Lead", id=gone, City="Rome"),
        typed("Lead", id=org.aliases["acme"], City="Rome"),
        typed("Lead", City="Rome"),
        typed("Lead", id=org.aliases["converted"], City="Rome"),
    ]
    found = results(robot(org).patch("/composite/sobjects", {"records": records}))
    assert found[0] == {"id": org.aliases["lead"], "success": True, "errors": []}
    assert [one["errors"][0]["statusCode"] for one in found[1:]] == [
        "INVALID_CROSS_REFERENCE_KEY",
        "ENTITY_IS_DELETED",
        "MALFORMED_ID",
        "MISSING_ARGUMENT",
        "CANNOT_UPDATE_CONVERTED_LEAD",
    ]
    assert all("id" not in one for one in found[1:])


def test_an_undone_update_keeps_its_id_in_the_answer() -> None:
    org = small_org()
    records = [typed("Lead", id=org.aliases["lead"], City="Rome"), typed("Lead", id=org.aliases["lead"], Nope=1)]
    first, _ = results(robot(org).patch("/composite/sobjects", {"records": records, "allOrNone": True}))
    assert first == {"id": org.aliases["lead"], "success": False, "errors": [ROLLED_BACK]}
    row = org.store.get("Lead", org.aliases["lead"])
    assert row is not None
    assert row["City"] is None


def test_the_assignment_header_counts_for_every_record() -> None:
    org = small_org(assignment_rules=[RULE])
    records = {"records": [typed("Lead", id=org.aliases["lead"], Country="FR")]}
    results(robot(org).patch("/composite/sobjects", records, NO_RULE))
    assert owner_of(org, org.aliases["lead"]) == org.aliases["bob"]
    results(robot(org).patch("/composite/sobjects", records))
    assert owner_of(org, org.aliases["lead"]) == org.aliases["inbound"]


def test_records_are_deleted_by_a_list_of_ids() -> None:
    org = small_org()
    ids = f"{org.aliases['lead']},001RM000003oLrB000,{org.aliases['deal']}"
    first, second, third = results(robot(org).delete(f"/composite/sobjects?ids={ids}"))
    assert (first["success"], third["success"]) == (True, True)
    assert second["errors"] == [
        {"statusCode": "MALFORMED_ID", "message": "malformed id 001RM000003oLrB000", "fields": []}
    ]
    assert org.store.get("Lead", org.aliases["lead"]) is None


def test_a_delete_of_all_or_none_keeps_everything_after_a_failure() -> None:
    org = small_org()
    ids = f"{org.aliases['lead']},00Q5e0000009999"
    first, _ = results(robot(org).delete(f"/composite/sobjects?ids={ids}&allOrNone=true"))
    assert first == {"id": org.aliases["lead"], "success": False, "errors": [ROLLED_BACK]}
    assert org.store.get("Lead", org.aliases["lead"]) is not None


def test_upserts_tell_which_rows_are_new() -> None:
    org = small_org()
    robot(org).patch("/sobjects/Lead/Outside_Key__c/old", {"LastName": "x", "Company": "y"})
    records = [
        typed("Lead", Outside_Key__c="old", City="Rome"),
        typed("Lead", Outside_Key__c="new", LastName="x", Company="y"),
        typed("Lead", Outside_Key__c="bad"),
        typed("Account", Outside_Key__c="bad"),
    ]
    found = results(robot(org).patch("/composite/sobjects/Lead/Outside_Key__c", {"records": records}))
    assert [one.get("created") for one in found] == [False, True, None, None]
    assert [one["errors"][0]["statusCode"] for one in found[2:]] == ["REQUIRED_FIELD_MISSING", "INVALID_TYPE"]


def test_rows_are_read_in_the_order_asked_with_null_for_missing_ones() -> None:
    org = small_org()
    ids = [org.aliases["converted"], "00Q5e0000009999", "nonsense", org.aliases["lead"]]
    for answer in (
        robot(org).get(f"/composite/sobjects/Lead?ids={','.join(ids)}&fields=id,LastName"),
        robot(org).post("/composite/sobjects/Lead", {"ids": ids, "fields": ["id", "LastName"]}),
    ):
        found = results(answer)
        assert [one and one["LastName"] for one in found] == ["Done", None, None, "Doe"]
        assert list(found[0]) == ["attributes", "Id", "LastName"]


def test_reading_is_bounded_and_strict_about_fields() -> None:
    org = small_org()
    many = {"ids": [org.aliases["lead"]] * 2_001, "fields": ["Id"]}
    assert robot(org).post("/composite/sobjects/Lead", many).status == 400
    many["ids"].pop()
    assert len(results(robot(org).post("/composite/sobjects/Lead", many))) == 2_000
    wrong = {"ids": [org.aliases["lead"]], "fields": ["Nope"]}
    assert robot(org).post("/composite/sobjects/Lead", wrong).json()[0]["errorCode"] == "INVALID_FIELD"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"records": {}},
        {"records": [5]},
        {"records": [{"Name": "x"}]},
        {"records": [], "allOrNone": "yes"},
    ],
)
def test_a_call_that_is_not_well_formed_is_400(body: Any) -> None:
    assert robot(small_org()).post("/composite/sobjects", body).status == 400


def test_an_unknown_type_fails_its_record() -> None:
    (found,) = results(robot(small_org()).post("/composite/sobjects", {"records": [typed("Nope", Name="x")]}))
    assert found["errors"][0]["statusCode"] == "INVALID_TYPE"


def test_records_of_changing_types_make_at_most_ten_chunks() -> None:
    org = small_org()
    pair = [typed("Account", Name="x"), typed("Contact", LastName="y")]
    assert all(one["success"] for one in results(robot(org).post("/composite/sobjects", {"records": pair * 5})))
    assert robot(org).post("/composite/sobjects", {"records": pair * 5 + pair[:1]}).status == 400
