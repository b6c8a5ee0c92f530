"""Adds up, account by account, the weight of the words that it shares with a lead, and picks the likeliest."""

import heapq

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.frozen import Frozen
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.loose import LooseAccounts
from sfrouter.matching.postings import NO_ROWS, Rows

_NEAR_BEST = 0.5  # of the greatest sum; accounts that share less are not compared
_DIGITS = 9  # sums of the same weights in another order are the same sum


class SharedWords:
    """The sums for one lead: packed accounts by row, loose ones by id."""

    def __init__(self, frozen: Frozen, loose: LooseAccounts, gone: Rows) -> None:
        self._frozen, self._accounts, self._gone = frozen, loose, gone
        self._found: list[tuple[Rows, float]] = []
        self._rows: Rows = NO_ROWS
        self._sums: NDArray[np.float64] = np.zeros(0)
        self._loose: dict[str, float] = {}
        self._added = True

    def add(self, words: tuple[str, ...], weight: float) -> None:
        """The accounts with one of these words share so much."""
        if not words:
            return
        rows = [self._frozen.words.find(word) for word in words]
        several = rows[0] if len(rows) == 1 else np.unique(np.concatenate(rows))
        if len(several):
            self._found.append((several, weight))
            self._added = False
        users: set[str] = set()
        users.update(*(self._accounts.words.users(word) for word in words))
        for account_id in users:
            self._loose[account_id] = self._loose.get(account_id, 0.0) + weight

    def meet(self, first: str, second: str) -> None:
        """Nothing rare is shared: the accounts that have both of two common words."""
        rows = np.intersect1d(self._frozen.words.find(first), self._frozen.words.find(second), assume_unique=True)
        self._found.append((rows, 0.0))
        self._added = False
        both = self._accounts.words.users(first) & self._accounts.words.users(second)
        self._loose.update(dict.fromkeys(both, 0.0))

    def lift(self, word: str, weight: float) -> None:
        """A common word adds to what was found already."""
        self._add_up()
        users = self._frozen.words.find(word)
        if len(users) and len(self._rows):
            place = np.minimum(np.searchsorted(users, self._rows), len(users) - 1)
            self._sums += np.where(users[place] == self._rows, weight, 0.0)
        also = self._accounts.words.users(word)
        for account_id in self._loose:
            if account_id in also:
                self._loose[account_id] += weight

    @property
    def empty(self) -> bool:
        """Was nothing found yet?"""
        self._add_up()
        return not len(self._rows) and not self._loose

    def _add_up(self) -> None:
        if self._added:
            return
        self._added = True
        every = np.concatenate([rows for rows, _ in self._found])
        weights = np.repeat([weight for _, weight in self._found], [len(rows) for rows, _ in self._found])
        self._rows, inverse = np.unique(every, return_inverse=True)
        self._sums = np.bincount(inverse, weights, len(self._rows)).astype(np.float64)
        if len(self._gone):
            stays = ~np.isin(self._rows, self._gone)
            self._rows, self._sums = self._rows[stays], self._sums[stays]

    def best(self, least: float, most: int) -> tuple[Entry, ...]:
        """The accounts with the greatest sums, shorter names first, then by id."""
        self._add_up()
        greatest = max(float(self._sums.max(initial=0.0)), max(self._loose.values(), default=0.0))
        least = max(least, round(_NEAR_BEST * greatest, _DIGITS))
        ranked = [*self._packed(least, most), *self._changed(least)]
        return tuple(entry for _, _, _, entry in heapq.nsmallest(most, ranked, key=lambda one: one[:3]))

    def _packed(self, least: float, most: int) -> list[tuple[float, int, str, Entry]]:
        rounded = np.round(self._sums, _DIGITS)
        enough = rounded >= least
        rows, sums = self._rows[enough], rounded[enough]
        sizes = self._frozen.columns.sizes[rows]
        order = np.lexsort((self._frozen.rank[rows], sizes, -sums))[:most]
        entries = [self._frozen.entry(int(rows[place])) for place in order]
        return [
            (-float(sums[place]), len(entry.words), entry.id, entry)
            for place, entry in zip(order, entries, strict=True)
        ]

    def _changed(self, least: float) -> list[tuple[float, int, str, Entry]]:
        found = []
        for account_id, weight in self._loose.items():
            if round(weight, _DIGITS) >= least:
                entry = self._accounts.entries[account_id]
                found.append((-round(weight, _DIGITS), len(entry.words), account_id, entry))
        return found
