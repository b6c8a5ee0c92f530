"""Reads a long list of named accounts from a CSV file: company, owner, note."""

import csv
import io
from pathlib import Path

from sfrouter.base.errors import Problem
from sfrouter.config.companies_form import NamedForm
from sfrouter.config.policy_form import mail_address

MAX_BYTES = 50_000_000
MAX_PROBLEMS = 20
_HEADERS = {
    "company": ("company", "companyname", "account"),
    "owner": ("owner", "owneremail", "email"),
    "note": ("note", "notes"),
}


def read_named_csv(path: Path) -> tuple[tuple[tuple[int, NamedForm], ...], tuple[Problem, ...]]:
    """Every entry with its line, and the faults. The columns may be parted by commas, semicolons or tabs."""
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
    return _rows(path, text)


def _problem(path: Path, line: int, what: str, mend: str) -> Problem:
    return Problem(file=path.name, line=line, what=what, mend=mend, code="COM10")


def _rows(path: Path, text: str) -> tuple[tuple[tuple[int, NamedForm], ...], tuple[Problem, ...]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []))
    except csv.Error as failure:
        return (), (_problem(path, 1, f"the file is no CSV ({failure})", "save it again as CSV UTF-8"),)
    missing = [name for name in ("company", "owner") if name not in columns]
    if missing:
        what = f"the first line has no column '{missing[0]}'"
        return (), (_problem(path, 1, what, "begin the file with: company,owner,note"),)
    found: list[tuple[int, NamedForm]] = []
    problems: list[Problem] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                entry = _entry(path, reader.line_num, row, columns)
                if isinstance(entry, Problem):
                    problems.append(entry)
                else:
                    found.append((reader.line_num, entry))
    except csv.Error as failure:
        problems.append(_problem(path, reader.line_num, f"this is no CSV ({failure})", "mend its quotes"))
    return tuple(found), _shortened(path, problems)


def _columns(header: list[str]) -> dict[str, int]:
    plain = ["".join(letter for letter in cell.casefold() if letter.isalpha()) for cell in header]
    places = {name: [plain.index(one) for one in known if one in plain] for name, known in _HEADERS.items()}
    return {name: found[0] for name, found in places.items() if found}


def _entry(path: Path, line: int, row: list[str], columns: dict[str, int]) -> NamedForm | Problem:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
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
