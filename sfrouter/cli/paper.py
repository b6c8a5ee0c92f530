"""How answers look: tables for people, JSON for programs, colour only on a terminal."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 160
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of tables.")]


def console(*, stderr: bool = False) -> Console:
    """A console that uses colour only on a terminal and never breaks a word that a program may read."""
    screen = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not screen.is_terminal:
        screen.width = WIDE  # a pipe or a file has no edge to break lines at
    return screen


def print_json(value: Any) -> None:
    """The value as JSON with stable key order."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, sort_keys=True))


def plain(value: Any) -> Any:
    """Any value of the house as JSON knows it; times in ISO 8601, amounts as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, to: Console | None = None
) -> None:
    """A table with a title, numbers on the right, cells as they are; without rows "title: none"."""
    listed = [[("" if cell is None else cell) for cell in row] for row in rows]
    screen = to or console()
    if not listed:
        screen.print(f"{title}: none", markup=False)
        return
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for index, column in enumerate(columns):
        numeric = bool(listed) and all(isinstance(row[index], int | float) for row in listed)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in listed:
        # Text, not markup: a company may well be called "[not provided]".
        table.add_row(*(Text(str(cell)) for cell in row))
    screen.print(table)
