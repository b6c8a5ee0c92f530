"""The catalogue of what can happen to one call: on the line, in the org's front, and inside its answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, NoReturn

import requests
import urllib3.exceptions

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.faults import error_answer
from sfrouter.localorg.sessions import session_expired
from sfrouter.localorg.visibility import DELAY_HEADER
from tests.simulation.bulk_troubles import BULK_TROUBLES
from tests.simulation.faults import READS, WRITES, Scene, Trouble
from tests.simulation.transport import Call, Proceed
from tests.simulation.world import IN_ITS_WORDS

PATIENCE = 60.0
"""Seconds after which the router gives up waiting for an answer (its read timeout)."""
STALE_FOR = 60.0
"""Seconds that an answer of a lagging copy of the org may be old."""
_ALL = (*READS, *WRITES)


def _broken() -> NoReturn:
    raise requests.exceptions.ConnectionError(
        urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset"))
    )


def _unheard(scene: Scene) -> NoReturn:
    scene.clock.advance(PATIENCE)
    raise requests.exceptions.ReadTimeout("no answer")


def refused(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    problem = urllib3.exceptions.NewConnectionError(None, "Connection refused")  # type: ignore[arg-type]
    raise requests.exceptions.ConnectionError(problem)


def reset_before(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    _broken()


def reset_after(_scene: Scene, _call: Call, proceed: Proceed) -> Response:
    proceed()
    _broken()


def hang_before(scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    _unheard(scene)


def hang_after(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    proceed()
    _unheard(scene)


def late_commit(scene: Scene, call: Call, _proceed: Proceed) -> Response:
    """The org works on after we gave up: what was written is seen only minutes later."""
    seconds = scene.chance.choice((5.0, 30.0, 90.0, 200.0, 400.0, 530.0))
    headers = {**call.request.headers, DELAY_HEADER: str(seconds)}
    scene.org.handle(replace(call.request, headers=headers))
    if scene.chance.random() < 0.5:
        _broken()
    _unheard(scene)


def error_before(scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    return error_answer(scene.chance.choice((500, 502, 503)), html=False)


def error_after(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    proceed()
    return error_answer(scene.chance.choice((500, 503)), html=scene.chance.random() < 0.3)


def page(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    """A web page where data should be, with any status."""
    status = scene.chance.choice((200, 200, 404, 406, 420, 502, 503))
    if status == 200:
        proceed()
    return error_answer(status, html=True)


def empty(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    proceed()
    kind = scene.chance.choice(("application/json;charset=UTF-8", "text/plain"))
    return Response(200, {"Content-Type": kind}, b"")


def busy_edge(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    return Response(429, {"Content-Type": "text/html", "Retry-After": "2"}, b"<html>slow down</html>")


def cut(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    answer = proceed()
    kept = answer.body[: int(len(answer.body) * scene.chance.random())]
    length = len(answer.body) if scene.chance.random() < 0.5 else len(kept)
    return Response(answer.status, {**answer.headers, "Content-Length": str(length)}, kept)


def session_once(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    return Response.of_error(session_expired())


def session_killed(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    scene.org.expire_sessions()
    return proceed()


def daily_limit(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    return Response.of_error(OrgError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))


def concurrent(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    sentence = "ConcurrentPerOrgLongTxn Limit exceeded. concurrent requests"
    return Response.of_error(OrgError(403, "REQUEST_LIMIT_EXCEEDED", sentence))


def rows_locked(scene: Scene, call: Call, proceed: Proceed) -> Response:
    """Another transaction holds all, or some, of the rows."""
    share = scene.chance.choice((0.4, 1.0))
    held = [one for one in call.lead_ids if scene.chance.random() < share]
    if not held:
        return scene.spare(proceed())
    scene.org.locks.hold(held, scene.chance.choice((0.5, 3.0, 40.0)))
    return proceed()


def batch_fails(_scene: Scene, call: Call, proceed: Proceed) -> Response:
    """The org's own automation cannot take more than one row at a time."""
    if len(call.parts) < 2:
        return proceed()
    words = f"ToCrm: Apex CPU time limit exceeded, on {IN_ITS_WORDS}"
    return every_row_fails(call, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", words)


def every_row_fails(call: Call, code: str, words: str) -> Response:
    """The answer to a batch that fails whole: the org says it of each row."""
    if call.kind == "create":
        line = {"success": False, "errors": [{"statusCode": code, "message": words, "fields": []}]}
        return Response.of_json([line] * len(call.parts))
    return Response.of_json({"compositeResponse": [row_failed(part, code, words) for part in call.parts]})


def row_failed(part: dict[str, Any], code: str, words: str) -> dict[str, Any]:
    """The answer to one part of a composite."""
    problem = {"message": words, "errorCode": code, "fields": []}
    reference = part.get("referenceId")
    return {"body": [problem], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": reference}


def short_results(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    """The answer to a write, or to several questions asked together, lacks a line."""
    answer = proceed()
    body = _json(answer)
    listed = body.get("compositeResponse") if isinstance(body, dict) else body
    if answer.status != 200 or not isinstance(listed, list) or not listed:
        return scene.spare(answer)
    del listed[scene.chance.randrange(len(listed))]
    return _with(answer, body)


def address_too_long(scene: Scene, call: Call, proceed: Proceed) -> Response:
    """A proxy on the way takes shorter addresses than Salesforce does: no list of more than two ids."""
    listed = call.soql.partition(" IN (")[2].partition(")")[0]
    if listed.count("'") <= 4:
        return scene.spare(proceed())
    return Response(scene.chance.choice((414, 431)), {"Content-Type": "text/html"}, b"<html>too long</html>")


def locator_lost(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    return Response.of_error(OrgError(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))


def short_page(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    """A page lacks a row, and says nothing of it."""
    answer = proceed()
    body = _json(answer)
    if answer.status != 200 or not isinstance(body, dict) or not body.get("records"):
        return scene.spare(answer)
    body["records"].pop()
    return _with(answer, body)


def no_next_page(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    answer = proceed()
    body = _json(answer)
    if not isinstance(body, dict) or "nextRecordsUrl" not in body:
        return scene.spare(answer)
    del body["nextRecordsUrl"]
    return _with(answer, body)


def future_row(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    """A row comes with a stamp of tomorrow."""
    answer = proceed()
    body = _json(answer)
    rows = body.get("records") if isinstance(body, dict) else None
    if answer.status != 200 or not rows or "SystemModstamp" not in rows[-1]:
        return scene.spare(answer)
    rows[-1]["SystemModstamp"] = "2026-12-31T00:00:00.000+0000"
    return _with(answer, body)


def interfered(*deeds: str) -> Any:
    """People change a lead between our decision and the write of it."""

    def interferes(scene: Scene, call: Call, proceed: Proceed) -> Response:
        leads = call.lead_ids
        if not leads:
            return scene.spare(proceed())
        deed, lead = scene.chance.choice(deeds), scene.chance.choice(leads)
        bodies = [part["body"] for part in call.parts if str(part.get("url", "")).endswith(lead)]
        done = scene.interfere(deed, lead, str(bodies[0].get("OwnerId", "")) if bodies else "")
        return proceed() if done else scene.spare(proceed())

    return interferes


def _json(answer: Response) -> Any:
    if answer.header("content-encoding"):
        import gzip

        return json.loads(gzip.decompress(answer.body))
    try:
        return answer.json()
    except ValueError:
        return None


def _with(answer: Response, body: Any) -> Response:
    kept = {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
    return Response(answer.status, kept, json.dumps(body).encode())


def stale_read(scene: Scene, call: Call, proceed: Proceed) -> Response:
    """A copy of the org that lags behind answers what it answered a moment ago."""
    from tests.simulation.faults import question

    at, answer = scene.stale.get(question(call), (-1.0, None))
    if answer is None or scene.clock.monotonic() - at > STALE_FOR or b"nextRecordsUrl" in answer.body:
        return scene.spare(proceed())
    return answer


TROUBLES = (
    Trouble("connection refused", ("F26",), ("token", *_ALL), refused),
    Trouble("line reset before the org did it", ("F26",), ("token", *_ALL), reset_before),
    Trouble("line reset after the org did it", ("F31",), WRITES, reset_after, 6),
    Trouble("line reset during an answer", ("F26",), ("token", *READS), reset_after),
    Trouble("hang, nothing done", ("F25",), ("token", *_ALL), hang_before),
    Trouble("hang, but done", ("F25", "F31"), WRITES, hang_after, 4),
    Trouble("no answer, committed minutes later", ("F01", "F31"), WRITES, late_commit, 5),
    Trouble("5xx, nothing done", ("F26",), ("token", *_ALL), error_before),
    Trouble("5xx, but done", ("F31",), WRITES, error_after, 4),
    Trouble("web page instead of data", ("F19",), ("token", *_ALL), page),
    Trouble("empty answer", ("F19",), _ALL, empty),
    Trouble("429 of an edge", ("F24",), _ALL, busy_edge, 1),
    Trouble("answer cut off", ("F19", "F31"), ("token", *_ALL), cut, 3),
    Trouble("401 once", ("F21",), _ALL, session_once),
    Trouble("session killed", ("F21", "F35"), ("query", *WRITES), session_killed),
    Trouble("session killed between pages", ("F09",), ("more",), session_killed, 4),
    Trouble("day's calls used up", ("F24",), _ALL, daily_limit, 1),
    Trouble("too many calls at once", ("F24",), _ALL, concurrent, 1),
    Trouble("rows locked", ("F33",), WRITES, rows_locked, 4),
    Trouble("automation fails on batches", ("F34",), WRITES, batch_fails, 3),
    Trouble("answer lacks a row's result", ("F32",), (*WRITES, "describe"), short_results, 3),
    Trouble("address too long for a proxy", ("F15",), ("query",), address_too_long, 10),
    Trouble("locator lost", ("F08",), ("more",), locator_lost, 4),
    Trouble("page lacks a row", ("F10",), ("query", "more"), short_page),
    Trouble("next page not named", ("F10",), ("query", "more"), no_next_page, 3),
    Trouble("row of the future", ("F04",), ("query", "more"), future_row, 1),
    Trouble("stale read", ("stale",), ("query",), stale_read, 2),
    Trouble("a person takes the lead in the gap", ("F38",), WRITES, interfered("take"), 5),
    Trouble("a person edits the lead in the gap", ("F38",), WRITES, interfered("edit", "link"), 3),
    Trouble("the lead is converted in the gap", ("F41",), WRITES, interfered("convert"), 2),
    Trouble("the lead is deleted in the gap", ("F05",), WRITES, interfered("delete", "hard_delete"), 2),
    Trouble("leads are merged in the gap", ("F06",), WRITES, interfered("merge"), 3),
    Trouble("an approval locks the lead in the gap", ("F43",), WRITES, interfered("approval"), 2),
    Trouble("the chosen owner leaves in the gap", ("F39",), ("change",), interfered("leave"), 2),
    *BULK_TROUBLES,
)
