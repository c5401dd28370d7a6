"""Objectivity screening on hand-made banks: what each domain sees, and what it leaves alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import BEFORE, END, TRACE, YEAR, Row
from scipy import stats

from msoko_lib.bank import Bank
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.screening import (
    COLUMNS,
    bunching,
    cohort_pairs,
    concordance,
    consistency,
    domain_results,
    screen_years,
    smallest_of,
    spread,
)
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project
from msoko_lib.settings import load_settings

RU, MA = "Русский язык", "Математика"
SCHOOLS = [f"s{number}" for number in range(10)]
REPOSITORY = Project.find(Path(__file__).parent)
TOP, CUTS = 30, {3: 10, 4: 17, 5: 24}


def mark_of(score: float) -> int:
    return 2 + sum(score >= cut for cut in CUTS.values())


def write(
    root: Path, scores: dict[tuple[str, str, str, int], Sequence[int]], exams: Sequence[Row] = ()
) -> Inputs:
    """A bank from scores by year, school, subject and grade; the journal agrees with every work."""
    project = Project(root)
    for year in (BEFORE, YEAR):
        rows = [
            {**TRACE, "school_year": year, "work_id": f"{END[year]} {subject} {grade}",
             "vpr_year": END[year], "session": "spring", "comparable": True, "subject": subject,
             "grade": grade, "school_id": school, "pupil_id": f"{school} {grade} {place}",
             "score": score, "max_score": TOP, "mark": mark_of(score),
             "journal_mark": mark_of(score)}
            for (of_year, school, subject, grade), values in scores.items() if of_year == year
            for place, score in enumerate(values)
        ]  # fmt: skip
        schools = [
            {**TRACE, "school_year": year, "school_id": school, "short_name": school,
             "unit_kind": "school", "cluster": "село", "in_directory": True}
            for school in SCHOOLS
        ]  # fmt: skip
        tables = {"schools": pd.DataFrame(schools)}
        if rows:
            tables["vpr_pupils"] = pd.DataFrame(rows)
        if exams and year == YEAR:
            tables["gia_results"] = pd.DataFrame(exams)
        Bank(project, year).write(
            {name: TABLES[name].conform(frame) for name, frame in tables.items()}, {"files": []}
        )
    return Inputs(Bank(project, YEAR), load_settings(REPOSITORY, YEAR))


def draw(seed: int, n: int, mean: float = 0.55, spread_: float = 0.17) -> list[int]:
    """Scores of a class: pupils of normal ability, a score is a binomial draw."""
    rng = np.random.default_rng(seed)
    ability = np.clip(rng.normal(mean, spread_, n), 0.05, 0.95)
    return rng.binomial(TOP, ability).tolist()


@pytest.fixture
def usual() -> dict[tuple[str, str, str, int], Sequence[int]]:
    """Ten schools of forty pupils in two subjects, this year alone."""
    return {
        (YEAR, school, subject, 5): draw(100 * place + len(subject), 40)
        for place, school in enumerate(SCHOOLS)
        for subject in (RU, MA)
    }


def row_of(results: pd.DataFrame, school: str, domain: str) -> pd.Series:
    rows = results[(results["school"] == school) & (results["domain"] == domain)]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def with_journal(pupils: pd.DataFrame, lowered: dict[str, int]) -> pd.DataFrame:
    """So many pupils of each school with a journal mark above the work's."""
    order = pupils.groupby("school_id").cumcount()
    higher = order < pupils["school_id"].map(lowered).fillna(0)
    mark = pupils["mark"].clip(upper=4)
    return pupils.assign(mark=mark, journal_mark=mark + higher.astype(int))


