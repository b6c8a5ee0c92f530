"""What changed and what was deleted in a span of time, for clients that keep a copy (getUpdated, getDeleted)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sfrouter.localorg.call import Call
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.rest_query import found_by
from sfrouter.localorg.schema import ObjectType

UPDATED_DAYS, DELETED_DAYS = 30, 15
"""How far back the two calls reach: days before the day of the call."""

MOST_IDS = 600_000
"""More ids than this are refused with EXCEEDED_ID_LIMIT."""

_MINUTE = timedelta(minutes=1)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})")


def updated(call: Call) -> Response:
    """GET /sobjects/X/updated?start=&end=: the ids of rows made or changed, by SystemModstamp.

    `latestDateCovered` is where the next call should start: never later than the start of the oldest
    transaction that is still open. Raises OrgError 400 INVALID_REPLICATION_DATE, EXCEEDED_ID_LIMIT.
    """
    kind = _replicated(call)
    start, end = _span(call, UPDATED_DAYS)
    records = _rows(call, kind, start, end, ("Id",), deleted=False)
    body = {"ids": [one["Id"] for one in records], "latestDateCovered": _covered(call, end)}
    return Response.of_json(body)


def deleted(call: Call) -> Response:
    """GET /sobjects/X/deleted?start=&end=: rows put into the recycle bin, and when. Raises as `updated`."""
    kind = _replicated(call)
    start, end = _span(call, DELETED_DAYS)
    found = []
    if kind.field("IsDeleted") is not None:
        names = ("Id", _stamp_field(kind))
        for one in _rows(call, kind, start, end, names, deleted=True):
            found.append({"id": one["Id"], "deletedDate": one[names[1]]})
    body = {
        "deletedRecords": found,
        "earliestDateAvailable": _written(_midnight(call) - timedelta(days=DELETED_DAYS)),
        "latestDateCovered": _covered(call, end),
    }
    return Response.of_json(body)


def _replicated(call: Call) -> ObjectType:
    kind = call.object_type()
    if not kind.replicateable:
        sentence = f"object type {kind.name} is not replicable"
        raise OrgError(400, "INVALID_TYPE_FOR_OPERATION", sentence)
    return kind


def _stamp_field(kind: ObjectType) -> str:
    names = ("SystemModstamp", "LastModifiedDate", "CreatedDate")
    return next((name for name in names if kind.field(name) is not None), "SystemModstamp")


def _rows(
    call: Call, kind: ObjectType, start: datetime, end: datetime, names: tuple[str, ...], *, deleted: bool
) -> list[dict[str, Any]]:
    """The rows of a span, as the calling user may see them: they are found by a query of that user."""
    stamp = _stamp_field(kind)
    conditions = [f"{stamp} >= {start:%Y-%m-%dT%H:%M:%SZ}", f"{stamp} < {end:%Y-%m-%dT%H:%M:%SZ}"]
    if deleted:
        conditions.append("IsDeleted = true")
    soql = f"SELECT {', '.join(names)} FROM {kind.name} WHERE {' AND '.join(conditions)}"  # noqa: S608
    result = found_by(call, soql, deleted=deleted)
    if result.total_size > MOST_IDS:
        sentence = (
            f"The number of IDs exceeds the limit of {MOST_IDS:,}. Choose start and end dates closer together."
        )
        raise OrgError(400, "EXCEEDED_ID_LIMIT", sentence)
    return result.records(0, result.total_size)


def _span(call: Call, days: int) -> tuple[datetime, datetime]:
    """Start and end of the request in whole minutes. Raises OrgError 400."""
    start, end = _moment(call, "start"), _moment(call, "end")
    if end - start < _MINUTE:
        raise _bad_date("endDate must be at least one minute greater than startDate")
    if start < _midnight(call) - timedelta(days=days):
        raise _bad_date(f"startDate cannot be more than {days} days ago")
    return start, end


def _midnight(call: Call) -> datetime:
    return call.org.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


def _moment(call: Call, name: str) -> datetime:
    """A moment of the request, its seconds ignored as Salesforce ignores them."""
    text = call.request.parameters.get(name)
    if not text:
        raise OrgError(400, "MISSING_ARGUMENT", f"The required parameter {name} is missing")
    if not _MOMENT.fullmatch(text):
        raise _bad_date(f"{name}: {text} is not a valid date and time")
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise _bad_date(f"{name}: {text} is not a valid date and time") from problem
    return found.astimezone(UTC).replace(second=0, microsecond=0)


def _covered(call: Call, end: datetime) -> str:
    """The end asked for, unless now is earlier, or the start of a transaction that is not finished."""
    covered = min(end, call.org.clock.now().replace(second=0, microsecond=0))
    oldest = call.org.visibility.oldest_open()
    return _written(covered if oldest is None else min(covered, oldest))


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def _bad_date(sentence: str) -> OrgError:
    return OrgError(400, "INVALID_REPLICATION_DATE", sentence)
