"""Composite graphs: each done whole or not at all, within the documented limits."""

from typing import Any

import pytest

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import BASE, robot, small_org

NEW_LEAD = {"LastName": "New", "Company": "Firm"}
HALTED = "The transaction was rolled back since another operation in the same transaction failed."


def node(reference: str, path: str, body: Any = None, method: str = "POST") -> dict[str, Any]:
    """One node."""
    found = {"method": method, "url": f"{BASE}{path}", "referenceId": reference}
    return found if body is None else found | {"body": body}


def graph(graph_id: str, *nodes: Any) -> dict[str, Any]:
    return {"graphId": graph_id, "compositeRequest": list(nodes)}


def send(org: Org, *graphs: Any) -> Response:
    return robot(org).post("/composite/graph", {"graphs": list(graphs)})


def bad(reference: str) -> dict[str, Any]:
    return node(reference, "/sobjects/Lead", {"Company": "No name"})


def test_nodes_use_values_of_one_another_and_the_whole_is_one_call() -> None:
    org = small_org()
    answer = send(
        org,
        graph(
            "1",
            node("account", "/sobjects/Account/", {"Name": "Cloudy"}),
            node("contact", "/sobjects/Contact", {"LastName": "Cash", "AccountId": "@{account.id}"}),
            node("look", "/sobjects/Account/@{account.id}", method="GET"),
        ),
        graph("two", node("other", "/sobjects/Account", {"Name": "Easy"})),
    )
    assert answer.status == 200
    first, second = answer.json()["graphs"]
    assert (first["graphId"], first["isSuccessful"]) == ("1", True)
    parts = first["graphResponse"]["compositeResponse"]
    account = parts[0]["body"]["id"]
    assert parts[0] == {
        "body": {"id": account, "success": True, "errors": []},
        "httpHeaders": {"Location": f"{BASE}/sobjects/Account/{account}"},
        "httpStatusCode": 201,
        "referenceId": "account",
    }
    contact = org.store.get("Contact", parts[1]["body"]["id"])
    assert contact is not None
    assert contact["AccountId"] == account
    assert parts[2]["body"]["Name"] == "Cloudy"
    assert second["isSuccessful"] is True
    assert answer.header("Sforce-Limit-Info") == "api-usage=1/15000"


def test_a_failed_node_undoes_its_graph_and_no_other() -> None:
    org = small_org()
    first, second = send(
        org,
        graph("bad", node("a", "/sobjects/Lead", NEW_LEAD), bad("b"), node("c", "/sobjects/Lead", NEW_LEAD)),
        graph("good", node("a", "/sobjects/Lead", NEW_LEAD | {"City": "Rome"})),
    ).json()["graphs"]
    assert (first["isSuccessful"], second["isSuccessful"]) == (False, True)
    answers = first["graphResponse"]["compositeResponse"]
    assert [one["httpStatusCode"] for one in answers] == [400, 400, 400]
    assert answers[0]["body"] == [{"errorCode": "PROCESSING_HALTED", "message": HALTED}]
    assert answers[1]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert answers[2]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    (row,) = org.store.rows("Lead", {"LastName": "New"})
    assert row["City"] == "Rome"


def test_no_graph_sees_the_values_of_another() -> None:
    org = small_org()
    _, second = send(
        org,
        graph("1", node("account", "/sobjects/Account", {"Name": "Cloudy"})),
        graph("2", node("contact", "/sobjects/Contact", {"LastName": "Cash", "AccountId": "@{account.id}"})),
    ).json()["graphs"]
    assert second["isSuccessful"] is False
    assert org.store.count("Contact", {"LastName": "Cash"}) == 0


def test_after_more_than_fourteen_failed_graphs_the_rest_is_not_tried() -> None:
    org = small_org()
    fine = node("a", "/sobjects/Lead", NEW_LEAD)
    graphs = [graph(f"g{number}", bad("a")) for number in range(15)] + [graph("last", fine)]
    answer = send(org, *graphs).json()["graphs"]
    assert not any(one["isSuccessful"] for one in answer)
    assert answer[14]["graphResponse"]["compositeResponse"][0]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert answer[15]["graphResponse"]["compositeResponse"][0]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert org.store.count("Lead", {"LastName": "New"}) == 0
    fourteen = send(org, *graphs[1:]).json()["graphs"]
    assert fourteen[14]["isSuccessful"] is True


