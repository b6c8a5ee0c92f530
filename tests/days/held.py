"""What a process on this machine holds and has worked, as the system says."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_USER, _SYSTEM = 11, 12
"""Places, after the name, of a process's ticks of work: its own and the system's for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Megabytes in memory now (mapped files included), of these its own alone, and the most there ever were."""

    resident: float
    own: float
    peak: float


def held(pid: int | str = "self") -> Held:
    """What a process holds now. Raises OSError when there is none."""
    lines = (line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    told = dict(lines)

    def megabytes(name: str) -> float:
        return round(int(told[name].split()[0]) / 1024, 1)

    return Held(resident=megabytes("VmRSS"), own=megabytes("RssAnon"), peak=megabytes("VmHWM"))


def worked(pid: int | str = "self") -> float:
    """Seconds of the processor that a process has had so far. Raises OSError when there is none."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[_USER]) + int(words[_SYSTEM])) / os.sysconf("SC_CLK_TCK")
