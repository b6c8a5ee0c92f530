"""Finds the accounts a lead may belong to, by domain, by name key and by rare words, and keeps up with changes."""

import heapq
from collections.abc import Iterable, Iterator

from sfrouter.matching.indexed_account import Entry, IndexedAccount, entry_of
from sfrouter.matching.other_keys import other_keys
from sfrouter.matching.vocabulary import Vocabulary

_COMMON = 1_500  # a word that more accounts use is only looked up together with another
_SHARE = 0.3  # of the lead's words, by weight, that an account must share to be compared
_COMPARED = 40  # accounts compared word by word for one lead
_NAME_WORDS = 24  # of a name, as many words are looked up


class AccountIndex:
    """The accounts, by all that a lead may name them by. Answers depend on the content, never on its history."""

    def __init__(self, accounts: Iterable[IndexedAccount] = ()) -> None:
        self._entries: dict[str, Entry] = {}
        self._by_domain: dict[str, tuple[str, ...]] = {}
        self._by_key: dict[str, tuple[str, ...]] = {}
        self._by_other: dict[str, tuple[str, ...]] = {}
        self._words = Vocabulary()
        self.put(accounts)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, account_id: object) -> bool:
        return account_id in self._entries

    def put(self, accounts: Iterable[IndexedAccount]) -> None:
        """Take accounts in; one that is known already is replaced."""
        for account in accounts:
            known = self._entries.get(account.id)
            if known is not None:
                if known.account == account:
                    continue
                self._take_out(known)
            self._take_in(entry_of(account))

    def remove(self, ids: Iterable[str]) -> None:
        """Forget accounts; an unknown id is no fault."""
        for account_id in ids:
            known = self._entries.get(account_id)
            if known is not None:
                self._take_out(known)

    def get(self, account_id: str) -> Entry | None:
        """The account with this id."""
        return self._entries.get(account_id)

    def with_domain(self, domain: str) -> tuple[Entry, ...]:
        """The accounts that have this registrable domain, in the order of their ids."""
        return self._sorted(self._by_domain.get(domain, ()))

    def with_key(self, key: str) -> tuple[Entry, ...]:
        """The accounts whose normalised name is this, in the order of their ids."""
        return self._sorted(self._by_key.get(key, ()))

    def called(self, key: str) -> tuple[Entry, ...]:
        """The accounts that another key leads to: a domain's label, initials, a second name, a sound."""
        return self._sorted(self._by_other.get(key, ()))

    def without_domain(self) -> tuple[str, ...]:
        """The accounts that no e-mail address can lead to: a gap in the org's data (R032)."""
        return tuple(sorted(entry.id for entry in self._entries.values() if not entry.domains))

    def weight(self, word: str) -> float:
        """What a word counts in a comparison of names (0-1): much when few accounts use it."""
        return self._words.weight(word)

    def nats(self, word: str) -> float:
        """How much it says that two names share this word, in nats: much when few accounts use it."""
        return self._words.nats(word)

    def uses(self, word: str) -> int:
        """How many accounts have this word in their name."""
        return self._words.count(word)

    def candidates(self, tokens: tuple[str, ...]) -> tuple[Entry, ...]:
        """The accounts that share enough of these words, mistyped ones included, the likeliest first."""
        words = tuple(dict.fromkeys(tokens[:_NAME_WORDS]))
        shared = self._shared(words)
        least = _SHARE * sum(map(self.weight, words))
        likely = (account_id for account_id, weight in shared.items() if weight >= least)
        best = heapq.nsmallest(_COMPARED, likely, key=lambda found: self._rank(found, shared[found]))
        return tuple(self._entries[account_id] for account_id in best)

    def _rank(self, account_id: str, weight: float) -> tuple[float, int, str]:
        return -round(weight, 9), len(self._entries[account_id].name.tokens), account_id

    def _shared(self, words: tuple[str, ...]) -> dict[str, float]:
        """By account, the weight of the words it shares."""
        shared: dict[str, float] = {}
        for word in words:
            weight = self.weight(word)
            found = set(self._words.users(word)) if self.uses(word) <= _COMMON else set()
            for other in self._words.close_to(word):
                if self.uses(other) <= _COMMON:
                    found |= self._words.users(other)
            for account_id in found:
                shared[account_id] = shared.get(account_id, 0.0) + weight
        self._add_common(words, shared)
        return shared

    def _add_common(self, words: tuple[str, ...], shared: dict[str, float]) -> None:
        """Common words lift what a rare word has found; where none has, the two rarest must meet."""
        common = [word for word in words if self.uses(word) > _COMMON]
        if not shared and len(common) > 1:
            first, second = sorted(common, key=lambda word: (self.uses(word), word))[:2]
            shared.update(dict.fromkeys(self._words.users(first) & self._words.users(second), 0.0))
        for word in common:
            users, weight = self._words.users(word), self.weight(word)
            for account_id in shared:
                if account_id in users:
                    shared[account_id] += weight

    def _take_in(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        for table, value in self._places(entry):
            table[value] = (*table.get(value, ()), entry.id)
        for word in set(entry.name.tokens):
            self._words.add(word, entry.id)
        self._words.accounts = len(self._entries)

    def _take_out(self, entry: Entry) -> None:
        del self._entries[entry.id]
        for table, value in self._places(entry):
            rest = tuple(account_id for account_id in table[value] if account_id != entry.id)
            if rest:
                table[value] = rest
            else:
                del table[value]
        for word in set(entry.name.tokens):
            self._words.discard(word, entry.id)
        self._words.accounts = len(self._entries)

    def _places(self, entry: Entry) -> Iterator[tuple[dict[str, tuple[str, ...]], str]]:
        for domain in entry.domains:
            yield self._by_domain, domain
        if entry.name.key:
            yield self._by_key, entry.name.key
        for key in other_keys(entry):
            yield self._by_other, key

    def _sorted(self, ids: tuple[str, ...]) -> tuple[Entry, ...]:
        return tuple(self._entries[account_id] for account_id in sorted(ids))
