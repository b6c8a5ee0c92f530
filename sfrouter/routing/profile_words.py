"""Says why two leads count as one company: the chain of domains and names that leads from one to the other."""

from collections import defaultdict, deque

from sfrouter.model.company import Join, Profile
from sfrouter.routing.explain import Phrase, say


def how_joined(profile: Profile | None, lead_id: str, other_id: str) -> tuple[Phrase, ...]:
    """The shortest chain from one lead to the other, a sentence a link; empty where no profile joins them.

    Two leads of one domain are joined to it by one and the same sentence; it is said once.
    """
    if profile is None:
        return ()
    found = _chain(profile.joins, f"lead {lead_id}", f"lead {other_id}")
    return tuple({str(one): one for one in map(sentence, found)}.values())


def sentence(join: Join) -> Phrase:
    """One join in words."""
    return say(f"profile.{join.why}", left=_shown(join.left), right=_shown(join.right))


def _shown(key: str) -> str:
    sort, _, value = key.partition(" ")
    return f"'{value}'" if sort == "name" else key if sort == "lead" else value


def _chain(joins: tuple[Join, ...], start: str, goal: str) -> tuple[Join, ...]:
    beside: dict[str, list[tuple[str, Join]]] = defaultdict(list)
    for join in joins:
        beside[join.left].append((join.right, join))
        beside[join.right].append((join.left, join))
    came: dict[str, tuple[Join, ...]] = {start: ()}
    waiting = deque([start])
    while waiting and goal not in came:
        here = waiting.popleft()
        for other, join in beside[here]:
            if other not in came:
                came[other] = (*came[here], join)
                waiting.append(other)
    return came.get(goal, ())
