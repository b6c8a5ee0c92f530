"""By weight: everybody gets the share the policy gives him, exact to one lead from the first lead on.

When: a pool's members shall get leads in proportion to their weights.
Then: of those who are not ahead of their share, the one whose next lead falls due first takes the lead.
Why: I8: after n leads everybody has his share of n, give or take less than one lead, as long as the same people
    share. When people or weights change the count starts anew, so that nobody is flooded to make up for leave.
    The choice is that of Tijdeman's chairman assignment: |count - n * share| <= 1 - 1 / (2k - 2) for k people.
"""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from sfrouter.distribution.method import COUNTED_FOR, Candidate, Method, Turn, counted


class Weighted(Method):
    """Shares by weight."""

    def choose(self, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Turn:
        """Who is not ahead of his share and falls due first; at a fresh start, who had fewer leads before."""
        mark = fingerprint(candidates)
        known = counted(turns, mark)
        counts = {one.person_id: known.get(one.person_id, 0) for one in candidates}
        total = sum((one.weight for one in candidates), Fraction(0))
        number = sum(counts.values()) + 1
        slack = Fraction(1, 2 * len(candidates) - 2) if len(candidates) > 1 else Fraction(0)

        def due(one: Candidate) -> tuple[Fraction, Fraction, int]:
            share = one.weight / total
            before = 0 if known else turns.get(one.person_id, 0)
            return ((counts[one.person_id] + 1 - slack) / share, -share, before)

        ready = [one for one in candidates if number * one.weight / total - counts[one.person_id] >= slack]
        chosen = min(ready or candidates, key=due)
        words = _words(chosen, counts[chosen.person_id], number, total)
        after = {**counts, chosen.person_id: counts[chosen.person_id] + 1, COUNTED_FOR: mark}
        return Turn(person_id=chosen.person_id, words=words, turns=MappingProxyType(after))


def fingerprint(candidates: Sequence[Candidate]) -> int:
    """A number that differs when the people or their shares differ; it fits a 64-bit column."""
    total = sum((one.weight for one in candidates), Fraction(0))
    shares = sorted(f"{one.person_id}={one.weight / total}" for one in candidates)
    return int.from_bytes(hashlib.blake2b("|".join(shares).encode(), digest_size=7).digest())


def _words(chosen: Candidate, count: int, number: int, total: Fraction) -> str:
    share = float(chosen.weight / total)
    return f"by weight: {chosen.name} has {count} of {number - 1} leads, and a share of {share:.0%} of {number}"
