"""Effect of measures: published numbers, the core trap reproduced, honest intervals."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from msoko_lib.calibration.effects import (
    matched_on_selection_year,
    zero_effect_calibration,
    zero_effect_panel,
)
from msoko_lib.methods.effects import (
    ancova_on_score,
    before_after,
    choose_rung,
    difference_in_differences,
    difference_in_differences_of_means,
    empirical_bayes_effect,
    estimate_effect,
    expected_change,
    measure_design,
    minimum_detectable_effect,
    permutation_test,
    planned_standard_error,
    regression_discontinuity,
    regression_to_mean,
    variance_over_years,
)
from msoko_lib.methods.panel_posterior import NormalMixture, posterior_effect

SCHOOL_NOISE = 0.81 / 25 + 0.01  # pupil SD .90, 25 pupils, year shock .10


# ---------------------------------------------------------------- regression to the mean


def test_davis_formula_gives_the_published_project_oracle() -> None:
    """Davis (1976): mu 60, vb 81, vw 36, cut 40 → 7.456."""
    assert regression_to_mean(81, 36, mean=60, cutoff=40) == pytest.approx(7.456, abs=5e-4)


def test_davis_formula_agrees_with_simulation() -> None:
    rng = np.random.default_rng(1)
    level = rng.normal(60, 9, 2_000_000)
    first, second = level + rng.normal(0, 6, level.size), level + rng.normal(0, 6, level.size)
    chosen = first < 40
    simulated = (second - first)[chosen].mean()
    error = (second - first)[chosen].std() / np.sqrt(chosen.sum())
    assert abs(simulated - regression_to_mean(81, 36, mean=60, cutoff=40)) < 4 * error


def test_school_oracle_bottom_15_per_cent_and_three_years() -> None:
    assert regression_to_mean(0.09, 0.81 / 20, share=0.15) == pytest.approx(0.174, abs=5e-4)
    assert regression_to_mean(0.09, 0.81 / 20, share=0.15, years=3) == pytest.approx(
        0.065, abs=5e-4
    )


def test_the_design_of_the_core_trap_expects_0175() -> None:
    assert regression_to_mean(0.09, SCHOOL_NOISE, share=5 / 30) == pytest.approx(0.175, abs=5e-4)


def test_upper_tail_mirrors_the_lower_one() -> None:
    low = regression_to_mean(81, 36, mean=60, cutoff=40)
    assert regression_to_mean(81, 36, mean=60, cutoff=80, tail="upper") == pytest.approx(-low)


@given(st.floats(0.01, 5), st.floats(0.01, 5), st.floats(0.01, 0.99), st.integers(1, 6))
def test_more_years_always_regress_less(vb: float, vw: float, share: float, years: int) -> None:
    one = regression_to_mean(vb, vw, share=share, years=years)
    more = regression_to_mean(vb, vw, share=share, years=years + 1)
    assert 0 < more < one


def test_variance_over_years_recovers_the_reliability() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(0, 0.3, 4_000)[:, None] + rng.normal(0, np.sqrt(SCHOOL_NOISE), (4_000, 3))
    values += np.array([0.0, 0.5, -0.2])  # changes common to all schools are not noise
    parts = variance_over_years(values)
    assert parts.reliability == pytest.approx(0.680, abs=0.02)
    assert parts.reliability_of_mean(3) == pytest.approx(0.864, abs=0.02)


def test_expected_change_refuses_an_impossible_reliability() -> None:
    with pytest.raises(ValueError, match="reliability"):
        expected_change([1.0], 0.0, 1.2)


# ---------------------------------------------------------------- the core trap


@pytest.fixture(scope="module")
def trap() -> dict[str, np.ndarray]:
    """Known design of the core trap: 30 schools, the 5 lowest, 1,000 runs, reliability .680."""
    rng = np.random.default_rng(11)
    found: dict[str, list[float]] = {}
    for _ in range(1_000):
        panel = zero_effect_panel(rng, 30, 5)
        y, treated = panel.values, panel.treated
        score, after, earlier = y[:, 2], y[:, 3], y[:, :2].mean(axis=1)

        def did(base: np.ndarray, after: np.ndarray, treated: np.ndarray) -> float:
            return difference_in_differences(base, after, treated, permutations=False).estimate

        estimates = {
            "before_after": before_after(score[treated], after[treated]).estimate,
            "did_selection_year": did(score, after, treated),
            "matching": matched_on_selection_year(panel),
            "did_before_selection": did(earlier, after, treated),
            "ancova": ancova_on_score(after, score, treated).estimate,
            "ancova_earlier": ancova_on_score(after, score, treated, covariates=y[:, :2]).estimate,
            "empirical_bayes": empirical_bayes_effect(
                score, after, treated, reliability=0.09 / (0.09 + SCHOOL_NOISE)
            ).estimate,
        }
        for name, value in estimates.items():
            found.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize(
    ("design", "mean", "sd"),
    [
        ("before_after", 0.168, 0.123),
        ("did_selection_year", 0.202, 0.134),
        ("matching", -0.137, 0.296),
        ("did_before_selection", 0.001, 0.123),
        ("ancova", -0.001, 0.176),
        ("ancova_earlier", 0.001, 0.159),
        ("empirical_bayes", 0.000, 0.130),
    ],
)
def test_core_trap_table(trap: dict[str, np.ndarray], design: str, mean: float, sd: float) -> None:
    """Means and sds of the table within four Monte Carlo errors (1,000 runs against 4,000)."""
    draws = trap[design]
    error = draws.std() * np.sqrt(1 / draws.size + 1 / 4_000)
    assert draws.mean() == pytest.approx(mean, abs=4 * error + 0.0005)
    assert draws.std() == pytest.approx(sd, rel=4 * np.sqrt(0.5 / draws.size + 0.5 / 4_000))


def test_did_from_the_selection_year_is_worse_than_before_after(
    trap: dict[str, np.ndarray],
) -> None:
    """Chay, McEwan & Urquiola (2005): the naive choice makes it worse, the ladder does not."""
    assert trap["did_selection_year"].mean() > trap["before_after"].mean() > 0.15
    assert abs(trap["did_before_selection"].mean()) < 0.02


# ---------------------------------------------------------------- zero effect, A to C


def test_fast_calibration_of_a_zero_effect_stays_in_its_bands() -> None:
    """Mean reported effect within .02 SD and coverage 93-97 %, at J = 8, 14, 30 (fast subset)."""
    table = zero_effect_calibration(schools=(8, 14, 30), pupils=(25,), runs=150, seed=3)
    judged = table[table["verdict"] != "not_judged"]
    assert len(judged) == 3 * 3 * 2
    assert (judged["verdict"] == "within").all(), judged.to_string()


def test_five_of_eight_schools_are_covered_too() -> None:
    rng = np.random.default_rng(5)
    inside = {"B": 0, "C": 0, "permutation": 0}
    runs = 250
    for _ in range(runs):
        panel = zero_effect_panel(rng, 8, 5)
        change = difference_in_differences(
            panel.values[:, :2], panel.values[:, 3:], panel.treated, interval="permutation"
        )
        exact_t = difference_in_differences(
            panel.values[:, :2], panel.values[:, 3:], panel.treated, permutations=False
        )
        expected = empirical_bayes_effect(
            panel.values[:, 1:3], panel.values[:, 3], panel.treated, per_school=False
        )
        inside["permutation"] += change.ci_low <= 0 <= change.ci_high
        inside["B"] += exact_t.ci_low <= 0 <= exact_t.ci_high
        inside["C"] += expected.ci_low <= 0 <= expected.ci_high
    slack = 3 * np.sqrt(0.05 * 0.95 / runs)
    for share in inside.values():
        assert 0.95 - slack <= share / runs <= 0.97 + slack


def test_a_true_effect_is_found_without_bias_at_every_rung() -> None:
    rng = np.random.default_rng(6)
    found: dict[str, list[float]] = {"A": [], "B": [], "C": []}
    for _ in range(120):
        panel = zero_effect_panel(rng, 30, 5, pupils=50)
        y = panel.values.copy()
        y[panel.treated, 3:] += 0.5
        found["A"].append(ancova_on_score(y[:, 3:].mean(1), y[:, 2], panel.treated).estimate)
        found["B"].append(
            difference_in_differences(
                y[:, :2], y[:, 3:], panel.treated, permutations=False
            ).estimate
        )
        found["C"].append(
            empirical_bayes_effect(y[:, :3], y[:, 3:], panel.treated, per_school=False).estimate
        )
    for draws in found.values():
        assert np.mean(draws) == pytest.approx(0.5, abs=4 * np.std(draws) / np.sqrt(120))


# ---------------------------------------------------------------- single designs


def test_card_krueger_from_rounded_means() -> None:
    """Card & Krueger (1994) table 3: 2.75 from rounded means (published 2.76)."""
    assert difference_in_differences_of_means(20.44, 21.03, 23.33, 21.17) == pytest.approx(2.75)


def test_did_equals_regression_with_school_effects() -> None:
    """Two-way dummies in statsmodels give the same estimate; Student's t the same interval."""
    rng = np.random.default_rng(7)
    before, after = rng.normal(size=9), rng.normal(size=9)
    treated = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0], bool)
    result = difference_in_differences(before, after, treated)
    test = stats.ttest_ind((after - before)[treated], (after - before)[~treated])
    interval = test.confidence_interval()
    assert result.p_value == pytest.approx(test.pvalue)
    assert (result.ci_low, result.ci_high) == pytest.approx((interval.low, interval.high))
    design = np.column_stack(
        [
            np.tile(treated, 2) * np.repeat([0, 1], 9),
            np.repeat([0, 1], 9),
            np.tile(np.eye(9), (2, 1)),
        ]
    ).astype(float)
    fitted = sm.OLS(np.concatenate([before, after]), design).fit()
    assert result.estimate == pytest.approx(fitted.params[0])


