"""Accounts kept in columns that never change: a million of them in some hundred megabytes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.indexed_account import Entry, IndexedAccount, entry_of, other_entries
from sfrouter.matching.legal_forms import generic_words
from sfrouter.matching.names import Name, normalise
from sfrouter.matching.packed_texts import Texts, encoded
from sfrouter.matching.postings import Rows
from sfrouter.matching.prepared import GENERIC, HEAD_BITS, ODD, prepared

TEXTS = ("ids", "names", "words", "sites", "domains", "places", "owners", "others")
NUMBERS = ("flags", "active_on", "created", "sizes")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_MOMENT = -(2**62)
FLAGS = ("strategic", "customer", "named", "competitor", "open_opportunity")
_NAME_BIT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some accounts on their way into columns, a list for each value, texts in UTF-8.

    `sites` as the org spells them and `domains`, a line each; `places` = country, city and their keys in four
    lines; `others` = other names as the org spells them, a line each; `flags` by FLAGS, the first the lowest bit;
    `active_on` ordinals, 0 for none; `created` microseconds since 1970, NO_MOMENT for none; `marks` as in
    Prepared.
    """

    ids: Sequence[bytes]
    names: Sequence[bytes]
    words: Sequence[bytes]
    sites: Sequence[bytes]
    domains: Sequence[bytes]
    places: Sequence[bytes]
    owners: Sequence[bytes]
    others: Sequence[bytes]
    flags: NDArray[np.uint8]
    active_on: NDArray[np.int32]
    created: NDArray[np.int64]
    marks: Sequence[bytes]


