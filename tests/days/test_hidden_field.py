"""An admin hides a field of the mapping while the daemon runs: it routes on, says so, and is well again after."""

import pytest

from tests.days.office import Office, story, until

pytestmark = pytest.mark.day


def test_a_field_hidden_in_the_middle_of_the_day_ends_neither_the_daemon_nor_its_routing(office: Office) -> None:
    office.settings["MIRROR_SECONDS"] = "30"
    office.start()
    acme = story("Acme California")
    first = office.feed([acme])
    assert until(lambda: office.settled(first), within=60), office.log()[-3000:]
    router = office.id("router")
    office.server.org.hide_fields(router, {("Lead", "State"), ("Account", "Type")})
    meridian = office.feed([story("Meridian")])
    assert until(lambda: office.settled(meridian), within=60), office.log()[-3000:]
    assert until(lambda: len(office.status()["status"]["hidden"]) == 2, within=90, every=1)
    found = office.status()["status"]
    assert {(gap["noun"], gap["api"]) for gap in found["hidden"]} == {("lead", "State"), ("account", "Type")}
    degraded = {(one["part"], one["name"]) for one in found["degraded"]}
    assert {("rule", "customer_owner"), ("territory", "West Coast")} <= degraded
    second = office.feed([acme])
    assert until(lambda: office.settled(second), within=60), office.log()[-3000:]
    (lead_id,) = second
    assert {row["Id"]: row for row in office.rows("Lead")}[lead_id]["OwnerId"] == office.id("sarah")
    shown = office.run("explain", lead_id)
    assert "degraded: the rule 'customer_owner': account.relationship cannot be seen" in " ".join(
        shown.stdout.split()
    )
    check = office.run("check")
    assert check.returncode == 3
    assert "the rule 'customer_owner'" in " ".join(check.stdout.split())
    office.server.org._hidden.pop(router)
    assert (
        office.stop() == 0
    )  # a fresh start asks the org at once what can be seen, a running daemon in five minutes
    office.start()
    assert until(lambda: not office.status()["status"]["hidden"], within=60), office.status()
    assert office.status()["status"]["degraded"] == []
    assert office.stop() == 0
