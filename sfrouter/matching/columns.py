"""Accounts kept in columns that never change: a million of them in some hundred megabytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.indexed_account import Entry, IndexedAccount
from sfrouter.matching.names import Name, normalise

TEXTS = ("ids", "names", "words", "sites", "domains", "places", "owners")
NUMBERS = ("flags", "active_on", "created", "sizes")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_MOMENT = -(2**62)
_FLAGS = ("strategic", "customer", "named", "competitor", "open_opportunity")


@dataclass(frozen=True, slots=True)
class Texts:
    """Many short texts in one run of bytes."""

    raw: NDArray[np.uint8]
    ends: NDArray[np.uint32]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Pack texts."""
        parts = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
        return cls(np.frombuffer(b"".join(parts), np.uint8), ends.astype(np.uint32))

    @classmethod
    def joined(cls, parts: Sequence["Texts"]) -> "Texts":
        """Several runs behind each other. Together they may hold four gigabytes."""
        moved, before = [], 0
        for part in parts:
            moved.append(part.ends + np.uint32(before))
            before += len(part.raw)
        return cls(np.concatenate([part.raw for part in parts]), np.concatenate(moved))

    def __getitem__(self, place: int) -> str:
        start = int(self.ends[place - 1]) if place else 0
        return self.raw[start : int(self.ends[place])].tobytes().decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self.ends)


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
    flags: NDArray[np.uint8]
    active_on: NDArray[np.int32]
    created: NDArray[np.int64]
    sizes: NDArray[np.uint8]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Columns":
        """The columns of some entries."""
        accounts = [entry.account for entry in entries]
        return cls(
            ids=Texts.of(account.id for account in accounts),
            names=Texts.of(account.name for account in accounts),
            words=Texts.of(" ".join(entry.name.tokens) for entry in entries),
            sites=Texts.of(_joined(account.domains) for account in accounts),
            domains=Texts.of("\n".join(entry.domains) for entry in entries),
            places=Texts.of(_joined((a.account.country, a.account.city, a.country, a.city)) for a in entries),
            owners=Texts.of("" if account.owner_id is None else account.owner_id for account in accounts),
            flags=np.array([_flags(entry) for entry in entries], np.uint8),
            active_on=np.array([_day(account.last_activity_on) for account in accounts], np.int32),
            created=np.array([_moment(account.created_at) for account in accounts], np.int64),
            sizes=np.array([min(255, len(entry.name.tokens)) for entry in entries], np.uint8),
        )

    @classmethod
    def joined(cls, parts: Sequence["Columns"]) -> "Columns":
        """Several runs of rows behind each other."""
        pieces: list[Any] = [Texts.joined([getattr(part, name) for part in parts]) for name in TEXTS]
        pieces += [np.concatenate([getattr(part, name) for part in parts]) for name in NUMBERS]
        return cls(*pieces)

    def __len__(self) -> int:
        return len(self.ids)

    def entry(self, row: int) -> Entry:
        """An account as it was put in."""
        country, city, country_key, city_key = self.places[row].split("\n")
        flags = int(self.flags[row])
        account = IndexedAccount(
            id=self.ids[row], name=self.names[row], domains=_lines(self.sites[row]), country=country, city=city,
            **{name: bool(flags >> bit & 1) for bit, name in enumerate(_FLAGS)},
            last_activity_on=date.fromordinal(int(self.active_on[row])) if self.active_on[row] else None,
            created_at=_since(int(self.created[row])), owner_id=self.owners[row] or None,
        )  # fmt: skip
        return Entry(
            account, self._name(row, account.name, flags), _lines(self.domains[row]), country_key, city_key
        )

    def _name(self, row: int, raw: str, flags: int) -> Name:
        if flags >> 7 & 1:  # an odd name is read anew
            return normalise(raw)
        words = tuple(self.words[row].split())
        return Name(key="".join(words), tokens=words, generic=bool(flags >> 6 & 1))


def _flags(entry: Entry) -> int:
    name = entry.name
    plain = Name(key="".join(name.tokens), tokens=name.tokens, generic=name.generic) == name
    bits = sum(bool(getattr(entry.account, flag)) << bit for bit, flag in enumerate(_FLAGS))
    return bits | name.generic << 6 | (not plain) << 7


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part.replace("\n", " ") for part in parts)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _day(day: date | None) -> int:
    return 0 if day is None else day.toordinal()


def _moment(moment: datetime | None) -> int:
    return _NO_MOMENT if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def _since(microseconds: int) -> datetime | None:
    return None if microseconds == _NO_MOMENT else _EPOCH + timedelta(microseconds=microseconds)
