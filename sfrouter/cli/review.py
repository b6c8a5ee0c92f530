"""`sfrouter review`: the possible matches that wait for a person, and the person's answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfrouter.cli.by_whom import ApplyOption, ByOption
from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.answer import Answer
    from sfrouter.journey.desk import Desk
    from sfrouter.journey.outlook import Outlook
    from sfrouter.journey.reviews import Review

app = typer.Typer(no_args_is_help=True, help="Answer the questions about doubtful matches.")
_Items = Annotated[
    list[str] | None, typer.Argument(metavar="ITEMS", help="Items as the list names them: lead, or lead:account.")
]
_Company = Annotated[
    str, typer.Option("--company", metavar="PATTERN", help='All items of such companies: "Acme Labs*".')
]


@app.command("list")
def list_(
    company: _Company = "",
    learn: Annotated[
        bool, typer.Option("--learn", help="Offers to learn from links that people made in the CRM.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show so many at most.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List what waits for an answer, most at stake first."""
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json, print_table
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.reviews import open_reviews

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        found = open_reviews(desk, learn=learn, company=company)
        shown = found[:limit]
        after = _after(desk, shown, clock.now())
    if as_json:
        print_json({"open": len(found), "items": [_values(one, after.get(one.id)) for one in shown]})
        return
    screen = console()
    if not found:
        screen.print("Nothing waits for an answer.")
        return
    rows = [
        (one.id, one.lead.company, one.account.name if one.account else "", round(one.item.score), one.item.why,
         one.stake.words, _change(after.get(one.id)), one.alike)
        for one in shown
    ]  # fmt: skip
    columns = ("item", "lead's company", "account", "score", "why", "at stake", "owner now -> after", "alike")
    print_table(f"Waiting for an answer: {len(found)}", columns, rows, to=screen)


@app.command()
def show(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="An item as the list names it.")],
    as_json: JsonOption = False,
) -> None:
    """Show both sides of one item, why it is asked, and what an answer changes."""
    from rich.markup import escape

    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.answer import pick
    from sfrouter.journey.assembly import open_desk

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        (one,) = pick(desk, [item])
        after = _after(desk, [one], clock.now()).get(one.id)
    if as_json:
        print_json(_values(one, after))
        return
    screen = console()
    screen.print(f"[bold]{one.id}[/]  score {one.item.score:.0f}, {escape(one.item.why)}\n")
    for side, values in _sides(one).items():
        screen.print(f"{side}: {escape(', '.join(str(value) for value in values.values() if value))}")
    screen.print(f"At stake: {one.stake.words or 'nothing recorded'}")
    screen.print(f"Accepted: {escape(_change(after))}; {escape(after.why) if after else 'nothing can be linked'}")
    screen.print(f"Open items that ask the same of other leads: {one.alike}")


