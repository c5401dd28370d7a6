"""Difference of two shares over schools: against the textbook sum, and its error rate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from msoko_lib.methods.cluster_shares import cluster_share_gap


def test_the_interval_is_that_of_the_formula() -> None:
    """p = Σx/Σn; variance Σ(x − pn)²/(1 − n/Σn)/(Σn)²; Satterthwaite; t(3,96) from tables."""
    x1, n1, x2, n2 = [60, 45, 52], [80, 60, 70], [20, 30, 8], [40, 50, 20]
    shares, variances = [], []
    for x, n in ((x1, n1), (x2, n2)):
        total = sum(n)
        share = sum(x) / total
        squares = [(a - share * b) ** 2 / (1 - b / total) for a, b in zip(x, n, strict=True)]
        shares.append(share)
        variances.append(sum(squares) / total**2)
    freedom = sum(variances) ** 2 / (variances[0] ** 2 / 2 + variances[1] ** 2 / 2)
    found = cluster_share_gap(x1, n1, x2, n2)
    assert found.gap == pytest.approx(shares[0] - shares[1])
    half = (found.high - found.low) / 2
    # t from the tables: 4,303 at two degrees of freedom, 3,182 at three.
    assert 2 < freedom < 3
    assert 3.182 < half / math.sqrt(sum(variances)) < 4.303


def test_equal_schools_give_the_t_test_of_their_shares() -> None:
    """Schools of one size: Welch's test on the shares of the schools."""
    first, second = [30, 36, 33, 41], [20, 28, 25]
    found = cluster_share_gap(first, [50] * 4, second, [50] * 3)
    shares = [np.array(first) / 50, np.array(second) / 50]
    variance = sum(part.var(ddof=1) / part.size for part in shares)
    assert found.gap == pytest.approx(shares[0].mean() - shares[1].mean())
    t = abs(found.gap) / math.sqrt(variance)
    assert (found.p_value < 0.05) == (t > 2.6)


def test_one_school_on_a_side_says_nothing() -> None:
    found = cluster_share_gap([10], [20], [5, 6], [20, 20])
    assert found.gap == pytest.approx(0.5 - 11 / 40)
    assert math.isnan(found.low) and math.isnan(found.p_value)


def test_false_alarms_stay_near_the_stated_rate() -> None:
    """Schools differ, groups do not: pupils as observations would cry wolf every second time."""
    rng = np.random.default_rng(3)
    alarms, naive = 0, 0
    for _ in range(600):
        groups = []
        for schools in (5, 9):
            size = rng.integers(40, 300, schools)
            share = 1 / (1 + np.exp(-0.4 - 0.35 * rng.standard_normal(schools)))
            groups += [rng.binomial(size, share), size]
        found = cluster_share_gap(*groups)
        alarms += found.p_value < 0.05
        p = (groups[0].sum() + groups[2].sum()) / (groups[1].sum() + groups[3].sum())
        error = math.sqrt(p * (1 - p) * (1 / groups[1].sum() + 1 / groups[3].sum()))
        naive += abs(found.gap) / error > 1.96
    assert alarms / 600 < 0.09
    assert naive / 600 > 0.3
