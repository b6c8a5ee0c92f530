"""`sfrouter run`: the daemon, until it is told to stop."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    pid_file: Annotated[Path | None, typer.Option(help="Write the process id here while running.")] = None,
) -> None:
    """Run the daemon: look for new leads, decide, write. Stop it with Ctrl-C or SIGTERM."""
    from sfrouter.cli.settings import load_settings
    from sfrouter.daemon.run import run_daemon

    raise typer.Exit(run_daemon(load_settings(org=True), pid_file=pid_file))
