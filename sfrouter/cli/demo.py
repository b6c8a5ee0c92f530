"""`sfrouter demo`: the whole product at work on an embedded local org: two hundred leads and their reasons."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sfrouter.cli.demo_stage import Stage
    from sfrouter.localorg.demo.leads import Newcomer
    from sfrouter.localorg.demo.visitor import Visitor

FEED_SECONDS = 16.0
AT_ONCE = 5
PATIENCE = 120.0


@dataclass(slots=True)
class Watched:
    """What was seen from outside: when each lead was made, when it first had an owner, and who that was."""

    newcomers: "dict[str, Newcomer]" = field(default_factory=dict)
    made_at: dict[str, float] = field(default_factory=dict)
    owned_at: dict[str, float] = field(default_factory=dict)

    def seconds(self) -> list[float]:
        """From creation to owner, for every lead that got one, shortest first."""
        return sorted(self.owned_at[key] - self.made_at[key] for key in self.owned_at)


def demo(
    keep: Annotated[
        Path | None, typer.Option(help="Keep databases, logs and files in this new folder, to look into them.")
    ] = None,
) -> None:
    """Show the whole product at work on a local org. 41 people, 2,000 accounts, 200 new leads; no Salesforce."""
    from sfrouter.cli.demo_report import look_next, report
    from sfrouter.cli.demo_stage import new_folder, raised
    from sfrouter.cli.paper import console
    from sfrouter.localorg.demo.leads import LEADS

    folder = new_folder(keep)
    screen = console()
    started = time.monotonic()
    screen.print(
        "[bold]sfrouter demo[/]: a local org stands in for Salesforce; everything else is the real thing.\n"
    )
    with raised(folder, keep=keep is not None) as stage:
        screen.print(f"  local org  {stage.url}  (41 people, 2,000 accounts, deals, cases)")
        stage.start_daemon()
        screen.print(f"  daemon     running, looks for new leads every {stage.settings.poll_seconds} s")
        screen.print(f"  leads      {LEADS} come in over {FEED_SECONDS:.0f} s ...\n")
        before = _calls(stage)
        watched = _play(stage)
        stage.stop_daemon()
        good = report(screen, stage, watched, calls=_calls(stage) - before)
    look_next(screen, next(iter(watched.newcomers)), keep)
    screen.print(f"\nTook {time.monotonic() - started:.0f} s. Nothing is left running.")
    if not good:
        raise typer.Exit(1)


def _calls(stage: "Stage") -> int:
    pulse = stage.pulse()
    return sum(pulse.calls.values()) if pulse else 0


def _play(stage: "Stage") -> Watched:
    """Feed the leads over some seconds while the daemon polls, and watch from outside until all have owners."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from sfrouter.cli.paper import console
    from sfrouter.localorg.demo.leads import LEADS, ordinary, told
    from sfrouter.localorg.demo.world import SEED, companies

    website, watched = stage.user("website"), Watched()
    coming = [*told(), *ordinary(companies(), SEED)]
    screen = console(stderr=True)
    columns = (TextColumn("  {task.description:10}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, disable=not screen.is_terminal, transient=True) as bars:
        fed, owned = bars.add_task("leads in", total=LEADS), bars.add_task("owned", total=LEADS)
        start = time.monotonic()
        while coming or (len(watched.owned_at) < LEADS and time.monotonic() - start < FEED_SECONDS + PATIENCE):
            due = int((time.monotonic() - start) / FEED_SECONDS * LEADS)
            while coming and len(watched.made_at) < due:
                _feed(website, coming[:AT_ONCE], watched)
                del coming[:AT_ONCE]
            _look(website, watched)
            bars.update(fed, completed=len(watched.made_at))
            bars.update(owned, completed=len(watched.owned_at))
            time.sleep(0.2)
        _await_tasks(stage)
    return watched


def _feed(website: "Visitor", some: "list[Newcomer]", watched: Watched) -> None:
    for lead_id, newcomer in zip(website.post_leads(some), some, strict=True):
        watched.newcomers[lead_id] = newcomer
        watched.made_at[lead_id] = time.monotonic()


def _look(website: "Visitor", watched: Watched) -> None:
    for lead_id in website.owned_leads() & watched.made_at.keys():
        watched.owned_at.setdefault(lead_id, time.monotonic())


def _await_tasks(stage: "Stage") -> None:
    """Tasks follow their leads a moment later."""
    from sfrouter.journey.assembly import open_desk

    with open_desk(stage.settings) as desk:
        for _ in range(100):
            if not desk.ledger.status().live:
                return
            time.sleep(0.1)
