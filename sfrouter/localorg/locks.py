"""Rows that cannot be written just now: held by another transaction, or locked for an approval."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.store_journal import Change


def rows_locked_by(changes: Iterable[Change]) -> frozenset[str]:
    """The rows that a transaction holds: those it writes, and the parents that Salesforce locks with them."""
    found: set[str] = set()
    for change in changes:
        found.add(change.id)
        if change.deed == "insert":
            found |= parents_locked_by(change.object_name, change.values)
    return frozenset(found)


def parents_locked_by(object_name: str, values: object) -> set[str]:
    """The parents that a new row locks: of an open task with a due date its account, who and what; of an
    account team member the account.
    """
    row = values if isinstance(values, dict) else {}
    if object_name == "Task" and row.get("ActivityDate") is not None and not row.get("IsClosed"):
        names: tuple[str, ...] = ("AccountId", "WhoId", "WhatId")
    elif object_name == "AccountTeamMember":
        names = ("AccountId",)
    else:
        names = ()
    return {str(row[name]) for name in names if row.get(name)}


class RowLocks:
    """The rows that are held, by open transactions or by a test, and those locked for approval."""

    def __init__(self, clock: OrgClock, of_transactions: Callable[[], frozenset[str]]) -> None:
        self._clock = clock
        self._of_transactions = of_transactions
        self._held: dict[str, datetime | None] = {}
        self.approvals: set[str] = set()

    def hold(self, ids: Iterable[str], seconds: float | None = None) -> None:
        """Hold rows as another transaction would: for so many seconds, or until `release`."""
        until = None if seconds is None else self._clock.now() + timedelta(seconds=seconds)
        self._held.update(dict.fromkeys(ids, until))

    def release(self, ids: Iterable[str] | None = None) -> None:
        """Let rows go; all of them without `ids`."""
        for row_id in list(self._held) if ids is None else ids:
            self._held.pop(row_id, None)

    def require_free(self, ids: Iterable[str]) -> None:
        """Raises OrgError 400 UNABLE_TO_LOCK_ROW, naming the rows that another transaction holds."""
        taken = self._taken()
        busy = [row_id for row_id in ids if row_id in taken] if taken else []
        if busy:
            rows = ", ".join(row_id[:15] for row_id in busy)
            sentence = f"unable to obtain exclusive access to this record or {len(busy)} records: {rows}"
            raise OrgError(400, "UNABLE_TO_LOCK_ROW", sentence, ())

    def require_unapproved(self, row_id: str, *, may_edit_locked: bool) -> None:
        """Raises OrgError 400 ENTITY_IS_LOCKED for a row in approval, unless the user may edit such rows."""
        if row_id in self.approvals and not may_edit_locked:
            raise OrgError(400, "ENTITY_IS_LOCKED", "entity is locked for editing", ())

    def _taken(self) -> frozenset[str]:
        now = self._clock.now()
        for row_id in [one for one, until in self._held.items() if until is not None and until <= now]:
            del self._held[row_id]
        return self._of_transactions() | frozenset(self._held)
