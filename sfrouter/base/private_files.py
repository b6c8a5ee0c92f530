"""Tells whether others on this machine may read a file that should be its owner's alone."""

import stat
from pathlib import Path


def seen_by_others(path: Path) -> str:
    """The file's mode as chmod writes it when others may read or write it; "" when not, or where there is none."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return ""
    return f"{mode:04o}" if mode & 0o077 else ""
