"""Runs histories from the command line: many seeds on all cores, or one seed again to see what happened."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.checker import Checker
from tests.simulation.each import each
from tests.simulation.history import History, Mode, run
from tests.simulation.long import long_history
from tests.simulation.naive import naive_counts
from tests.simulation.report import Report
from tests.simulation.script import begin
from tests.simulation.shares import KeptFileError, KeptShares, Share, code_now, in_shares

A_SHARE = 25
COLLECT_EVERY = A_SHARE
"""Histories after which a process of a long run looks for garbage: looking all the time is a tenth of its work."""
MODES: tuple[Mode, ...] = ("bounded", "hostile")


def one_history(seed: int, mode: Mode, hours: float = 0) -> History:
    """Live one history through, with every promise checked. `hours`: of trouble; 0: minutes, by the seed."""
    return run(long_history(seed, mode, hours) if hours else begin(seed, mode), Checker())


def many(seeds: Iterable[int], mode: Mode, hours: float = 0) -> Report:
    """The report of some histories, one after the other. What cannot even be run counts as broken."""
    report = Report(mode)
    started = time.perf_counter()
    for number, seed in enumerate(seeds):
        if number % COLLECT_EVERY == 0 and not gc.isenabled():
            gc.collect()
        try:
            report.add(one_history(seed, mode, hours))
        except Exception as problem:
            report.histories += 1
            report.failed[seed] = ([f"the simulation itself broke: {type(problem).__name__}: {problem}"], [])
    report.seconds = time.perf_counter() - started
    return report


def on_all_cores(run: Run, mode: Mode, kept: KeptShares | None = None) -> Report:
    """The same, shared out over all processes; with `kept`, what is in its file already is not lived again."""
    started = time.perf_counter()
    seeds = list(run.seeds)
    if kept is not None:
        seeds = kept.missing(seeds, run.code, mode, naive=run.naive)
    whole, progress = Report(mode), Progress(mode, len(seeds))
    with ProcessPoolExecutor(run.jobs, initializer=_collect_rarely) as pool:
        parts = in_shares(seeds, 1 if run.hours else A_SHARE)
        shares = {pool.submit(_share, part, mode, run.naive, run.hours): part for part in parts}
        try:
            for done in as_completed(shares):
                report = done.result()
                whole.join(report)
                if kept is not None:
                    kept.add(Share(run.code, mode, shares[done].start, report))
                progress.tell(whole)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    progress.end()
    whole.seconds = time.perf_counter() - started
    return whole


def _collect_rarely() -> None:
    """In this process `many` looks for garbage, and never among what was there from the start."""
    gc.freeze()
    gc.disable()


def _share(seeds: range, mode: Mode, naive: bool, hours: float) -> Report:
    report = many(seeds, mode, hours)
    if naive:
        report.naive = naive_counts(seeds, mode)
    return report


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked for on the command line. `code` tells the state of the code."""

    seeds: range
    jobs: int
    naive: bool = False
    code: str = ""
    hours: float = 0


@dataclass(slots=True)
class Progress:
    """Says how far a run is, its histories a second, and the time that is left at that rate.

    One line written anew on a terminal; elsewhere, as in a log, a line of its own after each quarter.
    """

    mode: Mode
    count: int
    _began: float = field(default_factory=time.perf_counter)
    _open: bool = False
    _quarters: int = 0

    def tell(self, so_far: Report) -> None:
        """Some more are done."""
        rate = so_far.histories / max(time.perf_counter() - self._began, 0.001)
        left = (self.count - so_far.histories) / rate
        first = ", ".join(str(seed) for seed in sorted(so_far.failed)[:5])
        broke = f", {len(so_far.failed)} broke (seed {first})" if so_far.failed else ""
        line = f"{so_far.histories:,} of {self.count:,} histories ({self.mode}), {rate:.1f} a second, "
        line += f"{_in_words(left)} left{broke}"
        quarters = 4 * so_far.histories // self.count
        if sys.stderr.isatty():
            print(f"\r{line}  ", end="", file=sys.stderr, flush=True)
            self._open = True
        elif quarters > self._quarters:
            print(line, file=sys.stderr, flush=True)
        self._quarters = quarters

    def end(self) -> None:
        """Leave the line."""
        if self._open:
            print(file=sys.stderr)


