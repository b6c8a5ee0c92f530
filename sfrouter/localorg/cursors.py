"""Query results that are fetched page by page: ten at most for a user, kept for two days."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import make_id, normalise
from sfrouter.localorg.soql_run import QueryResult

MOST_OPEN = 10
"""A user has at most ten open cursors; an eleventh closes the one used longest ago."""

LIFE = timedelta(days=2)
_PREFIX = "01g"


@dataclass(frozen=True, slots=True)
class Cursor:
    """One query's result and who may read on in it."""

    id: str
    session_token: str
    user_id: str
    result: QueryResult
    page_size: int
    opened_at: datetime


class Cursors:
    """The open cursors of the org."""

    def __init__(self, clock: OrgClock) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Cursor] = OrderedDict()
        self._count = 0

    def open(self, session_token: str, user_id: str, result: QueryResult, page_size: int) -> Cursor:
        """Keep a result for its next pages."""
        mine = [one.id for one in self._open.values() if one.user_id == user_id]
        for surplus in mine[: max(0, len(mine) - MOST_OPEN + 1)]:
            del self._open[surplus]
        self._count += 1
        cursor = Cursor(
            make_id(_PREFIX, self._count), session_token, user_id, result, page_size, self._clock.now()
        )
        self._open[cursor.id] = cursor
        return cursor

    def find(self, locator: str, session_token: str) -> tuple[Cursor, int]:
        """The cursor and the offset that a locator like 01g...-2000 names.

        Raises OrgError 400 INVALID_QUERY_LOCATOR: unknown, too old, of another session, or past the end.
        """
        name, _, offset = locator.partition("-")
        try:
            cursor = self._open[normalise(name)]
            start = int(offset)
        except (ValueError, KeyError) as problem:
            raise _invalid() from problem
        too_old = self._clock.now() - cursor.opened_at > LIFE
        if too_old or cursor.session_token != session_token or not 0 < start < cursor.result.total_size:
            raise _invalid()
        self._open.move_to_end(cursor.id)
        return cursor, start

    def close_all(self) -> None:
        """Forget every cursor, as a restart of the org does."""
        self._open.clear()


def _invalid() -> OrgError:
    return OrgError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
