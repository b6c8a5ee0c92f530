"""What happens in a history, and when: drawn from its seed before its first second."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

from tests.simulation.accounts_beside import appoint_account_beside
from tests.simulation.additions import FORMULA, LEADS, strategic_by_formula
from tests.simulation.batches import BATCHES_ALONE, appoint_batches, appoint_batches_alone, l3_others_in_time
from tests.simulation.beside_poison import l3_others_move_on
from tests.simulation.bulk_troubles import drawn
from tests.simulation.business import appoint_business
from tests.simulation.clock import SimulatedClock
from tests.simulation.crash import CrashPoints
from tests.simulation.days_limit import appoint_days_limit
from tests.simulation.downs import appoint_last_words
from tests.simulation.faults import Faults, Scene
from tests.simulation.floods import appoint_flood
from tests.simulation.history import SMALL_PAGE, History, Mode
from tests.simulation.long_hidden import appoint_hidden_long
from tests.simulation.met import Twins
from tests.simulation.paces import appoint_paces
from tests.simulation.people import People
from tests.simulation.poison import ALONE, appoint_poison
from tests.simulation.policies import appoint_policy
from tests.simulation.programs import appoint_program
from tests.simulation.transport import Wire
from tests.simulation.troubles import TROUBLES
from tests.simulation.world import POLL, START, named, open_org, start_of
from tests.simulation.world_troubles import WORLD_TROUBLES, WorldTrouble

WORLD_TROUBLE = 0.06
"""The chance of each lasting trouble to come up in a history."""
BESIDE = (1, 1, 1, 2, 3)
"""How many leads come in right after it began, so that something meets it."""
TO_MEET_IT = POLL + 10.0
"""Seconds before the end of all trouble at which each has begun: one poll at least, and what it writes."""
BY_FORMULA = 0.08
"""The share of bounded histories in which a formula changes."""
PEACE = 0.02
"""The share of bounded histories in which leads come, and nothing goes wrong: there every call is counted."""
SHORT = 0.88
"""The share of histories whose trouble lasts for a minute or two; the others know delays of ten minutes."""


def begin(seed: int, mode: Mode, *, fault_rate: float | None = None, crash_rate: float | None = None) -> History:
    """A history before its first second. The rates are chances per call and per point; None: by the seed."""
    made = built(seed, mode, fault_rate=fault_rate, crash_rate=crash_rate)
    begins = made.chance.choice((0.0, 5.0, 5.0, 20.0))
    _leads_come(made)
    drawn_alone = mode == "bounded" and fault_rate is None
    if drawn_alone and random.Random(f"{seed}/peace").random() < PEACE:
        made.after_trouble(0, lambda: calm(made))
        return made
    if drawn_alone and random.Random(f"{seed}/poison alone").random() < ALONE:
        appoint_poison(made)
        made.after_trouble(0, lambda: _judged_and_calm(made, l3_others_move_on))
        return made
    if drawn_alone and random.Random(f"{seed}/batches alone").random() < BATCHES_ALONE:
        appoint_batches_alone(made)
        made.after_trouble(0, lambda: _judged_and_calm(made, l3_others_in_time))
        return made
    made.clock.at(0.0 if made.bulk_from else begins, lambda: trouble_begins(made))
    if fault_rate is None and appoint_hidden_long(made):
        made.after_trouble(0, lambda: calm(made))
        return made
    appoint_paces(made)
    _appoint(made)
    if mode == "bounded" and random.Random(f"{seed}/formula").random() < BY_FORMULA:
        appoint_formula(made)
    appoint_flood(made)
    appoint_policy(made)
    appoint_last_words(made)
    appoint_business(made)
    appoint_batches(made)
    appoint_days_limit(made)
    appoint_program(made)
    appoint_account_beside(made)
    return made


def built(seed: int, mode: Mode, *, fault_rate: float | None, crash_rate: float | None) -> History:
    """Org, people, dice and clock of a history, with nothing appointed yet; rates as for `begin`."""
    chance = random.Random(f"{seed}/{mode}")
    clock = SimulatedClock(start_of(seed))
    org = open_org(clock.org, random.Random(f"{seed}/secrets"))
    people = People(org, clock, random.Random(f"{seed}/people"), lambda what: made.note(what),
                    lambda what: made.met.update([what]))  # fmt: skip
    rates = (0.05, 0.15, 0.3, 0.6) if mode == "hostile" else (0.0, 0.05, 0.1, 0.25)
    chosen = (chance.choice(rates), chance.choice((0.0, 0.003, 0.01, 0.02)))
    scene = Scene(org, clock, random.Random(f"{seed}/faults"), people.do, lambda what: made.note(what))
    faults = Faults(scene, TROUBLES, chosen[0] if fault_rate is None else fault_rate)
    points = CrashPoints(random.Random(f"{seed}/crashes"), chosen[1] if crash_rate is None else crash_rate)
    wire = Wire(org, clock, points, faults, _latency(random.Random(f"{seed}/line")))
    made = History(
        seed,
        mode,
        chance,
        clock,
        org,
        people,
        faults,
        points,
        wire,
        trouble_ends=0.0,
        short=chance.random() < SHORT,
        start=start_of(seed),
    )
    if made.start != START:
        made.met["a night in which the clock is changed"] += 1
    made.trouble_ends = chance.uniform(50, 130) if made.short else chance.uniform(200, 700)
    org.store._factories["00Q"] = Twins("00Q")
    made.page = chance.choice((SMALL_PAGE, 50, 2000, 2000))
    faults.on = points.on = False
    made.bulk_from, made.bulk_page = drawn(seed, org)
    return made


def _latency(chance: random.Random) -> Any:
    return lambda: chance.choice((0.05, 0.1, 0.1, 0.2, 0.4, 1.5))


def _leads_come(history: History) -> None:
    chance, clock, people = history.chance, history.clock, history.people
    end = history.trouble_ends
    for _ in range(chance.randint(1, 3) if history.short else chance.randint(2, 7)):
        count = chance.choice((1, 1, 1, 2, 3, 8))
        delay = chance.choice((0.0, 0.0, 0.0, 2.0, 30.0, *(() if history.short else (300.0, 590.0))))
        clock.at(chance.uniform(0, end), lambda count=count, delay=delay: people.arrive(count, delay))  # type: ignore[misc]


def _appoint(history: History) -> None:
    """What people and the world do, and when."""
    chance, clock, people = history.chance, history.clock, history.people
    end = history.trouble_ends
    if chance.random() < 0.1:
        clock.at(chance.uniform(0, end), lambda: _crowd(history))
    for _ in range(chance.randint(0, 4 if history.short else 12)):
        clock.at(chance.uniform(10, end), people.do_something)
    for _ in range(chance.choice((0, 0, 1, 2))):
        clock.at(chance.uniform(10, end), people.merge_accounts)
    for _ in range(chance.choice((0, 0, 1))):
        clock.at(chance.uniform(10, end), lambda: people.leaves("bob"))
    for trouble in WORLD_TROUBLES:
        if trouble.begin is not None and chance.random() < WORLD_TROUBLE:
            seconds = chance.choice((40, 200, 600))
            since = chance.uniform(0.05, max(0.1, 1 - TO_MEET_IT / end)) * end
            appoint_trouble(history, trouble, since, seconds)
    if history.mode == "bounded":
        history.after_trouble(0, lambda: calm(history))


def appoint_formula(history: History) -> None:
    """When all is calm, what a formula says of an account changes, and a lead of it comes in."""
    strategic_by_formula(history.org.schema)
    history.after_trouble(20, lambda: _parent_changes(history))
    history.after_trouble(31, lambda: history.people.welcome([named(LEADS[-1], 900)]))


def _parent_changes(history: History) -> None:
    """No stamp moves, so that no list of changes names the account (F07)."""
    history.org.store.update("Account", history.org.id_of(f"@{FORMULA}"), {"Strategic__c": True})
    history.formula_at = history.clock.monotonic()
    history.met["a formula changes without a stamp"] += 1
    history.note(f"people: a parent changes, and with it what a formula says of account {FORMULA}")


def appoint_trouble(history: History, trouble: WorldTrouble, since: float, seconds: float) -> None:
    """Let a trouble of the world begin and end."""
    begin = trouble.begin
    if begin is None:
        return

    def ends() -> None:
        if end in history.endings:
            history.endings.remove(end)
            end()
            history.note(f"over: {trouble.name}")

    end: Callable[[], object] = lambda: None  # noqa: E731

    def begins() -> None:
        nonlocal end
        if history.faults.over:
            return
        history.note(trouble.name)
        end = begin(history, history.lasts(trouble.name))
        history.endings.append(end)
        now = history.clock.monotonic()
        history.clock.at(now + seconds, ends)
        own = random.Random(f"{history.seed}/beside/{trouble.name}/{since}")
        count = own.choice(BESIDE)
        history.clock.at(
            now + own.uniform(0.1, 3.0),
            lambda: history.people.come_beside(trouble.name, count, chief=trouble.meets_chiefs),
        )

    history.clock.at(since, begins)


def trouble_begins(history: History) -> None:
    """The beginning of all trouble: mostly after the first load, which would take all of it otherwise."""
    history.faults.on = history.points.on = True


def _crowd(history: History) -> None:
    """More leads within one second than a page holds, where pages are small."""
    count = 14 if history.page == SMALL_PAGE else 30
    history.people.arrive(count)
    if count > history.page:
        history.met["more leads of one second than a page holds"] += 1


def _judged_and_calm(history: History, judge: Callable[[History], Iterable[str]]) -> None:
    history.violations += judge(history)
    calm(history)


def calm(history: History) -> None:
    """The end of all trouble."""
    history.note("all trouble ends")
    history.faults.on = False
    history.faults.over = True
    history.points.on = False
    history.people.everybody_back()
    while history.endings:
        history.endings.pop()()
    history.org.visibility.commit_all()
