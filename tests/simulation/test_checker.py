"""The checker sees what it is there for: classical mistakes, made on purpose, are found.

Each is made in the standard scenario, with the one trouble in which it shows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import requests

import sfrouter.ledger.outbox
import sfrouter.salesforce.writing
import sfrouter.writeback.plan
from sfrouter.ledger.outbox_rows import supersede_unsent, tasks_waiting
from sfrouter.ledger.settlement import Settlement
from sfrouter.localorg.exchange import Request
from sfrouter.mirror.watermark import Watermark
from sfrouter.model.write import Write, WriteState
from sfrouter.salesforce.auth import TokenHolder
from sfrouter.salesforce.faults import Verdict
from sfrouter.writeback.verdicts import Answers
from tests.simulation.checker import Checker
from tests.simulation.each import Undisturbed, undisturbed
from tests.simulation.history import History, run
from tests.simulation.invariants import Evidence, i06_one_account_a_domain, i11_only_what_is_declared
from tests.simulation.other_org import swap
from tests.simulation.standard import standard
from tests.simulation.transport import Call, Exchange
from tests.simulation.troubles import TROUBLES

_subrequest = sfrouter.salesforce.writing._subrequest
_since = Watermark.since
_settle, _send = Answers.settle, requests.Session.send
_lead_values, _task_values = sfrouter.writeback.plan._lead_values, sfrouter.writeback.plan._task_values


def _without_header() -> Any:
    """The repeat that drops the header which keeps the assignment rule away (F35)."""
    return patch.object(sfrouter.salesforce.writing, "NO_ASSIGNMENT", {})


def _without_condition() -> Any:
    """Writes that overwrite whatever a person did since (F38)."""

    def blind(*words: Any, **named: Any) -> dict[str, Any]:
        made = _subrequest(*words, **named)
        made["httpHeaders"].pop("If-Unmodified-Since", None)
        return made

    return patch.object(sfrouter.salesforce.writing, "_subrequest", blind)


def _blind_repeat() -> Any:
    """What was not answered is simply sent again (F31)."""

    def again(_self: Answers, write: Write, _answer: Any) -> Settlement:
        return Settlement(key=write.key, state=WriteState.PENDING)

    return patch.object(Answers, "silent", again)


def _short_overlap() -> Any:
    """A look-back of ten seconds, and the org's own word is not heard (F01)."""

    def since(self: Watermark, org_time: datetime, _overlap: timedelta) -> datetime | None:
        return _since(replace(self, covered=None), org_time, timedelta(seconds=10))

    return patch.object(Watermark, "since", since)


def _without_comparison() -> Any:
    """A new sign-in is believed wherever it leads (F28)."""
    return patch.object(TokenHolder, "_compare", lambda *_: None)


def _locked_for_good() -> Any:
    """A row that others hold for a moment is never written (F33)."""

    def settle(self: Answers, write: Write, answer: Any, *words: Any, **named: Any) -> Settlement:
        if answer.verdict is Verdict.LOCKED:
            return Settlement(key=write.key, state=WriteState.REFUSED, code=answer.code)
        return _settle(self, write, answer, *words, **named)

    return patch.object(Answers, "settle", settle)


def _tasks_of_all() -> Any:
    """The Tasks of an owner who never got the lead are made all the same."""

    def released(connection: Any, write: Write, state: WriteState, at: datetime) -> None:
        if state in (WriteState.DONE, WriteState.SUPERSEDED):
            sfrouter.ledger.outbox._release(connection, write.lead_id, write.decision_number, at)

    return patch.object(sfrouter.ledger.outbox, "_tell_tasks", released)


def _tasks_of_nobody() -> Any:
    """No Task is ever made for a lead that got an owner."""

    def dropped(connection: Any, write: Write, _state: WriteState, at: datetime) -> None:
        waiting = tasks_waiting(connection, write.lead_id, write.decision_number)
        supersede_unsent(connection, waiting, "thrown away", at)

    return patch.object(sfrouter.ledger.outbox, "_tell_tasks", dropped)


def _tasks_of_another_lead() -> Any:
    """Every Task hangs on the first lead that one was made for."""
    first: list[Any] = []

    def values(*words: Any) -> dict[str, Any]:
        made = _task_values(*words)
        first.append(made["WhoId"])
        return {**made, "WhoId": first[0]}

    return patch.object(sfrouter.writeback.plan, "_task_values", values)


