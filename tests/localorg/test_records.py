"""Undelete, hard delete, merge, conversion, locks and leaving people."""

from __future__ import annotations

from typing import Any

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.convert import Conversion
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.flows import Flow
from sfrouter.localorg.occasion import Occasion
from sfrouter.localorg.org import Org
from tests.localorg.small_world import NOON, robot, small_org


def refusal(action: Any, *arguments: Any) -> str:
    with pytest.raises(OrgError) as caught:
        action(*arguments)
    return caught.value.code


def row(org: Org, object_name: str, row_id: str) -> dict[str, Any]:
    found = org.store.get(object_name, row_id, include_deleted=True)
    assert found is not None
    return found


def make(org: Org, object_name: str, **values: Any) -> str:
    return org.records.create("@robot", object_name, values)


# -- recycle bin -----------------------------------------------------------------------------------


def test_an_undeleted_account_comes_back_with_the_children_deleted_with_it_and_no_others() -> None:
    org = small_org()
    lone = make(org, "Contact", LastName="Lone", AccountId=org.aliases["acme"])
    org.records.delete("@robot", lone)
    org.clock.advance(5)
    org.records.delete("@robot", "@acme")
    assert row(org, "Contact", org.aliases["carla"])["IsDeleted"] is True
    org.clock.advance(5)
    back = org.records.undelete("@bob", "@acme")
    assert {org.aliases["acme"], org.aliases["carla"], org.aliases["deal"]} <= set(back)
    assert row(org, "Contact", org.aliases["carla"])["IsDeleted"] is False
    assert row(org, "Contact", lone)["IsDeleted"] is True
    account = row(org, "Account", org.aliases["acme"])
    assert account["SystemModstamp"] == org.clock.stamp()
    assert account["LastModifiedById"] == org.aliases["bob"]


def test_what_is_not_in_the_bin_cannot_be_undeleted() -> None:
    org = small_org()
    assert refusal(org.records.undelete, "@robot", "@acme") == "UNDELETE_FAILED"


def test_a_hard_deleted_record_is_not_even_in_query_all() -> None:
    org = small_org()
    org.records.hard_delete("@robot", "@acme")
    found = robot(org).get("/queryAll?q=SELECT+Id+FROM+Account").json()["records"]
    assert [one["Id"] for one in found] == [org.aliases["other"]]
    assert robot(org).get(f"/sobjects/Account/{org.aliases['acme']}").json()[0]["errorCode"] == "NOT_FOUND"
    assert org.store.get("Contact", org.aliases["carla"], include_deleted=True) is None


def test_the_bin_forgets_after_fifteen_days() -> None:
    org = small_org()
    org.records.delete("@robot", "@lead")
    org.clock.advance(15 * 86_400)
    assert org.records.empty_old() == 0
    org.clock.advance(1)
    assert org.records.empty_old() >= 1
    assert org.store.get("Lead", org.aliases["lead"], include_deleted=True) is None


# -- merge -----------------------------------------------------------------------------------------


def test_a_merge_moves_the_children_and_marks_the_losers() -> None:
    org = small_org()
    acme, other, lead = org.aliases["acme"], org.aliases["other"], org.aliases["lead"]
    org.records.update("@robot", lead, {"Matched_Account__c": acme})
    task = make(org, "Task", Subject="Call", WhatId=acme)
    before = row(org, "Contact", org.aliases["carla"])["LastModifiedDate"]
    org.clock.advance(60)
    moved = org.records.merge("@bob", "@other", ["@acme"], {"Phone": "77"})
    assert ("Lead", lead) in moved
    assert row(org, "Lead", lead)["Matched_Account__c"] == other
    assert row(org, "Opportunity", org.aliases["deal"])["AccountId"] == other
    moved_task = row(org, "Task", task)
    assert (moved_task["WhatId"], moved_task["AccountId"]) == (other, other)
    carla = row(org, "Contact", org.aliases["carla"])
    assert (carla["AccountId"], carla["IsDeleted"]) == (other, False)
    assert (carla["SystemModstamp"], carla["LastModifiedDate"]) == (org.clock.stamp(), before)
    loser = row(org, "Account", acme)
    assert (loser["IsDeleted"], loser["MasterRecordId"]) == (True, other)
    assert (row(org, "Account", other)["Name"], row(org, "Account", other)["Phone"]) == ("Other", "77")
    assert refusal(org.records.undelete, "@robot", "@acme") == "UNDELETE_FAILED"


