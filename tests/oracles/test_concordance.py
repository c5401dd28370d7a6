"""Concordance of two marks against published square tables and brute force."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.inter_rater import cohens_kappa

from msoko_lib.methods.concordance import (
    compare_many_marks,
    compare_many_shifts,
    compare_marks,
    compare_shift,
    mark_table,
)

STUART_1955 = [
    [1520, 266, 124, 66],
    [234, 1512, 432, 78],
    [117, 362, 1772, 205],
    [36, 82, 179, 492],
]
FLEISS = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]


def test_stuart_1955_vision() -> None:
    """Unaided vision of 7,477 women: Stuart (1955), Biometrika 42, 412; Agresti, ch. 11."""
    result = compare_marks(STUART_1955)
    assert result.n == 7477
    assert (round(result.stuart_maxwell, 4), result.stuart_maxwell_df) == (11.9566, 3)
    assert round(result.stuart_maxwell_p, 5) == 0.00753
    assert round(result.bhapkar, 4) == 11.9757
    assert (round(result.bowker, 4), result.bowker_df) == (19.1066, 6)
    assert round(result.bowker_p, 5) == 0.00399
    assert round(result.kappa, 4) == 0.5954
    assert round(result.kappa_linear, 4) == 0.6524
    assert round(result.kappa_quadratic, 4) == 0.7023
    assert result.test_used == "stuart_maxwell"


def test_fleiss_kappa_with_standard_errors() -> None:
    """Fleiss (1981), Statistical Methods for Rates and Proportions, ch. 13: table of two raters."""
    result = compare_marks(FLEISS)
    assert round(result.kappa, 4) == 0.6765
    assert round(result.kappa_se, 4) == 0.0877
    assert round(result.kappa_se_null, 4) == 0.0762


def test_kappas_agree_with_statsmodels() -> None:
    rng = np.random.default_rng(2)
    table = rng.integers(0, 20, (4, 4))
    result = compare_marks(table)
    for name, weight in [("kappa_linear", "linear"), ("kappa_quadratic", "quadratic")]:
        expected = cohens_kappa(table, wt=weight)
        assert getattr(result, name) == pytest.approx(expected.kappa)
        assert getattr(result, name + "_se") == pytest.approx(expected.std_kappa)


def test_sign_test_exact() -> None:
    """12 lowered against 3 raised: 2 P(X <= 3 | 15, 1/2) = .0352."""
    result = compare_marks([[0, 0, 0, 0], [6, 4, 1, 0], [0, 6, 3, 2], [0, 0, 0, 0]])
    assert (result.shares["count"] == [12, 7, 3]).all()
    assert round(result.sign_p, 4) == 0.0352
    assert result.test_used == "sign"
    assert result.p_value == result.sign_p
    assert result.sign_p == pytest.approx(stats.binomtest(3, 15).pvalue)


def test_statsmodels_default_changes_the_data() -> None:
    """Trap: SquareTable adds 1/2 to every cell when one is 0, and a mark nobody got breaks it."""
    table = np.array([[0, 0, 0, 0], [9, 20, 2, 0], [0, 11, 30, 3], [0, 0, 6, 19]])
    ours = compare_marks(table)
    shifted = SquareTable(table).symmetry()
    assert shifted.statistic != pytest.approx(ours.bowker, rel=0.05)
    by_hand = (9 - 0) ** 2 / 9 + (11 - 2) ** 2 / 13 + (6 - 3) ** 2 / 9
    assert ours.bowker == pytest.approx(by_hand)
    assert ours.bowker_df == 3
    assert ours.bowker_p == pytest.approx(stats.chi2.sf(by_hand, 3))


def test_marginal_homogeneity_with_an_unused_mark_equals_the_smaller_table() -> None:
    small = np.array([[20, 2, 1], [11, 30, 3], [2, 6, 19]])
    padded = np.zeros((4, 4), int)
    padded[1:, 1:] = small
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        naive = SquareTable(padded, shift_zeros=False).homogeneity()
    assert np.isnan(naive.pvalue)
    expected = SquareTable(small, shift_zeros=False).homogeneity()
    ours = compare_marks(padded)
    assert ours.stuart_maxwell == pytest.approx(expected.statistic)
    assert ours.stuart_maxwell_df == 2
    assert ours.stuart_maxwell_p == pytest.approx(expected.pvalue)


def test_shift_is_journal_minus_external() -> None:
    journal = [5, 5, 4, 4, 3, 3, 4, None]
    external = [4, 5, 3, 4, 3, 2, 5, 4]
    table = mark_table(journal, external)
    assert table.loc[5, 4] == 1
    assert table.loc[4, 5] == 1
    result = compare_marks(table)
    difference = np.array(journal[:7]) - np.array(external[:7])
    assert result.shift == pytest.approx(difference.mean())
    assert result.shift_sd == pytest.approx(difference.std(ddof=1))
    assert result.shares["count"].to_dict() == {"lowered": 3, "confirmed": 3, "raised": 1}
    assert result.shares.share.sum() == pytest.approx(1)


def test_crosstab_without_all_marks_is_completed() -> None:
    journal, external = pd.Series([5, 4, 4, 3]), pd.Series([4, 4, 4, 3])
    crossed = pd.crosstab(journal, external)
    assert crossed.shape == (3, 2)
    assert compare_marks(crossed).shift == compare_marks(mark_table(journal, external)).shift
    assert compare_marks(crossed.rename(index=str, columns=str)).shift == 0.25


def test_degenerate_tables() -> None:
    empty = compare_marks(np.zeros((4, 4)))
    assert empty.n == 0
    assert np.isnan([empty.shift, empty.kappa, empty.stuart_maxwell_p, empty.sign_p]).all()
    agreed = compare_marks(np.diag([0, 5, 30, 2]))
    assert (agreed.stuart_maxwell, agreed.stuart_maxwell_p, agreed.sign_p) == (0, 1, 1)
    assert agreed.kappa == pytest.approx(1)
    one_cell = compare_marks(np.diag([0, 0, 9, 0]))
    assert np.isnan(one_cell.kappa)
    assert one_cell.shares.loc["confirmed", "ci_low"] < 0.75
    one_pupil = compare_marks([[0, 0], [1, 0]], marks=(3, 4))
    assert np.isnan(one_pupil.shift_low)


def test_stack_equals_single_tables() -> None:
    rng = np.random.default_rng(9)
    tables = rng.integers(0, 6, (5, 4, 4))
    many = compare_many_marks(tables, unit=list("abcde"))
    for t, table in enumerate(tables):
        single = compare_marks(table)
        for name in ("shift", "kappa_quadratic", "stuart_maxwell_p", "bowker", "p_value"):
            assert many.loc[t, name] == pytest.approx(getattr(single, name))
    assert many.unit.tolist() == list("abcde")


def test_compare_shift_fisher_oracle() -> None:
    """12 of 30 against 150 of 900, one-sided Fisher exact test: .00253."""
    school = [[0, 0, 0, 0], [4, 6, 0, 0], [0, 8, 12, 0], [0, 0, 0, 0]]
    district = [[100, 0, 0, 0], [50, 200, 0, 0], [0, 100, 300, 0], [0, 0, 0, 150]]
    lowered = compare_shift(school, district).shares.loc["lowered"]
    assert (lowered["count"], lowered.n, lowered.reference_count, lowered.reference_n) == (
        12,
        30,
        150,
        900,
    )
    assert round(lowered.p_greater, 5) == 0.00253
    expected = stats.fisher_exact([[12, 18], [150, 750]], "greater")[1]
    assert lowered.p_greater == pytest.approx(expected)


def test_exact_shift_test_equals_full_enumeration() -> None:
    """All ways to choose the school's pupils from everybody, counted one by one."""
    school = np.array([[2, 0, 0], [2, 1, 0], [1, 1, 0]])
    others = np.array([[2, 1, 0], [1, 2, 1], [0, 1, 1]])
    marks = np.array([3, 4, 5])
    pool = np.repeat((marks[:, None] - marks).ravel(), (school + others).ravel())
    observed = (school * (marks[:, None] - marks)).sum()
    sums = np.array([sum(chosen) for chosen in itertools.combinations(pool, int(school.sum()))])
    result = compare_shift(school, others, marks=(3, 4, 5))
    assert result.p_greater == pytest.approx((sums >= observed).mean())
    assert result.p_less == pytest.approx((sums <= observed).mean())


