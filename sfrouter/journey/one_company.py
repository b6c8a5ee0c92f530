"""The leads of one company in the order of their creation: the lost, the open ones with an owner, the decided."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from sfrouter.model.ids import is_user
from sfrouter.model.records import Lead

Ordered = tuple[Lead, ...]
_LAST = "\uffff"  # after every id


def created(lead: Lead) -> tuple[datetime, str]:
    """First created first."""
    return lead.created_at, lead.id


@dataclass(frozen=True, kw_only=True)
class LedgerView:
    """How leads stand in the ledger: those that were decided, and the owners the mirror cannot know yet."""

    decided: frozenset[str] = frozenset()
    owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OneCompany:
    """Sorted out once, when first asked for. `all` is in order; `look_up` tells how leads stand.

    A lead's own view leaves it out by cutting: many leads of one company cost their number, not its square.
    """

    all: Ordered
    look_up: Callable[[Ordered], LedgerView]
    intake_ids: frozenset[str]

    @cached_property
    def ids(self) -> frozenset[str]:
        """Who belongs to it."""
        return frozenset(one.id for one in self.all)

    @cached_property
    def _in_ledger(self) -> LedgerView:
        return self.look_up(self.all)

    @cached_property
    def lost(self) -> Ordered:
        """Closed-lost leads (R048)."""
        return tuple(one for one in self.all if one.closed_lost and not one.converted)

    @cached_property
    def open_and_owned(self) -> Ordered:
        """Open leads that a person owns by now."""
        open_ones = (one for one in self.all if not (one.converted or one.closed_lost))
        owners = self._in_ledger.owners
        standing = [replace(one, owner_id=owners[one.id]) if one.id in owners else one for one in open_ones]
        return tuple(one for one in standing if one.owner_id and self._by_a_person(one.owner_id))

    def _by_a_person(self, owner_id: str) -> bool:
        return is_user(owner_id) and owner_id not in self.intake_ids

    @cached_property
    def decided(self) -> Ordered:
        """Leads that have a decision."""
        return tuple(one for one in self.all if one.id in self._in_ledger.decided)

    def with_more(self, leads: Iterable[Lead]) -> "OneCompany":
        """The same with further leads, which alone are sorted in."""
        more = OneCompany(all=tuple(sorted(leads, key=created)), look_up=self.look_up, intake_ids=self.intake_ids)
        whole = OneCompany(all=_merged(self.all, more.all), look_up=self.look_up, intake_ids=self.intake_ids)
        for name in ("lost", "open_and_owned", "decided"):
            whole.__dict__[name] = _merged(getattr(self, name), getattr(more, name))
        return whole


def _merged(many: Ordered, few: Ordered) -> Ordered:
    whole = list(many)
    for one in few:
        insort(whole, one, key=created)
    return tuple(whole)


def without(leads: Ordered, lead: Lead) -> Ordered:
    """The others."""
    place = bisect_left(leads, created(lead), key=created)
    if place < len(leads) and leads[place].id == lead.id:
        return leads[:place] + leads[place + 1 :]
    return leads


def before(leads: Ordered, lead: Lead, most: int) -> Ordered:
    """The last so many that were created before a lead."""
    place = bisect_left(leads, created(lead), key=created)
    return leads[max(0, place - most) : place]


def after(leads: Ordered, lead: Lead, window: timedelta, most: int) -> Ordered:
    """The first so many that were created after a lead and within a time of it."""
    first = bisect_right(leads, created(lead), key=created)
    end = bisect_right(leads, (lead.created_at + window, _LAST), key=created)
    return leads[first : min(end, first + most)]
