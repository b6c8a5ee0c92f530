"""Another org behind the same address, as after a refresh of a sandbox, and what went there or came of it."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sfrouter.localorg.exchange import Handler, Request, Response
from tests.simulation.bite import Bite, uncounted
from tests.simulation.files import bound_org, read_mirror, sqlite3
from tests.simulation.transport import Call

if TYPE_CHECKING:
    from tests.simulation.history import History

OTHER_ORG = b"00D5e0000000777EAA"
ELSEWHERE = "Elsewhere"
"""The city of all its leads and accounts, so that a row of it is known wherever it turns up."""
ANEW = 0.5
"""The share of such histories in which the process is started anew; in the others it works on."""
_CITIES = ("City", "BillingCity")
_CITY = re.compile(rb'("(?:City|BillingCity)":\s*)(?:null|"(?:[^"\\]|\\.)*")')


def other_org(history: History, bites: Bite) -> Callable[[], object]:
    """The same address leads to another org, and no session is left; the process is started anew, or works on."""
    return swap(history, anew=random.Random(f"{history.seed}/other org").random() < ANEW, bites=bites)


def swap(history: History, *, anew: bool, bites: Bite = uncounted) -> Callable[[], object]:
    """Put another org in the place of ours until what this answers is called. Neither takes the other's sessions.

    A ledger of no org yet may belong to the first one that it meets: then nothing is swapped.
    """
    if not bound_org(history.data):
        return lambda: None
    org = history.org
    own = re.compile(re.escape(org.org_id.encode()) + rb"(?!!)")  # sessions begin with it too

    def exchange(request: Request, proceed: Handler) -> Response:
        bites()
        answer = proceed(request)
        if Call(0, request).writes and answer.status < 300:
            history.elsewhere.append(f"{request.method} {request.path} writes to another org")
        as_table = answer.headers.get("Content-Type", "").startswith("text/csv")
        marked = marked_table(answer.body) if as_table else _marked(answer.body)
        return replace(answer, body=own.sub(OTHER_ORG, marked))

    def back() -> None:
        org.middlewares.remove(exchange)
        org.expire_sessions()
        history.elsewhere += kept_of_it(history.data)
        history.points.due = history.points.due or anew

    org.middlewares.append(exchange)
    org.expire_sessions()
    history.points.due = history.points.due or anew
    return back


def _marked(body: bytes) -> bytes:
    return _CITY.sub(rb'\1"' + ELSEWHERE.encode() + b'"', body)


def marked_table(body: bytes) -> bytes:
    """The rows of a bulk job with the other org's city in them."""
    heading, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    places = [place for place, name in enumerate(heading) if name in _CITIES]
    marked = io.StringIO(newline="")
    writer = csv.writer(marked, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow(ELSEWHERE if place in places else value for place, value in enumerate(row))
    return marked.getvalue().encode()


def kept_of_it(data: Path) -> list[str]:
    """The other org's rows in the mirror, as it stands now; none in one that is damaged, and is made anew."""
    try:
        mirror = read_mirror(data)
    except sqlite3.DatabaseError:
        return []
    rows = (*mirror.leads.items(), *mirror.accounts.items())
    return [f"the mirror has {row_id} from another org" for row_id, row in rows if row["city"] == ELSEWHERE]
