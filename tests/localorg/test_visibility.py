"""Late commits: stamped at the start of a transaction, seen only at its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.org import Org
from sfrouter.localorg.visibility import DELAY_HEADER
from tests.localorg.small_world import NOON, robot, small_org

NEW_LEAD = {"LastName": "Late", "Company": "Acme"}


def names(actor: Actor) -> list[str]:
    found = actor.query("SELECT LastName FROM Lead WHERE IsConverted = false ORDER BY LastName").json()
    return [record["LastName"] for record in found["records"]]


def make_late_lead(org: Org, seconds: float | None) -> str:
    with org.visibility.late(seconds):
        response = robot(org).post("/sobjects/Lead", NEW_LEAD)
    assert response.status == 201, response.json()
    return str(response.json()["id"])


def test_a_late_row_is_seen_only_after_its_commit_and_bears_the_stamp_of_the_start() -> None:
    org = small_org()
    actor = robot(org)
    lead_id = make_late_lead(org, 120)
    org.clock.advance(119)
    assert names(actor) == ["Doe"]
    assert actor.get(f"/sobjects/Lead/{lead_id}").status == 404
    org.clock.advance(1)
    assert names(actor) == ["Doe", "Late"]
    row = actor.get(f"/sobjects/Lead/{lead_id}").json()
    assert row["SystemModstamp"] == row["CreatedDate"] == "2026-03-02T12:00:00.000+0000"


def test_a_watermark_of_the_latest_stamp_seen_loses_a_late_row() -> None:
    """The trap that the feature is for: a quicker, later write is seen first."""
    org = small_org()
    actor = robot(org)
    late = make_late_lead(org, 300)
    org.clock.advance(60)
    actor.post("/sobjects/Lead", {"LastName": "Quick", "Company": "B"})
    seen = actor.query("SELECT LastName, SystemModstamp FROM Lead ORDER BY SystemModstamp DESC LIMIT 1").json()
    mark = seen["records"][0]["SystemModstamp"]
    org.clock.advance(300)
    after = actor.query(f"SELECT Id FROM Lead WHERE SystemModstamp > {mark}").json()["records"]  # noqa: S608
    overlapping = actor.query("SELECT Id FROM Lead WHERE SystemModstamp >= 2026-03-02T12:00:00Z").json()["records"]
    assert after == []
    assert late in [record["Id"] for record in overlapping]


def test_an_update_and_a_delete_are_late_too() -> None:
    org = small_org()
    actor = robot(org)
    acme, lead = org.aliases["acme"], org.aliases["lead"]
    with org.visibility.late(60):
        assert actor.patch(f"/sobjects/Lead/{lead}", {"City": "Rome"}).status == 204
        assert actor.delete(f"/sobjects/Account/{acme}").status == 204
    assert actor.get(f"/sobjects/Lead/{lead}").json()["City"] is None
    assert actor.get(f"/sobjects/Account/{acme}").status == 200
    org.clock.advance(60)
    assert actor.get(f"/sobjects/Lead/{lead}").json()["City"] == "Rome"
    gone = actor.get(f"/sobjects/Account/{acme}")
    assert (gone.status, gone.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")
    carla = org.store.get("Contact", org.aliases["carla"], include_deleted=True)
    assert carla is not None
    assert carla["IsDeleted"] is True


def test_one_request_can_be_late_by_a_header() -> None:
    org = small_org()
    actor = robot(org)
    actor.post("/sobjects/Lead", NEW_LEAD, {DELAY_HEADER: "5"})
    assert names(actor) == ["Doe"]
    assert actor.post("/sobjects/Lead", NEW_LEAD | {"LastName": "Now"}).status == 201
    assert names(actor) == ["Doe", "Now"]
    org.clock.advance(5)
    assert names(actor) == ["Doe", "Late", "Now"]


@pytest.mark.parametrize("wish", ["601", "-1", "soon", "nan"])
def test_a_delay_beyond_ten_minutes_is_refused(wish: str) -> None:
    response = robot(small_org()).post("/sobjects/Lead", NEW_LEAD, {DELAY_HEADER: wish})
    assert response.status == 400
    assert response.json()[0]["errorCode"] == "INVALID_HEADER_VALUE"
    with pytest.raises(ValueError, match="600"):
        small_org().visibility.delay = 601


def test_the_oldest_open_transaction_is_told_until_it_commits() -> None:
    org = small_org()
    assert org.visibility.oldest_open() is None
    make_late_lead(org, 100)
    org.clock.advance(50)
    make_late_lead(org, 10)
    assert org.visibility.oldest_open() == NOON
    org.clock.advance(50)
    assert org.visibility.oldest_open() is None


def test_a_held_transaction_waits_for_its_release_and_a_rolled_back_one_never_was() -> None:
    org = small_org()
    make_late_lead(org, None)
    dropped = make_late_lead(org, None)
    first, second = (one.number for one in org.visibility.open_transactions())
    org.clock.advance(86_400)
    actor = robot(org)
    assert names(actor) == ["Doe"]
    org.visibility.roll_back(second)
    org.visibility.commit(first)
    assert names(actor) == ["Doe", "Late"]
    assert org.store.get("Lead", dropped, include_deleted=True) is None


def test_a_row_of_an_open_transaction_is_locked_for_others() -> None:
    org = small_org()
    actor = robot(org)
    url = f"/sobjects/Lead/{org.aliases['lead']}"
    actor.patch(url, {"City": "Rome"}, {DELAY_HEADER: "30"})
    refused = actor.patch(url, {"City": "Oslo"})
    assert refused.status == 400
    assert refused.json()[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert refused.json()[0]["message"].endswith(org.aliases["lead"][:15])
    org.clock.advance(30)
    assert actor.patch(url, {"City": "Oslo"}).status == 204


def test_a_refused_part_of_a_late_call_leaves_nothing_behind() -> None:
    org = small_org()
    actor = robot(org)
    records = [{"attributes": {"type": "Lead"}, "LastName": "A", "Company": "A"}, {"attributes": {"type": "Lead"}}]
    results = actor.post("/composite/sobjects", {"records": records}, {DELAY_HEADER: "9"}).json()
    assert [one["success"] for one in results] == [True, False]
    actor.post("/composite/sobjects", {"records": records, "allOrNone": True}, {DELAY_HEADER: "9"})
    org.clock.advance(9)
    assert names(actor) == ["A", "Doe"]


def test_a_composite_call_reads_its_own_late_row() -> None:
    org = small_org()
    base = "/services/data/v65.0/sobjects/Lead"
    parts = [
        {"method": "POST", "url": base, "referenceId": "made", "body": NEW_LEAD},
        {"method": "GET", "url": base + "/@{made.id}", "referenceId": "read"},
    ]
    sent = robot(org).post("/composite", {"compositeRequest": parts}, {DELAY_HEADER: "60"})
    assert [one["httpStatusCode"] for one in sent.json()["compositeResponse"]] == [201, 200]
    assert names(robot(org)) == ["Doe"]


def test_an_org_wide_delay_makes_every_write_late() -> None:
    org = small_org()
    org.visibility.delay = 600
    actor = robot(org)
    actor.post("/sobjects/Lead", NEW_LEAD)
    assert org.visibility.oldest_open() == NOON
    org.clock.set(NOON + timedelta(seconds=600))
    assert names(actor) == ["Doe", "Late"]
