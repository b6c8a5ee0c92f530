"""The CSV rules of Bulk API 2.0: how an uploaded file is read, strictly, and how results are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
"""The column delimiters a job may name (Bulk API 2.0 guide, Create a Job)."""

LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}

LONGEST_HEADER = 32_000
"""Characters of the header row (guide, Prepare CSV Files)."""

LONGEST_VALUE, LONGEST_RECORD, MOST_COLUMNS = 131_072, 400_000, 5_000
"""Characters of a value and of a record, and values a record (limits and allocations)."""


class CsvError(Exception):
    """A file that cannot be processed at all: the sentence that the job's errorMessage shows."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record of a file: its values as written, or what is wrong with its form."""

    values: tuple[str, ...]
    problem: str | None = None


class CsvFile:
    """A file as a job's settings say it is written. `header` is its first row, iterating gives the others.

    Values are not trimmed; a doubled quote stands for one; delimiters and line ends within quotes belong to the
    value. Raises CsvError: no UTF-8, another line ending than the job's, no header or one that is too long.
    """

    def __init__(self, content: bytes, delimiter: str, line_ending: str) -> None:
        self._delimiter = DELIMITERS[delimiter]
        self._setting = line_ending
        try:
            self._text = content.decode("utf-8")
        except UnicodeDecodeError as problem:
            raise CsvError("ClientInputError : The file is not encoded in UTF-8") from problem
        mark = re.escape(self._delimiter)
        self._cell = re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"|([^"{mark}\r\n]*))({mark}|\r\n|\n|\r|\Z)')
        self._line_end = re.compile(r"\r\n|\n|\r|\Z")
        self._rows = self._read()
        self.header = self._first_row()

    def __iter__(self) -> Iterator[CsvRow]:
        for row in self._rows:
            yield row if row.problem else self._checked(row)

    def _first_row(self) -> tuple[str, ...]:
        row = next(self._rows, None)
        if row is None or row.problem is not None:
            raise CsvError("InvalidBatch : The file has no readable header row")
        if sum(map(len, row.values)) + len(row.values) - 1 > LONGEST_HEADER:
            raise CsvError(f"InvalidBatch : The header row is longer than {LONGEST_HEADER} characters")
        return row.values

    def _checked(self, row: CsvRow) -> CsvRow:
        columns = len(self.header)
        if len(row.values) != columns:
            what = f"The record has {len(row.values)} values, the header {columns} columns"
            return CsvRow(row.values, what)
        if sum(map(len, row.values)) > LONGEST_RECORD or len(row.values) > MOST_COLUMNS:
            return CsvRow(
                row.values, f"A record has at most {LONGEST_RECORD} characters and {MOST_COLUMNS} values"
            )
        if any(len(value) > LONGEST_VALUE for value in row.values):
            return CsvRow(row.values, f"A value has at most {LONGEST_VALUE} characters")
        return row

    def _read(self) -> Iterator[CsvRow]:
        position = 0
        values: list[str] = []
        text, end = self._text, len(self._text)
        while position < end or values:
            found = self._cell.match(text, position)
            if found is None:
                row, position = self._broken(values, position)
                yield row
                values = []
                continue
            quoted, plain, stop = found.groups()
            values.append(plain if quoted is None else quoted.replace('""', '"'))
            position = found.end()
            if stop == self._delimiter:
                continue
            self._check_line_end(stop)
            if values != [""] or quoted is not None:
                yield CsvRow(tuple(values))
            values = []

    def _check_line_end(self, stop: str) -> None:
        if stop and stop != LINE_ENDINGS[self._setting]:
            raise CsvError(
                "ClientInputError : LineEnding is invalid on user data. "
                f"Current LineEnding setting is {self._setting}"
            )

    def _broken(self, values: list[str], position: int) -> tuple[CsvRow, int]:
        """A quote where none may be: the rest of that line is lost, the next one is read again."""
        found = self._line_end.search(self._text, position)
        end = found.end() if found else len(self._text)
        rest = self._text[position : found.start() if found else end]
        what = "A quote stands outside of a quoted value, or a space beside a quoted one"
        return CsvRow((*values, rest), what), end


class CsvWriter:
    """Writes records as results have them: every value quoted, in the job's delimiter and line ending."""

    def __init__(self, delimiter: str, line_ending: str) -> None:
        self._between = f'"{DELIMITERS[delimiter]}"'
        self._end = f'"{LINE_ENDINGS[line_ending]}'

    def line(self, values: Iterable[str]) -> bytes:
        """One line, its end included."""
        inner = self._between.join(value.replace('"', '""') for value in values)
        return f'"{inner}{self._end}'.encode()
