"""`sfrouter check`: everything that can be wrong, said at once, each with file, line and mend."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.check import CheckReport


def check(
    offline: Annotated[bool, typer.Option("--offline", help="Check the files only; ask the org nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check settings, mapping and policy, then hold them against the org as our user sees it."""
    from sfrouter.base.errors import BadFilesError, ExitCode
    from sfrouter.cli.settings import ENV_FILE
    from sfrouter.config.settings_reader import read_settings
    from sfrouter.journey.check import check_files, check_with_org

    settings, problems = read_settings(env_file=ENV_FILE, org=not offline)
    if settings is None:
        raise BadFilesError(problems)
    files, report = check_files(settings, problems)
    if files is not None and report.good and not offline:
        report = check_with_org(settings, files, report)
    _show(report, offline=offline, as_json=as_json)
    if not report.good:
        raise typer.Exit(ExitCode.BAD_FILES)


def _show(report: "CheckReport", *, offline: bool, as_json: bool) -> None:
    from rich.markup import escape

    from sfrouter.cli.paper import console, print_json

    if as_json:
        print_json(
            {"good": report.good, "looked_at": report.looked_at, "org": report.org, "problems": report.problems}
        )
        return
    screen = console()
    for problem in report.problems:
        colour = "yellow" if problem.warning else "red"
        screen.print(f"[{colour}]{escape(str(problem))}[/]")
    if report.org:
        kind = {True: "sandbox", False: "production"}.get(report.org["sandbox"], "org")
        left, most = report.org["calls_left"], report.org["calls_a_day"]
        screen.print(f"org {report.org['org_id']} ({kind}), {left:,} of {most:,} API calls left today")
    faults = sum(not problem.warning for problem in report.problems)
    warnings = len(report.problems) - faults
    looked = ", ".join(report.looked_at)
    word = "[green]Good[/]" if report.good else f"[red]{faults} to mend[/]"
    more = f", {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""
    screen.print(f"{word}{more}. Looked at: {looked}.")
    if offline or not report.org:
        screen.print("The org was not asked." + ("" if offline else " Mend the files first."))
