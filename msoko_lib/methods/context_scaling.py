"""Scaling of context variables, kept so that later years can be put on the same scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

# MAD of a normal sample times this is its standard deviation.
MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class ContextScale:
    """A frozen scale: what was done to each variable, to be repeated in later years.

    Attributes
    ----------
    log : tuple of names
        Variables taken as ln(1 + x).
    logit : dict name → name or number
        Shares and where their denominators come from (a column or one number).
    center, scale : Series
        Centre and spread of each kept variable after the transformation.
    weights : Series
        Declared weight of each kept variable in squared distances.
    dropped : DataFrame
        Variables left out: ``variable``, ``reason`` (``constant`` or ``correlated``), ``with``,
        ``correlation``.
    left_out : tuple
        Units of the fitting table without a value in some kept variable.
    """

    log: tuple[Any, ...]
    logit: dict[Any, Any]
    center: pd.Series
    scale: pd.Series
    weights: pd.Series
    dropped: pd.DataFrame
    left_out: tuple[Any, ...]

    @property
    def variables(self) -> list[Any]:
        """Names of the kept variables."""
        return list(self.center.index)

    def apply(self, context: pd.DataFrame) -> pd.DataFrame:
        """Scaled variables of complete units of any year, unweighted, in spreads from the centre.

        Parameters
        ----------
        context : DataFrame
            One row = one school, with the columns of the fitting table.

        Returns
        -------
        DataFrame, one row = one complete school, one column = one kept variable.
        """
        moved = transform_context(context, self.log, self.logit)
        absent = [name for name in self.variables if name not in moved]
        if absent:
            raise ValueError(f"context lacks the variables {absent} of the frozen scale")
        return ((moved[self.variables] - self.center) / self.scale).dropna()

    def weighted(self, scaled: pd.DataFrame) -> np.ndarray:
        """Scaled values times √weight, so that squared distances carry the declared weights."""
        return scaled.to_numpy() * np.sqrt(self.weights.to_numpy())


def transform_context(
    context: pd.DataFrame, log: Sequence[Any] = (), logit: Mapping[Any, Any] | None = None
) -> pd.DataFrame:
    r"""Take logarithms of sizes and logits of shares.

    Sizes and distances: :math:`\ln(1+x)`. Shares with n units behind them:
    :math:`\ln\frac{np+1/2}{n(1-p)+1/2}`, finite at 0 and 1 (Haldane–Anscombe).

    Parameters
    ----------
    context : DataFrame
        One row = one school; numeric columns.
    log : sequence of names
        Sizes, distances: not negative.
    logit : mapping name → column of denominators or one number
        Shares 0…1.

    Returns
    -------
    DataFrame of float with the same rows and columns.

    Raises
    ------
    ValueError
        If a named column is absent, a size is negative, or a share lies outside 0…1.

    References
    ----------
    Anscombe (1956), Biometrika 43:461–464.

    Examples
    --------
    >>> schools = pd.DataFrame({"pupils": [99, 999], "migrants": [0.0, 0.5]})
    >>> transform_context(schools, ["pupils"], {"migrants": "pupils"}).round(2).to_numpy().tolist()
    [[4.61, -5.29], [6.91, 0.0]]
    """
    logit = dict(logit or {})
    absent = [name for name in (*log, *logit) if name not in context]
    if absent:
        raise ValueError(f"context has no columns {absent}")
    numeric = _numeric(context)
    moved = numeric.copy()
    for name in log:
        if (numeric[name] < 0).any():
            raise ValueError(f"{name!r} is to be taken as a logarithm and has negative values")
        moved[name] = np.log1p(numeric[name])
    for name, source in logit.items():
        share = numeric[name]
        if ((share < 0) | (share > 1)).any():
            raise ValueError(f"{name!r} must be a share between 0 and 1, not per cent")
        total = numeric[source] if isinstance(source, str) else float(source)
        moved[name] = np.log((share * total + 0.5) / ((1 - share) * total + 0.5))
    return moved


def scale_context(
    context: pd.DataFrame,
    log: Sequence[Any] = (),
    logit: Mapping[Any, Any] | None = None,
    robust: bool = False,
    max_correlation: float = 0.9,
    weights: Mapping[Any, float] | None = None,
) -> tuple[pd.DataFrame, ContextScale]:
    r"""Put context variables on one scale and drop those that repeat another.

    z-scores :math:`(x-\bar x)/s`, or robust ones :math:`(x-\mathrm{med})/(1.4826\,\mathrm{MAD})`
    (with s where more than half of the values are equal and MAD is 0). Constant variables are
    dropped; of two with |r| above `max_correlation` the one named later is dropped: put the more
    important variables first. Schools with a missing value are left out and named, never imputed.

    Parameters
    ----------
    context : DataFrame
        One row = one school; numeric context variables only, no outcomes. As a rule three-year
        means.
    log, logit
        As in `transform_context`.
    robust : bool
        Median and MAD instead of mean and standard deviation.
    max_correlation : float
        Largest absolute correlation of two kept variables.
    weights : mapping name → weight
        Declared weights, 1 where not named.

    Returns
    -------
    (DataFrame, ContextScale)
        Scaled complete schools, and the scale for later years.

    Raises
    ------
    ValueError
        If nothing is left to scale, or see `transform_context`.

    Examples
    --------
    >>> schools = pd.DataFrame({"pupils": [1., 2., 3.], "staff": [2., 4., 6.]})
    >>> scaled, scale = scale_context(schools)
    >>> scaled["pupils"].tolist(), scale.dropped["variable"].tolist()
    ([-1.0, 0.0, 1.0], ['staff'])
    """
    declared = dict(weights or {})
    unknown = [name for name in declared if name not in context]
    if unknown or any(weight < 0 for weight in declared.values()):
        raise ValueError(f"weights must be non-negative and name columns, found {declared}")
    moved = transform_context(context, log, logit)
    complete = moved.dropna()
    if len(complete) < 2:
        raise ValueError(f"expected at least 2 schools without gaps, found {len(complete)}")
    center, scale = _center_and_scale(complete, robust)
    dropped = _dropped_variables(complete, scale, max_correlation)
    kept = [name for name in complete.columns if name not in set(dropped["variable"])]
    if not kept:
        raise ValueError("no context variable varies between schools")
    found = ContextScale(
        log=tuple(log),
        logit=dict(logit or {}),
        center=center[kept],
        scale=scale[kept],
        weights=pd.Series({name: float(declared.get(name, 1.0)) for name in kept}),
        dropped=dropped,
        left_out=tuple(moved.index.difference(complete.index, sort=False)),
    )
    return found.apply(context), found


def _numeric(context: pd.DataFrame) -> pd.DataFrame:
    wrong = [name for name in context if not pd.api.types.is_numeric_dtype(context[name])]
    if wrong:
        raise ValueError(f"context variables must be numeric (use Gower for others): {wrong}")
    return context.astype(float)


def _center_and_scale(values: pd.DataFrame, robust: bool) -> tuple[pd.Series, pd.Series]:
    spread = values.std(ddof=1)
    # Rounding noise of a constant column is not variation.
    spread = spread.where(spread > 1e-10 * values.abs().max().clip(lower=1e-300), 0.0)
    if not robust:
        return values.mean(), spread
    center = values.median()
    deviation = MAD_TO_SD * (values - center).abs().median()
    return center, deviation.where(deviation > 0, spread)


def _dropped_variables(
    values: pd.DataFrame, scale: pd.Series, max_correlation: float
) -> pd.DataFrame:
    rows: list[tuple[Any, str, Any, float]] = []
    kept: list[Any] = []
    correlation = values.loc[:, scale > 0].corr()
    for name in values.columns:
        if scale[name] == 0:
            rows.append((name, "constant", None, float("nan")))
            continue
        repeated = [k for k in kept if abs(correlation.loc[name, k]) > max_correlation]
        if repeated:
            rows.append((name, "correlated", repeated[0], correlation.loc[name, repeated[0]]))
        else:
            kept.append(name)
    return pd.DataFrame(rows, columns=["variable", "reason", "with", "correlation"])
