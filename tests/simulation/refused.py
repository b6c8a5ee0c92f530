"""What the org refuses for good, and what only passes: a lead may be left alone for the first alone."""

from __future__ import annotations

from tests.simulation.files import Row
from tests.simulation.invariants import Evidence, Found

BY_ITS_RULES = frozenset({
    "FIELD_CUSTOM_VALIDATION_EXCEPTION", "FIELD_FILTER_VALIDATION_EXCEPTION", "REQUIRED_FIELD_MISSING",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "STRING_TOO_LONG", "FIELD_INTEGRITY_EXCEPTION",
    "DUPLICATES_DETECTED", "DUPLICATE_VALUE",
})  # fmt: skip
"""The org's rules say no to what is written (F42, F48): they say so again tomorrow."""
BY_ITS_AUTOMATION = frozenset({
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER", "APEX_ERROR", "LIMIT_EXCEEDED",
})  # fmt: skip
"""Its automation failed on the row, although it came alone."""


def by_nature(write: Row) -> bool:
    """Is the write at its end because the org will never take it?"""
    return write["state"] == "refused" and write["answer_code"] in BY_ITS_RULES | BY_ITS_AUTOMATION


def i01_refused_by_nature_alone(one: Evidence) -> Found:
    """I1: what only passes (a held row, a missing right, a limit) ends no write of a lead."""
    for row in one.ledger.writes("lead"):
        if row["state"] == "refused" and not by_nature(row):
            code = row["answer_code"] or "no word"
            yield f"I1 the write of lead {row['lead_id']} ended with {code}, which passes"
