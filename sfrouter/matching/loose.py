"""The small, changing part of the index: accounts in dictionaries, put and taken out one at a time."""

from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.prepared import account_keys
from sfrouter.matching.vocabulary import PRIOR, Vocabulary

__all__ = ["PRIOR", "LooseAccounts"]


class LooseAccounts:
    """Accounts by id, by key and by word."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.words = Vocabulary()
        self._by_key: dict[str, tuple[str, ...]] = {}

    def with_key(self, key: str) -> tuple[Entry, ...]:
        """The accounts of a key."""
        return tuple(self.entries[account_id] for account_id in self._by_key.get(key, ()))

    def take_in(self, entry: Entry) -> None:
        """One account more, whose id must be new."""
        self.entries[entry.id] = entry
        for key in set(account_keys(entry)):
            self._by_key[key] = (*self._by_key.get(key, ()), entry.id)
        for word in set(entry.words):
            self.words.add(word, entry.id)
        self.words.accounts = len(self.entries)

    def take_out(self, account_id: str) -> None:
        """Forget an account; an unknown id is no fault."""
        entry = self.entries.pop(account_id, None)
        if entry is None:
            return
        for key in set(account_keys(entry)):
            rest = tuple(other for other in self._by_key[key] if other != account_id)
            if rest:
                self._by_key[key] = rest
            else:
                del self._by_key[key]
        for word in set(entry.words):
            self.words.discard(word, account_id)
        self.words.accounts = len(self.entries)
