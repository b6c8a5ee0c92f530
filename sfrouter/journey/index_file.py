"""Keeps the index of companies in a file, so that a start need not read and normalise every account again."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.matching.frozen import Frozen, from_arrays

_FORMAT = 1
_ALIGNED = 64


class IndexFileError(SfrouterError):
    """A saved index is damaged, or was made by another version. It may be deleted: it is made again."""

    exit_code = ExitCode.STORE_UNUSABLE


def save_index(path: Path, frozen: Frozen, *, version: str, upto: int) -> None:
    """Write the index beside and move it into place, so that a crash leaves the old one whole.

    `version` says how keys are made, `upto` which change of the mirror it knows.
    """
    arrays = {name: np.ascontiguousarray(value) for name, value in frozen.arrays().items()}
    places: dict[str, tuple[str, int, int]] = {}
    end = 0
    for name, value in arrays.items():
        places[name] = (value.dtype.str, end, value.size)
        end += -(-value.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"format": _FORMAT, "version": version, "upto": upto, "arrays": places}).encode()
    head += b" " * (-(len(head) + 48) % _ALIGNED)
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(f"{len(head):016d}".encode() + hashlib.sha256(head).digest() + head)
        for value in arrays.values():
            file.write(value.tobytes())
            file.write(b"\0" * (-value.nbytes % _ALIGNED))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load_index(path: Path, *, version: str) -> tuple[Frozen, int]:
    """The saved index, mapped into memory, and the change it knows. Raises IndexFileError, FileNotFoundError."""
    with path.open("rb") as file:
        start = file.read(48)
        head = file.read(int(start[:16])) if start[:16].isdigit() else b""
    if not head or hashlib.sha256(head).digest() != start[16:]:
        raise IndexFileError("the saved index is damaged", where=str(path), mend="delete it; it is made again")
    said: dict[str, Any] = json.loads(head)
    if said["format"] != _FORMAT or said["version"] != version:
        raise IndexFileError("the saved index is of another version", where=str(path), mend="delete it")
    whole = np.memmap(path, np.uint8, "r", offset=48 + len(head))
    try:
        arrays = {name: _piece(whole, *place) for name, place in said["arrays"].items()}
        return from_arrays(arrays), int(said["upto"])
    except (KeyError, ValueError):
        raise IndexFileError("the saved index is cut short", where=str(path), mend="delete it") from None


def _piece(whole: NDArray[np.uint8], kind: str, start: int, count: int) -> NDArray[Any]:
    size = np.dtype(kind).itemsize * count
    if start + size > len(whole):
        raise ValueError("cut short")
    return np.asarray(whole[start : start + size].view(kind))
