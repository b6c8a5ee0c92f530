"""Answers and links given on the command line beside the running daemon reach the org like every other write."""

import json

import pytest

from tests.days.office import Office, story, until

pytestmark = pytest.mark.day


def row(office: Office, lead_id: str) -> tuple[str, str | None]:
    found = next(row for row in office.rows("Lead") if row["Id"] == lead_id)
    return found["OwnerId"], found["Account__c"]


def routed(office: Office, word: str) -> str:
    leads = office.feed([story(word)])
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    assert until(office.outbox_empty)
    return next(iter(leads))


def test_an_accepted_review_links_the_lead_and_gives_it_to_the_accounts_owner(office: Office) -> None:
    """RV1, C14: routed by territory first; the answer moves it while the daemon runs; the question is gone."""
    office.start()
    key = routed(office, "Acme Corp")  # free mail and a customer's name
    listed = json.loads(office.run("review", "list", "--json").stdout)
    (item,) = [one for one in listed["items"] if one["item"].startswith(key)]
    assert item["at_stake"]["customer"]
    assert item["owner_after"] != item["owner_now"]
    done = office.run("review", "accept", item["item"], "--by", "Quentin Reviewer")
    assert done.returncode == 0, done.stderr
    wanted = (office.id("sarah"), office.id("acme"))
    assert until(lambda: row(office, key) == wanted), office.log()[-3000:]
    left = json.loads(office.run("review", "list", "--json").stdout)
    assert [one["item"] for one in left["items"] if one["item"].startswith(key)] == []
    assert "Quentin" not in office.log()


def test_a_lead_linked_from_the_command_line_is_moved_and_moved_back(office: Office) -> None:
    """R041, R043: preview where several, apply, undo; the daemon runs all the time."""
    office.start()
    key = routed(office, "Delta")
    before = row(office, key)
    company = story("Delta").company
    shown = json.loads(office.run("link", f"{company}*", office.id("acme"), "--json").stdout)
    if not shown["done"]:
        shown = json.loads(office.run("link", f"{company}*", office.id("acme"), "--apply", "--json").stdout)
    wanted = (office.id("sarah"), office.id("acme"))
    assert until(lambda: row(office, key) == wanted), office.log()[-3000:]
    assert until(office.outbox_empty)

    def taken_back() -> bool:
        answer = json.loads(office.run("link", "--undo", shown["batch"], "--apply", "--json").stdout)
        return bool(answer["done"])

    assert until(taken_back, within=60), office.run("link", "--undo", shown["batch"]).stdout
    assert until(lambda: row(office, key) == before), office.log()[-3000:]


def test_a_link_made_in_the_crm_is_offered_for_learning(office: Office) -> None:
    """R039: the rep's link is certain; its name and domain are offered, and learnt when somebody says so."""
    office.start()
    key = routed(office, "Delta")
    office.visitor("rep").change("Lead", key, {"Account__c": office.id("acme")})
    assert until(lambda: row(office, key)[0] == office.id("sarah")), office.log()[-3000:]
    listed = json.loads(office.run("review", "list", "--learn", "--json").stdout)
    (offer,) = [one for one in listed["items"] if one["item"].startswith(key)]
    done = json.loads(office.run("review", "accept", offer["item"], "--json").stdout)
    assert done["learnt"]
    assert set(done["learnt"].values()) == {office.id("acme")}
    explained = json.loads(office.run("explain", key, "--json").stdout)
    assert explained["decisions"][-1]["decision"]["match"]["findings"][0]["signal"] == "link"
