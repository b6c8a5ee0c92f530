"""Which accounts are worth comparing with a lead's name: by its key, other keys, and rare words in common."""

from collections.abc import Iterator

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


def _of_name(name: Name, index: AccountIndex) -> Iterator[Entry]:
    yield from index.with_key(name.key)[:_MOST_BY_KEY]
    if name.imitates:
        yield from index.with_key(name.imitates)[:_MOST_BY_KEY]
    for key in asked_keys(name):
        yield from index.called(key)[:_MOST_BY_KEY]
    for key in begun_keys(name):
        yield from index.with_key(key)[:_MOST_BY_KEY]
    yield from index.candidates(name.tokens)
