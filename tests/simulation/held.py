"""How long a write may wait after its trouble: what is not written down as a hold goes on within two polls."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.simulation.files import Row
from tests.simulation.invariants import Evidence, Found
from tests.simulation.world import POLL

RIGHTS_AND_LOCKS = frozenset({
    "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "INVALID_FIELD_FOR_INSERT_UPDATE", "TRANSFER_REQUIRES_READ", "CANNOT_TRANSFER_RECORD",
    "FUNCTIONALITY_NOT_ENABLED", "INSUFFICIENT_TRANSFER_ACCESS", "INVALID_FIELD", "INVALID_TYPE",
    "ENTITY_IS_LOCKED", "NOT_FOUND",
})  # fmt: skip
"""A right that is missing, a field hidden from us, an approval's lock, a lead out of sight: an hour (F43)."""
HOUR, IN_DOUBT = 3600.0, 600.0
LOCK_TRIES = 10
"""Of a row that others hold; each later one an hour after the one before."""
FIRST_SILENCE, EACH_NEXT = 2.0, 4.0
"""Seconds after the first silence, and how much longer after each further one: 2, 8, 32, 128."""


def l1_held_no_longer_than_said(one: Evidence, now: datetime) -> Found:
    """Once all trouble is over for two polls and a minute."""
    for row in one.ledger.live():
        if not row["not_before"]:
            continue
        wait = datetime.fromisoformat(row["not_before"]) - now.replace(tzinfo=None)
        longest = timedelta(seconds=max(2.0 * POLL, _hold(row)))
        if wait > longest:
            why = f"{row['answer_code']} {row['answer_text']}"
            yield f"L1 {row['kind']} of lead {row['lead_id']} is held for {wait}, not {longest} at most: {why}"


def _hold(row: Row) -> float:
    """The longest hold that is written down for such a write."""
    silences, tries = (int(row["extra"].get(what) or 0) for what in ("silent", "tries"))
    hourly = row["answer_code"] in RIGHTS_AND_LOCKS or row["extra"].get("missing") or tries >= LOCK_TRIES
    if hourly:
        return HOUR
    if row["state"] == "unknown" and row["kind"] != "lead":
        return IN_DOUBT
    return min(HOUR, FIRST_SILENCE * EACH_NEXT ** (silences - 1)) if silences else 0.0
