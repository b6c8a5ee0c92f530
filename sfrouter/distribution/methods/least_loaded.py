"""Least loaded: the member with the fewest open leads is next.

When: a pool's leads shall go to whoever has the most room.
Then: the fewest open leads for his weight, then the fewest turns, then the one the policy lists first.
Why: R140: capacity. The number of open leads comes from outside and must hold those decided a moment ago.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sfrouter.distribution.method import Candidate, Method, Turn, counted
from sfrouter.distribution.methods.round_robin import after_turn, levelled

BY_LOAD = 1  # turns counted here are not equal shares and mean nothing to the round-robin


class LeastLoaded(Method):
    """By open leads."""

    needs_loads: ClassVar[bool] = True

    def choose(self, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Turn:
        """The fewest open leads first; a weight of 2 means room for twice as many."""
        now = levelled(candidates, counted(turns, BY_LOAD))
        chosen = min(candidates, key=lambda one: (one.open_leads / one.weight, now[one.person_id]))
        words = f"least loaded: {chosen.name} has {_leads(chosen)}"
        after = after_turn(chosen.person_id, now, turns, BY_LOAD)
        return Turn(person_id=chosen.person_id, words=words, turns=after)

    def standing(self, person: Candidate, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> str:
        """His open leads."""
        return _leads(person)


def _leads(person: Candidate) -> str:
    room = f", weight {person.weight}" if person.weight != 1 else ""
    return f"{person.open_leads} open {'lead' if person.open_leads == 1 else 'leads'}{room}"
