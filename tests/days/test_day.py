"""A whole day: leads come in, the daemon works, and the org itself shows owners, links and Tasks."""

from collections import Counter

import pytest

from sfrouter.localorg.demo.leads import told
from sfrouter.localorg.soql_parse import parse
from tests.days.office import Office, story, until

pytestmark = pytest.mark.day


def test_every_story_ends_in_the_org_as_promised(office: Office) -> None:
    """Owners, links and Tasks are checked in the org's own tables, with the daemon running as a process."""
    office.start()
    leads = office.feed(list(told()))
    assert until(lambda: office.settled(leads), within=60), office.log()[-3000:]
    assert until(office.outbox_empty), office.status()
    ends = office.visitor().lead_ends()
    by_key = {one.key: lead_id for lead_id, one in leads.items() if one.key}
    people = {row["Id"]: row for row in office.rows("User")}
    accounts = {row["Id"]: row["Name"] for row in office.rows("Account")}
    tasks = Counter((row["WhoId"], row["OwnerId"]) for row in office.rows("Task"))
    rows = {row["Id"]: row for row in office.rows("Lead")}
    for lead_id, one in leads.items():
        kind, _, name = one.owner.rpartition(":")
        row = rows[lead_id]
        if kind == "":
            assert row["OwnerId"] == office.id(name), one.story
        elif kind == "lead":
            assert row["OwnerId"] == rows[by_key[name]]["OwnerId"], one.story
        elif kind == "queue":
            assert ends[lead_id].owner_name.replace(" ", "_") == name, one.story
        else:
            assert people[row["OwnerId"]]["IsActive"], one.story
        expected = office.id(one.account) if one.account else None
        assert row["Account__c"] == expected, (one.story, accounts.get(row["Account__c"]))
        if kind != "queue":
            assert tasks[lead_id, row["OwnerId"]] >= 1, one.story
    assert not any(row["WhatId"] for row in office.rows("Task"))
    assert office.run("status", "--healthy").returncode == 0
    assert office.stop() == 0
    ended = office.run("status", "--healthy")
    assert (ended.returncode, "stopped in good order" in ended.stdout) == (1, True)


def test_the_customers_csm_and_the_strategic_team_are_told_once_each(office: Office) -> None:
    office.start()
    acme, meridian = story("Acme California"), story("Meridian")
    leads = office.feed([acme, meridian])
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    assert until(office.outbox_empty)
    told_for = {
        one.company: sorted(row["OwnerId"] for row in office.rows("Task") if row["WhoId"] == lead_id)
        for lead_id, one in leads.items()
    }
    assert told_for[acme.company] == sorted([office.id("sarah"), office.id("clara")])
    team = [office.id(key) for key in ("jane", "clara", "simone", "vera", "marcus")]
    assert told_for[meridian.company] == sorted(team)


def test_every_write_is_conditional_and_keeps_the_assignment_rule_away(office: Office) -> None:
    office.start()
    leads = office.feed([story("Acme California"), story("Delta")])
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    assert office.stop() == 0
    router = office.id("router")
    writes = [
        entry
        for entry in office.server.org.request_log
        if entry.user_id == router and entry.method == "PATCH" and "/Lead/" in entry.path
    ]
    assert len(writes) == 2
    for entry in writes:
        headers = {name.lower(): value for name, value in entry.headers.items()}
        assert headers["sforce-auto-assign"].upper() == "FALSE"
        assert "if-unmodified-since" in headers


def test_every_question_the_daemon_asks_is_good_soql(office: Office) -> None:
    """All SOQL of a day, first load, polls, refresh and read-backs included, goes through the strict parser."""
    office.settings["MIRROR_SECONDS"] = "30"
    office.start()
    leads = office.feed([story("Acme California")])
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    router = office.id("router")
    asked = {entry.query for entry in office.server.org.request_log if entry.user_id == router and entry.query}
    assert len(asked) >= 8
    for soql in asked:
        parse(soql)
        assert "ORDER BY" in soql or "COUNT()" in soql or " Id" in soql or soql.endswith(" LIMIT 1")


def test_a_rep_who_links_a_lead_moves_it_to_the_accounts_owner(office: Office) -> None:
    """R039: routed by territory, then linked by hand: at the next cycle the account's owner has it."""
    office.start()
    typed = story("Acme Corp")  # free mail and a customer's name: a person is asked
    leads = office.feed([typed])
    (lead_id,) = leads
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    first = next(row["OwnerId"] for row in office.rows("Lead") if row["Id"] == lead_id)
    assert first in {office.id(key) for key in ("bob", "lucia", "theo", "ada")}
    office.visitor("rep").change("Lead", lead_id, {"Account__c": office.id("acme")})

    def owner() -> str:
        return str(next(row["OwnerId"] for row in office.rows("Lead") if row["Id"] == lead_id))

    assert until(lambda: owner() == office.id("sarah")), office.log()[-3000:]


def test_a_lead_that_a_person_took_is_left_alone_and_one_put_back_is_routed_again(office: Office) -> None:
    """L02, R044."""
    office.start()
    leads = office.feed([story("Delta"), story("Beta")])
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    delta, beta = leads
    rep = office.visitor("rep")
    rep.change("Lead", delta, {"OwnerId": office.id("jane")})
    rep.change("Lead", beta, {"OwnerId": office.id("inbound")})

    def owners() -> dict[str, str]:
        return {row["Id"]: row["OwnerId"] for row in office.rows("Lead")}

    assert until(lambda: owners()[beta] == office.id("bob")), office.log()[-3000:]
    assert owners()[delta] == office.id("jane")
