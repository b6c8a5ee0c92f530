"""Batches that the org's automation cannot take: of more rows than so many, or with one row that always fails.

The judge of them (L3): nobody but that one row is given up, and all others are written in time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sfrouter.localorg.exchange import Response
from tests.simulation.faults import WRITES, Scene, Standing, Trouble
from tests.simulation.files import Row
from tests.simulation.history import CONVERGE_WITHIN, History
from tests.simulation.invariants import Evidence, Found, elapsed
from tests.simulation.refused import BY_ITS_AUTOMATION
from tests.simulation.troubles import every_row_fails, row_failed
from tests.simulation.world import IN_ITS_WORDS

if TYPE_CHECKING:
    from tests.simulation.transport import Call, Proceed

SHARE = 0.03
"""The share of histories with each of the two."""
BATCHES_ALONE = 0.015
"""The share of bounded histories in which nothing else goes wrong: there the time of all others is judged."""
TOO_MANY, ILL = "every batch of more than a few rows fails for a minute", "one row fails in every batch"
JUDGED = "leads beside batches that fail, judged"
LASTS, ALONE_LASTS = 60.0, 330.0
MOST_ROWS = (5, 5, 6, 6, 8, 12, 20, 50)
_SAID = (
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"RollUp: Apex CPU time limit exceeded, on {IN_ITS_WORDS}"),
    ("CANNOT_EXECUTE_FLOW_TRIGGER", "The record couldn't be saved because it failed to trigger a flow."),
    ("LIMIT_EXCEEDED", "Too many SOQL queries: 101"),
)
"""What the org says of each row of such a batch."""


def too_many(history: History, most: int, chance: random.Random) -> Callable[[], object]:
    """From now on every batch of more than so many rows fails whole. Ends when called."""
    said = chance.choice(_SAID)

    def deed(_scene: Scene, call: Call, _proceed: Proceed) -> Response:
        return every_row_fails(call, *said)

    trouble = Trouble(TOO_MANY, ("F34",), WRITES, deed)
    return _stands(history, Standing(trouble, lambda call: call.writes and len(call.parts) > most))


def one_ill_row(history: History, lead_id: str, chance: random.Random) -> Callable[[], object]:
    """From now on the org's automation fails on this lead, however small the batch. Ends when called.

    In half of the histories the whole batch fails with it, in the others nothing but its row.
    """
    said, whole = chance.choice(_SAID), chance.random() < 0.5
    history.ill.add(lead_id)

    def deed(scene: Scene, call: Call, _proceed: Proceed) -> Response:
        parts = call.parts
        place = next(place for place, part in enumerate(parts) if str(part["url"]).endswith(lead_id))
        if whole or len(parts) == 1:
            return every_row_fails(call, *said)
        others = {**json.loads(call.request.body), "compositeRequest": parts[:place] + parts[place + 1 :]}
        answer = scene.org.handle(replace(call.request, body=json.dumps(others).encode()))
        if answer.status != 200:
            return answer
        body = answer.json()
        body["compositeResponse"].insert(place, row_failed(parts[place], *said))
        return Response.of_json(body)

    trouble = Trouble(ILL, ("F31", "F34"), ("change",), deed)
    return _stands(history, Standing(trouble, lambda call: call.kind == "change" and lead_id in call.lead_ids))


def _stands(history: History, standing: Standing) -> Callable[[], object]:
    history.faults.standing.append(standing)
    history.note(standing.trouble.name)
    return lambda: history.faults.standing.remove(standing)


def appoint_batches(history: History) -> None:
    """In some histories, beside all else: a minute of such batches with a crowd in it, or one row that is ill."""
    chance, ends = random.Random(f"{history.seed}/batches"), history.trouble_ends
    if chance.random() < SHARE:
        _a_minute_of_failures(history, chance.uniform(0.1, 0.6) * ends, chance)
    if chance.random() < SHARE:
        history.clock.at(chance.uniform(0.1, 0.6) * ends, lambda: _somebody_ill(history, chance))


def appoint_batches_alone(history: History) -> None:
    """Leads all the time, one ill row, a minute of failing batches, and no other trouble."""
    chance, clock, people = random.Random(f"{history.seed}/batches/leads"), history.clock, history.people
    history.trouble_ends = lasts = max(history.trouble_ends, ALONE_LASTS)
    clock.at(31.0, lambda: people.arrive(2))
    clock.at(33.0, lambda: _somebody_ill(history, chance))
    _a_minute_of_failures(history, chance.uniform(35.0, 120.0), chance)
    for _ in range(chance.randint(2, 5)):
        count = chance.choice((1, 3, 8))
        clock.at(chance.uniform(34.0, lasts), lambda count=count: people.arrive(count))  # type: ignore[misc]


def _a_minute_of_failures(history: History, since: float, chance: random.Random) -> None:
    clock, most = history.clock, chance.choice(MOST_ROWS)
    crowd = min(most, 20) + chance.randint(1, 4)

    def begin() -> None:
        if history.faults.over:
            return
        history.people.arrive(crowd)
        end = too_many(history, most, chance)
        history.endings.append(end)
        clock.at(clock.monotonic() + LASTS, lambda: _over(history, end))

    clock.at(since, begin)


def _over(history: History, end: Callable[[], object]) -> None:
    if end in history.endings:
        history.endings.remove(end)
        end()


def _somebody_ill(history: History, chance: random.Random) -> None:
    """One of the newest leads that nobody wrote yet, until all trouble ends."""
    intake = history.org.id_of("@inbound")
    waiting = [str(row["Id"]) for row in history.org.store.rows("Lead", {"OwnerId": intake})]
    if waiting and not history.faults.over:
        history.endings.append(one_ill_row(history, chance.choice(waiting[-3:]), chance))


def l3_only_the_ill_row_is_given_up(one: Evidence) -> Found:
    """What fails in a batch goes again in halves: by the automation's word alone nobody but an ill row ends."""
    for row in one.ledger.writes("lead"):
        given_up = row["state"] == "refused" and row["answer_code"] in BY_ITS_AUTOMATION
        if given_up and not _excused(one, row):
            yield f"L3 the write of lead {row['lead_id']} was given up as its batch failed: {row['answer_code']}"


