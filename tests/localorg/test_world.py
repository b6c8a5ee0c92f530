"""World files: what they may say, and that everything wrong is told at once, with place and mend."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.org import Org
from sfrouter.localorg.world import TOP_SETTINGS
from sfrouter.localorg.world_fields import FIELD_TYPES
from sfrouter.localorg.world_problems import WorldError, line_of
from sfrouter.localorg.world_rules import OPERATORS
from tests.localorg.small_world import NOON, RULE, robot, small_org, small_world


def lines(world: Any) -> list[str]:
    """The sentences with which a world is refused."""
    with pytest.raises(WorldError) as caught:
        Org.from_world(world, OrgClock(NOON))
    return list(caught.value.lines)


def row(org: Org, kind: str, key: str) -> dict[str, Any]:
    found = org.store.get(kind, org.aliases[key], include_deleted=True)
    assert found is not None
    return found


def test_an_empty_world_is_an_org_with_an_administrator() -> None:
    org = Org.from_world({}, OrgClock(NOON))
    admin = row(org, "User", "admin")
    assert (admin["IsActive"], admin["Username"]) == (True, "admin@local.example")
    profile = org.store.get("Profile", admin["ProfileId"])
    assert profile is not None
    assert profile["Name"] == "System Administrator"


def test_the_organization_stands_in_its_row() -> None:
    org = small_org()
    (found,) = org.store.rows("Organization")
    assert found["Id"] == org.org_id
    assert (found["Name"], found["TimeZoneSidKey"], found["IsSandbox"]) == (
        "Acme Routing",
        "America/New_York",
        False,
    )


def test_a_user_needs_only_a_name() -> None:
    sarah = row(small_org(), "User", "sarah")
    assert sarah["Name"] == "Sarah Lee"
    assert (sarah["Username"], sarah["TimeZoneSidKey"]) == ("sarah@local.example", "America/New_York")
    assert sarah["IsActive"] is True


def test_a_queue_is_a_group_with_its_objects_and_members() -> None:
    org = small_org()
    queue = row(org, "Group", "inbound")
    assert (queue["Type"], queue["DeveloperName"]) == ("Queue", "inbound")
    (kind,) = org.store.rows("QueueSobject", {"QueueId": queue["Id"]})
    assert kind["SobjectType"] == "Lead"
    members = {one["UserOrGroupId"] for one in org.store.rows("GroupMember", {"GroupId": queue["Id"]})}
    assert members == {org.aliases["sarah"], org.aliases["bob"]}


def test_rows_may_refer_forward_and_texts_may_begin_with_an_at_sign() -> None:
    rows = {
        "Contact": [{"key": "c", "LastName": "@twitter", "AccountId": "@later"}],
        "Account": [{"key": "later", "Name": "Later"}],
    }
    org = small_org(rows=rows)
    contact = row(org, "Contact", "c")
    assert (contact["LastName"], contact["AccountId"]) == ("@twitter", org.aliases["later"])


def test_a_world_may_set_history_and_derived_fields_follow() -> None:
    rows = {
        "Lead": [
            {
                "key": "old",
                "LastName": "x",
                "Company": "y",
                "OwnerId": "@gone",
                "CreatedDate": "2025-01-01T00:00:00Z",
                "CreatedById": "@bob",
            }
        ],
        "Opportunity": [{"key": "won", "Name": "w", "StageName": "Closed Won", "CloseDate": "2025-02-03"}],
        "LeadHistory": [{"key": "h", "LeadId": "@old", "Field": "Owner", "NewValue": "@gone"}],
    }
    org = small_org(rows=rows)
    old = row(org, "Lead", "old")
    new_year = datetime(2025, 1, 1, tzinfo=UTC)
    assert old["CreatedDate"] == old["LastModifiedDate"] == old["SystemModstamp"] == new_year
    assert (old["CreatedById"], old["OwnerId"]) == (org.aliases["bob"], org.aliases["gone"])
    assert row(org, "Opportunity", "won")["IsWon"] is True
    assert row(org, "LeadHistory", "h")["NewValue"] == org.aliases["gone"]


def test_loading_runs_no_assignment_rule() -> None:
    world = small_world()
    world["rows"]["Lead"][0]["Country"] = "FR"
    org = small_org(rows=world["rows"], assignment_rules=[RULE])
    assert row(org, "Lead", "lead")["OwnerId"] == org.aliases["bob"]


def test_the_same_world_gives_the_same_ids() -> None:
    assert small_org().aliases == small_org().aliases


def test_custom_objects_and_picklists_are_added() -> None:
    org = small_org(
        custom_objects=[{"name": "Region__c", "label": "Region"}],
        picklists={
            "Opportunity.StageName": ["Talk", "Closed Won"],
            "Lead.Status": ["Fresh", "Closed - Converted"],
        },
        rows={
            "Region__c": [{"key": "r", "Name": "North"}],
            "Opportunity": [{"key": "o", "Name": "o", "StageName": "Talk", "CloseDate": "2026-01-01"}],
            "Lead": [{"key": "l", "LastName": "x", "Company": "y"}],
        },
    )
    assert robot(org).get(f"/sobjects/Region__c/{org.aliases['r']}").json()["Name"] == "North"
    assert row(org, "Opportunity", "o")["IsClosed"] is False
    assert row(org, "Lead", "l")["Status"] == "Fresh"
    assert [one["ApiName"] for one in org.store.rows("LeadStatus")] == ["Fresh", "Closed - Converted"]


def test_an_org_can_be_kept_in_a_file_and_is_never_overwritten(tmp_path: Path) -> None:
    path = str(tmp_path / "org.sqlite")
    org = Org.from_world(small_world(), OrgClock(NOON), path)
    org.store.close()
    with pytest.raises(WorldError) as caught:
        Org.from_world(small_world(), OrgClock(NOON), path)
    assert "already holds an org" in str(caught.value)


# -- refusals ------------------------------------------------------------


def test_every_fault_of_shape_is_told_at_once() -> None:
    world = {
        "organisation": {},
        "limits": {"daily_api_requests": -1},
        "connected_apps": [{"client_secret": 5}],
        "queues": [{"key": "q"}],
        "custom_fields": {"Lead": [{"name": "A", "type": "Txt"}, {"name": "B__c", "type": "Lookup"}]},
        "rows": {"Lead": {}},
        "assignment_rules": [{"name": "x", "object": "Account", "entries": [{"when": [{"field": "a"}]}]}],
    }
    found = lines(world)
    for expected in (
        "world at $.organisation: no setting is called 'organisation'. Did you mean 'organization'?",
        "world at $.limits.daily_api_requests: this is the number -1. Write a whole number, 0 or more.",
        "world at $.connected_apps[0]: 'client_id' is missing. Add 'client_id'.",
        "world at $.connected_apps[0].client_secret: this is the number 5. Write a text in quotes.",
        "world at $.queues[0]: 'name' is missing. Add 'name'.",
        "world at $.custom_fields.Lead[0].type: no field type is called 'Txt'. Did you mean 'Text'?",
        "world at $.rows.Lead: this is an object. Write a list in square brackets.",
        "world at $.assignment_rules[0].entries[0]: 'assign_to' is missing. Add 'assign_to'.",
        "world at $.assignment_rules[0].entries[0].when[0]: 'operator' is missing. Add 'operator'.",
    ):
        assert expected in found
    assert any(line.startswith("world at $.custom_fields.Lead[1]: a Lookup does not say") for line in found)
    assert any("no object with assignment rules is called 'Account'" in line for line in found)


def test_every_fault_of_content_is_told_at_once() -> None:
    world = small_world()
    world["rows"]["Lead"] = [
        {"LastName": "x", "Company": "y", "OwnerId": "@sarha"},
        {"LastName": "x", "Compny": "y"},
        {"LastName": "x"},
        {"LastName": "x", "Company": "y", "Matched_Account__c": "@carla"},
        {"LastName": "x", "Company": "y", "OwnerId": "@support"},
        {"LastName": "x", "Company": "y", "Due__c": "soon"},
        {"LastName": "x", "Company": "y", "Matched_Account__c": "001000000000009"},
    ]
    world["rows"]["Lad"] = [{"LastName": "x"}]
    world["queues"].append({"key": "bob", "name": "Twice", "objects": ["Account"]})
    world["connected_apps"][0]["run_as"] = "@inbound"
    world["hidden_fields"] = [{"fields": ["Lead.Fone"]}]
    world["default_lead_owner"] = "@support"
    world["assignment_rules"] = [
        {
            "name": "r",
            "object": "Lead",
            "entries": [
                {"assign_to": "@nobody", "when": [{"field": "Contry", "operator": "equals", "value": "x"}]}
            ],
        }
    ]
    found = lines(world)
    for place, words in {
        "$.rows.Lead[0].OwnerId": "no row has the key 'sarha'. Did you mean 'sarah'",
        "$.rows.Lead[1].Compny": "No such column 'Compny' on sobject of type Lead",
        "$.rows.Lead[2]": "Required fields are missing: [Company]",
        "$.rows.Lead[3].Matched_Account__c": "Matched_Account__c refers to a Contact. It may refer to Account",
        "$.rows.Lead[4].OwnerId": "this queue does not take Lead records",
        "$.rows.Lead[5].Due__c": "Cannot deserialize instance of date",
        "$.rows.Lead[6].Matched_Account__c": "there is no Account with the id 001000000000009AAA",
        "$.rows.Lad": "no object is called 'Lad'. Did you mean 'Lead'",
        "$.queues[2].key": "the key 'bob' is taken",
        "$.queues[2].objects[0]": "a queue cannot own 'Account'",
        "$.connected_apps[0].run_as": "@inbound is not a user",
        "$.hidden_fields[0].fields[0]": "Lead has no field 'Fone'. Did you mean 'Phone'",
        "$.default_lead_owner": "this queue does not take Lead records",
        "$.assignment_rules[0].entries[0].assign_to": "no row has the key 'nobody'",
        "$.assignment_rules[0].entries[0].when[0].field": "Lead has no field 'Contry'. Did you mean 'Country'",
    }.items():
        start = f"world at {place}: {words}"
        assert any(line.startswith(start) for line in found), (start, found)


def test_schema_faults_are_told() -> None:
    found = lines(
        {
            "custom_objects": [{"name": "Region"}],
            "custom_fields": {
                "Leed": [{"name": "A__c", "type": "Text"}],
                "Lead": [
                    {"name": "B__c", "type": "Lookup", "refers_to": "Nothing"},
                    {"name": "C__c", "type": "Text"},
                    {"name": "C__c", "type": "Text"},
                ],
            },
        }
    )
    assert found == [
        "world at $.custom_objects[0].name: the name 'Region' does not end in __c. Write 'Region__c'."
    ]
    found = lines(
        {
            "custom_fields": {
                "Leed": [{"name": "A__c", "type": "Text"}],
                "Lead": [
                    {"name": "B__c", "type": "Lookup", "refers_to": "Nothing"},
                    {"name": "C__c", "type": "Text"},
                    {"name": "C__c", "type": "Text"},
                ],
            },
            "picklists": {"Lead.Company": ["x"]},
        }
    )
    assert len(found) == 4
    assert found[0].startswith("world at $.custom_fields.Leed: no object is called 'Leed'. Did you mean 'Lead'")
    assert found[2].startswith("world at $.custom_fields.Lead[2].name: C__c stands twice")


def test_a_bad_key_of_an_app_is_told() -> None:
    world = small_world()
    world["connected_apps"][0]["jwt_public_key"] = "-----BEGIN PUBLIC KEY-----\nno\n-----END PUBLIC KEY-----"
    (found,) = lines(world)
    assert found.startswith("world at $.connected_apps[0].jwt_public_key: this is no usable public key.")


def test_faults_of_a_file_name_the_file_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text('{\n "limits": {\n  "daily_api_requests": "x"\n },\n "users": [\n  {"key": "a"},\n  7\n ]\n}')
    found = lines(path)
    assert found[0].startswith(f"{path}:3 at $.limits.daily_api_requests: this is the text 'x'.")
    assert found[1].startswith(f"{path}:7 at $.users[1]: this is the number 7.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"users": [}', "line 1, column 12 is not JSON"),
        (b'{"users": [], "users": []}', "the key 'users' stands twice in one object"),
        (b"\xff\xfe", "the file is not UTF-8 text"),
        (b"[]", "this is a list"),
    ],
)
def test_a_file_that_is_no_world_is_told_plainly(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "world.json"
    path.write_bytes(content)
    (found,) = lines(path)
    assert words in found


def test_a_missing_file_is_told_plainly(tmp_path: Path) -> None:
    (found,) = lines(tmp_path / "none.json")
    assert "the file cannot be read" in found


def test_a_key_file_is_looked_for_beside_the_world(tmp_path: Path) -> None:
    world = {"connected_apps": [{"client_id": "x", "jwt_public_key_file": "key.pem"}]}
    (tmp_path / "world.json").write_text(json.dumps(world))
    (found,) = lines(tmp_path / "world.json")
    assert "the file 'key.pem' cannot be read" in found


def test_the_line_of_a_place_is_found_through_strings_numbers_and_nesting() -> None:
    text = '{"a": "]},\\"", "b": [1, {"c": [true,\n null,\n {"d": 2.5e3}]},\n "x"]}'
    assert line_of(text, ("b", 1, "c", 2, "d")) == 3
    assert line_of(text, ("b", 2)) == 4
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("b", 1, "nope")) == 1


def test_the_example_of_the_documentation_is_a_world_and_every_setting_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "local-org.md").read_text(encoding="utf-8")
    example = json.loads(text.split("```json")[1].split("```")[0])
    org = Org.from_world(example, OrgClock(NOON))
    (lead,) = org.store.rows("Lead")
    assert lead["OwnerId"] == org.aliases["inbound"]
    assert lead["CreatedDate"] == datetime(2026, 1, 5, 9, tzinfo=UTC)
    for setting in TOP_SETTINGS:
        assert f"| `{setting}` |" in text
    for kind in FIELD_TYPES:
        assert kind in text
    for operator in OPERATORS:
        assert operator in text
