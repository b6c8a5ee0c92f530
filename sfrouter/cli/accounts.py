"""`sfrouter accounts`: accounts the router made of leads, or would make if somebody agrees."""

from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.ledger.new_accounts import AskedAccount

app = typer.Typer(
    no_args_is_help=True, help="Accounts made of several leads of one company (policy: new_accounts)."
)
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

    with open_house(load_settings()) as house:
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


def _print(found: "AskedAccount", *, as_json: bool) -> None:
    from sfrouter.cli.paper import print_json

    if as_json:
        print_json(found)
    else:
        typer.echo(f"{found.name} ({found.domain}): {found.state}, {len(found.lead_ids)} leads")
