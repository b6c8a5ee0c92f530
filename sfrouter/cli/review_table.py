"""How `sfrouter review` shows its items: doubtful matches and proposed accounts, as rows and as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sfrouter.journey.desk import Desk
    from sfrouter.journey.outlook import Outlook
    from sfrouter.journey.proposals import Proposal, Question
    from sfrouter.journey.reviews import Review


def question_row(one: "Question", after: "Mapping[str, Outlook]") -> tuple[object, ...]:
    """A line of the list."""
    from sfrouter.journey.reviews import Review

    if isinstance(one, Review):
        return (one.id, one.lead.company, one.suspected, round(one.item.score), one.item.why, one.stake.words,
                change(after.get(one.id)), one.alike)  # fmt: skip
    return (one.id, one.asked.name, "(a new one)", "", one.why, one.stake.words,
            f"leads keep theirs; account: {one.owner or 'nobody'}", "")  # fmt: skip


def question_values(one: "Question", after: "Mapping[str, Outlook]") -> dict[str, Any]:
    """The same as JSON."""
    from sfrouter.journey.reviews import Review

    return values(one, after.get(one.id)) if isinstance(one, Review) else proposal_values(one)


def proposal_values(one: "Proposal") -> dict[str, Any]:
    """A proposed account as JSON."""
    return {
        "item": one.id, "kind": "new_account", "why": one.why, "raised_at": one.asked.at, "state": one.asked.state,
        "domain": one.asked.domain, "name": one.asked.name, "leads": [lead.id for lead in one.leads],
        "account_owner": one.owner, "at_stake": {"leads": one.stake.leads},
    }  # fmt: skip


def after_accepting(desk: "Desk", reviews: "Sequence[Review]", now: datetime) -> "dict[str, Outlook]":
    """What would become of each lead if its item were accepted, by item."""

    from sfrouter.journey.outlook import outlooks

    wanted = [(one, one.target) for one in reviews if not one.to_learn]
    known = [(one, target) for one, target in wanted if target is not None]
    found = outlooks(desk, [(one.lead, target) for one, target in known], now)
    return {one.id: after for (one, _), after in zip(known, found, strict=True)}


def change(after: "Outlook | None") -> str:
    """Who has the lead, and who would."""
    if after is None:
        return ""
    return f"{after.owner_now} -> {after.owner_after}" if after.moves else f"{after.owner_now} (stays)"


def sides(one: "Review") -> dict[str, dict[str, Any]]:
    """Both sides of a match."""
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
    elif one.target:
        sides["Named"] = {"company": one.suspected}
    return sides


def values(one: "Review", after: "Outlook | None") -> dict[str, Any]:
    """A doubtful match as JSON."""
    return {
        "item": one.id, "kind": "match", "score": one.item.score, "why": one.item.why,
        "raised_at": one.item.raised_at, "state": one.item.state, "to_learn": one.to_learn, "alike": one.alike,
        "at_stake": {"strategic": one.stake.strategic, "named": one.stake.named, "customer": one.stake.customer,
                     "amount": one.stake.amount, "leads": one.stake.leads},
        **{side.lower(): values for side, values in sides(one).items()},
        "owner_now": after.owner_now if after else None, "owner_after": after.owner_after if after else None,
        "reason_after": after.why if after else None,
    }  # fmt: skip
