"""What the demo tells at its end: who got the leads and why, what was written, what it cost, how long it took."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from sfrouter.cli.demo_stage import Stage
from sfrouter.cli.paper import print_table
from sfrouter.journey.assembly import open_desk
from sfrouter.ledger.decisions import StoredDecision
from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.demo.people import COLLEAGUES
from sfrouter.localorg.demo.visitor import LeadEnd, Visitor
from sfrouter.model.decision import Decision
from sfrouter.routing.explain import say, text

if TYPE_CHECKING:
    from rich.console import Console

    from sfrouter.cli.demo import Watched


@dataclass(frozen=True, slots=True)
class Ended:
    """How one lead ended in the org, and the decision behind it."""

    newcomer: Newcomer
    end: LeadEnd
    stored: StoredDecision | None

    @property
    def rule(self) -> str:
        """The deciding rule."""
        return self.stored.decision.rule if self.stored else "none"


def report(screen: "Console", stage: Stage, watched: "Watched", *, calls: int) -> bool:
    """Print everything. True when every lead ended where its story says."""
    viewer = stage.user("website")
    with open_desk(stage.settings) as desk:
        decisions = desk.ledger.last_decisions(watched.newcomers)
        reviews = {(item.lead_id, item.account_id) for item in desk.ledger.reviews(None)}
    ends = viewer.lead_ends()
    ended = {
        lead_id: Ended(newcomer, ends[lead_id], decisions.get(lead_id))
        for lead_id, newcomer in watched.newcomers.items()
    }
    rules = Counter(one.stored.decision.rule for one in ended.values() if one.stored)
    print_table("Leads by deciding rule", ("rule", "leads"), rules.most_common(), to=screen)
    told = [one for one in ended.values() if one.newcomer.story]
    screen.print(f"\n[bold]{len(told)} stories[/] (who got the lead, not whom its territory would choose, why)")
    for one in told:
        screen.print(f"  {escape(one.newcomer.story)}")
        if one.stored:
            screen.print(f"    [green]->[/] {escape(_outcome(one.stored.decision))}")
    _written(screen, viewer, len(reviews))
    _figures(screen, watched, calls)
    wrong = list(_wrong(ended))
    for line in wrong:
        screen.print(f"[red]not as promised:[/] {escape(line)}")
    promised = len(watched.newcomers)
    screen.print(f"\n{promised - len(wrong)} of {promised} leads ended with the owner, rule and account promised.")
    return not wrong


def _outcome(decision: Decision) -> str:
    """The reason, with the person whom the lead would have gone to had no relationship been known."""
    if decision.owner is None:
        return decision.reason
    owner = decision.owner.name
    instead = _by_territory(decision)
    if not instead or instead.startswith(owner):
        return decision.reason
    return f"{owner}, not {instead}{decision.reason.removeprefix(owner)}"


def _by_territory(decision: Decision) -> str:
    """Whom the last rule would have chosen, as the trace has it; empty when it was asked itself."""
    before = text(say("not_asked.default", rule=decision.rule, default=""))
    last = decision.steps[-1].words
    return last.removeprefix(before) if last.startswith(before) else ""


def _written(screen: "Console", viewer: Visitor, reviews: int) -> None:
    written = viewer.written()
    screen.print(
        f"\n[bold]Written to the org[/]  {written.owners} owners, {written.links} account links, "
        f"{written.tasks} Tasks; {reviews} possible matches wait for a person"
    )


def _figures(screen: "Console", watched: "Watched", calls: int) -> None:
    seconds = watched.seconds()
    count = max(1, len(seconds))
    half, most = (seconds[min(count - 1, int(count * part))] if seconds else 0.0 for part in (0.5, 0.95))
    screen.print(
        f"[bold]API calls[/]           {calls} for {count} leads ({calls / count:.2f} a lead, polling included)"
    )
    screen.print(
        f"[bold]Creation to owner[/]   half within {half:.1f} s (p50), 95 of 100 within {most:.1f} s (p95)"
    )


def _wrong(ended: Mapping[str, Ended]) -> "list[str]":
    """Every lead that did not end as its story promises."""
    emails = {person.key: person.email for person in COLLEAGUES}
    keys = {one.newcomer.key: one for one in ended.values() if one.newcomer.key}
    regions: dict[str, set[str]] = {}
    for person in COLLEAGUES:
        regions.setdefault(person.region, set()).add(person.email)
    found = []
    for one in ended.values():
        end, newcomer = one.end, one.newcomer
        kind, _, name = newcomer.owner.rpartition(":")
        fits = {
            "": end.owner_email == emails.get(name),
            "pool": end.owner_email in regions.get(name, set()),
            "queue": end.owner_name.replace(" ", "_") == name,
            "lead": name in keys and end.owner_email == keys[name].end.owner_email,
        }[kind]
        if not fits or one.rule != newcomer.rule or bool(end.account) != bool(newcomer.account):
            found.append(
                f"{newcomer.company or newcomer.last}: {one.rule}, {end.owner_name}, account '{end.account}'; "
                f"promised {newcomer.rule}, {newcomer.owner}, account '{newcomer.account}'"
            )
    return found


def look_next(screen: "Console", lead_id: str, keep: Path | None) -> None:
    """What to type next, as it can be typed from where the reader is."""
    screen.print("\n[bold]Where to look next[/]")
    if keep is None:
        screen.print(f"  {command(Path())} demo --keep ./demo     the same once more, kept to look into")
    else:
        screen.print(
            f"  cd {escape(str(keep))}     all was kept there: data/, mappings/, daemon.log, world.json, .env\n"
            f"  {command(keep)} explain {lead_id}     why the first lead went where it went\n"
            f"  {command(keep)} status     where everything stands"
        )
    screen.print(
        f"  {command(keep or Path())} rules     every rule and what it does\n"
        "  README.md     your own org: check first, then once --dry-run, then run"
    )


def command(folder: Path) -> str:
    """How this sfrouter is called from a folder: by its bare name only where the shell would find it."""
    own = Path(sys.executable).with_name("sfrouter")
    found = shutil.which("sfrouter")
    if not own.exists() or (found and os.path.samefile(found, own)):
        return "sfrouter"
    return os.path.relpath(own, folder)
