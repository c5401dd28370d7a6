"""Intervals, funnels and flags against published numbers and independent computation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from msoko_lib.methods.intervals import (
    Interval,
    benjamini_hochberg,
    beta_binomial,
    bootstrap_interval,
    clopper_pearson,
    exact_binomial_p,
    flag_outliers,
    funnel_limits,
    jeffreys,
    mean_interval,
    mean_interval_from_summary,
    newcombe_difference,
    overdispersion,
    smallest_flagging_count,
    wilson,
    zero_event_upper,
)

TEN_SCHOOLS_X = [12, 30, 5, 44, 18, 25, 9, 60, 7, 33]
TEN_SCHOOLS_N = [40, 75, 30, 90, 60, 50, 45, 110, 12, 100]
BH_1995_P = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_newcombe_1998_table_1(x: int, n: int, low: float, high: float) -> None:
    """Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872, table I, method 3."""
    interval = wilson(x, n)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_wald_has_zero_width_where_wilson_does_not() -> None:
    """Trap: statsmodels' default method of proportion_confint is Wald."""
    assert proportion_confint(0, 20) == (0.0, 0.0)
    assert wilson(0, 20).width > 0.16


def test_share_intervals_agree_with_statsmodels() -> None:
    x = np.array([0, 1, 3, 17, 20, 55])
    n = np.array([20, 29, 7, 40, 20, 100])
    for ours, method in [(wilson, "wilson"), (jeffreys, "jeffreys"), (clopper_pearson, "beta")]:
        for level in (0.9, 0.95, 0.998):
            expected = np.array(proportion_confint(x, n, alpha=1 - level, method=method))
            expected[0][x == 0] = expected[0][x == 0] if method == "jeffreys" else 0
            np.testing.assert_allclose(np.array(ours(x, n, level)), expected, atol=1e-12)