def _first_account() -> Any:
    """Each lead is linked to the account of the first."""
    first: list[Any] = []

    def values(*words: Any) -> dict[str, Any]:
        made: dict[str, Any] = _lead_values(*words)
        if "Account__c" in made:
            first.append(made["Account__c"])
            made["Account__c"] = first[0]
        return made

    return patch.object(sfrouter.writeback.plan, "_lead_values", values)


def _without_priority() -> Any:
    """The word for a lead that cannot wait is never written."""

    def values(*words: Any) -> dict[str, Any]:
        return {name: value for name, value in _lead_values(*words).items() if name != "Rating"}

    return patch.object(sfrouter.writeback.plan, "_lead_values", values)


def _without_limits() -> Any:
    """Calls that wait for ever for an answer (F25), and believe any certificate."""

    def send(self: requests.Session, request: requests.PreparedRequest, **named: Any) -> requests.Response:
        return _send(self, request, **{**named, "timeout": None, "verify": False})

    return patch.object(requests.Session, "send", send)


def _an_hour_after_silence() -> Any:
    """What went unanswered once is tried again an hour later."""

    def later(_self: Answers, since: datetime, _silences: int) -> datetime:
        return since + timedelta(hours=1)

    return patch.object(Answers, "after_silence", later)


@pytest.fixture(scope="module")
def peace() -> Undisturbed:
    """The scenario without any fault."""
    return undisturbed()


def _found(mistake: Any, history: History) -> set[str]:
    """The promises that the judge sees broken when the mistake is made."""
    with mistake():
        run(history, Checker())
    return {violation.split()[0] for violation in history.violations}


def test_a_lead_written_without_its_header_is_seen() -> None:
    assert "I11" in _found(_without_header, standard())


def test_a_person_overwritten_is_seen(peace: Undisturbed) -> None:
    """Other dice for each try: the person may take the lead whom the router gives it to as well."""
    call, taken = peace.calls.index("change") + 1, "a person takes the lead in the gap"
    tries = (standard({call: taken, 1000 + other: taken}) for other in range(6))
    assert any("I4" in _found(_without_condition, history) for history in tries)


def test_a_task_made_twice_is_seen(peace: Undisturbed) -> None:
    call = len(peace.calls) - peace.calls[::-1].index("create")
    assert "I5" in _found(_blind_repeat, standard({call: "line reset after the org did it"}))


def _first_change(peace: Undisturbed) -> int:
    return peace.calls.index("change") + 1


def test_a_lead_left_alone_for_a_trouble_that_passes_is_seen(peace: Undisturbed) -> None:
    assert "I1" in _found(_locked_for_good, standard({_first_change(peace): "rows locked"}))


def test_a_task_for_an_owner_who_never_had_the_lead_is_seen(peace: Undisturbed) -> None:
    history = standard({_first_change(peace): "a person takes the lead in the gap"})
    assert "I5" in _found(_tasks_of_all, history)
    assert any("tells of lead" in one for one in history.violations)


def test_people_whom_nobody_tells_are_seen() -> None:
    history = standard()
    assert _found(_tasks_of_nobody, history) == {"I5"}
    assert all("no Task tells" in one for one in history.violations)


def test_a_task_of_another_lead_is_seen() -> None:
    history = standard()
    assert "I5" in _found(_tasks_of_another_lead, history)
    assert any("hangs on" in one for one in history.violations)


def test_a_link_to_another_account_is_seen() -> None:
    history = standard()
    assert "I9" in _found(_first_account, history)
    assert any("points to" in one for one in history.violations)


def test_a_priority_that_is_missing_is_seen() -> None:
    history = standard()
    assert "I9" in _found(_without_priority, history)
    assert all("has the priority None" in one for one in history.violations)


def test_calls_without_a_time_limit_are_seen() -> None:
    history = standard()
    assert "X9" in _found(_without_limits, history)
    assert len(history.violations) == 2


def _no_update_answered() -> History:
    """The org answers no update until five minutes are over: the first answer lets all others go at once."""
    history = standard()
    faults = history.faults
    faults.poison = next(one for one in TROUBLES if one.name == "hang, nothing done")
    history.clock.at(40.0, lambda: setattr(faults, "poisoned", frozenset(history.people.leads)))
    history.clock.at(300.0, lambda: setattr(faults, "poisoned", frozenset()))
    return history


