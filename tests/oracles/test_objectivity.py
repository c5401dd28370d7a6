"""Objectivity: combining domains, grades, medals, expected false flags."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from msoko_lib.methods.objectivity import (
    DOMAINS,
    domain_correlation,
    domain_power,
    expected_false_flags,
    grade_over_years,
    medal_confirmation,
    screen_objectivity,
    stouffer_z,
)


def results(p: dict[str, list[float]], year: str = "2024-2025") -> pd.DataFrame:
    rows = [
        (s, year, d, value)
        for s, values in p.items()
        for d, value in zip(DOMAINS, values, strict=False)
    ]
    return pd.DataFrame(rows, columns=["school", "year", "domain", "p_value"])


def test_oracle_c8_stouffer():
    """Methods note, C8: z = (2.1, 1.4, .3): ρ = 0 gives 2.194, ρ = .3 gives 1.734."""
    assert stouffer_z([2.1, 1.4, 0.3]) == pytest.approx(2.194, abs=5e-4)
    assert stouffer_z([2.1, 1.4, 0.3], 0.3) == pytest.approx(1.734, abs=5e-4)


def test_stouffer_matrix_and_missing_domains():
    rho = np.array([[1, 0.5, 0.1], [0.5, 1, 0.2], [0.1, 0.2, 1]])
    assert stouffer_z([1, 2, 3], rho) == pytest.approx(6 / np.sqrt(3 + 2 * 0.8))
    assert stouffer_z([1, np.nan, 3], rho) == pytest.approx(4 / np.sqrt(2 + 2 * 0.1))
    assert np.isnan(stouffer_z([np.nan]))
    with pytest.raises(ValueError, match="matrix"):
        stouffer_z([1, 2], rho)
    with pytest.raises(ValueError, match="variance"):
        stouffer_z([1, 2], -1.0)


def test_ignoring_the_correlation_is_anticonservative():
    rng = np.random.default_rng(1)
    rho = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    z = rng.multivariate_normal(np.zeros(4), rho, 4000)
    naive = np.mean([stouffer_z(row) > 1.645 for row in z])
    adjusted = np.mean([stouffer_z(row, rho) > 1.645 for row in z])
    assert naive > 0.08
    assert adjusted == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 4000))


def test_correlation_of_domains_is_robust_to_a_few_odd_schools():
    rng = np.random.default_rng(2)
    z = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], 2000)
    clean = domain_correlation(pd.DataFrame(z, columns=["a", "b"]))
    assert clean.loc["a", "b"] == pytest.approx(0.3, abs=0.06)
    z[:20] = 15
    odd = domain_correlation(pd.DataFrame(z, columns=["a", "b"]))
    assert odd.loc["a", "b"] == pytest.approx(0.3, abs=0.08)
    assert np.corrcoef(z.T)[0, 1] > 0.6
    few = domain_correlation(pd.DataFrame(z[:10], columns=["a", "b"]))
    assert few.to_numpy().tolist() == [[1, 0], [0, 1]]


def test_false_discovery_rate_is_within_one_domain_and_year():
    """BH needs p ≤ .05/3 for the smallest of three schools."""
    table = results({"a": [0.016, 0.02], "b": [0.5, 0.6], "c": [0.7, 0.9]})
    found = screen_objectivity(table, draws=20)
    flagged = found.domains.set_index(["school", "domain"])["flagged"]
    assert flagged["a", "concordance"]
    assert not flagged["a", "bunching"]
    assert found.table["domains_flagged"].tolist() == [1, 0, 0]
    assert found.table["grade"].tolist() == ["no_grounds"] * 3


def test_grades_over_years():
    strong, weak = [1e-6, 1e-6, 0.5], [0.4, 0.5, 0.6]
    table = pd.concat(
        [
            results({"a": strong, "b": weak, "c": strong, "d": strong}, "2022-2023"),
            results({"a": strong, "b": strong, "c": weak}, "2023-2024"),
            results({"a": weak, "b": weak, "c": strong, "d": strong}, "2024-2025"),
        ]
    )
    grade = screen_objectivity(table, draws=20).table.pivot(
        index="school", columns="year", values="grade"
    )
    assert grade.loc["a"].tolist() == ["check", "priority", "no_grounds"]
    assert grade.loc["b"].tolist() == ["no_grounds", "check", "no_grounds"]
    assert grade.loc["c"].tolist() == ["check", "no_grounds", "check"]
    assert grade.loc["d", ["2022-2023", "2024-2025"]].tolist() == ["check", "check"]


def test_one_domain_or_too_few_pupils_is_not_enough_data():
    table = results({"a": [1e-9], "b": [1e-9, 1e-9], "c": [0.5, 0.5]})
    table["status"] = np.where(table["school"] == "b", "not_enough_data", "ok")
    found = screen_objectivity(table, draws=20).table.set_index("school")
    assert found["grade"].to_dict() == {
        "a": "not_enough_data",
        "b": "not_enough_data",
        "c": "no_grounds",
    }
    assert np.isnan(found.loc["b", "z_combined"])
    assert found.loc["b", "domains_tested"] == 0


def test_fifteen_pupils_are_not_enough_whatever_they_show():
    table = results({"a": [1e-9, 1e-9, 1e-9], "b": [0.5, 0.5, 0.5]}).assign(n=[15] * 3 + [50] * 3)
    grade = screen_objectivity(table, draws=20).table["grade"].tolist()
    assert grade == ["not_enough_data", "no_grounds"]


def test_z_values_and_their_interval():
    table = results(
        {"a": [stats.norm.sf(2.1), stats.norm.sf(1.4), stats.norm.sf(0.3)], "b": [0.5, 0.5, 0.5]}
    )
    row = screen_objectivity(table, rho=0.3, draws=20).table.iloc[0]
    assert row["z_combined"] == pytest.approx(1.734, abs=5e-4)
    assert row["z_high"] - row["z_low"] == pytest.approx(2 * 1.96, abs=1e-3)
    matrix = pd.DataFrame(0.3, index=DOMAINS, columns=DOMAINS)
    again = screen_objectivity(table, rho=matrix, draws=20).table.iloc[0]
    assert again["z_combined"] == pytest.approx(row["z_combined"])
    certain = screen_objectivity(results({"a": [0.0, 1.0], "b": [0.2, 0.3]}), draws=20)
    assert np.isfinite(certain.table["z_combined"]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p_value": 1.5}, "between 0 and 1"),
        ({"year": "spring"}, "digits"),
    ],
)
def test_wrong_results_are_refused_in_words(change, message):
    with pytest.raises(ValueError, match=message):
        screen_objectivity(results({"a": [0.5, 0.5]}).assign(**change), draws=20)


def test_repeated_rows_and_absent_columns_are_refused():
    table = results({"a": [0.5, 0.5]})
    with pytest.raises(ValueError, match="twice"):
        screen_objectivity(pd.concat([table, table]), draws=20)
    with pytest.raises(ValueError, match="p_value"):
        screen_objectivity(table.drop(columns="p_value"))
    with pytest.raises(ValueError, match="no row for"):
        screen_objectivity(table, rho=pd.DataFrame([[1.0]], index=["x"], columns=["x"]))


def test_integer_years_and_gaps():
    table = pd.DataFrame(
        {
            "school": [1, 1, 1],
            "year": [2020, 2021, 2023],
            "domains_tested": 3,
            "domains_flagged": [2, 2, 3],
        }
    )
    assert grade_over_years(table).tolist() == ["check", "priority", "check"]


# --- chance and power ----------------------------------------------------------------------------


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_priority_is_rare_by_chance(rho):
    """Known answer: 30 schools, four domains, nothing wrong: priority ≤ 1 % of schools."""
    table = expected_false_flags(30, 4, rho=rho, draws=500).set_index("measure")
    assert table.loc["priority", "share_of_schools"] <= 0.01
    assert table.loc["domain_flags", "expected"] <= 4 * 0.07
    assert table.loc["unadjusted_flags", "expected"] == pytest.approx(6.0)


def test_expected_flags_agree_with_the_screening_itself():
    """The fast simulation and ``screen_objectivity`` on the same null give the same rates."""
    rng = np.random.default_rng(5)
    flags = []
    for _ in range(150):
        p = rng.uniform(size=(14, 3))
        table = results({f"s{i}": p[i].tolist() for i in range(14)})
        flags.append(int(screen_objectivity(table, draws=2).domains["flagged"].sum()))
    fast = expected_false_flags(14, 3, draws=4000).set_index("measure").loc["domain_flags"]
    assert np.mean(flags) == pytest.approx(fast["expected"], abs=4 * np.std(flags) / np.sqrt(150))


def test_power_grows_with_pupils():
    table = domain_power([5, 15, 50, 100, 400])
    for domain in DOMAINS[:2] + DOMAINS[3:]:
        assert table[domain].iloc[-1] > 0.95
        assert table[domain].iloc[0] < 0.5
    # More pupils do not help against true differences between schools.
    assert table["consistency"].iloc[-1] < 0.85
    with pytest.raises(ValueError, match="positive"):
        expected_false_flags(0)
    with pytest.raises(ValueError, match="rho"):
        expected_false_flags(5, rho=2)


# --- medals --------------------------------------------------------------------------------------


def test_medals_exact_interval_and_small_numbers():
    """Clopper–Pearson: 0 of 10 has the upper bound 1 − .025^(1/10) = .3085; 2 of 8 from R."""
    table = medal_confirmation([0, 2, 1, 0, np.nan], [10, 8, 4, 0, 6])
    assert table["status"].tolist() == ["ok", "ok", "internal_only", "no_data", "no_data"]
    assert table.loc[0, "ci_high"] == pytest.approx(1 - 0.025 ** (1 / 10))
    low, high = stats.binomtest(2, 8).proportion_ci(method="exact")
    assert table.loc[1, ["ci_low", "ci_high"]].tolist() == pytest.approx([low, high])
    assert table.loc[2:, "index"].isna().all()
    with pytest.raises(ValueError, match="exceed"):
        medal_confirmation(5, 3)
