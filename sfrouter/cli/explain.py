"""`sfrouter explain`: why a lead went where it went, rule by rule, value by value."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.journey.explain import Explanation
    from sfrouter.model.decision import Decision
    from sfrouter.model.evidence import Match

_Say = Callable[..., str]  # a heading by its name, with its values
_MARKS = {"decided": "[bold green]✔[/]", "passed": "[dim]·[/]", "nobody": "[yellow]✘[/]", "not_asked": "[dim]-[/]"}


def explain(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID", help="The lead's id, 15 or 18 characters.")],
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Tell it in en, de, es, ja or id.")
    ] = "en",
    as_json: JsonOption = False,
) -> None:
    """Show why a lead went where it went. What was matched, which rule decided, what was written, who was told."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.explain import explain_lead
    from sfrouter.journey.retold import in_language, known_language

    code = known_language(language)
    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        found = in_language(explain_lead(desk, lead_id, clock), code)
    if as_json:
        print_json(found)
        return
    screen, say = console(), _headings(code)
    _lead(screen, found, say)
    if found.on_paper:
        screen.print(f"[yellow]{say('not_decided')}[/] {say('on_paper')}\n")
        _decision(screen, found.on_paper, found, say)
    for item in found.decisions:
        _decision(screen, item.decision, found, say)
    _profile(screen, found, say)
    _contest(screen, found, say)
    _writes(screen, found, say)


def _headings(code: str) -> _Say:
    """Headings in the language, their values safe from markup."""
    from rich.markup import escape

    from sfrouter.routing.retell import heading

    return lambda key, **values: heading(key, code, **{name: escape(str(one)) for name, one in values.items()})


def _profile(screen: "Console", found: "Explanation", say: _Say) -> None:
    if found.profile is None or len(found.profile.leads) < 2:
        return
    names = ", ".join((*found.profile.domains, *found.profile.names))
    screen.print(say("profile", number=found.profile.number, names=names, count=len(found.profile.leads)))
    screen.print(f"  [dim]sfrouter profile show {found.profile.number}[/]\n")


def _contest(screen: "Console", found: "Explanation", say: _Say) -> None:
    from rich.markup import escape

    one = found.contest
    if one is None:
        return
    screen.print(f"[yellow]{say('contested')}[/] {escape(one.why)}")
    when = f"{one.changed_at:%Y-%m-%d %H:%M:%S} UTC"
    screen.print(f"  {say('contest', by=one.by, found=one.found, when=when, wanted=one.wanted)}\n")


def _lead(screen: "Console", found: "Explanation", say: _Say) -> None:
    from rich.markup import escape

    company = say("of", company=found.company) if found.company else ""
    place = f", {escape(found.place)}" if found.place else ""
    screen.print(f"[bold]{say('lead', lead=found.lead_id)}[/]{company}{place}\n")


def _decision(screen: "Console", decision: "Decision", found: "Explanation", say: _Say) -> None:
    from rich.markup import escape

    screen.print(say("decision", number=decision.number, when=decision.at.strftime("%Y-%m-%d %H:%M:%S UTC")))
    screen.print(f"[bold]{escape(decision.reason)}[/]")
    screen.print("  " + say("rule", rule=decision.rule, place=decision.place, ids=", ".join(decision.ids)))
    _match(screen, decision.match, found, say)
    screen.print("\n" + say("asked"))
    for step in decision.steps:
        ids = f" [dim]({', '.join(step.ids)})[/]" if step.ids else ""
        screen.print(f"  {_MARKS[step.outcome]} {step.place:>3} {step.rule:22} {escape(step.words)}{ids}")
    for warning in (*decision.warnings, *filter(None, [decision.alert])):
        screen.print(f"  [yellow]! {escape(warning)}[/]")
    if decision.notices:
        screen.print("\n" + say("told"))
        for notice in decision.notices:
            first = notice.text.splitlines()[0] if notice.text else ""
            name = found.people.get(notice.person_id, notice.person_id)
            screen.print(f"  {notice.kind:20} {escape(name)}: {escape(first)}")
    screen.print(f"\n[dim]{say('engine', policy=decision.policy_hash[:12], engine=decision.engine)}[/]\n")


def _match(screen: "Console", match: "Match", found: "Explanation", say: _Say) -> None:
    from rich.markup import escape

    score = say("score", band=say(match.band), score=f"{match.score:.0f}")
    screen.print(f"\n{say('company')}: {escape(match.words)} [dim]({score})[/]")
    for finding in match.findings[:8]:
        name = found.accounts.get(finding.account_id, finding.account_id)
        values = say("values", lead=finding.lead_value, account=finding.account_value)
        screen.print(
            f"  {finding.score:5.1f} {finding.signal:8} {escape(name)}: {escape(finding.words)}; {values}"
        )
    for one in match.suspicions:
        name = found.accounts.get(one.account_id, one.account_id)
        screen.print(f"  [yellow]?[/] {say('person', account=name, why=one.why, score=f'{one.score:.0f}')}")


def _writes(screen: "Console", found: "Explanation", say: _Say) -> None:
    from sfrouter.cli.paper import print_table

    rows = [
        (write.kind, write.state, write.attempts, ", ".join(write.values), write.answer_code)
        for write in found.writes
    ]
    if rows:
        print_table(say("written"), say("columns").split("|"), rows, to=screen)
    owner = f"{found.owner_name} ({found.owner_id})" if found.owner_name else found.owner_id or say("unknown")
    screen.print("\n" + say("owner", owner=owner))
