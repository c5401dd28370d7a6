"""Regression to the mean: how much the lowest schools rise with no measure at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def regression_to_mean(
    between_variance: float,
    within_variance: float,
    *,
    mean: float | None = None,
    cutoff: float | None = None,
    share: float | None = None,
    years: int = 1,
    tail: str = "lower",
) -> float:
    """Expected change of units chosen for an extreme first measurement (Davis).

    With s = sqrt(vb + vw/m) and z = (c - mu)/s, units below c rise on average by
    E[RTM] = (vw/m) / s * phi(z) / Phi(z); pooling m baseline years divides vw by m.

    Parameters
    ----------
    between_variance : float
        Variance of the lasting differences between units, squared outcome units.
    within_variance : float
        Variance of one measurement around the unit's lasting level (pupils and year).
    mean, cutoff : float, optional
        Population mean and selection cut, outcome units. Give both, or `share`.
    share : float, optional
        Share of units chosen, 0…1, instead of mean and cutoff.
    years : int
        Baseline years averaged before the choice.
    tail : {"lower", "upper"}
        Which end was chosen. For the upper one the expected change is negative.

    Returns
    -------
    float
        Expected change of the chosen units' mean, outcome units.

    Raises
    ------
    ValueError
        If a variance is negative, both are zero, or the selection is not given.

    References
    ----------
    Davis (1976), American Journal of Epidemiology 104(5): 493-498.

    Examples
    --------
    >>> round(regression_to_mean(81, 36, mean=60, cutoff=40), 3)
    7.456
    >>> round(regression_to_mean(0.09, 0.81 / 20, share=0.15), 3)
    0.174
    >>> round(regression_to_mean(0.09, 0.81 / 20, share=0.15, years=3), 3)
    0.065
    """
    if tail not in ("lower", "upper"):
        raise ValueError(f"tail must be 'lower' or 'upper', got {tail!r}")
    if between_variance < 0 or within_variance < 0 or between_variance + within_variance == 0:
        raise ValueError(
            "variances must not be negative and not both zero, got "
            f"{between_variance} and {within_variance}"
        )
    if years < 1:
        raise ValueError(f"years must be at least 1, got {years}")
    noise = within_variance / years
    total_sd = float(np.sqrt(between_variance + noise))
    sign = 1.0 if tail == "lower" else -1.0
    if share is not None:
        if not 0 < share <= 1:
            raise ValueError(f"share must lie in (0, 1], got {share}")
        z = float(stats.norm.ppf(share))
    elif mean is not None and cutoff is not None:
        z = sign * (cutoff - mean) / total_sd
    else:
        raise ValueError("give either share or both mean and cutoff")
    # exp(log pdf - log cdf) stays finite far in the tail, where both underflow.
    hazard = float(np.exp(stats.norm.logpdf(z) - stats.norm.logcdf(z)))
    return sign * noise / total_sd * hazard


@dataclass(frozen=True)
class VarianceOverYears:
    """Lasting and passing variance of school values over years, by analysis of variance.

    Attributes
    ----------
    between_variance : float
        Of the lasting school levels, truncated at 0; squared outcome units.
    within_variance : float
        Of one year around the school's level (pupils and year shock together).
    reliability : float
        Of one year's value: between / (between + within).
    schools, years : int
        With at least two years each, as used.
    """

    between_variance: float
    within_variance: float
    reliability: float
    schools: int
    years: int

    def reliability_of_mean(self, years: int) -> float:
        """Reliability of the mean of several years (Spearman-Brown)."""
        return self.between_variance / (self.between_variance + self.within_variance / years)


def variance_over_years(values: ArrayLike) -> VarianceOverYears:
    """Split the variance of school values into a lasting and a passing part.

    Years' means are removed first; then the mean squares between and within schools give
    vw = MSW with (J-1)(T-1) degrees of freedom and vb = max(0, (MSB - MSW)/T).

    Parameters
    ----------
    values : array_like, shape (J, T)
        Schools by years, outcome units. Schools with a missing year are left out.

    Returns
    -------
    VarianceOverYears

    Raises
    ------
    ValueError
        If fewer than two years or three complete schools are left, or nothing varies.

    Examples
    --------
    >>> parts = variance_over_years([[1.0, 3.0], [4.0, 4.0], [6.0, 8.0]])
    >>> round(parts.between_variance, 3), round(parts.within_variance, 3)
    (6.0, 0.667)
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError(f"values must be schools by at least 2 years, got shape {table.shape}")
    complete = table[~np.isnan(table).any(axis=1)]
    n_schools, n_years = complete.shape
    if n_schools < 3:
        raise ValueError(f"at least 3 schools with all years are needed, found {n_schools}")
    centred = complete - complete.mean(axis=0)
    school_means = centred.mean(axis=1)
    between_square = n_years * float((school_means**2).sum()) / (n_schools - 1)
    within = float(((centred - school_means[:, None]) ** 2).sum())
    within /= (n_schools - 1) * (n_years - 1)
    between = max(0.0, (between_square - within) / n_years)
    if between + within == 0:
        raise ValueError("all schools have the same values in every year: nothing varies")
    return VarianceOverYears(between, within, between / (between + within), n_schools, n_years)


def expected_change(scores: ArrayLike, mean: float, reliability: float) -> NDArray[np.float64]:
    """Change each unit is expected to show with no measure: (1 - reliability)(mean - score).

    Parameters
    ----------
    scores : array_like, shape (J,)
        First measurement, outcome units.
    mean : float
        Population mean of that measurement.
    reliability : float
        Of the measurement, 0…1.

    Returns
    -------
    numpy.ndarray, shape (J,)
        Expected change, outcome units.

    Examples
    --------
    >>> expected_change([40.0, 60.0], mean=60.0, reliability=0.7).round(6).tolist()
    [6.0, 0.0]
    """
    if not 0 <= reliability <= 1:
        raise ValueError(f"reliability must lie in [0, 1], got {reliability}")
    return (1 - reliability) * (mean - np.asarray(scores, dtype=float))
