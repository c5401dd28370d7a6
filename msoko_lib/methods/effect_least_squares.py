"""Two small estimators with their degrees of freedom: difference of means, first coefficient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mean_difference(
    values: Array, labels: NDArray[np.bool_], variance: str
) -> tuple[float, float, float]:
    """Difference of two means with its standard error and degrees of freedom."""
    one, other = values[labels], values[~labels]
    estimate = float(one.mean() - other.mean())
    if variance == "pooled":
        freedom = float(values.size - 2)
        if freedom < 1:
            return estimate, float("nan"), freedom
        squares = ((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()
        return (
            estimate,
            float(np.sqrt(squares / freedom * (1 / one.size + 1 / other.size))),
            freedom,
        )
    if variance != "unequal":
        raise ValueError(f"variance must be 'pooled' or 'unequal', got {variance!r}")
    if min(one.size, other.size) < 2:
        return estimate, float("nan"), 0.0
    parts = np.array([one.var(ddof=1) / one.size, other.var(ddof=1) / other.size])
    if parts.sum() == 0:
        return estimate, 0.0, float(values.size - 2)
    freedom = parts.sum() ** 2 / (parts**2 / (np.array([one.size, other.size]) - 1)).sum()
    return estimate, float(np.sqrt(parts.sum())), float(freedom)


def first_coefficient(y: Array, x: Array, variance: str) -> tuple[float, float, float]:
    """Least squares; the first coefficient with its standard error and degrees of freedom."""
    n, p = x.shape
    if n <= p:
        raise ValueError(f"{n} schools cannot carry {p} coefficients: at least {p + 1} are needed")
    if np.linalg.matrix_rank(x) < p:
        raise ValueError(
            "score and treatment cannot be told apart: the score must vary among the schools on "
            "each side"
        )
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ x.T @ y
    residual = y - x @ coefficients
    weights = x @ inverse[0]  # the estimate is weights'y
    if variance == "classical":
        sigma2 = float(residual @ residual) / (n - p)
        return float(coefficients[0]), float(np.sqrt(sigma2 * inverse[0, 0])), float(n - p)
    if variance != "hc2":
        raise ValueError(f"variance must be 'classical' or 'hc2', got {variance!r}")
    hat = x @ inverse @ x.T
    free = 1 - np.diag(hat)
    if (free < 1e-9).any():
        raise ValueError("a school determines a coefficient alone: use variance='classical'")
    scaled = weights / np.sqrt(free)
    error = float(np.sqrt(((scaled * residual) ** 2).sum()))
    # Bell-McCaffrey: moments of the variance estimate if errors were equal.
    core = (np.eye(n) - hat) * scaled[None, :]
    gram = core.T @ core
    freedom = float(np.trace(gram) ** 2 / (gram**2).sum())
    return float(coefficients[0]), error, freedom
