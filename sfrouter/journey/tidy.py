"""Once a day forgets what is older than the settings keep it; the log of decisions stays verifiable."""

from datetime import timedelta

from sfrouter.base.database import fold_journal
from sfrouter.base.log import logger
from sfrouter.config.settings import Settings
from sfrouter.journey.assembly import House
from sfrouter.ledger.retention import Forgotten, Keep

EVERY = timedelta(days=1)
_log = logger("journey")


def tidy(house: House) -> Forgotten | None:
    """Forget what is too old, if that was not done within a day; None when it was."""
    last = house.ledger.last_tidied()
    if last is not None and timedelta(0) <= house.clock.now() - last < EVERY:
        return None
    found = house.ledger.forget_old(kept_by(house.settings))
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
