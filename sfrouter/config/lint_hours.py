"""Finds working hours that are written twice and no longer agree: those of first replies and of the pools."""

from collections.abc import Iterator

from sfrouter.base.errors import Problem
from sfrouter.base.working_week import Week
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import spot
from sfrouter.distribution.pools import Pool


def lint_hours(policy: Policy) -> Iterator[Problem]:
    """Hours of the watch `sla` that nobody of any pool works by: everybody there is timed by hours of his own.

    Where one pool has no hours the watch's hold for its people, and where one has the same they say the same.
    """
    sla = policy.sla
    if sla is None or sla.hours != "business" or "working_hours" not in sla.model_fields_set:
        return
    pools = [pool for pool in policy.pools if pool.members]
    weeks = [_weeks(pool) for pool in pools]
    if not pools or any(None in found or sla.week in found for found in weeks):
        return
    at = next(place for place, one in enumerate(policy.watches) if one is sla)
    here = spot(policy.sources.policy, "followup", at, "sla", "working_hours")
    what = (
        f"first replies are timed by other hours than any pool works: pool '{pools[0].name}' and all others have"
        " 'hours' of their own, which count instead of these"
    )
    mend = "write the hours of a pool here, or take working_hours out"
    yield here.problem(what, mend, code="LIN15", warning=True)


def _weeks(pool: Pool) -> list[Week | None]:
    """The hours of everybody in a pool; None for who has none."""
    return [member.hours if member.hours is not None else pool.hours for member in pool.members]
