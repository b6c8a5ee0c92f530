"""Tells which leads are gone for good. One that merely cannot be seen any more may have been hidden by mistake.

The recycle bin and merges say so by themselves. A lead that only the comparison of ids misses was deleted for good
(F05) or hidden from our user (F13), and the org does not tell which: it counts as deleted once it has been missed
for most of a day, and not while many are missed at once.
"""

from collections.abc import Collection
from datetime import timedelta

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.mirror.forget import leads_to_forget, only_missed, unknown_leads

MISSED_FOR = timedelta(hours=20)
"""With the two sweeps that it takes to miss a lead, one deleted for good is erased within a day."""
MOST_MISSED = 0.05  # of the leads with decisions: more that are missed at once means a user that lost its sight
LEAST_MISSED = 20
_WHY = "many leads cannot be seen any more, and nobody knows why: did the integration user lose sight of them?"
_MEND = "give it back what it lost; leads that are really deleted are erased by 'sfrouter erase --lead ID'"
_log = logger("journey")


def gone_for_good(house: House, *, compared: bool) -> tuple[str, ...]:
    """The leads to erase now. `compared`: the org's ids were compared just now, so what was missed still is."""
    ledger, mirror = house.ledger, house.desk.mirror
    gone = [one for some in leads_to_forget(mirror) for one in ledger.unerased(some)]
    missed = only_missed(mirror, gone).difference(ledger.nothing_since_erasure(gone))
    sure = tuple(one for one in gone if one not in missed)
    if not (compared and house.loaded) or ledger.doubts():
        return sure
    return (*sure, *_missed_long(house, missed))


def _missed_long(house: House, missed: Collection[str]) -> tuple[str, ...]:
    """Those of the missed leads, and of the ones a mirror filled anew never had, that are missed long enough."""
    now, total, away = house.gateway.server_now(), 0, set(missed)
    odd = {one.record_id for one in house.desk.mirror.unreadable()}
    for some in house.ledger.leads_with_words():
        total += len(some)
        away |= unknown_leads(house.desk.mirror, some) - odd
    held = len(away) > max(LEAST_MISSED, total * MOST_MISSED)
    since = house.ledger.note_missing(away, now, held=held)
    if held:
        _log.warning("not_erased", leads=len(away), why=_WHY, mend=_MEND)
        return ()
    long = tuple(sorted(one for one, at in since.items() if now - at >= MISSED_FOR))
    if len(long) < len(away):
        _log.info("erasure_waits", leads=len(away) - len(long), why="missed for less than 20 hours")
    return long
