"""Three ways to find candidates for a name, on the same accounts and leads: our index, FTS5 trigrams, TF-IDF."""

import argparse
import sqlite3
import time
from collections.abc import Callable, Sequence
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sfrouter.journey.company_files import read_accounts, read_leads
from sfrouter.matching.candidates import candidates
from sfrouter.matching.frozen import freeze
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.names import normalise
from sfrouter.matching.question import ask
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.records import Lead
from tests.bench.large import read_labels
from tests.days.held import held

MOST = 60
_COMMON_TRIGRAM = (
    0.05  # of the names; a commoner one is left out of the question, as TF-IDF would weigh it nearly 0
)


class Structure(Protocol):
    """Something that names the accounts a lead's name may mean."""

    def find(self, lead: Lead) -> Sequence[str]:
        """At most sixty account ids."""
        ...


class Ours:
    """The index of the house with its candidate keys."""

    def __init__(self, accounts: Sequence[IndexedAccount]) -> None:
        self._index = AccountIndex(frozen=freeze(accounts))

    def find(self, lead: Lead) -> Sequence[str]:
        return [entry.id for _, entry in candidates(ask(lead, MatchSettings()), self._index)]


class Fts5:
    """SQLite's full-text index on trigrams of the normalised name, ranked by its BM25."""

    def __init__(self, accounts: Sequence[IndexedAccount]) -> None:
        self._ids = [one.id for one in accounts]
        self._base = sqlite3.connect(":memory:")
        self._base.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize='trigram', detail=none)")
        rows = ((" ".join(normalise(one.name).tokens),) for one in accounts)
        self._base.executemany("INSERT INTO names (name) VALUES (?)", rows)

    def find(self, lead: Lead) -> Sequence[str]:
        text = " ".join(normalise(lead.company).tokens)
        grams = dict.fromkeys(text[place : place + 3].replace('"', "") for place in range(len(text) - 2))
        asked = " OR ".join(f'"{gram}"' for gram in grams if len(gram) == 3)
        if not asked:
            return []
        query = "SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?"
        return [self._ids[row - 1] for (row,) in self._base.execute(query, (asked, MOST))]


class TfIdf:
    """Sparse trigram vectors of unit length in numpy arrays; a question sums up its trigrams' lists."""

    def __init__(self, accounts: Sequence[IndexedAccount]) -> None:
        self._ids = [one.id for one in accounts]
        grams, rows = self._pairs(["".join(normalise(one.name).tokens) for one in accounts])
        order = np.argsort(grams, kind="stable")
        grams, self._rows = grams[order], rows[order]
        self._grams, self._starts, counts = np.unique(grams, return_index=True, return_counts=True)
        self._counts = counts
        self._weights = np.log(len(accounts) / counts)
        self._values = np.repeat(self._weights, counts).astype(np.float32)
        norms = np.sqrt(np.bincount(self._rows, self._values**2, len(accounts)))
        self._values /= np.maximum(norms, 1e-9)[self._rows].astype(np.float32)
        self._sums = np.zeros(len(accounts), np.float32)

    @staticmethod
    def _pairs(names: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        grams: list[NDArray[np.uint64]] = []
        rows: list[NDArray[np.int32]] = []
        for row, name in enumerate(names):
            points = np.frombuffer(f" {name} ".encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
            if len(points) > 2:
                one = np.unique(points[:-2] << np.uint64(42) | points[1:-1] << np.uint64(21) | points[2:])
                grams.append(one)
                rows.append(np.full(len(one), row, np.int32))
        return np.concatenate(grams), np.concatenate(rows)

    def find(self, lead: Lead) -> Sequence[str]:
        name = "".join(normalise(lead.company).tokens)
        if not name:
            return []
        touched: list[NDArray[np.int32]] = []
        for gram in self._pairs([name])[0] if len(name) else ():
            place = int(np.searchsorted(self._grams, gram))
            if place >= len(self._grams) or self._grams[place] != gram:
                continue
            start, count = int(self._starts[place]), int(self._counts[place])
            if count > _COMMON_TRIGRAM * len(self._ids):
                continue
            rows = self._rows[start : start + count]
            self._sums[rows] += self._values[start : start + count] * self._weights[place]
            touched.append(rows)
        if not touched:
            return []
        rows = np.unique(np.concatenate(touched))
        sums = self._sums[rows]
        self._sums[rows] = 0
        best = np.argpartition(-sums, min(MOST, len(rows)) - 1)[:MOST]
        return [self._ids[row] for row in rows[best].tolist()]


STRUCTURES: dict[str, Callable[[Sequence[IndexedAccount]], Structure]] = {
    "hashed postings in arrays": Ours,
    "SQLite FTS5 trigram": Fts5,
    "TF-IDF trigrams in numpy": TfIdf,
}


def measure(name: str, accounts: Sequence[IndexedAccount], leads: Sequence[Lead], wanted: dict[str, str]) -> str:
    """One line of the table."""
    before, start = held().resident, time.process_time()
    made = STRUCTURES[name](accounts)
    built, taken = time.process_time() - start, held().resident - before
    times, hits = [], 0
    for lead in leads:
        start = time.process_time()
        found = made.find(lead)
        times.append(time.process_time() - start)
        hits += wanted[lead.id] in found
    times.sort()
    p50, p99 = (1000 * times[int(share * len(times))] for share in (0.5, 0.99))
    return f"| {name} | {built:.1f} | {taken:.0f} | {hits / len(leads):.3f} | {p50:.2f} / {p99:.2f} |"


def main() -> None:
    """Print the table, for leads whose account is in the table and that no domain leads to it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with leads.csv and labels.csv")
    parser.add_argument("--accounts", type=Path, required=True, help="a table that make_accounts.py made")
    parser.add_argument("--leads", type=int, default=300, help="how many leads are asked about")
    parser.add_argument("--only", choices=sorted(STRUCTURES), action="append")
    given = parser.parse_args()
    wanted = {one.lead_id: one.account_id for one in read_labels(given.data) if one.account_id}
    accounts = list(read_accounts(given.accounts))
    known = {one.id for one in accounts}
    asked = (one for one in read_leads(given.data / "leads.csv") if wanted.get(one.id) in known)
    leads = list(asked)
    leads = list(islice(leads[:: max(1, len(leads) // given.leads)], given.leads))
    normalise(accounts[0].name)
    print(f"{len(accounts)} accounts, {len(leads)} leads; build and time in processor seconds")
    print("| structure | build s | MB | recall@60 | ms a lead p50 / p99 |\n|---|---|---|---|---|", flush=True)
    for name in given.only or STRUCTURES:
        # A process of its own, so that what one leaves behind in memory is not taken for the next one's.
        process = get_context("fork").Process(target=say, args=(name, accounts, leads, wanted))
        process.start()
        process.join()


def say(name: str, accounts: Sequence[IndexedAccount], leads: Sequence[Lead], wanted: dict[str, str]) -> None:
    """Print the line of one structure."""
    print(measure(name, accounts, leads, wanted), flush=True)


if __name__ == "__main__":
    main()
