"""I13, bounded effort: what the router asks of the org, counted on the wire by the simulated clock."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import pairwise

from tests.simulation.faults import BULK, question
from tests.simulation.files import Row
from tests.simulation.invariants import Evidence, Found
from tests.simulation.transport import Exchange
from tests.simulation.world import POLL

SIGN_INS_A_MINUTE, SIGN_INS_IN_TEN = 2, 5
"""Asked for, whatever came of it; and those that were granted (F21, F23)."""
TRIES, TRIES_WITHIN = 6, 25.0
"""How often one question may fail in so many seconds: three tries, and once more by whom else it concerns."""
ATTEMPTS = 10
"""Of one write, and one more with each poll while the trouble lasts. The half of a batch is no new one."""
SILENCES, SILENCES_EVERY = 8, 1_800.0
"""How often one write may go unanswered: so often in its first hour, and once in half an hour from then on."""
LOCK_TRIES, LOCK_TRIES_EVERY = 11, 3_600.0
"""How often a row that others hold is tried: so often at once, then hourly."""
CALLS_A_LEAD = 1.5
POLLING_A_DAY = 5_000
FIRST_LOAD = 40
"""Questions of a start."""
MOST_IN_A_FIGHT, DAY = 6, 86_400.0
"""Three decisions a day, and what people order besides."""
JUDGED = "calls a lead judged, in peace"
_LOOKED_AT = "judged"
"""This word is in the names of all counts that tell how much a judge looked at: no trouble is called so."""
_AT_PEACE = frozenset({
    "a start with a .netrc for the org's host", "leads seen long after their stamp",
    "queries with a moment in them", "a night in which the clock is changed",
})  # fmt: skip


def by_life(one: Evidence) -> Iterable[list[Exchange]]:
    """The calls of each process."""
    found: defaultdict[int, list[Exchange]] = defaultdict(list)
    for exchange in one.history.wire.exchanges:
        found[exchange.life].append(exchange)
    return found.values()


def i13_nothing_after_a_limit_answer(one: Evidence) -> Found:
    for life in by_life(one):
        for earlier, later in pairwise(life):
            if earlier.mark in ("limited", "used up") and later.left < earlier.over + 1 - 1e-6:
                yield f"I13 call {later.number} left {later.left - earlier.over:.2f} s after a limit answer"


def i13_few_sign_ins(one: Evidence) -> Found:
    for life in by_life(one):
        asked = [each for each in life if each.call.kind == "token"]
        yield from _too_often([each.left for each in asked], SIGN_INS_A_MINUTE, 60.0, "sign-ins")
        granted = [each.left for each in asked if each.mark == "signed in"]
        yield from _too_often(granted, SIGN_INS_IN_TEN, 600.0, "sign-ins")


def i13_few_retries(one: Evidence) -> Found:
    for life in by_life(one):
        failed: defaultdict[str, list[float]] = defaultdict(list)
        for each in life:
            if not each.call.writes and each.call.kind != "token" and (each.status == 0 or each.status >= 400):
                failed[f"{each.call.request.method} {question(each.call)}"].append(each.left)
        for times in failed.values():
            yield from _too_often(times, TRIES, TRIES_WITHIN, "tries of one question")
    halves = _sent_in_halves(one)
    for row in one.ledger.outbox:
        most = ATTEMPTS + 1 + _seconds_between(row["recorded_at"], row["sent_at"]) / POLL
        if row["attempts"] > most + halves[row["kind"] == "lead", row["lead_id"]]:
            yield f"I13 {row['kind']} of {row['lead_id']} was sent {row['attempts']} times"
        yield from _ever_less_often(row)


def _ever_less_often(row: Row) -> Found:
    """What the row's own trouble costs; what all the org's trouble costs may cost a call with each poll."""
    spent = _seconds_between(row["recorded_at"], row["sent_at"])
    silences, tries = (int(row["extra"].get(what) or 0) for what in ("silent", "tries"))
    if silences > SILENCES + spent / SILENCES_EVERY:
        yield f"I13 {row['kind']} of {row['lead_id']} went unanswered {silences} times"
    if tries > LOCK_TRIES + spent / LOCK_TRIES_EVERY:
        yield f"I13 {row['kind']} of {row['lead_id']} failed by itself {tries} times"


def _sent_in_halves(one: Evidence) -> Counter[tuple[bool, str]]:
    """How often something of a lead went out again in a smaller batch than right before: what the org's automation
    could not take, or rows that others held, goes again in halves until the poisoned row stands alone (F31).

    The leads' own writes (True) are counted apart from what is made for them.
    """
    halves: Counter[tuple[bool, str]] = Counter()
    last: dict[tuple[bool, str], int] = {}
    for each in one.history.wire.exchanges:
        size = len(each.call.parts)
        for key in {(each.call.kind == "change", lead_id) for lead_id in each.call.lead_ids}:
            halves[key] += size < last.get(key, 0)
            last[key] = size
    return halves


def _seconds_between(first: str, last: str | None) -> float:
    """Between two moments as the ledger's file has them; 0 for what was never sent, or sent by a wrong clock."""
    spent = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds() if last else 0.0
    return max(0.0, spent)