def test_welch_interval_matches_scipy() -> None:
    rng = np.random.default_rng(8)
    change = rng.normal(size=20) * np.repeat([3.0, 1.0], 10)
    treated = np.repeat([True, False], 10)
    result = difference_in_differences(np.zeros(20), change, treated, variance="unequal")
    test = stats.ttest_ind(change[treated], change[~treated], equal_var=False)
    assert result.p_value == pytest.approx(test.pvalue)
    assert result.degrees_of_freedom == pytest.approx(test.df)


def test_ancova_matches_statsmodels() -> None:
    rng = np.random.default_rng(9)
    score = rng.normal(size=14)
    treated = score <= np.sort(score)[3]
    outcome = 0.6 * score + rng.normal(size=14)
    ours = ancova_on_score(outcome, score, treated)
    theirs = sm.OLS(outcome, sm.add_constant(np.column_stack([treated, score]))).fit()
    assert ours.estimate == pytest.approx(theirs.params[1])
    assert ours.standard_error == pytest.approx(theirs.bse[1])
    assert (ours.ci_low, ours.ci_high) == pytest.approx(tuple(theirs.conf_int()[1]))
    robust = ancova_on_score(outcome, score, treated, variance="hc2")
    assert robust.standard_error == pytest.approx(theirs.HC2_se[1])
    assert robust.degrees_of_freedom < ours.degrees_of_freedom


