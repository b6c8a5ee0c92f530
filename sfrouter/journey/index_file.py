"""Keeps the index of companies in a file, so that a start need not read and normalise every account again."""

import hashlib
import json
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.private_files import write_private
from sfrouter.matching.frozen import Frozen, from_arrays

_FORMAT = 2
_ALIGNED = 64
_LONGEST_HEAD = 1 << 20
_READ_AT_ONCE = 1 << 22


class IndexFileError(SfrouterError):
    """A saved index is damaged, or was made by another version. It may be deleted: it is made again."""

    exit_code = ExitCode.STORE_UNUSABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMark:
    """What a saved index is of: how its keys are made, which saving it is, and the mirror change it knows."""

    version: str
    token: str
    upto: int


def save_index(path: Path, frozen: Frozen, mark: IndexMark) -> None:
    """Write the index beside and move it into place, so that a crash leaves the old one whole.

    Only the owner of the file may read it: it holds the org's company names. Raises OSError.
    """
    arrays = {name: np.ascontiguousarray(value) for name, value in frozen.arrays().items()}
    places: dict[str, tuple[str, int, int]] = {}
    end = 0
    check = hashlib.blake2b(digest_size=32)
    for name, value in arrays.items():
        places[name] = (value.dtype.str, end, value.size)
        end += -(-value.nbytes // _ALIGNED) * _ALIGNED
        for piece in _with_padding(value):
            check.update(piece)
    said = {"format": _FORMAT, **asdict(mark), "arrays": places, "check": check.hexdigest()}
    head = json.dumps(said).encode()
    head += b" " * (-(len(head) + 48) % _ALIGNED)
    start = f"{len(head):016d}".encode() + hashlib.sha256(head).digest() + head
    pieces = (piece for value in arrays.values() for piece in _with_padding(value))
    write_private(path, path.with_suffix(".new"), chain([start], pieces))


def _with_padding(value: NDArray[Any]) -> tuple[memoryview, bytes]:
    return value.data.cast("B") if value.size else memoryview(b""), b"\0" * (-value.nbytes % _ALIGNED)


def load_index(path: Path, *, version: str) -> tuple[Frozen, IndexMark]:
    """The saved index, mapped into memory, and what it is of. Raises IndexFileError, FileNotFoundError."""
    with path.open("rb") as file:
        start = file.read(48)
        head = file.read(min(int(start[:16]), _LONGEST_HEAD)) if start[:16].isdigit() else b""
        if not head or hashlib.sha256(head).digest() != start[16:]:
            raise IndexFileError("the saved index is damaged", where=str(path), mend="delete it; it is made again")
        said: dict[str, Any] = json.loads(head)
        if said["format"] != _FORMAT or said["version"] != version:
            raise IndexFileError("the saved index is of another version", where=str(path), mend="delete it")
        check = hashlib.blake2b(digest_size=32)
        while piece := file.read(_READ_AT_ONCE):
            check.update(piece)
    if check.hexdigest() != said["check"]:
        raise IndexFileError("the saved index is damaged or cut short", where=str(path), mend="delete it")
    whole = np.memmap(path, np.uint8, "r", offset=48 + len(head))
    arrays = {name: _piece(whole, *place) for name, place in said["arrays"].items()}
    return from_arrays(arrays), IndexMark(version=said["version"], token=said["token"], upto=said["upto"])


def _piece(whole: NDArray[np.uint8], kind: str, start: int, count: int) -> NDArray[Any]:
    size = np.dtype(kind).itemsize * count
    return np.asarray(whole[start : start + size].view(kind))
