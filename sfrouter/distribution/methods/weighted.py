"""By weight: everybody gets the share the policy gives him, exact to one lead from the first lead on.

When: a pool's members shall get leads in proportion to their weights.
Then: of those who are not ahead of their share, the one whose next lead falls due first takes the lead.
Why: I8: after n leads everybody has his share of n, give or take less than one lead, and over any stretch of
    leads less than two. A lead is shared among those who could have taken it, by their weights then: who
    joins is owed nothing, who was away comes back to what he was owed when he went (less than a lead): no floods.
    The choice is that of Tijdeman's chairman assignment: |count - n * share| <= 1 - 1 / (2k - 2) for k people.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from sfrouter.distribution.method import COUNTED_FOR, Candidate, Method, Turn, counted

BY_SHARE = 2  # counters of this method are what each is owed, in parts of a lead, and mean nothing to others
PARTS = 10**12  # a lead's parts, kept as whole numbers; what is lost by rounding never adds up to a lead
_HAIR = Fraction(1, 10**8)  # rounding must not decide who is ahead
_MOST_OWED = Fraction(1)


class Weighted(Method):
    """Shares by weight."""

    def choose(self, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Turn:
        """Who is not ahead of his share and falls due first."""
        owed, share = _owed(candidates, turns), _shares(candidates)
        now = {person: owed[person] + share[person] for person in owed}
        slack = Fraction(1, 2 * len(candidates) - 2) if len(candidates) > 1 else Fraction(0)

        def due(one: Candidate) -> tuple[int, Fraction]:
            wait = (1 - slack - now[one.person_id]) / share[one.person_id]
            return (round(wait / _HAIR), -share[one.person_id])

        ready = [one for one in candidates if now[one.person_id] >= slack - _HAIR]
        chosen = min(ready or candidates, key=due)
        after = {**now, chosen.person_id: now[chosen.person_id] - 1}
        parts = {person: round(value * PARTS) for person, value in after.items()}
        words = f"by weight: {chosen.name} has a share of {_percent(share[chosen.person_id])}"
        undo = {person: round(owed[person] * PARTS) - parts[person] for person in parts}
        return Turn(
            person_id=chosen.person_id, words=f"{words} and {_standing(owed[chosen.person_id])}",
            turns=MappingProxyType({**parts, COUNTED_FOR: BY_SHARE}), undo=MappingProxyType(undo),
        )  # fmt: skip

    def standing(self, person: Candidate, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> str:
        """His share, and how far he is ahead or behind."""
        share, owed = _shares(candidates), _owed(candidates, turns)
        return f"share {_percent(share[person.person_id])}, {_standing(owed[person.person_id])}"


def _shares(candidates: Sequence[Candidate]) -> Mapping[str, Fraction]:
    total = sum((one.weight for one in candidates), Fraction(0))
    return {one.person_id: one.weight / total for one in candidates}


def _owed(candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Mapping[str, Fraction]:
    """What everybody is owed, in leads; less than none for who is ahead. Never more than one lead either way."""
    known = counted(turns, BY_SHARE)
    found = {one.person_id: Fraction(known.get(one.person_id, 0), PARTS) for one in candidates}
    return {person: max(-_MOST_OWED, min(_MOST_OWED, value)) for person, value in found.items()}


def _percent(share: Fraction) -> str:
    return f"{float(share):.0%}"


def _standing(owed: Fraction) -> str:
    if not round(owed, 2):
        return "is on his share"
    return f"is {abs(float(owed)):.2f} leads {'behind' if owed > 0 else 'ahead of'} it"
