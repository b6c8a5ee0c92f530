"""I12: what the router tells of people: in its log, addresses and errors, and in what it keeps of the org's words.

The org's own words name people: a rule asks for one, a duplicate is somebody, an automation quotes one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from tests.simulation.files import read_ledger
from tests.simulation.invariants import Evidence, Found
from tests.simulation.world import CANARY

QUOTED = "the org names a person in its answer to a write"
_TOKEN = re.compile(r"00D[A-Za-z0-9]{12,15}!\w+")
_ADDRESS = re.compile(rf"{CANARY}[\w.]*@")


def i12_nothing_personal_is_told(one: Evidence) -> Found:
    """In the log and the addresses of requests, as ever."""
    log = one.history.log.getvalue()
    if CANARY in log:
        line = next(line for line in log.splitlines() if CANARY in line)
        yield f"I12 the log names a person: {line[:300]}"
    if _TOKEN.search(log) or "secret-of-the-simulation" in log:
        yield "I12 the log holds a secret"
    for exchange in one.history.wire.exchanges:
        if CANARY in unquote_plus(exchange.call.request.query):
            yield f"I12 the address of call {exchange.number} names a person"


def i12_no_error_names_a_person(one: Evidence) -> Found:
    """In what a start that fails says, and in the pulse, which `status` and health checks show."""
    for line in one.history.story:
        if "does not start" in line and (CANARY in line or _TOKEN.search(line)):
            yield f"I12 an error names a person: {line[:300]}"
    pulse = one.history.data / "heartbeat.json"
    if pulse.exists() and CANARY in (text := pulse.read_text("utf-8")):
        yield f"I12 the pulse names a person: {text[:300]}"


def i12_the_orgs_words_are_kept_without_addresses(one: Evidence) -> Found:
    """They stand with the write that it refused: without addresses, and without a word once that is erased."""
    ledger = read_ledger(one.history.data)
    bare = one.history.kept.erased(ledger)
    for row in ledger.outbox:
        words = row["answer_text"]
        if CANARY in words:
            one.history.met[QUOTED] += 1
        if _ADDRESS.search(words):
            yield f"I12 an address is kept of the org's words about lead {row['lead_id']}: {words}"
        if CANARY in words and row["lead_id"] in bare and not row["values"]:
            yield f"I12 lead {row['lead_id']} is erased, and the org's words about it are kept: {words}"
    for name, value in ledger.notes.items():
        if CANARY in value:
            yield f"I12 the note {name} names a person: {value[:300]}"


OF_PEOPLE: tuple[Callable[[Evidence], Found], ...] = (
    i12_nothing_personal_is_told, i12_no_error_names_a_person, i12_the_orgs_words_are_kept_without_addresses,
)  # fmt: skip
