"""`sfrouter review`: possible matches and proposed accounts that wait for a person, and the answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sfrouter.cli.by_whom import ApplyOption, ByOption
from sfrouter.cli.paper import JsonOption

if TYPE_CHECKING:
    from sfrouter.journey.answer import Answer
    from sfrouter.journey.desk import Desk
    from sfrouter.journey.outlook import Outlook
    from sfrouter.journey.proposals import Proposal
    from sfrouter.journey.reviews import Review

app = typer.Typer(no_args_is_help=True, help="Answer the questions about doubtful matches.")
_Items = Annotated[
    list[str] | None,
    typer.Argument(metavar="ITEMS", help="Items as the list names them: lead, lead:account, or new:domain."),
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
    from sfrouter.cli.review_table import after_accepting, question_row, question_values
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.proposals import open_questions
    from sfrouter.journey.reviews import Review

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        found = open_questions(desk, clock.now(), learn=learn, company=company)
        shown = found[:limit]
        after = after_accepting(desk, [one for one in shown if isinstance(one, Review)], clock.now())
    if as_json:
        print_json({"open": len(found), "items": [question_values(one, after) for one in shown]})
        return
    screen = console()
    if not found:
        screen.print("Nothing waits for an answer.")
        return
    rows = [question_row(one, after) for one in shown]
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
    from sfrouter.cli.review_table import after_accepting, change, sides, values
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.answer import pick
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.proposals import pick_proposals

    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        proposals, names = pick_proposals(desk, clock.now(), [item])
        if proposals:
            _show_proposal(proposals[0], as_json=as_json)
            return
        (one,) = pick(desk, names)
        after = after_accepting(desk, [one], clock.now()).get(one.id)
    if as_json:
        print_json(values(one, after))
        return
    screen = console()
    screen.print(f"[bold]{one.id}[/]  score {one.item.score:.0f}, {escape(one.item.why)}\n")
    for side, held in sides(one).items():
        screen.print(f"{side}: {escape(', '.join(str(value) for value in held.values() if value))}")
    screen.print(f"At stake: {one.stake.words or 'nothing recorded'}")
    screen.print(f"Accepted: {escape(change(after))}; {escape(after.why) if after else 'nothing can be linked'}")
    screen.print(f"Open items that ask the same of other leads: {one.alike}")


def _show_proposal(one: "Proposal", *, as_json: bool) -> None:
    from rich.markup import escape

    from sfrouter.cli.paper import console, print_json
    from sfrouter.cli.review_table import proposal_values

    if as_json:
        print_json(proposal_values(one))
        return
    screen = console()
    screen.print(f"[bold]{one.id}[/]  {escape(one.why)}\n")
    for lead in one.leads:
        screen.print(
            f"Lead: {lead.id}, {escape(', '.join(filter(None, (lead.company, lead.city, lead.country))))}"
        )
    screen.print(
        f"Accepted: the account {escape(one.asked.name)} is made once, owned by "
        f"{escape(one.owner) or 'nobody: none of the leads is with an active person'}; the leads are linked."
    )
    screen.print("Rejected: no account is ever asked for at this domain again.")


@app.command()
def accept(
    items: _Items = None, company: _Company = "", apply: ApplyOption = False, by: ByOption = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Link these leads, route them again, and learn the name; make a proposed account."""
    _answer("accept", items, company, by, apply=apply, as_json=as_json)


@app.command()
def reject(
    items: _Items = None, company: _Company = "", apply: ApplyOption = False, by: ByOption = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Never match these two again; never make this account."""
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
    from sfrouter.cli.review_table import after_accepting
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.answer import pick
    from sfrouter.journey.assembly import open_desk
    from sfrouter.journey.proposals import pick_proposals

    if not items and not company:
        raise typer.BadParameter("name at least one item, or --company")
    clock = SystemClock()
    with open_desk(load_settings(), clock) as desk:
        now = clock.now()
        proposals, names = pick_proposals(desk, now, items or (), company=company)
        picked = pick(desk, names, company=company)
        answer = _answer_of(word, desk, picked, by_whom(by), now)
        after = after_accepting(desk, picked, now) if word == "accept" else {}
        done = bool(picked or proposals) and (apply or _touches(word, answer, proposals) == 1)
        if done and picked:
            desk.ledger.keep_verdict(answer.verdict)
    if done:
        _answer_proposals(word, proposals)
    _tell(word, answer, proposals, after, done=done, as_json=as_json)


def _touches(word: str, answer: "Answer", proposals: "Sequence[Proposal]") -> int:
    """How many leads the answer concerns; a proposal that is not accepted is one question, whatever its leads."""
    leads = {one.lead.id for one in (*answer.reviews, *answer.also)}
    return len(leads) + sum(len(one.leads) if word == "accept" else 1 for one in proposals)


def _answer_proposals(word: str, proposals: "Sequence[Proposal]") -> None:
    """Accepted: the account is ordered, once, for which the org is asked who we are; else it is remembered."""
    from sfrouter.cli.settings import load_settings
    from sfrouter.journey.accounts import agree, leave, turn_down
    from sfrouter.journey.assembly import open_desk, open_house

    if proposals and word == "accept":
        with open_house(load_settings(), alone=False) as house:
            for one in proposals:
                agree(house, one.asked.domain)
    elif proposals:
        with open_desk(load_settings()) as desk:
            for one in proposals:
                (turn_down if word == "reject" else leave)(desk, one.asked.domain)


def _answer_of(word: str, desk: "Desk", picked: "Sequence[Review]", by: str, now: datetime) -> "Answer":
    from sfrouter.cli.by_whom import batch_name
    from sfrouter.journey import answer

    if word == "accept":
        return answer.accept(desk, picked, by=by, at=now, batch=batch_name("review", now))
    return answer.reject(desk, picked, by=by) if word == "reject" else answer.skip(desk, picked, by=by)


def _tell(
    word: str, answer: "Answer", proposals: "Sequence[Proposal]", after: "Mapping[str, Outlook]", *, done: bool,
    as_json: bool,
) -> None:  # fmt: skip
    from sfrouter.cli.paper import console, print_json, print_table
    from sfrouter.cli.review_table import change, proposal_values, values

    verdict = answer.verdict
    if as_json:
        print_json({
            "answer": word, "done": done,
            "items": [*(values(one, after.get(one.id)) for one in answer.reviews),
                      *(proposal_values(one) for one in proposals)],
            "closed_too": [one.id for one in answer.also], "learnt": verdict.aliases,
            "never": sorted(verdict.never), "batch": next((one.batch for one in verdict.orders), None),
        })  # fmt: skip
        return
    screen = console()
    if not answer.reviews and not proposals:
        screen.print("No open item fits.")
        return
    rows = [
        (one.id, one.lead.company, one.suspected, change(after.get(one.id)))
        for one in (*answer.reviews, *answer.also)
    ] + [(one.id, one.asked.name, "(a new one)", f"account: {one.owner or 'nobody'}") for one in proposals]
    title = f"{word}: done" if done else f"{word}: nothing is done yet; add --apply to do it"
    print_table(title, ("item", "lead's company", "account", "owner now -> after"), rows, to=screen)
    if verdict.aliases:
        screen.print(f"Learnt as another name or domain: {', '.join(verdict.aliases)}", markup=False)
    if verdict.never:
        screen.print(f"Never again: {', '.join(company for company, _ in sorted(verdict.never))}", markup=False)
    if done and (verdict.orders or verdict.anew):
        screen.print("The leads are routed at the daemon's next poll (or by 'sfrouter once').")
    if done and proposals and word == "accept":
        screen.print("The daemon makes the account at its next round and links the leads.")