@app.command()
def accept(
    items: _Items = None, company: _Company = "", apply: ApplyOption = False, by: ByOption = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Link these leads, route them again, and learn the name."""
    _answer("accept", items, company, by, apply=apply, as_json=as_json)


@app.command()
def reject(
    items: _Items = None, company: _Company = "", apply: ApplyOption = False, by: ByOption = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Never match these two again."""
    _answer("reject", items, company, by, apply=apply, as_json=as_json)


@app.command()
def skip(
    items: _Items = None, company: _Company = "", apply: ApplyOption = False, by: ByOption = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Take these items out of the queue without an answer."""
    _answer("skip", items, company, by, apply=apply, as_json=as_json)


def _answer(word: str, items: list[str] | None, company: str, by: str, *, apply: bool, as_json: bool) -> None:
    from sfrouter.base.clock import SystemClock
    from sfrouter.cli.by_whom import by_whom
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.answer import pick
    from sfrouter.journey.assembly import open_desk

    if not items and not company:
        raise typer.BadParameter("name at least one item, or --company")
    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        now = clock.now()
        picked = pick(desk, items or (), company=company)
        answer = _answer_of(word, desk, picked, by_whom(by), now)
        after = _after(desk, picked, now) if word == "accept" else {}
        touched = {one.lead.id for one in (*answer.reviews, *answer.also)}
        done = bool(picked) and (apply or len(touched) == 1)
        if done:
            desk.ledger.keep_verdict(answer.verdict)
    _tell(word, answer, after, done=done, as_json=as_json)


def _answer_of(word: str, desk: "Desk", picked: "Sequence[Review]", by: str, now: datetime) -> "Answer":
    from sfrouter.cli.by_whom import batch_name
    from sfrouter.journey import answer

    if word == "accept":
        return answer.accept(desk, picked, by=by, at=now, batch=batch_name("review", now))
    return answer.reject(desk, picked, by=by) if word == "reject" else answer.skip(desk, picked, by=by)


def _tell(word: str, answer: "Answer", after: "Mapping[str, Outlook]", *, done: bool, as_json: bool) -> None:
    from sfrouter.cli.paper import console, print_json, print_table

    verdict = answer.verdict
    if as_json:
        print_json({
            "answer": word, "done": done, "items": [_values(one, after.get(one.id)) for one in answer.reviews],
            "closed_too": [one.id for one in answer.also], "learnt": verdict.aliases,
            "never": sorted(verdict.never), "batch": next((one.batch for one in verdict.orders), None),
        })  # fmt: skip
        return
    screen = console()
    if not answer.reviews:
        screen.print("No open item fits.")
        return
    rows = [
        (one.id, one.lead.company, one.account.name if one.account else "", _change(after.get(one.id)))
        for one in (*answer.reviews, *answer.also)
    ]
    title = f"{word}: done" if done else f"{word}: nothing is done yet; add --apply to do it"
    print_table(title, ("item", "lead's company", "account", "owner now -> after"), rows, to=screen)
    if verdict.aliases:
        screen.print(f"Learnt as another name or domain: {', '.join(verdict.aliases)}", markup=False)
    if verdict.never:
        screen.print(f"Never again: {', '.join(company for company, _ in sorted(verdict.never))}", markup=False)
    if done and (verdict.orders or verdict.anew):
        screen.print("The leads are routed at the daemon's next poll (or by 'sfrouter once').")


def _after(desk: "Desk", reviews: "Sequence[Review]", now: datetime) -> "dict[str, Outlook]":
    from sfrouter.journey.outlook import outlooks

    wanted = [one for one in reviews if one.account is not None and not one.to_learn]
    found = outlooks(desk, [(one.lead, one.item.account_id) for one in wanted], now)
    return {one.id: after for one, after in zip(wanted, found, strict=True)}


def _change(after: "Outlook | None") -> str:
    if after is None:
        return ""
    return f"{after.owner_now} -> {after.owner_after}" if after.moves else f"{after.owner_now} (stays)"


def _sides(one: "Review") -> dict[str, dict[str, Any]]:
    lead, account = one.lead, one.account
    domain = lead.email.rpartition("@")[2]
    sides: dict[str, dict[str, Any]] = {
        "Lead": {"company": lead.company, "domain": domain, "website": lead.website, "city": lead.city,
                 "country": lead.country}
    }  # fmt: skip
    if account is not None:
        sides["Account"] = {
            "name": account.name, "domains": " ".join(account.domains), "city": account.city,
            "country": account.country, "relationship": str(account.relationship or ""),
        }  # fmt: skip
    return sides


def _values(one: "Review", after: "Outlook | None") -> dict[str, Any]:
    return {
        "item": one.id, "score": one.item.score, "why": one.item.why, "raised_at": one.item.raised_at,
        "state": one.item.state, "to_learn": one.to_learn, "alike": one.alike,
        "at_stake": {"strategic": one.stake.strategic, "named": one.stake.named, "customer": one.stake.customer,
                     "amount": one.stake.amount},
        **{side.lower(): values for side, values in _sides(one).items()},
        "owner_now": after.owner_now if after else None, "owner_after": after.owner_after if after else None,
        "reason_after": after.why if after else None,
    }  # fmt: skip
