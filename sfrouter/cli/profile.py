"""`sfrouter profile`: which leads count as one company although no account stands for it, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.profiles import ProfileView

app = typer.Typer(no_args_is_help=True, help="Show and correct companies without an account.")

_WHICH = "Its number, a lead's id, a domain or a company name."


@app.command("list")
def list_all(
    every: Annotated[bool, typer.Option("--all", help="Also those with a single lead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the company profiles, newest first."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import print_json, print_table
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.profiles import list_profiles

    with open_desk(load_settings(), SystemClock()) as desk:
        found = list_profiles(desk, single=every)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.number, ", ".join(one.domains), ", ".join(one.names), len(one.leads), ", ".join(one.owners))
        for one in found
    ]
    print_table("Company profiles", ("number", "domains", "names", "leads", "owners"), rows)


@app.command()
def show(which: Annotated[str, typer.Argument(metavar="WHICH", help=_WHICH)], as_json: JsonOption = False) -> None:
    """Show one profile: what belongs to it, since when and why."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.profiles import show_profile

    with open_desk(load_settings(), SystemClock()) as desk:
        found = show_profile(desk, which)
    _print(found, as_json=as_json)


@app.command()
def split(
    which: Annotated[str, typer.Argument(metavar="WHICH", help=_WHICH)],
    parts: Annotated[
        list[str], typer.Argument(metavar="PART", help="Domains, company names or lead ids to take out.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Take parts out of a profile: they are another company from now on. Leads keep the owners they have."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.profiles import split_profile

    with open_desk(load_settings(), SystemClock()) as desk:
        found = split_profile(desk, which, parts)
    _print(found, as_json=as_json)


@app.command()
def join(
    one: Annotated[str, typer.Argument(metavar="ONE", help=_WHICH)],
    other: Annotated[str, typer.Argument(metavar="OTHER", help=_WHICH)],
    as_json: JsonOption = False,
) -> None:
    """Make two profiles one company. Leads keep the owners they have."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.profiles import join_profiles

    with open_desk(load_settings(), SystemClock()) as desk:
        found = join_profiles(desk, one, other)
    _print(found, as_json=as_json)


def _print(found: "ProfileView", *, as_json: bool) -> None:
    from rich.markup import escape

    from sfrouter.cli.paper import console, print_json, print_table

    if as_json:
        print_json(found)
        return
    screen = console()
    screen.print(f"[bold]Company profile {found.number}[/], since {found.made_at:%Y-%m-%d %H:%M} UTC")
    screen.print(f"owners: {escape(', '.join(found.owners)) or 'nobody yet'}\n")
    rows = [(one.part, f"{one.joined_at:%Y-%m-%d %H:%M}", one.why) for one in found.parts]
    print_table("Belongs to it", ("part", "since", "because"), rows, to=screen)
    for line in found.merged:
        screen.print(f"merged into it: {escape(line)}")
