"""I3, by decisions: who was gone for long, or known to be gone, is named by none, even if the org refuses him.

The org takes nobody who is inactive, so that its own history would show only half of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tests.simulation.invariants import Evidence, Found, elapsed
from tests.simulation.transport import Exchange
from tests.simulation.world import POLL, REFRESH

JUDGED = "decisions after it was known who had left, judged"
"""As the report counts them."""
ON_THE_WAY = 60.0
"""Seconds that a reading may have stood at the org, or in a copy that lags behind."""
UNSURE = (
    "the machine's clock is wrong", "another org answers", "the disk is full", "the disk can only be read",
    "the mirror's file is damaged",
)  # fmt: skip
"""Where these came up nobody can tell when a decision was made, or whether what was read was kept."""


@dataclass(frozen=True)
class Readings:
    """What the router read of the org's people."""

    one: Evidence

    @cached_property
    def _whole(self) -> list[tuple[float, float]]:
        """When each reading of them that nothing struck began, and when it was over."""
        return list(self._found())

    def _found(self) -> Iterator[tuple[float, float]]:
        exchanges = self.one.history.wire.exchanges
        for place, each in enumerate(exchanges):
            soql = each.call.soql
            if each.call.kind != "query" or " FROM User " not in soql or "ORDER BY SystemModstamp" not in soql:
                continue
            pages = [each]
            for page in exchanges[place + 1 :]:
                if page.call.kind != "more" or page.life != each.life:
                    break
                pages.append(page)
            if all(self._well(page) for page in pages):
                yield each.left, pages[-1].over

    def _well(self, each: Exchange) -> bool:
        return each.status == 200 and each.call.number not in self.one.history.faults.struck

    def known(self, since: float, at: float) -> bool:
        """Was everybody read between?"""
        return any(left > since + ON_THE_WAY and over < at for left, over in self._whole)

    def should_know(self, since: float, at: float) -> bool:
        """Did one process have the org at hand for longer than it may go without reading them?"""
        if at - since < REFRESH + 2 * POLL + ON_THE_WAY:
            return False
        between = [each for each in self.one.history.wire.exchanges if since - POLL <= each.left <= at]
        return len({each.life for each in between}) == 1 and all(self._well(each) for each in between)


def i03_nobody_known_to_be_gone(one: Evidence) -> Found:
    """While he was gone, and no longer than until he came back."""
    history = one.history
    if any(history.met[name] for name in UNSURE) or not history.people.away:
        return
    readings = Readings(one)
    gone = [
        (user, since, until) for user, times in history.people.away.items() for since, until in times
    ]  # fmt: skip
    for decision in one.ledger.decisions:
        at = elapsed(one, datetime.fromisoformat(f"{decision['at']}+00:00"))
        then = [(user, since) for user, since, until in gone if since < at and (until is None or at < until)]
        knew = [user for user, since in then if readings.known(since, at) or readings.should_know(since, at)]
        if knew:
            history.met[JUDGED] += 1
        if decision["owner_id"] in knew:
            yield f"I3 lead {decision['lead_id']} was meant for {decision['owner_id']}, long known to be gone"


def i03_no_queue_without_leads(one: Evidence) -> Found:
    """By decisions: a queue that never could own leads is named by none."""
    queues = {row["QueueId"] for row in one.rows("QueueSobject") if row["SobjectType"] == "Lead"}
    for decision in one.ledger.decisions:
        owner = str(decision["owner_id"] or "")
        if owner.startswith("00G") and owner not in queues:
            yield f"I3 lead {decision['lead_id']} was meant for {owner}, a queue without leads"


OF_OWNERS: tuple[Callable[[Evidence], Found], ...] = (i03_nobody_known_to_be_gone, i03_no_queue_without_leads)
