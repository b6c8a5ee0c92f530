"""The large, unchanging part of the index: accounts in columns, found by key, by word and by mistyped word."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.columns import NUMBERS, TEXTS, Columns, Marks, Run, run_of
from sfrouter.matching.indexed_account import Entry, IndexedAccount
from sfrouter.matching.likeness import typo_distance
from sfrouter.matching.packed_texts import Texts, cut
from sfrouter.matching.postings import Postings, Rows, postings_of
from sfrouter.matching.slips import slip_hashes, slips_of

Arrays = Mapping[str, NDArray[Any]]
_RUN = 20_000
_SHORT_ID = 64  # bytes; longer ids are put in order one by one
_SPACE, _LINE = 32, 10
_MOST_SLIPS = 3_000  # words that meet a mistyped one under the same letters and are compared with it


@dataclass(frozen=True, slots=True)
class Frozen:
    """Accounts that stay as they are. `rank`: a row's place in the order of ids; `by_rank`: the row at a place.

    `vocabulary` holds each word at the place that its number has in `words.keys`.
    """

    columns: Columns
    keys: Postings
    words: Postings
    vocabulary: Texts
    slips: Postings
    rank: NDArray[np.int32]
    by_rank: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.columns)

    def entry(self, row: int) -> Entry:
        """An account."""
        return self.columns.entry(row)

    def row_of(self, account_id: str) -> int | None:
        """The row of an account."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.columns.ids[int(self.by_rank[middle])] < account_id:
                low = middle + 1
            else:
                high = middle
        row = int(self.by_rank[low]) if low < len(self) else -1
        return row if row >= 0 and self.columns.ids[row] == account_id else None

    def close_to(self, word: str) -> set[str]:
        """The other words that this one may be a mistyped form of."""
        found = [numbers[:_MOST_SLIPS] for hashed in slip_hashes(word) if len(numbers := self.slips.of(hashed))]
        if not found:
            return set()
        near = {self.vocabulary[number] for number in np.unique(np.concatenate(found)).tolist()} - {word}
        return {other for other in near if typo_distance(word, other) is not None}

    def arrays(self) -> Arrays:
        """Everything, to be kept in a file."""
        found: dict[str, NDArray[Any]] = {"rank": self.rank, "by_rank": self.by_rank}
        found |= {name: getattr(self.columns, name) for name in NUMBERS}
        texts = {name: getattr(self.columns, name) for name in TEXTS} | {"vocabulary": self.vocabulary}
        for name, text in texts.items():
            found |= {f"{name}.raw": text.raw, f"{name}.ends": text.ends}
        for name in ("keys", "words", "slips"):
            postings: Postings = getattr(self, f"{name}")
            found |= {
                f"{name}.keys": postings.keys,
                f"{name}.starts": postings.starts,
                f"{name}.rows": postings.rows,
            }
        return found


def from_arrays(found: Arrays) -> Frozen:
    """What `arrays` gave. Raises KeyError when something is missing."""

    def text(name: str) -> Texts:
        return Texts(found[f"{name}.raw"], found[f"{name}.ends"])

    def postings(name: str) -> Postings:
        return Postings(found[f"{name}.keys"], found[f"{name}.starts"], found[f"{name}.rows"])

    pieces: list[Any] = [*map(text, TEXTS), *(found[name] for name in NUMBERS)]
    columns = Columns(*pieces)
    return Frozen(
        columns, postings("keys"), postings("words"), text("vocabulary"), postings("slips"),
        found["rank"], found["by_rank"],
    )  # fmt: skip


@cache
def nothing() -> Frozen:
    """No accounts."""
    return freeze(())


def freeze(accounts: Iterable[IndexedAccount]) -> Frozen:
    """Pack accounts, whose ids must differ."""
    source = iter(accounts)
    return freeze_runs(run_of(some) for some in iter(lambda: list(islice(source, _RUN)), []))


