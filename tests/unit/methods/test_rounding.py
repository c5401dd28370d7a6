"""Half-up rounding and largest remainders: boundary cases and properties."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from msoko_lib.methods.rounding import half_up, largest_remainder


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (61.25, 1, 61.3),
        (-61.25, 1, -61.3),
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (0.5, 0, 1.0),
        (1.5, 0, 2.0),
        (2.5, 0, 3.0),
        (0.285 * 100, 0, 29.0),
        (0.145 * 100, 0, 15.0),
        (61.2499, 1, 61.2),
        (49.95, 1, 50.0),
        (1250.0, -2, 1300.0),
        (1249.9, -2, 1200.0),
        (-0.04, 1, 0.0),
        (1e300, 2, 1e300),
    ],
)
def test_half_up_at_the_boundary(value: float, decimals: int, expected: float) -> None:
    assert half_up(value, decimals) == expected


def test_naive_rounding_fails_where_half_up_is_right() -> None:
    naive = [round(61.25, 1), float(np.round(2.5)), round(1.005, 2), f"{61.25:.1f}"]
    assert naive == [61.2, 2.0, 1.0, "61.2"]
    assert half_up([61.25, 2.5], 1).tolist() == [61.3, 2.5]


def test_no_negative_zero() -> None:
    assert not np.signbit(half_up(-0.04, 1))


def test_missing_and_infinite_pass_through_and_labels_stay() -> None:
    series = pd.Series([61.25, np.nan, np.inf], index=["a", "b", "c"], name="share")
    result = half_up(series, 1)
    assert result.index.tolist() == ["a", "b", "c"] and result.name == "share"
    assert result["a"] == 61.3 and np.isnan(result["b"]) and np.isinf(result["c"])
    frame = half_up(pd.DataFrame({"x": [0.125], "y": [2.345]}, index=["z"]), 2)
    assert frame.loc["z"].tolist() == [0.13, 2.35]
    assert half_up(pd.array([1.25, None], dtype="Float64")[0:1], 1).tolist() == [1.3]


def test_text_is_refused() -> None:
    with pytest.raises(ValueError, match="must be numeric"):
        half_up("много")


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_every_printed_decimal_rounds_like_decimal(units: int, decimals: int) -> None:
    """One more digit than asked for, so a tenth of the cases are exact ties."""
    value = units / 10 ** (decimals + 1)
    exact = Decimal(units).scaleb(-(decimals + 1))
    expected = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert half_up(value, decimals) == float(expected)


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=12).filter(lambda v: sum(v) > 0),
    st.sampled_from([0, 1, 2]),
)
def test_largest_remainder_adds_up_and_keeps_order(counts: list[int], decimals: int) -> None:
    parts = largest_remainder(counts, decimals=decimals)
    units = np.rint(parts * 10**decimals)
    assert units.sum() == 100 * 10**decimals
    quotas = np.array(counts) / sum(counts) * 100 * 10**decimals
    assert np.all(np.abs(units - quotas) < 1 + 1e-6)
    larger = np.greater.outer(counts, counts)
    assert np.all((np.subtract.outer(units, units) >= 0)[larger])


def test_largest_remainder_where_single_rounding_does_not_add_up() -> None:
    shares = [1 / 3, 1 / 3, 1 / 3]
    assert sum(half_up(100 * share) for share in shares) == 99
    assert largest_remainder(shares).tolist() == [34, 33, 33]
    assert largest_remainder([1, 1, 1], decimals=1).tolist() == [33.4, 33.3, 33.3]


def test_largest_remainder_by_rows_keeps_labels() -> None:
    frame = pd.DataFrame([[1, 1, 1], [0, 0, 7]], index=["a", "b"], columns=list("xyz"))
    result = largest_remainder(frame)
    assert result.loc["a"].tolist() == [34, 33, 33] and result.loc["b"].tolist() == [0, 0, 100]
    assert largest_remainder(frame.loc["b"]).index.tolist() == list("xyz")


def test_largest_remainder_of_another_total() -> None:
    """Seats of the textbook example (Hamilton): 43, 31, 26 per cent of 7 seats: 3, 2, 2."""
    assert largest_remainder([43, 31, 26], total=7).tolist() == [3, 2, 2]


@pytest.mark.parametrize("shares", [[0, 0], [1, -1], [1, np.nan], []])
def test_largest_remainder_refuses_what_cannot_be_divided(shares: list[float]) -> None:
    with pytest.raises(ValueError):
        largest_remainder(shares)
    with pytest.raises(ValueError, match="whole number of units"):
        largest_remainder([1, 2], total=99.5)
