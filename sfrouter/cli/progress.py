"""A progress bar for long reads: on a terminal only, and on the error stream, so that output stays clean."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from sfrouter.cli.paper import console
from sfrouter.mirror.report import Progress as Loading


@contextmanager
def loading() -> Iterator[Loading]:
    """A callback (object, rows done, rows in all) that moves a bar for each object."""
    screen = console(stderr=True)
    columns = (TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, disable=not screen.is_terminal, transient=True) as progress:
        bars: dict[str, TaskID] = {}

        def report(noun: str, done: int, total: int) -> None:
            if noun not in bars:
                bars[noun] = progress.add_task(noun, total=total)
            progress.update(bars[noun], completed=done, total=max(total, done))

        yield report
