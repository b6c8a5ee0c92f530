"""What the org tells of itself: objects, fields, and that hidden fields are as if they were not."""

from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.describe_kept import KeptAnswers
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import custom_field
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


def worked_out(org: Org, user: str, name: str) -> dict[str, Any]:
    """The answer to describe without anything that was kept from before."""
    user_id = org.id_of(user)
    visible = org.visible_fields(user_id)
    body = org.schema.describe(name, visible_fields=visible)
    if visible is not None:
        visible.narrow(body)
    return body


def _field_permission(org: Org, field: str, *, reads: bool) -> None:
    rows = org.store.rows("FieldPermissions", {"Field": field})
    org.store.update("FieldPermissions", rows[0]["Id"], {"PermissionsRead": reads, "PermissionsEdit": False})


CHANGES: dict[str, Callable[[Org], object]] = {
    "a field is hidden from everybody": lambda org: org.hide_fields(None, {("Lead", "Title")}),
    "a field is hidden from one": lambda org: org.hide_fields(org.id_of("@bob"), {("Lead", "Phone")}),
    "it is shown again": lambda org: org._hidden.clear(),
    "a permission is taken away": lambda org: _field_permission(org, "Lead.City", reads=False),
    "and given back": lambda org: _field_permission(org, "Lead.City", reads=True),
    "a field is made": lambda org: org.schema.add_custom_field("Lead", custom_field("New__c", "string")),
    "a new field is concealed": lambda org: org.permissions.concealed.add(("lead", "new__c")),
    "an object may not be edited": lambda org: org.store.update(
        "ObjectPermissions", org.store.rows("ObjectPermissions")[0]["Id"], {"PermissionsEdit": False}
    ),
    "a field is removed": lambda org: org.schema.remove_custom_field("Lead", "New__c"),
}


def test_a_describe_that_was_kept_is_what_working_it_out_would_give() -> None:
    """After every change that may alter it, for users of different rights, asked again and again."""
    reps = {"key": "reps", "name": "Reps", "objects": {"Lead": ["edit"]}, "fields": {"Lead.*": "edit"}}
    org = small_org(profiles=[reps])
    org.store.update("User", org.id_of("@bob"), {"ProfileId": org.id_of("@reps")})
    seen: list[str] = []
    for change in (lambda _: None, *CHANGES.values()):
        change(org)
        for user, name in (("@bob", "Lead"), ("@robot", "Lead"), ("@robot", "Account"), ("@bob", "Lead")):
            found = Actor(org, user).get(f"/sobjects/{name}/describe").json()
            assert found == worked_out(org, user, name)
            seen.append(str(found))
    assert len(set(seen)) > len(CHANGES)


def test_the_answers_asked_for_longest_ago_are_forgotten() -> None:
    kept = KeptAnswers(most=2)
    made: list[str] = []

    def make(name: str) -> Response:
        made.append(name)
        return Response(200)

    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
