"""Gower's distance for mixed variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

KINDS = ("numeric", "ordinal", "nominal", "binary", "asymmetric")


def gower_distances(
    frame: Any,
    kinds: Mapping[Any, str] | None = None,
    weights: Mapping[Any, float] | None = None,
    ranges: Mapping[Any, float] | None = None,
    other: Any = None,
) -> np.ndarray:
    r"""Gower's distance, :math:`d_{ij}=\sum_k w_k\delta_{ijk}d_{ijk}\big/\sum_k w_k\delta_{ijk}`.

    Numeric and ordinal variables give :math:`|x_i-x_j|/\mathrm{range}` (ordinal ones by their
    codes), nominal and binary ones 0 or 1. In an asymmetric binary variable two absences say
    nothing (:math:`\delta=0`). A missing value takes its variable out of that pair only.

    Parameters
    ----------
    frame : DataFrame or array-like, shape (units, variables)
        One row = one unit.
    kinds : mapping variable → kind, optional
        ``numeric``, ``ordinal``, ``nominal``, ``binary``, ``asymmetric``. Unnamed variables:
        ordered categories are ordinal, other numbers numeric, everything else nominal.
    weights : mapping variable → weight, optional
        1 where not named.
    ranges : mapping variable → range, optional
        Fixed ranges, for distances to units of another year; otherwise the ranges found.
    other : DataFrame or array-like, optional
        Compare the rows of `frame` with these rows rather than with each other.

    Returns
    -------
    ndarray, shape (units, units) or (units, other units), values 0…1; NaN for a pair without a
    single comparable variable.

    Raises
    ------
    ValueError
        For an unknown kind or variable, a negative weight, or asymmetric values beyond 0 and 1.

    References
    ----------
    Gower (1971), Biometrics 27:857–871; Kaufman & Rousseeuw (1990), ch. 1 (R ``cluster::daisy``).

    Examples
    --------
    >>> schools = pd.DataFrame({"pupils": [100, 300, 500], "place": ["city", "city", "village"]})
    >>> gower_distances(schools).round(2).tolist()
    [[0.0, 0.25, 1.0], [0.25, 0.0, 0.75], [1.0, 0.75, 0.0]]
    """
    rows = pd.DataFrame(frame)
    columns = rows if other is None else pd.DataFrame(other)
    kind_of = variable_kinds(rows, kinds)
    weight_of = dict(weights or {})
    unknown = set(weight_of) - set(rows.columns)
    if unknown:
        raise ValueError(f"weights name unknown variables {sorted(map(str, unknown))}")
    if any(weight < 0 for weight in weight_of.values()):
        raise ValueError("weights must not be negative")
    distance = np.zeros((len(rows), len(columns)))
    weight = np.zeros_like(distance)
    for variable, kind in kind_of.items():
        left, right = _codes(rows[variable], columns[variable], kind)
        present = ~np.isnan(left)[:, None] & ~np.isnan(right)[None, :]
        gap = np.abs(left[:, None] - right[None, :])
        if kind in ("numeric", "ordinal"):
            span = _span(left, variable, ranges)
            part = gap / span if span > 0 else np.zeros_like(gap)
        else:
            part = (gap > 0).astype(float)
        if kind == "asymmetric":
            present &= (left[:, None] > 0) | (right[None, :] > 0)
        share = weight_of.get(variable, 1.0) * present
        distance += share * np.where(present, part, 0.0)
        weight += share
    return np.divide(distance, weight, out=np.full_like(distance, np.nan), where=weight > 0)


def variable_kinds(frame: pd.DataFrame, kinds: Mapping[Any, str] | None = None) -> dict[Any, str]:
    """Kind of each variable: the declared one, otherwise by its type.

    Parameters
    ----------
    frame : DataFrame
        One row = one unit.
    kinds : mapping variable → kind, optional
        Declared kinds.

    Returns
    -------
    dict variable → kind.

    Raises
    ------
    ValueError
        If a kind or a variable is unknown.

    Examples
    --------
    >>> variable_kinds(pd.DataFrame({"pupils": [1, 2], "place": ["a", "b"]}))
    {'pupils': 'numeric', 'place': 'nominal'}
    """
    declared = dict(kinds or {})
    unknown = set(declared) - set(frame.columns)
    if unknown:
        raise ValueError(f"kinds name unknown variables {sorted(map(str, unknown))}")
    wrong = sorted(set(declared.values()) - set(KINDS))
    if wrong:
        raise ValueError(f"unknown kinds {wrong}, expected one of {KINDS}")
    return {name: declared.get(name) or _kind_by_type(frame[name]) for name in frame.columns}


def numeric_ranges(frame: pd.DataFrame, kinds: Mapping[Any, str] | None = None) -> dict[Any, float]:
    """Ranges of the numeric and ordinal variables, to freeze them for later years.

    Parameters
    ----------
    frame : DataFrame
        One row = one unit.
    kinds : mapping variable → kind, optional
        As in `gower_distances`.

    Returns
    -------
    dict variable → range.

    Examples
    --------
    >>> numeric_ranges(pd.DataFrame({"pupils": [100, 300], "place": ["a", "b"]}))
    {'pupils': 200.0}
    """
    found = {}
    for name, kind in variable_kinds(frame, kinds).items():
        if kind in ("numeric", "ordinal"):
            found[name] = _span(_codes(frame[name], frame[name], kind)[0], name, None)
    return found


def _kind_by_type(column: pd.Series) -> str:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "ordinal" if column.cat.ordered else "nominal"
    if pd.api.types.is_bool_dtype(column):
        return "binary"
    return "numeric" if pd.api.types.is_numeric_dtype(column) else "nominal"


def _codes(left: pd.Series, right: pd.Series, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Both columns as floats on one scale, NaN where missing."""
    if kind == "ordinal" and isinstance(left.dtype, pd.CategoricalDtype):
        order = {label: float(code) for code, label in enumerate(left.cat.categories)}
        first, second = (c.astype(object).map(order).to_numpy(float) for c in (left, right))
        return first, second
    if kind in ("numeric", "ordinal", "asymmetric"):
        pair = (left.to_numpy(float, na_value=np.nan), right.to_numpy(float, na_value=np.nan))
        if kind == "asymmetric":
            for values in pair:
                if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
                    raise ValueError(f"asymmetric variable {left.name!r} must hold 0 and 1 only")
        return pair
    both = pd.concat([left.astype(object), right.astype(object)])
    codes = pd.factorize(both)[0].astype(float)
    codes[codes < 0] = np.nan
    return codes[: len(left)], codes[len(left) :]


def _span(values: np.ndarray, variable: Any, ranges: Mapping[Any, float] | None) -> float:
    if ranges is not None and variable in ranges:
        return float(ranges[variable])
    known = values[~np.isnan(values)]
    return float(np.ptp(known)) if known.size else 0.0
