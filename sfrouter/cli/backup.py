"""`sfrouter backup` and `sfrouter restore`: a copy of the ledger, and the way back to it."""

from pathlib import Path
from typing import Annotated

import typer

from sfrouter.cli.paper import JsonOption


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes; the name must be free.")],
    as_json: JsonOption = False,
) -> None:
    """Copy the ledger, also while the daemon runs. The mirror needs none: it is filled again from the org."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.ledger_file import ledger_in
    from sfrouter.ledger.ledger import Ledger

    ledger = Ledger.open(ledger_in(load_settings().data_dir), SystemClock())
    try:
        made = ledger.back_up(file)
    finally:
        ledger.close()
    if as_json:
        print_json(made)
    else:
        size = f"{made.decisions:,} decisions, {Path(made.path).stat().st_size:,} bytes"
        typer.echo(f"{made.path} ({size}, {made.made_at:%Y-%m-%d %H:%M:%S} UTC)")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy made by 'sfrouter backup'.")],
    as_json: JsonOption = False,
) -> None:
    """Go back to a copy of the ledger. The daemon must be stopped; the ledger in place is put aside, not deleted.

    What was on its way when the copy was made is looked for in the org before anything is sent again, and who was
    erased since is erased again.
    """
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.daemon.single import alone
    from sfrouter.journey.restore import restore as bring_back

    settings = load_settings()
    with alone(settings.data_dir):
        report = bring_back(settings.data_dir, file, SystemClock())
    if as_json:
        print_json(report)
        return
    screen = console()
    screen.print(
        f"Brought back into {report.data_dir}: {report.decisions} decisions; "
        f"{report.in_doubt} writes are read back first."
    )
    if report.erased_again:
        screen.print(f"Erased again: {report.erased_again} leads.")
    if report.log_faults:
        screen.print("[yellow]The log in it is not as it was recorded: 'sfrouter verify' names the rows.[/]")
    if report.aside:
        screen.print(f"The ledger that was in place: {report.aside} (delete it when you are sure)")
    else:
        screen.print(
            "There was no ledger before in this folder. Is it the one that the service keeps its ledger in "
            "(SFROUTER_DATA_DIR)?"
        )
