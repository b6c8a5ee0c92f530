"""`sfrouter check`: everything that can be wrong, said at once, each with file, line and mend."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.journey.check import CheckReport
    from sfrouter.journey.coverage import Coverage


def check(
    offline: Annotated[bool, typer.Option("--offline", help="Check the files only; ask the org nothing.")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Try every kind of lead; show who gets it, and which get nobody.")
    ] = False,
    mappings: Annotated[
        Path | None, typer.Option(help="The folder of the mapping files. Default: SFROUTER_MAPPINGS_DIR.")
    ] = None,
    probe_write: Annotated[
        str,
        typer.Option(metavar="LEAD", help="Try on this lead, by its id, whether the org keeps writes safe."),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Check settings, mapping and policy. Then hold them against the org as our user sees it.

    Nothing is written, except with --probe-write: it names the lead's own owner once more.
    """
    from sfrouter.base.errors import SfrouterError
    from sfrouter.cli.settings import ENV_FILE, asking_org
    from sfrouter.config.settings_reader import mappings_folder, read_settings
    from sfrouter.journey.check import check_files, check_with_org, check_without_settings, with_coverage

    if probe_write and offline:
        raise typer.BadParameter("--probe-write asks the org: leave --offline out")
    probe_lead = _lead_id(probe_write) if probe_write else ""
    settings, problems = read_settings(env_file=ENV_FILE, org=not offline)
    if settings is not None and mappings is not None:
        settings = settings.model_copy(update={"mappings_dir": mappings})
    if settings is None:
        files, report = check_without_settings(mappings or mappings_folder(ENV_FILE), problems)
    else:
        files, report = check_files(settings, problems)
    tried = None
    if coverage and files is not None:
        report, tried = with_coverage(files.policy, report)
    if settings is not None and files is not None and report.good and not offline:
        try:
            with asking_org(settings):
                report = check_with_org(settings, files, report, probe_lead)
        except SfrouterError as failure:
            report = report.shut_out(failure)
    _show(report, tried, offline=offline, as_json=as_json)
    raise typer.Exit(report.exit_code)


def _lead_id(written: str) -> str:
    from sfrouter.model.ids import to_18

    try:
        return to_18(written)
    except ValueError:
        raise typer.BadParameter(f"{written} is not the id of a lead") from None


def _show(report: "CheckReport", tried: "Coverage | None", *, offline: bool, as_json: bool) -> None:
    from rich.markup import escape

    from sfrouter.base.log import redact_text
    from sfrouter.cli.paper import console, print_json

    if as_json:
        shown = {
            "good": report.good,
            "looked_at": report.looked_at,
            "org": report.org,
            "problems": report.problems,
        }
        print_json(shown | ({"coverage": tried, "complete": tried.complete} if tried else {}))
        return
    screen = console()
    if tried:
        _show_coverage(tried, screen)
    for problem in report.problems:
        colour = "yellow" if problem.warning else "red"
        code = f"  [dim]({problem.code})[/]" if problem.code else ""
        screen.print(f"[{colour}]{escape(redact_text(str(problem)))}[/]{code}")
    if report.org:
        kind = {True: "sandbox", False: "production"}.get(report.org["sandbox"], "org")
        left, most = report.org["calls_left"], report.org["calls_a_day"]
        calls = "how many API calls are left today could not be read"
        if most is not None:
            calls = f"{left:,} of {most:,} API calls left today"
        screen.print(f"org {report.org['org_id']} ({kind}), {calls}")
    _sum_up(screen, report)
    if offline:
        screen.print("The org was not asked; without --offline it is.")
    elif not report.org and not report.asked:
        screen.print("The org was not asked: mend these first.")


def _show_coverage(tried: "Coverage", screen: "Console") -> None:
    """How many kinds of leads each rule and each territory takes, and those that nobody takes."""
    from sfrouter.cli.paper import print_table

    rows = [("rule", name, count) for name, count in tried.by_rule.items()]
    rows += [("territory", name, count) for name, count in tried.by_territory.items()]
    print_table("Kinds of leads, by who takes them", ("", "name", "kinds"), rows, to=screen)
    if tried.empty:
        print_table("Nobody takes", ("kind of lead",), [(words,) for words in tried.empty], to=screen)
    whole = "" if tried.whole else " Not all kinds could be tried: there are too many."
    word = "Every kind has exactly one owner." if tried.complete else f"{tried.empty_count} kinds have none."
    screen.print(
        f"{tried.paths} combinations of answers to the rules, {tried.cells} of territories. {word}{whole}\n"
    )


def _sum_up(screen: "Console", report: "CheckReport") -> None:
    faults = sum(not problem.warning for problem in report.problems)
    warnings = len(report.problems) - faults
    word = "[green]Good[/]" if report.good else f"[red]{faults} fault{'s' if faults != 1 else ''} to mend[/]"
    more = f", {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""
    screen.print(f"{word}{more}. Looked at: {', '.join(report.looked_at)}.")
