"""`sfrouter verify`: is every decision of the log as it was recorded? Names each row that is not."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.ledger.chain_check import LogVerdict


def verify(
    head: Annotated[
        str | None,
        typer.Option(
            metavar="DIGEST", help="A head noted earlier: it must still be in the log, or its end was cut."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify the log of decisions. Every row that was changed, taken out or put in later is named.

    Erased decisions keep their place. Note the head that is printed somewhere else: with --head it also shows
    whether the newest part of the log was cut off or written anew.
    """
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.ledger_file import ledger_in
    from sfrouter.ledger.ledger import Ledger

    wanted = _whole_head(head)
    ledger = Ledger.open(ledger_in(load_settings().data_dir), SystemClock())
    try:
        found = ledger.verify_log(wanted)
    finally:
        ledger.close()
    if as_json:
        print_json({"sound": found.sound, **_plain(found)})
    else:
        _show(found, wanted)
    if not found.sound:
        raise typer.Exit(1)


def _whole_head(head: str | None) -> str:
    if head is None:
        return ""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", head.strip()):
        raise typer.BadParameter(
            f"'{head}' is no whole head: give all 64 digits and letters that 'sfrouter verify' printed"
        )
    return head.strip()


def _plain(found: "LogVerdict") -> dict[str, object]:
    from sfrouter.cli.paper import plain

    values: dict[str, object] = plain(found)
    return values


def _show(found: "LogVerdict", head: str) -> None:
    from sfrouter.cli.paper import console

    screen = console()
    for fault in found.faults:
        screen.print(f"[red]{fault}[/]")
    if found.head_known is False:
        screen.print(f"[red]the head {head} is not in the log: its end was cut off or written anew[/]")
    verdict = "[green]The log is sound[/]" if found.sound else "[red]The log is not as it was recorded[/]"
    screen.print(
        f"{verdict}: {found.decisions} decisions, {found.erased} of them erased, {found.entries} entries."
    )
    screen.print(f"Head: {found.head}")
