"""`sfrouter accounts`: accounts the router made of leads, or would make if somebody agrees."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.by_whom import ApplyOption, ByOption
from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.undo_account import TakeBack
    from sfrouter.ledger.new_accounts import AskedAccount

app = typer.Typer(no_args_is_help=True, help="Show, make and take back new accounts.")
_DOMAIN = "The company's e-mail domain, as 'sfrouter accounts list' shows it."


@app.command("list")
def list_all(as_json: JsonOption = False) -> None:
    """List the accounts that were made, are on their way, are proposed, or were refused; newest first."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import print_json, print_table
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.accounts import list_accounts
    from sfrouter.journey.assembly import open_desk

    with open_desk(load_settings(), SystemClock()) as desk:
        found = list_accounts(desk)
    if as_json:
        print_json(found)
        return
    rows = [(one.domain, one.name, one.state, one.account_id, len(one.lead_ids), one.answer) for one in found]
    print_table("Accounts made of leads", ("domain", "name", "state", "account", "leads", "answer"), rows)


@app.command()
def create(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help=_DOMAIN)], as_json: JsonOption = False
) -> None:
    """Agree to a proposed account. The daemon makes it at its next round and links the leads."""
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.accounts import agree
    from sfrouter.journey.assembly import open_house

    with open_house(load_settings(), alone=False) as house:
        found = agree(house, domain)
    _print(found, as_json=as_json)


@app.command()
def dismiss(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help=_DOMAIN)], as_json: JsonOption = False
) -> None:
    """Turn a proposed or refused account down. None is asked for at this domain again."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.accounts import turn_down
    from sfrouter.journey.assembly import open_desk

    with open_desk(load_settings(), SystemClock()) as desk:
        found = turn_down(desk, domain)
    _print(found, as_json=as_json)


@app.command()
def undo(
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="An account, by its e-mail domain or its id.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="All accounts that the router made.")] = False,
    apply: ApplyOption = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back accounts the router made: leads unlinked, account deleted, but only where nobody touched them."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.by_whom import batch_name, by_whom
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey import undo_account
    from sfrouter.journey.assembly import open_house

    if bool(account) == everything:
        raise typer.BadParameter("name one account, or use --all")
    clock = SystemClock()
    with open_house(load_settings(), clock=clock, alone=False) as house:
        found = undo_account.accounts_to_undo(house, account)
        now = clock.now()
        batch = batch_name("undo-account", now)
        done = bool(apply and undo_account.undo(house, found, by=by_whom(by), at=now, batch=batch))
    _tell_undo(found, done=done, as_json=as_json)


def _tell_undo(found: "Sequence[TakeBack]", *, done: bool, as_json: bool) -> None:
    from sfrouter.cli.paper import console, print_json, print_table

    if as_json:
        accounts = [
            {"domain": one.asked.domain, "name": one.asked.name, "account_id": one.asked.account_id,
             "leads": [lead.id for lead in one.leads], "undone": not one.why_not, "why_not": one.why_not}
            for one in found
        ]  # fmt: skip
        print_json({"done": done, "accounts": accounts})
        return
    screen = console()
    if not found:
        screen.print("The router made no account that stands.")
        return
    rows = [
        (one.asked.name, one.asked.domain, one.asked.account_id, len(one.leads), "no" if one.why_not else "yes",
         one.why_not)
        for one in found
    ]  # fmt: skip
    title = "Taken back" if done else "Would be taken back; add --apply to do it"
    print_table(title, ("name", "domain", "account", "leads", "undone", "why not"), rows, to=screen)
    if done:
        screen.print("The daemon unlinks the leads at its next poll, then deletes (or 'sfrouter once').")


def _print(found: "AskedAccount", *, as_json: bool) -> None:
    from sfrouter.cli.paper import print_json

    if as_json:
        print_json(found)
    else:
        typer.echo(f"{found.name} ({found.domain}): {found.state}, {len(found.lead_ids)} leads")
