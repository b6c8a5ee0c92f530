"""Many short texts in one run of bytes: a million names cost their letters and four bytes each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts behind each other and where each ends. Together they may hold four gigabytes."""

    raw: NDArray[np.uint8]
    ends: NDArray[np.uint32]
    _letters: memoryview = field(init=False, repr=False, compare=False)  # twice as fast to read as the arrays
    _stops: memoryview = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_letters", self.raw.data)
        object.__setattr__(self, "_stops", self.ends.data)

    @classmethod
    def of(cls, parts: Sequence[bytes]) -> "Texts":
        """Pack texts in UTF-8."""
        ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
        return cls(np.frombuffer(b"".join(parts), np.uint8), ends.astype(np.uint32))

    @classmethod
    def joined(cls, parts: Sequence["Texts"]) -> "Texts":
        """Several runs behind each other."""
        moved, before = [], 0
        for part in parts:
            moved.append(part.ends + np.uint32(before))
            before += len(part.raw)
        return cls(np.concatenate([part.raw for part in parts]), np.concatenate(moved))

    def __getitem__(self, place: int) -> str:
        stops = self._stops
        start = stops[place - 1] if place else 0
        return str(self._letters[start : stops[place]], "utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def starts(self) -> NDArray[np.uint32]:
        """Where each text begins."""
        return np.append(np.zeros(1, np.uint32), self.ends)[:-1].astype(np.uint32)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The bytes of each text."""
        return self.ends.astype(np.int64) - self.starts

    def matrix(self, places: Places, length: int) -> NDArray[np.uint8]:
        """Texts of one length, a row each."""
        starts = self.starts[places].astype(np.int64)
        found: NDArray[np.uint8] = self.raw[starts[:, None] + np.arange(length)]
        return found

    def take(self, places: NDArray[np.int64]) -> "Texts":
        """Some of the texts, in this order."""
        return cut(self.raw, self.starts[places], self.ends[places])


def encoded(texts: Iterable[str]) -> list[bytes]:
    """Texts in UTF-8, halves of surrogate pairs kept as they are."""
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def cut(raw: NDArray[np.uint8], starts: NDArray[np.uint32], ends: NDArray[np.uint32]) -> Texts:
    """Pieces of one run of bytes as texts."""
    lengths = ends.astype(np.int64) - starts
    new = np.cumsum(lengths)
    total = int(new[-1]) if len(new) else 0
    moved = np.repeat(starts.astype(np.int64) - (new - lengths), lengths)
    return Texts(raw[moved + np.arange(total)], new.astype(np.uint32))
