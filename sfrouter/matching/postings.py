"""By key the rows that have it, in plain arrays: what a large index looks accounts up in."""

from array import array
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
NO_ROWS: Rows = np.zeros(0, np.int32)


def hash_of(key: str) -> int:
    """A number for a key, the same in every process; two of a billion keys would share one once in many years."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """Keys by their hash, each with its rows in ascending order."""

    keys: NDArray[np.uint64]
    starts: NDArray[np.int32]
    rows: Rows

    def find(self, key: str) -> Rows:
        """The rows of a key."""
        wanted = np.uint64(hash_of(key))
        place = int(self.keys.searchsorted(wanted))
        if place >= len(self.keys) or self.keys[place] != wanted:
            return NO_ROWS
        return self.rows[int(self.starts[place]) : int(self.starts[place + 1])]


@dataclass(slots=True)
class PostingsBuilder:
    """Collects keys and rows, then sorts them once."""

    hashes: "array[int]" = field(default_factory=lambda: array("Q"))
    rows: "array[int]" = field(default_factory=lambda: array("i"))

    def add(self, hashed: int, row: int) -> None:
        """A row has a key."""
        self.hashes.append(hashed)
        self.rows.append(row)

    def build(self) -> Postings:
        """The postings of all that was added; a pair added twice counts once."""
        hashes, rows = np.array(self.hashes, np.uint64), np.array(self.rows, np.int32)
        order = np.argsort(hashes, kind="stable")  # rows were added in ascending order
        hashes, rows = hashes[order], rows[order]
        new = np.ones(len(hashes), bool)
        new[1:] = (hashes[1:] != hashes[:-1]) | (rows[1:] != rows[:-1])
        hashes, rows = hashes[new], rows[new]
        keys, starts = np.unique(hashes, return_index=True)
        return Postings(keys, np.append(starts, len(rows)).astype(np.int32), rows)
