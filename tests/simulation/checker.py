"""Judges a history: what must never happen, and what must have happened once all trouble is over."""

from __future__ import annotations

from datetime import timedelta

from tests.simulation.accounts_beside import OF_ACCOUNTS_BESIDE
from tests.simulation.asked_status import is_asked, status_is_right
from tests.simulation.batches import OF_BATCHES, l3_no_batch_waits
from tests.simulation.by_policy import BY_POLICY
from tests.simulation.days_limit import OF_THE_DAYS_LIMIT
from tests.simulation.effort import EFFORT
from tests.simulation.files import Row, on_its_way, read_ledger
from tests.simulation.flooded import OF_FLOODS
from tests.simulation.gone_owners import OF_OWNERS
from tests.simulation.held import l1_held_no_longer_than_said
from tests.simulation.history import History
from tests.simulation.invariants import SAFETY, Evidence, Found
from tests.simulation.met import count_what_came_about
from tests.simulation.mirrored import mirror_agrees, mirror_agrees_soon
from tests.simulation.programs import OF_PROGRAMS
from tests.simulation.promised import BY_THE_TABLE
from tests.simulation.refused import by_nature
from tests.simulation.shared_out import OF_SHARING
from tests.simulation.told import OF_PEOPLE
from tests.simulation.written import BY_WHAT_STANDS

NOT_JUDGED = "two polls and a minute not judged, as the day's calls were used up"
MOST_DECISIONS_A_DAY = 3
LONGEST_TRANSACTION = 600.0
"""Seconds that each reading looks back: what shows itself later, without a new stamp, is the next sweep's."""
ALWAYS = (
    *SAFETY, *EFFORT, *BY_THE_TABLE, *OF_FLOODS, *BY_WHAT_STANDS, *OF_PEOPLE, *OF_SHARING, *OF_OWNERS,
    *OF_BATCHES, *BY_POLICY, *OF_THE_DAYS_LIMIT, *OF_PROGRAMS, *OF_ACCOUNTS_BESIDE,
)  # fmt: skip
"""What is judged of every history."""


class Checker:
    """Looks at a history at its moments and writes what it finds into `violations`."""

    def still_waiting(self, history: History) -> bool:
        """Is any write not at its end?"""
        return on_its_way(history.data)

    def converged(self, history: History) -> None:
        """Two polls and a minute after the trouble: every lead is decided, nothing waits without a reason."""
        one = Evidence(history)
        if is_asked(history):
            history.violations += status_is_right(history)
        if one.ledger.paused_until > _as_text(history):
            history.note("sending is paused: the day's calls were used up")
            history.met[NOT_JUDGED] += 1
            return
        if history.faults.limited_until > history.clock.monotonic():
            history.met[NOT_JUDGED] += 1
            return
        decided = one.ledger.last_decisions()
        for lead in _in_intake(one):
            if lead["Id"] not in decided and not _waits_for_a_sweep(one, lead["Id"]):
                history.violations.append(f"L1 lead {lead['Id']} waits, and nobody decided it")
        for row in one.ledger.live():
            if (
                row["state"] == "pending"
                and not row["answer_code"]
                and not row["not_before"]
                and row["kind"] == "lead"
            ):
                history.violations.append(f"L1 lead {row['lead_id']} has a write that nobody sends")
        now = history.start + timedelta(seconds=history.clock.monotonic())
        history.violations += [*l1_held_no_longer_than_said(one, now), *l3_no_batch_waits(one, now)]
        history.violations += mirror_agrees_soon(one)

    def came_about(self, history: History) -> None:
        """Count the situations of the catalogue that nobody had to bring about."""
        count_what_came_about(history)

    def final(self, history: History) -> None:
        """The end: safety always, and of a bounded history also that nothing was lost."""
        one = Evidence(history)
        for invariant in ALWAYS:
            history.violations += list(invariant(one))
        if history.mode == "bounded":
            history.violations += [
                *_nothing_lost(one),
                *_outbox_at_rest(one),
                *mirror_agrees(one),
                *_gone_are_erased(one),
            ]
        if is_asked(history):
            history.violations += status_is_right(history)


def _as_text(history: History) -> str:
    return (history.start + timedelta(seconds=history.clock.monotonic())).strftime("%Y-%m-%d %H:%M:%S")


def _in_intake(one: Evidence) -> list[Row]:
    return [
        row for row in one.leads.values()
        if row["OwnerId"] == one.intake and not row["IsDeleted"] and not row["IsConverted"]
    ]  # fmt: skip


def _waits_for_a_sweep(one: Evidence, lead_id: str) -> bool:
    """Was it old already when we came, and sharing hid it from our first reading? Its stamp tells no later one."""
    people = one.history.people
    old = people.arrived.get(lead_id, 0.0) < -LONGEST_TRANSACTION
    return old and bool(one.history.met["sharing hides rows"])


def _nothing_lost(one: Evidence) -> Found:
    """I1: whoever is still in the intake has a reason that `status` shows."""
    last = one.ledger.last_decisions()
    count: dict[str, int] = {row["lead_id"]: row["number"] for row in one.ledger.decisions}
    state = {(row["lead_id"], row["decision_number"]): row for row in one.ledger.writes("lead")}
    for lead in _in_intake(one):
        decision = last.get(lead["Id"])
        if decision is None:
            if not _waits_for_a_sweep(one, lead["Id"]):
                yield f"I1 lead {lead['Id']} was never decided"
            continue
        write = state.get((lead["Id"], decision["number"]))
        why = write["state"] if write else "nothing was to be written"
        if lead["Id"] in one.history.contested:
            continue  # an automation keeps it there, after our write was done
        refused = write is not None and by_nature(write)
        if not refused and count[lead["Id"]] < MOST_DECISIONS_A_DAY:
            yield f"I1 lead {lead['Id']} is left in the intake after decision {decision['number']} ({why})"


def _outbox_at_rest(one: Evidence) -> Found:
    for row in one.ledger.live():
        what = f"{row['kind']} of {row['lead_id']} is {row['state']}: {row['answer_code']} {row['answer_text']}"
        yield f"L1 the outbox never came to rest: {what}"
    for lead in sorted(one.ledger.anew):
        yield f"L1 lead {lead} waits for ever to be decided anew"


def _gone_are_erased(one: Evidence) -> Found:
    """X8: after the last sweeps, and most of a day between them, the words about leads that are gone are gone."""
    if not one.history.swept:
        return
    bare = one.history.kept.erased(read_ledger(one.history.data))
    for lead_id in sorted({row["lead_id"] for row in one.ledger.decisions} - bare):
        lead = one.leads.get(lead_id)
        if lead is None or lead["IsDeleted"]:
            yield f"X8 lead {lead_id} is gone, and what was decided of it was not erased"