def _too_often(times: list[float], most: int, seconds: float, what: str) -> Found:
    """More than so many within so many seconds."""
    for first, last in zip(times, times[most:], strict=False):
        if last - first < seconds - 1e-6:
            yield f"I13 {most + 1} {what} within {seconds:.0f} s"


def i13_few_calls_in_peace(one: Evidence) -> Found:
    """Where nothing goes wrong: at most 1.5 calls for each lead, one more for each round, and polling."""
    history = one.history
    if not at_peace(one):
        return
    history.met[JUDGED] += 1
    rounds = len({row["at"][:18] for row in one.ledger.decisions})
    writes = sum(each.call.writes for each in history.wire.exchanges)
    made = sum(row["CreatedById"] == one.router for row in one.rows("Account"))
    if writes > CALLS_A_LEAD * len(one.ledger.decisions) + rounds + 2 * made:
        yield f"I13 {writes} calls write what {len(one.ledger.decisions)} decisions in {rounds} rounds ask for"
    reads = sum(
        not each.call.writes and each.call.kind not in ("more", *BULK) and each.left <= history.trouble_ends
        for each in history.wire.exchanges
    )
    if reads > FIRST_LOAD * history.starts + rounds + POLLING_A_DAY * history.trouble_ends / 86_400:
        yield f"I13 {reads} questions within {history.trouble_ends:.0f} s of peace"


def at_peace(one: Evidence) -> bool:
    """Did nobody and nothing disturb the router, from the first second on?"""
    history, people = one.history, one.history.people
    troubled = any(history.faults.fired.values()) or any(history.points.crashes.values())
    met = {name for name in history.met if _LOOKED_AT not in name}
    troubled = troubled or bool(met - _AT_PEACE) or bool(history.contested)
    return history.mode == "bounded" and not troubled and not people.touched and not people.disturbed


def i13_no_endless_fight(one: Evidence) -> Found:
    """F37: over what an automation undoes nobody gives a lead away more than a few times a day."""
    given: defaultdict[str, list[float]] = defaultdict(list)
    for row in one.ledger.decisions:
        if row["lead_id"] in one.history.contested and row["owner_id"]:
            given[row["lead_id"]].append(datetime.fromisoformat(row["at"]).timestamp())
    for lead_id, times in given.items():
        what = f"decisions of lead {lead_id}, which an automation takes back,"
        yield from _too_often(sorted(times), MOST_IN_A_FIGHT, DAY, what)


EFFORT: tuple[Callable[[Evidence], Found], ...] = (
    i13_nothing_after_a_limit_answer, i13_few_sign_ins, i13_few_retries, i13_few_calls_in_peace,
    i13_no_endless_fight,
)  # fmt: skip
