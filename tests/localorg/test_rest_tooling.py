"""The Tooling API: custom fields made, read, changed, removed; nobody sees a new one until it is granted."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from sfrouter.localorg.world_reopen import reopen_org
from tests.localorg.small_world import BASE, NOON, robot, small_org, small_world

TEXT: dict[str, Any] = {"type": "Text", "label": "Router Note", "length": 40}


def make(org: Org, full_name: str = "Lead.Router_Note__c", **metadata: Any) -> Response:
    body = {"FullName": full_name, "Metadata": metadata or TEXT}
    return robot(org).post("/tooling/sobjects/CustomField", body)


def ask(org: Org, soql: str) -> Response:
    return robot(org).get(f"/tooling/query/?q={quote(soql)}")


def grant(org: Org, user: str, field: str, *, edit: bool) -> None:
    """A permission set with the field, assigned to a user: rows, as clients write them."""
    actor = robot(org)
    made = actor.post("/sobjects/PermissionSet", {"Name": "Router", "Label": "Router"})
    assert made.status == 201, made.body
    parent = made.json()["id"]
    rights = {"PermissionsRead": True, "PermissionsEdit": edit, "SobjectType": field.split(".")[0], "Field": field}
    given = actor.post("/sobjects/FieldPermissions", {"ParentId": parent} | rights)
    assert given.status == 201, given.body
    assigned = {"PermissionSetId": parent, "AssigneeId": org.id_of(user)}
    answer = actor.post("/sobjects/PermissionSetAssignment", assigned)
    assert answer.status == 201, answer.body


def field_names(org: Org) -> set[str]:
    return {one["name"] for one in robot(org).get("/sobjects/Lead/describe").json()["fields"]}


def test_a_new_field_is_seen_by_nobody_until_a_permission_set_grants_it() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    assert make(org).status == 201
    assert "Router_Note__c" not in field_names(org)
    hidden = robot(org).patch(f"/sobjects/Lead/{lead}", {"Router_Note__c": "x"})
    assert hidden.json()[0]["errorCode"] == "INVALID_FIELD"
    assert robot(org).query("SELECT Router_Note__c FROM Lead").json()[0]["errorCode"] == "INVALID_FIELD"
    grant(org, "@robot", "Lead.Router_Note__c", edit=True)
    assert "Router_Note__c" in field_names(org)
    assert robot(org).patch(f"/sobjects/Lead/{lead}", {"Router_Note__c": "x"}).status == 204
    found = robot(org).query("SELECT Router_Note__c FROM Lead WHERE Router_Note__c = 'X'").json()
    assert [one["Router_Note__c"] for one in found["records"]] == ["x"]


def test_a_grant_to_read_is_none_to_write() -> None:
    org = small_org()
    make(org)
    grant(org, "@robot", "Lead.Router_Note__c", edit=False)
    answer = robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"Router_Note__c": "x"})
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")


def test_a_required_field_is_seen_by_everybody_at_once() -> None:
    org = small_org()
    assert make(org, **TEXT, required=True).status == 201
    assert "Router_Note__c" in field_names(org)


def test_the_answer_of_a_create_and_the_record_read_back() -> None:
    org = small_org()
    answer = make(org, **TEXT, description="why", externalId=True, unique=True)
    body = answer.json()
    assert body == {"id": body["id"], "success": True, "errors": [], "warnings": [], "infos": []}
    assert body["id"].startswith("00N")
    assert answer.header("Location") == f"{BASE}/tooling/sobjects/CustomField/{body['id']}"
    record = robot(org).get(f"/tooling/sobjects/CustomField/{body['id']}").json()
    assert record["attributes"] == {
        "type": "CustomField",
        "url": f"{BASE}/tooling/sobjects/CustomField/{body['id']}",
    }
    assert (record["FullName"], record["DeveloperName"]) == ("Lead.Router_Note__c", "Router_Note")
    assert (record["TableEnumOrId"], record["CreatedById"]) == ("Lead", org.aliases["robot"])
    wanted = {"type": "Text", "length": 40, "unique": True, "description": "why"}
    assert wanted.items() <= record["Metadata"].items()


def test_world_fields_are_found_by_a_query() -> None:
    org = small_org()
    soql = "SELECT Id, DeveloperName, TableEnumOrId FROM CustomField WHERE TableEnumOrId = 'Lead'"
    body = ask(org, soql).json()
    assert body["totalSize"] == body["size"] == 8
    assert "Matched_Account" in {one["DeveloperName"] for one in body["records"]}
    assert body["entityTypeName"] == "CustomField"
    again = ask(org, soql).json()
    assert [one["Id"] for one in again["records"]] == [one["Id"] for one in body["records"]]


def test_metadata_is_answered_for_one_row_only() -> None:
    org = small_org()
    one = ask(org, "SELECT Metadata, FullName FROM CustomField WHERE DeveloperName = 'Tier'").json()["records"][0]
    assert one["FullName"] == "Lead.Tier__c"
    assert one["Metadata"]["valueSet"]["restricted"] is True
    assert [value["valueName"] for value in one["Metadata"]["valueSet"]["valueSetDefinition"]["value"]] == [
        "Gold",
        "Silver",
    ]
    refused = ask(org, "SELECT FullName FROM CustomField")
    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")
    assert "no more than one row for retrieval. Result size: 8" in refused.json()[0]["message"]


def test_a_field_is_changed_by_its_whole_metadata() -> None:
    org = small_org()
    row_id = make(org).json()["id"]
    path = f"/tooling/sobjects/CustomField/{row_id}"
    assert robot(org).patch(path, {"Metadata": TEXT | {"label": "New", "length": 80}}).status == 204
    kind = org.schema.object("Lead")
    assert kind is not None
    assert (kind.fields["router_note__c"].label, kind.fields["router_note__c"].length) == ("New", 80)
    assert "Router_Note__c" not in field_names(org)
    other_type = robot(org).patch(path, {"Metadata": {"type": "Date", "label": "D"}})
    assert other_type.json()[0]["errorCode"] == "FIELD_INTEGRITY_EXCEPTION"
    assert robot(org).patch(path, {"FullName": "Lead.Other__c", "Metadata": TEXT}).status == 400
    assert robot(org).patch(path, {}).json()[0]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_a_removed_field_is_gone_with_its_values_and_permissions() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    row_id = make(org).json()["id"]
    grant(org, "@robot", "Lead.Router_Note__c", edit=True)
    robot(org).patch(f"/sobjects/Lead/{lead}", {"Router_Note__c": "old"})
    assert robot(org).delete(f"/tooling/sobjects/CustomField/{row_id}").status == 204
    assert "Router_Note__c" not in field_names(org)
    assert robot(org).get(f"/tooling/sobjects/CustomField/{row_id}").status == 404
    assert org.store.rows("FieldPermissions") == []
    make(org, **TEXT, required=True)
    row = org.store.get("Lead", lead)
    assert row is not None
    assert row["Router_Note__c"] is None


def test_a_lookup_gives_its_parent_a_child_relationship_and_takes_it_away() -> None:
    org = small_org()
    lookup = {"type": "Lookup", "label": "Partner", "referenceTo": "Account", "relationshipName": "Partner_Leads"}
    row_id = make(org, "Lead.Partner__c", **lookup).json()["id"]
    kind = org.schema.object("Account")
    assert kind is not None
    assert kind.child("Partner_Leads__r") is not None
    read = robot(org).get(f"/tooling/sobjects/CustomField/{row_id}").json()["Metadata"]
    assert (read["referenceTo"], read["relationshipName"]) == ("Account", "Partner_Leads")
    robot(org).delete(f"/tooling/sobjects/CustomField/{row_id}")
    kind = org.schema.object("Account")
    assert kind is not None
    assert kind.child("Partner_Leads__r") is None


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ({"type": "Text", "label": "A"}, "Must specify 'length' for a CustomField of type Text"),
        ({"type": "Checkbox", "label": "A"}, "Must specify 'defaultValue' for a CustomField of type Checkbox"),
        ({"type": "Lookup", "label": "A"}, "Must specify 'referenceTo' for a CustomField of type Lookup"),
        ({"type": "Date"}, "Must specify a non-empty label for the CustomField"),
        (
            {"type": "TextArea", "label": "A", "length": 255},
            "Can not specify 'length' for a CustomField of type TextArea",
        ),
        (
            {"type": "LongTextArea", "label": "A", "length": 1000, "visibleLines": 3, "required": True},
            "Can not specify 'required' for a CustomField of type LongTextArea",
        ),
    ],
)
def test_metadata_that_does_not_fit_is_refused_in_the_words_of_salesforce(
    metadata: dict[str, Any], sentence: str
) -> None:
    answer = make(small_org(), **metadata)
    expected = {"message": sentence, "errorCode": "FIELD_INTEGRITY_EXCEPTION", "fields": []}
    assert (answer.status, answer.json()) == (400, [expected])


@pytest.mark.parametrize(
    ("name", "metadata", "code"),
    [
        ("Lead.Tier__c", TEXT, "DUPLICATE_DEVELOPER_NAME"),
        ("Nothing.A__c", TEXT, "INVALID_TYPE"),
        ("Lead.A", TEXT, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.1A__c", TEXT, "FIELD_INTEGRITY_EXCEPTION"),
        (f"Lead.{'A' * 41}__c", TEXT, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.A__c", TEXT | {"colour": "red"}, "INVALID_FIELD"),
        ("Lead.A__c", TEXT | {"type": "MasterDetail"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.A__c", TEXT | {"length": 300}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.A__c", {"type": "Lookup", "label": "A", "referenceTo": "Nothing"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.A__c", {"type": "Picklist", "label": "A", "valueSet": {}}, "FIELD_INTEGRITY_EXCEPTION"),
    ],
)
def test_fields_that_cannot_be_made_are_refused(name: str, metadata: dict[str, Any], code: str) -> None:
    org = small_org()
    before = org.schema_changed_at
    answer = make(org, name, **metadata)
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, code)
    assert org.schema_changed_at == before


def test_a_picklist_takes_its_values_and_default() -> None:
    org = small_org()
    values = [{"fullName": "Hot", "default": True, "label": "Hot"}, {"fullName": "Cold", "label": "Cold"}]
    value_set = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    assert make(org, "Lead.Heat__c", type="Picklist", label="Heat", valueSet=value_set).status == 201
    kind = org.schema.object("Lead")
    assert kind is not None
    field = kind.fields["heat__c"]
    assert [one.value for one in field.picklist_values] == ["Hot", "Cold"]
    assert (field.restricted_picklist, field.default_value) == (True, "Hot")


def test_only_full_name_and_metadata_may_be_written() -> None:
    org = small_org()
    body = {"FullName": "Lead.A__c", "Metadata": TEXT, "DeveloperName": "A"}
    assert robot(org).post("/tooling/sobjects/CustomField", body).json()[0]["errorCode"] == (
        "INVALID_FIELD_FOR_INSERT_UPDATE"
    )
    missing = robot(org).post("/tooling/sobjects/CustomField", {"FullName": "Lead.A__c"})
    assert missing.json()[0]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_describes_and_columns_of_the_tooling_objects() -> None:
    org = small_org()
    assert robot(org).get("/tooling").json()["query"] == f"{BASE}/tooling/query"
    listed = robot(org).get("/tooling/sobjects").json()["sobjects"]
    assert [one["name"] for one in listed] == ["CustomField"]
    described = robot(org).get("/tooling/sobjects/CustomField/describe").json()
    assert {"Metadata", "FullName", "TableEnumOrId"} <= {one["name"] for one in described["fields"]}
    soql = quote("SELECT Id FROM CustomField")
    columns = robot(org).get(f"/tooling/query?q={soql}&columns=true").json()
    assert [one["columnName"] for one in columns["columnMetadata"]] == ["Id"]
    assert ask(org, "SELECT Id FROM Nothing").json()[0]["errorCode"] == "INVALID_TYPE"


def test_fields_made_changed_and_removed_are_so_after_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "org.db")
    org = Org.from_world(small_world(), OrgClock(NOON), file)
    lookup = {"type": "Lookup", "label": "Partner", "referenceTo": "Account", "relationshipName": "Partner_Leads"}
    partner = make(org, "Lead.Partner__c", **lookup).json()["id"]
    soql = "SELECT Id FROM CustomField WHERE DeveloperName = "
    score = ask(org, f"{soql} 'Score'").json()["records"][0]["Id"]
    due = ask(org, f"{soql} 'Due'").json()["records"][0]["Id"]
    robot(org).delete(f"/tooling/sobjects/CustomField/{due}")
    grant(org, "@bob", "Lead.Partner__c", edit=True)
    org.store.close()
    again = reopen_org(file, OrgClock(NOON))
    assert ask(again, f"{soql} 'Partner'").json()["records"][0]["Id"] == partner
    assert ask(again, f"{soql} 'Score'").json()["records"][0]["Id"] == score
    assert ask(again, f"{soql} 'Due'").json()["totalSize"] == 0
    assert not {"Partner__c", "Due__c"} & field_names(again)
    assert Actor(again, "@bob").query("SELECT Partner__c FROM Lead").status == 200
    kind = again.schema.object("Account")
    assert kind is not None
    assert kind.child("Partner_Leads__r") is not None
    assert make(again, "Lead.Next__c", **TEXT).json()["id"] not in {partner, score, due}
    again.store.close()
