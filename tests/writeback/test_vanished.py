"""A write whose lead is gone ends with its reason; one that only lacks a right waits for it, as before."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.faults import Verdict
from sfrouter.writeback.vanished import ABSENT
from sfrouter.writeback.verdicts import MENDED_BY_A_PERSON
from tests.writeback.fake_org import FakeOrg, Fault
from tests.writeback.house import House, lead_id
from tests.writeback.test_send import house, only
from tests.writeback.test_silence import skip_waits

EITHER = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
WORDS = "insufficient access rights on cross-reference id"


def cross_reference(found: House, code: str, verdict: Verdict) -> Any:
    """Tasks of leads that cannot be seen are refused as the org does: as if a right were missing."""

    def fault(how: str, row: Mapping[str, Any]) -> tuple[Verdict, str, str] | None:
        lead = found.org.leads.get(str(row.get("WhoId")))
        gone = lead is None or lead.get("IsDeleted")
        return (verdict, code, WORDS) if how == "create" and gone else None

    return fault


def routed_then(end: str, *, leads: int = 1, code: str = EITHER, verdict: Verdict = Verdict.NO_ACCESS) -> House:
    """Owners are written; before the Tasks the first lead is deleted or removed for good."""
    found = house(leads)
    found.org.next_fault = lambda kind: Fault("stop" if kind == "create" else "none")
    found.send()
    found.org.next_fault = lambda _kind: Fault()
    found.org.row_fault = cross_reference(found, code, verdict)
    if end == "gone":
        del found.org.leads[lead_id(0)]
    else:
        found.org.leads[lead_id(0)]["IsDeleted"] = True
    return found


def test_the_tasks_of_a_deleted_lead_end_at_once_and_park_nobody() -> None:
    found = routed_then("deleted", leads=3)
    report = found.send()
    assert found.states()[lead_id(0)] == ["done", "superseded", "superseded"]
    assert [write.answer_text for write in only(found, WriteState.SUPERSEDED, WriteKind.TASK)] == [
        "the lead was deleted"
    ] * 2
    assert report.count(WriteState.DONE, WriteKind.TASK) == 4
    assert found.ledger.parked() == ()


@pytest.mark.parametrize(("code", "verdict"), [(EITHER, Verdict.NO_ACCESS), ("NEVER_SEEN", Verdict.PARK)])
def test_the_tasks_of_a_lead_that_stays_out_of_sight_are_tried_hourly(code: str, verdict: Verdict) -> None:
    """Once, the org's answer may have been empty by mistake. Alone in their call they do not park the kind."""
    found = routed_then("gone", code=code, verdict=verdict)
    found.send()
    assert found.states()[lead_id(0)] == ["done", "pending", "pending"]
    assert found.ledger.parked() == ()
    assert len(found.ledger.status().held) == 2
    found.org.advance(601)
    assert found.send().calls == 1
    assert found.states()[lead_id(0)] == ["done", "pending", "pending"]
    assert {write.answer_code for write in found.ledger.status().held} == {code}
    found.org.advance(3590)
    assert found.send().calls == 0
    found.org.advance(11)
    assert found.send().calls == 1
    found.ledger.erase_leads([lead_id(0)])
    assert found.states()[lead_id(0)] == ["done", "superseded", "superseded"]


def test_a_lead_missed_once_by_mistake_gets_its_tasks() -> None:
    found = routed_then("gone")
    kept = house().org.leads[lead_id(0)]
    found.send()
    found.org.leads[lead_id(0)] = kept
    found.org.advance(601)
    assert found.send().count(WriteState.DONE, WriteKind.TASK) == 2


def test_a_right_that_is_really_missing_still_parks_the_kind() -> None:
    found = routed_then("deleted", leads=3)
    found.org.row_fault = lambda how, _row: (Verdict.NO_ACCESS, EITHER, WORDS) if how == "create" else None
    found.send()
    assert found.ledger.parked() == ()
    found.org.advance(6)
    found.send()
    assert [parked.kind for parked in found.ledger.parked()] == [WriteKind.TASK]
    assert found.states()[lead_id(0)] == ["done", "superseded", "superseded"]
    assert found.states()[lead_id(1)] == ["done", "pending", "pending"]
    found.org.advance(60)
    assert found.send().calls == 0


