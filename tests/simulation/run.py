"""Runs histories from the command line: many seeds on all cores, or one seed again to see what happened."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.checker import Checker
from tests.simulation.each import each
from tests.simulation.history import History, Mode, run
from tests.simulation.naive import NOTHING, naive_counts
from tests.simulation.report import Report
from tests.simulation.script import begin

A_SHARE = 25
MODES: tuple[Mode, ...] = ("bounded", "hostile")


def one_history(seed: int, mode: Mode) -> History:
    """Live one history through, with every promise checked."""
    return run(begin(seed, mode), Checker())


def many(seeds: Iterable[int], mode: Mode) -> Report:
    """The report of some histories, one after the other. What cannot even be run counts as broken."""
    report = Report(mode)
    started = time.perf_counter()
    for seed in seeds:
        try:
            report.add(one_history(seed, mode))
        except Exception as problem:
            report.histories += 1
            report.failed[seed] = ([f"the simulation itself broke: {type(problem).__name__}: {problem}"], [])
    report.seconds = time.perf_counter() - started
    return report


def on_all_cores(first: int, count: int, mode: Mode, jobs: int, *, naive: bool = False) -> Report:
    """The same, shared out; with `naive` the naive router lives through the same seeds, and is counted too."""
    started = time.perf_counter()
    seeds = range(first, first + count)
    shares = [seeds[start : start + A_SHARE] for start in range(0, count, A_SHARE)]
    whole = Report(mode)
    with ProcessPoolExecutor(jobs) as pool:
        for done in pool.map(many, shares, [mode] * len(shares)):
            whole.join(done)
            broke = f", {len(whole.failed)} broke" if whole.failed else ""
            print(f"\r{whole.histories:,} histories{broke}", end="", file=sys.stderr, flush=True)
        if naive:
            whole.naive = sum(pool.map(naive_counts, shares, [mode] * len(shares)), NOTHING)
    print(file=sys.stderr)
    whole.seconds = time.perf_counter() - started
    return whole


def main() -> int:
    """Exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--histories", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; the next ones follow it")
    parser.add_argument("--mode", choices=MODES, help="only this one; without it half of each")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument("--naive", action="store_true", help="beside ours, a naive loop under the same seeds")
    parser.add_argument("--each", action="store_true", help="each fault at each call of one scenario")
    parser.add_argument("--pairs", type=int, default=0, metavar="N", help="with --each: so many pairs too")
    parser.add_argument("--share", type=int, default=1, metavar="N", help="with --each: only every N-th run")
    parser.add_argument("--only", default="", metavar="WORDS", help="with --each: this one run, with its story")
    chosen = parser.parse_args()
    if chosen.each:
        table, good = each(chosen.pairs, chosen.seed, chosen.jobs, only=chosen.only, share=chosen.share)
        print(table)
        return 0 if good else 1
    modes = [chosen.mode] if chosen.mode else list(MODES)
    share = -(-chosen.histories // len(modes))
    reports = [on_all_cores(chosen.seed, share, mode, chosen.jobs, naive=chosen.naive) for mode in modes]
    if chosen.histories == 1 and not chosen.json:
        _tell(chosen.seed, modes[0])
    print(
        "[" + ",\n".join(one.json() for one in reports) + "]"
        if chosen.json
        else "\n\n".join(one.text() for one in reports)
    )
    return 1 if any(one.failed for one in reports) else 0


def _tell(seed: int, mode: Mode) -> None:
    """The whole story of one history."""
    history = one_history(seed, mode)
    print("\n".join(history.story), f"\ndigest {history.digest()}\n", sep="\n")


if __name__ == "__main__":
    raise SystemExit(main())