def test_exact_and_normal_tails_meet() -> None:
    rng = np.random.default_rng(1)
    tables = rng.multinomial(
        40, np.array([4, 1, 2, 6, 2, 1, 6, 5, 1, 1, 4, 7, 0, 1, 2, 8]) / 51, size=8
    ).reshape(8, 4, 4)
    reference = np.array([40, 10, 20, 60, 20, 10, 60, 50, 10, 10, 40, 70, 0, 10, 20, 80])
    result = compare_many_shifts(tables, reference.reshape(4, 4))
    np.testing.assert_allclose(result.p_greater, stats.norm.sf(result.z), atol=0.03)
    bigger = compare_many_shifts(tables[:1] * 2, reference.reshape(4, 4))
    assert bigger.p_greater[0] == pytest.approx(stats.norm.sf(bigger.z[0]))


def test_reference_that_includes_the_school_is_taken_without_it() -> None:
    school = np.array([[5, 1, 0, 0], [4, 6, 0, 0], [0, 8, 12, 0], [0, 1, 0, 3]])
    rest = np.array([[10, 0, 0, 0], [5, 20, 2, 0], [0, 10, 30, 1], [0, 0, 4, 15]])
    direct = compare_shift(school, rest)
    inside = compare_shift(school, rest + school, reference_includes_table=True)
    pd.testing.assert_frame_equal(direct.shares, inside.shares)
    assert inside.p_value == pytest.approx(direct.p_value)
    with pytest.raises(ValueError, match="more pupils in a cell"):
        compare_shift(school, rest, reference_includes_table=True)