def _in_words(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def main() -> int:
    """Exit code 1 when a promise was broken, 2 when the file of --keep is none, 130 when stopped."""
    parser = _parser()
    chosen = parser.parse_args()
    if chosen.hours and (chosen.keep or chosen.naive or chosen.each):
        parser.error("--hours goes with none of --keep, --naive and --each")
    if chosen.each:
        table, good = each(chosen.pairs, chosen.seed, chosen.jobs, only=chosen.only, share=chosen.share)
        print(table)
        return 0 if good else 1
    modes: list[Mode] = [chosen.mode] if chosen.mode else list(MODES)
    share = -(-chosen.histories // len(modes))
    run = Run(
        range(chosen.seed, chosen.seed + share), chosen.jobs, chosen.naive, code_now() if chosen.keep else "",
        chosen.hours,
    )  # fmt: skip
    if chosen.keep is not None:
        return _keep(run, modes, chosen.keep, as_json=chosen.json)
    reports = [on_all_cores(run, mode) for mode in modes]
    if chosen.histories == 1 and not chosen.json:
        _tell(chosen.seed, modes[0], chosen.hours)
    print(
        "[" + ",\n".join(one.json() for one in reports) + "]"
        if chosen.json
        else "\n\n".join(one.text() for one in reports)
    )
    return 1 if any(one.failed for one in reports) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--histories", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; the next ones follow it")
    parser.add_argument("--mode", choices=MODES, help="only this one; without it half of each")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument("--naive", action="store_true", help="beside ours, a naive loop under the same seeds")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE",
        help="add what is finished to this file, skip what it holds of this code already, report all of it",
    )  # fmt: skip
    parser.add_argument(
        "--hours", type=float, default=0, metavar="H", help="of trouble in each history, not minutes"
    )
    parser.add_argument("--each", action="store_true", help="each fault at each call of one scenario")
    parser.add_argument("--pairs", type=int, default=0, metavar="N", help="with --each: so many pairs too")
    parser.add_argument("--share", type=int, default=1, metavar="N", help="with --each: only every N-th run")
    parser.add_argument("--only", default="", metavar="WORDS", help="with --each: this one run, with its story")
    return parser


def _keep(run: Run, modes: Sequence[Mode], path: Path, *, as_json: bool) -> int:
    """A long run whose finished shares are kept; the report is of all that the file holds."""
    try:
        kept = KeptShares(path)
    except KeptFileError as problem:
        print(problem, file=sys.stderr)
        return 2
    stopped = False
    try:
        for mode in modes:
            on_all_cores(run, mode, kept)
    except KeyboardInterrupt:
        stopped = True
        print("\nstopped: the same command goes on from here", file=sys.stderr)
    kept.fold()
    print(_all_kept(kept, run.code, as_json=as_json))
    if stopped:
        return 130
    return 1 if any(one.failed for one in kept.by_code().get(run.code, ())) else 0


def _all_kept(kept: KeptShares, code: str, *, as_json: bool) -> str:
    """One report for each state of the code: histories of another one prove nothing of this one."""
    found = kept.by_code()
    if as_json:
        told = [{"code": name} | one.figures() for name, reports in found.items() for one in reports]
        return json.dumps(told, indent=2)
    lines: list[str] = []
    for name in sorted(found, key=lambda one: one == code):
        lines.append(f"== code {name}" + ("" if name == code else " (not the code that is here now)"))
        lines += [f"{one.text()}\n" for one in found[name]]
    return "\n".join(lines)


def _tell(seed: int, mode: Mode, hours: float) -> None:
    """The whole story of one history."""
    history = one_history(seed, mode, hours)
    print("\n".join(history.story), f"\ndigest {history.digest()}\n", sep="\n")


if __name__ == "__main__":
    raise SystemExit(main())