def freeze_runs(runs: Iterable[Run]) -> Frozen:
    """Pack accounts that were normalised before, whose ids must differ."""
    parts: list[Columns] = []
    marks: list[Marks] = []
    rows = 0
    for run in chain((run_of([]),), runs):  # the first gives the columns their kinds
        found = Marks.of(run.marks, rows)
        parts.append(Columns.of(run, found))
        marks.append(found)
        rows += len(run.ids)
    columns = Columns.joined(parts)
    keys = postings_of(
        np.concatenate([one.key_hashes for one in marks]), np.concatenate([one.key_rows for one in marks])
    )
    hashes = np.concatenate([one.word_hashes for one in marks])
    words = postings_of(hashes, np.concatenate([one.word_rows for one in marks]))
    return _frozen(columns, keys, words, _vocabulary(columns.words, hashes))


def _frozen(columns: Columns, keys: Postings, words: Postings, vocabulary: Texts) -> Frozen:
    return Frozen(columns, keys, words, vocabulary, slips_of(vocabulary), *_order(columns.ids))


def merge(frozen: Frozen, gone: Collection[int], more: Frozen) -> Frozen:
    """The accounts of both, without those rows of the first that are gone. Nothing is normalised again."""
    stays = np.ones(len(frozen), bool)
    stays[list(gone)] = False
    kept = np.flatnonzero(stays)
    moved = (np.cumsum(stays) - 1).astype(np.int32)

    def merged(before: Postings, added: Postings) -> Postings:
        (hashes, rows), (new_hashes, new_rows) = before.pairs(), added.pairs()
        here = stays[rows]
        new_rows = new_rows + np.int32(len(kept))
        return postings_of(
            np.concatenate([hashes[here], new_hashes]), np.concatenate([moved[rows[here]], new_rows])
        )

    words = merged(frozen.words, more.words)
    columns = Columns.joined([frozen.columns.take(kept), more.columns])
    both = np.concatenate([frozen.words.keys, more.words.keys])  # a word's text stands at its number's place
    order = np.argsort(both, kind="stable")
    place = order[np.searchsorted(both[order], words.keys)]
    vocabulary = Texts.joined([frozen.vocabulary, more.vocabulary]).take(place)
    return _frozen(columns, merged(frozen.keys, more.keys), words, vocabulary)


def _order(ids: Texts) -> tuple[Rows, Rows]:
    """Each row's place in the order of ids, and the row at each place."""
    width = int(ids.lengths.max(initial=1))
    if width <= _SHORT_ID:
        listed = np.zeros((len(ids), width), np.uint8)
        within = np.arange(width) < ids.lengths[:, None]
        listed[within] = ids.raw
        by_rank = np.argsort(listed.view(f"S{width}").ravel(), kind="stable").astype(np.int32)
    else:
        texts = [ids[row] for row in range(len(ids))]
        by_rank = np.array(sorted(range(len(ids)), key=texts.__getitem__), np.int32)
    rank = np.zeros(len(ids), np.int32)
    rank[by_rank] = np.arange(len(ids), dtype=np.int32)
    return rank, by_rank


def _vocabulary(words: Texts, hashes: NDArray[np.uint64]) -> Texts:
    """Each word once, in the order of its number. `hashes` are those of all words of all rows, in order."""
    _, first = np.unique(hashes, return_index=True)
    spaces = np.flatnonzero((words.raw == _SPACE) | (words.raw == _LINE)).astype(np.uint32)
    last = words.ends[words.lengths > 0]
    ends = np.sort(np.concatenate([spaces, last]))
    begun = np.append(np.zeros(1, np.uint32), ends)[:-1].astype(np.uint32)
    starts = begun + np.isin(begun, spaces, assume_unique=False).astype(np.uint32)
    holds = ends > starts  # between two signs there may be nothing: an own or other name without words
    starts, ends = starts[holds], ends[holds]
    return cut(words.raw, starts[first], ends[first])
