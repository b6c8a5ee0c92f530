"""`sfrouter once`: one round by hand: read, decide, write; with --dry-run it only shows what it would do."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.cycle import CycleReport


def once(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Decide and show, but write nothing anywhere.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Do one round by hand. Look for new leads, decide, write owners, links and Tasks."""
    from sfrouter.base.errors import ExitCode
    from sfrouter.base.log import set_up_logging
    from sfrouter.cli.hidden import show_hidden
    from sfrouter.cli.paper import console
    from sfrouter.cli.progress import loading
    from sfrouter.cli.settings import asking_org, load_settings
    from sfrouter.daemon.single import alone
    from sfrouter.journey.assembly import open_house
    from sfrouter.journey.cycle import run_cycle, settle
    from sfrouter.journey.degraded import degraded_now
    from sfrouter.journey.governor import Governor
    from sfrouter.journey.refresh import refresh
    from sfrouter.mirror.sight import gaps

    settings = load_settings(org=True)
    set_up_logging(form=settings.log_format, level="WARNING")
    with alone(settings.data_dir), asking_org(settings), open_house(settings) as house:
        with loading() as progress:
            refresh(house, progress)
        report = run_cycle(house, dry_run=dry_run)
        if not dry_run:
            report = settle(house, report, patience=15)
        Governor(house).note()
        hidden, degraded = gaps(house.desk.mirror), degraded_now(house.desk)
    _show(report, dry_run=dry_run, as_json=as_json)
    show_hidden(console(stderr=True), hidden, degraded)
    if report.failed:
        raise typer.Exit(1)
    if report.sent.stopped:
        raise typer.Exit(int(ExitCode.ORG_UNREACHABLE))


def _show(report: "CycleReport", *, dry_run: bool, as_json: bool) -> None:
    from sfrouter.cli.paper import console, print_json, print_table

    if as_json:
        print_json({"dry_run": dry_run, "decisions": report.decisions, "failed": report.failed,
                    "figures": report.figures(), "stopped": report.sent.stopped})  # fmt: skip
        return
    rows = [
        (one.lead_id, one.place, one.rule, owner, one.reason.removeprefix(f"{owner}, "))
        for one in report.decisions
        for owner in [one.owner.name if one.owner else "stays"]
    ]
    title = "Would be decided (nothing was written)" if dry_run else "Decided"
    screen = console()
    if rows:
        print_table(title, ("lead", "place", "rule", "owner", "why"), rows, to=screen)
    elif not report.failed:
        screen.print("No lead waits for a decision.")
    for lead_id in report.failed:
        screen.print(f"[red]not decided:[/] {lead_id} (see the log; it is tried again at the next round)")
    if not dry_run:
        counts = ", ".join(
            f"{count} {kind.value} {state.value}" for (kind, state), count in report.sent.states.items()
        )
        screen.print(
            f"Writes: {counts or 'none'}{'; stopped: ' + report.sent.stopped if report.sent.stopped else ''}"
        )
