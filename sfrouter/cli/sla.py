"""`sfrouter sla`: whose leads wait for a first reply, which are late, and how quickly people answer."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.sla_report import SlaReport


def sla(
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days back.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Show first replies: awaited, late, given. Counted per person, by the clocks of 'followup: sla'."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.sla_report import report_sla

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        found = report_sla(desk, clock.now(), days=days)
    if as_json:
        print_json(found)
        return
    screen = console()
    if not found.watched:
        screen.print("The policy times no replies: add 'followup: [sla]' to policy.yaml.")
    _show(found)


def _show(found: "SlaReport") -> None:
    from sfrouter.cli.paper import console, print_table

    screen = console()
    if not found.lines:
        screen.print("No lead of these days waits or waited for a reply.")
        return
    people = [
        (one.owner, one.leads, one.answered, one.answered_late, one.running, one.late) for one in found.people
    ]
    columns = ("person", "leads", "in time", "answered late", "running", "late now")
    print_table(f"First replies since {found.since:%Y-%m-%d}", columns, people, to=screen)
    waiting = [
        (one.lead_id, one.owner, "yes" if one.executive else "", f"{one.due_at:%Y-%m-%d %H:%M}", one.state,
         one.passed_on)
        for one in found.lines
        if one.stopped_at is None
    ]  # fmt: skip
    if waiting:
        columns = ("lead", "owner", "executive", "due (UTC)", "state", "passed on")
        print_table("\nAwaited", columns, waiting, to=screen)
