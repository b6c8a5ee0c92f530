"""Asks the org up to which moment everything that was committed can be seen: the one safe watermark (F01).

A stamp is set when a transaction begins and can be seen when it ends. The org's list of changes says, besides the
changes, how far it is complete: never beyond the start of a transaction that is still running.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.door import Door, public_error
from sfrouter.salesforce.errors import AnswerRefusedError
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.soql import check_name, datetime_literal
from sfrouter.salesforce.together import Together

SPAN = timedelta(minutes=5)
"""The span asked for: the answer's date does not depend on it, the list of ids does."""


def latest_covered(door: Door, object_name: str, now: datetime) -> datetime:
    """The moment before which nothing of the object is still to come into sight. `now` is the org's time.

    Raises AnswerRefusedError when the org keeps no such list of the object, or gives an odd answer, and what every
    question raises.
    """
    path = _path(object_name, now)
    try:
        body = door.ask(CallKind.UPDATED, lambda library: library.get(path))
    except CallError as trouble:
        raise public_error(trouble, door.version) from None
    found = _covered(body, now)
    if found is None:
        raise AnswerRefusedError("its list of changes names no date", code="NO_DATE", verdict=Verdict.PARK)
    return found


def all_latest_covered(together: Together, object_names: Sequence[str], now: datetime) -> Mapping[str, datetime]:
    """The same moment of several objects, asked in one call; those without an answer, or with an odd one, are
    left out: asked by itself each says why. Raises DailyLimitError, SignInRefusedError."""
    paths = {_path(name, now): name for name in object_names}
    answers = together.ask(CallKind.UPDATED, tuple(paths))
    moments = {paths[path]: _covered(body, now) for path, body in answers.items()}
    return {name: moment for name, moment in moments.items() if moment is not None}


def _path(object_name: str, now: datetime) -> str:
    span = f"start={datetime_literal(now - SPAN)}&end={datetime_literal(now)}"
    return f"sobjects/{check_name(object_name)}/updated/?{span}"


def _covered(body: Any, now: datetime) -> datetime | None:
    found = _moment(body.get("latestDateCovered") if isinstance(body, dict) else None)
    return None if found is None or found > now + SPAN else min(found, now)


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
