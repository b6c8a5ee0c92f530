"""Profiles and permission sets: what a user may do with objects and fields."""

from __future__ import annotations

from typing import Any

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from sfrouter.localorg.world_problems import WorldError
from tests.localorg.small_world import robot, small_org, small_world

LEAD_READER: dict[str, Any] = {
    "key": "narrow",
    "name": "Narrow",
    "objects": {"Lead": ["read"], "Account": ["read"]},
    "fields": {"Lead.City": "read", "Lead.Phone": "edit"},
}
ROUTER_SET: dict[str, Any] = {
    "key": "router_set",
    "name": "Router Access",
    "objects": {"Lead": ["create", "edit"]},
    "fields": {"Lead.City": "edit"},
    "system": ["TransferAnyLead"],
}


def narrow_org(**more: Any) -> Org:
    """Bob has a profile that gives little; the robot keeps the standard profile."""
    users = small_world()["users"]
    users[2]["ProfileId"] = "@narrow"
    return small_org(users=users, profiles=[LEAD_READER], **more)


def code(response: Response) -> tuple[int, str]:
    return response.status, response.json()[0]["errorCode"]


def test_an_object_without_read_permission_is_not_there() -> None:
    org = narrow_org()
    bob = Actor(org, "@bob")
    assert code(bob.get(f"/sobjects/Contact/{org.aliases['carla']}")) == (404, "NOT_FOUND")
    assert code(bob.get("/sobjects/Contact/describe")) == (404, "NOT_FOUND")
    assert code(bob.query("SELECT Id FROM Contact")) == (400, "INVALID_TYPE")
    assert bob.query("SELECT Id, (SELECT Id FROM Contacts) FROM Account").status == 400
    names = {one["name"] for one in bob.get("/sobjects").json()["sobjects"]}
    assert "Lead" in names
    assert "Contact" not in names


def test_logins_are_seen_and_frozen_only_with_manage_users() -> None:
    """One row for every user; without the permission the object is as good as not there."""
    org = narrow_org()
    robot, bob = Actor(org, "@robot"), Actor(org, "@bob")
    rows = robot.query("SELECT Id, UserId, IsFrozen FROM UserLogin").json()["records"]
    assert {row["UserId"]: row["IsFrozen"] for row in rows} == dict.fromkeys(
        (row["Id"] for row in org.store.rows("User")), False
    )
    login = f"/sobjects/UserLogin/{rows[0]['Id']}"
    assert robot.patch(login, {"IsFrozen": True}).status == 204
    assert org.store.count("UserLogin", {"IsFrozen": True}) == 1
    assert code(robot.delete(login))[0] == 400
    assert code(bob.query("SELECT Id FROM UserLogin")) == (400, "INVALID_TYPE")
    assert code(bob.get("/sobjects/UserLogin/describe")) == (404, "NOT_FOUND")
    assert bob.patch(login, {"IsFrozen": False}).status >= 400
    given = narrow_org(permission_sets=[{"name": "Managers", "system": ["ManageUsers"], "assign_to": ["@bob"]}])
    assert Actor(given, "@bob").query("SELECT Id FROM UserLogin").status == 200


def test_the_limits_of_the_org_are_told_only_to_who_sees_setup() -> None:
    assert code(Actor(narrow_org(), "@bob").get("/limits")) == (403, "INSUFFICIENT_ACCESS")
    assert Actor(narrow_org(), "@robot").get("/limits").status == 200
    for right in ("ViewSetup", "CustomizeApplication"):
        given = narrow_org(permission_sets=[{"name": "Setup", "system": [right], "assign_to": ["@bob"]}])
        assert Actor(given, "@bob").get("/limits").status == 200


def test_a_user_with_read_permission_cannot_create_edit_or_delete() -> None:
    org = narrow_org()
    bob = Actor(org, "@bob")
    lead = f"/sobjects/Lead/{org.aliases['lead']}"
    assert bob.get(lead).status == 200
    refused = (400, "INVALID_TYPE_FOR_OPERATION")
    assert code(bob.post("/sobjects/Lead", {"LastName": "A", "Company": "B"})) == refused
    assert code(bob.patch(lead, {"Phone": "1"})) == refused
    assert code(bob.delete(lead)) == refused
    described = bob.get("/sobjects/Lead/describe").json()
    assert (described["createable"], described["updateable"], described["deletable"]) == (False, False, False)


