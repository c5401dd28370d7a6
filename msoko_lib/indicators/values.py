"""From counts and observations to values with n and interval, at every level at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import Inputs
from msoko_lib.methods.intervals import mean_interval_from_summary, wilson

UNIT = ["level", "unit_id"]
CUTS = ["subject", "grade", "component"]
VALUES = ["value", "numerator", "denominator", "n", "ci_low", "ci_high"]
BOOTSTRAP_DRAWS = 300


def shares(counts: pd.DataFrame, inputs: Inputs, cuts: Sequence[str]) -> pd.DataFrame:
    """Numerator over denominator with Wilson's interval, rolled up by adding counts.

    Parameters
    ----------
    counts : DataFrame
        school_id, the cuts, numerator, denominator (whole numbers of people or objects).
    """
    grouped = inputs.by_level(counts).groupby([*UNIT, *cuts], dropna=False, sort=True)
    summed = grouped[["numerator", "denominator"]].sum().reset_index()
    summed = summed[summed["denominator"] > 0].reset_index(drop=True)
    return with_wilson(summed)


def with_wilson(summed: pd.DataFrame) -> pd.DataFrame:
    """Add value, n and Wilson's interval to rows with numerator and denominator."""
    count = summed["numerator"].to_numpy(dtype=float)
    total = summed["denominator"].to_numpy(dtype=float)
    interval = wilson(count, total)
    return summed.assign(value=count / total, n=total, ci_low=interval.low, ci_high=interval.high)


def means(observations: pd.DataFrame, inputs: Inputs, cuts: Sequence[str]) -> pd.DataFrame:
    """Mean of ``value`` with Student's interval.

    Parameters
    ----------
    observations : DataFrame
        school_id, the cuts, value: one row an observation.
    """
    grouped = inputs.by_level(observations).groupby([*UNIT, *cuts], dropna=False, sort=True)
    summary = grouped["value"].agg(["mean", "std", "count", "sum"]).reset_index()
    interval = mean_interval_from_summary(
        summary["mean"].to_numpy(), summary["std"].to_numpy(), summary["count"].to_numpy()
    )
    return summary.assign(
        value=summary["mean"],
        numerator=summary["sum"],
        denominator=summary["count"],
        n=summary["count"],
        ci_low=interval.low,
        ci_high=interval.high,
    )[[*UNIT, *cuts, *VALUES]]


def statistics(
    observations: pd.DataFrame,
    inputs: Inputs,
    cuts: Sequence[str],
    columns: Sequence[str],
    statistic: Callable[..., np.ndarray],
    seed: int = 0,
) -> pd.DataFrame:
    """Any statistic of pupils with a percentile bootstrap interval.

    Parameters
    ----------
    columns : sequence of str
        Columns of ``observations`` given to ``statistic``.
    statistic : callable
        Takes one array of shape (draws, n) for each column and returns an array of ``draws``.
    """
    rows = []
    expanded = inputs.by_level(observations)
    for key, group in expanded.groupby([*UNIT, *cuts], dropna=False, sort=True):
        arrays = [group[name].to_numpy(dtype=float) for name in columns]
        n = len(group)
        # Each group has its own stream, so that a school's interval does not depend on which
        # other schools there are.
        rng = np.random.default_rng([seed, n])
        drawn = rng.integers(0, n, size=(BOOTSTRAP_DRAWS, n))
        estimate = float(statistic(*[array[None, :] for array in arrays])[0])
        spread = statistic(*[array[drawn] for array in arrays])
        low, high = np.nanquantile(spread, [0.025, 0.975]) if n > 1 else (np.nan, np.nan)
        rows.append((*key, estimate, np.nan, np.nan, n, low, high))
    return pd.DataFrame(rows, columns=[*UNIT, *cuts, *VALUES])


def exported(frame: pd.DataFrame, value: pd.Series, cuts: Sequence[str]) -> pd.DataFrame:
    """Rows of region and country as an export gives them; the interval only where it gives n."""
    total = frame["participants_n"].astype("float64")
    rows = frame[[*UNIT, *cuts]].assign(value=value, numerator=np.nan, denominator=np.nan, n=total)
    has_n = total.notna() & (total > 0)
    interval = wilson(
        (value * total).where(has_n, 0.0).to_numpy(), total.where(has_n, 1.0).to_numpy()
    )
    return rows.assign(
        ci_low=pd.Series(interval.low, index=rows.index).where(has_n),
        ci_high=pd.Series(interval.high, index=rows.index).where(has_n),
    )
