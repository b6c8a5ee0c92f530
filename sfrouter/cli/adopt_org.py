"""`sfrouter adopt-org`: gives the ledger to the org that answers now, after a person has looked."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.ledger.org_binding import BoundOrg


def adopt_org(
    yes: Annotated[
        bool, typer.Option("--yes", help="Really do it; without it, only show what would happen.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Give the ledger to the org that answers now. Decisions stay; writes on their way end; all is read anew."""
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import asking_org, load_settings
    from sfrouter.daemon.single import alone
    from sfrouter.journey.adopt_org import adopt_org as adopt

    settings = load_settings(org=True)
    with alone(settings.data_dir), asking_org(settings):
        found = adopt(settings, really=yes)
    if as_json:
        print_json(found)
        return
    screen = console()
    screen.print(f"The ledger belongs to {_called(found.before)}.")
    screen.print(f"The sign-in leads to {_called(found.after)}.")
    for words in found.doubts:
        screen.print(f"[yellow]In doubt: {words}[/]")
    verb = "ended" if found.done else "would end"
    screen.print(f"{found.ended} writes on their way {verb}; decisions and turns stay; the mirror is read anew.")
    if found.done:
        screen.print("[green]Done.[/] Start the daemon again.")
    else:
        screen.print("Nothing was changed. If this is right: sfrouter adopt-org --yes")


def _called(org: "BoundOrg | None") -> str:
    if org is None:
        return "no org yet"
    kind = {True: ", a sandbox", False: ", production"}.get(org.sandbox, "") if org.sandbox is not None else ""
    return f"org {org.org_id}{kind}" + (f" at {org.instance}" if org.instance else "")
