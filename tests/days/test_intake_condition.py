"""A day under an intake condition: leads come and change, and only those that meet it are touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.days.office import Office, story, until

pytestmark = pytest.mark.day
CONDITION = "LeadSource = 'Web' AND CreatedDate >= 2020-01-01T00:00:00Z"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A company whose intake is its queue, and beside it whatever the condition brings in."""
    made = Office.open(tmp_path / "office")
    path = made.folder / "mappings" / "policy.yaml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("intake:")]
    intake = 'intake: {queues: [Unassigned Leads], condition: "' + CONDITION + '"}'
    path.write_text("\n".join([intake, *lines]) + "\n", "utf-8")
    yield made
    made.close()


def a_lead(office: Office, name: str, source: str) -> str:
    """A lead that the user of the web form made and has."""
    row = {"LastName": name, "Company": f"{name} Ltd", "LeadSource": source, "State": "California"}
    (lead_id,) = office.visitor().create("Lead", [row])
    office.server.org.records.change_owner(office.id("website"), lead_id, office.id("website"))
    return lead_id


def owners(office: Office) -> dict[str, str]:
    """Who has each lead."""
    return {row["Id"]: row["OwnerId"] for row in office.rows("Lead")}


def moved(office: Office, lead_id: str) -> bool:
    """Does somebody else have the lead than the user of the web form?"""
    return owners(office)[lead_id] != office.id("website")


def test_leads_outside_the_condition_are_left_alone_and_one_that_comes_to_meet_it_is_routed(
    office: Office,
) -> None:
    """L01, over a kill of the daemon; L02: what a person took while it was down stays his."""
    before, outside, taken = (a_lead(office, name, "Other") for name in ("Ash", "Birch", "Cedar"))
    inside = a_lead(office, "Dogwood", "Web")
    office.start()
    assert until(lambda: moved(office, inside), within=60)
    (queued,) = office.feed([story("Delta")])
    assert until(lambda: owners(office)[queued] != office.id("inbound"), within=60)
    assert not any(moved(office, one) for one in (before, outside, taken)), "none of them meets the condition"
    office.visitor().change("Lead", before, {"LeadSource": "Web"})
    assert until(lambda: moved(office, before), within=60)
    office.kill()
    rep = office.id("router")  # no pool has him: only a person can have given him the lead
    office.server.org.records.change_owner(rep, taken, rep)
    office.visitor().change("Lead", taken, {"LeadSource": "Web"})
    later = a_lead(office, "Elm", "Web")
    had = owners(office)
    office.start()
    assert until(lambda: moved(office, later), within=60)
    assert until(office.outbox_empty, within=60)
    assert office.stop() == 0
    now = owners(office)
    assert now[outside] == office.id("website")
    assert now[taken] == rep
    assert [now[one] for one in (inside, queued, before)] == [had[one] for one in (inside, queued, before)]
    decided = [row for row in office.rows("Task") if row["WhoId"] in (outside, taken)]
    assert decided == []
