"""Input checks shared by the effect designs: one row per school, years in columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def column(values: ArrayLike, name: str) -> Array:
    """Return a one-dimensional float array."""
    column = np.asarray(values, dtype=float)
    if column.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {column.shape}")
    return column


def table_of_years(values: ArrayLike) -> Array:
    """Return schools by years, a single year as one column."""
    table = np.asarray(values, dtype=float)
    return table[:, None] if table.ndim == 1 else table


def covariate_matrix(values: ArrayLike, rows: int) -> Array:
    """Return covariates as a table with one row per school."""
    table = table_of_years(values)
    if table.shape[0] != rows:
        raise ValueError(f"covariates must have {rows} rows, got {table.shape[0]}")
    return table


def mean_over_years(values: ArrayLike, name: str) -> Array:
    """Return each school's mean over the years, NaN where a year is missing."""
    table = table_of_years(values)
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError(f"{name} must be schools by years, got shape {table.shape}")
    means: Array = table.mean(axis=1)
    return means


def sampling_variances(given: ArrayLike | None, values: Array, name: str) -> Array:
    """Return known sampling variances shaped as the values, zeros where none are given."""
    if given is None:
        return np.zeros(values.shape)
    table = table_of_years(given)
    if table.shape != values.shape:
        raise ValueError(f"{name} must have shape {values.shape}, got {table.shape}")
    known = ~np.isnan(values)
    if np.isnan(table[known]).any() or (table[known] < 0).any():
        raise ValueError(f"{name} must be known and not negative wherever there is a value")
    return np.where(known, table, 0.0)


def treatment_labels(treated: ArrayLike, rows: int) -> NDArray[np.bool_]:
    """Return treatment labels as booleans, one per school."""
    labels = np.asarray(treated)
    if labels.shape != (rows,):
        raise ValueError(f"treated must have one entry per school ({rows}), got {labels.shape}")
    if pd.isna(labels).any():
        raise ValueError(f"treated must be known, found {int(pd.isna(labels).sum())} missing")
    if not set(np.unique(labels)) <= {0, 1}:
        raise ValueError(f"treated must be true or false, found {np.unique(labels)[:5].tolist()}")
    return labels.astype(bool)


def require_both_sides(labels: NDArray[np.bool_]) -> None:
    """Refuse data with nobody treated or nobody to compare with."""
    if labels.all() or not labels.any():
        raise ValueError(
            f"both treated and comparison schools are needed, found {int(labels.sum())} treated "
            f"of {labels.size} with complete values"
        )