def chain(length: int) -> dict[str, Any]:
    """A graph whose nodes use one another in a row."""
    nodes = [node("a0", "/sobjects/Account", {"Name": "0"})]
    for number in range(1, length):
        body = {"Name": str(number), "ParentId": f"@{{a{number - 1}.id}}"}
        nodes.append(node(f"a{number}", "/sobjects/Account", body))
    return graph("deep", *nodes)


def test_fifteen_levels_are_done_and_sixteen_refused() -> None:
    org = small_org()
    assert send(org, chain(15)).json()["graphs"][0]["isSuccessful"] is True
    answer = send(org, chain(16))
    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")


def many(count: int) -> dict[str, Any]:
    nodes = [node(f"n{number}", "/sobjects/Account", {"Name": str(number)}) for number in range(count)]
    return graph("many", *nodes)


def test_five_hundred_nodes_are_done_and_no_more() -> None:
    org = small_org()
    assert send(org, many(500)).json()["graphs"][0]["isSuccessful"] is True
    answer = send(org, many(500), graph("one", node("a", "/sobjects/Account", {"Name": "x"})))
    assert answer.status == 400
    assert "500 nodes" in answer.json()[0]["message"]


def test_more_than_75_graphs_or_15_kinds_of_node_are_refused() -> None:
    org = small_org()
    graphs = [graph(f"g{number}", node("a", "/sobjects/Account", {"Name": "x"})) for number in range(76)]
    assert send(org, *graphs).status == 400
    versions = [
        {"method": "POST", "url": f"/services/data/v{number}.0/sobjects/Account", "referenceId": f"a{number}"}
        for number in range(50, 66)
    ]
    answer = send(org, graph("kinds", *versions))
    assert "15 different nodes" in answer.json()[0]["message"]
    assert send(org, graph("kinds", *versions[:15])).status == 200


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"graphs": []},
        {"graphs": [{"graphId": "1"}]},
        {"graphs": [graph("1")]},
        {"graphs": [graph("a.b", node("a", "/sobjects/Account", {}))]},
        {"graphs": [graph("x" * 40, node("a", "/sobjects/Account", {}))]},
        {"graphs": [graph("_a", node("a", "/sobjects/Account", {}))]},
        {"graphs": [graph("1", node("a", "/sobjects/Account", {}))] * 2},
        {"graphs": [graph("1", node("a", "/sobjects/Account", {}) | {"httpHeaders": {}})]},
        {"graphs": [graph("1", node("a", "/sobjects/Account", {}), node("a", "/sobjects/Account", {}))]},
        {"graphs": [graph("1", node("a", "/query?q=SELECT+Id+FROM+Lead", method="GET"))]},
        {"graphs": [graph("1", node("a", "/sobjects/Account", method="GET"))]},
        {"graphs": [graph("1", node("a", "/sobjects/Account/001000000000000AAA", {}, method="PUT"))]},
        {
            "graphs": [
                graph("1", {"method": "POST", "url": "/services/data/v49.0/sobjects/Lead", "referenceId": "a"})
            ]
        },
    ],
)
def test_graphs_that_are_not_well_formed_are_refused_whole(told: Any) -> None:
    org = small_org()
    answer = robot(org).post("/composite/graph", told)
    assert answer.status == 400
    assert answer.json()[0]["errorCode"] in {
        "JSON_PARSER_ERROR",
        "INVALID_INPUT",
        "DUPLICATE_REFERENCE_ID",
    }


def test_graphs_came_with_version_50() -> None:
    org = small_org()
    robot_49 = robot(org)
    robot_49.version = "49.0"
    assert robot_49.post("/composite/graph", {"graphs": [many(1)]}).status == 404
