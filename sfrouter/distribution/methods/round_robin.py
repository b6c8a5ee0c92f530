"""Round-robin: everybody in turn; the one with the fewest turns is next, then the one listed first.

When: a pool's members shall get equally many leads.
Then: the member with the fewest turns takes the lead; of several, the one the policy lists first.
Why: fair and easy to explain, and the turns alone decide: 100 leads in a second are shared like 100 in a day.
    Whoever cannot take leads is lifted to the level of the others, so that a joiner or somebody back from leave
    is neither flooded nor skipped.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sfrouter.distribution.method import COUNTED_FOR, EVEN, Candidate, Method, Turn, counted


class RoundRobin(Method):
    """Equal shares."""

    def choose(self, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Turn:
        """The fewest turns first."""
        now = levelled(candidates, counted(turns, EVEN))
        chosen = min(candidates, key=lambda person: now[person.person_id])
        words = f"round-robin: {chosen.name} is next with {_turns(now[chosen.person_id])} so far"
        after = after_turn(chosen.person_id, now, turns, EVEN)
        return Turn(person_id=chosen.person_id, words=words, turns=after)

    def standing(self, person: Candidate, candidates: Sequence[Candidate], turns: Mapping[str, int]) -> str:
        """His turns."""
        return _turns(levelled(candidates, counted(turns, EVEN))[person.person_id])


def _turns(count: int) -> str:
    return f"{count} {'turn' if count == 1 else 'turns'}"


def levelled(candidates: Sequence[Candidate], turns: Mapping[str, int]) -> Mapping[str, int]:
    """Everybody's turns; a newcomer starts with the fewest of those already in the rotation, here or away."""
    here = [turns[one.person_id] for one in candidates if one.person_id in turns]
    level = min(here or turns.values(), default=0)
    return {one.person_id: turns.get(one.person_id, level) for one in candidates}


def after_turn(chosen: str, now: Mapping[str, int], turns: Mapping[str, int], mark: int) -> Mapping[str, int]:
    """The counters after a turn; whoever is away is lifted, so that no backlog waits for him."""
    after = {**now, chosen: now[chosen] + 1}
    level = min(after.values())
    before = counted(turns, mark)
    away = {one: max(before.get(one, level), level) for one in turns if one not in now and one != COUNTED_FOR}
    marked = {COUNTED_FOR: mark} if mark != EVEN or COUNTED_FOR in turns else {}
    return MappingProxyType({**away, **after, **marked})