def test_bell_mccaffrey_degrees_of_freedom_of_two_means_are_known() -> None:
    """For a plain two-group difference HC2 is Welch's variance, and with equal groups of m the
    Bell-McCaffrey degrees of freedom are 2(m - 1)."""
    from msoko_lib.methods.effect_least_squares import first_coefficient

    rng = np.random.default_rng(10)
    y, group = rng.normal(size=12), np.repeat([1.0, 0.0], 6)
    _, error, freedom = first_coefficient(y, np.column_stack([group, np.ones(12)]), "hc2")
    welch = np.sqrt(y[:6].var(ddof=1) / 6 + y[6:].var(ddof=1) / 6)
    assert error == pytest.approx(welch)
    assert freedom == pytest.approx(10.0)


def test_regression_discontinuity_finds_a_jump_despite_different_slopes() -> None:
    rng = np.random.default_rng(12)
    score = rng.uniform(-1, 1, 2_000)
    outcome = np.where(score <= 0, 0.3 * score + 0.4, 1.2 * score) + rng.normal(0, 0.2, 2_000)
    result = regression_discontinuity(outcome, score, 0.0, bandwidth=0.5)
    assert result.design == "regression_discontinuity"
    assert result.ci_low < 0.4 < result.ci_high
    assert result.standard_error < 0.05


