"""Killed at any step and started again on the same file: nothing lost, nothing doubled, nobody overwritten."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.model.ids import to_18
from sfrouter.salesforce.faults import Verdict
from tests.writeback.fake_org import FakeOrg, Fault
from tests.writeback.house import (
    NOON,
    PEOPLE,
    QUEUE,
    House,
    KilledError,
    check_converged,
    check_invariants,
    lead_id,
)

LEADS = 6
MOST_CALLS = 40
FAULTS = [
    "lost before", "lost after", "late",
    *(str(one) for one in (
        Verdict.LOCKED, Verdict.WAIT_DAILY, Verdict.WAIT_SHORT, Verdict.STOP, Verdict.RETRY, Verdict.HALVE,
        Verdict.NO_ACCESS,
    )),
]  # fmt: skip


def scenario(path: Path | None = None) -> House:
    """Six leads, each for the next person; one is edited before it is written, one moved, one is for a leaver."""
    org = FakeOrg(SetClock(NOON))
    for index in range(LEADS):
        org.add_lead(lead_id(index), QUEUE)
    org.advance(60)
    return House(org, path)


def in_turn(house: House) -> Callable[[Sequence[str]], str]:
    return lambda people: people[len(house.ledger.decisions()) % len(people)]


def day(house: House) -> None:
    """Decide, let people work in between, send."""
    house.route_all(in_turn(house))
    if not house.org.history:
        house.org.person_edits(lead_id(1), Company="Acme Ltd")
        house.org.person_edits(lead_id(2), OwnerId=PEOPLE[4])
        house.org.inactive.add(PEOPLE[0])
    house.send()
    house.org.inactive.discard(PEOPLE[0])


def settle_down(house: House) -> None:
    """No more faults: a few polls, far enough apart for every wait to end."""
    house.org.step = lambda: None
    house.org.next_fault = lambda _kind: Fault()
    house.org.row_fault = lambda _kind, _row: None
    for _ in range(6):
        house.org.advance(700)
        house.route_all(in_turn(house))
        house.send()
        check_invariants(house)
    house.org.advance(4000)
    house.route_all(in_turn(house))
    house.send()


def stopping_at(number: int) -> tuple[Callable[[], None], list[int]]:
    """A step that ends the process the `number`-th time, and the count of steps so far."""
    steps = [0]

    def step() -> None:
        steps[0] += 1
        if steps[0] == number:
            raise KilledError

    return step, steps


def test_killed_at_each_single_step_of_a_round_all_ends_well() -> None:
    """Each commit (before it, after it) and each call (before it, after it), one at a time."""
    number, killed = 0, True
    while killed:
        number += 1
        house = scenario()
        step, _ = stopping_at(number)
        house.make_killable()
        house.org.step = step
        killed = False
        try:
            for _ in range(3):
                day(house)
                house.org.advance(70)
        except KilledError:
            killed = True
        check_invariants(house)
        house.org.step = lambda: None
        house.open_again()
        settle_down(house)
        check_converged(house)
    assert number > 40, "the scenario has fewer steps than it should"


@pytest.mark.parametrize("how", FAULTS)
def test_each_single_call_failing_in_each_way_ends_well(how: str) -> None:
    calls = [0]
    for number in range(MOST_CALLS):
        house = scenario()
        seen = [0]

        def fault(_kind: str, number: int = number, seen: list[int] = seen) -> Fault:
            seen[0] += 1
            return Fault(how, 500.0) if seen[0] == number else Fault()

        house.org.next_fault = fault
        for _ in range(3):
            day(house)
            house.org.advance(70)
        calls.append(seen[0])
        check_invariants(house)
        settle_down(house)
        check_converged(house)
        if seen[0] < number:
            break
    else:
        pytest.fail("the scenario makes more calls than this test fails")
    assert calls[1] >= 5, "the first round meets no fault, so it shows how many calls there are"


@pytest.mark.parametrize("group", range(5))
def test_seeded_histories_with_faults_people_and_kills_keep_every_promise(group: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(group * 12, group * 12 + 12):
        seen += live_through(History(random.Random(seed), None), seed)
    assert min(seen[what] for what in (*FAULTS, "kill", "row fault", "edit", "move", "link", "leave")) > 3, seen
    assert seen["tasks"] > 200, seen


@pytest.mark.parametrize("seed", range(1000, 1003))
def test_the_same_with_a_file_that_is_opened_again_after_each_kill(tmp_path: Path, seed: int) -> None:
    assert live_through(History(random.Random(seed), tmp_path / "ledger.db"), seed)["tasks"] > 0


def live_through(history: "History", seed: int) -> Counter[str]:
    try:
        history.run(rounds=25)
        settle_down(history.house)
        check_converged(history.house)
    except AssertionError as broken:
        raise AssertionError(f"seed {seed}: {broken}") from broken
    history.seen["tasks"] += len(history.house.org.tasks)
    return history.seen


class History:
    """One seeded world: leads arrive, people edit, users leave, calls fail, the process is killed."""

    def __init__(self, chance: random.Random, path: Path | None) -> None:
        self.chance = chance
        self.seen: Counter[str] = Counter()
        self.house = House(FakeOrg(SetClock(NOON)), path)
        self.house.org.next_fault = self.fault
        self.house.org.row_fault = self.row_fault
        self.house.make_killable()
        self.house.org.step = self.step

    def step(self) -> None:
        if self.chance.random() < 0.01:
            self.seen["kill"] += 1
            raise KilledError

    def fault(self, _kind: str) -> Fault:
        if self.chance.random() > 0.3:
            return Fault()
        how = self.chance.choice([*FAULTS, "late", "lost after"])
        self.seen[how] += 1
        return Fault(how, self.chance.uniform(0, 590))

    def row_fault(self, kind: str, _row: object) -> tuple[Verdict, str, str] | None:
        if self.chance.random() > 0.1:
            return None
        self.seen["row fault"] += 1
        verdicts = [Verdict.LOCKED, Verdict.LOCKED, Verdict.ENTITY_LOCKED, Verdict.PARK, Verdict.NO_ACCESS]
        return self.chance.choice(verdicts), "CODE", "row trouble"

    def run(self, rounds: int) -> None:
        for _ in range(rounds):
            try:
                self.turn()
            except KilledError:
                self.house.org.step = lambda: None
                self.house.open_again()
                self.house.make_killable()
                self.house.org.step = self.step
            check_invariants(self.house)

    def turn(self) -> None:
        org = self.house.org
        for _ in range(self.chance.randint(0, 3)):
            org.add_lead(lead_id(len(org.leads)), QUEUE)
        org.advance(self.chance.choice([0.0, 0.3, 1.0, 5.0, 30.0]))
        self.house.route_all(self.chance.choice)
        self.people_work()
        org.advance(self.chance.choice([0.0, 0.2, 0.9, 2.0, 10.0, 200.0, 1000.0]))
        self.house.send()

    def people_work(self) -> None:
        org = self.house.org
        for record_id in list(org.leads):
            luck = self.chance.random()
            if luck < 0.05:
                self.seen["edit"] += 1
                org.person_edits(record_id, Company=f"Acme {luck}")
            elif luck < 0.08:
                self.seen["move"] += 1
                org.person_edits(record_id, OwnerId=self.chance.choice(PEOPLE))
            elif luck < 0.10:
                self.seen["link"] += 1
                org.person_edits(record_id, Matched_Account__c=to_18(f"001{int(luck * 1e6):012}"))
        if self.chance.random() < 0.1:
            self.seen["leave"] += 1
            org.inactive = {self.chance.choice(PEOPLE)}