def test_a_merge_refuses_four_records_itself_and_other_objects() -> None:
    org = small_org()
    three = [make(org, "Lead", LastName=name, Company="C") for name in "abc"]
    assert refusal(org.records.merge, "@robot", "@lead", three) == "INVALID_ID_FIELD"
    assert refusal(org.records.merge, "@robot", "@lead", ["@lead"]) == "INVALID_ID_FIELD"
    assert refusal(org.records.merge, "@robot", "@deal", ["@deal"]) == "INVALID_TYPE_FOR_OPERATION"


def test_a_merge_that_fails_changes_nothing() -> None:
    org = small_org()
    loser = make(org, "Lead", LastName="Loser", Company="C")
    org.locks.hold([loser])
    assert refusal(org.records.merge, "@robot", "@lead", [loser], {"City": "Rome"}) == "UNABLE_TO_LOCK_ROW"
    assert row(org, "Lead", org.aliases["lead"])["City"] is None


def test_a_merge_waits_for_the_children_that_another_transaction_holds() -> None:
    """Else its commit would undo the moving, with a stamp from before it."""
    org = small_org()
    loser = make(org, "Account", Name="Acme again")
    org.records.update("@robot", "@carla", {"AccountId": loser})
    with org.visibility.late(60):
        robot(org).patch(f"/sobjects/Contact/{org.aliases['carla']}", {"Title": "late"})
    assert refusal(org.records.merge, "@robot", "@acme", [loser]) == "UNABLE_TO_LOCK_ROW"
    assert row(org, "Account", loser)["IsDeleted"] is False
    org.visibility.commit_all()
    org.records.merge("@robot", "@acme", [loser])
    carla = row(org, "Contact", org.aliases["carla"])
    assert (carla["Title"], carla["AccountId"]) == ("late", org.aliases["acme"])


# -- conversion ------------------------------------------------------------------------------------


