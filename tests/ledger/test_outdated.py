"""What a newer decision on a lead ends of older ones, and which Tasks it counts on."""

from typing import Any

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.ledger.ledger import Ledger
from sfrouter.ledger.settlement import Settlement
from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.write import WriteKind, WriteState
from tests.ledger.samples import BOB, NOON, QUEUE, SARAH, decision, write

LEFT_AS_HE_WAS: dict[str, Any] = {"owner": None, "lead_owner_id": SARAH}
TO_BOB: dict[str, Any] = {"owner": Owner(id=BOB, kind=OwnerKind.PERSON, name="Bob"), "lead_owner_id": SARAH}
TO_SARAH_AGAIN: dict[str, Any] = {"lead_owner_id": QUEUE}
SHE_HAS_IT: dict[str, Any] = {"lead_owner_id": SARAH}
TOLD = {"sarah": SARAH, "csm": "005000000000009AAA"}


@pytest.fixture
def ledger() -> Ledger:
    """Sarah is given the lead; she and a success manager are to be told."""
    ledger = Ledger.open(None, SetClock(NOON))
    tasks = (
        write(name, kind=WriteKind.TASK, values={"OwnerId": person, "Subject": "New lead"})
        for name, person in TOLD.items()
    )
    ledger.record(decision(), (write("lead"), *tasks), ())
    return ledger


def send(ledger: Ledger, key: str, state: WriteState) -> None:
    ledger.mark_sending((key,), NOON)
    if state is not WriteState.SENDING:
        ledger.settle((Settlement(key=key, state=state),), NOON)


def ended(ledger: Ledger) -> set[str]:
    return {item.key for item in ledger.writes() if item.state is WriteState.SUPERSEDED}


def decide_again(ledger: Ledger, **changes: Any) -> set[str]:
    """One more decision; what it ended."""
    number = max(item.decision.number for item in ledger.decisions()) + 1
    ledger.record(decision(number=number, **changes), (), ())
    return ended(ledger)


@pytest.mark.parametrize(
    ("newer", "outdated"),
    [
        pytest.param(LEFT_AS_HE_WAS, set(), id="it leaves the lead with her"),
        pytest.param(SHE_HAS_IT, set(), id="it gives her what she has"),
        pytest.param(TO_BOB, {"sarah"}, id="it takes the lead from her"),
        pytest.param(TO_SARAH_AGAIN, {"sarah"}, id="it gives her the lead once more, and tells her itself"),
        pytest.param({"owner": None, "lead_owner_id": BOB}, {"sarah"}, id="somebody else has the lead by now"),
    ],
)
@pytest.mark.parametrize("lead_write", [WriteState.DONE, WriteState.SENDING, WriteState.UNKNOWN])
def test_tasks_of_an_owner_whom_the_org_may_have_taken_are_made(
    ledger: Ledger, newer: dict[str, Any], outdated: set[str], lead_write: WriteState
) -> None:
    """Nobody is told twice: the newer decision takes those for told who are to be told by the older one."""
    send(ledger, "lead", lead_write)
    assert decide_again(ledger, **newer) == outdated


@pytest.mark.parametrize("newer", [LEFT_AS_HE_WAS, SHE_HAS_IT, TO_BOB])
def test_nobody_is_told_of_an_owner_who_was_never_sent(ledger: Ledger, newer: dict[str, Any]) -> None:
    assert decide_again(ledger, **newer) == {"lead", *TOLD}


def test_the_newest_decision_counts_not_one_between(ledger: Ledger) -> None:
    send(ledger, "lead", WriteState.DONE)
    assert decide_again(ledger, **LEFT_AS_HE_WAS) == set()
    assert decide_again(ledger, **TO_BOB) == {"sarah"}


def test_a_task_of_a_decision_that_left_the_owner_tells_him_as_long_as_he_has_the_lead(ledger: Ledger) -> None:
    values = {"OwnerId": SARAH, "Subject": "A word"}
    task = write("word", 2, kind=WriteKind.TASK, state=WriteState.PENDING, values=values)
    send(ledger, "lead", WriteState.DONE)
    ledger.record(decision(number=2, **LEFT_AS_HE_WAS), (task,), ())
    assert decide_again(ledger, **LEFT_AS_HE_WAS) == set()
    assert decide_again(ledger, **TO_BOB) == {"sarah", "word"}


@pytest.mark.parametrize(("newer", "outdated"), [(LEFT_AS_HE_WAS, set()), (TO_BOB, {"sarah"})])
def test_a_task_in_mid_air_is_sent_again_only_if_it_still_holds_true(
    ledger: Ledger, newer: dict[str, Any], outdated: set[str]
) -> None:
    send(ledger, "lead", WriteState.DONE)
    ledger.mark_sending(tuple(TOLD), NOON)
    assert decide_again(ledger, **newer) == set()
    ledger.settle([Settlement(key=key, state=WriteState.PENDING) for key in TOLD], NOON)
    assert ended(ledger) == outdated


def test_tasks_that_waited_for_a_write_in_doubt_end_with_it(ledger: Ledger) -> None:
    send(ledger, "lead", WriteState.UNKNOWN)
    assert decide_again(ledger, **LEFT_AS_HE_WAS) == set()
    ledger.settle((Settlement(key="lead", state=WriteState.PENDING),), NOON)
    assert ended(ledger) == {"lead", *TOLD}
