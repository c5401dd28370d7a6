"""Certainty of a rule about shares, the gap of two groups of schools, change from year to year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from msoko_lib.methods.group_gap import group_gap
from msoko_lib.methods.low_share import at_least, probability_of_reaching
from msoko_lib.methods.resilience import year_to_year_variance

RUNS = 100


def test_probability_of_a_share_is_jeffreys_posterior() -> None:
    """Against the same integral done by hand on a grid."""
    grid = np.linspace(0, 1, 200_001)[1:-1]
    density = grid ** (9 - 0.5) * (1 - grid) ** (8 - 0.5)
    by_hand = density[grid >= 0.3].sum() / density.sum()
    assert probability_of_reaching(9, 17, 0.3) == pytest.approx(by_hand, abs=1e-4)


def test_more_cases_and_more_people_make_it_surer() -> None:
    shares = probability_of_reaching([3, 6, 30], [10, 10, 100], 0.3)
    assert shares[1] > shares[0]
    assert probability_of_reaching(50, 100, 0.3) > probability_of_reaching(5, 10, 0.3)
    with pytest.raises(ValueError, match="between 0 and its total"):
        probability_of_reaching(5, 4, 0.3)
    with pytest.raises(ValueError, match="limit"):
        probability_of_reaching(1, 4, 30)


def test_at_least_is_the_tail_of_a_sum_of_events() -> None:
    chances = [0.2, 0.7, 0.5, 0.9]
    drawn = np.random.default_rng(3).random((200_000, 4)) < chances
    for needed in range(5):
        assert at_least(chances, needed) == pytest.approx(
            (drawn.sum(axis=1) >= needed).mean(), abs=0.005
        )
    assert at_least([0.3] * 6, 2) == pytest.approx(float(stats.binom.sf(1, 6, 0.3)))


@pytest.mark.parametrize(
    ("between", "hard"), [(0.0, (5, 7, 12)), (0.15, (5, 7, 9, 12, 13)), (0.3, (5, 7, 12))]
)
def test_interval_of_the_gap_covers_the_truth(between: float, hard: tuple[int, ...]) -> None:
    """Fourteen schools as they are, large and tiny: 95 % promised, chance of the runs allowed."""
    rng = np.random.default_rng([7, len(hard), int(100 * between)])
    pupils = np.array([80, 84, 68, 56, 48, 22, 20, 17, 15, 13, 10, 6, 4, 5])
    inside, variance = np.isin(np.arange(14), hard), 0.9 / pupils
    hit = 0
    for _ in range(RUNS):
        y = -0.3 * inside + rng.normal(0, between, 14) + rng.normal(0, np.sqrt(variance))
        found = group_gap(y, variance, inside)
        assert found is not None
        hit += found.low <= -0.3 <= found.high
    assert hit >= stats.binom.ppf(0.001, RUNS, 0.95)


def test_no_gap_without_two_groups() -> None:
    assert group_gap([0.1, 0.2, 0.3, 0.4], [0.1] * 4, [False] * 4) is None
    assert group_gap([0.1, 0.2, np.nan], [0.1] * 3, [True, False, False]) is None


def test_the_plain_difference_where_all_schools_are_known_alike() -> None:
    found = group_gap([1.0, 1.2, 0.8, 0.1, -0.1], [0.01] * 5, [False] * 3 + [True] * 2)
    assert found is not None
    assert found.gap == pytest.approx(-1.0) and (found.n_in, found.n_out) == (2, 3)


def test_year_to_year_variance_is_what_was_put_in() -> None:
    rng = np.random.default_rng(5)
    schools = np.repeat(np.arange(400), 3)
    lasting = np.repeat(rng.normal(0, 0.5, 400), 3)
    effect = lasting + rng.normal(0, 0.2, 1200) + rng.normal(0, 0.1, 1200)
    frame = pd.DataFrame({"school": schools, "effect": effect, "se": 0.1})
    assert year_to_year_variance(frame) == pytest.approx(0.04, abs=0.005)
    quiet = frame.assign(effect=lasting + rng.normal(0, 0.1, 1200))
    assert year_to_year_variance(quiet) < 0.002
    assert year_to_year_variance(frame[::3]) == 0.0, "one year a school says nothing"
