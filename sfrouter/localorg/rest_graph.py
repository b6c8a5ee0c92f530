"""Composite graphs: up to 500 linked record operations in one call, each graph done whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sfrouter.localorg.call import Call, not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.rest_composite import (
    Subrequest,
    Undo,
    check_reference_ids,
    halted,
    halted_but_last,
    has_failed,
    read_part,
    run_parts,
)

MOST_GRAPHS = 75
MOST_NODES = 500
"""Of all graphs of a call together."""

MOST_KINDS_OF_NODE = 15
"""Nodes that differ in API version, method or object (composite graph limits)."""

DEEPEST = 15
MOST_FAILURES = 14
"""When more graphs than this have failed, the rest of the call is not tried."""

SINCE = 50.0
"""The API version that brought graphs; nodes may name no older one."""

_NODE_KEYS = frozenset({"method", "url", "referenceId", "body"})
_GRAPH_KEYS = frozenset({"graphId", "compositeRequest"})
_GRAPH_ID = re.compile(r"[A-Za-z0-9][^.]{0,38}")
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)[.\[]")
_URL = re.compile(r"/services/data/v(\d{1,3})\.0/sobjects/(.+)")
_METHODS: Mapping[int, frozenset[str]] = {
    1: frozenset({"POST"}),
    2: frozenset({"DELETE", "GET", "PATCH"}),
    3: frozenset({"DELETE", "GET", "PATCH", "POST"}),
}
"""The methods a node may use, by how much its url names: an object, a row, a row by an external id."""

_GIVEN_UP = "The graph was not processed because too many other graphs of the request failed."


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph, its form checked."""

    graph_id: str
    nodes: list[Subrequest]


def graph(call: Call) -> Response:
    """POST /composite/graph. Counts as one call; 200 even when graphs fail. Raises OrgError 400 for its form."""
    if float(call.version) < SINCE:
        raise not_found()
    graphs = _graphs(call.request.json())
    answers: list[dict[str, Any]] = []
    failures = 0
    for one in graphs:
        if failures > MOST_FAILURES:
            results, done = [halted(node, _GIVEN_UP) for node in one.nodes], False
        else:
            results, done = _process(call, one)
        failures += not done
        answers.append(
            {"graphId": one.graph_id, "graphResponse": {"compositeResponse": results}, "isSuccessful": done}
        )
    return Response.of_json({"graphs": answers})


def _process(call: Call, one: Graph) -> tuple[list[dict[str, Any]], bool]:
    """Do one graph, or undo it: then the failed node keeps its answer and the others say they were halted."""
    try:
        with call.org.store.transaction():
            answers = run_parts(call, one.nodes)
            if len(answers) < len(one.nodes) or has_failed(one.nodes[-1], answers[-1]):
                raise Undo(answers)
    except Undo as undone:
        return halted_but_last(one.nodes, undone.answers), False
    return answers, True


def _graphs(body: Any) -> list[Graph]:
    listed = body.get("graphs") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not listed:
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body needs the list graphs")
    if len(listed) > MOST_GRAPHS:
        raise _too_much(f"more than {MOST_GRAPHS} graphs")
    graphs = [_graph(one) for one in listed]
    if len({one.graph_id for one in graphs}) < len(graphs):
        raise OrgError(400, "INVALID_INPUT", "Every graph needs a graphId of its own")
    nodes = [node for one in graphs for node in one.nodes]
    if len(nodes) > MOST_NODES:
        raise _too_much(f"more than {MOST_NODES} nodes")
    if len({_kind_of(node) for node in nodes}) > MOST_KINDS_OF_NODE:
        raise _too_much(f"more than {MOST_KINDS_OF_NODE} different nodes")
    for one in graphs:
        if _depth(one) > DEEPEST:
            raise _too_much(f"a graph deeper than {DEEPEST} levels")
    return graphs


def _graph(one: Any) -> Graph:
    if not isinstance(one, dict) or not isinstance(one.get("compositeRequest"), list):
        raise OrgError(400, "JSON_PARSER_ERROR", "Every graph needs the list compositeRequest")
    for name in one:
        if name not in _GRAPH_KEYS:
            raise OrgError(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}" in a graph')
    graph_id = one.get("graphId")
    if not isinstance(graph_id, str) or not _GRAPH_ID.fullmatch(graph_id):
        sentence = "A graphId begins with a letter or digit, has fewer than 40 characters and no period"
        raise OrgError(400, "INVALID_INPUT", f"{sentence}: {graph_id}")
    nodes = [read_part(node, _NODE_KEYS) for node in one["compositeRequest"]]
    if not nodes:
        raise OrgError(400, "JSON_PARSER_ERROR", f"The graph {graph_id} has no nodes")
    check_reference_ids(nodes)
    for node in nodes:
        _check_node(node)
    return Graph(graph_id, nodes)


def _check_node(node: Subrequest) -> None:
    """A node is a record operation below sobjects. Raises OrgError 400 for another url, method or old version."""
    version, parts = _place(node)
    if not parts or version < SINCE or node.method not in _METHODS.get(len(parts), frozenset()):
        sentence = f"A composite graph does not support {node.method} {node.url}"
        raise OrgError(400, "INVALID_INPUT", sentence)


def _place(node: Subrequest) -> tuple[int, list[str]]:
    """The API version of a node and what follows `sobjects` in its url; nothing when it is another resource."""
    found = _URL.fullmatch(node.url.partition("?")[0])
    if found is None:
        return 0, []
    return int(found[1]), [unquote(one) for one in found[2].strip("/").split("/")]


def _kind_of(node: Subrequest) -> tuple[int, str, str]:
    version, parts = _place(node)
    return version, node.method, parts[0].lower()


def _depth(one: Graph) -> int:
    """The longest chain of nodes that use values of one another; a node that uses none is at depth 1."""
    depths: dict[str, int] = {}
    for node in one.nodes:
        used = _references(node.url) | _references(node.body)
        depths[node.reference_id] = 1 + max((depths.get(name, 0) for name in used), default=0)
    return max(depths.values())


def _references(value: Any) -> set[str]:
    if isinstance(value, str):
        return set(_REFERENCE.findall(value))
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return {name for one in value for name in _references(one)}
    return set()


def _too_much(what: str) -> OrgError:
    return OrgError(400, "LIMIT_EXCEEDED", f"The request can’t contain {what}.")