def test_zero_shift_is_the_wrong_comparison_where_the_whole_region_is_lower() -> None:
    """A stricter external work lowers everybody: the school is ordinary, its shift is not 0."""
    region = np.array([[300, 0, 0, 0], [300, 900, 30, 0], [0, 900, 1200, 60], [0, 0, 500, 400]])
    rng = np.random.default_rng(5)
    school = rng.multinomial(60, (region / region.sum()).ravel()).reshape(4, 4)
    assert compare_marks(school).stuart_maxwell_p < 0.01
    assert compare_shift(school, region).p_value > 0.1


def test_null_rejection_rate_of_the_shift_test_by_simulation() -> None:
    """Municipality of 8 schools, 12 pupils each, leave-one-out: at most 5 % (exact test)."""
    rng = np.random.default_rng(21)
    cell = np.array([4, 1, 0, 0, 3, 9, 1, 0, 0, 6, 11, 1, 0, 0, 4, 6], float)
    rejected = []
    for _ in range(100):
        tables = rng.multinomial(12, cell / cell.sum(), size=8).reshape(8, 4, 4)
        result = compare_many_shifts(tables, tables.sum(axis=0), reference_includes_table=True)
        rejected.extend(result.p_value <= 0.05)
    assert np.mean(rejected) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 800)
    assert np.mean(rejected) > 0.01


def test_shift_interval_coverage_by_simulation() -> None:
    rng = np.random.default_rng(22)
    cell = np.array([4, 1, 0, 0, 3, 9, 1, 0, 0, 6, 11, 1, 0, 0, 4, 6], float)
    cell /= cell.sum()
    tables = rng.multinomial(20, cell, size=1500).reshape(-1, 4, 4)
    reference = np.rint(cell * 4600).astype(int).reshape(4, 4)
    result = compare_many_shifts(tables[:600], reference)
    covered = ((result.ci_low <= 0) & (result.ci_high >= 0)).mean()
    assert covered == pytest.approx(0.95, abs=0.03)
    marks = compare_many_marks(tables)
    truth = (cell.reshape(4, 4) * np.subtract.outer(range(4), range(4))).sum()
    inside = ((marks.shift_low <= truth) & (truth <= marks.shift_high)).mean()
    assert inside == pytest.approx(0.95, abs=0.02)


def test_small_school_with_equal_differences_is_not_certain() -> None:
    school = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 4, 0, 0], [0, 0, 0, 0]]
    district = [[100, 0, 0, 0], [50, 200, 20, 0], [0, 100, 300, 10], [0, 0, 60, 150]]
    result = compare_shift(school, district)
    assert result.ci_high - result.ci_low > 0.5
    assert result.p_value > 0.001
    nobody = compare_shift(np.zeros((4, 4)), district)
    assert np.isnan([nobody.p_value, nobody.difference]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compare_marks([[1, 2, 3], [1, 2, 3]]), "square"),
        (lambda: compare_marks([[1, -2], [1, 2]]), "counts"),
        (lambda: compare_marks([[1, np.nan], [1, 2]]), "counts"),
        (lambda: compare_marks([[1, 0.5], [1, 2]]), "counts"),
        (lambda: compare_marks([[1, 2], [1, 2]], marks=(4, 3)), "increasing"),
        (lambda: compare_marks(np.ones((2, 4, 4))), "one table"),
        (lambda: compare_many_marks(np.ones((4, 4))), "shape"),
        (lambda: compare_shift(np.ones((4, 4)), np.ones((3, 3))), "same marks"),
        (lambda: mark_table([2, 6], [2, 3]), "among"),
        (lambda: mark_table([2, 3], [2, 3, 4]), "one length"),
        (lambda: compare_marks(pd.DataFrame(np.eye(2), [2, 9], [2, 9]), marks=(2, 3)), "among"),
    ],
)
def test_clear_errors(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
