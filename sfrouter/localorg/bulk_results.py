"""Where the results of a bulk job are kept: a temporary file of CSV lines, read from any record on."""

from __future__ import annotations

import tempfile
from array import array

_IN_MEMORY = 4 * 1024 * 1024
"""Bytes kept in memory before the lines go to a temporary file, which is gone with the process."""


class ResultFile:
    """Lines of CSV below one header. Every page begins with the header (seen in clients' own joining of pages)."""

    def __init__(self, header: bytes) -> None:
        self.header = header
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the job
        self._starts = array("q", [0])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def add(self, line: bytes) -> None:
        """Add one record."""
        self._file.seek(0, 2)
        self._file.write(line)
        self._starts.append(self._starts[-1] + len(line))

    def add_all(self, lines: list[bytes]) -> None:
        """Add many records."""
        self._file.seek(0, 2)
        self._file.write(b"".join(lines))
        for line in lines:
            self._starts.append(self._starts[-1] + len(line))

    def page(self, start: int = 0, count: int | None = None) -> bytes:
        """The header and the records from `start` on, as many as `count`, else all."""
        last = len(self) if count is None else min(len(self), start + count)
        first = min(start, last)
        self._file.seek(self._starts[first])
        return self.header + self._file.read(self._starts[last] - self._starts[first])

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
