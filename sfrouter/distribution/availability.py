"""Whether somebody can take a lead now: at work, not away, below his limits; if not, why, and from when on."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sfrouter.base.business_time import is_open, next_opening, zone_named
from sfrouter.distribution.roster import Working
from sfrouter.model.assignment import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """`why` is empty when he can take leads now. `opens_at` is when his working hours next begin, where that
    alone keeps him; a limit that is reached is never gone over."""

    why: str = ""
    opens_at: datetime | None = None


def available(
    person_id: str, how: Working, now: datetime, *, given: Given, open_leads: Mapping[str, int]
) -> Available:
    """Can the person take a lead at this moment?"""
    limit = _at_limit(person_id, how, now, given, open_leads)
    if limit:
        return Available(why=limit)
    if how.no_hours:
        return Available()
    today = now.astimezone(zone_named(how.calendar.zone)).date()
    away = [span for span in how.away if span[0] <= today and (span[1] is None or today <= span[1])]
    if any(last is None for _, last in away):
        return Available(why="away")
    if not away and is_open(how.calendar, now):
        return Available()
    opens_at = next_opening(how.calendar, now)
    if away:
        last_day = max(last for _, last in away if last is not None)
        return Available(why=f"away until {last_day}", opens_at=opens_at)
    return Available(why=f"off until {shown(opens_at, how)}" if opens_at else "never at work", opens_at=opens_at)


def shown(moment: datetime, how: Working) -> str:
    """A moment by the person's own clock: Mon 2026-11-23 09:00 Europe/Berlin."""
    local = moment.astimezone(zone_named(how.calendar.zone))
    return f"{local:%a %Y-%m-%d %H:%M} {how.calendar.zone}"


def given_today(person_id: str, how: Working, now: datetime, given: Given, *, pool: str = "") -> int:
    """How many leads the pools (or one of them) gave him since midnight by his own clock."""
    local = now.astimezone(zone_named(how.calendar.zone))
    midnight = datetime.combine(local.date(), time(), local.tzinfo).astimezone(UTC)
    pools = [given[pool]] if pool and pool in given else [] if pool else list(given.values())
    return sum(_since(one.get(person_id, ()), midnight) for one in pools)


def _since(moments: Sequence[datetime], midnight: datetime) -> int:
    return len(moments) - bisect_left(moments, midnight)


def _at_limit(person_id: str, how: Working, now: datetime, given: Given, open_leads: Mapping[str, int]) -> str:
    for limit in how.daily:
        count = given_today(person_id, how, now, given, pool=limit.pool)
        if count >= limit.most:
            return f"has {count} of {limit.most} leads today"
    held = open_leads.get(person_id, 0)
    if how.most_open is not None and held >= how.most_open:
        return f"has {held} of {how.most_open} open leads"
    return ""
