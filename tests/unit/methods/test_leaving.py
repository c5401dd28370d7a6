"""People who leave by age: against plain arithmetic, scipy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from msoko_lib.methods.leaving import chances_of_leaving, expected_leavers

RATES = {55: 0.05, 60: 0.12, 65: 0.20}


def test_nobody_leaves_before_the_first_age() -> None:
    assert chances_of_leaving([40, 49], RATES, 5).tolist() == [0.0] * 5
    # The one of 53 is 55 in the third year.
    assert chances_of_leaving([53], RATES, 3).tolist() == pytest.approx([0, 0, 0.05])


def test_ageing_passes_from_one_rate_to_the_next() -> None:
    found = chances_of_leaving([63], RATES, 4)
    assert found.tolist() == pytest.approx(
        [1 - 0.88, 1 - 0.88**2, 1 - 0.88**2 * 0.8, 1 - 0.88**2 * 0.8**2]
    )


def test_a_group_is_the_mean_of_its_ages() -> None:
    each = [chances_of_leaving([age], RATES, 5) for age in range(55, 60)]
    assert chances_of_leaving(range(55, 60), RATES, 5) == pytest.approx(np.mean(each, axis=0))


def test_one_group_is_a_binomial() -> None:
    (row,) = expected_leavers([37], [[0.23]]).to_dict("records")
    low, high = stats.binom.interval(0.95, 37, 0.23)
    assert (row["low"], row["high"]) == (low, high)
    assert row["expected"] == pytest.approx(37 * 0.23)


def test_the_interval_of_several_groups_covers_as_often_as_it_says() -> None:
    counts, shares = [20, 12, 7], [[0.2], [0.45], [0.7]]
    (row,) = expected_leavers(counts, shares).to_dict("records")
    rng = np.random.default_rng(3)
    drawn = sum(rng.binomial(n, share[0], 200_000) for n, share in zip(counts, shares, strict=True))
    covered = np.mean((drawn >= row["low"]) & (drawn <= row["high"]))
    assert 0.95 <= covered < 0.985
    # No narrower interval would do at either end.
    assert np.mean(drawn <= row["low"]) > 0.025 and np.mean(drawn >= row["high"]) > 0.025


def test_nobody_and_certainty_have_no_spread() -> None:
    rows = expected_leavers([0, 5], [[0.5, 0.5], [0.0, 1.0]])
    assert rows[["low", "high"]].to_numpy().tolist() == [[0, 0], [5, 5]]


@pytest.mark.parametrize(
    ("ages", "rates", "years"), [([], RATES, 5), ([60], RATES, 0), ([60], {60: 1.2}, 5)]
)
def test_what_makes_no_sense_is_refused(ages: list, rates: dict, years: int) -> None:
    with pytest.raises(ValueError):
        chances_of_leaving(ages, rates, years)


def test_groups_and_chances_must_fit() -> None:
    with pytest.raises(ValueError):
        expected_leavers([1, 2], [[0.5]])
    with pytest.raises(ValueError):
        expected_leavers([-1], [[0.5]])
