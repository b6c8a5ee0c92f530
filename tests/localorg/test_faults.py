"""Faults: what each kind does to a call, whom it strikes, and that the same plan strikes the same calls."""

import http.client
from datetime import timedelta
from typing import Any

import pytest
import requests

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.desks import Desks
from sfrouter.localorg.exchange import DropConnection, Request
from sfrouter.localorg.fault_plan import FaultPlanError
from sfrouter.localorg.faults import Faults, rows_named
from sfrouter.localorg.org import Org
from sfrouter.localorg.server import LocalOrgServer
from tests.localorg.small_world import BASE, CLIENT_ID, CLIENT_SECRET, NO_RULE, robot, small_org, small_world


def troubled(*faults: dict[str, Any], seed: int = 1, waited: list[float] | None = None) -> tuple[Org, Faults]:
    """A small org under a plan."""
    org = small_org()
    made = Faults(org, {"seed": seed, "faults": list(faults)}, wait=(waited if waited is not None else []).append)
    org.middlewares.append(made)
    return org, made


def city(org: Org) -> Any:
    row = org.store.get("Lead", org.aliases["lead"])
    assert row is not None
    return row["City"]


def patch(actor: Actor, values: dict[str, Any]) -> int:
    return actor.patch(f"/sobjects/Lead/{actor.org.aliases['lead']}", values, NO_RULE).status


@pytest.mark.parametrize(("kind", "written"), [("drop_before", None), ("drop_after", "Rome")])
def test_a_dropped_line_comes_before_or_after_the_work(kind: str, written: str | None) -> None:
    org, _ = troubled({"kind": kind, "method": "PATCH", "times": 1})
    actor = robot(org)
    with pytest.raises(DropConnection):
        patch(actor, {"City": "Rome"})
    assert city(org) == written
    assert patch(actor, {"City": "Oslo"}) == 204


@pytest.mark.parametrize(("after_work", "written"), [(False, None), (True, "Rome")])
def test_an_error_can_come_after_the_work_was_done(after_work: bool, written: str | None) -> None:
    org, _ = troubled({"kind": "error", "status": 503, "after_work": after_work})
    answer = robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Rome"}, NO_RULE)
    assert (answer.status, answer.json()[0]["errorCode"]) == (503, "SERVER_UNAVAILABLE")
    assert city(org) == written


