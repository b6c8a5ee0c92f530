"""The large benchmark on a folder of real names (--data): quality at the shipped limits, time, memory, start."""

import argparse
import csv
import time
from dataclasses import replace
from pathlib import Path

from sfrouter.journey.company_files import read_accounts, read_leads
from sfrouter.journey.index_file import IndexMark, load_index, save_index
from sfrouter.journey.match_files import Timings, match_leads
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.settings import MatchSettings
from tests.bench.score import DOMAIN_CATEGORIES, Answer, Label, best_cut_f1, by_category, quality
from tests.bench.train import learns

SETTINGS = MatchSettings(free_mail_with_name="auto")
"""All the labelled leads without a work address use free mail: with C01's review they would all be reviews."""


def read_labels(data: Path) -> list[Label]:
    """The truth about the leads."""
    with (data / "labels.csv").open(encoding="utf-8") as file:
        return [Label(row["lead_id"], row["account_id"], row["category"]) for row in csv.DictReader(file)]


def memory() -> float:
    """Megabytes this process holds in memory, the mapped index included."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def print_quality(labels: list[Label], answers: dict[str, Answer]) -> None:
    """All leads, then the half that training never saw, then each category."""
    print(f"all leads       {quality(labels, answers)}  best cut F1 {best_cut_f1(labels, answers):.4f}")
    unseen = [label for label in labels if not learns(label.lead_id)]
    print(f"never learnt    {quality(unseen, answers)}  best cut F1 {best_cut_f1(unseen, answers):.4f}")
    with_domain = quality([label for label in labels if label.category in DOMAIN_CATEGORIES], answers)
    print(f"with a domain   {with_domain}  wrong {with_domain.auto_wrong}")
    for category, found in by_category(labels, answers).items():
        print(
            f"  {category:24} {found.leads:4} leads, right {found.auto_right:4}, wrong {found.auto_wrong:3},"
            f" review {found.review:3} (right {found.review_right})"
        )


def main() -> None:
    """Match the labelled leads against a table of accounts and print the figures of the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with leads.csv and labels.csv")
    parser.add_argument("--accounts", type=Path, required=True, help="a table that make_accounts.py made")
    parser.add_argument("--index", type=Path, help="keep the index in this file, or start from it")
    given = parser.parse_args()
    leads, labels = list(read_leads(given.data / "leads.csv")), read_labels(given.data)
    next(match_leads(leads[:1], AccountIndex(), SETTINGS, time.perf_counter, Timings()))
    bare, start = memory(), time.perf_counter()
    if given.index and given.index.exists():
        index = AccountIndex(frozen=load_index(given.index, version="bench")[0])
        print(f"{len(index)} accounts, from a saved index: {time.perf_counter() - start:.2f} s")
    else:
        index = AccountIndex(read_accounts(given.accounts))
        print(f"{len(index)} accounts, read and normalised: {time.perf_counter() - start:.1f} s")
        if given.index:
            save_index(given.index, index.packed(), IndexMark(version="bench", token="bench", upto=0))
    timings = Timings()
    rows = list(match_leads(leads, index, SETTINGS, time.thread_time, timings))
    print_quality(labels, {row[0]: Answer(row[1], row[2], row[3]) for row in rows})
    for share in (0.5, 0.99):
        print(f"p{100 * share:.0f} {1000 * timings.percentile(share):.2f} ms a lead (processor time, one thread)")
    print(f"memory over a bare process {memory() - bare:.0f} MB")
    known = index.get(index.packed().columns.ids[0])
    assert known is not None
    start = time.perf_counter()
    index.put([replace(known.account, name="Wolpertinger Zeta AG")])
    assert index.with_key("wolpertingerzeta")
    print(f"one change {1000 * (time.perf_counter() - start):.2f} ms")


if __name__ == "__main__":
    main()
