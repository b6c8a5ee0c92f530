"""What a policy says is done, and nothing else: by the files that were there when something was decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.simulation.files import accounts_asked
from tests.simulation.invariants import AFTERWARDS, Evidence, Found, elapsed
from tests.simulation.policies import way_of

AT_LAST = 300.0
"""Seconds after a reload in which the running job may still end: a call that hangs, and its repeats."""
CLOCK_WRONG = "the machine's clock is wrong"


def p1_by_the_files_in_force(one: Evidence) -> Found:
    """Each decision keeps the mark of files that were there; after a reload those of the new ones."""
    history = one.history
    for decision in one.ledger.decisions:
        what = f"decision {decision['number']} of lead {decision['lead_id']}"
        way = history.files.ways.get(decision["policy_hash"])
        if way is None:
            yield f"P1 {what} was made by files that nobody ever put there"
        elif history.files.changed_at is not None and not history.met[CLOCK_WRONG]:
            at = elapsed(one, datetime.fromisoformat(f"{decision['at']}+00:00"))
            if at > history.files.changed_at + AT_LAST and way is not history.files.way:
                yield f"P1 {what} was made by {way.name}, {at - history.files.changed_at:.0f} s after a reload"
            if at < history.files.changed_at - 1 and way is history.files.way:
                yield f"P1 {what} was made by {way.name} before these files were there"


def p2_what_is_turned_off_stays_undone(one: Evidence) -> Found:
    """Tasks, links, priorities and accounts under a policy that has none."""
    decided = {(row["lead_id"], row["number"]): row for row in one.ledger.decisions}
    for row in one.ledger.outbox:
        decision = decided.get((row["lead_id"], row["decision_number"]))
        if decision is None:
            continue
        way, values, lead = way_of(one.history, decision), row["values"], row["lead_id"]
        if row["kind"] == "task" and not way.tells and decision["rule"] not in AFTERWARDS:
            yield f"P2 a Task tells of lead {lead}, and nobody is to be told"
        if row["kind"] == "lead" and "Account__c" in values and not way.links:
            yield f"P2 lead {lead} is linked, and links are left to people"
        if row["kind"] == "lead" and "Rating" in values and not way.hurries:
            yield f"P2 lead {lead} gets a priority, and nobody's is to be changed"
    for asked in accounts_asked(one.history.data):
        decision = decided.get((asked["lead_id"], asked["decision_number"]))
        if decision and asked["write_key"] and not way_of(one.history, decision).creates:
            yield f"P2 an account of {asked['domain']} is asked for, and none is to be made"


BY_POLICY: tuple[Callable[[Evidence], Found], ...] = (
    p1_by_the_files_in_force, p2_what_is_turned_off_stays_undone,
)  # fmt: skip
