"""Asks several small questions in one call, which the org counts as one (a composite of reads only)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.door import Door

MOST = 10
"""Parts a call. The org takes 25 (5 of them queries); descriptions are large, and an answer is held whole."""
ALONE_SECONDS = 3600.0
"""After a call that failed as a whole each question is asked by itself for so long."""
log = logger("salesforce")


class Together:
    """Thread-safe. What gets no answer here is asked by itself: it only saves calls."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self._door = door
        self._clock = clock
        self._alone_until = 0.0  # monotonic

    def ask(self, kind: CallKind, paths: Sequence[str]) -> Mapping[str, Any]:
        """The answers by path (below the version's root), without those that were refused or are missing.

        Raises DailyLimitError, SignInRefusedError.
        """
        found: dict[str, Any] = {}
        for start in range(0, len(paths), MOST):
            some = paths[start : start + MOST]
            if len(some) > 1 and self._clock.monotonic() >= self._alone_until:
                found |= self._ask(kind, some)
        return found

    def _ask(self, kind: CallKind, paths: Sequence[str]) -> dict[str, Any]:
        root = f"/services/data/v{self._door.version}"
        parts = [
            {"method": "GET", "url": f"{root}/{path}", "referenceId": f"part{place}"}
            for place, path in enumerate(paths)
        ]
        body = {"allOrNone": False, "compositeRequest": parts}
        try:
            answer = self._door.ask(kind, lambda library: library.post("composite", body, headers={}))
        except CallError as trouble:
            log.info("asked_one_by_one", call=str(kind), code=trouble.code, status=trouble.status)
            self._alone_until = self._clock.monotonic() + ALONE_SECONDS
            return {}
        answers = _by_reference(answer)
        return {path: answers[f"part{place}"] for place, path in enumerate(paths) if f"part{place}" in answers}


def _by_reference(answer: Any) -> dict[str, Any]:
    """The bodies of the parts that went well; none of two parts that claim the same reference."""
    listed = answer.get("compositeResponse") if isinstance(answer, dict) else None
    parts = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    names = [one.get("referenceId") for one in parts]
    return {
        one["referenceId"]: one.get("body")
        for one in parts
        if one.get("httpStatusCode") == 200 and names.count(one.get("referenceId")) == 1
    }
