"""`sfrouter explain`: why a lead went where it went, rule by rule, value by value."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.journey.explain import Explanation
    from sfrouter.model.decision import Decision
    from sfrouter.model.evidence import Match

_MARKS = {"decided": "[bold green]✔[/]", "passed": "[dim]·[/]", "nobody": "[yellow]✘[/]", "not_asked": "[dim]-[/]"}


def explain(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID", help="The lead's id, 15 or 18 characters.")],
    as_json: JsonOption = False,
) -> None:
    """Show why a lead went where it went. What was matched, which rule decided, what was written, who was told."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.explain import explain_lead

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        found = explain_lead(desk, lead_id, clock)
    if as_json:
        print_json(found)
        return
    screen = console()
    _lead(screen, found)
    if found.on_paper:
        screen.print("[yellow]Not decided yet.[/] As things stand now it would go like this:\n")
        _decision(screen, found.on_paper, found)
    for item in found.decisions:
        _decision(screen, item.decision, found)
    _profile(screen, found)
    _contest(screen, found)
    _writes(screen, found)


def _profile(screen: "Console", found: "Explanation") -> None:
    from rich.markup import escape

    if found.profile is None or len(found.profile.leads) < 2:
        return
    named = ", ".join((*found.profile.domains, *found.profile.names))
    screen.print(f"Company profile {found.profile.number} ({escape(named)}): {len(found.profile.leads)} leads")
    screen.print(f"  [dim]sfrouter profile show {found.profile.number}[/]\n")


def _contest(screen: "Console", found: "Explanation") -> None:
    from rich.markup import escape

    one = found.contest
    if one is None:
        return
    screen.print(f"[yellow]Contested, left alone:[/] {escape(one.why)}")
    who = f"{one.by} gave it to {one.found} at {one.changed_at:%Y-%m-%d %H:%M:%S} UTC, we to {one.wanted}"
    screen.print(f"  {escape(who)}\n")


def _lead(screen: "Console", found: "Explanation") -> None:
    from rich.markup import escape

    company = f" of {escape(found.company)}" if found.company else ""
    place = f", {escape(found.place)}" if found.place else ""
    screen.print(f"[bold]Lead {found.lead_id}[/]{company}{place}\n")


def _decision(screen: "Console", decision: "Decision", found: "Explanation") -> None:
    from rich.markup import escape

    when = decision.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    screen.print(f"Decision {decision.number}, {when}")
    screen.print(f"[bold]{escape(decision.reason)}[/]")
    screen.print(f"  rule {decision.rule} (place {decision.place}; {', '.join(decision.ids)})")
    _match(screen, decision.match, found)
    screen.print("\nAsked in order:")
    for step in decision.steps:
        ids = f" [dim]({', '.join(step.ids)})[/]" if step.ids else ""
        screen.print(f"  {_MARKS[step.outcome]} {step.place:>3} {step.rule:22} {escape(step.words)}{ids}")
    for warning in (*decision.warnings, *filter(None, [decision.alert])):
        screen.print(f"  [yellow]! {escape(warning)}[/]")
    if decision.notices:
        screen.print("\nTold by Task:")
        for notice in decision.notices:
            first = notice.text.splitlines()[0] if notice.text else ""
            name = found.people.get(notice.person_id, notice.person_id)
            screen.print(f"  {notice.kind:20} {escape(name)}: {escape(first)}")
    screen.print(f"\n[dim]policy {decision.policy_hash[:12]}, engine {decision.engine}[/]\n")


def _match(screen: "Console", match: "Match", found: "Explanation") -> None:
    from rich.markup import escape

    screen.print(f"\nCompany: {escape(match.words)} [dim]({match.band}, score {match.score:.0f})[/]")
    for finding in match.findings[:8]:
        name = found.accounts.get(finding.account_id, finding.account_id)
        values = f"lead '{finding.lead_value}' / account '{finding.account_value}'"
        screen.print(
            f"  {finding.score:5.1f} {finding.signal:8} {escape(name)}: {escape(finding.words)}; {escape(values)}"
        )
    for one in match.suspicions:
        name = found.accounts.get(one.account_id, one.account_id)
        screen.print(
            f"  [yellow]?[/] a person is asked about {escape(name)}: {escape(one.why)} (score {one.score:.0f})"
        )


def _writes(screen: "Console", found: "Explanation") -> None:
    from sfrouter.cli.paper import print_table

    rows = [
        (write.kind, write.state, write.attempts, ", ".join(write.values), write.answer_code)
        for write in found.writes
    ]
    if rows:
        print_table("Written to the org", ("what", "state", "tries", "fields", "answer"), rows, to=screen)
    owner = f"{found.owner_name} ({found.owner_id})" if found.owner_name else found.owner_id or "unknown"
    screen.print(f"\nOwner now, as the mirror knows it: {owner}")
