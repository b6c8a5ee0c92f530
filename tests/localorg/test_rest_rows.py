"""Single records over REST, conditional requests, and records by external id."""

from email.utils import format_datetime

import pytest

from sfrouter.localorg.exchange import Response
from tests.localorg.small_world import BASE, NO_RULE, NOON, RULE, owner_of, robot, small_org

NEW_LEAD = {"LastName": "New", "Company": "Firm"}
AT_NOON = format_datetime(NOON, usegmt=True)


def first(response: Response) -> tuple[int, str, str]:
    """Status, code and sentence of a refusal."""
    entry = response.json()[0]
    return response.status, entry["errorCode"], entry["message"]


def test_a_created_row_answers_201_with_its_place() -> None:
    org = small_org()
    answer = robot(org).post("/sobjects/Lead", NEW_LEAD)
    body = answer.json()
    assert answer.status == 201
    assert body == {"id": body["id"], "success": True, "errors": []}
    assert len(body["id"]) == 18
    assert answer.header("Location") == f"{BASE}/sobjects/Lead/{body['id']}"


def test_a_create_may_not_bring_an_id() -> None:
    org = small_org()
    answer = robot(org).post("/sobjects/Lead", NEW_LEAD | {"Id": org.aliases["lead"]})
    assert first(answer) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call")


def test_a_whole_row_has_every_field_of_describe_in_its_order() -> None:
    org = small_org()
    body = robot(org).get(f"/sobjects/Account/{org.aliases['acme']}").json()
    described = robot(org).get("/sobjects/Account/describe").json()["fields"]
    assert list(body) == ["attributes", *(field["name"] for field in described)]
    assert body["attributes"] == {"type": "Account", "url": f"{BASE}/sobjects/Account/{org.aliases['acme']}"}
    assert body["BillingAddress"]["city"] == "Paris"
    assert body["CreatedDate"] == "2026-03-02T12:00:00.000+0000"


def test_named_fields_come_alone_but_with_the_id() -> None:
    org = small_org()
    body = robot(org).get(f"/sobjects/Lead/{org.aliases['lead'][:15]}?fields=company,ownerid").json()
    del body["attributes"]
    assert body == {"Company": "Acme", "OwnerId": org.aliases["bob"], "Id": org.aliases["lead"]}


def test_an_unknown_named_field_is_invalid_field() -> None:
    org = small_org()
    status, code, message = first(robot(org).get(f"/sobjects/Lead/{org.aliases['lead']}?fields=Nope"))
    assert (status, code) == (400, "INVALID_FIELD")
    assert message.startswith("No such column 'Nope' on entity 'Lead'.")


def test_a_hidden_field_is_not_in_the_row() -> None:
    org = small_org(hidden_fields=[{"fields": ["Lead.Company"]}])
    assert "Company" not in robot(org).get(f"/sobjects/Lead/{org.aliases['lead']}").json()
    asked = robot(org).get(f"/sobjects/Lead/{org.aliases['lead']}?fields=Company")
    assert first(asked)[1] == "INVALID_FIELD"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_deleted_row_is_404_entity_is_deleted(method: str) -> None:
    org = small_org()
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    assert robot(org).delete(path).status == 204
    answer = robot(org).send(method, path, {"City": "x"} if method == "PATCH" else None)
    assert answer.status == 404
    expected = [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]
    assert answer.json() == expected


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_ids_that_lead_nowhere_are_refused(method: str) -> None:
    org = small_org()
    body = {"City": "x"} if method == "PATCH" else None

    def ask(row_id: str) -> tuple[int, str, str]:
        return first(robot(org).send(method, f"/sobjects/Lead/{row_id}", body))

    assert ask("00Q5e0000009999") == (404, "NOT_FOUND", "The requested resource does not exist")
    account = org.aliases["acme"]
    assert ask(account) == (400, "MALFORMED_ID", f"Lead ID: id value of incorrect type: {account}")
    wrong_case = org.aliases["lead"][:17] + "B"
    assert ask(wrong_case) == (400, "MALFORMED_ID", f"Lead ID: id value of incorrect type: {wrong_case}")
    unknown_key = "Provided external ID field does not exist or is not accessible: abc"
    assert ask("abc") == (404, "NOT_FOUND", unknown_key)


def test_an_update_answers_204_and_may_not_bring_an_id() -> None:
    org = small_org()
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    answer = robot(org).patch(path, {"attributes": {"type": "Lead"}, "City": "Rome"})
    assert (answer.status, answer.body) == (204, b"")
    sentence = "The Id field should not be specified in the sobject data."
    assert first(robot(org).patch(path, {"Id": org.aliases["lead"]})) == (400, "INVALID_FIELD", sentence)


# -- conditional requests ------------------------------------------------------------


def test_last_modified_is_told_and_answers_304_when_nothing_changed() -> None:
    org = small_org()
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    assert robot(org).get(path).header("Last-Modified") == AT_NOON == "Mon, 02 Mar 2026 12:00:00 GMT"
    unchanged = robot(org).get(path, {"If-Modified-Since": AT_NOON})
    assert (unchanged.status, unchanged.body) == (304, b"")
    org.clock.advance(1)
    robot(org).patch(path, {"City": "Rome"})
    assert robot(org).get(path, {"If-Modified-Since": AT_NOON}).status == 200


