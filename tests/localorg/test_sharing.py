"""Sharing: which records a user sees and edits."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.org import Org
from tests.localorg.small_world import robot, small_org, small_world

PRIVATE = {"Account": "private", "Lead": "private", "Contact": "controlled_by_parent"}


def seen(actor: Actor, soql: str = "SELECT Name FROM Account ORDER BY Name") -> list[str]:
    return [record["Name"] for record in actor.query(soql).json()["records"]]


def private_org(**more: Any) -> Org:
    """The robot is the administrator; Sarah owns the account Acme, Gone owns Other, Bob owns the lead Doe."""
    return small_org(sharing=PRIVATE, **more)


def test_private_accounts_are_seen_by_their_owner_and_by_administrators() -> None:
    org = private_org()
    assert seen(robot(org)) == ["Acme", "Other"]
    assert seen(Actor(org, "@sarah")) == ["Acme"]
    assert seen(Actor(org, "@bob")) == []
    count = Actor(org, "@bob").query("SELECT COUNT(Id) n FROM Account").json()["records"]
    assert count[0]["n"] == 0


def test_a_row_one_does_not_see_is_not_found_and_cannot_be_referred_to() -> None:
    org = private_org()
    bob, acme = Actor(org, "@bob"), org.aliases["acme"]
    assert bob.get(f"/sobjects/Account/{acme}").status == 404
    assert bob.patch(f"/sobjects/Account/{acme}", {"City": "x"}).status in {400, 404}
    assert bob.get(f"/composite/sobjects/Account?ids={acme}&fields=Name").json() == [None]
    link = bob.patch(f"/sobjects/Lead/{org.aliases['lead']}", {"Matched_Account__c": acme})
    assert link.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    one = {"attributes": {"type": "Account"}, "Id": acme, "Name": "Mine"}
    (result,) = bob.send("PATCH", "/composite/sobjects", {"records": [one]}).json()
    assert result["errors"][0]["statusCode"] == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"


def test_contacts_follow_their_account() -> None:
    org = private_org()
    assert seen(Actor(org, "@sarah"), "SELECT Name FROM Contact") == ["Carla"]
    assert seen(Actor(org, "@bob"), "SELECT Name FROM Contact") == []
    rows = Actor(org, "@sarah").query("SELECT Name, (SELECT Name FROM Contacts) FROM Account").json()["records"]
    assert rows[0]["Contacts"]["totalSize"] == 1


def test_a_semi_join_does_not_reveal_hidden_rows() -> None:
    org = private_org()
    soql = "SELECT Name FROM Lead WHERE Matched_Account__c IN (SELECT Id FROM Account WHERE Name = 'Acme')"
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"Matched_Account__c": org.aliases["acme"]})
    assert seen(robot(org), soql) == ["Doe"]
    assert seen(Actor(org, "@bob"), soql) == []


def test_members_of_a_queue_see_its_records() -> None:
    org = private_org()
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"OwnerId": org.aliases["inbound"]})
    assert seen(Actor(org, "@sarah"), "SELECT Name FROM Lead WHERE IsConverted = false") == ["Doe"]


def test_account_team_members_see_the_account_and_edit_it_as_their_access_says() -> None:
    team = [{"AccountId": "@acme", "UserId": "@bob", "AccountAccessLevel": "Read"}]
    org = private_org(rows=small_world()["rows"] | {"AccountTeamMember": team})
    bob, url = Actor(org, "@bob"), f"/sobjects/Account/{org.aliases['acme']}"
    assert seen(bob) == ["Acme"]
    refused = bob.patch(url, {"Phone": "1"})
    assert (refused.status, refused.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    member = org.store.rows("AccountTeamMember")[0]["Id"]
    robot(org).patch(f"/sobjects/AccountTeamMember/{member}", {"AccountAccessLevel": "Edit"})
    assert bob.patch(url, {"Phone": "1"}).status == 204


def test_a_manager_sees_what_people_below_own() -> None:
    world = small_world()
    access = {"OpportunityAccessForAccountOwner": "Edit"}
    roles = [
        {"key": "boss", "Name": "Boss"} | access,
        {"key": "rep", "Name": "Rep", "ParentRoleId": "@boss"} | access,
    ]
    world["users"][1]["UserRoleId"] = "@rep"
    world["users"][2]["UserRoleId"] = "@boss"
    org = private_org(users=world["users"], rows=world["rows"] | {"UserRole": roles})
    assert seen(Actor(org, "@bob")) == ["Acme"]
    assert seen(Actor(org, "@sarah"), "SELECT Name FROM Lead WHERE IsConverted = false") == []


def test_single_records_can_be_shared() -> None:
    share = {"record": "@acme", "with": "@bob", "access": "read"}
    org = private_org(shares=[share, {"record": "@other", "with": "@bob", "access": "edit"}])
    bob = Actor(org, "@bob")
    assert seen(bob) == ["Acme", "Other"]
    assert bob.patch(f"/sobjects/Account/{org.aliases['acme']}", {"Phone": "1"}).status == 403
    assert bob.patch(f"/sobjects/Account/{org.aliases['other']}", {"Phone": "1"}).status == 204


def test_public_read_lets_everybody_read_and_the_owner_write() -> None:
    org = small_org(sharing={"Account": "read"})
    bob, sarah = Actor(org, "@bob"), Actor(org, "@sarah")
    url = f"/sobjects/Account/{org.aliases['acme']}"
    assert seen(bob) == ["Acme", "Other"]
    assert bob.patch(url, {"Phone": "1"}).json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert bob.delete(url).status == 403
    assert sarah.patch(url, {"Phone": "1"}).status == 204


def test_who_may_edit_everything_still_deletes_only_what_is_his() -> None:
    org = small_org(sharing={"Account": "edit"})
    bob, sarah, acme = Actor(org, "@bob"), Actor(org, "@sarah"), org.aliases["acme"]
    assert bob.patch(f"/sobjects/Account/{acme}", {"BillingCity": "x"}).status == 204
    refused = bob.delete(f"/sobjects/Account/{acme}")
    assert (refused.status, refused.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert sarah.delete(f"/sobjects/Account/{acme}").status == 204


def test_the_orgs_own_record_tells_the_defaults() -> None:
    soql = (
        "SELECT DefaultAccountAccess, DefaultContactAccess, DefaultLeadAccess, DefaultCaseAccess FROM Organization"
    )
    fields = ("DefaultAccountAccess", "DefaultContactAccess", "DefaultLeadAccess", "DefaultCaseAccess")
    org = private_org()

    def told() -> list[str]:
        (row,) = Actor(org, "@bob").query(soql).json()["records"]
        return [row[name] for name in fields]

    assert told() == ["None", "ControlledByParent", "None", "ReadEditTransfer"]
    org.sharing.set_default("Account", "read")
    org.sharing.set_default("Lead", None)
    assert told() == ["Read", "ControlledByParent", "ReadEditTransfer", "ReadEditTransfer"]
