"""A day of a pool with limits and somebody on leave: the org shows who got what, over a restart of the daemon."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from sfrouter.localorg.demo.leads import Newcomer
from tests.days.office import TODAY, Office, story, until

pytestmark = pytest.mark.day

WEST = (
    "- {name: west, members: [bob@halden.example, lucia@halden.example, theo@halden.example, ada@halden.example]}"
)
PEOPLE = f"""
people:
  lucia@halden.example: {{away: {TODAY - timedelta(days=300)} to {TODAY + timedelta(days=300)}}}
  ada@halden.example: {{skills: [spanish]}}
"""


def newcomers(count: int, first: int) -> list[Newcomer]:
    """New companies in California."""
    delta = story("Delta")
    return [
        replace(delta, company=f"Sharing {number} Inc.", email=f"peter@sharing-{number}.example")
        for number in range(first, first + count)
    ]


def test_limits_leave_and_skills_hold_in_the_org_and_over_a_restart(office: Office) -> None:
    teams = office.folder / "mappings" / "teams.yaml"
    text = teams.read_text("utf-8")
    assert WEST in text
    limited = WEST.replace("}", ", most_a_day: 3, queue: Competitor Leads, skills: [SKILL]}").replace(
        "SKILL", "{skill: spanish, when: {field: lead.city, value: Fresno}}"
    )
    teams.write_text(text.replace(WEST, limited) + PEOPLE, "utf-8")
    office.start()
    fresno = replace(newcomers(1, 1)[0], city="Fresno")
    leads = office.feed([fresno])
    assert until(lambda: office.settled(leads), within=60), office.log()[-3000:]
    (only,) = leads
    assert _owners(office)[only] == office.id("ada"), "she has the skill, although Bob stands first"
    leads |= office.feed(newcomers(4, 2))
    assert until(lambda: office.settled(leads)), office.log()[-3000:]
    assert office.stop() == 0
    office.start()
    leads |= office.feed(newcomers(5, 6))
    assert until(lambda: office.settled(leads), within=60), office.log()[-3000:]
    got = Counter(_owners(office)[lead_id] for lead_id in leads)
    expected = {office.id(key): 3 for key in ("bob", "theo", "ada")}
    assert got == {**expected, _rivals(office): 1}
    assert office.stop() == 0
    said = office.run("pools", "--pool", "west").stdout
    assert "away until" in said
    assert "has 3 of 3 leads today" in said
    last = [lead_id for lead_id in leads if _owners(office)[lead_id] == _rivals(office)]
    explained = office.run("explain", last[0]).stdout
    assert "Lucia Ferro (away until" in explained
    assert "Bob Hanley (has 3 of 3 leads today)" in explained


def _owners(office: Office) -> dict[str, str]:
    return {row["Id"]: row["OwnerId"] for row in office.rows("Lead")}


def _rivals(office: Office) -> str:
    return str(next(row["Id"] for row in office.rows("Group") if row["Name"] == "Competitor Leads"))