def test_an_error_can_be_a_web_page() -> None:
    org, _ = troubled({"kind": "error", "status": 500, "html": True})
    answer = robot(org).get("/limits")
    assert (answer.status, answer.header("content-type")) == (500, "text/html;charset=UTF-8")
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_an_expired_session_is_refused_once_and_is_then_good_again() -> None:
    org, _ = troubled({"kind": "session_expired", "times": 1})
    actor = robot(org)
    answer = actor.get("/limits")
    assert (answer.status, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    assert actor.get("/limits").status == 200


def test_an_ended_session_stays_ended_until_a_new_sign_in() -> None:
    org, _ = troubled({"kind": "session_expired", "times": 1, "end_session": True})
    actor = robot(org)
    assert [actor.get("/limits").status for _ in range(3)] == [401, 401, 401]
    assert robot(org).get("/limits").status == 200


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("daily_limit", "TotalRequests Limit exceeded."),
        ("concurrent_limit", "ConcurrentPerOrgLongTxn Limit exceeded."),
    ],
)
def test_the_two_limits_share_a_code_and_differ_in_their_sentence(kind: str, sentence: str) -> None:
    org, _ = troubled({"kind": kind})
    answer = robot(org).get("/limits")
    assert answer.status == 403
    assert answer.json() == [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": sentence}]


def test_a_slow_answer_waits_and_then_is_as_ever() -> None:
    waited: list[float] = []
    org, _ = troubled({"kind": "slow", "seconds": 2.5}, waited=waited)
    assert robot(org).get("/limits").status == 200
    assert waited == [2.5]


def test_of_many_records_some_are_refused_and_only_those_are_not_written() -> None:
    org, _ = troubled({"kind": "partial", "share": 0.5, "times": 1}, seed=3)
    ids = org.store.insert_many(
        "Lead", [{"LastName": str(one), "Company": "x", "OwnerId": org.aliases["bob"]} for one in range(40)]
    )
    actor = robot(org)
    records = [{"attributes": {"type": "Lead"}, "Id": one, "City": "Rome"} for one in ids]
    body = actor.patch("/composite/sobjects", {"records": records}, NO_RULE).json()
    refused = [row_id for row_id, row in zip(ids, body, strict=True) if not row["success"]]
    assert 5 < len(refused) < 35
    assert {row["errors"][0]["statusCode"] for row in body if not row["success"]} == {"UNABLE_TO_LOCK_ROW"}
    written = {row["Id"] for row in org.store.rows("Lead", {"City": "Rome"})}
    assert written == set(ids) - set(refused)
    again = actor.patch("/composite/sobjects", {"records": records}, NO_RULE).json()
    assert all(row["success"] for row in again)


def test_all_or_nothing_stays_so_when_some_rows_are_held() -> None:
    org, _ = troubled({"kind": "partial", "share": 1})
    lead, account = org.aliases["lead"], org.aliases["acme"]
    parts = [
        {"method": "PATCH", "url": f"{BASE}/sobjects/{url}", "referenceId": name, "body": {name: "Rome"}}
        for url, name in ((f"Lead/{lead}", "City"), (f"Account/{account}", "BillingCity"))
    ]
    body = robot(org).post("/composite", {"allOrNone": True, "compositeRequest": parts}).json()
    codes = [part["body"][0]["errorCode"] for part in body["compositeResponse"]]
    assert sorted(codes) == ["PROCESSING_HALTED", "UNABLE_TO_LOCK_ROW"]
    assert city(org) is None


def test_rows_held_by_hand_stay_held_after_a_partial_call() -> None:
    org, _ = troubled({"kind": "partial", "share": 1, "times": 1})
    org.locks.hold([org.aliases["lead"]])
    actor = robot(org)
    assert [patch(actor, {"City": "Rome"}) for _ in range(2)] == [400, 400]
    org.locks.release()
    assert patch(actor, {"City": "Rome"}) == 204


def test_small_pages_hold_two_hundred_rows() -> None:
    org, _ = troubled({"kind": "small_pages"})
    rows = [{"LastName": str(one), "Company": "x", "OwnerId": org.aliases["bob"]} for one in range(500)]
    org.store.insert_many("Lead", rows)
    body = robot(org).query("SELECT Id FROM Lead WHERE Company = 'x'").json()
    assert (body["totalSize"], len(body["records"]), body["done"]) == (500, 200, False)


def test_a_late_commit_is_seen_when_its_time_has_come() -> None:
    org, _ = troubled({"kind": "late_commit", "seconds": 60, "method": "PATCH"})
    actor = robot(org)
    assert patch(actor, {"City": "Rome"}) == 204
    seen = f"/sobjects/Lead/{org.aliases['lead']}?fields=City"
    assert actor.get(seen).json()["City"] is None
    org.clock.advance(61)
    assert actor.get(seen).json()["City"] == "Rome"


# -- whom it strikes ------------------------------------------------------------


def test_method_path_query_and_user_choose_the_calls() -> None:
    org, _ = troubled(
        {"kind": "error", "method": "PATCH", "path": "/sobjects/Lead/*"},
        {"kind": "error", "status": 502, "soql": "from contact"},
        {"kind": "error", "status": 599, "user": "@bob", "path": "/limits"},
    )
    actor, bob = robot(org), Actor(org, "@bob")
    assert actor.get(f"/sobjects/Lead/{org.aliases['lead']}").status == 200
    assert patch(actor, {"City": "Rome"}) == 500
    assert actor.patch(f"/sobjects/Account/{org.aliases['acme']}", {"Phone": "1"}).status == 204
    assert actor.query("SELECT Id FROM Contact").status == 502
    assert actor.query("SELECT Id FROM Account").status == 200
    assert (actor.get("/limits").status, bob.get("/limits").status) == (200, 599)


def test_skip_and_times_count_the_fitting_calls() -> None:
    org, faults = troubled({"kind": "error", "path": "/limits", "skip": 2, "times": 2})
    actor = robot(org)
    actor.query("SELECT Id FROM Account")
    assert [actor.get("/limits").status for _ in range(6)] == [200, 200, 500, 500, 200, 200]
    (count,) = faults.counts()
    assert (count["fitting"], count["struck"]) == (6, 2)


def test_start_and_until_are_times_of_the_orgs_own_clock() -> None:
    org, _ = troubled(
        {"kind": "error", "start": "2026-03-02T12:01:00Z", "until": "2026-03-02T13:02:00+01:00"},
    )
    actor = robot(org)
    statuses = []
    for _ in range(4):
        statuses.append(actor.get("/limits").status)
        org.clock.advance(timedelta(seconds=30).total_seconds())
    assert statuses == [200, 200, 500, 500]
    assert actor.get("/limits").status == 200


def test_the_same_seed_strikes_the_same_calls_and_another_seed_others() -> None:
    def pattern(seed: int, *more: dict[str, Any]) -> list[int]:
        org, _ = troubled({"kind": "error", "chance": 0.4}, *more, seed=seed)
        actor = robot(org)
        return [actor.get("/limits").status for _ in range(60)]

    assert pattern(1) == pattern(1)
    assert pattern(1) != pattern(2)
    assert 10 < pattern(1).count(500) < 40
    # A second trouble beside it throws its own dice.
    assert pattern(1) == pattern(1, {"kind": "small_pages", "chance": 0.3})


def test_an_unknown_user_of_a_plan_is_told() -> None:
    with pytest.raises(FaultPlanError, match="no user @nobody"):
        troubled({"kind": "error", "user": "@nobody"})


def test_the_rows_a_call_names_are_found_in_path_query_and_body() -> None:
    lead, account = "00Q5e0000000001EAA", "0015e0000000001AAA"
    by_query = Request("DELETE", f"{BASE}/composite/sobjects", f"ids={lead},{account}")
    assert rows_named(by_query) == [lead, account]
    body = {"compositeRequest": [{"url": f"{BASE}/sobjects/Lead/{lead}", "body": {"WhatId": account[:15]}}]}
    assert rows_named(Request.build("POST", f"{BASE}/composite", json_body=body)) == [lead, account]
    assert rows_named(Request.build("PATCH", f"{BASE}/sobjects/Lead/{lead[:15]}", json_body={})) == [lead]
    assert rows_named(Request("GET", f"{BASE}/sobjects/Lead/{lead}")) == []


# -- over HTTP ------------------------------------------------------------


def signed_in(server: LocalOrgServer) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    answer = requests.post(f"{server.url}/services/oauth2/token", data=form, timeout=10)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_a_truncated_answer_breaks_off_in_the_middle_of_its_body(capfd: pytest.CaptureFixture[str]) -> None:
    """What was asked for is no error of the server: it says nothing of it."""
    plan = {"faults": [{"kind": "truncated", "keep": 0.5, "path": "/limits"}]}
    with LocalOrgServer(small_world(), desks=Desks(faults=plan)) as server:
        headers = signed_in(server)
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        line.request("GET", f"{BASE}/limits", headers=headers)
        answer = line.getresponse()
        with pytest.raises(http.client.IncompleteRead) as caught:
            answer.read()
        assert 0 < len(caught.value.partial) < int(answer.headers["Content-Length"])
        line.close()
        assert requests.get(f"{server.url}{BASE}/", headers=headers, timeout=10).status_code == 200
    assert capfd.readouterr() == ("", "")


def test_signing_in_can_fail_too() -> None:
    plan = {"faults": [{"kind": "error", "status": 503, "path": "/services/oauth2/token", "times": 1}]}
    with LocalOrgServer(small_world(), desks=Desks(faults=plan)) as server:
        answer = requests.post(f"{server.url}/services/oauth2/token", data={}, timeout=10)
        assert answer.status_code == 503
        assert signed_in(server)["Authorization"].startswith("Bearer 00D")