def test_a_patch_with_if_unmodified_since_is_412_after_a_later_change_and_changes_nothing() -> None:
    org = small_org()
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    condition = NO_RULE | {"If-Unmodified-Since": AT_NOON}
    assert robot(org).patch(path, {"OwnerId": org.aliases["sarah"]}, condition).status == 204
    org.clock.advance(1)
    robot(org).patch(path, {"City": "Rome"}, NO_RULE)
    answer = robot(org).patch(path, {"OwnerId": org.aliases["inbound"]}, condition)
    assert answer.status == 412
    assert owner_of(org, org.aliases["lead"]) == org.aliases["sarah"]


def test_two_changes_within_a_second_cannot_be_told_apart() -> None:
    """The check is weak: whole seconds, as documented."""
    org = small_org()
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    robot(org).patch(path, {"City": "Rome"})
    assert robot(org).patch(path, {"City": "Oslo"}, {"If-Unmodified-Since": AT_NOON}).status == 204


def test_a_condition_in_another_zone_is_understood() -> None:
    org = small_org()
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    same = {"If-Unmodified-Since": "Mon, 02 Mar 2026 05:00:00 MST"}
    before = {"If-Unmodified-Since": "Mon, 02 Mar 2026 04:59:59 MST"}
    assert robot(org).patch(path, {}, before).status == 412
    assert robot(org).patch(path, {}, same).status == 204


@pytest.mark.parametrize("value", ["yesterday", "2026-03-02T12:00:00Z", "Mon, 02 Mar 2026 12:00:00 XYZ", ""])
def test_a_malformed_condition_is_400_on_patch_and_post(value: str) -> None:
    org = small_org()
    header = {"If-Unmodified-Since": value}
    assert robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "x"}, header).status == 400
    assert robot(org).post("/sobjects/Lead", NEW_LEAD, header).status == 400
    assert robot(org).get(f"/sobjects/Lead/{org.aliases['lead']}", header).status == 200


def test_a_delete_takes_no_condition() -> None:
    org = small_org()
    org.clock.advance(5)
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "x"})
    answer = robot(org).delete(f"/sobjects/Lead/{org.aliases['lead']}", {"If-Unmodified-Since": AT_NOON})
    assert answer.status == 204


def test_only_accounts_have_entity_tags_and_they_follow_every_change() -> None:
    org = small_org()
    path = f"/sobjects/Account/{org.aliases['acme']}"
    tag = robot(org).get(path).header("ETag")
    assert tag is not None
    assert robot(org).get(f"/sobjects/Lead/{org.aliases['lead']}").header("ETag") is None
    assert robot(org).get(path, {"If-None-Match": tag}).status == 304
    assert robot(org).patch(path, {"Name": "A"}, {"If-Match": f'"other", {tag}'}).status == 204
    assert robot(org).patch(path, {"Name": "B"}, {"If-Match": tag}).status == 412
    assert robot(org).get(path, {"If-None-Match": tag}).status == 200
    assert robot(org).patch(path, {"Name": "C"}, {"If-Match": "not quoted"}).status == 400


# -- external ids ------------------------------------------------------------


def test_an_upsert_makes_a_row_once_and_then_changes_it() -> None:
    org = small_org()
    path = "/sobjects/Lead/Outside_Key__c/a%2Fb%201"
    made = robot(org).patch(path, NEW_LEAD)
    assert (made.status, made.json()["created"]) == (201, True)
    row_id = made.json()["id"]
    changed = robot(org).patch(path, {"City": "Rome"})
    assert changed.status == 200
    assert changed.json() == {"id": row_id, "success": True, "errors": [], "created": False}
    found = robot(org).get(path).json()
    assert (found["Id"], found["City"], found["Outside_Key__c"]) == (row_id, "Rome", "a/b 1")
    assert robot(org).delete(path).status == 204
    assert robot(org).get(path).status == 404


def test_before_version_46_an_upsert_that_changes_answers_204() -> None:
    org = small_org()
    old = robot(org)
    old.version = "45.0"
    assert "created" not in old.patch("/sobjects/Lead/Outside_Key__c/k", NEW_LEAD).json()
    assert old.patch("/sobjects/Lead/Outside_Key__c/k", {"City": "x"}).status == 204


def test_a_key_that_several_rows_have_answers_300_with_their_urls() -> None:
    org = small_org()
    ids = [robot(org).post("/sobjects/Lead", NEW_LEAD | {"Batch__c": "7"}).json()["id"] for _ in range(2)]
    answer = robot(org).patch("/sobjects/Lead/Batch__c/7", {"City": "x"})
    assert answer.status == 300
    assert answer.json() == [f"{BASE}/sobjects/Lead/{row_id}" for row_id in ids]


def test_upserts_that_cannot_be_are_refused() -> None:
    org = small_org()
    no_key = robot(org).patch("/sobjects/Lead/Title/x", NEW_LEAD)
    sentence = "Provided external ID field does not exist or is not accessible: Title"
    assert first(no_key) == (404, "NOT_FOUND", sentence)
    repeated = robot(org).patch("/sobjects/Lead/Outside_Key__c/k", NEW_LEAD | {"outside_key__c": "k"})
    sentence = "The Outside_Key__c field should not be specified in the sobject data."
    assert first(repeated) == (400, "INVALID_FIELD", sentence)
    assert robot(org).patch("/sobjects/Lead/Outside_Key__c/k?updateOnly=true", NEW_LEAD).status == 404
    assert robot(org).patch("/sobjects/Lead/Outside_Key__c/k", [NEW_LEAD]).status == 400


def test_an_upsert_runs_the_assignment_rule_too() -> None:
    org = small_org(assignment_rules=[RULE])
    answer = robot(org).patch("/sobjects/Lead/Outside_Key__c/k", NEW_LEAD | {"Country": "FR"})
    assert owner_of(org, answer.json()["id"]) == org.aliases["inbound"]