def test_empirical_bayes_by_hand_with_known_reliability() -> None:
    baseline, after = np.array([40.0, 60, 62, 58]), np.array([47.0, 60, 61, 60])
    result = empirical_bayes_effect(baseline, after, [1, 0, 0, 0], reliability=0.7)
    surprise = after - 0.7 * baseline
    assert result.estimate == pytest.approx(surprise[0] - surprise[1:].mean())
    assert result.schools is not None
    assert result.schools["expected"].tolist() == pytest.approx([surprise[1:].mean() + 0.7 * 40.0])


def test_panel_posterior_agrees_with_dense_generalised_least_squares() -> None:
    """One grid point by full matrices: the Sherman-Morrison algebra against numpy.linalg."""
    rng = np.random.default_rng(13)
    values = rng.normal(size=(6, 3))
    values[2, 0] = np.nan
    variances = rng.uniform(0.1, 0.3, (6, 3))
    exposed = np.zeros((6, 3), bool)
    exposed[:2, 2] = True
    mixture = posterior_effect(values, variances, exposed, grid=40)
    spread = np.nanstd(values - np.nanmean(values, axis=0))
    points = 3 * spread * (np.arange(100) + 0.5) / 100
    seen = ~np.isnan(values).ravel()
    school, period = np.divmod(np.arange(18), 3)
    x = np.column_stack([np.eye(3)[period], exposed.ravel()])[seen].astype(float)
    y = values.ravel()[seen]
    logs, means, sds = [], [], []
    for sb in points:
        for sw in points:
            covariance = sb**2 * (school[:, None] == school[None, :]) + np.diag(
                sw**2 + variances.ravel()
            )
            inverse = np.linalg.inv(covariance[np.ix_(seen, seen)])
            information = x.T @ inverse @ x
            beta = np.linalg.solve(information, x.T @ inverse @ y)
            residual = y - x @ beta
            logs.append(
                -0.5 * residual @ inverse @ residual
                + 0.5 * np.linalg.slogdet(inverse)[1]
                - 0.5 * np.linalg.slogdet(information)[1]
            )
            means.append(beta[3])
            sds.append(np.sqrt(np.linalg.inv(information)[3, 3]))
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    mean = weights @ means
    sd = np.sqrt(weights @ (np.array(sds) ** 2 + np.array(means) ** 2) - mean**2)
    assert mixture.mean[0] == pytest.approx(mean, abs=0.005 * sd)
    assert mixture.sd[0] == pytest.approx(sd, rel=0.005)


def test_grid_follows_the_posterior_of_many_schools() -> None:
    """A default grid agrees with one ten times finer, from 8 schools to a region of 400."""
    for schools, chosen, pupils in ((8, 2, 5), (30, 5, 100), (400, 60, 100)):
        panel = zero_effect_panel(np.random.default_rng(schools), schools, chosen, pupils=pupils)
        exposed = np.zeros(panel.values.shape, bool)
        exposed[panel.treated, 3:] = True
        nothing = np.zeros(panel.values.shape)
        coarse = posterior_effect(panel.values, nothing, exposed)
        fine = posterior_effect(panel.values, nothing, exposed, grid=80)
        sd = fine.sd[0]
        assert coarse.mean[0] == pytest.approx(fine.mean[0], abs=0.01 * sd)
        assert coarse.quantile(0.025)[0] == pytest.approx(fine.quantile(0.025)[0], abs=0.02 * sd)