def test_a_lead_that_waits_for_an_hour_without_need_is_seen() -> None:
    assert not run(_no_update_answered(), Checker()).violations
    history = _no_update_answered()
    assert "L1" in _found(_an_hour_after_silence, history)
    assert any("is held for" in one for one in history.violations)


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("DELETE", "sobjects/Lead/00Q000000000001EAA", ""),
        ("DELETE", "composite/sobjects", "ids=00Q000000000001EAA"),
        ("PUT", "composite/sobjects", ""),
        ("POST", "actions/standard/emailSimple", ""),
        ("POST", "jobs/ingest", ""),
        ("POST", "composite/tree/Lead", ""),
    ],
)
def test_a_change_by_any_other_way_is_seen(method: str, path: str, query: str) -> None:
    history = standard()
    call = Call(1, Request(method, f"/services/data/v65.0/{path}", query))
    history.wire.exchanges.append(Exchange(1, 0.0, 0.1, call, 200, "", "", 1))
    assert list(i11_only_what_is_declared(Evidence(history)))


def test_a_lead_that_was_never_read_is_seen() -> None:
    """It was stamped early and seen late: a short overlap passes it by."""
    history = standard()
    history.clock.at(10.0, lambda: history.people.arrive(2, 50.0))
    assert "L1" in _found(_short_overlap, history)


def test_a_link_to_a_merged_account_is_seen_unless_the_merge_could_not_see_it() -> None:
    """A link that the org commits minutes after it left is invisible to whoever merges the account meanwhile."""
    history = run(standard(), Checker())
    store, exchanges = history.org.store, history.wire.exchanges
    link = next(
        (each, part) for each in exchanges if each.call.kind == "change"
        for part in each.call.parts if part["body"].get("Account__c")
    )  # fmt: skip
    lead_id, account_id = link[1]["url"].rpartition("/")[2], link[1]["body"]["Account__c"]
    store.update("Account", account_id, {"IsDeleted": True, "MasterRecordId": history.org.id_of("@beta")})
    found = [one for one in i06_one_account_a_domain(Evidence(history)) if lead_id in one]
    assert found == [f"I6 lead {lead_id} points to an account that is gone"]
    unheard = replace(link[0], status=0)
    exchanges[exchanges.index(link[0])] = unheard
    store.update("Account", account_id, {"SystemModstamp": history.start + timedelta(seconds=unheard.left + 10)})
    assert not [one for one in i06_one_account_a_domain(Evidence(history)) if lead_id in one]
    store.update("Account", account_id, {"SystemModstamp": history.start + timedelta(seconds=unheard.left - 10)})
    assert [one for one in i06_one_account_a_domain(Evidence(history)) if lead_id in one] == found
    history.people.returned.add(lead_id)  # from the recycle bin: excused is a link from before the merge only
    assert [one for one in i06_one_account_a_domain(Evidence(history)) if lead_id in one] == found
    store.update("Account", account_id, {"SystemModstamp": history.start + timedelta(seconds=unheard.left + 10)})
    exchanges[exchanges.index(unheard)] = link[0]
    assert not [one for one in i06_one_account_a_domain(Evidence(history)) if lead_id in one]


def _swapped(at: float, *, anew: bool = False) -> History:
    """The scenario, in which another org answers from this moment until the trouble ends."""
    history = standard()
    history.clock.at(at, lambda: history.endings.append(swap(history, anew=anew)))
    return history


def _before_the_first_write() -> float:
    """While the answer to the question before it is on its way back."""
    whole = run(standard(), Checker())
    return next(each.left for each in whole.wire.exchanges if each.call.kind == "change") - 0.02


def test_a_write_to_the_org_that_answers_now_is_seen() -> None:
    history = _swapped(_before_the_first_write())
    assert "I11" in _found(_without_comparison, history)
    assert [one for one in history.violations if one.endswith("/composite writes to another org")]


def test_a_row_of_the_org_that_answers_now_is_seen() -> None:
    history = _swapped(24.0)
    assert "I11" in _found(_without_comparison, history)
    assert [one for one in history.violations if "the mirror has 00Q" in one and one.endswith("from another org")]


@pytest.mark.parametrize("anew", [False, True], ids=["works on", "started anew"])
def test_nothing_goes_to_or_comes_from_an_org_that_took_the_place_of_ours(*, anew: bool) -> None:
    for at in (_before_the_first_write(), 24.0):
        history = run(_swapped(at, anew=anew), Checker())
        assert not history.violations
        # One that is started anew may be down for longer than the other org is there, or meet it more than once.
        assert set(history.stopped) == {"exit code 7"} or (anew and not history.stopped)
        assert anew or len(history.stopped) == 1
