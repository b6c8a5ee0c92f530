"""What the org tells of itself: objects, fields, and that hidden fields are as if they were not."""

from email.utils import format_datetime

from tests.localorg.small_world import NOON, robot, small_org


def test_describe_global_lists_objects_with_prefixes() -> None:
    body = robot(small_org()).get("/sobjects").json()
    assert body["maxBatchSize"] == 200
    by_name = {entry["name"]: entry for entry in body["sobjects"]}
    assert by_name["Lead"]["keyPrefix"] == "00Q"
    assert by_name["User"]["deletable"] is False


def test_describe_shows_custom_fields_of_the_world() -> None:
    fields = {one["name"]: one for one in robot(small_org()).get("/sobjects/lead/describe").json()["fields"]}
    assert fields["Matched_Account__c"]["referenceTo"] == ["Account"]
    assert fields["Matched_Account__c"]["relationshipName"] == "Matched_Account__r"
    assert fields["Tier__c"]["restrictedPicklist"] is True
    assert [one["value"] for one in fields["Tier__c"]["picklistValues"]] == ["Gold", "Silver"]


def test_a_hidden_field_is_not_described() -> None:
    org = small_org(hidden_fields=[{"user": "@robot", "fields": ["Lead.Phone", "Lead.Tier__c"]}])
    names = {one["name"] for one in robot(org).get("/sobjects/Lead/describe").json()["fields"]}
    assert not names & {"Phone", "Tier__c"}
    assert "Company" in names


def test_describe_answers_304_when_the_schema_has_not_changed() -> None:
    org = small_org()
    now = format_datetime(NOON, usegmt=True)
    for path in ("/sobjects", "/sobjects/Lead/describe"):
        assert robot(org).get(path).header("Last-Modified") == now
        answer = robot(org).get(path, {"If-Modified-Since": now})
        assert (answer.status, answer.body) == (304, b"")
        old = {"If-Unmodified-Since": "Mon, 02 Mar 2026 11:59:59 GMT"}
        assert robot(org).get(path, old).status == 412


def test_basic_information_has_the_object_and_no_recent_items() -> None:
    body = robot(small_org()).get("/sobjects/Lead").json()
    assert body["objectDescribe"]["name"] == "Lead"
    assert body["recentItems"] == []