def test_newcombe_difference_published() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II (a), method 10."""
    low, high = newcombe_difference(56, 70, 48, 80)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    library = confint_proportions_2indep(56, 70, 48, 80, method="newcomb")
    assert (low, high) == pytest.approx(library, abs=1e-12)


def test_zero_event_upper_bounds() -> None:
    """Closed form 1 - 0.05^(1/n), and the one-sided Clopper-Pearson bound."""
    np.testing.assert_allclose(
        zero_event_upper([5, 10, 25, 50]), [0.451, 0.259, 0.113, 0.058], atol=5e-4
    )
    assert zero_event_upper(17) == pytest.approx(clopper_pearson(0, 17, 0.90).high)
    assert np.isnan(zero_event_upper(0))


@pytest.mark.parametrize(
    ("p0", "n", "count"),
    [
        (0.05, 10, 3),
        (0.05, 25, 5),
        (0.05, 50, 7),
        (0.1, 5, 3),
        (0.1, 10, 4),
        (0.1, 25, 7),
        (0.1, 50, 10),
        (0.2, 10, 6),
        (0.2, 25, 10),
        (0.2, 100, 29),
        (0.5, 5, None),
    ],
)
def test_smallest_flagging_count(p0: float, n: int, count: int | None) -> None:
    """Table of the project's method notes, checked here against scipy's binomtest."""
    assert smallest_flagging_count(n, p0) == count
    for r in range(n + 1):
        significant = stats.binomtest(r, n, p0, alternative="greater").pvalue <= 0.025
        assert significant == (count is not None and r >= count)


def test_smallest_flagging_count_vectorised() -> None:
    result = smallest_flagging_count([10, 5, np.nan], [0.2, 0.5, 0.1])
    np.testing.assert_array_equal(result, [6, np.nan, np.nan])


def test_funnel_limits_oracle() -> None:
    """Spiegelhalter 2005 (Statistics in Medicine 24, 1185), formula A.1, evaluated by hand."""
    assert np.round(funnel_limits(25, 0.3), 4).tolist() == [0.1064, 0.4688]
    assert np.round(funnel_limits(25, 0.3, method="normal"), 4).tolist() == [0.1204, 0.4796]
    assert np.round(funnel_limits(100, 0.3, 0.998), 4).tolist() == [0.1603, 0.4416]


def test_funnel_limits_stay_in_range_and_cover() -> None:
    n = np.arange(1, 200)
    low, high = funnel_limits(n, 0.1)
    assert np.all((low >= 0) & (high <= 1) & (low <= 0.1) & (high >= 0.1))
    # The interpolated limit lies between the last ordinary count and the first rare one.
    r = np.ceil(high * n - 1e-9)
    inside = high < 1
    assert np.all(stats.binom.sf(r, n, 0.1)[inside] <= 0.025)
    assert np.all(stats.binom.sf(r - 1, n, 0.1)[inside] > 0.025)
    assert np.isnan(funnel_limits(0, 0.3).low)
    assert funnel_limits(10, 0.0) == (0.0, 0.0)


def test_overdispersion_oracle() -> None:
    """Ten schools of the method notes; formulas of Spiegelhalter 2005, QSHC 14, 347."""
    result = overdispersion(TEN_SCHOOLS_X, TEN_SCHOOLS_N)
    assert round(result.target, 5) == 0.39706
    assert round(result.phi, 4) == 2.9994
    assert round(result.phi_raw, 4) == 3.7008
    assert round(result.tau2, 6) == 0.009379
    assert round(result.tau, 4) == 0.0968
    assert result.is_overdispersed
    assert (result.units.z.abs() > 1.96).sum() == 3
    assert (result.units.z_adjusted.abs() > 1.96).sum() == 0


def test_overdispersion_degenerate_inputs() -> None:
    alone = overdispersion([3], [10])
    assert alone.tau2 == 0 and np.isnan(alone.phi) and not alone.is_overdispersed
    nobody = overdispersion([0, 0, 0], [10, 0, np.nan])
    assert nobody.tau2 == 0 and nobody.units.z.isna().all()
    binomial = overdispersion([3, 4, 3, 2], [10, 11, 9, 10], target=0.3)
    assert binomial.tau2 == 0
    np.testing.assert_array_equal(binomial.units.z, binomial.units.z_adjusted)


def test_beta_binomial_oracle() -> None:
    """ANOVA moments (Kleinman 1973) of the ten schools of the method notes."""
    fit = beta_binomial(TEN_SCHOOLS_X, TEN_SCHOOLS_N)
    assert round(fit.msb, 5) == 0.98442
    assert round(fit.msw, 5) == 0.22866
    assert round(fit.n0, 3) == 59.541
    assert round(fit.between_variance, 6) == 0.012693
    assert round(fit.prior_strength, 3) == 17.861
    small_school = fit.to_frame().iloc[8]
    assert round(small_school.share, 3) == 0.583
    assert round(small_school.share_eb, 3) == 0.472


def test_beta_binomial_edges() -> None:
    alike = beta_binomial([2, 4, 0], [10, 20, 0])
    assert np.isinf(alike.prior_strength)
    assert alike.units.share_eb.tolist() == pytest.approx([0.2, 0.2, 0.2])
    assert beta_binomial([0, 0], [5, 9]).units.share_eb.tolist() == [0, 0]
    extreme = beta_binomial([0, 10, 0, 10], [10] * 4)
    assert extreme.units.share_eb.between(0, 1).all()
    with pytest.raises(ValueError, match="at least two units"):
        beta_binomial([3], [10])


def test_benjamini_hochberg_1995() -> None:
    """Benjamini & Hochberg (1995), JRSS-B 57, 289, sec. 3.3: 4 rejections, Bonferroni 3."""
    result = benjamini_hochberg(BH_1995_P)
    assert result.rejected.sum() == 4
    assert (np.array(BH_1995_P) <= 0.05 / 15).sum() == 3
    assert multipletests(BH_1995_P, method="holm")[0].sum() == 3
    assert benjamini_hochberg(BH_1995_P, dependent=True).rejected.sum() == 3
    np.testing.assert_allclose(result.q, multipletests(BH_1995_P, method="fdr_bh")[1])
    np.testing.assert_allclose(
        benjamini_hochberg(BH_1995_P, dependent=True).q,
        multipletests(BH_1995_P, method="fdr_by")[1],
    )


def test_benjamini_hochberg_families_and_missing_values() -> None:
    """A missing p makes multipletests return NaN everywhere; here it is simply not a test."""
    assert np.isnan(multipletests([0.001, np.nan, 0.2], method="fdr_bh")[1]).any()
    p = pd.Series([0.001, np.nan, 0.02, 0.04, 0.5], index=list("abcde"))
    result = benjamini_hochberg(p, family=["x", "x", "y", "y", "y"])
    assert result.q[0] == 0.001 and np.isnan(result.q[1])
    assert result.q[2:].tolist() == pytest.approx([0.06, 0.06, 0.5])
    assert result.rejected.tolist() == [True, False, False, False, False]


def test_exact_binomial_p_is_coherent_with_the_flagging_count() -> None:
    """Trap: binomtest's two-sided p flags 5 of 10 at p0 = .2 although .025 a side needs 6."""
    assert stats.binomtest(5, 10, 0.2).pvalue < 0.05
    assert exact_binomial_p(5, 10, 0.2) > 0.05
    assert smallest_flagging_count(10, 0.2) == 6
    for alternative in ("greater", "less"):
        expected = stats.binomtest(7, 31, 0.4, alternative=alternative).pvalue
        assert exact_binomial_p(7, 31, 0.4, alternative) == pytest.approx(expected, abs=1e-12)
    assert np.isnan(exact_binomial_p(0, 0, 0.4))


