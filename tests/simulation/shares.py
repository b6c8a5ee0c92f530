"""Shares of a long run, kept in a file as they are finished: it can be stopped, gone on with, and added up."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.simulation.history import Mode
from tests.simulation.report import Report

ROOT = Path(__file__).parents[2]
_CODE = ("sfrouter", "mappings", "tests/simulation")
_BEGINS = b'{"code": '


class KeptFileError(Exception):
    """A file that holds something else than kept shares: says which line, and what to do."""


@dataclass(frozen=True, slots=True)
class Share:
    """Histories of seeds that follow one another, lived by one state of the code."""

    code: str
    mode: Mode
    first: int
    report: Report

    @property
    def seeds(self) -> range:
        """Its seeds."""
        return range(self.first, self.first + self.report.histories)

    @property
    def naive(self) -> bool:
        """Did the naive router live through them as well?"""
        return self.report.naive is not None

    def goes_on_from(self, other: Share) -> bool:
        """Do its seeds follow the other's, lived in the same way by the same code?"""
        ways = [(one.code, one.mode, one.naive) for one in (self, other)]
        return ways[0] == ways[1] and self.first == other.seeds.stop

    def line(self) -> str:
        """One line of the file."""
        told = {"code": self.code, "mode": self.mode, "seeds": [self.first, self.seeds.stop - 1]}
        return json.dumps(told | {"report": self.report.plain()}) + "\n"

    @classmethod
    def of_line(cls, line: str) -> Share:
        """Read a line. Raises ValueError, KeyError or TypeError for anything else."""
        told: dict[str, Any] = json.loads(line)
        return cls(str(told["code"]), told["mode"], int(told["seeds"][0]), Report.of_plain(told["report"]))


class KeptShares:
    """The shares of a file. What several lines tell of the same seeds and the same code counts once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.shares: list[Share] = []
        self._seen: dict[tuple[str, str, bool], set[int]] = {}
        if path.exists():
            for share in _read(path):
                self._take(share)

    def add(self, share: Share) -> None:
        """Keep one more share, in the file at once."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(share.line())
            file.flush()
            os.fsync(file.fileno())
        self._take(share)

    def fold(self) -> None:
        """Write shares whose seeds follow one another as one line each, so that a long run is a small file.

        The new file takes the place of the old one whole, or not at all.
        """
        folded: list[Share] = []
        for share in sorted(self.shares, key=lambda one: (one.code, one.mode, one.naive, one.first)):
            if folded and share.goes_on_from(folded[-1]):
                folded[-1].report.join(share.report)
            else:
                folded.append(replace(share, report=Report.of_plain(share.report.plain())))
        new = self._path.with_name(self._path.name + ".new")
        with new.open("w", encoding="utf-8") as file:
            file.writelines(share.line() for share in folded)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        self.shares = folded

    def missing(self, seeds: Iterable[int], code: str, mode: Mode, *, naive: bool) -> list[int]:
        """The seeds that this code has not lived through yet."""
        done = self._seen.get((code, mode, True), set())
        if not naive:
            done = done | self._seen.get((code, mode, False), set())
        return [seed for seed in seeds if seed not in done]

    def by_code(self) -> dict[str, list[Report]]:
        """Everything in the file, added up for each state of the code and each mode; never across them."""
        found: dict[str, dict[tuple[str, bool], Report]] = {}
        for share in self.shares:
            one = found.setdefault(share.code, {}).setdefault((share.mode, share.naive), Report(share.mode))
            one.join(share.report)
            one.added_up = True
        return {code: list(reports.values()) for code, reports in found.items()}

    def _take(self, share: Share) -> None:
        seen = self._seen.setdefault((share.code, share.mode, share.naive), set())
        if seen.isdisjoint(share.seeds):
            self.shares.append(share)
            seen.update(share.seeds)


def in_shares(seeds: Sequence[int], most: int) -> Iterator[range]:
    """Seeds as shares: each of seeds that follow one another, and of `most` at most."""
    first = 0
    for place in range(1, len(seeds) + 1):
        if place == len(seeds) or seeds[place] != seeds[place - 1] + 1 or place - first == most:
            yield range(seeds[first], seeds[place - 1] + 1)
            first = place


def code_now() -> str:
    """A mark of the files that histories live by: the same in another checkout, and whatever else is changed."""
    files = (one for part in _CODE for one in (ROOT / part).rglob("*") if one.is_file())
    told = [f"{one.relative_to(ROOT)} {_mark(one.read_bytes())}" for one in sorted(files) if _counts(one)]
    return _mark("\n".join(told).encode())


def _counts(file: Path) -> bool:
    """Could a history be lived otherwise for it? Not for a test, nor for what Python compiled."""
    return not file.name.startswith("test_") and file.suffix != ".pyc"


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


def _read(path: Path) -> list[Share]:
    """The shares of a file. A run that was killed while it wrote leaves half a line, which is cut off."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    torn = content[len(whole) :]
    lines = whole.decode("utf-8", "replace").splitlines()
    if torn[: len(_BEGINS)] != _BEGINS[: len(torn)]:
        lines.append(torn.decode("utf-8", "replace"))
    shares = []
    for number, line in enumerate(lines, 1):
        try:
            shares.append(Share.of_line(line))
        except (ValueError, KeyError, TypeError) as problem:
            mend = "name a file that scripts/simulate --keep made, or a new one"
            raise KeptFileError(f"{path}:{number}: this is no kept share ({problem!r})\n  mend: {mend}") from None
    if torn:
        path.write_bytes(whole)
    return shares
