"""Finds the accounts a lead may belong to, by domain, by name key and by rare words, and keeps up with changes.

Most accounts lie packed in arrays that never change; what was put or removed since lies beside, in dictionaries.
"""

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

import numpy as np

from sfrouter.matching.frozen import Frozen, freeze, merge, nothing
from sfrouter.matching.indexed_account import Entry, IndexedAccount, entry_of
from sfrouter.matching.likeness import capped_weight
from sfrouter.matching.loose import PRIOR, LooseAccounts
from sfrouter.matching.shared_words import SharedWords

_COMMON = 1_500  # a word that more accounts use is only looked up together with another
_SHARE = 0.3  # of the lead's words, by weight, that an account must share to be compared
_COMPARED = 24  # accounts compared word by word for one lead
_NAME_WORDS = 24  # of a name, as many words are looked up
_WORDS_COUNTED = 50_000  # words whose use is remembered
_ALL = ""  # no word: under it stands how many accounts there are
_MOST_ROWS = 60_000  # rows of rare and mistyped words that are added up for one lead
_OF_ONE_KEY = 100  # accounts of one name or other key that are looked at; more cannot be told apart by it
_OF_ONE_DOMAIN = 5_000
_PACKED_FROM = 5_000  # accounts put at once from which they are packed


class AccountIndex:
    """The accounts, by all that a lead may name them by. Answers depend on the content, never on its history."""

    def __init__(self, accounts: Iterable[IndexedAccount] = (), *, frozen: Frozen | None = None) -> None:
        self._frozen = frozen or nothing()
        self._gone: set[int] = set()
        self._gone_words: dict[str, int] = {}
        self._loose = LooseAccounts()
        self._lock = threading.RLock()
        self._counted: dict[str, int] = {}  # how often words are used; thrown away with every change
        self._nats: dict[str, float] = {}
        self._edition = 0
        self.put(accounts)

    def __len__(self) -> int:
        return len(self._frozen) - len(self._gone) + len(self._loose.entries)

    def __contains__(self, account_id: object) -> bool:
        return isinstance(account_id, str) and self.get(account_id) is not None

    def put(self, accounts: Iterable[IndexedAccount]) -> None:
        """Take accounts in; one that is known already is replaced."""
        source = iter(accounts)
        if not len(self):
            first = list(islice(source, _PACKED_FROM))
            source = chain(first, source)
            if len(first) == _PACKED_FROM:
                source = self._pack(source)
        with self._lock:
            for account in source:
                known = self.get(account.id)
                if known is not None and known.account == account:
                    continue
                self._forget(account.id)
                self._loose.take_in(entry_of(account))
                self._news()

    def _pack(self, accounts: Iterable[IndexedAccount]) -> "chain[IndexedAccount]":
        """Freeze accounts; gives back those whose id came before, to be put one by one."""
        seen: set[str] = set()
        again: list[IndexedAccount] = []

        def first_of_each() -> Iterable[IndexedAccount]:
            for account in accounts:
                if account.id in seen:
                    again.append(account)
                else:
                    seen.add(account.id)
                    yield account

        frozen = freeze(first_of_each())
        with self._lock:
            self._replace(frozen)
        return chain(again)

    def start_from(self, frozen: Frozen) -> None:
        """Forget everything and hold these accounts."""
        with self._lock:
            self._replace(frozen)

    def _replace(self, frozen: Frozen) -> None:
        self._frozen, self._gone, self._gone_words, self._loose = frozen, set(), {}, LooseAccounts()
        self._news()

    def remove(self, ids: Iterable[str]) -> None:
        """Forget accounts; an unknown id is no fault."""
        with self._lock:
            for account_id in ids:
                self._forget(account_id)

    def _forget(self, account_id: str) -> None:
        self._loose.take_out(account_id)
        self._news()
        row = self._frozen.row_of(account_id)
        if row is None or row in self._gone:
            return
        self._gone.add(row)
        for word in set(self._frozen.entry(row).words):
            self._gone_words[word] = self._gone_words.get(word, 0) + 1

    def _news(self) -> None:
        self._counted, self._nats = {}, {}
        self._edition += 1

    @property
    def edition(self) -> int:
        """Another number after every change: as long as it stays, so do all answers."""
        return self._edition

    def snapshot(self) -> "AccountIndex":
        """The index of this moment, for other threads: later changes do not reach it. Cheap while few changed."""
        with self._lock:
            taken = AccountIndex(frozen=self._frozen)
            taken._gone, taken._gone_words = self._gone.copy(), self._gone_words.copy()
            for entry in self._loose.entries.values():
                taken._loose.take_in(entry)
            return taken

    def packed(self) -> Frozen:
        """All accounts in one unchanging piece, to be kept in a file."""
        with self._lock:
            if not self._gone and not self._loose.entries:
                return self._frozen
            loose = (entry.account for entry in self._loose.entries.values())
            return merge(self._frozen, self._gone, freeze(loose))

    def compact(self) -> Frozen:
        """Pack what changed, too; snapshots taken before are not touched. Gives what `packed` gives."""
        with self._lock:
            frozen = self.packed()
            if frozen is not self._frozen:
                self._replace(frozen)
            return frozen

    @property
    def changed(self) -> int:
        """How many accounts were put or removed since they were packed."""
        return max(len(self._gone), len(self._loose.entries))

    def get(self, account_id: str) -> Entry | None:
        """The account with this id."""
        loose = self._loose.entries.get(account_id)
        if loose is not None:
            return loose
        row = self._frozen.row_of(account_id)
        return None if row is None or row in self._gone else self._frozen.entry(row)

    def with_domain(self, domain: str) -> tuple[Entry, ...]:
        """The accounts that have this registrable domain, in the order of their ids."""
        return self._found(f"domain {domain}", _OF_ONE_DOMAIN)

    def with_key(self, key: str) -> tuple[Entry, ...]:
        """The accounts whose normalised name is this, in the order of their ids; the first hundred."""
        return self._found(f"name {key}", _OF_ONE_KEY)

    def called(self, key: str) -> tuple[Entry, ...]:
        """The accounts that another key leads to: a domain's label, initials, a second name, a sound."""
        return self._found(key, _OF_ONE_KEY)

    def _found(self, key: str, most: int) -> tuple[Entry, ...]:
        rows = self._frozen.keys.find(key)
        if len(rows) > 1:
            rows = rows[np.argsort(self._frozen.rank[rows])]
        stays = (row for row in rows.tolist() if row not in self._gone)
        packed = [self._frozen.entry(row) for row in islice(stays, most)]
        return tuple(sorted((*packed, *self._loose.with_key(key)), key=lambda entry: entry.id)[:most])

    def without_domain(self) -> tuple[str, ...]:
        """The accounts that no e-mail address can lead to: a gap in the org's data (R032)."""
        domains, ids = self._frozen.columns.domains, self._frozen.columns.ids
        packed = (ids[row] for row in range(len(self._frozen)) if not domains[row] and row not in self._gone)
        loose = (entry.id for entry in self._loose.entries.values() if not entry.domains)
        return tuple(sorted((*packed, *loose)))

    def uses(self, word: str) -> int:
        """How many accounts have this word in their name."""
        counted = self._counted
        found = counted.get(word)
        if found is None:
            packed = len(self._frozen.words.find(word)) - self._gone_words.get(word, 0)
            found = packed + len(self._loose.words.users(word))
            if len(counted) < _WORDS_COUNTED:
                counted[word] = found
        return found

    def nats(self, word: str) -> float:
        """How much it says that two names share this word, in nats: much when few accounts use it."""
        known = self._nats
        found = known.get(word)
        if found is None:
            size = known.get(_ALL)
            if size is None:
                size = known[_ALL] = float(len(self) + PRIOR)
            found = math.log(size / (self.uses(word) + 1))
            if len(known) < _WORDS_COUNTED:
                known[word] = found
        return found

    def weight(self, word: str) -> float:
        """What a word counts in a comparison of names (0-1): much when few accounts use it."""
        return capped_weight(word, self.nats(word) / math.log(len(self) + PRIOR))

    def candidates(self, tokens: tuple[str, ...]) -> tuple[Entry, ...]:
        """The accounts that share enough of these words, mistyped ones included, the likeliest first."""
        words = tuple(dict.fromkeys(tokens[:_NAME_WORDS]))
        weights = {word: self.weight(word) for word in words}
        shared = SharedWords(self._frozen, self._loose, np.fromiter(self._gone, np.int32, len(self._gone)))
        common = [word for word in words if self.uses(word) > _COMMON]
        for word in words:
            spelt = [word] if word not in common else []
            others = [other for other in self._close_to(word) if self.uses(other) <= _COMMON]
            shared.add((*spelt, *within(others, self.uses, _MOST_ROWS // len(words))), weights[word])
        if shared.empty and len(common) > 1:
            first, second = sorted(common, key=lambda word: (self.uses(word), word))[:2]
            shared.meet(first, second)
        for word in common:
            shared.lift(word, weights[word])
        return shared.best(_SHARE * sum(weights.values()), _COMPARED)

    def _close_to(self, word: str) -> tuple[str, ...]:
        packed = {other for other in self._frozen.close_to(word) if self.uses(other)}
        return tuple(sorted(packed | set(self._loose.words.close_to(word))))


def within(words: Iterable[str], uses: Callable[[str], int], most: int) -> Iterator[str]:
    """The words, the rarest first, as long as together they stand in so many accounts."""
    for word in sorted(words, key=lambda one: (uses(one), one)):
        most -= uses(word)
        if most < 0:
            return
        yield word
