"""`columns=true`: what each column of a query is, in the shape that command-line clients print tables by."""

from typing import Any
from urllib.parse import quote

from sfrouter.localorg.org import Org
from tests.localorg.small_world import robot, small_org

PLAIN: dict[str, Any] = {
    "aggregate": False,
    "apexType": None,
    "booleanType": False,
    "custom": False,
    "foreignKeyName": None,
    "insertable": False,
    "joinColumns": [],
    "numberType": False,
    "textType": False,
    "updatable": False,
}


def columns(soql: str, org: Org | None = None) -> dict[str, Any]:
    answer = robot(org or small_org()).get(f"/query?q={quote(soql)}&columns=true")
    assert answer.status == 200, answer.body
    return dict(answer.json())


def named(name: str, **facts: Any) -> dict[str, Any]:
    return PLAIN | {"columnName": name, "displayName": name} | facts


TEXT = {"apexType": "String", "textType": True, "insertable": True, "updatable": True}


def test_fields_are_told_with_their_kind_and_no_records_are_given() -> None:
    body = columns("SELECT Id, City, Vip__c, Score__c FROM Lead")
    assert {key: one for key, one in body.items() if key != "columnMetadata"} == {
        "entityName": "Lead",
        "groupBy": False,
        "idSelected": True,
        "keyPrefix": "00Q",
    }
    writable = {"insertable": True, "updatable": True, "custom": True}
    assert body["columnMetadata"] == [
        named("Id", apexType="Id"),
        named("City", **TEXT),
        named("Vip__c", apexType="Boolean", booleanType=True, **writable),
        named("Score__c", apexType="Double", numberType=True, **writable),
    ]


def test_parents_stand_as_joins_with_their_key() -> None:
    name, owner = columns("SELECT LastName, Owner.Name FROM Lead")["columnMetadata"]
    assert name["columnName"] == "LastName"
    assert (owner["columnName"], owner["foreignKeyName"], owner["aggregate"]) == ("Owner", "OwnerId", False)
    assert [one["columnName"] for one in owner["joinColumns"]] == ["Name"]


def test_two_fields_of_one_parent_share_its_column_also_further_up() -> None:
    (account,) = columns("SELECT Account.Name, Account.Owner.Alias, Account.Site FROM Contact")["columnMetadata"]
    assert [one["columnName"] for one in account["joinColumns"]] == ["Name", "Owner", "Site"]
    assert account["joinColumns"][1]["joinColumns"][0]["columnName"] == "Alias"


def test_children_stand_as_an_aggregate_with_their_columns() -> None:
    _, contacts = columns("SELECT Name, (SELECT LastName FROM Contacts) FROM Account")["columnMetadata"]
    assert contacts == named("Contacts", aggregate=True, joinColumns=[named("LastName", **TEXT)])


def test_aggregates_have_the_names_of_their_values() -> None:
    body = columns("SELECT LeadSource, COUNT(Id), MAX(CreatedDate) latest FROM Lead GROUP BY LeadSource")
    assert body["groupBy"] is True
    source, count, latest = body["columnMetadata"]
    assert source == named("LeadSource", **TEXT)
    assert count == named("expr0", aggregate=True, displayName="count(Id)", numberType=True)
    assert latest == named("latest", aggregate=True, displayName="max(CreatedDate)")


def test_a_count_alone_has_no_columns_and_a_label_is_a_field() -> None:
    assert columns("SELECT COUNT() FROM Lead")["columnMetadata"] == []
    (status,) = columns("SELECT toLabel(Status) FROM Lead")["columnMetadata"]
    assert (status["columnName"], status["aggregate"]) == ("Status", False)


def test_groups_of_fields_leave_out_what_the_caller_may_not_see() -> None:
    org = small_org(hidden_fields=[{"user": "@robot", "fields": ["Lead.Phone"]}])
    names = [one["columnName"] for one in columns("SELECT FIELDS(STANDARD) FROM Lead", org)["columnMetadata"]]
    assert "Id" in names
    assert "Phone" not in names
    assert "Vip__c" not in names


def test_a_query_that_is_refused_is_refused_here_too() -> None:
    soql = quote("SELECT Nope FROM Lead")
    answer = robot(small_org()).get(f"/query?q={soql}&columns=true")
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")
