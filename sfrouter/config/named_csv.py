"""Reads long lists from CSV files beside companies.yaml: named accounts, and companies' office networks."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sfrouter.base.errors import Problem
from sfrouter.config.companies_form import NamedForm, NetworkForm, company_network
from sfrouter.config.policy_form import mail_address

MAX_BYTES = 50_000_000
MAX_PROBLEMS = 20
_Headers = Mapping[str, tuple[str, ...]]
_NAMED: _Headers = {
    "company": ("company", "companyname", "account"),
    "owner": ("owner", "owneremail", "email"),
    "note": ("note", "notes"),
}
_NETWORKS: _Headers = {
    "network": ("network", "cidr", "range", "ip"),
    "company": ("company", "companyname", "account"),
}
Row = TypeVar("Row", NamedForm, NetworkForm)
Rows = tuple[tuple[int, Row], ...]
_Read = Callable[[Path, int, dict[str, str]], Row | Problem]


def read_named_csv(path: Path) -> tuple[Rows[NamedForm], tuple[Problem, ...]]:
    """Every named account with its line, and the faults. Columns are parted by commas, semicolons or tabs."""
    return _file(path, _NAMED, ("company", "owner"), _named)


def read_networks_csv(path: Path) -> tuple[Rows[NetworkForm], tuple[Problem, ...]]:
    """Every office network with its line, and the faults (R033)."""
    return _file(path, _NETWORKS, ("network", "company"), _network)


def _file(
    path: Path, headers: _Headers, needed: tuple[str, ...], read: _Read[Row]
) -> tuple[Rows[Row], tuple[Problem, ...]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            return (), (_problem(path, 0, "the file has more than 50 MB", "keep only companies you name"),)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return (), (_problem(path, 0, "the file is missing", "put it beside companies.yaml, or remove the line"),)
    except OSError as failure:
        return (), (_problem(path, 0, f"the file cannot be read ({failure.strerror})", "check its permissions"),)
    except UnicodeDecodeError:
        return (), (_problem(path, 0, "the file is not UTF-8 text", "save it as CSV UTF-8"),)
    return _rows(path, text, headers, needed, read)


def _problem(path: Path, line: int, what: str, mend: str) -> Problem:
    return Problem(file=path.name, line=line, what=what, mend=mend, code="COM10")


def _rows(
    path: Path, text: str, headers: _Headers, needed: tuple[str, ...], read: _Read[Row]
) -> tuple[Rows[Row], tuple[Problem, ...]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(reader, [])
        columns = _columns(header, headers)
    except csv.Error as failure:
        return (), (_problem(path, 1, f"the file is no CSV ({failure})", "save it again as CSV UTF-8"),)
    missing = [name for name in needed if name not in columns]
    if missing:
        what = f"the first line has no column '{missing[0]}'"
        return (), (_problem(path, 1, what, f"begin the file with: {','.join(headers)}"),)
    found: list[tuple[int, Row]] = []
    problems: list[Problem] = []
    unread: tuple[Problem, ...] = _unread(path, header, columns, headers)
    width = _width(header)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                wide = _too_wide(path, reader.line_num, row, width)
                entry = wide or read(path, reader.line_num, _cells(row, columns))
                if isinstance(entry, Problem):
                    problems.append(entry)
                else:
                    found.append((reader.line_num, entry))
    except csv.Error as failure:
        problems.append(_problem(path, reader.line_num, f"this is no CSV ({failure})", "mend its quotes"))
    return tuple(found), (*unread, *_shortened(path, problems))


def _unread(path: Path, header: list[str], columns: Mapping[str, int], headers: _Headers) -> tuple[Problem, ...]:
    """A warning for the columns that nothing is read from, so that nobody relies on them."""
    names = [cell.strip() for at, cell in enumerate(header) if cell.strip() and at not in columns.values()]
    if not names:
        return ()
    what = f"nothing is read from the column{'s' if len(names) > 1 else ''} {', '.join(names)}"
    mend = f"remove what is not needed; known are: {', '.join(headers)}"
    return (replace(_problem(path, 1, what, mend), warning=True),)


def _width(row: list[str]) -> int:
    """How many cells a line has, empty ones at its end aside: spreadsheets add those."""
    return max((at for at, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _too_wide(path: Path, line: int, row: list[str], width: int) -> Problem | None:
    cells = _width(row)
    if cells <= width:
        return None
    what = f"the line has {cells} cells, but the first line names {width} columns"
    return _problem(path, line, what, "put a text that holds the separator in quotes, or remove what is too many")


def _columns(header: list[str], headers: _Headers) -> dict[str, int]:
    plain = ["".join(letter for letter in cell.casefold() if letter.isalpha()) for cell in header]
    places = {name: [plain.index(one) for one in known if one in plain] for name, known in headers.items()}
    return {name: found[0] for name, found in places.items() if found}


def _cells(row: list[str], columns: dict[str, int]) -> dict[str, str]:
    return {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}


def _network(path: Path, line: int, cells: dict[str, str]) -> NetworkForm | Problem:
    if not cells["company"]:
        return _problem(path, line, "the company is missing", "fill the column, or remove the line")
    try:
        network = company_network(cells["network"])
    except ValueError as failure:
        what, _, mend = str(failure).partition("; ")
        return _problem(path, line, what, mend)
    return NetworkForm.model_construct(network=network, company=cells["company"])


def _named(path: Path, line: int, cells: dict[str, str]) -> NamedForm | Problem:
    if not cells["company"]:
        return _problem(path, line, "the company is missing", "fill the column, or remove the line")
    try:
        owner = mail_address(cells["owner"])
    except ValueError as failure:
        return _problem(path, line, str(failure), "write the e-mail of a user of the org")
    return NamedForm.model_construct(company=cells["company"], owner=owner, note=cells.get("note", ""))


def _shortened(path: Path, problems: list[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    rest = len(problems) - MAX_PROBLEMS
    last = _problem(path, problems[MAX_PROBLEMS].line, f"and {rest} more faults from here on", "mend these first")
    return (*problems[:MAX_PROBLEMS], last)
