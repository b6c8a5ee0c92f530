"""The judge sees effort without bounds (I13): made on purpose in the standard scenario, each kind is found."""

from __future__ import annotations

from functools import partialmethod
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.salesforce.auth
import sfrouter.salesforce.door
import sfrouter.salesforce.retry
from sfrouter.salesforce.door import Door
from sfrouter.writeback.send import Sender
from sfrouter.writeback.settings import SendSettings
from tests.simulation.checker import Checker
from tests.simulation.effort import JUDGED, at_peace, i13_few_retries
from tests.simulation.history import run
from tests.simulation.invariants import Evidence
from tests.simulation.run import one_history
from tests.simulation.script import PEACE
from tests.simulation.standard import standard
from tests.simulation.troubles import TROUBLES
from tests.simulation.world_troubles import WORLD_TROUBLES

_attempts = sfrouter.salesforce.retry.question_attempts


def test_the_scenario_without_faults_is_peace_and_is_judged_as_such() -> None:
    """Else the bound on calls a lead would be looked at nowhere."""
    looks = _AtPeace()
    assert not run(standard(), looks).violations
    assert looks.seen is True


def test_no_trouble_is_called_as_what_a_judge_looks_at() -> None:
    """Else a history with it would pass for one without trouble."""
    begun = [one.name for one in WORLD_TROUBLES if one.begin]
    assert not [name for name in (*begun, *(one.name for one in TROUBLES)) if "judged" in name]


class _AtPeace(Checker):
    """Asks as the judge does: before the files are gone."""

    seen = False

    def final(self, history: Any) -> None:
        super().final(history)
        self.seen = at_peace(Evidence(history))


def _signs_in_at_once() -> Any:
    return patch.multiple(sfrouter.salesforce.auth, TRIES_ALLOWED=99, RENEWALS_ALLOWED=99)


def _waits_for_nothing() -> Any:
    """The next call goes out at once after the org said that it is too much."""
    return patch.object(Door, "_wait_if_told", lambda _self: None)


def _never_gives_up() -> Any:
    """A question is asked for as long as it takes, without a wait between."""

    def attempts(_tries: int, *rest: Any) -> Any:
        made = _attempts(50, *rest)
        made.wait = lambda _state: 0.2
        return made

    return patch.object(sfrouter.salesforce.door, "question_attempts", attempts)


def _tries_for_ever() -> Any:
    """Locked rows are sent again each second."""
    restless = SendSettings(most_lock_tries=999, longest_backoff=0.5)
    return patch.object(Sender, "__init__", partialmethod(Sender.__init__, settings=restless))


def _one_by_one() -> Any:
    """A call for each lead and each Task."""
    single = SendSettings(leads_a_call=1, tasks_a_call=1)
    return patch.object(Sender, "__init__", partialmethod(Sender.__init__, settings=single))


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ([8, 4, 2, 1, 8, 4, 2, 1, 8, 4, 2, 1, 8, 4], []),
        ([4] * 14, ["I13 lead of 00Q5e000000001dEAA was sent 14 times"]),
        (list(range(1, 15)), ["I13 lead of 00Q5e000000001dEAA was sent 14 times"]),
    ],
)
def test_the_halves_of_a_batch_are_no_new_tries(sizes: list[int], found: list[str]) -> None:
    """As in a history in which an automation, locks and silence took turns: four rounds of halves in a minute."""
    lead_id, moment = "00Q5e000000001dEAA", "2026-03-02T09:00:00+00:00"
    sent: Any = [
        SimpleNamespace(
            call=SimpleNamespace(kind="change", writes=True, parts=range(size), lead_ids=[lead_id]),
            life=1,
            status=200,
        )
        for size in sizes
    ]
    row = {
        "kind": "lead", "lead_id": lead_id, "recorded_at": moment, "sent_at": moment, "attempts": len(sizes),
        "extra": {},
    }  # fmt: skip
    history = SimpleNamespace(wire=SimpleNamespace(exchanges=sent))
    evidence: Any = SimpleNamespace(history=history, ledger=SimpleNamespace(outbox=[row]))
    assert list(i13_few_retries(evidence)) == found


@pytest.mark.parametrize(
    ("what", "times", "until", "found"),
    [
        ("silent", 8, "09:20", 0), ("silent", 9, "09:20", 1), ("silent", 9, "09:40", 0),
        ("silent", 30, "23:00", 0), ("silent", 60, "23:00", 1),
        ("tries", 11, "09:20", 0), ("tries", 12, "09:20", 1), ("tries", 12, "10:10", 0), ("tries", 30, "23:00", 1),
    ],
)  # fmt: skip
def test_a_row_in_trouble_of_its_own_is_tried_ever_less_often(
    what: str, times: int, until: str, found: int
) -> None:
    row = {
        "kind": "lead", "lead_id": "00Q5e000000001dEAA", "recorded_at": "2026-03-02T09:00:00+00:00",
        "sent_at": f"2026-03-02T{until}:00+00:00", "attempts": 1, "extra": {what: str(times)},
    }  # fmt: skip
    history = SimpleNamespace(wire=SimpleNamespace(exchanges=[]))
    evidence: Any = SimpleNamespace(history=history, ledger=SimpleNamespace(outbox=[row]))
    assert len(list(i13_few_retries(evidence))) == found


def test_some_histories_have_no_trouble_at_all() -> None:
    """There the bound on calls a lead is judged with leads that come as they like."""
    peaceful = [seed for seed in range(100) if Random(f"{seed}/peace").random() < PEACE]
    histories = [one_history(seed, "bounded") for seed in peaceful]
    assert [history.met[JUDGED] for history in histories] == [1] * len(peaceful)
    assert peaceful


@pytest.mark.parametrize(
    ("mistake", "trouble", "words"),
    [
        (_signs_in_at_once, "401 once", "3 sign-ins within 60 s"),
        (_waits_for_nothing, "too many calls at once", "after a limit answer"),
        (_never_gives_up, "connection refused", "7 tries of one question"),
        (_one_by_one, "", "calls write what"),
        (_tries_for_ever, "rows locked", "was sent"),
    ],
)
def test_effort_without_bounds_is_found(mistake: Any, trouble: str, words: str) -> None:
    every = 3 if trouble == "401 once" else 1  # between two of them, a sign-in and the repeat
    last = 90 if words == "was sent" else 36
    history = standard(dict.fromkeys(range(6, last, every), trouble))
    with mistake():
        run(history, Checker())
    assert any(one.startswith("I13") and words in one for one in history.violations), history.violations
