"""Once a day forgets what is older than the settings keep it; the log of decisions stays verifiable."""

from datetime import timedelta

from sfrouter.base.database import fold_journal
from sfrouter.base.log import logger
from sfrouter.config.settings import Settings
from sfrouter.journey.assembly import House
from sfrouter.ledger.retention import Forgotten, Keep

EVERY = timedelta(days=1)
MOST_SKEW = timedelta(days=1)
"""While this machine's clock and the org's differ by more, one of them is wrong, and nothing is too old by it."""
_log = logger("journey")


def tidy(house: House) -> Forgotten | None:
    """Forget what is too old, if that was not done within a day; None when it was, or when the clocks differ.

    What is forgotten is gone for good, so a clock that is ahead, ours or the org's, makes nothing older.
    """
    skew = house.gateway.clock_skew
    if skew is not None and abs(skew) > MOST_SKEW:
        days = round(skew / timedelta(days=1), 1)
        _log.warning("not_forgotten", days=days, mend="the clocks differ: check this machine's time service")
        return None
    now, last = min(house.clock.now(), house.gateway.server_now()), house.ledger.last_tidied()
    if last is not None and timedelta(0) <= now - last < EVERY:
        return None
    found = house.ledger.forget_old(kept_by(house.settings), now)
    if found.total:
        fold_journal(house.desk.mirror.engine)
        house.ledger.fold_journal()
        _log.info(
            "forgotten", traces=found.traces, writes=found.writes, reviews=found.reviews, clocks=found.clocks
        )
    return found


def kept_by(settings: Settings) -> Keep:
    """How long each thing is kept."""
    return Keep(
        traces=settings.keep_traces_days,
        writes=settings.keep_writes_days,
        reviews=settings.keep_reviews_days,
        clocks=settings.keep_replies_days,
    )
