"""`sfrouter pools`: who gets the next lead of every pool, who is out and why, and what everybody got today."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.pools import MemberStanding, PoolStanding


def pools(
    pool: Annotated[
        list[str] | None,
        typer.Option("--pool", metavar="NAME", help="Only this pool; may be given several times."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show whose turn it is in every pool. Who is off, away or at a limit, and what everybody got today."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.pools import pools_now

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        found = pools_now(desk, clock.now(), tuple(pool or ()))
    if as_json:
        print_json({"pools": found})
        return
    screen = console()
    for one in found:
        _show(one)
    if not found:
        screen.print("teams.yaml defines no pool.")


def _show(found: "PoolStanding") -> None:
    from sfrouter.cli.paper import console, print_table

    title = f"{found.name}, {found.method.replace('_', '-')}: {found.next or 'nobody'} is next"
    rows = [_row(one) for one in found.members]
    columns = ("", "member", "standing", "today", "open", "weight", "limits", "skills", "time zone")
    print_table(title, columns, rows)
    learnt = [(one.like, one.name, one.written, one.in_force, f"{one.won} of {one.of}") for one in found.learnt]
    if learnt:
        print_table("  weights by similar leads", ("leads", "member", "written", "in force", "won"), learnt)
    ways = (f"pool {found.otherwise}" if found.otherwise else "", f"queue {found.queue}" if found.queue else "")
    listed = ", then ".join(way for way in ways if way) or "whoever is at work first, or the catch-all queue"
    console().print(f"  when all are out ({found.when_all_out}): {listed}\n", markup=False)


def _row(one: "MemberStanding") -> tuple[object, ...]:
    return (
        str(one.place or "-"), one.name, one.why_not or one.standing, str(one.given_today),
        "" if one.open_leads is None else str(one.open_leads), one.weight, ", ".join(one.limits),
        ", ".join(one.skills), one.time_zone,
    )  # fmt: skip
