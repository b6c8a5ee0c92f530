"""What can happen to a bulk job and to the pages of its result; and histories that read by such jobs."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import sfrouter.mirror.pull
import sfrouter.salesforce.bulk
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.simulation.faults import Scene, Trouble
from tests.simulation.transport import Call, Proceed

BY_BULK = 0.15
"""The share of histories in which first loads and gaps are read by bulk jobs."""
GAP = timedelta(seconds=700)
"""There, a gap is large from here on: what is read each five minutes, with the ten that overlap, is one."""


@contextmanager
def small_jobs(rows_a_page: int) -> Iterator[None]:
    """Pages of so few rows, and gaps that are soon called large; 0: as they are."""
    with ExitStack() as stack:
        if rows_a_page:
            stack.enter_context(patch.object(sfrouter.salesforce.bulk, "ROWS_A_PAGE", rows_a_page))
            stack.enter_context(patch.object(sfrouter.mirror.pull, "LARGE_GAP", GAP))
        yield


def drawn(seed: int, org: Org) -> tuple[int, int]:
    """From how many rows on a job is made, and the rows of its pages; (0, 0): this history has no jobs."""
    chance = random.Random(f"{seed}/bulk")
    if chance.random() >= BY_BULK:
        return 0, 0
    org.bulk.delay_seconds = chance.choice((0.0, 0.0, 3.0, 12.0))
    return chance.choice((1, 5, 12)), chance.choice((4, 11, 200))


def _told(**words: Any) -> Any:
    """The job's state is told otherwise."""

    def deed(scene: Scene, call: Call, proceed: Proceed) -> Response:
        answer = proceed()
        if call.request.method != "GET" or answer.status != 200:
            return scene.spare(answer)
        return Response.of_json(answer.json() | words)

    return deed


def not_made(scene: Scene, call: Call, proceed: Proceed) -> Response:
    if call.request.method != "POST":
        return scene.spare(proceed())
    return Response.of_error(OrgError(400, "EXCEEDED_QUOTA", "The bulk jobs of the day are used up."))


def session_of_bulk(_scene: Scene, _call: Call, _proceed: Proceed) -> Response:
    """Bulk tells an ended session in its own way."""
    return Response.of_error(OrgError(400, "InvalidSessionId", "Invalid session id"))


def _plain(answer: Response) -> Response:
    """The same page, unpacked."""
    if answer.header("content-encoding") != "gzip":
        return answer
    kept = {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
    body = gzip.decompress(answer.body)
    return Response(answer.status, {**kept, "Content-Length": str(len(body))}, body)


def row_lost(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    """The last line of a page is missing, and the page says nothing of it."""
    answer = _plain(proceed())
    lines = answer.body.splitlines(keepends=True)
    if answer.status != 200 or len(lines) < 2:
        return scene.spare(answer)
    return _cut(answer, b"".join(lines[:-1]))


def inside_a_value(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    """A page ends within quotes, and its length is told as if that were all of it."""
    answer = _plain(proceed())
    inside = answer.body.rfind(b'""')
    if answer.status != 200 or inside < 0:
        return scene.spare(answer)
    return _cut(answer, answer.body[: inside + 1])


def _cut(answer: Response, body: bytes) -> Response:
    return Response(answer.status, {**answer.headers, "Content-Length": str(len(body))}, body)


def no_next_rows(scene: Scene, _call: Call, proceed: Proceed) -> Response:
    """A page is told to be the last one, and is not."""
    answer = proceed()
    if answer.status != 200 or answer.headers.get("Sforce-Locator", "null") == "null":
        return scene.spare(answer)
    return Response(answer.status, {**answer.headers, "Sforce-Locator": "null"}, answer.body)


def same_rows_again(scene: Scene, call: Call, proceed: Proceed) -> Response:
    """A page names itself as the next one."""
    answer, own = proceed(), call.request.parameters.get("locator")
    if answer.status != 200 or not own:
        return scene.spare(answer)
    return Response(answer.status, {**answer.headers, "Sforce-Locator": own}, answer.body)


BULK_TROUBLES = (
    Trouble("a bulk job cannot be made", ("bulk",), ("job",), not_made),
    Trouble("a bulk job fails", ("bulk",), ("job",), _told(state="Failed", numberRecordsProcessed=0)),
    Trouble("a bulk job is broken off", ("bulk",), ("job",), _told(state="Aborted")),
    Trouble("a bulk job tells fewer rows", ("F10", "F20"), ("job",), _told(numberRecordsProcessed=1), 1),
    Trouble("a bulk job tells more rows", ("F10", "F20"), ("job",), _told(numberRecordsProcessed=9_999), 1),
    Trouble("the session ends during a bulk job", ("F21",), ("job", "rows"), session_of_bulk),
    Trouble("a page of CSV lacks a line", ("F10", "F20"), ("rows",), row_lost, 3),
    Trouble("a page of CSV ends within a value", ("F20",), ("rows",), inside_a_value, 4),
    Trouble("a page of CSV names no next one", ("F10", "F20"), ("rows",), no_next_rows, 3),
    Trouble("a page of CSV names itself", ("F20",), ("rows",), same_rows_again, 3),
)
