"""What every report is: a few tables with a name, and sentences that say how to read them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sfrouter.base.errors import SfrouterError

Cell = str | int | float | None
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One table. Its rows are whole; a screen may show fewer."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[Mapping[str, Cell]]:
        """The rows with the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Several tables about one subject."""

    name: str
    tables: tuple[ReportTable, ...]
    notes: tuple[str, ...] = ()


class CsvNotWrittenError(SfrouterError):
    """A report's file cannot be written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"the report cannot be written ({why})", where=str(path), mend="name another file")


def write_csv(report: Report, path: Path) -> tuple[Path, ...]:
    """Write the tables, each to a file of its own when there are several. Raises CsvNotWrittenError.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    written = []
    for table in report.tables:
        target = path if len(report.tables) == 1 else path.with_name(f"{path.stem}-{table.name}{path.suffix}")
        try:
            with target.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(table.columns)
                writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
        except OSError as failure:
            raise CsvNotWrittenError(target, failure.strerror or type(failure).__name__) from None
        written.append(target)
    return tuple(written)


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
