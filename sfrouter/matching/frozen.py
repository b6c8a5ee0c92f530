"""The large, unchanging part of the index: accounts in columns, found by key, by word and by mistyped word."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.columns import NUMBERS, TEXTS, Columns, Texts
from sfrouter.matching.indexed_account import Entry, IndexedAccount, entry_of
from sfrouter.matching.likeness import typo_distance
from sfrouter.matching.other_keys import other_keys
from sfrouter.matching.postings import Postings, PostingsBuilder, Rows, hash_of
from sfrouter.matching.vocabulary import buckets, may_be_mistyped

Arrays = Mapping[str, NDArray[Any]]
_RUN = 20_000
_ONE_SLIP_UP_TO = 11  # letters of a word; only longer ones may hold two slips


@dataclass(frozen=True, slots=True)
class Frozen:
    """Accounts that stay as they are. `rank`: a row's place in the order of ids; `by_rank`: the row at a place."""

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
        numbers = {int(number) for key in slip_keys(word) for number in self.slips.find(key)}
        near = {self.vocabulary[number] for number in numbers} - {word}
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


def slip_keys(word: str) -> Iterator[str]:
    """The keys under which a word and its mistyped forms meet: each letter left out, or an end of a long word."""
    if not may_be_mistyped(word):
        return
    if len(word) <= _ONE_SLIP_UP_TO:
        yield word
        for place in range(len(word)):
            yield word[:place] + word[place + 1 :]
    if len(word) >= _ONE_SLIP_UP_TO:
        yield from (f"{half} {front}" for _, half, front in buckets(word))


def account_keys(entry: Entry) -> Iterator[str]:
    """All keys of an account but its words."""
    yield from (f"domain {domain}" for domain in entry.domains)
    if entry.name.key:
        yield f"name {entry.name.key}"
    yield from other_keys(entry)


def freeze(accounts: Iterable[IndexedAccount]) -> Frozen:
    """Pack accounts, whose ids must differ."""
    keys, words = PostingsBuilder(), PostingsBuilder()
    vocabulary: dict[str, int] = {}
    parts: list[Columns] = []
    rows = 0
    source = iter(accounts)
    while entries := [entry_of(account) for account in islice(source, _RUN)]:
        for row, entry in enumerate(entries, rows):
            for key in account_keys(entry):
                keys.add(hash_of(key), row)
            for word in entry.name.tokens:
                hashed = vocabulary.get(word)
                if hashed is None:
                    hashed = vocabulary[word] = hash_of(word)
                words.add(hashed, row)
        parts.append(Columns.of(entries))
        rows += len(entries)
    columns = Columns.joined(parts or [Columns.of([])])
    rank, by_rank = _order(columns.ids)
    return Frozen(columns, keys.build(), words.build(), Texts.of(vocabulary), _slips(vocabulary), rank, by_rank)


def _order(ids: Texts) -> tuple[Rows, Rows]:
    listed = [ids[row] for row in range(len(ids))]
    by_rank = np.array(sorted(range(len(ids)), key=listed.__getitem__), np.int32)
    rank = np.zeros(len(ids), np.int32)
    rank[by_rank] = np.arange(len(ids), dtype=np.int32)
    return rank, by_rank


def _slips(vocabulary: Iterable[str]) -> Postings:
    found = PostingsBuilder()
    for number, word in enumerate(vocabulary):
        for key in slip_keys(word):
            found.add(hash_of(key), number)
    return found.build()
