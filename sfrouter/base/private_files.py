"""Files that are their owner's alone: written so, and looked at whether others on this machine may read them."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_private(path: Path, beside: Path, pieces: Iterable[Any]) -> None:
    """Write these bytes where only the owner may read them; the file is at its place whole or not at all.

    `beside` is where it grows, in the same folder. Two processes must not do this at once. Raises OSError.
    """
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def seen_by_others(path: Path) -> str:
    """The file's mode as chmod writes it when others may read or write it; "" when not, or where there is none."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return ""
    return f"{mode:04o}" if mode & 0o077 else ""