def test_what_came_back_into_sight_between_the_write_and_the_look_is_sent_once_more_and_parks_nobody() -> None:
    """All lead writes stood still for an hour, as sharing ended within that second (bounded seed 2005057)."""
    found = routed_then("deleted", leads=3)
    found.org.leads[lead_id(0)]["IsDeleted"] = False
    hidden = iter([True] * 6)
    found.org.row_fault = lambda how, _row: (
        (Verdict.NO_ACCESS, EITHER, WORDS) if how == "create" and next(hidden, False) else None
    )
    found.send()
    assert found.ledger.parked() == ()
    assert {state for states in found.states().values() for state in states[1:]} == {"pending"}
    found.org.advance(6)
    found.send()
    assert {state for states in found.states().values() for state in states} == {"done"}


def test_when_nobody_can_look_the_row_waits_for_its_hour() -> None:
    found = routed_then("deleted")
    found.org.next_fault = lambda kind: Fault("down" if kind == "query" else "none")
    found.send()
    found.org.next_fault = lambda _kind: Fault()
    assert found.states()[lead_id(0)] == ["done", "pending", "pending"]
    found.org.advance(3601)
    found.send()
    assert found.states()[lead_id(0)] == ["done", "superseded", "superseded"]


def test_while_nobody_can_look_no_right_counts_as_missing_and_it_is_tried_again_soon() -> None:
    """All of them stood still for an hour, for two links to an account that sharing hid (bounded seed 337)."""
    found = routed_then("deleted", leads=3)
    for one in found.org.leads.values():
        one["IsDeleted"] = True
    found.org.next_fault = lambda kind: Fault("stop" if kind == "query" else "none")
    found.send()
    assert found.ledger.parked() == ()
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(601)
    found.send()
    assert {state for states in found.states().values() for state in states[1:]} == {"superseded"}


def not_found(found: House, hidden: set[str]) -> None:
    """Leads that sharing hides: the org says of their updates that there is no such record."""
    found.org.row_fault = lambda how, row: (
        (Verdict.GONE, "NOT_FOUND", "The requested resource does not exist")
        if how == "change" and row["Id"] in hidden
        else None
    )


def test_a_lead_that_is_hidden_for_a_moment_is_written_when_it_is_back() -> None:
    """One NOT_FOUND ended the write for good."""
    found = house(2)
    not_found(found, {lead_id(0)})
    hide(found, lead_id(0))
    found.send()
    (held,) = found.ledger.status().held
    assert (held.state, held.answer_code, held.answer_text) == (WriteState.PENDING, "NOT_FOUND", ABSENT)
    assert found.states()[lead_id(1)] == ["done"] * 3
    show(found)
    found.org.row_fault = lambda _kind, _row: None
    found.org.advance(599)
    assert found.send().calls == 0
    found.org.advance(2)
    assert found.send().done == 3


def test_a_lead_that_is_hidden_for_hours_is_written_within_an_hour_of_its_return() -> None:
    """It was given up when it was missed twice, and nobody ever gave it an owner."""
    found = house(2)
    not_found(found, {lead_id(0)})
    hide(found, lead_id(0))
    for wait in (601, 3601, 3601):
        assert found.send().calls >= 1
        assert [write.answer_code for write in found.ledger.status().held] == ["NOT_FOUND"]
        found.org.advance(wait)
    found.send()
    show(found)
    found.org.row_fault = lambda _kind, _row: None
    found.org.advance(3601)
    assert found.send().done == 3


def test_missed_twice_means_twice_in_a_row() -> None:
    found = house()
    not_found(found, {lead_id(0)})
    for hidden, wait in ((True, 601), (False, 6), (True, 601), (False, 3601), (True, 1)):
        hide(found, lead_id(0)) if hidden else show(found)
        assert found.send().calls == 1
        assert found.states()[lead_id(0)][0] == "pending"
        found.org.advance(wait)


