"""Recently used records: noted by record calls, not by queries, each user for themselves."""

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.org import Org
from sfrouter.localorg.recent_items import MOST_KEPT, RecentItems, is_noted
from tests.localorg.small_world import robot, small_org


def recent(actor: Actor, query: str = "") -> list[str]:
    return [one["Id"] for one in actor.get(f"/recent{query}").json()]


def test_records_read_changed_and_made_are_listed_the_latest_first() -> None:
    org = small_org()
    actor = robot(org)
    lead, acme = org.aliases["lead"], org.aliases["acme"]
    actor.get(f"/sobjects/Lead/{lead[:15]}")
    actor.patch(f"/sobjects/Account/{acme}", {"Site": "x"})
    made = actor.post("/sobjects/Lead", {"LastName": "N", "Company": "C"}).json()["id"]
    assert recent(actor) == [made, acme, lead]
    assert recent(actor, "?limit=2") == [made, acme]
    first = actor.get("/recent").json()[1]
    assert (first["attributes"]["type"], first["Name"]) == ("Account", "Acme")
    assert recent(Actor(org, "@bob")) == []


def test_the_header_and_old_versions_leave_no_note() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    robot(org).get(f"/sobjects/Lead/{lead}", {"Sforce-Mru": "updateMru=false"})
    Actor(org, "@robot", version="59.0").get(f"/sobjects/Lead/{lead}")
    robot(org).query("SELECT Id FROM Lead")
    assert recent(robot(org)) == []


def test_a_query_for_view_notes_what_it_found_and_a_refused_write_nothing() -> None:
    org = small_org()
    robot(org).patch(f"/sobjects/Account/{org.aliases['acme']}", {"Nope": 1})
    assert recent(robot(org)) == []
    robot(org).query("SELECT Name FROM Account WHERE Name = 'Acme' FOR VIEW")
    assert recent(robot(org)) == [org.aliases["acme"]]


def test_deleted_records_are_no_longer_listed_and_basic_information_lists_its_object() -> None:
    org = small_org()
    lead, acme = org.aliases["lead"], org.aliases["acme"]
    actor = robot(org)
    actor.get(f"/sobjects/Lead/{lead}")
    actor.get(f"/sobjects/Account/{acme}")
    items = actor.get("/sobjects/Lead").json()["recentItems"]
    assert [one["Id"] for one in items] == [lead]
    actor.delete(f"/sobjects/Lead/{lead}")
    assert recent(actor) == [acme]


def test_a_bad_limit_is_refused() -> None:
    org: Org = small_org()
    assert robot(org).get("/recent?limit=0").status == 400
    assert robot(org).get("/recent?limit=many").status == 400


def test_only_the_latest_two_hundred_are_kept() -> None:
    items = RecentItems()
    for number in range(MOST_KEPT + 1):
        items.note("u", "Lead", str(number))
    items.note("u", "Lead", "5")
    kept = [row_id for _, row_id in items.of("u")]
    assert (len(kept), kept[0], "0" in kept) == (MOST_KEPT, "5", False)


def test_the_header_is_read_from_version_60_on() -> None:
    assert is_noted(None, "60.0")
    assert is_noted("updateMru=true", "65.0")
    assert not is_noted("updateMru=FALSE", "65.0")
    assert not is_noted("updateMru=true", "59.0")
