"""The large benchmark on a folder of real names (--data): quality at the shipped limits, time, memory, start."""

import argparse
import csv
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from sfrouter.journey.company_files import read_leads
from sfrouter.journey.index_file import load_index
from sfrouter.journey.match_files import Timings, match_leads
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.records import Lead
from tests.bench.score import DOMAIN_CATEGORIES, Answer, Label, best_cut_f1, by_category, quality
from tests.bench.starts import BENCH, Watch, fill_mirror, start_from_mirror
from tests.bench.train import learns
from tests.days.held import held

SETTINGS = MatchSettings(free_mail_with_name="auto")
"""All the labelled leads without a work address use free mail: with C01's review they would all be reviews."""


def read_labels(data: Path) -> list[Label]:
    """The truth about the leads."""
    with (data / "labels.csv").open(encoding="utf-8") as file:
        return [Label(row["lead_id"], row["account_id"], row["category"]) for row in csv.DictReader(file)]


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
    parser.add_argument("--keep", type=Path, help="folder for the mirror and the index; what is there is used")
    given = parser.parse_args()
    leads, labels = list(read_leads(given.data / "leads.csv")), read_labels(given.data)
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        mirror, path = folder / f"{given.accounts.stem}.mirror.db", folder / f"{given.accounts.stem}.index"
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
            pool.submit(fill_mirror, mirror, given.accounts).result()  # elsewhere: their memory is not ours
            pool.submit(start_from_mirror, mirror, path).result()
        next(match_leads(leads[:1], AccountIndex(), SETTINGS, time.perf_counter, Timings()))
        bare, watch = held().resident, Watch()
        index = AccountIndex(frozen=load_index(path, version=BENCH)[0])
        print(f"cold start from the saved index {watch}")
        print_figures(index, leads, labels, bare)


def print_figures(index: AccountIndex, leads: list[Lead], labels: list[Label], bare: float) -> None:
    """Quality, time and memory of an index."""
    timings = Timings()
    rows = list(match_leads(leads, index, SETTINGS, time.thread_time, timings))
    print_quality(labels, {row[0]: Answer(row[1], row[2], row[3]) for row in rows})
    for share in (0.5, 0.99):
        print(f"p{100 * share:.0f} {1000 * timings.percentile(share):.2f} ms a lead (processor time, one thread)")
    print(f"memory over a bare process {held().resident - bare:.0f} MB")
    known = index.get(index.packed().columns.ids[0])
    assert known is not None
    watch = Watch()
    index.put([replace(known.account, name="Wolpertinger Zeta AG")])
    assert index.with_key("wolpertingerzeta")
    print(f"one change visible {watch}")
    watch = Watch()
    index.compact()
    print(f"packing the changes {watch}")


if __name__ == "__main__":
    main()
