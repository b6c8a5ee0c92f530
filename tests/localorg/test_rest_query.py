"""Queries over REST: pages, locators, the recycle bin and field security."""

from typing import Any
from urllib.parse import quote

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.cursors import MOST_OPEN
from sfrouter.localorg.org import Org
from tests.localorg.small_world import BASE, robot, small_org, small_world


def org_with_leads(count: int) -> Org:
    """The small org with that many more leads."""
    org = small_org()
    values = {"Company": "Many", "OwnerId": org.aliases["bob"], "Status": "Open - Not Contacted"}
    org.store.insert_many("Lead", [values | {"LastName": f"n{number:05d}"} for number in range(count)])
    return org


def follow(actor: Actor, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The next page of an answer."""
    answer = actor.get(body["nextRecordsUrl"].removeprefix(BASE), headers)
    assert answer.status == 200, answer.body
    return dict(answer.json())


def test_a_small_result_is_one_page() -> None:
    org = small_org()
    body = robot(org).query("SELECT Id, Owner.Name FROM Lead WHERE LastName = 'Doe'").json()
    assert list(body) == ["totalSize", "done", "records"]
    assert (body["totalSize"], body["done"]) == (1, True)
    assert body["records"][0]["Owner"]["Name"] == "Bob Stone"


def test_query_with_and_without_a_slash_are_the_same() -> None:
    org = small_org()
    soql = quote("SELECT Id FROM Lead")
    assert robot(org).get(f"/query/?q={soql}").json() == robot(org).get(f"/query?q={soql}").json()


def test_pages_hold_2000_rows_and_every_row_comes_once() -> None:
    actor = robot(org_with_leads(4_500))
    body = actor.query("SELECT Id FROM Lead WHERE Company = 'Many'").json()
    assert list(body) == ["totalSize", "done", "nextRecordsUrl", "records"]
    assert (body["totalSize"], body["done"], len(body["records"])) == (4_500, False, 2_000)
    assert body["nextRecordsUrl"].endswith("-2000")
    ids = [row["Id"] for row in body["records"]]
    while not body["done"]:
        body = follow(actor, body)
        assert body["totalSize"] == 4_500
        ids += [row["Id"] for row in body["records"]]
    assert len(ids) == len(set(ids)) == 4_500


@pytest.mark.parametrize(("asked", "given"), [(200, 200), (500, 500), (1, 200), (9_999, 2_000)])
def test_the_batch_size_is_kept_between_200_and_2000(asked: int, given: int) -> None:
    actor = robot(org_with_leads(2_100))
    header = {"Sforce-Query-Options": f"batchSize={asked}"}
    body = actor.query("SELECT Id FROM Lead WHERE Company = 'Many'", header).json()
    assert len(body["records"]) == given
    assert len(follow(actor, body)["records"]) == min(given, 2_100 - given)


def test_rows_that_change_while_a_client_pages_neither_repeat_nor_vanish() -> None:
    org = org_with_leads(450)
    actor = robot(org)
    header = {"Sforce-Query-Options": "batchSize=200"}
    body = actor.query("SELECT Id FROM Lead WHERE Company = 'Many' ORDER BY LastName", header).json()
    for row in body["records"][:50]:
        actor.patch(f"/sobjects/Lead/{row['Id']}", {"Company": "Elsewhere"})
    second = follow(actor, body)
    third = follow(actor, second)
    found = [row["Id"] for page in (body, second, third) for row in page["records"]]
    assert len(found) == len(set(found)) == 450


def test_a_locator_belongs_to_its_session() -> None:
    org = org_with_leads(300)
    body = robot(org).query("SELECT Id FROM Lead", {"Sforce-Query-Options": "batchSize=200"}).json()
    other = robot(org).get(body["nextRecordsUrl"].removeprefix(BASE))
    assert other.status == 400
    assert other.json() == [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]


def test_locators_that_never_were_are_too_old_or_point_outside_are_invalid() -> None:
    org = org_with_leads(300)
    actor = robot(org)
    body = actor.query("SELECT Id FROM Lead", {"Sforce-Query-Options": "batchSize=200"}).json()
    path = body["nextRecordsUrl"].removeprefix(BASE)
    for wrong in ("/query/01g000000000001-200", "/query/nonsense", path[:-3] + "0", path[:-3] + "9999"):
        assert actor.get(wrong).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR", wrong
    assert actor.get(path).status == 200
    for _ in range(49):
        org.clock.advance(3_600)
        actor.get("/limits")
    assert actor.get(path).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_an_eleventh_cursor_closes_the_one_used_longest_ago() -> None:
    org = org_with_leads(300)
    actor = robot(org)
    header = {"Sforce-Query-Options": "batchSize=200"}
    bodies = [actor.query("SELECT Id FROM Lead", header).json() for _ in range(MOST_OPEN + 1)]
    paths = [body["nextRecordsUrl"].removeprefix(BASE) for body in bodies]
    assert actor.get(paths[0]).status == 400
    assert [actor.get(path).status for path in paths[1:]] == [200] * MOST_OPEN


def test_query_all_shows_the_recycle_bin() -> None:
    org = small_org()
    actor = robot(org)
    actor.delete(f"/sobjects/Lead/{org.aliases['lead']}")
    soql = quote("SELECT Id, IsDeleted FROM Lead WHERE LastName = 'Doe'")
    assert actor.get(f"/query?q={soql}").json()["totalSize"] == 0
    (row,) = actor.get(f"/queryAll?q={soql}").json()["records"]
    assert row["IsDeleted"] is True


def test_count_has_a_total_and_no_records() -> None:
    body = robot(org_with_leads(2_500)).query("SELECT COUNT() FROM Lead WHERE Company = 'Many'").json()
    assert body == {"totalSize": 2_500, "done": True, "records": []}


@pytest.mark.parametrize("path", ["/query", "/query?q=", "/query?q=%20", "/query?Q=x"])
def test_a_call_without_a_query_is_malformed(path: str) -> None:
    answer = robot(small_org()).get(path)
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")


def test_an_unknown_and_a_hidden_column_are_refused_alike() -> None:
    org = small_org(hidden_fields=[{"user": "@robot", "fields": ["Lead.Phone"]}])
    for column, soql in (("Nope", "SELECT Nope FROM Lead"), ("Phone", "SELECT Phone FROM Lead")):
        answer = robot(org).query(soql)
        assert answer.status == 400
        entry = answer.json()[0]
        assert entry["errorCode"] == "INVALID_FIELD"
        assert f"No such column '{column}' on entity 'Lead'" in entry["message"]
    assert Actor(org, "@bob").query("SELECT Phone FROM Lead").status == 200


def test_child_rows_count_towards_the_page() -> None:
    org = small_org()
    owner = org.aliases["bob"]
    accounts = org.store.insert_many("Account", [{"Name": f"a{n:03d}", "OwnerId": owner} for n in range(100)])
    rows = [{"LastName": f"c{n}", "AccountId": account} for account in accounts for n in range(4)]
    org.store.insert_many("Contact", rows)
    soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name LIKE 'a0__' ORDER BY Name"
    options = {"Sforce-Query-Options": "batchSize=200"}
    actor = robot(org)
    body = actor.query(soql, options).json()
    seen = [one["Name"] for one in body["records"]]
    assert (body["totalSize"], body["done"], len(seen)) == (100, False, 40)
    assert body["nextRecordsUrl"].endswith("-40")
    while not body["done"]:
        body = follow(actor, body, options)
        seen += [one["Name"] for one in body["records"]]
    assert seen == [f"a{n:03d}" for n in range(100)]


def test_a_parent_with_more_children_than_the_page_holds_is_a_page_of_its_own() -> None:
    org = small_org()
    acme = org.aliases["acme"]
    org.store.insert_many("Contact", [{"LastName": f"c{n}", "AccountId": acme} for n in range(300)])
    soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account ORDER BY Name"
    body = robot(org).query(soql, {"Sforce-Query-Options": "batchSize=200"}).json()
    assert [one["Name"] for one in body["records"]] == ["Acme"]
    assert body["records"][0]["Contacts"]["totalSize"] == 301


def test_two_long_text_fields_shorten_the_page_to_two_hundred() -> None:
    fields = small_custom_fields() + [
        {"name": f"Long_{number}__c", "type": "LongTextArea", "length": 1000} for number in (1, 2)
    ]
    org = small_org(custom_fields={"Lead": fields})
    values = {"Company": "Many", "OwnerId": org.aliases["bob"]}
    org.store.insert_many("Lead", [values | {"LastName": f"n{number}"} for number in range(300)])
    short = robot(org).query("SELECT Long_1__c, Long_2__c FROM Lead").json()
    assert (len(short["records"]), short["done"]) == (200, False)
    assert len(robot(org).query("SELECT Long_1__c FROM Lead").json()["records"]) == 302


def small_custom_fields() -> list[dict[str, Any]]:
    """The custom fields of the small world's leads."""
    return list(small_world()["custom_fields"]["Lead"])
