"""By key the rows that have it, in plain arrays: what a large index looks accounts up in."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

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

    keys: NDArray[Any]
    starts: NDArray[np.int32]
    rows: Rows

    def find(self, key: str) -> Rows:
        """The rows of a key."""
        return self.of(hash_of(key))

    def of(self, hashed: int) -> Rows:
        """The rows of a key's number."""
        wanted = self.keys.dtype.type(hashed)
        place = int(self.keys.searchsorted(wanted))
        if place >= len(self.keys) or self.keys[place] != wanted:
            return NO_ROWS
        return self.rows[int(self.starts[place]) : int(self.starts[place + 1])]

    def pairs(self) -> tuple[NDArray[Any], Rows]:
        """Every key's number with every row of it."""
        return np.repeat(self.keys, np.diff(self.starts)), self.rows


def postings_of(hashes: NDArray[Any], rows: Rows) -> Postings:
    """Postings of pairs of a key's number and a row; a pair given twice counts once."""
    order = np.lexsort((rows, hashes))
    hashes, rows = hashes[order], rows[order]
    new = np.ones(len(hashes), bool)
    new[1:] = (hashes[1:] != hashes[:-1]) | (rows[1:] != rows[:-1])
    hashes, rows = hashes[new], rows[new]
    first = np.ones(len(hashes), bool)
    first[1:] = hashes[1:] != hashes[:-1]
    starts = np.append(np.flatnonzero(first), len(rows)).astype(np.int32)
    return Postings(hashes[first], starts, rows)
