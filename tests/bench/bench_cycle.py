"""How long a round takes at size, with nothing to do and per decided lead; each figure beside what it replaced.

Run it with `python -m tests.bench.bench_cycle [accounts] [leads]`; it prints figures and asserts nothing.
The mirror and the ledger are files, the org is left out: reading and sending have their own bench.
"""

import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog

from sfrouter.journey.dossier import look_up_surroundings
from sfrouter.journey.status import take_status
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import indexed
from tests.journey.stage import BOB, CARL, DORA, NOON, SARAH, Stage, an_id

SYLLABLES = tuple(a + b + c for a in "bdfglmn" for b in "aeiou" for c in "lnrs")
NEW = 500
DEALS_AN_ACCOUNT = 2
USERS = 1_000


def name(chance: random.Random) -> str:
    """A company name of two made-up words."""
    words = ("".join(chance.choices(SYLLABLES, k=2)).title() for _ in range(2))
    return f"{' '.join(words)} {chance.choice(('Inc', 'GmbH', 'Ltd', 'Group'))}"


def fill(stage: Stage, accounts: int, leads: int) -> list[str]:
    """Accounts with a domain each, deals, users, and leads that people work on, all linked by reps."""
    chance = random.Random(7)
    names = [name(chance) for _ in range(accounts)]
    kinds = ("Customer", "Prospect", "Prospect", "Churned")
    for start in range(0, accounts, 5_000):
        numbers = range(start, min(start + 5_000, accounts))
        stage.rows("account", [
            {"id": an_id("account", n), "name": names[n], "domains": [f"c{n}.example"], "owner_id": SARAH,
             "relationship": [kinds[n % 4]], "created_at": NOON} for n in numbers
        ])  # fmt: skip
        stage.rows("opportunity", [
            {"id": an_id("opportunity", n * DEALS_AN_ACCOUNT + k), "account_id": an_id("account", n),
             "owner_id": BOB, "closed": [False]} for n in numbers for k in range(DEALS_AN_ACCOUNT)
        ])  # fmt: skip
    stage.rows("user", [
        {"id": an_id("user", 1_000 + n), "name": f"User {n}", "email": f"u{n}@ours.example", "active": [True]}
        for n in range(USERS)
    ])  # fmt: skip
    rep = (BOB, CARL, DORA)
    for start in range(0, leads, 5_000):
        stage.rows("lead", [
            {"id": an_id("lead", 1_000_000 + n), "owner_id": rep[n % 3], "created_at": NOON, "modified_at": NOON,
             "modified_by_id": rep[n % 3], "last_name": "Doe", "company": names[n % accounts],
             "email": f"old{n}@c{n % accounts}.example", "account_id": an_id("account", n % accounts)}
            for n in range(start, min(start + 5_000, leads))
        ])  # fmt: skip
    return names


def newcomers(names: list[str], count: int, first: int) -> Iterator[dict[str, Any]]:
    """New leads: a third known by domain, a third by name, a third unknown."""
    chance = random.Random(first)
    for n in range(first, first + count):
        known = chance.randrange(len(names))
        company, email = (
            (names[known], f"p{n}@c{known}.example"),
            (names[known], f"p{n}@mail-of-{n}.example"),
            (name(chance), f"p{n}@new-{n}.example"),
        )[n % 3]
        yield {"company": company, "email": email, "country": "US", "state": "CA"}


def timed(work: Callable[[], Any], times: int = 1) -> float:
    """Seconds a time."""
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def say(what: str, seconds: float, alternative: str = "", its: float | None = None) -> None:
    """One line of the report."""
    other = f"   {alternative}: {its * 1000:10,.1f} ms ({its / seconds:,.0f} x)" if its is not None else ""
    print(f"{what:58} {seconds * 1000:10,.1f} ms{other}")


def idle_round(stage: Stage) -> None:
    """What a poll does when nothing came."""
    stage.house.desk.refresh_index()
    stage.decide()


def rebuilt(stage: Stage) -> AccountIndex:
    """The simple alternative: a new index every round."""
    with stage.house.desk.reader.snapshot() as view:
        with_deal = view.accounts_with_open_opportunity()
        return AccountIndex(indexed(one, one.id in with_deal) for one in view.accounts())


def run(accounts: int, leads: int, folder: Path) -> None:
    """All figures."""
    stage = Stage(folder)
    names = fill(stage, accounts, leads)
    desk = stage.house.desk
    deals = accounts * DEALS_AN_ACCOUNT
    print(f"{accounts:,} accounts, {deals:,} open deals, {leads:,} linked leads, {USERS:,} users\n")
    cold = timed(desk.refresh_index)
    say("index from cold", cold)
    first = timed(stage.decide)
    again = timed(lambda: idle_round(stage), 20)
    say("idle round", again, "index made anew each round", timed(lambda: rebuilt(stage)))
    say("  of it people and queues", timed(lambda: look_up_surroundings(desk, NOON), 20))
    scan = timed(lambda: desk.reader.accounts_with_open_opportunity(), 3)
    say("  of it the index", timed(desk.refresh_index, 20), "all open deals read each round", scan)
    new = newcomers(names, NEW, 0)
    for values in new:
        stage.lead(**values)
    per_lead = timed(stage.decide) / NEW
    say(f"decided lead, mean of {NEW} in one round", per_lead)
    ids = [an_id("lead", n + 1) for n in range(NEW)]
    standing = timed(lambda: stage.ledger.standings(ids), 3)
    say(
        f"standing of {NEW} leads",
        standing,
        "with their traces",
        timed(lambda: stage.ledger.last_decisions(ids), 3),
    )
    for n in range(100):
        stage.lead(company=names[0], email=f"flood{n}@c0.example")
    say("decided lead in a flood of 100 of one company", timed(stage.decide) / 100)
    for n in range(100):
        stage.lead(company=names[0], email=f"more{n}@c0.example")
    say("the next 100 of them", timed(stage.decide) / 100)
    say("status", timed(lambda: take_status(desk, stage.clock.now())))
    say("first round after the first load (all links looked at)", first)
    stage.start()
    say("restart: index and first round", timed(lambda: idle_round(stage)))


def main() -> None:
    """From the command line."""
    accounts, leads = (int(word) for word in (*sys.argv[1:3], *("50000", "20000")[len(sys.argv) - 1 :]))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        run(accounts, leads, Path(folder))


if __name__ == "__main__":
    main()
