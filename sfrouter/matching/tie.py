"""Several accounts fit one lead: which of them it is, and when nobody but a person can say (T01, R030)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.places import Agreement
from sfrouter.matching.question import Question

_NEVER = date.min
_NEW = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tie:
    """The account chosen, or None when a person must; `words` says what settled it."""

    chosen: Entry | None
    words: str
    left: tuple[Entry, ...] = ()  # those nothing could tell apart


def by_network(tie: Tie, supported: frozenset[str]) -> Tie:
    """Of accounts that nothing else tells apart, the one whose network the lead came from (R037)."""
    found = [entry for entry in tie.left if entry.id in supported]
    return Tie(found[0], "broken by the network it was sent from (R037)") if len(found) == 1 else tie


def settle(question: Question, entries: Sequence[Entry], names: Mapping[str, float]) -> Tie:
    """Choose among accounts that fit equally. `names` gives each one's name score, as far as it is a match."""
    left = list(entries)
    for words, value in _criteria(question, names):
        best = max(value(entry) for entry in left)
        narrowed = [entry for entry in left if value(entry) == best]
        if len(narrowed) == 1:
            return Tie(narrowed[0], f"of {len(entries)} accounts that fit, {words}")
        left = narrowed
    first = min(left, key=lambda entry: entry.id)
    owners = {entry.account.owner_id for entry in left}
    if len(owners) == 1 and None not in owners:
        return Tie(first, f"of {len(entries)} accounts that fit, all with the same owner, the first")
    return Tie(None, f"{len(left)} accounts fit equally and their owners differ", tuple(left))


_Value = Callable[[Entry], float]


def _criteria(question: Question, names: Mapping[str, float]) -> tuple[tuple[str, _Value], ...]:
    """T01 in its order; the greatest value wins."""
    return (
        ("the one whose name agrees", lambda entry: names.get(entry.id, 0.0)),
        ("the strategic one", lambda entry: entry.account.strategic),
        ("the customer", lambda entry: entry.account.customer),
        ("the one with an open opportunity", lambda entry: entry.account.open_opportunity),
        ("the one in the lead's country", lambda entry: question.country_agrees(entry) is Agreement.SAME),
        ("the one in the lead's city", lambda entry: question.city_agrees(entry) is Agreement.SAME),
        ("the one with the latest activity", lambda entry: (entry.account.last_activity_on or _NEVER).toordinal()),
        ("the oldest", lambda entry: -(entry.account.created_at or _NEW).timestamp()),
    )
