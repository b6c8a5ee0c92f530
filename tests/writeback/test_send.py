"""How each answer of the org is taken: row by row, Tasks only after their owner, nobody's work overwritten."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.model.ids import to_18
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.salesforce.faults import Verdict
from sfrouter.writeback.settings import SendSettings
from tests.writeback.fake_org import FakeOrg, Fault
from tests.writeback.house import ACME, BOSS, NOON, PEOPLE, QUEUE, House, lead_id

Refusal = tuple[Verdict, str, str]


def house(leads: int = 1, **settings: Any) -> House:
    """Leads in the queue, changed long enough ago, each decided for the first person."""
    org = FakeOrg(SetClock(NOON))
    for index in range(leads):
        org.add_lead(lead_id(index), QUEUE)
    org.advance(60)
    found = House(org, None, SendSettings(**settings))
    for index in range(leads):
        found.decide(lead_id(index))
    return found


def refuse(verdict: Verdict, *, kind: str = "change", lead: str = "", text: str = "the org's words") -> Any:
    """A row fault for one lead, or for all."""

    def fault(how: str, row: Mapping[str, Any]) -> Refusal | None:
        hit = how == kind and lead in ("", row.get("Id", row.get("WhoId")))
        return (verdict, "CODE", text) if hit else None

    return fault


def only(found: House, state: WriteState, kind: WriteKind = WriteKind.LEAD) -> list[Write]:
    return [write for write in found.ledger.writes(state=state) if write.kind is kind]


def test_owner_and_link_are_written_first_and_then_each_task_once() -> None:
    found = house()
    report = found.send()
    lead = found.org.leads[lead_id(0)]
    assert (lead["OwnerId"], lead["Matched_Account__c"]) == (PEOPLE[0], ACME)
    assert sorted(task["OwnerId"] for task in found.org.tasks) == [PEOPLE[0], BOSS]
    assert found.org.calls == [("change", 1), ("create", 2)]
    assert (report.done, report.calls, report.stopped) == (3, 2, "")
    assert found.send().calls == 0


def test_a_thousand_leads_take_forty_calls_and_their_two_thousand_tasks_ten() -> None:
    found = house(1000)
    assert found.send().done == 3000
    assert [kind for kind, _ in found.org.calls] == ["change"] * 40 + ["create"] * 10
    assert {count for _, count in found.org.calls} == {25, 200}


def test_tasks_of_one_call_lie_together_by_lead() -> None:
    found = house(3)
    found.send()
    whos = [task["WhoId"] for task in found.org.tasks]
    assert whos == sorted(whos)


def test_rows_of_one_call_lie_together_by_account_then_by_lead() -> None:
    """F33: two rows that need the lock of one account must not meet from two ends of a batch."""
    org = FakeOrg(SetClock(NOON))
    other = to_18("001000000000002")
    for index in range(8):
        org.add_lead(lead_id(index), QUEUE)
    org.advance(60)
    found = House(org, None)
    for index in range(8):
        found.decide(lead_id(index), link_account_id=ACME if index % 2 else other)
    sent: list[str] = []
    org.row_fault = lambda kind, row: sent.append(row["Id"]) if kind == "change" else None
    found.send()
    assert sent == [lead_id(index) for index in (1, 3, 5, 7, 0, 2, 4, 6)]


def test_leads_read_in_the_second_of_their_change_are_looked_at_by_the_hundred() -> None:
    org = FakeOrg(SetClock(NOON))
    for index in range(100):
        org.add_lead(lead_id(index), QUEUE)
    found = House(org, None)
    for index in range(100):
        found.decide(lead_id(index))
    org.advance(60)
    assert found.send().count(WriteState.DONE, WriteKind.LEAD) == 100
    assert [kind for kind, _ in org.calls] == ["query", "change", "change", "change", "change", "create"]


def test_a_person_who_moved_the_lead_wins_and_nobody_is_told() -> None:
    found = house()
    found.org.person_edits(lead_id(0), OwnerId=PEOPLE[3])
    found.org.advance(30)
    report = found.send()
    assert found.org.leads[lead_id(0)]["OwnerId"] == PEOPLE[3]
    assert found.org.tasks == []
    assert found.states()[lead_id(0)] == ["superseded"] * 3
    assert (report.decide_anew, found.ledger.to_decide_anew()) == (0, {})


def test_a_person_who_linked_another_account_is_heeded_by_a_new_decision() -> None:
    found = house()
    found.org.person_edits(lead_id(0), Matched_Account__c="001000000000009AAA")
    found.org.advance(30)
    found.send()
    assert found.org.leads[lead_id(0)]["OwnerId"] == QUEUE
    assert found.org.leads[lead_id(0)]["Matched_Account__c"] == "001000000000009AAA"
    assert found.states()[lead_id(0)] == ["superseded"] * 3
    assert list(found.ledger.to_decide_anew()) == [lead_id(0)]


def test_a_lead_put_into_another_queue_is_not_written_and_looked_at_again() -> None:
    found = house()
    found.org.person_edits(lead_id(0), OwnerId=to_18("00G000000000002"))
    found.org.advance(30)
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3
    assert list(found.ledger.to_decide_anew()) == [lead_id(0)]


def test_a_lead_that_was_edited_otherwise_is_decided_anew() -> None:
    found = house()
    found.org.person_edits(lead_id(0), Company="Acme Ltd")
    found.org.advance(30)
    found.send()
    assert list(found.ledger.to_decide_anew()) == [lead_id(0)]
    assert found.org.leads[lead_id(0)]["OwnerId"] == QUEUE
    found.decide(lead_id(0))
    found.send()
    assert found.org.leads[lead_id(0)]["OwnerId"] == PEOPLE[0]
    assert found.ledger.to_decide_anew() == {}
    assert len(found.org.tasks) == 2


def test_a_lead_that_already_is_as_wanted_counts_as_done_and_its_people_are_told() -> None:
    found = house()
    found.org.person_edits(lead_id(0), OwnerId=PEOPLE[0], Matched_Account__c=ACME)
    found.org.advance(30)
    found.send()
    assert found.states()[lead_id(0)] == ["done"] * 3
    assert len(found.org.tasks) == 2


def test_a_lead_changed_less_than_two_seconds_ago_waits() -> None:
    found = house()
    found.org.person_edits(lead_id(0), Company="Acme Ltd")
    found.decide(lead_id(0))
    assert found.send().calls == 0
    found.org.advance(1.5)  # 1.9 seconds after the whole second of the change
    assert found.send().calls == 0
    found.org.advance(0.2)
    assert found.send().done == 3


def test_a_person_who_moves_a_lead_within_the_second_in_which_it_was_read_is_seen() -> None:
    found = house()
    found.org.person_edits(lead_id(0), Company="Acme Ltd")
    lead, read_at = found.read(lead_id(0)), found.org.server_now()
    found.org.advance(0.3)
    found.org.person_edits(lead_id(0), OwnerId=PEOPLE[4])  # the same whole second: the condition cannot see it
    assert found.read(lead_id(0)).modified_at == lead.modified_at
    found.org.advance(60)
    found.decide_on(lead, read_at)
    found.send()
    assert found.org.leads[lead_id(0)]["OwnerId"] == PEOPLE[4]
    assert found.org.tasks == []
    assert found.org.calls == [("query", 0)]


def test_an_inactive_owner_is_remembered_and_the_lead_decided_anew() -> None:
    found = house()
    found.org.inactive.add(PEOPLE[0])
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3
    assert list(found.ledger.suspended_people(found.org.server_now())) == [PEOPLE[0]]
    assert list(found.ledger.to_decide_anew()) == [lead_id(0)]
    assert found.ledger.suspended_people(found.org.server_now() + timedelta(days=1, seconds=1)) == {}


def test_a_task_for_somebody_inactive_is_refused_and_the_others_are_made() -> None:
    found = house()
    found.org.inactive.add(BOSS)
    found.send()
    assert found.states()[lead_id(0)] == ["done", "done", "refused"]
    assert list(found.ledger.suspended_people(found.org.server_now())) == [BOSS]


def test_a_converted_lead_is_over_and_visible() -> None:
    found = house()
    found.org.leads[lead_id(0)]["IsConverted"] = True
    found.send()
    assert found.states()[lead_id(0)] == ["dead", "superseded", "superseded"]
    assert [write.lead_id for write in found.ledger.status().troubled] == [lead_id(0)]
    assert found.send().calls == 0


def test_a_deleted_lead_or_account_ends_the_write_and_is_looked_at_anew() -> None:
    """The org does not say which of the two is gone; the lead, if it lives, is decided anew."""
    found = house()
    del found.org.leads[lead_id(0)]
    assert found.send().decide_anew == 1
    assert found.states()[lead_id(0)] == ["superseded", "superseded", "superseded"]
    assert found.send().calls == 0


def test_a_lead_converted_while_the_answer_was_lost_ends_without_a_new_decision() -> None:
    found = house()
    found.org.next_fault = lambda kind: Fault("lost before" if kind == "change" else "query down")
    found.send()
    found.org.person_edits(lead_id(0), IsConverted=True)
    found.org.next_fault = lambda _kind: Fault()
    found.send()
    assert found.states()[lead_id(0)] == ["superseded"] * 3
    assert found.ledger.to_decide_anew() == {}


def test_only_the_locked_row_goes_again_ten_times_soon_and_then_hourly() -> None:
    """A lock of a quarter of an hour ended the write for good: nothing decided the lead again."""
    found = house(3)
    found.org.row_fault = refuse(Verdict.LOCKED, lead=lead_id(1))
    found.send()
    assert [found.states()[lead_id(index)][0] for index in range(3)] == ["done", "pending", "done"]
    waits = []
    for _ in range(9):
        (held,) = only(found, WriteState.PENDING)
        assert held.not_before is not None
        waits.append((held.not_before - found.org.server_now()).total_seconds())
        assert found.send().calls == 0
        found.org.advance(waits[-1])
        assert found.send().calls >= 1
    assert all(0.5 <= wait <= 60 for wait in waits)
    assert max(waits[:2]) < max(waits[6:])
    for hours in range(1, 4):
        (held,) = found.ledger.status().held
        assert (held.lead_id, held.answer_text) == (lead_id(1), "the org's words")
        found.org.advance(3599)
        assert found.send().calls == 0
        found.org.advance(2)
        assert found.send().calls == 1
        assert only(found, WriteState.PENDING)[0].attempts == 10 + hours
    assert found.ledger.status().troubled == ()
    found.org.row_fault = lambda _kind, _row: None
    found.org.advance(3601)
    assert found.send().done == 3


@pytest.mark.parametrize(("verdict", "pause"), [(Verdict.WAIT_DAILY, 900), (Verdict.WAIT_SHORT, 5)])
def test_a_limit_stops_the_round_keeps_the_order_and_is_not_asked_again_at_once(
    verdict: Verdict, pause: int
) -> None:
    found = house(60)
    order = [write.key for write in found.ledger.due(WriteKind.LEAD, found.org.server_now(), 100)]
    found.org.next_fault = lambda _kind: Fault(verdict.value)
    report = found.send()
    assert report.stopped == "the whole call was refused"
    assert found.org.calls == [("change", 25)]
    assert [write.key for write in found.ledger.due(WriteKind.LEAD, found.org.server_now(), 100)] == order
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(pause - 1)
    assert found.send().calls == 0
    assert found.ledger.status().pause is not None
    found.org.advance(2)
    assert found.send().done == 180


@pytest.mark.parametrize("verdict", [Verdict.STOP, Verdict.REAUTH, Verdict.RETRY])
def test_an_org_out_of_reach_costs_one_call_a_round_and_no_try(verdict: Verdict) -> None:
    found = house(60)
    found.org.next_fault = lambda _kind: Fault(verdict.value)
    for _ in range(20):
        assert found.send().stopped
        found.org.advance(30)
    assert found.org.calls == [("change", 25)] * 20
    found.org.next_fault = lambda _kind: Fault()
    assert found.send().done == 180


def test_a_missing_right_parks_the_kind_is_told_once_and_tried_hourly() -> None:
    found = house(60)
    found.org.row_fault = refuse(Verdict.NO_ACCESS)
    assert len(found.send().news) == 1
    assert found.org.calls == [("change", 25)]
    found.org.advance(3500)
    assert found.send().calls == 0
    found.org.advance(200)
    assert found.send().news == ()
    assert len(found.org.calls) == 2
    assert [item.kind for item in found.ledger.status().parked] == [WriteKind.LEAD]
    found.org.row_fault = lambda _kind, _row: None
    found.org.advance(3700)
    report = found.send()
    assert report.news == ("the org lets us write leads again",)
    assert found.ledger.status().parked == ()
    assert report.done == 180


def test_a_granted_right_is_used_as_soon_as_somebody_asks_and_a_missing_one_parks_again() -> None:
    found = house(60)
    found.org.row_fault = refuse(Verdict.NO_ACCESS)
    found.send()
    found.org.advance(300)
    codes = {write.answer_code for write in found.ledger.writes() if write.answer_code}
    assert found.ledger.try_held(found.org.server_now(), codes)
    assert (found.send().calls, found.send().calls) == (1, 0)
    found.org.row_fault = lambda _kind, _row: None
    found.org.advance(300)
    assert found.ledger.try_held(found.org.server_now(), codes)
    report = found.send()
    assert report.news == ("the org lets us write leads again",)
    assert report.done == 180


@pytest.mark.parametrize("verdict", [Verdict.NO_ACCESS, Verdict.ENTITY_LOCKED, Verdict.PARK, Verdict.BUG])
def test_one_row_in_trouble_is_held_for_an_hour_and_delays_only_itself(verdict: Verdict) -> None:
    found = house(30)
    found.org.row_fault = refuse(verdict, lead=lead_id(4))
    report = found.send()
    assert (report.done, report.count(WriteState.PENDING)) == (87, 1)
    assert [write.answer_text for write in found.ledger.status().held] == ["the org's words"]
    found.org.advance(3599)
    assert found.send().calls == 0
    found.org.row_fault = lambda _kind, _row: None
    found.org.advance(2)
    assert found.send().done == 3


def test_a_refusal_is_kept_with_the_orgs_own_sentence_without_addresses() -> None:
    found = house()
    found.org.row_fault = refuse(Verdict.REFUSED, text="Region is required, ask jane@acme.example")
    found.send()
    (refused,) = only(found, WriteState.REFUSED)
    assert refused.answer_text == "Region is required, ask [hidden]"
    assert refused.answer_code == "CODE"
    assert found.org.tasks == []


def test_a_batch_that_dies_in_the_orgs_automation_is_halved_down_to_the_row_that_kills_it() -> None:
    found = house(25)
    poison = lead_id(13)

    def dies(kind: str) -> Fault:
        sent = [write.lead_id for write in only(found, WriteState.SENDING)]
        return Fault(Verdict.HALVE.value if kind == "change" and poison in sent else "none")

    found.org.next_fault = dies
    report = found.send()
    assert report.count(WriteState.DONE, WriteKind.LEAD) == 24
    assert [count for kind, count in found.org.calls if kind == "change"] == [25, 12, 13, 6, 3, 1, 2, 1, 1, 3, 7]
    for _ in range(2):
        found.org.advance(61)
        found.send()
    assert [write.lead_id for write in only(found, WriteState.REFUSED)] == [poison]


def test_a_row_whose_call_never_answers_is_isolated_and_the_others_go_through() -> None:
    found = house(25)
    poison = lead_id(7)

    def hangs(kind: str) -> Fault:
        sent = [write.lead_id for write in only(found, WriteState.SENDING)]
        return Fault("lost before" if kind == "change" and poison in sent else "none")

    found.org.next_fault = hangs
    for _ in range(12):
        found.send()
        found.org.advance(61)
    assert len(only(found, WriteState.DONE)) == 24


@pytest.mark.parametrize("how", ["lost before", "lost after"])
def test_a_lost_answer_to_a_lead_write_is_found_out_by_reading(how: str) -> None:
    found = house()
    found.org.next_fault = lambda kind: Fault(how if kind == "change" else "none")
    found.send()
    assert found.org.calls[:2] == [("change", 1), ("query", 0)]
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(60)
    found.send()
    assert found.states()[lead_id(0)] == ["done"] * 3
    assert len(found.org.history) == 1
    assert len(found.org.tasks) == 2
    assert found.org.calls.count(("change", 1)) == (2 if how == "lost before" else 1)


def test_our_own_unheard_write_is_known_again_after_a_person_worked_on_the_lead() -> None:
    found = house()
    found.org.next_fault = lambda kind: Fault("lost after" if kind == "change" else "query down")
    assert found.send().stopped
    found.org.person_edits(lead_id(0), Company="Acme Ltd", Status="Working")
    found.org.next_fault = lambda _kind: Fault()
    found.send()
    assert found.states()[lead_id(0)] == ["done"] * 3


@pytest.mark.parametrize("how", ["lost after", "late"])
def test_our_own_unheard_write_is_known_again_although_a_person_changed_a_value_of_it(how: str) -> None:
    """Owner and link show that it was carried out; a late one is met when the write is tried again (412)."""
    found = house(0)
    found.org.add_lead(lead_id(0), QUEUE)
    found.org.advance(60)
    found.decide(lead_id(0), changes={"status": "disqualified"})
    lost = {"change": Fault(how, 5), "query": Fault("down" if how == "lost after" else "none")}
    found.org.next_fault = lambda kind: lost.get(kind, Fault())
    found.send()
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(10)
    assert found.org.leads[lead_id(0)]["Status"] == "Unqualified"
    found.org.person_edits(lead_id(0), Status="Working")
    found.org.advance(60)
    found.send()
    assert found.states()[lead_id(0)] == ["done"] * 3
    assert found.org.leads[lead_id(0)]["Status"] == "Working"


def test_an_unheard_task_is_sought_and_made_again_only_when_it_cannot_appear_any_more() -> None:
    found = house()
    found.org.next_fault = lambda kind: Fault("lost before" if kind == "create" else "none")
    found.send()
    assert found.states()[lead_id(0)] == ["done", "unknown", "unknown"]
    found.org.next_fault = lambda _kind: Fault()
    looks = 0
    for _ in range(59):
        found.org.advance(10)
        before = len(found.org.calls)
        assert found.send().calls == 0
        looks += len(found.org.calls) - before
    assert found.org.tasks == []
    assert 3 <= looks <= 8
    found.org.advance(11)
    found.send()
    assert len(found.org.tasks) == 2


def test_a_task_that_appears_late_is_found_and_not_made_twice() -> None:
    found = house()
    found.org.next_fault = lambda kind: Fault("late", 590) if kind == "create" else Fault()
    found.send()
    found.org.next_fault = lambda _kind: Fault()
    for _ in range(70):
        found.org.advance(10)
        found.send()
    assert len(found.org.tasks) == 2
    assert found.states()[lead_id(0)] == ["done"] * 3
    known = {write.record_id for write in only(found, WriteState.DONE, WriteKind.TASK)}
    assert known == {task["Id"] for task in found.org.tasks}


def test_the_wait_for_a_late_task_counts_from_the_end_of_its_call() -> None:
    """A call may leave the house a minute after it was marked: a new sign-in, a slow connection."""
    found = house()

    def slow(kind: str) -> Fault:
        if kind != "create":
            return Fault()
        found.org.advance(60)
        return Fault("late", 590)

    found.org.next_fault = slow
    found.send()
    found.org.next_fault = lambda _kind: Fault()
    for _ in range(70):
        found.org.advance(10)
        found.send()
    assert len(found.org.tasks) == 2


def test_an_unheard_task_that_a_person_has_thrown_away_is_not_made_again() -> None:
    found = house()
    found.org.next_fault = lambda kind: Fault("lost after" if kind == "create" else "none")
    found.org.next_fault = lambda kind: Fault({"create": "lost after", "query": "down"}.get(kind, "none"))
    found.send()
    for task in found.org.tasks:
        task["IsDeleted"] = True
    found.org.next_fault = lambda _kind: Fault()
    found.org.advance(700)
    found.send()
    assert len(found.org.tasks) == 2
    assert found.states()[lead_id(0)] == ["done"] * 3


def test_an_answer_of_the_wrong_length_tells_nothing_about_any_row(monkeypatch: pytest.MonkeyPatch) -> None:
    found = house(2)
    original = found.org.create_rows
    monkeypatch.setattr(found.org, "create_rows", lambda name, rows: original(name, rows)[:-1])
    found.send()
    assert len(found.org.tasks) == 4
    assert all(states == ["done"] * 3 for states in found.states().values())  # read back, and found


def test_a_fault_of_our_own_in_a_call_leaves_its_rows_to_be_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    found = house()

    def broken(*_anything: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(found.org, "change_rows", broken)
        with pytest.raises(ZeroDivisionError):
            found.send()
    assert found.states()[lead_id(0)][0] == "unknown"
    found.send()
    found.org.advance(60)
    found.send()
    assert found.states()[lead_id(0)] == ["done"] * 3


def test_a_decision_that_keeps_the_owner_sends_its_tasks_at_once() -> None:
    org = FakeOrg(SetClock(NOON))
    org.add_lead(lead_id(0), PEOPLE[0], Matched_Account__c=ACME)
    found = House(org, None)
    found.decide(lead_id(0))
    found.send()
    assert org.calls == [("create", 2)]
    assert found.states()[lead_id(0)] == ["done"] * 2


def test_a_round_ends_when_it_is_told_to_and_only_one_runs_at_a_time() -> None:
    found = house(60)
    report = found.sender.send_due(lambda: not only(found, WriteState.DONE))
    assert report.calls == 1
    assert len(only(found, WriteState.DONE)) == 25

    inner: list[str] = []
    found.org.step = lambda: inner.append(found.send().stopped)
    assert found.send().stopped == ""
    assert set(inner) == {"a round of sending is under way"}