def test_fields_are_read_and_edited_only_as_granted() -> None:
    org = narrow_org(permission_sets=[ROUTER_SET | {"fields": {}, "assign_to": ["@bob"]}])
    bob = Actor(org, "@bob")
    lead = f"/sobjects/Lead/{org.aliases['lead']}"
    row = bob.get(lead).json()
    assert "City" in row
    assert "Email" not in row
    assert "LastName" in row, "a required field needs no permission"
    assert code(bob.query("SELECT Email FROM Lead")) == (400, "INVALID_FIELD")
    assert bob.patch(lead, {"Phone": "1"}).status == 204
    assert code(bob.patch(lead, {"City": "Rome"})) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert code(bob.patch(lead, {"Email": "a@b.example"})) == (400, "INVALID_FIELD")
    fields = {one["name"]: one for one in bob.get("/sobjects/Lead/describe").json()["fields"]}
    assert (fields["City"]["updateable"], fields["Phone"]["updateable"]) == (False, True)
    assert "Email" not in fields


def test_a_permission_set_given_over_the_api_counts_at_once() -> None:
    org = narrow_org(permission_sets=[ROUTER_SET])
    bob, admin = Actor(org, "@bob"), robot(org)
    lead = f"/sobjects/Lead/{org.aliases['lead']}"
    assert bob.patch(lead, {"City": "Rome"}).status == 400
    since = {"If-Modified-Since": "Mon, 02 Mar 2026 12:00:00 GMT"}
    org.clock.advance(10)
    assert bob.get("/sobjects/Lead/describe", since).status == 304
    body = {"PermissionSetId": org.aliases["router_set"], "AssigneeId": org.aliases["bob"]}
    assignment = admin.post("/sobjects/PermissionSetAssignment", body)
    assert assignment.status == 201
    assert bob.patch(lead, {"City": "Rome"}).status == 204
    assert bob.get("/sobjects/Lead/describe", since).status == 200
    admin.delete(f"/sobjects/PermissionSetAssignment/{assignment.json()['id']}")
    assert bob.patch(lead, {"City": "Oslo"}).status == 400


def test_rows_of_object_and_field_permissions_made_over_the_api_count() -> None:
    org = narrow_org(permission_sets=[ROUTER_SET | {"assign_to": ["@bob"]}])
    bob, admin = Actor(org, "@bob"), robot(org)
    parent = {"ParentId": org.aliases["router_set"], "PermissionsRead": True}
    assert bob.query("SELECT Id FROM Contact").status == 400
    assert admin.post("/sobjects/ObjectPermissions", parent | {"SobjectType": "Contact"}).status == 201
    assert bob.query("SELECT Id FROM Contact").status == 200
    assert bob.query("SELECT Email FROM Lead").status == 400
    field = parent | {"SobjectType": "Lead", "Field": "Lead.Email", "PermissionsEdit": False}
    assert admin.post("/sobjects/FieldPermissions", field).status == 201
    assert bob.query("SELECT Email FROM Lead").status == 200


def test_a_concealed_field_needs_a_grant_even_for_an_administrator() -> None:
    """So is a field that was just made over the API."""
    org = small_org(permission_sets=[{"key": "set", "name": "Set", "assign_to": ["@robot"]}])
    org.permissions.concealed.add(("lead", "tier__c"))
    admin = robot(org)
    assert code(admin.query("SELECT Tier__c FROM Lead")) == (400, "INVALID_FIELD")
    grant = {"ParentId": org.aliases["set"], "SobjectType": "Lead", "Field": "Lead.Tier__c"}
    admin.post("/sobjects/FieldPermissions", grant | {"PermissionsRead": True, "PermissionsEdit": True})
    assert admin.query("SELECT Tier__c FROM Lead").status == 200
    assert Actor(org, "@bob").query("SELECT Tier__c FROM Lead").status == 400