def run_of(accounts: Sequence[IndexedAccount]) -> Run:
    """Accounts as a run; they are normalised here."""
    entries = [entry_of(account) for account in accounts]
    ready = [prepared(entry) for entry in entries]
    return Run(
        ids=encoded(account.id for account in accounts),
        names=encoded(account.name for account in accounts),
        words=encoded(one.words for one in ready),
        sites=encoded(_joined(account.domains) for account in accounts),
        domains=encoded(one.domains for one in ready),
        places=encoded(_joined((a.account.country, a.account.city, a.country, a.city)) for a in entries),
        owners=encoded("" if account.owner_id is None else account.owner_id for account in accounts),
        others=encoded(_joined(account.other_names) for account in accounts),
        flags=np.array([_flags(account) for account in accounts], np.uint8),
        active_on=np.array([_day(account.last_activity_on) for account in accounts], np.int32),
        created=np.array([_moment(account.created_at) for account in accounts], np.int64),
        marks=[one.marks for one in ready],
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Accounts of one moment, in rows."""

    ids: Texts
    names: Texts
    words: Texts
    sites: Texts
    domains: Texts
    places: Texts
    owners: Texts
    others: Texts
    flags: NDArray[np.uint8]
    active_on: NDArray[np.int32]
    created: NDArray[np.int64]
    sizes: NDArray[np.uint8]

    @classmethod
    def of(cls, run: Run, marks: "Marks") -> "Columns":
        """The columns of a run."""
        pieces: list[Any] = [Texts.of(getattr(run, name)) for name in TEXTS]
        sizes = np.minimum(marks.sizes, 255).astype(np.uint8)
        pieces += [run.flags | marks.kinds << _NAME_BIT, run.active_on, run.created, sizes]
        return cls(*pieces)

    @classmethod
    def joined(cls, parts: Sequence["Columns"]) -> "Columns":
        """Several runs of rows behind each other."""
        pieces: list[Any] = [Texts.joined([getattr(part, name) for part in parts]) for name in TEXTS]
        pieces += [np.concatenate([getattr(part, name) for part in parts]) for name in NUMBERS]
        return cls(*pieces)

    def take(self, rows: NDArray[np.int64]) -> "Columns":
        """Some of the rows, in this order."""
        pieces: list[Any] = [getattr(self, name).take(rows) for name in TEXTS]
        pieces += [getattr(self, name)[rows] for name in NUMBERS]
        return Columns(*pieces)

    def __len__(self) -> int:
        return len(self.ids)

    def entry(self, row: int) -> Entry:
        """An account as it was put in."""
        typed, flags = self.names[row], int(self.flags[row])
        _, _, country, city = self.places[row].split("\n")
        own, *lines = self.words[row].split("\n")
        odd = flags >> _NAME_BIT & ODD  # an odd name is read anew
        name = normalise(typed) if odd else _name(own, bool(flags >> _NAME_BIT & GENERIC))
        entry = Entry(
            self.ids[row], typed, name, _lines(self.domains[row]), country, city, partial(self._account, row)
        )
        if lines:
            others = _lines(self.others[row])
            entry.others = tuple(other_entries(entry, others) if odd else _called(entry, others, lines))
        return entry

    def _account(self, row: int, entry: Entry) -> IndexedAccount:
        """The values that the names are not compared by."""
        country, city, _, _ = self.places[row].split("\n")
        flags = int(self.flags[row])
        return IndexedAccount(
            id=entry.id, name=self.names[row], domains=_lines(self.sites[row]), country=country, city=city,
            **{name: bool(flags >> bit & 1) for bit, name in enumerate(FLAGS)},
            last_activity_on=date.fromordinal(int(self.active_on[row])) if self.active_on[row] else None,
            created_at=_since(int(self.created[row])), owner_id=self.owners[row] or None,
            other_names=_lines(self.others[row]),
        )  # fmt: skip


def _called(entry: Entry, typed: Sequence[str], lines: Sequence[str]) -> Iterator[Entry]:
    """The account under its other names, from the words that were kept of them."""
    for place, (text, line) in enumerate(zip(typed, lines, strict=False), 1):
        if line:
            words = line.split()
            yield entry.called(place, text, _name(line, all(word in generic_words() for word in words)))


def _name(line: str, generic: bool) -> Name:
    words = tuple(line.split())
    return Name(key="".join(words), tokens=words, generic=generic)


@dataclass(frozen=True, slots=True)
class Marks:
    """The hashes of a run of accounts: how many words each has, and by row the hashes of words and keys."""

    kinds: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    word_hashes: NDArray[np.uint64]
    word_rows: Rows
    key_hashes: NDArray[np.uint64]
    key_rows: Rows

    @classmethod
    def of(cls, marks: Sequence[bytes], first: int) -> "Marks":
        """Read what `prepare` wrote, for rows from `first` on."""
        numbers = np.frombuffer(b"".join(marks), "<u8").astype(np.uint64, copy=False)
        counts = np.fromiter(map(len, marks), np.int64, len(marks)) // 8
        starts = np.cumsum(counts) - counts
        heads = numbers[starts]
        sizes = (heads >> np.uint64(HEAD_BITS)).astype(np.int64)
        rows = np.repeat(np.arange(first, first + len(marks), dtype=np.int32), counts)
        place = np.arange(len(numbers)) - np.repeat(starts, counts)
        is_word = (place > 0) & (place <= np.repeat(sizes, counts))
        is_key = (place > 0) & ~is_word
        kinds = (heads & np.uint64(GENERIC | ODD)).astype(np.uint8)
        return cls(kinds, sizes, numbers[is_word], rows[is_word], numbers[is_key], rows[is_key])


def _flags(account: IndexedAccount) -> int:
    return sum(bool(getattr(account, flag)) << bit for bit, flag in enumerate(FLAGS))


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part.replace("\n", " ") for part in parts)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _day(day: date | None) -> int:
    return 0 if day is None else day.toordinal()


def _moment(moment: datetime | None) -> int:
    return NO_MOMENT if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def _since(microseconds: int) -> datetime | None:
    return None if microseconds == NO_MOMENT else _EPOCH + timedelta(microseconds=microseconds)
