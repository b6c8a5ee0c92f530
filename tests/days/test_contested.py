"""F36, F37: another automation of the org undoes our owner after each write; it is named and left alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.days.office import Office, small_world, story, until

pytestmark = pytest.mark.day

PUTS_BACK = {
    "name": "Old router",
    "object": "Lead",
    "on": ["update"],
    "changed": ["OwnerId"],
    "only_for": ["@router"],
}
QUIET = 6  # seconds in which a daemon that polls every second would have written again


@contextmanager
def office_with(folder: Path, flow: dict[str, Any], policy: str = "") -> Iterator[Office]:
    """An org with this flow switched on, and lines added to the policy."""
    world = small_world()
    world["flows"] = [{**PUTS_BACK, **flow}]
    office = Office.open(folder, world)
    file = folder / "mappings" / "policy.yaml"
    file.write_text(f"{file.read_text('utf-8')}\n{policy}\n", "utf-8")
    office.measured()
    try:
        yield office
    finally:
        office.close()


def owner_writes(office: Office, lead: str) -> int:
    """How often the router has written to this lead, by the org's own book of requests."""
    router = office.id("router")
    return sum(
        one.method == "PATCH" and lead[:15] in one.path
        for one in office.server.org.request_log
        if one.user_id == router
    )


def contested(office: Office) -> list[dict[str, Any]]:
    return list(office.status()["status"]["contested"])


def owner(office: Office, lead: str) -> str:
    return str(next(row["OwnerId"] for row in office.rows("Lead") if row["Id"] == lead))


@pytest.mark.parametrize(
    ("flow", "policy", "by"),
    [
        ({"action": "revert_owner"}, "", "Lead Router"),  # inside our write, so under our own name
        (
            {"action": "assign", "to": ["@inbound"], "after_seconds": 2, "run_as": "@website"},
            "programs: [website@halden.example]",
            "Website",
        ),
    ],
)
def test_a_lead_that_a_flow_takes_back_is_named_left_alone_and_free_again_once_a_person_acts(
    tmp_path: Path, flow: dict[str, Any], policy: str, by: str
) -> None:
    with office_with(tmp_path, flow, policy) as office:
        office.start()
        (lead,) = office.feed([story("Acme California")])
        assert until(lambda: len(contested(office)) == 1, within=60, every=0.5), office.log()[-3000:]
        (shown,) = contested(office)
        assert (shown["lead_id"], shown["by"], shown["wanted"]) == (lead, by, "Sarah Whitfield")
        assert "Contested, left alone" in office.run("status").stdout
        assert '"lead_contested"' in office.log()
        assert until(lambda: office.metric("leads_contested") == 1, within=20)
        written = owner_writes(office, lead)
        assert not until(lambda: owner_writes(office, lead) > written, within=QUIET)
        assert written == 1
        assert owner(office, lead) == office.id("inbound")
        office.server.org.flows.remove("Old router")
        assert not until(lambda: owner_writes(office, lead) > written, within=2)
        office.server.org.records.update("@sarah", lead, {"OwnerId": office.id("inbound"), "Rating": "Hot"})
        assert until(lambda: owner(office, lead) == office.id("sarah"), within=60), office.log()[-3000:]
        assert until(lambda: contested(office) == [], within=30, every=0.5)
        assert office.stop() == 0


def test_an_automation_that_looks_like_a_person_is_given_up_after_three_writes(tmp_path: Path) -> None:
    """It writes under a rep's name, a second after each of our writes: the third time it counts as no person."""
    late = {"action": "assign", "to": ["@inbound"], "after_seconds": 2, "run_as": "@owen"}
    with office_with(tmp_path, late) as office:
        office.start()
        (lead,) = office.feed([story("Acme California")])
        assert until(lambda: len(contested(office)) == 1, within=120, every=0.5), office.log()[-3000:]
        assert not until(lambda: owner_writes(office, lead) > 3, within=QUIET)
        assert owner_writes(office, lead) == 3
        assert contested(office)[0]["why"].endswith("again and again")
        assert office.stop() == 0
