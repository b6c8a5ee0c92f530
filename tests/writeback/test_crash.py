"""Killed at any step and started again on the same file: nothing lost, nothing doubled, nobody overwritten."""

import random
from collections import Counter
from collections.abc import Callable
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

LEADS = 4
FAULTS = [
    "lost before", "lost after", "late",
    *(str(one) for one in (
        Verdict.LOCKED, Verdict.WAIT_DAILY, Verdict.WAIT_SHORT, Verdict.STOP, Verdict.RETRY, Verdict.HALVE,
        Verdict.NO_ACCESS,
    )),
]  # fmt: skip


def scenario(path: Path) -> House:
    """Four leads: one plain, one edited before it is written, one moved by a person, one for a leaver."""
    org = FakeOrg(SetClock(NOON))
    for index in range(LEADS):
        org.add_lead(lead_id(index), QUEUE)
    org.advance(60)
    return House(org, path)


def day(house: House) -> None:
    """Decide, let people work in between, send."""
    house.route_all(lambda people: people[0])
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
    for _ in range(12):
        house.org.advance(700)
        house.route_all(lambda people: people[0])
        house.send()
        check_invariants(house)
    house.org.advance(4000)
    house.route_all(lambda people: people[0])
    house.send()


def stopping_at(number: int) -> tuple[Callable[[], None], list[int]]:
    """A step that ends the process the `number`-th time, and the count of steps so far."""
    steps = [0]

    def step() -> None:
        steps[0] += 1
        if steps[0] == number:
            raise KilledError

    return step, steps


def test_killed_at_each_single_step_of_a_round_all_ends_well(tmp_path: Path) -> None:
    """Each commit (before it, after it) and each call (before it, after it), one at a time."""
    number, killed = 0, True
    while killed:
        number += 1
        house = scenario(tmp_path / f"{number}.db")
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
        house.open()
        settle_down(house)
        check_converged(house)
        house.ledger.close()
    assert number > 40, "the scenario has fewer steps than it should"


@pytest.mark.parametrize("how", FAULTS)
def test_each_single_call_failing_in_each_way_ends_well(tmp_path: Path, how: str) -> None:
    calls = 1
    number = 0
    while number < calls:
        number += 1
        house = scenario(tmp_path / f"{number}.db")
        seen = [0]

        def fault(kind: str, number: int = number, seen: list[int] = seen) -> Fault:
            seen[0] += 1
            return Fault(how, 500.0) if seen[0] == number else Fault()

        house.org.next_fault = fault
        for _ in range(3):
            day(house)
            house.org.advance(70)
        calls = seen[0]
        check_invariants(house)
        settle_down(house)
        check_converged(house)
        house.ledger.close()
    assert calls >= 4


@pytest.mark.parametrize("seed", range(60))
def test_seeded_histories_with_faults_people_and_kills_keep_every_promise(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    history = History(chance, tmp_path / "ledger.db")
    history.run(rounds=25)
    settle_down(history.house)
    check_converged(history.house)
    assert history.seen["kill"] + history.seen["fault"] > 0


class History:
    """One seeded world: leads arrive, people edit, users leave, calls fail, the process is killed."""

    def __init__(self, chance: random.Random, path: Path) -> None:
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
        self.seen["fault"] += 1
        how = self.chance.choice([*FAULTS, "late", "lost after"])
        return Fault(str(how), self.chance.uniform(0, 590))

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
                self.house.ledger.close()
                self.house.org.step = lambda: None
                self.house.open()
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
        org.advance(self.chance.choice([0.0, 0.2, 0.9, 2.0, 10.0, 200.0]))
        self.house.send()

    def people_work(self) -> None:
        org = self.house.org
        for record_id in list(org.leads):
            luck = self.chance.random()
            if luck < 0.05:
                org.person_edits(record_id, Company=f"Acme {luck}")
            elif luck < 0.08:
                org.person_edits(record_id, OwnerId=self.chance.choice(PEOPLE))
            elif luck < 0.10:
                org.person_edits(record_id, Matched_Account__c=to_18(f"001{int(luck * 1e6):012}"))
        if self.chance.random() < 0.1:
            org.inactive = {self.chance.choice(PEOPLE)}
