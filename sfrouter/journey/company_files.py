"""Reads accounts and leads from exported files (CSV or Parquet) and writes what was matched: no org is needed."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.mirror.words import names
from sfrouter.model.records import Lead

ACCOUNT_COLUMNS = ("account_id", "name", "website", "country", "city", "other_names")
LEAD_COLUMNS = ("lead_id", "company", "email", "website", "country", "city", "ip")
OUT_COLUMNS = ("lead_id", "account_id", "score", "band", "why")
LABEL_COLUMNS = ("lead_id", "account_id")
_COLUMNS = {"account": ACCOUNT_COLUMNS, "lead": LEAD_COLUMNS, "label": LABEL_COLUMNS}
_NEEDED = {"account": ("account_id", "name"), "lead": ("lead_id", "company"), "label": LABEL_COLUMNS}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_FIELD = 1_000_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CompanyFileError(SfrouterError):
    """An exported file cannot be read or written. The sentence names file, line and mend."""

    exit_code = ExitCode.BAD_FILES


def read_accounts(path: Path) -> Iterator[IndexedAccount]:
    """The accounts of a file. Raises CompanyFileError."""
    for row in _rows(path, "account"):
        yield IndexedAccount(
            id=row["account_id"],
            name=row["name"],
            domains=tuple(site for site in row.get("website", "").replace(";", " ").split() if site),
            country=row.get("country", ""),
            city=row.get("city", ""),
            owner_id=row.get("owner_id") or None,
            other_names=names((row.get("other_names", ""),)),
        )


def read_leads(path: Path) -> Iterator[Lead]:
    """The leads of a file. Raises CompanyFileError."""
    for row in _rows(path, "lead"):
        yield Lead(
            id=row["lead_id"], owner_id=None, created_at=_EPOCH, modified_at=_EPOCH, stamp=_EPOCH,
            company=row["company"], email=row.get("email", ""), website=row.get("website", ""),
            country=row.get("country", ""), city=row.get("city", ""), ip=row.get("ip", ""),
            first_name=row.get("first_name", ""), last_name=row.get("last_name", ""),
        )  # fmt: skip


def read_labels(path: Path) -> Iterator[tuple[str, str]]:
    """Which account each lead belongs to, "" for none. Raises CompanyFileError."""
    for row in _rows(path, "label"):
        yield row["lead_id"], row["account_id"]


def write_matches(path: Path, rows: Iterable[Sequence[object]]) -> int:
    """Write one line a lead, CSV or Parquet by the file's ending. Returns how many. Raises CompanyFileError."""
    if path.suffix == ".parquet":
        return _write_parquet(path, rows)
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(OUT_COLUMNS)
            count = 0
            for row in rows:
                writer.writerow([_harmless(value) for value in row])
                count += 1
            return count
    except OSError as failure:
        raise CompanyFileError(
            f"cannot be written ({failure.strerror})", where=str(path), mend="name another file"
        ) from None


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _rows(path: Path, what: str) -> Iterator[Mapping[str, str]]:
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    first = True
    for line, row in rows:
        if first:
            _check_columns(path, what, row)
            first = False
        if not row[_NEEDED[what][0]]:
            empty = f"the {_NEEDED[what][0]} is empty"
            raise CompanyFileError(empty, where=f"{path}:{line}", mend="give every line an id")
        yield row


def _check_columns(path: Path, what: str, row: Mapping[str, str]) -> None:
    missing = [name for name in _NEEDED[what] if name not in row]
    if missing:
        known = ", ".join(_COLUMNS[what])
        raise CompanyFileError(
            f"no column {', '.join(missing)}", where=f"{path}:1", mend=f"the columns are: {known}"
        )


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))  # one limit for all who read CSVs here
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            for row in reader:
                yield reader.line_num, {str(name).strip(): (value or "") for name, value in row.items() if name}
    except OSError as failure:
        raise CompanyFileError(
            f"cannot be read ({failure.strerror})", where=str(path), mend="check the name"
        ) from None
    except UnicodeDecodeError:
        raise CompanyFileError("not UTF-8", where=str(path), mend="export the file as 'CSV UTF-8'") from None
    except csv.Error as failure:
        raise CompanyFileError(
            f"not a CSV file ({failure})", where=str(path), mend="export it again as CSV"
        ) from None


def _parquet_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    parquet = _parquet()
    try:
        with path.open("rb") as file:
            line = 0
            for batch in parquet.ParquetFile(file).iter_batches(20_000):
                names = batch.schema.names
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    yield (
                        line,
                        {
                            name: "" if value is None else str(value)
                            for name, value in zip(names, values, strict=True)
                        },
                    )
    except OSError as failure:
        raise CompanyFileError(
            f"cannot be read ({failure.strerror})", where=str(path), mend="check the name"
        ) from None
    except ValueError:
        raise CompanyFileError("not a Parquet file", where=str(path), mend="export it again, or use CSV") from None


def _write_parquet(path: Path, rows: Iterable[Sequence[object]]) -> int:
    import_parquet = _parquet()
    import pyarrow

    listed = list(rows)
    columns = {name: [row[place] for row in listed] for place, name in enumerate(OUT_COLUMNS)}
    try:
        import_parquet.write_table(pyarrow.table(columns), path)
    except OSError as failure:
        raise CompanyFileError(
            f"cannot be written ({failure.strerror})", where=str(path), mend="name another file"
        ) from None
    return len(listed)


def _parquet() -> Any:
    """Pyarrow's Parquet reader, an extra. Raises CompanyFileError where it is not installed."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise CompanyFileError(
            "Parquet files need pyarrow, which is not installed", mend="install sfrouter[parquet], or use CSV"
        ) from None
    return pyarrow.parquet
