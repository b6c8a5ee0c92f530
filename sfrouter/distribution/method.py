"""What a distribution method is: of the people who can take a lead, it says whose turn it is, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pool's member who can take a lead now, in the order the policy lists them."""

    person_id: str
    name: str
    weight: Fraction = Fraction(1)
    open_leads: int = 0
    skills: frozenset[str] = frozenset()  # folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who gets the lead, and where the pool's counters stand afterwards (absolute values).

    `undo` is what to add to the counters if the turn is not used after all; empty: one turn less for him.
    """

    person_id: str
    words: str
    turns: Mapping[str, int]
    undo: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands in a pool's line, the next one first."""

    person_id: str
    name: str
    words: str


COUNTED_FOR = "#counted-for"
"""Beside the people's counters one more: how they were counted. Counters of another method, or of other weights,
mean nothing to a method and would make it flood somebody, so it starts anew."""
EVEN = 0  # turns of the round-robin; also what pools without the entry hold


def counted(turns: Mapping[str, int], mark: int) -> Mapping[str, int]:
    """The people's counters, or none when they were counted in another way."""
    if turns.get(COUNTED_FOR, EVEN) != mark:
        return MappingProxyType({})
    return MappingProxyType({person: count for person, count in turns.items() if person != COUNTED_FOR})


class Method(BaseModel):
    """A part of the shelf distribution/methods/: options, validated and frozen, and one method."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: ClassVar[tuple[str, ...]] = ("R140",)
    needs_loads: ClassVar[bool] = False  # does it look at open leads?

    @property
    def name(self) -> str:
        """The method's name in the policy: its file's name."""
        return type(self).__module__.rpartition(".")[2]

    def line(
        self, candidates: Sequence[Candidate], turns: Mapping[str, int], *, most: int = 1_000
    ) -> tuple[Place, ...]:
        """The first `most` in the order in which they would get the next leads, if each got one."""
        left, found = list(candidates), list[Place]()
        while left and len(found) < most:
            chosen = self.choose(left, turns).person_id
            person = next(one for one in left if one.person_id == chosen)
            found.append(Place(person_id=chosen, name=person.name, words=self.standing(person, candidates, turns)))
            left.remove(person)
        return tuple(found)

    def standing(self, person: Candidate, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> str:
        """In a few words, what counts for or against somebody's turn."""
        raise NotImplementedError

    def choose(self, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Turn:
        """Whose turn it is. `candidates` is never empty; the counters and the candidates alone decide."""
        raise NotImplementedError