def test_flag_outliers_compares_with_the_rest_by_fishers_exact_test() -> None:
    x, n = np.array([9, 40, 60, 50]), np.array([30, 300, 400, 350])
    table = flag_outliers(x, n, adjust_overdispersion=False, alternative="greater")
    for j in range(4):
        rest_x, rest_n = x.sum() - x[j], n.sum() - n[j]
        _, p = stats.fisher_exact([[x[j], n[j] - x[j]], [rest_x, rest_n - rest_x]], "greater")
        assert table.p_exact[j] == pytest.approx(p, rel=1e-9)
        assert table.target[j] == pytest.approx(rest_x / rest_n)


def test_flag_outliers_overdispersion_silences_ordinary_spread() -> None:
    naive = flag_outliers(TEN_SCHOOLS_X, TEN_SCHOOLS_N, adjust_overdispersion=False)
    adjusted = flag_outliers(TEN_SCHOOLS_X, TEN_SCHOOLS_N)
    assert naive.flagged.sum() >= 2
    assert adjusted.flagged.sum() == 0
    assert (adjusted.p >= adjusted.p_exact).all()


def test_flag_outliers_finds_one_outlier_among_few_and_does_not_let_it_hide() -> None:
    x, n = [30, 6, 4, 5, 6, 5], [50, 50, 50, 50, 50, 50]
    assert flag_outliers(x, n, target=0.1).status.tolist() == ["above"] + ["not_different"] * 5
    assert flag_outliers(x, n).status.tolist()[0] == "above"


def test_flag_outliers_statuses_families_and_sensitivity() -> None:
    table = flag_outliers(
        [4, 0, np.nan, 2, 9, 3],
        [20, 0, 10, 3, 20, 20],
        target=0.1,
        min_n=5,
        unit=["a", "b", "c", "d", "e", "f"],
        family=[1, 1, 1, 1, 2, 2],
    )
    assert table.status.tolist() == [
        "not_different",
        "no_data",
        "no_data",
        "not_enough",
        "above",
        "not_different",
    ]
    assert table.unit.tolist() == list("abcdef")
    assert table.count_to_flag_above[0] == smallest_flagging_count(20, 0.1) == 6
    assert np.isnan(table.count_to_flag_below[0])
    # q in a family of one tested unit is p itself.
    assert table.q[0] == table.p[0]


def test_flag_outliers_one_school_alone_has_no_rest() -> None:
    assert flag_outliers([3], [10]).status.tolist() == ["not_enough"]


def test_flag_outliers_false_discovery_rate_under_the_null() -> None:
    """Null families of 14 schools: any flag is false; 5 % allowed, 3 Monte Carlo errors given."""
    rng = np.random.default_rng(11)
    runs = 200
    n = rng.integers(5, 101, (runs, 14))
    x = rng.binomial(n, 0.3)
    family = np.repeat(np.arange(runs), 14)
    table = flag_outliers(x.ravel(), n.ravel(), family=family)
    rate = table.groupby("family").flagged.any().mean()
    assert rate <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def _exact_coverage(
    interval_function: Callable[..., Interval], n: int, p: np.ndarray
) -> np.ndarray:
    x = np.arange(n + 1)
    low, high = interval_function(x, np.full(n + 1, n))
    covered = (low[:, None] <= p) & (p <= high[:, None])
    return (stats.binom.pmf(x[:, None], n, p) * covered).sum(axis=0)


@pytest.mark.parametrize("n", [5, 10, 25, 50, 100])
def test_exact_coverage_of_share_intervals(n: int) -> None:
    """Coverage summed over all outcomes (no simulation): Brown, Cai & DasGupta 2001, fig. 5."""
    p = np.linspace(0.02, 0.98, 193)
    assert 0.94 < _exact_coverage(wilson, n, p).mean() < 0.97
    assert 0.93 < _exact_coverage(jeffreys, n, p).mean() < 0.97
    assert _exact_coverage(clopper_pearson, n, p).min() >= 0.95 - 1e-12


