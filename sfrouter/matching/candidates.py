"""Which accounts are worth comparing with a lead's name: by its key, other keys, and rare words in common."""

from collections.abc import Iterator, Sequence

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.names import Name
from sfrouter.matching.other_keys import asked_keys, begun_keys
from sfrouter.matching.question import Question
from sfrouter.matching.readings import readings

_MOST_BY_KEY = 25  # accounts taken of one key; more of one name cannot be told apart by it
_MOST = 60


def readings_of(question: Question) -> tuple[Name, ...]:
    """The lead's company name, then the other names that its field holds."""
    return (question.name, *(reading.name for reading in readings(question.lead.company)))


def candidates(question: Question, index: AccountIndex) -> tuple[tuple[Name, Entry], ...]:
    """Each account once, with the reading of the lead's name that is its name, or found it first."""
    found: dict[str, tuple[Name, Entry]] = {}
    for name in readings_of(question):
        for entry in _of_name(name, index):
            if len(found) >= _MOST:
                break
            if entry.name.key == name.key or entry.id not in found:
                found[entry.id] = (name, entry)
    return tuple(found.values())


def under_each_name(question: Question, pairs: Sequence[tuple[Name, Entry]]) -> tuple[tuple[Name, Entry], ...]:
    """The pairs, and behind each account the same account under its other names."""
    if not any(entry.others for _, entry in pairs):
        return tuple(pairs)
    by_key = {name.key: name for name in reversed(readings_of(question))}
    return tuple(
        (name if one is entry else by_key.get(one.name.key, name), one)
        for name, entry in pairs
        for one in (entry, *entry.others)
    )


def likeliest_names(pairs: Sequence[tuple[Name, Entry]], scores: Sequence[tuple[bool, float]]) -> list[int]:
    """Of the places of each account the one with the highest score, its own name before others."""
    best: dict[str, int] = {}
    for place, (_, entry) in enumerate(pairs):
        if entry.id not in best or scores[place] > scores[best[entry.id]]:
            best[entry.id] = place
    return list(best.values())


def _of_name(name: Name, index: AccountIndex) -> Iterator[Entry]:
    yield from index.with_key(name.key)[:_MOST_BY_KEY]
    if name.imitates:
        yield from index.with_key(name.imitates)[:_MOST_BY_KEY]
        yield from index.called(f"other {name.imitates}")[:_MOST_BY_KEY]
    for key in asked_keys(name):
        yield from index.called(key)[:_MOST_BY_KEY]
    for key in begun_keys(name):
        yield from index.with_key(key)[:_MOST_BY_KEY]
        yield from index.called(f"other {key}")[:_MOST_BY_KEY]
    yield from index.candidates(name.tokens)