def test_a_lead_in_the_bin_ends_its_write_although_the_org_only_says_that_it_is_not_there() -> None:
    found = house()
    not_found(found, {lead_id(0)})
    found.org.leads[lead_id(0)]["IsDeleted"] = True
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3


def changed_then_out_of_sight(end: str) -> House:
    """A person changed the first lead after its decision, and it went out of sight before it was written.

    The org says of its update that the lead was changed, not that it is not there.
    """
    found = house(2)
    found.org.advance(3)
    found.org.person_edits(lead_id(0), Status="Working")
    if end == "in the bin":
        found.org.leads[lead_id(0)]["IsDeleted"] = True
    else:
        hide(found, lead_id(0))
    return found


def test_a_lead_that_the_org_calls_changed_and_nobody_sees_is_tried_hourly() -> None:
    """It was sent once a second without end: 3,600 updates and as many looks in an hour."""
    found = changed_then_out_of_sight("hidden")
    skip_waits(found, 24)
    assert Counter(kind for kind, _ in found.org.calls)["change"] <= 27
    assert the_write(found).attempts <= 26
    (held,) = found.ledger.status().held
    assert (held.state, held.answer_code, held.answer_text) == (WriteState.PENDING, "PRECONDITION_FAILED", ABSENT)
    assert found.states()[lead_id(1)] == ["done"] * 3
    assert found.ledger.parked() == ()


def test_a_lead_that_the_org_called_changed_is_looked_at_again_when_it_is_back() -> None:
    found = changed_then_out_of_sight("hidden")
    found.send()
    show(found)
    found.org.advance(599)
    assert found.send().calls == 0
    found.org.advance(2)
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3
    assert list(found.ledger.to_decide_anew()) == [lead_id(0)]


def test_a_lead_that_the_org_called_changed_is_tried_at_once_when_somebody_asks() -> None:
    """Where it checks the condition first, the org says of each hidden lead that it was changed."""
    found = changed_then_out_of_sight("hidden")
    found.send()
    show(found)
    assert found.ledger.try_held(found.org.server_now(), MENDED_BY_A_PERSON)
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3


def test_a_lead_in_the_bin_ends_its_write_although_the_org_only_says_that_it_was_changed() -> None:
    found = changed_then_out_of_sight("in the bin")
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3
    assert the_write(found).answer_text == "the lead was deleted"
    assert list(found.ledger.to_decide_anew()) == []


def test_a_lead_that_the_org_called_changed_waits_where_nobody_can_look_into_the_bin() -> None:
    found = changed_then_out_of_sight("in the bin")
    looks = iter(["none", "stop"])
    found.org.next_fault = lambda kind: Fault(next(looks) if kind == "query" else "none")
    found.send()
    assert found.states() == {lead_id(0): ["pending", "waiting", "waiting"], lead_id(1): ["done"] * 3}
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(601)
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3


def test_our_own_unheard_write_is_known_again_after_its_lead_was_out_of_sight() -> None:
    """It was carried out, unheard; the lead was hidden before anybody could look, and seen again an hour later."""
    found = house(1)
    found.org.next_fault = lambda kind: Fault("lost after" if kind == "change" else "none")
    hide(found, lead_id(0))
    found.send()
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(10)
    found.send()
    found.org.person_edits(lead_id(0), Status="Working")
    found.org.advance(601)
    found.send()
    show(found)
    found.org.advance(3601)
    found.send()
    assert found.states()[lead_id(0)] == ["done"] * 3


def the_write(found: House) -> Write:
    """The first lead's own."""
    (write,) = [one for one in found.ledger.writes(lead_id(0)) if one.kind is WriteKind.LEAD]
    return write


def hide(found: House, record_id: str) -> None:
    """No query sees this lead."""
    rows = FakeOrg.query
    found.org.query = lambda soql, **how: (  # type: ignore[method-assign]
        row for row in rows(found.org, soql, **how) if row.get("Id") != record_id
    )


def show(found: House) -> None:
    """All queries see all leads again."""
    del found.org.query
