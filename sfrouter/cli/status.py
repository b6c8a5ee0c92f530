"""`sfrouter status`: where everything stands, and what needs a person."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.daemon.heartbeat import Pulse
    from sfrouter.journey.status import Status
    from sfrouter.model.stuck import StuckLead
    from sfrouter.model.write import Write


def status(
    as_json: JsonOption = False,
    healthy: Annotated[
        bool, typer.Option("--healthy", help="Only say whether the daemon is well: exit code 0 or 1.")
    ] = False,
) -> None:
    """Show where everything stands. Mirror, decisions, writes on their way, and what waits for a person."""
    from dataclasses import replace

    from rich.markup import escape

    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.daemon.heartbeat import read_pulse, unhealthy
    from sfrouter.daemon.single import is_held

    settings, clock = load_settings(), SystemClock()
    pulse = read_pulse(settings.data_dir)
    trouble = unhealthy(pulse, clock.now())
    if not trouble and not is_held(settings.data_dir):
        trouble = "the daemon ended without a last word, as when it is killed or its disk is full; see its log"
    if healthy:
        typer.echo(trouble or "healthy")
        raise typer.Exit(1 if trouble else 0)
    # A health check runs every half minute: it must not pay for what only the whole picture needs.
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.files_in_force import files_to_look_at
    from sfrouter.journey.status import take_status

    files, state = files_to_look_at(settings)  # whoever broke a file needs to see where that leaves everything
    with open_desk(settings, clock, files=files) as desk:
        found = take_status(desk, clock.now(), share_percent=settings.api_share_percent)
    if pulse and pulse.policy and not pulse.stopped_at and is_held(settings.data_dir):
        found = replace(found, policy_hash=pulse.policy)  # changed files may wait: they are not in force
    told = state.words or (pulse.files if pulse and not pulse.stopped_at else "")
    if as_json:
        shown = {"faults": state.faults, "words": told}
        print_json({"daemon": _daemon(pulse, trouble), "files": shown, "status": found})
        return
    screen = console()
    if told:
        screen.print(f"[red]{escape(told)}[/]; 'sfrouter check' tells more\n")
    _show(screen, found, pulse, trouble)


def _daemon(pulse: "Pulse | None", trouble: str) -> dict[str, Any]:
    return {"healthy": not trouble, "trouble": trouble, "pulse": pulse}


def _show(screen: "Console", found: "Status", pulse: "Pulse | None", trouble: str) -> None:
    from rich.markup import escape

    _show_daemon(screen, pulse, trouble)
    screen.print(f"  org {found.org_id or 'not met yet'}, policy {found.policy_hash[:12]}")
    for name in found.queues_missing:
        screen.print(f"  [red]the intake queue '{escape(name)}' does not exist in the org[/]")
    _show_hidden(screen, found)
    if any(one.pulled_at for one in found.mirror):
        _show_mirror(screen, found)
    else:
        screen.print("\n[bold]Mirror[/]  nothing was read yet; 'sfrouter sync' and 'sfrouter run' read it")
    _show_calls(screen, found)
    _show_work(screen, found)
    _needs_a_person(screen, found)


def _show_hidden(screen: "Console", found: "Status") -> None:
    from rich.markup import escape

    from sfrouter.cli.hidden import show_hidden, show_missing

    for words in found.doubts:
        screen.print(f"  [red]nothing is written: {escape(words)}; see 'sfrouter adopt-org'[/]")
    show_hidden(screen, found.hidden, found.degraded)
    show_missing(screen, found.missing)


def _show_daemon(screen: "Console", pulse: "Pulse | None", trouble: str) -> None:
    from rich.markup import escape

    screen.print(f"[bold]Daemon[/]  {f'[yellow]{escape(trouble)}[/]' if trouble else '[green]healthy[/]'}")
    if pulse and "poll" in pulse.jobs:
        screen.print(f"  process {pulse.pid}, last good poll {_ago(pulse.jobs['poll'])}")
    if pulse and pulse.last_error:
        screen.print(f"  last trouble {_ago(pulse.last_error_at)}: {escape(pulse.last_error)}")


def _show_mirror(screen: "Console", found: "Status") -> None:
    from sfrouter.cli.paper import print_table

    rows = [(one.noun, one.rows, _ago(one.pulled_at)) for one in found.mirror]
    print_table("\nMirror", ("object", "rows", "read"), rows, to=screen)
    if found.unreadable:
        screen.print(f"  [yellow]{found.unreadable} records could not be read and are left out[/]")


def _show_calls(screen: "Console", found: "Status") -> None:
    calls = found.calls
    if calls.own_most is None:
        return
    pace = f"; a day at this pace: {calls.forecast:,}" if calls.forecast is not None else ""
    screen.print(
        f"\n[bold]API calls in 24 hours[/]  {calls.own_used:,} of our {calls.own_most:,}{pace}; "
        f"the whole org {calls.org_used:,} of {calls.org_most:,}"
    )
    if calls.why:
        screen.print(f"  [yellow]{calls.mode}: {calls.why}; what can wait is asked less often[/]")


def _show_work(screen: "Console", found: "Status") -> None:
    from sfrouter.cli.paper import print_table

    oldest = f", the oldest came {_ago(found.oldest_waiting_at)}" if found.oldest_waiting_at else ""
    screen.print(f"\n[bold]Leads waiting for a decision[/]  {found.waiting}{oldest}")
    if found.replies_awaited:
        late = f", [red]{found.replies_late} late[/]" if found.replies_late else ""
        screen.print(f"[bold]First replies awaited[/]  {found.replies_awaited}{late}; 'sfrouter sla' lists them")
    ledger = found.ledger
    if ledger.by_rule:
        print_table("\nDecisions by rule", ("rule", "leads"), ledger.by_rule.items(), to=screen)
    if ledger.writes:
        writes = [(one.kind, one.state, one.count) for one in ledger.writes]
        print_table("\nWrites", ("what", "state", "count"), writes, to=screen)


def _needs_a_person(screen: "Console", found: "Status") -> None:
    from rich.markup import escape

    from sfrouter.cli.paper import print_table

    ledger = found.ledger
    screen.print(f"\n[bold]Possible matches that a person should look at[/]  {ledger.open_reviews}")
    if ledger.pause:
        until = f"{ledger.pause.until:%H:%M:%S} UTC"
        screen.print(f"[yellow]Nothing is sent before {until}: {escape(ledger.pause.why)}[/]")
    for parked in ledger.parked:
        told = f"{parked.kind} writes ({parked.code}), tried again {_when(parked.until)}: {escape(parked.words)}"
        screen.print(f"[yellow]Parked: {told}[/]")
    for (rule, why), leads in _stuck_by_cause(found).items():
        told = f"{len(leads)} of the leads wait: {why}; the first {_ago(leads[0].since)}: {leads[0].lead_id}"
        screen.print(f"[red]{'Rule ' + escape(rule) if rule else 'Stuck'}[/]  {escape(told)}")
    for one in found.contested:
        who = f"owner {one.found} instead of {one.wanted}, by {one.by} at {one.changed_at:%Y-%m-%d %H:%M:%S} UTC"
        screen.print(f"[yellow]Contested, left alone: lead {one.lead_id}: {escape(who)}; {escape(one.why)}[/]")
    rows = [
        (one.lead_id, one.kind, one.state, _next_try(one, found), one.answer_code, one.answer_text[:80])
        for one in (*ledger.held, *ledger.troubled)
    ]
    if rows:
        heads = ("lead", "what", "state", "next try", "code", "the org says")
        print_table("\nWrites that need a look", heads, rows, to=screen)


def _next_try(write: "Write", found: "Status") -> str:
    """When a write is sent again, the wait of its kind among it; "never" of one that ended."""
    if write in found.ledger.troubled:
        return "never"
    moments = [one.until for one in found.ledger.parked if one.kind is write.kind]
    return _when(max([*moments, *([write.not_before] if write.not_before else [])], default=None))


def _when(moment: datetime | None) -> str:
    """A moment to come, in words."""
    seconds = (moment - datetime.now(UTC)).total_seconds() if moment else 0.0
    if seconds <= 0:
        return "at the next poll"
    return "within a minute" if seconds < 60 else f"in {round(seconds / 60)} min"


def _stuck_by_cause(found: "Status") -> "dict[tuple[str, str], list[StuckLead]]":
    causes: dict[tuple[str, str], list[StuckLead]] = {}
    for one in found.stuck:
        causes.setdefault((one.stuck.rule, one.stuck.why), []).append(one)
    return causes


def _ago(moment: datetime | str | None) -> str:
    if not moment:
        return "never"
    then = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    seconds = max(0, int((datetime.now(UTC) - then).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"
