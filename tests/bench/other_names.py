"""What other names of accounts cost: the leads of our own pairs among made-up accounts, without and with them."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import replace

from sfrouter.journey.match_files import Timings, match_leads
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.model.records import Lead
from tests.bench.background import background
from tests.bench.quick import BACKGROUND, SETTINGS, accounts, pairs

OTHERS = 2
"""Other names that each account has."""
ROUNDS = 3
"""Each lead is matched so often; the percentiles are of all of them."""


def with_other_names(known: Sequence[IndexedAccount], seed: int = 1) -> list[IndexedAccount]:
    """The same accounts, each also called by two names that no other has."""
    further = [one.name for one in background(OTHERS * len(known), seed=seed)]
    random.Random(seed).shuffle(further)
    return [
        replace(one, other_names=tuple(further[OTHERS * place : OTHERS * (place + 1)]))
        for place, one in enumerate(known)
    ]


def timed(leads: Sequence[Lead], known: Sequence[IndexedAccount]) -> Timings:
    """Processor time a lead."""
    index, timings = AccountIndex(known), Timings()
    for _ in match_leads(leads[:5], index, SETTINGS, time.thread_time, Timings()):
        pass  # what is made once is made
    for _ in range(ROUNDS):
        for _ in match_leads(leads, index, SETTINGS, time.thread_time, timings):
            pass
    return timings


def main() -> None:
    """Print both lines."""
    parser = argparse.ArgumentParser(prog="scripts/bench-matching --other-names", description=__doc__)
    parser.add_argument("--accounts", type=int, default=BACKGROUND, help="made-up accounts")
    told = parser.parse_args()
    known = pairs()
    leads, plain = [one.lead for one in known], accounts(known, told.accounts)
    print(f"{len(leads)} leads, {len(plain):,} accounts; processor time a lead, one thread")
    for words, table in (("one name each", plain), (f"{OTHERS} other names each", with_other_names(plain))):
        found = timed(leads, table)
        print(
            f"  {words:20} p50 {1000 * found.percentile(0.5):.2f} ms, p99 {1000 * found.percentile(0.99):.2f} ms"
        )


if __name__ == "__main__":
    main()