def test_concordance_counts_lowered_marks_against_the_others(
    tmp_path: Path, usual: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    inputs = write(tmp_path, usual)
    counts = dict(zip(SCHOOLS, (16, 18, 20, 17, 15, 19, 18, 16, 17, 60), strict=True))
    pupils = with_journal(inputs.table("vpr_pupils"), counts)
    found = concordance(pupils).set_index("school")
    others = sum(n for school, n in counts.items() if school != "s9")
    assert found.loc["s9", "effect"] == pytest.approx(60 / 80 - others / 720)
    assert found.loc["s9", "p_value"] < 1e-6
    # An odd school does not make the rest look too good: their target leaves it out.
    assert found.loc["s0", "effect"] == pytest.approx(16 / 80 - (others - 16) / 640)
    assert found.drop("s9")["p_value"].min() > 0.05
    assert (found["n"] == 80).all() and (found["status"] == "ok").all()


def test_concordance_of_a_handful_is_not_enough(
    tmp_path: Path, usual: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    inputs = write(tmp_path, usual)
    pupils = with_journal(inputs.table("vpr_pupils"), {"s9": 15})
    few = pupils[(pupils["school_id"] != "s9") | (pupils.groupby("school_id").cumcount() < 15)]
    found = concordance(few).set_index("school")
    assert found.loc["s9", "status"] == "not_enough_data"
    two = pupils[pupils["school_id"].isin(["s0", "s1"])]
    assert concordance(two).empty, "two schools are no reference for each other"


def test_bunching_sees_a_school_that_moves_scores_up_to_the_boundary(
    tmp_path: Path, usual: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    just_below = {cut - step: cut for cut in CUTS.values() for step in (1, 2)}
    moved = {
        key: [just_below.get(score, score) if key[1] == "s4" else score for score in scores]
        for key, scores in usual.items()
    }
    before = bunching(*_pupils(write(tmp_path / "a", usual)))
    after = bunching(*_pupils(write(tmp_path / "b", moved)))
    assert row_of(before, "s4", "bunching")["p_value"] > 0.01
    found = row_of(after, "s4", "bunching")
    assert found["p_value"] < 1e-6 and found["effect"] > 0.8
    assert after.loc[after["school"] != "s4", "p_value"].min() > 0.005


def _pupils(inputs: Inputs) -> tuple[pd.DataFrame, Inputs]:
    return inputs.table("vpr_pupils"), inputs


def test_spread_sees_a_school_whose_pupils_are_all_alike(
    tmp_path: Path, usual: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    alike = {**usual, (YEAR, "s6", RU, 5): [15, 16, 17, 18] * 10}
    found = spread(write(tmp_path, alike).table("vpr_pupils"))
    odd = row_of(found, "s6", "spread")
    assert odd["p_value"] < 0.01 and odd["effect"] < 0.3
    assert found.loc[found["school"] != "s6", "p_value"].min() > 0.02
    assert odd["n"] == 80, "both works of the school stand behind the sign"


@pytest.fixture
def cohorts() -> dict[tuple[str, str, str, int], Sequence[int]]:
    """Two years of the same classes of forty, a little harder in the second."""
    scores: dict[tuple[str, str, str, int], Sequence[int]] = {}
    for place, school in enumerate(SCHOOLS):
        level = 0.50 + 0.02 * place
        for subject in (RU, MA):
            seed = 1000 + 10 * place + len(subject)
            scores[BEFORE, school, subject, 4] = draw(seed, 40, level)
            scores[YEAR, school, subject, 5] = draw(seed + 5, 40, level - 0.05)
    return scores


def test_consistency_sees_a_cohort_whose_early_result_does_not_hold(
    tmp_path: Path, cohorts: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    quiet = consistency(write(tmp_path / "quiet", cohorts)).set_index("school")
    assert quiet["p_value"].min() > 0.005
    for subject in (RU, MA):
        cohorts[BEFORE, "s3", subject, 4] = draw(7, 40, 0.90, 0.06)
    found = consistency(write(tmp_path / "fallen", cohorts)).set_index("school")
    assert found["p_value"].idxmin() == "s3" and found.loc["s3", "p_value"] < 0.005
    assert found.loc["s3", "effect"] < -10
    assert found.loc["s3", "n"] == 80 and found.loc["s3", "status"] == "ok"


def test_consistency_is_one_sided(
    tmp_path: Path, cohorts: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    """A cohort that rose is no sign of inflated results."""
    for subject in (RU, MA):
        cohorts[YEAR, "s3", subject, 5] = draw(7, 40, 0.90, 0.06)
    found = consistency(write(tmp_path, cohorts)).set_index("school")
    assert found.loc["s3", "p_value"] > 0.5


def test_cohorts_are_the_next_grade_of_the_next_year(
    tmp_path: Path, cohorts: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    cohorts[YEAR, "s0", RU, 4] = [1] * 10
    cohorts[BEFORE, "s0", RU, 8] = [15] * 6
    cohorts[BEFORE, "s0", "Физика", 8] = [15] * 6
    exams = [
        {**TRACE, "school_year": YEAR, "exam": "oge", "subject": subject, "school_id": "s0",
         "exam_date": "2025-06-01", "pupil_id": f"p{place}", "grade": 9, "mark": mark,
         "appealed": False}
        for subject in (RU, "Физика") for place, mark in enumerate((3, 4, 5))
    ]  # fmt: skip
    pairs = cohort_pairs(write(tmp_path, cohorts, exams))
    own = pairs[pairs["school"] == "s0"].set_index(["subject", "grade"])
    # Physics at ОГЭ is sat by those who chose it: no cohort.
    assert set(own.index) == {(RU, "5"), (MA, "5"), (RU, "ОГЭ")}
    row = own.loc[(RU, "5")]
    early, late = cohorts[BEFORE, "s0", RU, 4], cohorts[YEAR, "s0", RU, 5]
    assert math.isclose(row["mean1"], 100 * sum(early) / len(early) / TOP)
    assert math.isclose(row["mean2"], 100 * sum(late) / len(late) / TOP)
    assert (row["n1"], row["n2"]) == (40, 40)
    oge = own.loc[(RU, "ОГЭ")]
    assert (oge["n1"], oge["mean1"], oge["n2"], oge["mean2"]) == (6, 50.0, 3, 4.0)


def test_all_domains_in_one_table_and_again_the_same(
    tmp_path: Path, cohorts: dict[tuple[str, str, str, int], Sequence[int]]
) -> None:
    inputs = write(tmp_path, cohorts)
    found = domain_results(inputs)
    assert found.columns.tolist() == COLUMNS
    assert set(found["domain"]) == {"concordance", "bunching", "consistency", "spread"}
    assert not found.duplicated(["school", "domain"]).any()
    assert found["p_value"].dropna().between(0, 1).all()
    pd.testing.assert_frame_equal(domain_results(inputs), found)
    screened = screen_years(found.assign(year=YEAR), 0.1)
    assert screened is not None
    assert set(screened.table["grade"]) <= {"no_grounds", "not_enough_data"}


def test_a_year_without_works_has_no_screening(tmp_path: Path) -> None:
    empty = domain_results(write(tmp_path, {}))
    assert empty.empty and empty.columns.tolist() == COLUMNS
    assert screen_years(empty.assign(year=YEAR), 0.1) is None


def test_two_signs_make_a_check_and_two_years_of_them_a_priority() -> None:
    """One sign is no ground for anything; the rule of two signs, two years running."""
    rows = []
    for year, odd in ((BEFORE, {"s0", "s1"}), (YEAR, {"s0"})):
        for school in SCHOOLS:
            for domain in ("concordance", "bunching", "spread"):
                strange = school in odd and domain != "spread"
                strange |= school == "s2" and domain == "spread"
                rows.append((year, school, domain, 100, 0.1, 1e-6 if strange else 0.5, "ok"))
    results = pd.DataFrame(rows, columns=["year", *COLUMNS])
    screened = screen_years(results, 0.1)
    assert screened is not None
    now = screened.table[screened.table["year"] == YEAR].set_index("school")["grade"]
    assert now["s0"] == "priority"
    assert now["s1"] == now["s2"] == now["s3"] == "no_grounds"
    before = screened.table[screened.table["year"] == BEFORE].set_index("school")["grade"]
    assert before["s0"] == before["s1"] == "check" and before["s2"] == "no_grounds"


def test_fine_domains_do_not_outweigh_a_sign() -> None:
    """A p-value of 1 says that a domain looks fine, not that the school is the best of all."""
    rows = [("s0", "bunching", 100, 0.1, 1e-4, "ok"), ("s0", "spread", 100, 0.1, 1.0, "ok")]
    screened = screen_years(pd.DataFrame(rows, columns=COLUMNS).assign(year=YEAR), 0.0)
    assert screened is not None
    z = screened.table["z_combined"].item()
    assert z == pytest.approx((stats.norm.isf(1e-4) + stats.norm.isf(0.999)) / math.sqrt(2))


@pytest.mark.parametrize(
    ("p", "tests", "expected"), [(0.01, 5, 0.049), (0.05, 1, 0.05), (0.001, 20, 0.0198), (1, 3, 1)]
)
def test_the_smallest_of_several_probabilities(p: float, tests: int, expected: float) -> None:
    assert smallest_of(p, tests) == pytest.approx(expected, abs=1e-4)
