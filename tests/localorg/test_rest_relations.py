"""Records through relationship URLs: parents read, changed and deleted; children read as a query reads them."""

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.org import Org
from tests.localorg.small_world import robot, small_org


def contact_path(org: Org) -> str:
    return f"/sobjects/Contact/{org.aliases['carla']}"


def test_a_parent_is_read_with_the_fields_asked_for() -> None:
    org = small_org()
    answer = robot(org).get(f"{contact_path(org)}/Account?fields=Name,BillingCity")
    assert answer.status == 200
    body = answer.json()
    assert body["attributes"]["type"] == "Account"
    assert (body["Id"], body["Name"], body["BillingCity"]) == (org.aliases["acme"], "Acme", "Paris")
    assert "Industry" not in body
    assert "Industry" in robot(org).get(f"{contact_path(org)}/Account").json()
    assert answer.header("ETag") is not None


def test_several_steps_lead_further() -> None:
    org = small_org()
    body = robot(org).get(f"{contact_path(org)}/Account/Owner?fields=LastName").json()
    assert (body["attributes"]["type"], body["LastName"]) == ("User", "Lee")
    siblings = robot(org).get(f"{contact_path(org)}/Account/Contacts?fields=LastName").json()
    assert [one["LastName"] for one in siblings["records"]] == ["Carla"]


def test_children_come_as_a_query_answers_them() -> None:
    org = small_org()
    path = f"/sobjects/Account/{org.aliases['acme']}/Contacts"
    body = robot(org).get(f"{path}?fields=LastName").json()
    assert (body["totalSize"], body["done"]) == (1, True)
    assert body["records"][0]["LastName"] == "Carla"
    whole = robot(org).get(path).json()["records"][0]
    assert {"Id", "LastName", "SystemModstamp", "MailingAddress"} <= set(whole)


def test_an_empty_set_is_200_and_an_empty_parent_404() -> None:
    org = small_org()
    acme = org.aliases["acme"]
    none = robot(org).get(f"/sobjects/Account/{acme}/ChildAccounts")
    assert (none.status, none.json()["records"]) == (200, [])
    assert robot(org).get(f"/sobjects/Account/{acme}/Parent").status == 404


def test_children_are_paged() -> None:
    org = small_org()
    acme = org.aliases["acme"]
    org.store.insert_many("Contact", [{"LastName": str(n), "AccountId": acme} for n in range(250)])
    options = {"Sforce-Query-Options": "batchSize=200"}
    body = robot(org).get(f"/sobjects/Account/{acme}/Contacts?fields=LastName", options).json()
    assert (body["totalSize"], body["done"], len(body["records"])) == (251, False, 200)
    assert body["nextRecordsUrl"].endswith("-200")


def test_the_parent_is_changed_and_deleted_through_its_child() -> None:
    org = small_org()
    assert robot(org).patch(f"{contact_path(org)}/Account", {"BillingCity": "Lyon"}).status == 204
    row = org.store.get("Account", org.aliases["acme"])
    assert row is not None
    assert row["BillingCity"] == "Lyon"
    stale = {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert robot(org).patch(f"{contact_path(org)}/Account", {"BillingCity": "Nice"}, stale).status == 412
    assert robot(org).delete(f"{contact_path(org)}/Account").status == 204
    assert org.store.get("Account", org.aliases["acme"]) is None


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_set_can_only_be_read(method: str) -> None:
    org = small_org()
    answer = robot(org).send(method, f"/sobjects/Account/{org.aliases['acme']}/Contacts", {})
    assert (answer.status, answer.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")


def test_what_is_no_relationship_is_404_and_an_unknown_field_400() -> None:
    org = small_org()
    assert robot(org).get(f"{contact_path(org)}/Nothing").status == 404
    assert robot(org).get(f"{contact_path(org)}/Account/Contacts/Account").status == 404
    assert robot(org).get(f"{contact_path(org)}/Account?fields=Nothing").json()[0]["errorCode"] == "INVALID_FIELD"
    acme = org.aliases["acme"]
    assert (
        robot(org).get(f"/sobjects/Account/{acme}/Contacts?fields=Nope").json()[0]["errorCode"] == "INVALID_FIELD"
    )


def test_a_hidden_reference_leads_nowhere() -> None:
    org = small_org(hidden_fields=[{"user": "@bob", "fields": ["Contact.AccountId"]}])
    assert Actor(org, "@bob").get(f"{contact_path(org)}/Account").status == 404
    assert robot(org).get(f"{contact_path(org)}/Account").status == 200


def test_relationship_urls_came_with_version_36() -> None:
    org = small_org()
    old = Actor(org, "@robot", version="35.0")
    assert old.get(f"{contact_path(org)}/Account").status == 404


def test_urls_by_external_id_still_work() -> None:
    org = small_org()
    made = robot(org).patch("/sobjects/Lead/Outside_Key__c/k1", {"LastName": "K", "Company": "C"})
    assert made.status == 201
    assert robot(org).get("/sobjects/Lead/Outside_Key__c/k1").json()["LastName"] == "K"
    assert robot(org).delete("/sobjects/Lead/Outside_Key__c/k1").status == 204
