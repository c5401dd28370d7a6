"""Rounding as people do it on paper: half up, and shares that add up to their total."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import FloatArray, to_floats

# Doubles hold 15 significant decimal digits: a product such as 0.285 * 100 = 28.499999999999996
# is read as the 28.5 that was meant.
_SIGNIFICANT_DIGITS = 15
_TIE_ZONE = 1e-4
_LARGEST_EXACT = 2.0**52


def half_up(x: Any, decimals: int = 0) -> Any:
    """Round half away from zero, the way it is done on paper.

    Python's ``round``, numpy, pandas' Styler and Babel round halves to even or follow the binary
    expansion (61.25 is printed 61.2). Here the number is read as the decimal a person would
    write (15 significant digits), then rounded with ``ROUND_HALF_UP``.

    Parameters
    ----------
    x : float, array-like, Series or DataFrame
        Values in any unit. NaN and infinities are returned unchanged.
    decimals : int
        Digits after the decimal point; negative rounds to tens, hundreds, ...

    Returns
    -------
    float, numpy.ndarray, Series or DataFrame
        The same shape; Series and DataFrames keep their labels.

    Notes
    -----
    Negative numbers are mirrored: −61.25 gives −61.3, so a change of sign never changes a size.
    Only values close to a tie take the (slow) decimal path; the rest is vectorised.

    Examples
    --------
    >>> half_up(61.25, 1), round(61.25, 1)
    (61.3, 61.2)
    >>> half_up([0.285 * 100, -2.5, 1249.9])
    array([  29.,   -3., 1250.])
    >>> half_up(1.005, 2)
    1.01
    """
    if isinstance(x, pd.DataFrame):
        columns = {
            position: half_up(x.iloc[:, position], decimals) for position in range(x.shape[1])
        }
        rounded = pd.DataFrame(columns, index=x.index)
        rounded.columns = x.columns
        return rounded
    values = to_floats(x, "x")
    result = _half_up_array(np.atleast_1d(values), int(decimals)).reshape(values.shape)
    if isinstance(x, pd.Series):
        return pd.Series(result, index=x.index, name=x.name)
    return float(result) if values.ndim == 0 else result


def _half_up_array(values: FloatArray, decimals: int) -> FloatArray:
    power = 10.0 ** abs(decimals)
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(values) * power if decimals >= 0 else np.abs(values) / power
    result = values.copy()
    # Beyond 2**52 a double has no fraction left to round.
    workable = np.isfinite(size) & (size < _LARGEST_EXACT)
    units = np.floor(size[workable] + 0.5)
    near_tie = np.abs(size[workable] - np.floor(size[workable]) - 0.5) < _TIE_ZONE
    if near_tie.any():
        units[near_tie] = [
            _decimal_units(value, decimals) for value in np.abs(values[workable][near_tie])
        ]
    rounded = units / power if decimals >= 0 else units * power
    # "+ 0.0" turns a negative zero into zero, which would otherwise print as "-0".
    result[workable] = np.copysign(rounded, values[workable]) + 0.0
    return result


def _decimal_units(value: float, decimals: int) -> float:
    as_written = Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}")
    return float(as_written.scaleb(decimals).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def largest_remainder(shares: Any, total: float = 100, decimals: int = 0) -> Any:
    """Round shares so that they add up to their total exactly (Hamilton's method).

    Each share receives the whole part of its quota ``q_i = total · share_i / Σ share`` (in units
    of the last printed digit); the units left over go one each to the largest remainders.

    Parameters
    ----------
    shares : array-like, Series or DataFrame
        Non-negative counts, shares or per cents, in proportion to which ``total`` is divided.
        A two-dimensional input is treated row by row.
    total : float
        What the rounded parts must add up to; a whole number of units of the last digit.
    decimals : int
        Digits after the decimal point in the result.

    Returns
    -------
    numpy.ndarray, Series or DataFrame
        Rounded parts in the shape and with the labels of the input.

    Raises
    ------
    ValueError
        If a share is negative or missing, if a row adds up to zero (nothing to divide) or if
        ``total`` is not a whole number of units.

    Notes
    -----
    Equal remainders are served in the order of the larger share, then of position, so the result
    is reproducible. Balinski, M. L., & Young, H. P. (2001). *Fair Representation*, ch. 3.

    Examples
    --------
    >>> largest_remainder([1, 1, 1])
    array([34., 33., 33.])
    >>> largest_remainder([7, 12, 5, 3], decimals=1)
    array([25.9, 44.5, 18.5, 11.1])
    """
    values = (
        shares.to_numpy(dtype=float)
        if isinstance(shares, pd.DataFrame)
        else to_floats(shares, "shares")
    )
    if values.ndim not in (1, 2) or values.shape[-1] == 0:
        raise ValueError(f"shares must be a list or a table of rows, found shape {values.shape}")
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise ValueError("shares must be finite and not negative; drop missing shares first")
    if np.any(values.sum(axis=-1) <= 0):
        raise ValueError("shares add up to 0: there is nothing to divide")
    power = 10**decimals
    units = total * power
    if abs(units - round(units)) > 1e-9 or units < 0:
        raise ValueError(f"total {total} is not a whole number of units of 10^-{decimals}")
    rows = np.atleast_2d(values)
    result = (_apportion(rows, round(units)) / power).reshape(values.shape)
    if isinstance(shares, pd.Series):
        return pd.Series(result, index=shares.index, name=shares.name)
    if isinstance(shares, pd.DataFrame):
        return pd.DataFrame(result, index=shares.index, columns=shares.columns)
    return result


def _apportion(rows: FloatArray, units: int) -> FloatArray:
    quotas = rows / rows.sum(axis=1, keepdims=True) * units
    # The nudge keeps a quota such as 28.999999999999996 whole.
    parts = np.floor(quotas + 1e-9)
    remainders = np.round(quotas - parts, 9)
    # lexsort: the last key decides first; stable, so position breaks the remaining ties.
    order = np.lexsort((-rows, -remainders), axis=1)
    place = np.argsort(order, axis=1)
    left_over = units - parts.sum(axis=1, keepdims=True)
    return parts + (place < left_over)