def test_giving_away_a_record_of_somebody_else_needs_the_transfer_right() -> None:
    plain = ROUTER_SET | {"system": [], "assign_to": ["@bob"]}
    transfer = {"key": "transfer", "name": "T", "objects": {"Lead": ["create"]}, "system": ["TransferAnyLead"]}
    org = narrow_org(permission_sets=[plain, transfer])
    bob, admin = Actor(org, "@bob"), robot(org)
    converted_free = admin.post(
        "/sobjects/Lead", {"LastName": "S", "Company": "S", "OwnerId": org.aliases["sarah"]}
    )
    other = f"/sobjects/Lead/{converted_free.json()['id']}"
    to_robot = {"OwnerId": org.aliases["robot"]}
    assert code(bob.patch(other, to_robot)) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert bob.patch(f"/sobjects/Lead/{org.aliases['lead']}", to_robot).status == 204, "his own he may give away"
    body = {"PermissionSetId": org.aliases["transfer"], "AssigneeId": org.aliases["bob"]}
    admin.post("/sobjects/PermissionSetAssignment", body)
    assert bob.patch(other, to_robot).status == 204


NEEDS = "Permission TransferAnyLead depends on permission(s): "


@pytest.mark.parametrize("granted", [[], ["read"], ["edit"], ["view_all"]])
def test_transfer_leads_is_not_granted_without_create_on_leads(granted: list[str]) -> None:
    """Each set by itself: what another one grants does not help."""
    grant = {"key": "t", "name": "T", "objects": {"Lead": granted}, "system": ["TransferAnyLead"]}
    with pytest.raises(WorldError, match=r"TransferAnyLead needs create (and read )?on Lead"):
        narrow_org(permission_sets=[ROUTER_SET, grant])
    narrow_org(permission_sets=[grant | {"objects": {"Lead": [*granted, "create"]}}])


def test_transfer_leads_is_not_granted_over_the_api_without_create_and_read_on_leads() -> None:
    org = narrow_org()
    admin, switch = robot(org), {"PermissionsTransferAnyLead": True}
    refused = admin.post("/sobjects/PermissionSet", {"Name": "A", "Label": "A"} | switch)
    assert code(refused) == (400, "FIELD_INTEGRITY_EXCEPTION")
    assert refused.json()[0]["message"] == f"{NEEDS}Create Lead, Read Lead"
    made = admin.post("/sobjects/PermissionSet", {"Name": "B", "Label": "B"}).json()["id"]
    parent = {"ParentId": made, "SobjectType": "Lead"}
    rights = admin.post("/sobjects/ObjectPermissions", parent | {"PermissionsRead": True}).json()["id"]
    refused = admin.patch(f"/sobjects/PermissionSet/{made}", switch)
    assert refused.json()[0]["message"] == f"{NEEDS}Create Lead"
    assert admin.patch(f"/sobjects/ObjectPermissions/{rights}", {"PermissionsCreate": True}).status == 204
    assert admin.patch(f"/sobjects/PermissionSet/{made}", switch).status == 204
    refused = admin.patch(f"/sobjects/ObjectPermissions/{rights}", {"PermissionsCreate": False})
    assert code(refused) == (400, "FIELD_INTEGRITY_EXCEPTION")
    assert org.store.rows("ObjectPermissions", {"Id": rights})[0]["PermissionsCreate"] is True
    assert code(admin.delete(f"/sobjects/ObjectPermissions/{rights}")) == (400, "FIELD_INTEGRITY_EXCEPTION")
    assert org.store.count("ObjectPermissions", {"Id": rights}) == 1
    assert admin.delete(f"/sobjects/PermissionSet/{made}").status == 204


def test_transfer_leads_does_not_stand_in_for_edit() -> None:
    grant = ROUTER_SET | {"objects": {"Lead": ["create"]}, "assign_to": ["@bob"]}
    org = narrow_org(permission_sets=[grant])
    refused = Actor(org, "@bob").patch(f"/sobjects/Lead/{org.aliases['lead']}", {"OwnerId": org.aliases["robot"]})
    assert refused.status == 400
    assert org.store.rows("Lead", {"Id": org.aliases["lead"]})[0]["OwnerId"] == org.aliases["bob"]


def test_a_new_owner_must_be_able_to_read_the_object() -> None:
    org = narrow_org()
    contact = f"/sobjects/Contact/{org.aliases['carla']}"
    refused = robot(org).patch(contact, {"OwnerId": org.aliases["bob"]})
    assert code(refused) == (400, "TRANSFER_REQUIRES_READ")
