"""How many of the org's calls are ours: the share, what is left of it, and how busy we may be (G12, F24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DAY = timedelta(hours=24)
PACE_OVER = timedelta(hours=6)
SHORTEST_PACE = timedelta(minutes=10)
SLOW_FROM, ESSENTIAL_FROM = 0.70, 0.90
"""Parts of our own share that are used up."""
ORG_SLOW_FROM, ORG_ESSENTIAL_FROM = 0.85, 0.95
"""Parts of the whole org's day that are used up, whoever used them."""


class Mode(StrEnum):
    """How busy we may be. Routing goes on in all of them; mirroring gives way first."""

    NORMAL = "normal"
    SLOW = "slow"  # everything is asked less often
    ESSENTIAL = "essential"  # leads and writes only, and those less often too


PACE = {Mode.NORMAL: 1, Mode.SLOW: 4, Mode.ESSENTIAL: 10}
"""By how much longer the intervals are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Where the calls stand. Figures of the rolling 24 hours; None while the org has not told its limit.

    `forecast` is what a day takes at the pace of the last six hours, None while that is too short to say.
    """

    mode: Mode
    why: str
    own_used: int
    own_most: int | None
    org_used: int | None
    org_most: int | None
    forecast: int | None


def outlook(
    hours: Sequence[tuple[datetime, int]], usage: tuple[int, int] | None, share_percent: int, now: datetime
) -> Outlook:
    """What our own calls by the hour, and the org's (used, most), come to."""
    lately = [(hour, calls) for hour, calls in hours if hour + timedelta(hours=1) > now - DAY]
    used = sum(calls for _, calls in lately)
    forecast = _forecast(lately, now)
    most = usage[1] * share_percent // 100 if usage else None
    mode, why = _mode(used, most, usage, forecast)
    return Outlook(
        mode=mode, why=why, own_used=used, own_most=most, org_used=usage[0] if usage else None,
        org_most=usage[1] if usage else None, forecast=forecast,
    )  # fmt: skip


def _forecast(hours: Sequence[tuple[datetime, int]], now: datetime) -> int | None:
    window = [(hour, calls) for hour, calls in hours if hour >= now - PACE_OVER]
    if not window or now - window[0][0] < SHORTEST_PACE:
        return None
    return round(sum(calls for _, calls in window) * (DAY / (now - window[0][0])))


def _mode(used: int, most: int | None, usage: tuple[int, int] | None, forecast: int | None) -> tuple[Mode, str]:
    if most is None or usage is None or most <= 0 or usage[1] <= 0:
        return Mode.NORMAL, ""
    ours, whole = used / most, usage[0] / usage[1]
    if whole >= ORG_ESSENTIAL_FROM:
        return Mode.ESSENTIAL, f"the org has used {whole:.0%} of its calls of the day"
    if ours >= ESSENTIAL_FROM:
        return Mode.ESSENTIAL, f"{ours:.0%} of our own share of the org's calls is used"
    if whole >= ORG_SLOW_FROM:
        return Mode.SLOW, f"the org has used {whole:.0%} of its calls of the day"
    if ours >= SLOW_FROM:
        return Mode.SLOW, f"{ours:.0%} of our own share of the org's calls is used"
    if forecast is not None and forecast > most and ours >= 0.5:
        return Mode.SLOW, f"at this pace a day takes {forecast} calls, our share is {most}"
    return Mode.NORMAL, ""
