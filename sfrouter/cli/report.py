"""`sfrouter report`: hygiene of the org's data, people who left, fairness of sharing, conversion, two policies."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.desk import Desk
    from sfrouter.journey.report import Report

app = typer.Typer(no_args_is_help=True, help="Report on the org's data and on the sharing.")
_Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write CSV; a file a table if several.")]
_Days = Annotated[int, typer.Option("--days", metavar="N", min=1, max=36_500, help="Look back so many days.")]
_SHOWN = 20  # rows of a table on the screen


@app.command()
def hygiene(
    untouched: Annotated[
        int, typer.Option("--untouched", metavar="N", min=1, help="A queue untouched for N days is dead.")
    ] = 30,
    csv: _Csv = None,
    as_json: JsonOption = False,
) -> None:
    """Show accounts without domain, doubles, dead queues, and owners who left."""
    from sfrouter.journey.report_hygiene import hygiene as found

    _report(lambda desk, now: found(desk, now, untouched_days=untouched), csv, as_json=as_json)


@app.command()
def departed(
    leaving: Annotated[
        str, typer.Option("--leaving", metavar="EMAIL", help="Foresee it for a user who is about to leave.")
    ] = "",
    csv: _Csv = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything that still points at people who left, with the proposed heir."""
    from sfrouter.journey.report_departed import departed as found

    _report(lambda desk, now: found(desk, now, leaving=leaving), csv, as_json=as_json)


@app.command()
def fairness(days: _Days = 30, csv: _Csv = None, as_json: JsonOption = False) -> None:
    """Show volume per pool, territory and rep against the share that was meant."""
    from sfrouter.journey.report_fairness import fairness as found

    _report(lambda desk, now: found(desk, now - timedelta(days=days)), csv, as_json=as_json)


@app.command()
def conversion(days: _Days = 365, csv: _Csv = None, as_json: JsonOption = False) -> None:
    """Show conversion by whether the lead went to who has the relationship."""
    from sfrouter.journey.report_conversion import conversion as found

    _report(lambda desk, now: found(desk, now - timedelta(days=days)), csv, as_json=as_json)


@app.command()
def comparison(csv: _Csv = None, as_json: JsonOption = False) -> None:
    """Show which of two compared policies wins more leads."""
    from sfrouter.journey.report_comparison import comparison as found

    _report(found, csv, as_json=as_json)


def _report(make: "Callable[[Desk, datetime], Report]", csv: Path | None, *, as_json: bool) -> None:
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.report import write_csv

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        found = make(desk, clock.now())
    written = write_csv(found, csv) if csv else ()
    if as_json:
        tables = {table.name: table.records() for table in found.tables}
        print_json({"report": found.name, "tables": tables, "notes": found.notes})
    elif written:
        typer.echo("\n".join(str(path) for path in written))
    else:
        _show(found)


def _show(found: "Report") -> None:
    from sfrouter.cli.paper import console, print_table

    screen = console()
    for table in found.tables:
        print_table(table.title, table.columns, table.rows[:_SHOWN], to=screen)
        if len(table.rows) > _SHOWN:
            screen.print(f"  and {len(table.rows) - _SHOWN} more: --csv FILE or --json gives them all")
        screen.print()
    for note in found.notes:
        screen.print(note, markup=False)