def test_expected_value_of_each_treated_school_is_covered() -> None:
    rng = np.random.default_rng(14)
    outside = total = 0
    for _ in range(100):
        panel = zero_effect_panel(rng, 20, 4)
        result = empirical_bayes_effect(panel.values[:, :3], panel.values[:, 3], panel.treated)
        assert result.schools is not None
        outside += int(result.schools["outside"].sum())
        total += len(result.schools)
    assert outside / total == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / total))


def test_mixture_quantiles_of_one_component_are_normal() -> None:
    mixture = NormalMixture(np.ones(1), np.array([[2.0]]), np.array([[3.0]]))
    assert mixture.quantile(0.975)[0] == pytest.approx(stats.norm.ppf(0.975, 2, 3), abs=1e-6)


# ---------------------------------------------------------------- permutation, few schools


def brute_force_p(values: np.ndarray, treated: np.ndarray, shift: float = 0.0) -> float:
    """All relabellings in plain loops."""
    y = values - shift * treated
    size, n = int(treated.sum()), y.size
    observed = abs(y[treated].mean() - y[~treated].mean())
    count = total = 0
    for subset in combinations(range(n), size):
        mask = np.zeros(n, bool)
        mask[list(subset)] = True
        count += abs(y[mask].mean() - y[~mask].mean()) >= observed - 1e-9
        total += 1
    return count / total


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=5, max_size=8), st.integers(1, 4))
def test_permutation_p_equals_brute_force(values: list[int], size: int) -> None:
    y = np.array(values, float)
    treated = np.arange(y.size) < size
    assert permutation_test(y, treated).p_value == pytest.approx(brute_force_p(y, treated))


def test_permutation_interval_is_the_set_of_shifts_not_rejected() -> None:
    rng = np.random.default_rng(15)
    y = rng.normal(size=9)
    treated = np.arange(9) < 3
    result = permutation_test(y, treated)
    inside, outside = 1e-6, -1e-6
    for end, sign in ((result.ci_low, 1), (result.ci_high, -1)):
        assert brute_force_p(y, treated, end + sign * inside) > 0.05
        assert brute_force_p(y, treated, end + sign * outside) <= 0.05


def test_one_treated_school_of_eight_has_no_95_per_cent_interval() -> None:
    result = permutation_test(np.arange(8.0), np.arange(8) == 7)
    assert result.smallest_p == pytest.approx(1 / 8)
    assert np.isinf(result.ci_low) and np.isinf(result.ci_high)


def test_permutation_of_many_schools_is_sampled_and_repeatable() -> None:
    rng = np.random.default_rng(16)
    y, treated = rng.normal(size=60), np.arange(60) < 12
    first = permutation_test(y, treated, draws=999, seed=4)
    assert not first.exact and first.relabellings == 1_000
    assert first == permutation_test(y, treated, draws=999, seed=4)
    assert first.p_value == pytest.approx(stats.ttest_ind(y[treated], y[~treated]).pvalue, abs=0.05)


# ---------------------------------------------------------------- minimum detectable effect


def test_minimum_detectable_effect_of_the_core_design() -> None:
    """±2.8 sd of the estimator, about .34 SD for rung B."""
    assert minimum_detectable_effect(1.0) == pytest.approx(2.8016, abs=1e-4)
    assert minimum_detectable_effect(0.123) == pytest.approx(0.34, abs=0.005)
    assert planned_standard_error(SCHOOL_NOISE, 5, 25) == pytest.approx(0.123, abs=0.001)


def test_few_degrees_of_freedom_raise_the_detectable_effect() -> None:
    assert minimum_detectable_effect(1.0, degrees_of_freedom=6) > 3.3


# ---------------------------------------------------------------- the ladder


def long_panel(values: np.ndarray, years: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"school_id": f"s{j:02d}", "year": year, "value": values[j, t]}
            for j in range(values.shape[0])
            for t, year in enumerate(years)
        ]
    ).sample(frac=1, random_state=1)


