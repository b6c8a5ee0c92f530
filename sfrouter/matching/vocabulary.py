"""All words of all account names: how rare each is, and which are one or two letters away from a mistyped one."""

import math

from sfrouter.matching.likeness import capped_weight, typo_distance
from sfrouter.matching.slips import kept_under, slip_hashes

PRIOR = 500  # a table of three accounts says nothing about rarity; this many unseen ones temper it


class Vocabulary:
    """Words with the accounts that use them. Plain dictionaries; the index is the only one who writes here."""

    def __init__(self) -> None:
        self._users: dict[str, set[str]] = {}
        self._forms: dict[int, set[str]] = {}
        self.accounts = 0

    def add(self, word: str, account_id: str) -> None:
        """The account uses the word."""
        users = self._users.get(word)
        if users is None:
            self._users[word] = {account_id}
            for form in kept_under(word):
                self._forms.setdefault(form, set()).add(word)
        else:
            users.add(account_id)

    def discard(self, word: str, account_id: str) -> None:
        """The account uses the word no longer; a word nobody uses is forgotten."""
        users = self._users.get(word, set())
        users.discard(account_id)
        if users or word not in self._users:
            return
        del self._users[word]
        for form in set(kept_under(word)):
            self._forms[form].discard(word)
            if not self._forms[form]:
                del self._forms[form]

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
        near: set[str] = set()
        for form in slip_hashes(word):
            near |= self._forms.get(form, frozenset())
        near.discard(word)
        return tuple(sorted(other for other in near if typo_distance(word, other) is not None))
