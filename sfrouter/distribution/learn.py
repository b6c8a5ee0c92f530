"""Shifts the shares of a weighted pool by what its people made of leads like this one (R151).

A member who won more of the similar leads than the pool as a whole gets a larger share, never more than double the
written weight and never less than half of it. Few leads say little: everybody's record is mixed with `least` leads
at the pool's own rate, and a kind of lead with fewer than `least` of them leaves the weights as they are written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sfrouter.distribution.conditions import FORBIDDEN
from sfrouter.distribution.method import Candidate
from sfrouter.distribution.weigh import folded, values_of
from sfrouter.model.decision import LearntShare
from sfrouter.model.records import Lead

LOWEST, HIGHEST = Fraction(1, 2), Fraction(2)
_STEP = 100  # factors are whole hundredths: what is shown is what is in force
_ONE_BY_ONE = frozenset(
    f"lead.{name}"
    for name in ("id", "email", "phone", "first_name", "last_name", "created_at", "website", "status")
)
Kind = tuple[str, ...]
"""What makes leads similar: their values of the fields `by`."""


def _lead_field(name: str) -> str:
    if not name.startswith("lead.") or name in FORBIDDEN or name in _ONE_BY_ONE:
        raise ValueError(f"'{name}' makes no leads similar; name fields such as lead.industry or lead.country")
    return name


class Learn(BaseModel):
    """The setting `learn:` of a pool: leads are similar when they agree in all fields `by`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: tuple[Annotated[str, AfterValidator(_lead_field)], ...] = Field(min_length=1, max_length=4)
    least: int = Field(default=20, ge=5, le=10_000)

    def kind(self, lead: Lead) -> Kind:
        """The kind a lead is of."""
        return tuple(" ".join(folded(one) for one in values_of(name, lead, None)) for name in self.by)

    def told(self, kind: Kind) -> str:
        """A kind in words."""
        named = zip(self.by, kind, strict=True)
        return ", ".join(f"{name.partition('.')[2]} {value or 'empty'}" for name, value in named)


@dataclass(frozen=True, slots=True)
class Record:
    """Of so many decided leads of a kind somebody won so many."""

    won: int
    of: int


Results = Mapping[Kind, Mapping[str, Record]]
"""By kind of lead and person id: the records of one pool's members."""
NO_RESULTS: Mapping[str, Results] = MappingProxyType({})
"""By pool."""


def factors(records: Mapping[str, Record], least: int) -> Mapping[str, Fraction]:
    """By how much each one's weight is shifted; empty where there is too little to learn from."""
    won, of = sum(one.won for one in records.values()), sum(one.of for one in records.values())
    if of < least or not won:
        return MappingProxyType({})
    rate = Fraction(won, of)
    found = {}
    for person, one in records.items():
        own = (one.won + least * rate) / (one.of + least)
        found[person] = max(LOWEST, min(HIGHEST, Fraction(round(own / rate * _STEP), _STEP)))
    return MappingProxyType(found)


def with_learnt(
    ready: Sequence[Candidate], learn: Learn, results: Results, lead: Lead
) -> tuple[tuple[Candidate, ...], tuple[LearntShare, ...]]:
    """The candidates with the weights in force for this lead, and what these were learnt from; the trace keeps the
    numbers, so that the same turn can be worked out again."""
    kind = learn.kind(lead)
    of_kind = results.get(kind, {})
    shift = factors(of_kind, learn.least)
    if not shift:
        return tuple(ready), ()
    changed = tuple(replace(one, weight=one.weight * shift.get(one.person_id, 1)) for one in ready)
    shares = (
        _share(after, before, of_kind.get(after.person_id)) for after, before in zip(changed, ready, strict=True)
    )
    return changed, tuple(shares)


def _share(after: Candidate, before: Candidate, record: Record | None) -> LearntShare:
    won, of = (record.won, record.of) if record else (0, 0)
    return LearntShare(
        person_id=after.person_id, written=float(before.weight), in_force=float(after.weight), won=won, of=of
    )


def learnt_words(ready: Sequence[Candidate], learn: Learn, shares: Sequence[LearntShare], lead: Lead) -> str:
    """The same in words; nothing where nothing was learnt."""
    if not shares:
        return ""
    names = {one.person_id: one.name for one in ready}
    shown = (
        f"{names[one.person_id]} {one.written:g} becomes {one.in_force:g} "
        f"({f'won {one.won} of {one.of}' if one.of else 'none yet'})"
        for one in shares
    )
    return f"weights by similar leads ({learn.told(learn.kind(lead))}): {', '.join(shown)}"
