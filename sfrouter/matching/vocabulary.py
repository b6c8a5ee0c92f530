"""All words of all account names: how rare each is, and which are one or two letters away from a mistyped one."""

import math
from collections.abc import Iterator

from sfrouter.matching.likeness import capped_weight, typo_distance

PRIOR = 500  # a table of three accounts says nothing about rarity; this many unseen ones temper it
_SHORT = 4  # a word may be mistyped from five letters on, or four if one was forgotten
_LONG = 11
_REACH = 2  # letters that may be missing or too many

_Bucket = tuple[int, str, bool]


class Vocabulary:
    """Words with the accounts that use them. Plain dictionaries; the index is the only one who writes here."""

    def __init__(self) -> None:
        self._users: dict[str, set[str]] = {}
        self._halves: dict[_Bucket, set[str]] = {}
        self.accounts = 0

    def add(self, word: str, account_id: str) -> None:
        """The account uses the word."""
        users = self._users.get(word)
        if users is None:
            self._users[word] = {account_id}
            for bucket in buckets(word):
                self._halves.setdefault(bucket, set()).add(word)
        else:
            users.add(account_id)

    def discard(self, word: str, account_id: str) -> None:
        """The account uses the word no longer; a word nobody uses is forgotten."""
        users = self._users.get(word, set())
        users.discard(account_id)
        if users or word not in self._users:
            return
        del self._users[word]
        for bucket in buckets(word):
            self._halves[bucket].discard(word)
            if not self._halves[bucket]:
                del self._halves[bucket]

    def users(self, word: str) -> frozenset[str] | set[str]:
        """The accounts that use the word."""
        return self._users.get(word, frozenset())

    def count(self, word: str) -> int:
        """How many accounts use the word."""
        return len(self._users.get(word, ()))

    def rarity(self, word: str) -> float:
        """From 1 (nobody uses the word) towards 0 (everybody does)."""
        size = self.accounts + PRIOR
        return math.log(size / (self.count(word) + 1)) / math.log(size)

    def nats(self, word: str) -> float:
        """How much it says that two names share the word, in nats: the log of one account in so many."""
        return math.log((self.accounts + PRIOR) / (self.count(word) + 1))

    def weight(self, word: str) -> float:
        """What the word counts in a comparison of names (0-1)."""
        return capped_weight(word, self.rarity(word))

    def close_to(self, word: str) -> tuple[str, ...]:
        """The other words that this one may be a mistyped form of, in alphabetical order."""
        if len(word) < _SHORT or not word.isascii() or not word.isalpha():
            return ()
        near: set[str] = set()
        for bucket in _buckets_near(word):
            near |= self._halves.get(bucket, frozenset())
        near.discard(word)
        return tuple(sorted(other for other in near if typo_distance(word, other) is not None))


def _part(length: int) -> int:
    """How many letters at either end stay whole when one letter of the word is wrong."""
    return _SHORT if length >= _LONG else length // 2


def may_be_mistyped(word: str) -> bool:
    """Is this a word of letters, long enough to hold a slip?"""
    return len(word) >= _SHORT and word.isascii() and word.isalpha()


def buckets(word: str) -> tuple[_Bucket, ...]:
    """The ends of a word, one of which a slip leaves whole, with the word's length."""
    length = len(word)
    if not may_be_mistyped(word):
        return ()
    size = _part(length)
    return (length, word[:size], True), (length, word[-size:], False)


def _buckets_near(word: str) -> Iterator[_Bucket]:
    for length in range(len(word) - _REACH, len(word) + _REACH + 1):
        if length >= _SHORT:
            size = _part(length)
            yield length, word[:size], True
            yield length, word[-size:], False