def test_exact_coverage_of_newcombe_difference() -> None:
    n1, n2 = 15, 60
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    low, high = newcombe_difference(x1, n1, x2, n2)
    for p1, p2 in [(0.1, 0.1), (0.3, 0.2), (0.5, 0.8), (0.05, 0.3)]:
        weight = stats.binom.pmf(x1, n1, p1) * stats.binom.pmf(x2, n2, p2)
        coverage = weight[(low <= p1 - p2) & (p1 - p2 <= high)].sum()
        assert 0.925 < coverage < 0.98


def test_mean_interval_agrees_with_scipy_and_covers() -> None:
    rng = np.random.default_rng(5)
    sample = rng.normal(60, 12, 14)
    expected = stats.t.interval(0.95, 13, loc=sample.mean(), scale=stats.sem(sample))
    assert mean_interval([*sample, np.nan]) == pytest.approx(expected)
    samples = rng.normal(0, 1, (4000, 8))
    low, high = mean_interval_from_summary(samples.mean(axis=1), samples.std(axis=1, ddof=1), 8)
    assert np.mean((low <= 0) & (high >= 0)) == pytest.approx(0.95, abs=0.011)
    assert np.isnan(mean_interval([3.0])).all()


def test_progress_8_style_half_width() -> None:
    """Half-width 1.96 * 1.41628 / sqrt(n) of DfE's Progress 8 confidence interval."""
    n = np.array([10, 11, 20, 50, 100])
    half = stats.norm.ppf(0.975) * 1.41628 / np.sqrt(n)
    assert np.round(half, 3).tolist() == [0.878, 0.837, 0.621, 0.393, 0.278]
    low, high = mean_interval_from_summary(0.0, 1.41628, 100)
    # The t interval tells the honest, slightly wider story of an estimated deviation.
    assert (high - low) / 2 > half[-1]


def test_bootstrap_interval() -> None:
    rng = np.random.default_rng(7)
    sample = rng.normal(10, 2, 60)
    first = bootstrap_interval(sample, np.mean, seed=3, draws=800)
    assert first == bootstrap_interval(sample, np.mean, seed=3, draws=800)
    assert first == pytest.approx(mean_interval(sample), abs=0.12)
    frame = pd.DataFrame({"x": sample, "y": 2 * sample})
    ratio = bootstrap_interval(frame, lambda rows: rows.y.sum() / rows.x.sum(), draws=50)
    assert ratio == pytest.approx((2.0, 2.0))
    assert np.isnan(bootstrap_interval([1.0], np.mean)).all()


def test_bootstrap_by_groups_is_wider_when_pupils_of_a_school_are_alike() -> None:
    rng = np.random.default_rng(8)
    schools = np.repeat(np.arange(20), 15)
    marks = rng.normal(0, 1, 20)[schools] + rng.normal(0, 0.3, 300)
    by_pupil = bootstrap_interval(marks, np.mean, draws=300)
    by_school = bootstrap_interval(marks, np.mean, draws=300, groups=schools)
    assert by_school.width > 2 * by_pupil.width


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson(5, 3), "must not exceed"),
        (lambda: wilson(-1, 3), "negative"),
        (lambda: wilson(1, 3, 95), "level"),
        (lambda: wilson([1, 2], [1, 2, 3]), "shapes"),
        (lambda: wilson("a", 3), "numeric"),
        (lambda: funnel_limits(10, 1.2), "target"),
        (lambda: funnel_limits(10, 0.2, method="wald"), "method"),
        (lambda: smallest_flagging_count(10, 0), "p0"),
        (lambda: benjamini_hochberg([0.1, 1.2]), "between 0 and 1"),
        (lambda: benjamini_hochberg([]), "empty"),
        (lambda: flag_outliers([1.5], [3], target=0.1), "whole"),
        (lambda: exact_binomial_p(1, 3, 0.5, "up"), "alternative"),
    ],
)
def test_clear_errors(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_inputs_of_every_kind() -> None:
    expected = wilson(np.array([1, 2]), np.array([10, 20])).low
    for x, n in [
        ([1, 2], [10, 20]),
        (pd.Series([1, 2], index=[5, 6]), pd.Series([10, 20])),
        (pd.array([1, 2], dtype="Int64"), [10, 20]),
    ]:
        np.testing.assert_array_equal(wilson(x, n).low, expected)
    missing = wilson(pd.Series([1, None], dtype="Int64"), [10, 10])
    assert np.isnan(missing.low[1]) and missing.to_frame().shape == (2, 2)
    assert np.isnan(wilson(0, 0)).all()
