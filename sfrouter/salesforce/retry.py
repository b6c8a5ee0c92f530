"""How a question is asked again: three tries at most, at growing random distances, or when the org wishes."""

import random
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from sfrouter.base.clock import Clock
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.faults import Verdict

FIRST_WAIT, LONGEST_WAIT = 1.0, 20.0
AFTER_LIMIT_WAIT = 1.0
"""Seconds without any call after the org said 'too many' (I13)."""
LONGEST_WISH = 60.0
"""A longer Retry-After is not waited for here: the next cycle comes anyway."""

_AGAIN = frozenset({Verdict.RETRY, Verdict.WAIT_SHORT})


def question_attempts(tries: int, clock: Clock, chance: random.Random) -> Retrying:
    """Attempts for a read. Writes have none: whoever repeats what may have been done does it twice."""
    return Retrying(
        stop=stop_after_attempt(max(1, tries)),
        wait=_waiting(chance),
        retry=retry_if_exception(_worth_another_try),
        sleep=clock.sleep,
        reraise=True,
    )


def _worth_another_try(trouble: BaseException) -> bool:
    if not isinstance(trouble, CallError) or trouble.verdict(writing=False) not in _AGAIN:
        return False
    return trouble.retry_after is None or trouble.retry_after <= LONGEST_WISH


def _waiting(chance: random.Random) -> Callable[[RetryCallState], float]:
    def seconds(state: RetryCallState) -> float:
        trouble = state.outcome.exception() if state.outcome else None
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2**state.attempt_number)
        jitter = chance.uniform(0, ceiling)
        if not isinstance(trouble, CallError):
            return jitter
        if trouble.verdict(writing=False) is Verdict.WAIT_SHORT:
            jitter = max(jitter, AFTER_LIMIT_WAIT)
        # A little more than asked for, so that many of us do not come back at the same moment.
        return max(jitter, (trouble.retry_after or 0.0) + jitter / 4) if trouble.retry_after else jitter

    return seconds
