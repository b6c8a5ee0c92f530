"""The intake's condition against the local org over HTTP: who is routed, at what cost, and what a bad one does."""

import json
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

import sfrouter.localorg.rest_query
import sfrouter.mirror.condition
from tests.days.office import Office, small_world, story

WEB, MANY, PAGE = 210, 300, 200
WEB_ONLY = "LeadSource = 'Web' AND CreatedDate >= 2020-01-01T00:00:00Z"


@pytest.fixture
def unfit(office: Office) -> tuple[str, str]:
    """Two leads of the website that did not meet the condition when they were first read."""
    condition(office, WEB_ONLY)
    leads = web_lead(office, 1, "Other"), web_lead(office, 2, "Other")
    once(office)
    return leads


def condition(office: Office, text: str) -> None:
    """The admin writes a condition into the policy."""
    path = office.folder / "mappings" / "policy.yaml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("intake:")]
    intake = 'intake: {queues: [Unassigned Leads], condition: "' + text + '"}'
    path.write_text("\n".join([intake, *lines]) + "\n", "utf-8")


def web_lead(office: Office, number: int, source: str = "Web") -> str:
    """A lead that an integration made and owns itself."""
    row = {
        "LastName": f"L{number}",
        "Company": f"Beta {number}",
        "LeadSource": source,
        "State": "California",
    }
    (lead_id,) = office.visitor().create("Lead", [row])
    give(office, lead_id, website(office))  # the org's assignment rule had put it into the queue
    return lead_id


def give(office: Office, lead_id: str, owner_id: str) -> None:
    """Somebody changes the owner in the org."""
    office.server.org.records.change_owner(owner_id, lead_id, owner_id)


def website(office: Office) -> str:
    """The user behind the web form."""
    return office.id("website")


def owner(office: Office, lead_id: str) -> str:
    return str(next(row["OwnerId"] for row in office.rows("Lead") if row["Id"] == lead_id))


def once(office: Office) -> None:
    done = office.run("once")
    assert done.returncode == 0, done.stdout + done.stderr


def asked(office: Office) -> int:
    """How often the org was asked by the condition."""
    return sum("LeadSource" in query and "'Web'" in query for query in queries(office))


def queries(office: Office) -> list[str]:
    return [unquote_plus(str(entry)) for entry in office.server.org.request_log]


def test_leads_that_meet_the_condition_are_routed_and_no_others(office: Office) -> None:
    """L01: one call when leads came, none when none did; a decided lead that still fits goes in no circle."""
    condition(office, WEB_ONLY)
    fits, other = web_lead(office, 1), web_lead(office, 2, "Partner")
    once(office)
    assert owner(office, fits) != website(office)
    assert owner(office, other) == website(office)
    taken, calls = owner(office, fits), asked(office)
    assert calls >= 1
    once(office)
    once(office)
    assert (owner(office, fits), asked(office)) == (taken, calls)
    (queued,) = office.feed([story("Delta")])
    once(office)
    assert owner(office, queued) != office.id("inbound")
    assert asked(office) == calls, "a lead of the queue needs no answer"


def test_a_lead_that_a_person_took_before_it_was_decided_stays_his(office: Office, unfit: tuple[str, str]) -> None:
    """L02: its owner is no longer the one it was first read with, though it comes to meet the condition now."""
    lead_id, still = unfit
    rep = office.id("router")  # no pool has him, so that only a person can have given him the lead
    give(office, lead_id, rep)
    for one in (lead_id, still):
        office.visitor().change("Lead", one, {"LeadSource": "Web"})
    once(office)
    assert owner(office, lead_id) == rep
    assert owner(office, still) not in (website(office), rep)


FAULTY = {
    "LeadSource == 'Web' AND OwnerId != null": "MALFORMED_QUERY",
    "Secret__c = 'x' AND OwnerId != null": "the field Secret__c does not exist or is hidden from our user",
}


@pytest.mark.parametrize(("bad", "why"), FAULTY.items())
def test_check_names_a_condition_that_the_org_refuses(office: Office, bad: str, why: str) -> None:
    """File, line, what and mend; one fault and no more."""
    condition(office, bad)
    checked = office.run("check", "--json")
    assert checked.returncode != 0
    (found,) = [one for one in json.loads(checked.stdout)["problems"] if one["code"] == "ORG27"]
    line = (office.folder / "mappings" / "policy.yaml").read_text("utf-8").splitlines()[found["line"] - 1]
    assert found["file"].endswith("policy.yaml")
    assert bad in line
    assert why in found["what"]
    assert found["mend"].startswith("mend it, or give the integration user")


def test_a_condition_that_the_org_refuses_stops_nobody_and_nothing_is_lost(office: Office) -> None:
    """Queues go on and `status` says it; once it is mended the leads that came meanwhile are routed."""
    condition(office, "Secret__c = 'x' AND OwnerId != null")
    own = web_lead(office, 1)
    (queued,) = office.feed([story("Delta")])
    once(office)
    assert owner(office, queued) != office.id("inbound")
    assert owner(office, own) == website(office)
    assert any("the org refuses it" in str(one) for one in office.status()["status"]["degraded"])
    condition(office, WEB_ONLY)
    once(office)
    assert owner(office, own) != website(office)
    assert office.status()["status"]["degraded"] == []


def test_a_lead_that_a_person_took_stays_his_though_the_mirror_is_thrown_away(
    office: Office, unfit: tuple[str, str]
) -> None:
    """L02: the mirror may go at any hour; who had the lead first stands in the ledger."""
    taken, still = unfit
    for file in (office.folder / "data").glob("mirror.db*"):
        file.unlink()
    rep = office.id("router")
    give(office, taken, rep)
    for one in (taken, still):
        office.visitor().change("Lead", one, {"LeadSource": "Web"})
    once(office)
    assert owner(office, taken) == rep
    assert owner(office, still) not in (website(office), rep)


def test_very_many_leads_are_asked_about_by_one_question_read_page_by_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """315 leads of a user, of whom 210 meet the condition: one question, two pages, and all of them wait.

    Here 300 count as very many and 200 are a page of the org; really it is ten times as much of both.
    """
    monkeypatch.setattr(sfrouter.mirror.condition, "MANY_IDS", MANY)
    monkeypatch.setattr(sfrouter.localorg.rest_query, "LARGEST_PAGE", PAGE)
    world = small_world()
    world["rows"]["Lead"] = [
        {"LastName": f"L{number}", "Company": f"Beta {number}", "State": "California", "OwnerId": "@website",
         "LeadSource": "Web" if number < WEB else "Partner"}
        for number in range(MANY + 15)
    ]  # fmt: skip
    office = Office.open(tmp_path / "office", world)
    try:
        condition(office, WEB_ONLY)
        done = office.run("once", "--dry-run", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        web = {row["Id"] for row in office.rows("Lead") if row["LeadSource"] == "Web"}
        assert len(web) == WEB
        assert {one["lead_id"] for one in json.loads(done.stdout)["decisions"]} == web
        assert asked(office) == 1
        assert max(len(query) for query in queries(office)) < 5_000, "no list of ids went to the org"
    finally:
        office.close()