YEARS = ["2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025"]


def ladder_panel() -> tuple[pd.DataFrame, list[str]]:
    panel = zero_effect_panel(np.random.default_rng(17), 14, 3)
    return long_panel(panel.values, YEARS), [f"s{j:02d}" for j in np.flatnonzero(panel.treated)]


def test_rung_a_when_the_rule_is_recorded() -> None:
    frame, treated = ladder_panel()
    design = measure_design(
        frame,
        treated,
        selection_periods="2022-2023",
        after_periods=["2023-2024", "2024-2025"],
        chosen_by_lowest_value=True,
    )
    result = estimate_effect(design)
    assert (result.rung, result.design) == ("A", "ancova_on_score")
    assert result.may_be_called_effect
    assert np.isfinite(result.expected_regression_to_mean)


def test_a_rule_that_was_not_kept_is_no_rule() -> None:
    frame, treated = ladder_panel()
    design = measure_design(
        frame,
        [*treated[1:], "s00" if "s00" not in treated else "s01"],
        selection_periods="2022-2023",
        after_periods=["2023-2024", "2024-2025"],
        chosen_by_lowest_value=True,
    )
    choice = choose_rung(design)
    assert choice.rung == "B"
    assert "score_separates" in choice.missing("A")


def test_rung_b_then_c_then_d_as_data_get_fewer() -> None:
    frame, treated = ladder_panel()
    both = ["2023-2024", "2024-2025"]
    rung_b = estimate_effect(
        measure_design(frame, treated, selection_periods="2022-2023", after_periods=both)
    )
    assert rung_b.rung == "B" and 0 < rung_b.permutation_p <= 1
    rung_c = estimate_effect(
        measure_design(frame, treated, selection_periods="2022-2023", after_periods="2023-2024")
    )
    assert rung_c.rung == "C" and rung_c.schools is not None
    assert rung_c.schools["unit"].tolist() == sorted(treated)
    last_two = frame[frame["year"] >= "2023-2024"]
    rung_d = estimate_effect(
        measure_design(last_two, treated, selection_periods="2023-2024", after_periods="2024-2025")
    )
    assert rung_d.rung == "D" and not rung_d.may_be_called_effect
    assert rung_d.to_frame().loc[0, "may_be_called_effect"] == False  # noqa: E712
    assert rung_d.checks is not None and "baseline_reliability" in set(
        rung_d.checks.query("not met")["requirement"]
    )


def test_known_reliability_lifts_one_baseline_year_to_rung_c() -> None:
    frame, treated = ladder_panel()
    last_two = frame[frame["year"] >= "2023-2024"]
    design = measure_design(
        last_two,
        treated,
        selection_periods="2023-2024",
        after_periods="2024-2025",
        reliability=0.68,
    )
    assert estimate_effect(design).design == "empirical_bayes_known_reliability"


def test_a_new_scale_after_the_start_leaves_only_the_rule() -> None:
    """A regression on the score survives a change of scale; a difference does not."""
    frame, treated = ladder_panel()
    kinds = {"selection_periods": "2022-2023", "after_periods": ["2023-2024", "2024-2025"]}
    broken = measure_design(frame, treated, breaks=["2023-2024"], **kinds)
    choice = choose_rung(broken)
    assert choice.rung == "none"
    assert all("same_scale" in choice.missing(rung) for rung in "BCD")
    nothing = estimate_effect(broken)
    assert np.isnan(nothing.estimate) and not nothing.may_be_called_effect
    ruled = measure_design(
        frame, treated, breaks=["2023-2024"], chosen_by_lowest_value=True, **kinds
    )
    assert choose_rung(ruled).rung == "A"


