"""Gradient boosting of small trees with numpy alone: all that the final stage of the name score needs."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.name_model import Split, Tree, forest
from tests.bench.logistic import Matrix, Truths

Bins = NDArray[np.int64]
Places = NDArray[np.int64]
_MOST_BINS = 64
_SEED = 20260301


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How many trees, how large, and how much they are held back."""

    trees: int = 200
    rate: float = 0.05
    leaves: int = 6
    least: int = 40  # rows in a leaf
    strength: float = 5.0  # added to the curvature of every leaf
    share: float = 0.4  # of the columns, drawn anew for every fork


@dataclass(frozen=True, slots=True)
class _Cut:
    """The best fork of a leaf's rows."""

    gain: float
    column: int
    bin: int


class _Booster:
    """The rows in bins, with the thresholds between the bins."""

    def __init__(self, rows: Matrix, right: Truths, shape: Shape) -> None:
        self.shape, self.right = shape, right.astype(np.float64)
        self.edges = [_edges(rows[:, column]) for column in range(rows.shape[1])]
        self.bins: Bins = np.stack(
            [np.searchsorted(edges, rows[:, column]) for column, edges in enumerate(self.edges)], axis=1
        ).astype(np.int64)
        self.chance = np.random.default_rng(_SEED)
        self.start = float(np.log(self.right.mean() / (1 - self.right.mean())))
        self.logits = np.full(len(rows), self.start)

    def tree(self) -> Tree:
        """One tree more; the logits follow it."""
        shares = 1 / (1 + np.exp(-self.logits))
        slope, curve = self.right - shares, shares * (1 - shares)
        leaves: list[tuple[float, int, Places, _Cut | None]] = []
        forks: dict[int, tuple[int, int, int, int]] = {}
        whole = np.arange(len(slope))
        self._push(leaves, 0, whole, slope, curve)
        count = 1
        while len(leaves) < self.shape.leaves and leaves[0][3] is not None:
            _, number, places, cut = heapq.heappop(leaves)
            assert cut is not None
            low = self.bins[places, cut.column] <= cut.bin
            forks[number] = (cut.column, cut.bin, count, count + 1)
            for part in (places[low], places[~low]):
                self._push(leaves, count, part, slope, curve)
                count += 1
        values = {number: self._leaf(places, slope, curve) for _, number, places, _ in leaves}
        for _, number, places, _ in leaves:
            self.logits[places] += values[number]
        return self._built(0, forks, values)

    def _push(
        self, leaves: list[tuple[float, int, Places, _Cut | None]], number: int, places: Places, slope: Matrix,
        curve: Matrix,
    ) -> None:  # fmt: skip
        cut = self._best(places, slope[places], curve[places])
        heapq.heappush(leaves, (-cut.gain if cut else 0.0, number, places, cut))

    def _leaf(self, places: Places, slope: Matrix, curve: Matrix) -> float:
        value = slope[places].sum() / (curve[places].sum() + self.shape.strength)
        return round(float(self.shape.rate * value), 4)

    def _best(self, places: Places, slope: Matrix, curve: Matrix) -> _Cut | None:
        """The fork that gains most among some columns, None if no fork leaves enough rows on both sides."""
        width, strength = self.bins.shape[1], self.shape.strength
        if len(places) < 2 * self.shape.least:
            return None
        columns = np.sort(self.chance.choice(width, max(1, int(self.shape.share * width)), replace=False))
        flat = (self.bins[np.ix_(places, columns)] + np.arange(len(columns)) * _MOST_BINS).ravel()
        size, each = len(columns) * _MOST_BINS, len(columns)
        sums = [
            np.bincount(flat, weights, size).reshape(each, _MOST_BINS).cumsum(axis=1)
            for weights in (np.repeat(slope, each), np.repeat(curve, each), None)
        ]
        (down, bend, rows), (slopes, curves) = sums, (slope.sum(), curve.sum())
        gains = down**2 / (bend + strength) + (slopes - down) ** 2 / (curves - bend + strength)
        gains -= slopes**2 / (curves + strength)
        gains[(rows < self.shape.least) | (len(places) - rows < self.shape.least)] = 0.0
        best = int(np.argmax(gains))
        gain = float(gains.ravel()[best])
        return _Cut(gain, int(columns[best // _MOST_BINS]), best % _MOST_BINS) if gain > 1e-9 else None

    def _built(self, number: int, forks: dict[int, tuple[int, int, int, int]], values: dict[int, float]) -> Tree:
        if number not in forks:
            return values[number]
        column, place, below, above = forks[number]
        threshold = round(float(self.edges[column][place]), 5)
        return Split(column, threshold, self._built(below, forks, values), self._built(above, forks, values))


def _edges(column: Matrix) -> Matrix:
    """Thresholds between the values, at most one fewer than the bins; none is a value itself."""
    known = np.unique(column)
    if len(known) > _MOST_BINS:
        known = np.unique(np.quantile(column, np.linspace(0, 1, _MOST_BINS), method="nearest"))
    return np.asarray((known[1:] + known[:-1]) / 2, np.float64)


def boost(rows: Matrix, right: Truths, shape: Shape) -> tuple[float, tuple[Tree, ...]]:
    """The first logit and the trees to be added to it. The same rows give the same trees."""
    booster = _Booster(rows, right, shape)
    return booster.start, tuple(booster.tree() for _ in range(shape.trees))


def logits_of(rows: Matrix, start: float, trees: tuple[Tree, ...]) -> Matrix:
    """The final logit of each row."""
    return start + forest(trees).sums(rows)