def test_a_conversion_makes_account_contact_and_opportunity_and_closes_the_lead() -> None:
    org = small_org()
    task = make(org, "Task", Subject="Call", WhoId=org.aliases["lead"])
    made = org.records.convert("@sarah", "@lead")
    lead = row(org, "Lead", org.aliases["lead"])
    assert lead["IsConverted"] is True
    assert (lead["Status"], lead["ConvertedDate"]) == ("Closed - Converted", NOON.date())
    assert lead["ConvertedAccountId"] == made.account_id
    assert lead["ConvertedContactId"] == made.contact_id
    assert lead["ConvertedOpportunityId"] == made.opportunity_id
    account, contact = row(org, "Account", made.account_id), row(org, "Contact", made.contact_id)
    assert (account["Name"], account["BillingCountry"], account["OwnerId"]) == ("Acme", "US", org.aliases["bob"])
    assert (contact["LastName"], contact["AccountId"]) == ("Doe", made.account_id)
    moved = row(org, "Task", task)
    assert (moved["WhoId"], moved["WhatId"], moved["AccountId"]) == (
        made.contact_id,
        made.opportunity_id,
        made.account_id,
    )
    refused = robot(org).patch(f"/sobjects/Lead/{lead['Id']}", {"City": "Rome"})
    assert refused.json()[0]["errorCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert refusal(org.records.convert, "@robot", "@lead") == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_a_conversion_into_an_account_leaves_what_the_account_has() -> None:
    org = small_org()
    org.records.update("@robot", "@lead", {"City": "Rome", "Phone": "5", "Industry": "Banking"})
    wish = Conversion(account_id=org.aliases["acme"], contact_id=org.aliases["carla"], opportunity=False)
    made = org.records.convert("@robot", "@lead", wish)
    assert made.opportunity_id is None
    acme = row(org, "Account", org.aliases["acme"])
    assert (acme["BillingCity"], acme["Industry"], acme["OwnerId"]) == ("Paris", "Banking", org.aliases["sarah"])
    assert row(org, "Contact", org.aliases["carla"])["Phone"] == "5"


def test_a_lead_of_a_queue_needs_an_owner_to_be_converted() -> None:
    org = small_org()
    org.records.change_owner("@robot", "@lead", "@inbound")
    assert refusal(org.records.convert, "@robot", "@lead") == "INVALID_CROSS_REFERENCE_KEY"
    made = org.records.convert("@robot", "@lead", Conversion(owner_id=org.aliases["bob"]))
    assert row(org, "Account", made.account_id)["OwnerId"] == org.aliases["bob"]


def test_a_conversion_that_fails_half_way_leaves_nothing() -> None:
    org = small_org()
    accounts = org.store.count("Account")
    assert refusal(org.records.convert, "@robot", "@lead", Conversion(status="Nonsense")) == "INVALID_STATUS"
    wish = Conversion(contact_id=org.aliases["carla"])
    assert refusal(org.records.convert, "@robot", "@lead", wish) == "INVALID_CROSS_REFERENCE_KEY"
    assert org.store.count("Account") == accounts
    assert row(org, "Lead", org.aliases["lead"])["IsConverted"] is False


# -- locks, approval, people -----------------------------------------------------------------------


def test_a_held_row_is_refused_until_its_time_is_over() -> None:
    org = small_org()
    url = f"/sobjects/Lead/{org.aliases['lead']}"
    org.locks.hold([org.aliases["lead"]], seconds=10)
    refused = robot(org).patch(url, {"City": "Rome"})
    sentence = f"unable to obtain exclusive access to this record or 1 records: {org.aliases['lead'][:15]}"
    assert refused.status == 400
    assert refused.json() == [{"message": sentence, "errorCode": "UNABLE_TO_LOCK_ROW", "fields": []}]
    assert robot(org).delete(url).status == 400
    org.clock.advance(10)
    assert robot(org).patch(url, {"City": "Rome"}).status == 204


def test_an_open_dated_task_needs_its_account_free_and_others_do_not() -> None:
    org = small_org()
    org.locks.hold([org.aliases["acme"]])
    body = {"Subject": "Call", "WhatId": org.aliases["acme"]}
    dated = robot(org).post("/sobjects/Task", body | {"ActivityDate": "2026-03-05"})
    assert dated.json()[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert robot(org).post("/sobjects/Task", body).status == 201
    done = body | {"ActivityDate": "2026-03-05", "Status": "Completed"}
    assert robot(org).post("/sobjects/Task", done).status == 201


def test_a_record_in_approval_is_locked_for_all_but_administrators() -> None:
    org = small_org(approval_locks=["@lead"])
    url = f"/sobjects/Lead/{org.aliases['lead']}"
    refused = Actor(org, "@bob").patch(url, {"City": "Rome"})
    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "ENTITY_IS_LOCKED")
    assert robot(org).patch(url, {"City": "Rome"}).status == 204
    org.records.unlock("@lead")
    assert Actor(org, "@bob").patch(url, {"City": "Oslo"}).status == 204


def test_a_person_who_leaves_is_signed_out_and_keeps_what_they_own() -> None:
    org = small_org()
    bob = Actor(org, "@bob")
    org.records.deactivate_user("@bob")
    assert bob.get("/limits").status == 401
    assert row(org, "Lead", org.aliases["lead"])["OwnerId"] == org.aliases["bob"]
    given = robot(org).patch(f"/sobjects/Account/{org.aliases['acme']}", {"OwnerId": org.aliases["bob"]})
    assert given.json()[0]["errorCode"] == "INACTIVE_OWNER_OR_USER"
    org.records.activate_user("@bob")
    assert Actor(org, "@bob").get("/limits").status == 200


def test_deeds_set_off_flows_like_any_write() -> None:
    org = small_org()
    names: list[str] = []
    occasion = Occasion(object_name="Account")
    org.flows.add(Flow(name="watch", occasion=occasion, run=lambda call: names.append(call.row["Name"])))
    org.records.convert("@robot", "@lead")
    assert names == ["Acme"]
