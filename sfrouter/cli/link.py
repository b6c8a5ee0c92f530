"""`sfrouter link`: links leads to an account, singly or by a company pattern, and takes it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.by_whom import ApplyOption, ByOption
from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.desk import Desk
    from sfrouter.journey.link import TakeBack
    from sfrouter.journey.outlook import Outlook
    from sfrouter.model.order import LinkOrder


def link(
    leads: Annotated[
        str, typer.Argument(metavar="LEADS", help='A lead\'s id, or a pattern of its company: "Acme Labs*".')
    ] = "",
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="The account's id or its name as the CRM has it.")
    ] = "",
    apply: ApplyOption = False,
    undo: Annotated[str, typer.Option("--undo", metavar="BATCH", help="Take back what was linked at once.")] = "",
    batches: Annotated[
        bool, typer.Option("--batches", help="List what was linked at once, newest first.")
    ] = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Link leads to an account, as a rep does in the CRM. They are routed again by the usual hierarchy."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.by_whom import by_whom
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk

    if not batches and not undo and not (leads and account):
        raise typer.BadParameter("name LEADS and ACCOUNT, or use --undo or --batches")
    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        if batches:
            _batches(desk, as_json=as_json)
        elif undo:
            _undo(desk, undo, by_whom(by), clock.now(), apply=apply, as_json=as_json)
        else:
            _link(desk, leads, account, by_whom(by), clock.now(), apply=apply, as_json=as_json)


def _link(desk: "Desk", said: str, account: str, by: str, now: datetime, *, apply: bool, as_json: bool) -> None:
    from sfrouter.cli.by_whom import batch_name
    from sfrouter.journey.link import account_called, leads_called, link_orders
    from sfrouter.journey.outlook import outlooks

    target = account_called(desk, account)
    leads = leads_called(desk, said)
    orders = link_orders(leads, target, by=by, at=now, batch=batch_name("link", now))
    ordered = {one.lead_id for one in orders}
    after = outlooks(desk, [(lead, target.id) for lead in leads if lead.id in ordered], now)
    done = bool(orders) and (apply or len(orders) == 1)
    if done:
        desk.ledger.order_links(orders)
    _tell(target.name, orders, after, len(leads) - len(orders), done=done, as_json=as_json)


def _tell(
    account: str, orders: "Sequence[LinkOrder]", after: "Sequence[Outlook]", already: int, *, done: bool,
    as_json: bool,
) -> None:  # fmt: skip
    from sfrouter.cli.paper import console, print_json, print_table

    batch = orders[0].batch if orders else None
    if as_json:
        print_json({"account": account, "done": done, "batch": batch if done else None, "leads": after,
                    "linked_already": already})  # fmt: skip
        return
    screen = console()
    if orders:
        rows = [(one.lead_id, one.company, one.owner_now, one.owner_after, one.why) for one in after]
        title = f"Linked to {account}" if done else f"Would be linked to {account}; add --apply to do it"
        print_table(title, ("lead", "company", "owner now", "owner after", "why"), rows, to=screen)
    else:
        screen.print("No lead to link.")
    if already:
        screen.print(f"Linked so already: {already}")
    if done:
        screen.print(f"Carried out at the daemon's next poll (or by 'sfrouter once'). Batch {batch}")


def _undo(desk: "Desk", batch: str, by: str, now: datetime, *, apply: bool, as_json: bool) -> None:
    from sfrouter.cli.by_whom import batch_name
    from sfrouter.journey.dossier import look_up_surroundings
    from sfrouter.journey.link import undo_batch

    around = look_up_surroundings(desk, now)
    found = undo_batch(
        desk, batch, around.directory, around.intake_ids, by=by, at=now, new_batch=batch_name("undo", now)
    )
    orders = [one.order for one in found if one.order is not None]
    names = desk.ledger.learnt_with(batch)
    done = bool(orders or names) and (apply or len(found) == 1)
    if done:
        desk.ledger.take_back(orders, batch, by=by)
    _tell_undo(found, names, done=done, as_json=as_json)


def _tell_undo(found: "Sequence[TakeBack]", names: "Sequence[str]", *, done: bool, as_json: bool) -> None:
    from sfrouter.cli.paper import console, print_json, print_table

    if as_json:
        leads = [
            {"lead_id": one.lead_id, "company": one.company, "undone": one.order is not None, "why": one.words}
            for one in found
        ]
        print_json({"done": done, "leads": leads, "forgotten": names})
        return
    rows = [(one.lead_id, one.company, "yes" if one.order else "no", one.words) for one in found]
    title = "Taken back" if done else "Would be taken back; add --apply to do it"
    screen = console()
    print_table(title, ("lead", "company", "undone", "why"), rows, to=screen)
    if names:
        verb = "Forgotten" if done else "Would be forgotten"
        screen.print(f"{verb} as another name or domain: {', '.join(names)}", markup=False)


def _batches(desk: "Desk", *, as_json: bool) -> None:
    from sfrouter.cli.paper import print_json, print_table

    rows = []
    for name in desk.ledger.batches():
        orders = desk.ledger.orders_in(name)
        states = {
            state: sum(one.state == state for one in orders) for state in sorted({one.state for one in orders})
        }
        rows.append(({"batch": name, "kind": orders[0].kind, "leads": len(orders)}, states))
    if as_json:
        print_json([{**row, "states": states} for row, states in rows])
        return
    listed = [
        (row["batch"], row["kind"], row["leads"], ", ".join(f"{count} {state}" for state, count in states.items()))
        for row, states in rows
    ]
    print_table("Batches", ("batch", "how", "leads", "state"), listed)
