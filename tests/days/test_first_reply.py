"""A first reply that does not come: reminder, then the next of the pool; one that comes stops the clock."""

import json
from typing import Any

import pytest

from tests.days.office import Office, story, until

pytestmark = pytest.mark.day
HOUR = 3600.0


def owner_of(office: Office, lead_id: str) -> str:
    """Who has the lead in the org."""
    return str(next(row["OwnerId"] for row in office.rows("Lead") if row["Id"] == lead_id))


def tasks(office: Office, lead_id: str) -> list[tuple[str, str]]:
    """The lead's Tasks in the org: owner and subject."""
    return [(row["OwnerId"], row["Subject"]) for row in office.rows("Task") if row["WhoId"] == lead_id]


def test_a_lead_nobody_answers_is_passed_on_and_an_answered_one_is_not(office: Office) -> None:
    """R091, R152: two hours by the demo's clock hours, with the daemon as a process and the org's own clock."""
    office.start()
    leads = office.feed([story("Delta"), story("Beta")])
    delta, beta = leads
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    assert until(office.outbox_empty)
    first, answered = owner_of(office, delta), owner_of(office, beta)
    assert next(row for row in office.rows("Lead") if row["Id"] == delta)["Routing_Reason__c"]
    office.visitor("rep").change("Lead", beta, {"Status": "Working - Contacted"})
    office.server.org.clock.advance(1.6 * HOUR)
    reminder = (first, "Reply due soon: " + story("Delta").company)
    assert until(lambda: reminder in tasks(office, delta)), office.log()[-3000:]
    assert owner_of(office, delta) == first
    office.server.org.clock.advance(0.6 * HOUR)
    assert until(lambda: owner_of(office, delta) != first), office.log()[-3000:]
    assert until(office.outbox_empty)
    second = owner_of(office, delta)
    pool = {office.id(key) for key in ("bob", "lucia", "theo", "ada")}
    assert {first, second} <= pool, office.run("explain", delta).stdout
    told = tasks(office, delta)
    assert told.count(reminder) == 1
    assert (second, "New lead: " + story("Delta").company) in told
    assert (first, "Lead passed on: " + story("Delta").company) in told
    assert owner_of(office, beta) == answered
    assert not any("due soon" in subject for _, subject in tasks(office, beta))
    report: dict[str, Any] = json.loads(office.run("sla", "--json").stdout)
    lines = {line["lead_id"]: line for line in report["lines"]}
    assert (lines[delta]["passed_on"], lines[delta]["reminded"]) == (1, False)
    assert lines[beta]["stopped_because"] == "the status changed"
