"""Sees that people merged leads: what was open about the loser ends at once, the winner stands for it (F06)."""

from dataclasses import replace

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.ledger.ledger import Ledger
from sfrouter.model.follow import SlaClock

_log = logger("journey")


def follow_merges(house: House) -> int:
    """Follow the merges that the mirror learned of since the last look; returns how many had anything open.

    The winner keeps owner, questions, writes and profile of its own. The Tasks of the loser that still wait are
    not moved to it: its own decision tells everybody who is to know, once.
    """
    desk = house.desk
    upto = desk.reader.change_number()
    if desk.merged_upto == upto:
        return 0
    merged = desk.reader.merged_leads(after=desk.merged_upto)
    followed = sorted(desk.ledger.open_among(merged))
    for loser in followed:
        winner = merged[loser]
        desk.ledger.follow_merge(loser, winner, _clock_of_winner(desk.ledger, loser, winner))
        _log.info("merge_followed", lead=loser, into=winner or "a lead that is gone")
    desk.merged_upto = upto
    return len(followed)


def _clock_of_winner(ledger: Ledger, loser: str, winner: str | None) -> SlaClock | None:
    """The winner's running clock, set back to the older lead's; None when it stays as it is.

    Whoever asked has waited since the older of both leads was created (R085). When the lead is passed on stays:
    nobody loses it sooner for a merge. A winner that was answered, or that nobody waits for, is not waited for.
    """
    own, lost = ledger.sla_clock(winner) if winner else None, ledger.sla_clock(loser)
    if own is None or lost is None or own.stopped_at is not None or lost.stopped_at is not None:
        return None
    if lost.due_at >= own.due_at and lost.started_at >= own.started_at:
        return None
    return replace(
        own, started_at=min(own.started_at, lost.started_at), remind_at=min(own.remind_at, lost.remind_at),
        due_at=min(own.due_at, lost.due_at),
    )  # fmt: skip
