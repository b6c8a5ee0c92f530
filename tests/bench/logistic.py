"""Logistic regression by Newton's method: all that training the name score needs."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Truths = NDArray[np.bool_]
_ROUNDS = 60


def fit(rows: Matrix, right: Truths, *, strength: float, weights: Matrix | None = None) -> Matrix:
    """The coefficients for these rows, held towards zero by 1 / strength. Constant columns get zero."""
    count = rows.shape[1]
    beta = np.zeros(count)
    each = np.ones(len(rows)) if weights is None else weights
    for _ in range(_ROUNDS):
        shares = 1 / (1 + np.exp(-np.clip(rows @ beta, -30, 30)))
        slope = rows.T @ (each * (right - shares)) - beta / strength
        curve = (rows * (each * shares * (1 - shares))[:, None]).T @ rows + np.eye(count) / strength
        step = np.linalg.solve(curve, slope)
        beta += step * min(1.0, 5.0 / max(1e-9, float(np.abs(step).max())))
        if float(np.abs(step).max()) < 1e-6:
            break
    return beta
