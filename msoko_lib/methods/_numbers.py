"""Checked conversion of what callers pass (lists, Series, arrays) to float arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

FloatArray = npt.NDArray[np.float64]


def to_floats(values: Any, name: str) -> FloatArray:
    """Return ``values`` as a float array; missing values become NaN, text is refused."""
    try:
        if isinstance(values, pd.Series | pd.Index):
            return values.to_numpy(dtype=float, na_value=np.nan)
        if isinstance(values, np.ma.MaskedArray):
            return np.asarray(np.ma.filled(values.astype(float), np.nan))
        try:
            return np.asarray(values, dtype=float)
        except TypeError:
            # A list may hold pd.NA, which numpy cannot convert.
            held = np.asarray(values, dtype=object)
            return np.where(pd.isna(held), np.nan, held).astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numeric, found {_describe(values)}") from error


def to_labels(values: Any) -> npt.NDArray[Any]:
    """Return labels as a 1-D array in which missing ones stay missing.

    numpy would turn the missing label of ``["a", nan]`` into the text "nan", a group of its own.
    """
    if isinstance(values, pd.DataFrame | np.ndarray):
        return np.asarray(values).ravel()
    if not isinstance(values, pd.Series | pd.Index):
        values = pd.Series(list(values))
    return np.asarray(values)


def _describe(values: Any) -> str:
    kind = getattr(values, "dtype", type(values).__name__)
    return f"{kind}: {str(values)[:60]!r}"


def counts_and_totals(
    x: Any, n: Any, names: tuple[str, str] = ("x", "n")
) -> tuple[FloatArray, FloatArray]:
    """Broadcast event counts and totals; refuse negative values and counts above the total."""
    count, total = to_floats(x, names[0]), to_floats(n, names[1])
    try:
        count, total = np.broadcast_arrays(count, total)
    except ValueError as error:
        raise ValueError(
            f"{names[0]} and {names[1]} must have matching shapes, "
            f"found {count.shape} and {total.shape}"
        ) from error
    if np.any(count < 0) or np.any(total < 0):
        raise ValueError(f"{names[0]} and {names[1]} must not be negative")
    if np.any(count > total):
        raise ValueError(f"{names[0]} must not exceed {names[1]}, found a count above its total")
    if np.any(np.isinf(total)):
        raise ValueError(f"{names[1]} must be finite")
    return count.astype(float), total.astype(float)


def check_share(value: Any, name: str, *, open_ends: bool = True) -> FloatArray:
    """Return ``value`` as floats after checking that it lies between 0 and 1."""
    share = to_floats(value, name)
    bad = (share <= 0) | (share >= 1) if open_ends else (share < 0) | (share > 1)
    if np.any(bad):
        ends = "strictly between 0 and 1" if open_ends else "between 0 and 1"
        raise ValueError(f"{name} must lie {ends}, found {np.asarray(share)[bad].flat[0]}")
    return share


def normal_quantile(level: float) -> float:
    """Two-sided standard normal multiplier of a confidence level, 1.96 at 0.95."""
    check_share(level, "level")
    return float(special.ndtri(0.5 + level / 2))


def one_dimensional(values: Any, name: str) -> FloatArray:
    """Return ``values`` as a non-empty 1-D float array."""
    array = np.atleast_1d(to_floats(values, name))
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, found shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} is empty")
    return array


def scalar_or_array(values: FloatArray) -> Any:
    """Give scalars back as floats, everything else as the array it is."""
    return float(values) if np.ndim(values) == 0 else values
