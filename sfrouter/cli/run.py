"""`sfrouter run`: the daemon, until it is told to stop."""

import gc
import signal
from pathlib import Path
from typing import Annotated

import typer


def run(
    pid_file: Annotated[Path | None, typer.Option(help="Write the process id here while running.")] = None,
) -> None:
    """Run the daemon: look for new leads, decide, write. Stop it with Ctrl-C or SIGTERM."""
    # Nothing that is imported is ever garbage: looking for some of it meanwhile takes a sixth of the start.
    gc.disable()
    # A reload asked for while we start: the files are read anyway, and the signal would end a process that has
    # not said yet what it does on it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from sfrouter.cli.settings import load_settings
    from sfrouter.daemon.run import run_daemon

    gc.freeze()
    gc.enable()
    raise typer.Exit(run_daemon(load_settings(org=True), pid_file=pid_file))
