"""`sfrouter test`: an admin's stories, told against the policy; exit code 1 when one of them does not hold."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.base.errors import Problem
    from sfrouter.journey.policy_test import Rehearsal, StoryReport, StoryResult

A_BAR_FROM = 50


def tell_stories(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Story files or folders. Default: the folder stories beside the policy."),
    ] = None,
    mappings: Annotated[
        Path | None, typer.Option(help="The folder of the mapping files. Default: SFROUTER_MAPPINGS_DIR.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the stories of a policy. Given this lead and these records, does the right person get it?

    Nothing is asked of the org, nothing is written. docs/stories.md shows how a story is written.
    """
    from sfrouter.base.errors import BadFilesError, ExitCode
    from sfrouter.cli.paper import print_json

    rehearsal, problems = _prepared(files, mappings)
    if rehearsal is None or any(not problem.warning for problem in problems):
        if not as_json:
            raise BadFilesError(problems)
        print_json({"passed": False, "stories": [], "problems": problems})
        raise typer.Exit(ExitCode.BAD_FILES)
    report = _told(rehearsal)
    if as_json:
        good = not report.failed and report.readable
        print_json({"passed": good, "stories": report.results, "problems": report.problems})
    else:
        _show(report)
    if not report.readable:
        raise typer.Exit(ExitCode.BAD_FILES)
    raise typer.Exit(ExitCode.FAILED if report.failed else ExitCode.OK)


def _prepared(files: list[Path] | None, mappings: Path | None) -> "tuple[Rehearsal | None, tuple[Problem, ...]]":
    from sfrouter.base.errors import BadFilesError
    from sfrouter.cli.settings import ENV_FILE
    from sfrouter.config.settings_reader import read_settings
    from sfrouter.journey.policy_test import prepare

    folder = mappings
    if folder is None:
        settings, problems = read_settings(env_file=ENV_FILE, org=False)
        if settings is None:
            raise BadFilesError(problems)
        folder = settings.mappings_dir
    return prepare(folder, files or [folder / "stories"])


def _told(rehearsal: "Rehearsal") -> "StoryReport":
    """A bar on a terminal when there are many stories; standard output stays clean."""
    from rich.progress import Progress

    from sfrouter.cli.paper import console
    from sfrouter.journey.policy_test import run_stories

    screen, count = console(stderr=True), len(rehearsal.stories)
    quiet = count < A_BAR_FROM or not screen.is_terminal
    with Progress(console=screen, disable=quiet, transient=True) as progress:
        bar = progress.add_task("Telling stories", total=count)
        return run_stories(rehearsal, lambda: progress.advance(bar))


def _show(report: "StoryReport") -> None:
    from rich.markup import escape

    from sfrouter.cli.paper import console, print_table

    screen = console()
    rows = [
        (
            "ok" if one.passed else "FAILED",
            one.story,
            one.expected,
            one.got,
            one.place,
            one.rule,
            " ".join(one.ids),
        )
        for one in report.results
    ]
    columns = ("", "story", "expected", "got", "place", "rule", "ids")
    if rows:
        print_table("Stories", columns, rows, to=screen)
    for one in report.failed:
        _show_failed(one, screen)
    for problem in report.problems:
        screen.print(f"[red]{escape(str(problem))}[/]")
    word = "[green]Good[/]" if not report.failed and report.readable else "[red]Not as told[/]"
    passed = len(report.results) - len(report.failed)
    screen.print(f"{word}: {passed} of {len(report.results) + len(report.problems)} stories hold.")


def _show_failed(one: "StoryResult", screen: "Console") -> None:
    """What differs, the reason the router gives, and every rule it asked."""
    from rich.markup import escape

    screen.print(f"\n[red]{escape(f'{one.file}:{one.line}: {one.story}')}[/]")
    for difference in one.differences:
        screen.print(escape(f"  {difference}"))
    screen.print(escape(f"  reason: {one.reason}"))
    for step in one.trace:
        screen.print(escape(f"  {step.place:>3} {step.rule}, {step.outcome}: {step.words}"))