def l3_no_batch_waits(one: Evidence, now: datetime) -> Found:
    """Two polls and a minute after the trouble nothing waits that failed in the org's automation."""
    for row in one.ledger.live():
        due = not row["not_before"] or datetime.fromisoformat(row["not_before"]) <= now.replace(tzinfo=None)
        failed = row["kind"] == "lead" and row["state"] == "pending" and row["answer_code"] in BY_ITS_AUTOMATION
        if failed and due and not _excused(one, row):
            yield f"L3 lead {row['lead_id']} waits, although batches are taken again: {row['answer_code']}"


def l3_others_in_time(history: History) -> Found:
    """At the end of the trouble: each lead but the ill one was written within L1's time."""
    one, now = Evidence(history), history.clock.monotonic()
    first: dict[str, Row] = {}
    for row in one.ledger.writes("lead"):
        first.setdefault(row["lead_id"], row)
    decided = one.ledger.last_decisions()
    for lead_id, came in history.people.in_sight.items():
        if lead_id in history.ill or came > now - CONVERGE_WITHIN:
            continue
        history.met[JUDGED] += 1
        words = _how_late(one, first.get(lead_id), came) if lead_id in decided else "is not decided"
        if words:
            yield f"L3 lead {lead_id} {words}, beside batches that fail"


def _how_late(one: Evidence, write: Row | None, came: float) -> str:
    """What is wrong with the write of a lead; "" for nothing."""
    if write is None:
        return ""
    if write["state"] != "done":
        return f"is not written ({write['state']} {write['answer_code']})"
    late = elapsed(one, datetime.fromisoformat(f"{write['settled_at']}+00:00")) - came
    return f"was written {late:.0f} s after it came" if late > CONVERGE_WITHIN else ""


def _excused(one: Evidence, row: Row) -> bool:
    return row["lead_id"] in one.history.ill or row["lead_id"] in one.history.contested


OF_BATCHES: tuple[Callable[[Evidence], Found], ...] = (l3_only_the_ill_row_is_given_up,)
