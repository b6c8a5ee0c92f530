"""When an automation of the org applies: which object, new or changed rows, which conditions, whose writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.assignment import Criterion

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The writes that a validation rule or a flow is for. Of nothing said, everything fits.

    `criteria` must all hold for the row as it will be; of the fields `changed` at least one must have
    changed (a new row has changed all that it fills). `only_for` and `not_for` are ids of writing users.
    """

    object_name: str
    creating: bool = True
    updating: bool = True
    criteria: tuple[Criterion, ...] = ()
    changed: frozenset[str] = frozenset()
    only_for: frozenset[str] | None = None
    not_for: frozenset[str] = frozenset()

    def fits(self, object_name: str, user_id: str, before: Row | None, after: Row) -> bool:
        """Whether a write is meant; `before` is None for a new row."""
        if object_name != self.object_name or not (self.creating if before is None else self.updating):
            return False
        if user_id in self.not_for or (self.only_for is not None and user_id not in self.only_for):
            return False
        if self.changed and not any(has_changed(name, before, after) for name in self.changed):
            return False
        return all(criterion.holds(after) for criterion in self.criteria)


def has_changed(name: str, before: Row | None, after: Row) -> bool:
    """Whether a field has another value than before; in a new row, whether it has one."""
    return after.get(name) != (before.get(name) if before is not None else None)
