"""Exact Poisson intervals against the published table, the change of a rate by plain summing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from msoko_lib.methods.rate_intervals import poisson_interval, rate_change_p

# Garwood (1936), 95 %; the same in Ulm (1990) and in every handbook of vital statistics.
GARWOOD = {
    0: (0.0, 3.689), 1: (0.0253, 5.572), 2: (0.2422, 7.225), 5: (1.6235, 11.668),
    10: (4.7954, 18.390), 20: (12.217, 30.888),
}  # fmt: skip


@pytest.mark.parametrize("events", GARWOOD)
def test_garwoods_table(events: int) -> None:
    low, high = poisson_interval(events)
    assert low == pytest.approx(GARWOOD[events][0], abs=6e-4)
    assert high == pytest.approx(GARWOOD[events][1], abs=6e-4)


def test_a_rate_is_the_count_over_the_pupils() -> None:
    low, high = poisson_interval([10, 10], [500, 250], 1000)
    assert low.tolist() == pytest.approx([9.59, 19.18], abs=0.01)
    assert high.tolist() == pytest.approx([36.78, 73.56], abs=0.01)
    assert math.isnan(poisson_interval(3, 0).high) and math.isnan(poisson_interval(np.nan, 5).low)
    with pytest.raises(ValueError, match="negative"):
        poisson_interval(-1)


def by_summing(before: int, base_before: int, now: int, base_now: int) -> float:
    share, total = base_now / (base_before + base_now), before + now
    chances = [
        math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)
    ]
    return min(1.0, 2 * min(sum(chances[now:]), sum(chances[: now + 1])))


@pytest.mark.parametrize(
    "given", [(5, 100, 15, 100), (12, 560, 48, 566), (0, 90, 3, 80), (7, 9, 6, 9)]
)
def test_the_change_of_a_rate_is_the_conditional_binomial(given: tuple[int, ...]) -> None:
    assert rate_change_p(*given) == pytest.approx(by_summing(*given))


def test_nothing_before_and_now_is_no_change() -> None:
    assert rate_change_p(0, 10, 0, 10) == 1
    assert math.isnan(rate_change_p(1, 0, 2, 10))
