"""What an account's name, domains and place come to for matching: worked out once, kept beside the account."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sfrouter.matching.indexed_account import Entry, IndexedAccount, entry_of
from sfrouter.matching.names import Name
from sfrouter.matching.other_keys import other_keys
from sfrouter.matching.postings import hash_of

GENERIC, ODD = 1, 2
"""Bits of the head of `marks`: a name of generic words; one that its words do not tell all about."""
HEAD_BITS = 8
_word_hash = lru_cache(maxsize=20_000)(hash_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An account made comparable.

    `words` of the normalised name, a space between, and behind it a line for each other name, empty where that
    says nothing; `domains` registrable, a line each; `country` a code and `city` a key. `marks`: numbers of eight
    bytes, lowest byte first: a head (two bits about the names, then the count of all words from the ninth bit
    on), a hash for each word in order, a hash for each other key.
    """

    words: str
    domains: str
    country: str
    city: str
    marks: bytes


NOTHING_PREPARED = Prepared(words="", domains="", country="", city="", marks=struct.pack("<Q", 0))


def prepare(
    name: str, domains: tuple[str, ...], country: str, city: str, other_names: tuple[str, ...] = ()
) -> Prepared:
    """What the index needs to know of an account, from what the org says. Never raises."""
    account = IndexedAccount(
        id="", name=name, domains=domains, country=country, city=city, other_names=other_names
    )
    return prepared(entry_of(account))


def prepared(entry: Entry) -> Prepared:
    """The same, of an account that was made comparable already."""
    tokens, names = entry.words, (entry, *entry.others)
    odd = not all(_is_plain(one.name) for one in names)
    head = GENERIC * entry.name.generic | ODD * odd | len(tokens) << HEAD_BITS
    keys = dict.fromkeys(account_keys(entry))
    numbers = (head, *map(_word_hash, tokens), *map(hash_of, keys))
    return Prepared(
        words=_lines(names),
        domains="\n".join(entry.domains),
        country=entry.country,
        city=entry.city,
        marks=struct.pack(f"<{len(numbers)}Q", *numbers),
    )


def _lines(names: tuple[Entry, ...]) -> str:
    """The words of each name on the line of its place."""
    lines = [""] * (names[-1].place + 1)
    for one in names:
        lines[one.place] = " ".join(one.name.tokens)
    return "\n".join(lines)


def account_keys(entry: Entry) -> Iterator[str]:
    """All keys of an account but its words."""
    yield from (f"domain {domain}" for domain in entry.domains)
    if entry.name.key:
        yield f"name {entry.name.key}"
    yield from other_keys(entry)
    for other in entry.others:
        yield f"other {other.name.key}"
        yield from other_keys(other)


def _is_plain(name: Name) -> bool:
    return Name(key="".join(name.tokens), tokens=name.tokens, generic=name.generic) == name