def test_the_selection_year_is_never_the_baseline_of_rung_b() -> None:
    frame, treated = ladder_panel()
    design = measure_design(
        frame, treated, selection_periods="2022-2023", after_periods=["2023-2024", "2024-2025"]
    )
    altered = frame.copy()
    altered.loc[altered["year"] == "2022-2023", "value"] -= 100.0
    other = measure_design(
        altered, treated, selection_periods="2022-2023", after_periods=["2023-2024", "2024-2025"]
    )
    assert estimate_effect(design, rung="B").estimate == pytest.approx(
        estimate_effect(other, rung="B").estimate
    )


def test_a_rung_that_the_data_do_not_allow_is_refused() -> None:
    frame, treated = ladder_panel()
    design = measure_design(
        frame, treated, selection_periods="2022-2023", after_periods="2023-2024"
    )
    with pytest.raises(ValueError, match="periods_after_start"):
        estimate_effect(design, rung="B")


def test_known_unequal_sizes_change_the_variance_of_rung_b() -> None:
    panel = zero_effect_panel(np.random.default_rng(18), 30, 5)
    frame = long_panel(panel.values, YEARS)
    treated = [f"s{j:02d}" for j in np.flatnonzero(panel.treated)]
    frame["noise"] = np.where(frame["school_id"].isin(treated), 0.10, 0.02)
    kinds = {"selection_periods": "2022-2023", "after_periods": ["2023-2024", "2024-2025"]}
    welch = estimate_effect(measure_design(frame, treated, variance="noise", **kinds))
    pooled = estimate_effect(measure_design(frame, treated, **kinds))
    assert pooled.degrees_of_freedom == 28
    assert welch.degrees_of_freedom < 28


# ---------------------------------------------------------------- damaged and extreme input


def test_missing_schools_are_left_out_and_counted() -> None:
    before = np.array([1.0, 2, np.nan, 4, 5, 6])
    after = np.array([2.0, 3, 4, np.nan, 5, 7])
    result = difference_in_differences(before, after, [1, 1, 1, 0, 0, 0])
    assert (result.n_treated, result.n_comparison, result.n_dropped) == (2, 2, 2)


def test_panel_keeps_schools_with_a_missing_year() -> None:
    panel = zero_effect_panel(np.random.default_rng(19), 14, 3)
    values = panel.values.copy()
    values[0, 0] = np.nan
    result = empirical_bayes_effect(values[:, :3], values[:, 3], panel.treated)
    assert result.n_dropped == 0 and np.isfinite(result.estimate)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 0, 0, 0], "both treated"),
        ([1, 1, 1, 1], "both treated"),
        ([1, 0, np.nan, 0], "missing"),
        ([1, 0, 2, 0], "true or false"),
        ([1, 0], "one entry per school"),
    ],
)
def test_bad_labels_are_named(labels: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        difference_in_differences(np.zeros(4), np.ones(4), labels)


def test_constant_schools_and_single_treated_school() -> None:
    flat = difference_in_differences(np.zeros(6), np.ones(6), [1, 0, 0, 0, 0, 0])
    assert flat.estimate == 0 and flat.p_value == 1.0
    with pytest.raises(ValueError, match="nothing varies"):
        empirical_bayes_effect(np.ones((6, 2)), np.ones(6), [1, 0, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="told apart"):
        ancova_on_score(np.arange(6.0), np.ones(6), [1, 0, 0, 0, 0, 0])


def test_one_school_before_and_after_has_no_interval() -> None:
    result = before_after([40.0], [45.0])
    assert result.estimate == 5.0 and np.isinf(result.ci_high) and np.isnan(result.p_value)


def test_two_rows_for_a_school_and_unknown_schools_are_refused() -> None:
    frame, treated = ladder_panel()
    with pytest.raises(ValueError, match="found two"):
        measure_design(
            pd.concat([frame, frame.head(1)]),
            treated,
            selection_periods="2022-2023",
            after_periods="2023-2024",
        )
    with pytest.raises(ValueError, match="not in the panel"):
        measure_design(frame, ["nowhere"], selection_periods="2022-2023", after_periods="2023-2024")
    with pytest.raises(ValueError, match="after the selection"):
        measure_design(frame, treated, selection_periods="2022-2023", after_periods="2021-2022")
