"""Late commits: rows that are written now, stamped now, and can be seen by others only some minutes later.

In a real org a row carries the SystemModstamp of its transaction's start and becomes visible when the
transaction commits, up to ten minutes later. A reader that remembers "the latest stamp I saw" loses such rows.
Here a late transaction is rehearsed, undone, and repeated when its time has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.locks import rows_locked_by
from sfrouter.localorg.store import Store
from sfrouter.localorg.store_journal import Change, rehearsal, repeat

LONGEST_DELAY = 600.0
"""Seconds: a transaction of Salesforce may last ten minutes."""

DELAY_HEADER = "X-Localorg-Commit-Delay"
"""A test hook on any request: seconds until its writes are visible, or `hold` (until released by hand)."""

HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTransaction:
    """Writes that nobody sees yet. `commits_at` is None while it is held until released by hand."""

    number: int
    user_id: str
    started_at: datetime
    commits_at: datetime | None
    changes: tuple[Change, ...]
    locked: frozenset[str]


class Visibility:
    """The transactions that have begun and are not yet visible. Call `settle` before reading the store.

    `delay` is what every write of the org waits, in seconds (0: none, None: until released by hand).
    """

    def __init__(self, store: Store, clock: OrgClock) -> None:
        self._store = store
        self._clock = clock
        self._delay: float | None = 0.0
        self._open: dict[int, OpenTransaction] = {}
        self._count = 0

    @property
    def delay(self) -> float | None:
        """Seconds that every write of the org waits for its commit; None holds it until released."""
        return self._delay

    @delay.setter
    def delay(self, seconds: float | None) -> None:
        self._delay = _checked(seconds)

    @contextmanager
    def late(self, seconds: float | None) -> Iterator[None]:
        """Requests made inside wait so many seconds for their commit (None: until released by hand)."""
        before, self.delay = self._delay, seconds
        try:
            yield
        finally:
            self._delay = before

    def open_transactions(self) -> tuple[OpenTransaction, ...]:
        """What has begun and is not visible, oldest first."""
        return tuple(self._open.values())

    def oldest_open(self) -> datetime | None:
        """When the oldest transaction still open began: getUpdated and getDeleted reach no further."""
        self.settle()
        return min((one.started_at for one in self._open.values()), default=None)

    def locked_rows(self) -> frozenset[str]:
        """Ids of the rows that open transactions hold."""
        return frozenset().union(*(one.locked for one in self._open.values()))

    def settle(self) -> int:
        """Make visible what is due by now, in the order of the commits; tells how many transactions."""
        if not self._open:
            return 0
        now = self._clock.now()
        due = [one for one in self._open.values() if one.commits_at is not None and one.commits_at <= now]
        for one in sorted(due, key=lambda each: (each.commits_at, each.number)):
            self.commit(one.number)
        return len(due)

    def commit(self, number: int) -> None:
        """Make one open transaction visible now. Raises KeyError when there is none of that number."""
        with self._store.lock:
            one = self._open.pop(number)
            repeat(self._store, one.changes)

    def commit_all(self) -> int:
        """Make every open transaction visible now; tells how many there were."""
        numbers = list(self._open)
        for number in numbers:
            self.commit(number)
        return len(numbers)

    def roll_back(self, number: int) -> None:
        """Forget one open transaction as if it had failed at its commit. Raises KeyError."""
        del self._open[number]

    @contextmanager
    def transaction(self, user_id: str, wish: str | None = None) -> Iterator[None]:
        """One transaction of a user: seen at once, or late by the header's `wish` or the org's delay.

        Raises OrgError 400 INVALID_HEADER_VALUE for a wish that is neither `hold` nor 0 to 600 seconds.
        """
        delay = self._delay if wish is None else wished_delay(wish)
        if delay == 0 or self._store.journal.is_open:
            yield
            return
        started_at = self._clock.stamp()
        with rehearsal(self._store) as changes:
            yield
        if changes:
            self._keep(user_id, started_at, delay, tuple(changes))

    def _keep(self, user_id: str, started_at: datetime, delay: float | None, changes: tuple[Change, ...]) -> None:
        self._count += 1
        self._open[self._count] = OpenTransaction(
            number=self._count,
            user_id=user_id,
            started_at=started_at,
            commits_at=None if delay is None else self._clock.now() + timedelta(seconds=delay),
            changes=changes,
            locked=rows_locked_by(changes),
        )


def wished_delay(wish: str) -> float | None:
    """The delay that the test header asks for. Raises OrgError 400."""
    if wish.strip().lower() == HOLD:
        return None
    try:
        return _checked(float(wish))
    except ValueError as problem:
        raise OrgError(400, "INVALID_HEADER_VALUE", f"{DELAY_HEADER}: {problem}") from problem


def _checked(seconds: float | None) -> float | None:
    if seconds is not None and not 0 <= seconds <= LONGEST_DELAY:
        raise ValueError(f"a commit is late by 0 to {LONGEST_DELAY:.0f} seconds, not {seconds}")
    return seconds
