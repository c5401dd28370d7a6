"""Composite indices: New Zealand's technology index, analytic Sobol' indices, rank intervals."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from msoko_lib.methods import composite_model
from msoko_lib.methods.composite import (
    Indicator,
    composite_index,
    goalpost_scores,
    grouped_sobol,
    index_sensitivity,
    rank_uncertainty,
    relative_to_best,
    weighted_mean,
)

# ---------------------------------------------------------------- UNDP HDR 2001


def new_zealand() -> tuple[pd.DataFrame, list[Indicator]]:
    """Technology achievement index, Human Development Report 2001, calculation for New Zealand."""
    values = pd.DataFrame(
        {
            "patents": [103.0],
            "royalties": [13.0],
            "hosts": [146.7],
            "exports": [15.4],
            "telephones": [np.log(720.0)],
            "electricity": [np.log(8215.0)],
            "schooling": [11.7],
            "science": [13.1],
        },
        index=["New Zealand"],
    )
    indicators = [
        Indicator("patents", "creation", 0, 994),
        Indicator("royalties", "creation", 0, 272.6),
        Indicator("hosts", "recent", 0, 232.4),
        Indicator("exports", "recent", 0, 80.8),
        Indicator("telephones", "old", np.log(1), np.log(901)),
        Indicator("electricity", "old", np.log(22), np.log(6969)),
        Indicator("schooling", "skills", 0.8, 12.0),
        Indicator("science", "skills", 0.1, 27.4),
    ]
    return values, indicators


def test_technology_index_of_new_zealand() -> None:
    """Published .548; blocks .0757 .4109 .9835 .7247 and their mean .5487."""
    values, indicators = new_zealand()
    index = composite_index(values, indicators).loc["New Zealand"]
    blocks = index[["creation", "recent", "old", "skills"]].tolist()
    assert [round(block, 4) for block in blocks] == [0.0757, 0.4109, 0.9835, 0.7247]
    assert round(index["index"], 4) == 0.5487
    assert int(index["index"] * 1_000) == 548


def test_geometric_index_of_new_zealand() -> None:
    values, indicators = new_zealand()
    index = composite_index(values, indicators, method="geometric")
    assert round(index.loc["New Zealand", "index"], 4) == 0.3858


# ---------------------------------------------------------------- scores and means


def test_fixed_goalposts_keep_last_year_where_sample_bounds_move_it() -> None:
    """The trap: with the sample's min and max a newcomer changes everybody's score."""
    before, after = np.array([20.0, 50, 80]), np.array([20.0, 50, 80, 100])

    def sample_bounds(x: np.ndarray) -> np.ndarray:
        return (x - x.min()) / (x.max() - x.min())

    assert sample_bounds(before)[1] != pytest.approx(sample_bounds(after)[1])
    assert goalpost_scores(before, 0, 100).tolist() == goalpost_scores(after, 0, 100)[:3].tolist()


def test_direction_and_clipping() -> None:
    assert goalpost_scores([-5, 0, 25, 50, 99], 50, 0).tolist() == [1.0, 1.0, 0.5, 0.0, 0.0]
    assert np.isnan(goalpost_scores([np.nan], 0, 1))[0]
    with pytest.raises(ValueError, match="goalposts"):
        goalpost_scores([1.0], 2, 2)


def test_best_municipality_has_one_hundred() -> None:
    """Motivating monitoring: the best in the region is 100, others x / best."""
    assert (100 * relative_to_best([30.0, 45.0, 60.0, np.nan]))[:3].tolist() == [50, 75, 100]
    with pytest.raises(ValueError, match="positive"):
        relative_to_best([0.0, 0.0])


@given(
    st.lists(st.floats(0.01, 1), min_size=2, max_size=6),
    st.lists(st.floats(0.1, 5), min_size=6, max_size=6),
)
def test_geometric_mean_never_exceeds_arithmetic(scores: list[float], weights: list[float]) -> None:
    table, chosen = [scores], weights[: len(scores)]
    arithmetic = weighted_mean(table, chosen)[0]
    geometric = weighted_mean(table, chosen, method="geometric")[0]
    assert geometric <= arithmetic + 1e-12
    assert min(scores) - 1e-12 <= geometric <= max(scores) + 1e-12
    assert geometric == pytest.approx(stats.gmean(scores, weights=chosen))


def test_a_weak_block_is_not_made_good_in_the_geometric_mean() -> None:
    even, uneven = [0.5, 0.5], [0.9, 0.1]
    assert weighted_mean([even, uneven])[0] == pytest.approx(weighted_mean([even, uneven])[1])
    geometric = weighted_mean([even, uneven], method="geometric")
    assert geometric[1] < 0.7 * geometric[0]


@pytest.mark.parametrize(("missing", "published"), [(0, True), (1, True), (2, False), (4, False)])
def test_more_than_a_quarter_missing_gives_no_value(missing: int, published: bool) -> None:
    """Boundary: exactly 25 % (1 of 4) is still published, above it is not."""
    values = pd.DataFrame([[50.0] * 4], columns=list("abcd"))
    values.iloc[0, :missing] = np.nan
    index = composite_index(values, [Indicator(name, "one", 0, 100) for name in "abcd"])
    assert index.loc[0, "missing_share"] == missing / 4
    assert np.isfinite(index.loc[0, "index"]) == published


def test_missing_rule_counts_weights_not_columns() -> None:
    values = pd.DataFrame({"heavy": [np.nan], "a": [50.0], "b": [50.0], "c": [50.0]})
    parts = [Indicator("heavy", "one", 0, 100, weight=3.0)]
    parts += [Indicator(name, "one", 0, 100) for name in "abc"]
    assert np.isnan(composite_index(values, parts).loc[0, "index"])


def test_block_weights_must_name_the_blocks() -> None:
    values = pd.DataFrame({"a": [50.0], "b": [100.0]})
    parts = [Indicator("a", "one", 0, 100), Indicator("b", "two", 0, 100)]
    weighted = composite_index(values, parts, block_weights={"one": 3, "two": 1})
    assert weighted.loc[0, "index"] == pytest.approx(0.625)
    with pytest.raises(ValueError, match="blocks are"):
        composite_index(values, parts, block_weights={"one": 1})
    with pytest.raises(ValueError, match="lack the indicators"):
        composite_index(values, [Indicator("z", "one", 0, 1)])
    with pytest.raises(ValueError, match="twice"):
        composite_index(values, [parts[0], parts[0]])


# ---------------------------------------------------------------- ranks and bands


def eight_schools() -> tuple[pd.DataFrame, list[Indicator]]:
    rng = np.random.default_rng(1)
    values = pd.DataFrame(rng.uniform(30, 70, (8, 6)), columns=list("abcdef"))
    values.iloc[0], values.iloc[7] = 95.0, 5.0
    values.index = [f"s{number}" for number in range(8)]
    return values, [Indicator(name, name if name < "c" else "rest", 0, 100) for name in "abcdef"]


def test_clear_cases_get_a_band_and_the_middle_does_not() -> None:
    values, parts = eight_schools()
    result = rank_uncertainty(values, parts, draws=400, seed=2)
    assert result.units.loc["s0", "band"] == "upper"
    assert result.units.loc["s7", "band"] == "lower"
    assert (result.units["band"] == "not_distinguished").any()
    assert result.units.loc["s0", ["rank_low", "rank_high"]].tolist() == [1, 1]


def test_what_is_published_has_no_places() -> None:
    values, parts = eight_schools()
    public = rank_uncertainty(values, parts, draws=50).bands()
    assert list(public.columns) == ["index", "band"]
    assert public.index.is_monotonic_increasing  # not in the order of the index


def test_wider_choices_widen_the_rank_interval() -> None:
    values, parts = eight_schools()
    fixed = {
        "normalisations": ["goalposts"],
        "aggregations": ["arithmetic"],
        "leave_one_out": False,
        "draws": 400,
    }
    narrow = rank_uncertainty(values, parts, concentration=1e6, **fixed)
    weights = rank_uncertainty(values, parts, concentration=5, **fixed)
    noise = rank_uncertainty(
        values, parts, concentration=1e6, standard_errors=values * 0 + 10, **fixed
    )

    def width(result: object) -> float:
        units = result.units  # type: ignore[attr-defined]
        return float((units["rank_high"] - units["rank_low"]).sum())

    assert width(narrow) == 0
    assert width(weights) > 0 and width(noise) > 0


def test_dirichlet_weights_have_the_stated_spread() -> None:
    """With concentration 50 a weight of .25 has standard deviation sqrt(.25*.75/51) = .0606."""
    concentration, share = 50.0, np.full(4, 0.25)
    rng = np.random.default_rng(3)
    gamma = stats.gamma.ppf(rng.random((20_000, 4)), concentration * share)
    weights = gamma / gamma.sum(axis=1, keepdims=True)
    assert weights.std(axis=0) == pytest.approx(np.full(4, 0.0606), abs=0.001)


def test_same_seed_same_ranks_and_unit_without_index_is_no_data() -> None:
    values, parts = eight_schools()
    values.loc["s3", ["c", "d"]] = np.nan  # half of the block "rest"
    first = rank_uncertainty(values, parts, draws=100, seed=5)
    pd.testing.assert_frame_equal(
        first.units, rank_uncertainty(values, parts, draws=100, seed=5).units
    )
    assert first.units.loc["s3", "band"] == "no_data"
    assert np.isnan(first.units.loc["s3", "rank_median"])
    assert first.units["rank_high"].max() <= 7


def test_equal_units_are_never_told_apart() -> None:
    values = pd.DataFrame({"a": [50.0] * 5, "b": [60.0] * 5})
    parts = [Indicator("a", "one", 0, 100), Indicator("b", "two", 0, 100)]
    result = rank_uncertainty(values, parts, draws=50)
    assert set(result.units["band"]) == {"not_distinguished"}
    assert set(result.units["rank_median"]) == {3.0}


# ---------------------------------------------------------------- sensitivity


def test_sobol_indices_of_the_ishigami_function() -> None:
    """Ishigami & Homma (1990), a = 7, b = .1: S = .3139 .4424 0, T = .5576 .4424 .2437."""

    def ishigami(points: np.ndarray) -> np.ndarray:
        x = np.pi * (2 * points - 1)
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    first, total = grouped_sobol(ishigami, [[0], [1], [2]], samples=16_384)
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_sobol_agrees_with_scipy() -> None:
    """scipy.stats.sobol_indices on the g-function (Saltelli & Sobol' 1995)."""
    a = np.array([0.0, 1.0, 4.5])

    def g_function(points: np.ndarray) -> np.ndarray:
        return np.prod((np.abs(4 * points - 2) + a) / (1 + a), axis=1)

    first, total = grouped_sobol(g_function, [[0], [1], [2]], samples=8_192)
    theirs = stats.sobol_indices(
        func=lambda x: g_function(x.T), n=8_192, dists=[stats.uniform()] * 3, rng=1
    )
    assert first == pytest.approx(theirs.first_order, abs=0.02)
    assert total == pytest.approx(theirs.total_order, abs=0.02)


def test_groups_hold_all_interactions_inside() -> None:
    first, total = grouped_sobol(
        lambda x: x[:, 0] * x[:, 1] + x[:, 2], [[0, 1], [2]], samples=4_096
    )
    assert first.sum() == pytest.approx(1.0, abs=0.01)
    assert total.sum() == pytest.approx(1.0, abs=0.01)
    alone, whole = grouped_sobol(lambda x: x[:, 0] * x[:, 1], [[0], [1]], samples=4_096)
    assert (whole > alone + 0.05).all()


def test_a_choice_that_is_not_made_has_no_share() -> None:
    values, parts = eight_schools()
    table = index_sensitivity(
        values, parts, normalisations=["goalposts"], aggregations=["arithmetic"], samples=64
    ).set_index("choice")
    assert (
        table.loc[["normalisation", "aggregation", "sampling_error"], "total"].tolist() == [0] * 3
    )
    assert table.loc[["weights", "left_out"], "total"].sum() > 0.5


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 6), st.integers(0, 1_000))
def test_ranks_of_a_declared_index_are_a_permutation(schools: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.uniform(0, 100, (schools, 3)), columns=list("abc"))
    parts = [Indicator(name, "one", 0, 100) for name in "abc"]
    result = rank_uncertainty(
        values,
        parts,
        draws=5,
        normalisations=["goalposts"],
        aggregations=["arithmetic"],
        leave_one_out=False,
    )
    expected = stats.rankdata(-values.mean(axis=1).to_numpy())
    assert result.units["rank_median"].tolist() == expected.tolist()


def test_results_carry_their_draws() -> None:
    values, parts = eight_schools()
    result = rank_uncertainty(values, parts, draws=20, confidence=0.8)
    assert {field.name for field in fields(result)} == {"units", "draws", "confidence"}
    assert (result.draws, result.confidence) == (20, 0.8)


def test_points_that_go_through_the_model_together_know_nothing_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(5)
    values = pd.DataFrame(rng.uniform(0, 100, (7, 5)).round(), columns=list("abcde"))
    values.loc[2, "b"] = np.nan
    parts = [Indicator(name, name if name < "c" else "rest", 0, 100) for name in values]
    errors = pd.DataFrame(rng.uniform(0, 9, values.shape), columns=values.columns)
    model = composite_model.IndexModel.build(
        values, parts, errors, None, 50.0, composite_model.NORMALISATIONS,
        composite_model.AGGREGATIONS, True,
    )  # fmt: skip
    points = rng.random((60, model.dimensions))
    together = model.ranks(points)
    one_by_one = np.concatenate([model.ranks(point[None, :]) for point in points])
    np.testing.assert_array_equal(together, one_by_one)
    monkeypatch.setattr(composite_model, "_CELLS", 3 * values.size)
    np.testing.assert_array_equal(model.ranks(points), together)
