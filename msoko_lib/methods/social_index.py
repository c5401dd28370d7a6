"""Index of the social context of a school (ИСБШ-like), in two reproducible forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class SocialIndex:
    """A fitted index with everything needed to compute it again in another year.

    Attributes
    ----------
    form : str
        ``mean`` (of signed z-scores) or ``component`` (first principal component).
    values : Series
        Index of each school, scaled to mean 50 and SD 10 over the schools of the fit; NaN for a
        school with a missing variable.
    loadings : Series
        Weight of each z-scored variable: ±1/p for ``mean``, the unit-length loadings for
        ``component``.
    explained_variance : float
        Share of the variables' total variance that the first principal component carries, in
        both forms: a low share says that one number does not stand for them.
    center, scale : Series
        Mean and standard deviation of each variable in the fit.
    raw_center, raw_scale : float
        Mean and standard deviation of the unscaled index in the fit.
    mean, sd : float
        Scale of the printed index.
    n : int
        Schools used in the fit.
    left_out : tuple
        Schools with a missing variable.
    dropped : tuple
        Constant variables.
    """

    form: str
    values: pd.Series
    loadings: pd.Series
    explained_variance: float
    center: pd.Series
    scale: pd.Series
    raw_center: float
    raw_scale: float
    mean: float
    sd: float
    n: int
    left_out: tuple[Any, ...]
    dropped: tuple[Any, ...]

    def apply(self, context: pd.DataFrame) -> pd.Series:
        """Index of other schools or another year with the loadings and scales frozen.

        Parameters
        ----------
        context : DataFrame
            One row = one school, the variables of the fit.

        Returns
        -------
        Series, NaN for a school with a missing variable.
        """
        absent = [name for name in self.loadings.index if name not in context]
        if absent:
            raise ValueError(f"context lacks the variables {absent} of the frozen index")
        values = context[self.loadings.index].astype(float)
        raw = _raw_index(values, self.loadings, self.center, self.scale)
        return _printed(raw, self.raw_center, self.raw_scale, self.mean, self.sd)


def social_index(
    context: pd.DataFrame,
    signs: Mapping[Any, int],
    form: str = "mean",
    mean: float = 50.0,
    sd: float = 10.0,
) -> SocialIndex:
    r"""Compute the context index; a higher value means more favourable conditions.

    ``mean``: :math:`I_j=\frac1p\sum_k s_kz_{jk}` with declared signs :math:`s_k=\pm1`.
    ``component``: first principal component of the z-scores, turned so that it agrees with the
    declared signs. Both are rescaled linearly to `mean` and `sd`. No open formula of the federal
    index is known; these two can be reproduced by anyone.

    Parameters
    ----------
    context : DataFrame
        One row = one school; shares of families and conditions, one direction per column.
    signs : mapping variable → +1 or −1
        +1: more of it is favourable (both parents with higher education); −1: the opposite
        (incomplete, low-income families). Only named variables enter.
    form : {"mean", "component"}
        Form of the index.
    mean, sd : float
        Scale of the result.

    Returns
    -------
    SocialIndex

    Raises
    ------
    ValueError
        If a variable is absent, a sign is not ±1, fewer than 3 schools are complete, or nothing
        varies.

    References
    ----------
    Pearson (1901), Phil. Mag. 2:559–572; Vyas & Kumaranayake (2006), Health Policy Plan.
    21:459–468 (socio-economic indices by principal components).

    Examples
    --------
    >>> schools = pd.DataFrame({"educated": [0.2, 0.4, 0.6], "poor": [0.5, 0.3, 0.1]})
    >>> social_index(schools, {"educated": 1, "poor": -1}).values.round(1).tolist()
    [40.0, 50.0, 60.0]
    """
    if form not in ("mean", "component"):
        raise ValueError(f"form must be 'mean' or 'component', found {form!r}")
    sign = pd.Series(dict(signs), dtype=float)
    absent = [name for name in sign.index if name not in context]
    if absent or sign.empty or not sign.isin((-1.0, 1.0)).all():
        raise ValueError(f"signs must be ±1 for columns of context, found {dict(signs)}")
    values = context[sign.index].astype(float)
    complete = values.dropna()
    if len(complete) < 3:
        raise ValueError(f"expected at least 3 schools without gaps, found {len(complete)}")
    center, scale = complete.mean(), complete.std(ddof=1)
    varies = scale > 1e-10 * complete.abs().max().clip(lower=1e-300)
    if not varies.any():
        raise ValueError("no variable of the index varies between schools")
    sign, center, scale = sign[varies], center[varies], scale[varies]
    standard = (complete[sign.index] - center) / scale
    _, singular, axes = np.linalg.svd(standard.to_numpy(), full_matrices=False)
    if form == "mean":
        loadings = sign / len(sign)
    else:
        first = pd.Series(axes[0], index=sign.index)
        loadings = first if (first * sign).sum() >= 0 else -first
    raw = _raw_index(values[sign.index], loadings, center, scale)
    if raw.std(ddof=1) < 1e-12:
        raise ValueError("the signed variables cancel out: all schools have the same index")
    raw_center, raw_scale = float(raw.mean()), float(raw.std(ddof=1))
    return SocialIndex(
        form=form,
        values=_printed(raw, raw_center, raw_scale, mean, sd),
        loadings=loadings,
        explained_variance=float(singular[0] ** 2 / (singular**2).sum()),
        center=center,
        scale=scale,
        raw_center=raw_center,
        raw_scale=raw_scale,
        mean=float(mean),
        sd=float(sd),
        n=len(complete),
        left_out=tuple(values.index[values.isna().any(axis=1)]),
        dropped=tuple(varies.index[~varies]),
    )


def _raw_index(
    values: pd.DataFrame, loadings: pd.Series, center: pd.Series, scale: pd.Series
) -> pd.Series:
    return ((values - center) / scale * loadings).sum(axis=1, skipna=False)


def _printed(raw: pd.Series, center: float, scale: float, mean: float, sd: float) -> pd.Series:
    return (mean + sd * (raw - center) / scale).rename("social_index")
