"""What is planted stands in the data, and nothing of it in a demo without plants."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from msoko_lib.demo import DemoTruth
from msoko_lib.demo.build import found_town
from msoko_lib.demo.exam_sitting import Sitting, sittings
from msoko_lib.demo.graduate_tables import draw_annual_marks, medal_candidates
from msoko_lib.demo.olympiad import stages
from msoko_lib.demo.vpr_work import VprWork, lost_tasks
from msoko_lib.demo.vpr_year import Town, vpr_works
from msoko_lib.intake.workbook import open_workbook

YEARS = (2023, 2024, 2025)
PARTS = {
    "drop_4_5", "boundary_peak", "journal_gap", "resilient", "low_results", "vpr_oge_gap",
    "skill_deficit", "olympiad_drop", "annual_not_confirmed", "no_observers", "renamed",
    "two_logins", "tiny", "autumn_2022", "medal_not_confirmed",
}  # fmt: skip
COLLECTED = {
    "helped_and_left", "listed_without_help", "extra_education_low", "gifted_without_plans",
    "pupils_leave", "career_hours_low", "graduates_unplaced", "recheck_not_confirmed",
    "vsoko_missing", "open_orders", "no_reserve", "strong_head", "retirement_wave", "no_routes",
    "events_not_on_deficits", "recommendations_not_done", "done_without_document",
    "registered_jump", "no_psychologist",
    "self_rating_high", "sick_days_many", "noko_access_weak", "site_incomplete", "bad_building",
    "measure_worked", "measure_without_effect", "published_late", "not_published",
    "grade_overloaded", "item_not_begun", "form_missing", "form_half_filled",
}  # fmt: skip


@dataclass(frozen=True)
class Simulated:
    """A municipality and all its works and exams."""

    town: Town
    works: dict[tuple[int, str], VprWork]
    exams: dict[tuple[int, str, str], Sitting]

    def by_school(self, school: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Mean of values in each school, nan where it has none."""
        size = len(self.town.schools)
        counts = np.bincount(school, minlength=size)
        with np.errstate(invalid="ignore"):
            return np.bincount(school, values, minlength=size) / counts


@cache
def simulated(planted: bool, seed: int = 1) -> Simulated:
    town = found_town(14, YEARS, seed, planted)
    works = {
        (year, work.key): work
        for year in YEARS
        for work in vpr_works(town, year)
        if work.session == "spring"
    }
    exams = {
        (year, item.exam.exam, item.exam.code): item
        for year in YEARS
        for item in sittings(town, year)
    }
    return Simulated(town, works, exams)


OF_SOURCES = ("sources_differ", "deficit_subject")
BOTH = pytest.mark.parametrize("planted", [True, False], ids=["planted", "quiet"])
LARGE = slice(0, 6)


def stands_alone(values: np.ndarray, index: int, planted: bool, distance: float) -> None:
    """The planted school lies ``distance`` below the median, no other does; quiet: none."""
    below = np.median(values[~np.isnan(values)]) - values
    expected = {index} if planted else set()
    assert set(np.flatnonzero(np.nan_to_num(below, nan=-99.0) > distance).tolist()) == expected


def index_of(sample: Simulated, part: str) -> int:
    return sample.town.plants.school(part)


def test_truth_lists_everything_planted(demo: DemoTruth) -> None:
    every = PARTS | COLLECTED | {"appeals", *OF_SOURCES}
    assert {item.code for item in demo.phenomena} == every
    assert {item.code for item in demo.defects} == {
        "blank_form", "pupil_twice", "login_typo", "mark_against_score", "declared_count",
        "score_above_maximum", "older_edition", "truncated", "password", "wrong_year",
        "teacher_twice", "form_of_other_year", "per_cent_as_text", "total_differs", "ogrn_typo",
        "form_numbers_as_text", "form_sheet_deleted", "form_corrected", "form_part_above",
        "form_date_unreadable", "form_jump", "form_last_year", "form_none_is_zero",
    }  # fmt: skip
    for item in demo.defects:
        assert (demo.root / "data" / "raw" / item.school_year / item.file).is_file()


def test_quiet_demo_has_nothing_planted(quiet_demo: DemoTruth, demo: DemoTruth) -> None:
    assert {item.code for item in quiet_demo.phenomena} == {"appeals"}
    assert quiet_demo.defects == ()
    assert [s.pupils_per_grade for s in quiet_demo.schools] == [
        s.pupils_per_grade for s in demo.schools
    ]
    assert not any(s.old_name or s.second_login for s in quiet_demo.schools)


@BOTH
def test_fall_from_grade_4_to_grade_5(planted) -> None:
    sample = simulated(planted)
    falls = []
    for code in ("РУ", "МА"):
        for year in YEARS[:-1]:
            early, late = sample.works[year, f"{code} 4"], sample.works[year + 1, f"{code} 5"]
            means = [
                sample.by_school(work.school, 100 * work.totals / work.form.max_score)
                for work in (early, late)
            ]
            falls.append(means[1] - means[0])
    mean = np.mean(falls, axis=0)[LARGE]
    stands_alone(mean, index_of(sample, "drop_4_5"), planted, 12)


@BOTH
def test_peaks_at_the_boundaries(planted) -> None:
    sample = simulated(planted)
    size = len(sample.town.schools)
    at, beside = np.zeros(size), np.zeros(size)
    for (_, _), work in sample.works.items():
        if work.form.code in ("РУ", "МА"):
            for cut in work.form.cuts:
                near = np.isin(work.totals, [cut - 2, cut - 1, cut + 1, cut + 2])
                at += np.bincount(work.school, work.totals == cut, minlength=size)
                beside += np.bincount(work.school, near, minlength=size) / 4
    stands_alone(-(at / beside)[LARGE], index_of(sample, "boundary_peak"), planted, 0.8)


@BOTH
def test_journal_above_the_works(planted) -> None:
    sample = simulated(planted)
    works = [work for (year, _), work in sample.works.items() if year == 2025]
    school = np.concatenate([work.school for work in works])
    higher = np.concatenate([work.journal > work.marks for work in works])
    shares = sample.by_school(school, 100.0 * higher)
    stands_alone(-shares[LARGE], index_of(sample, "journal_gap"), planted, 15)


@BOTH
def test_grade_8_not_confirmed_by_the_oge(planted) -> None:
    sample = simulated(planted)
    works = [sample.works[2024, key] for key in ("МА 8", "МА 8 угл")]
    quality = sample.by_school(
        np.concatenate([work.school for work in works]),
        100.0 * np.concatenate([work.marks >= 4 for work in works]),
    )
    exam = sample.exams[2025, "oge", "02"]
    later = sample.by_school(exam.school, 100.0 * (exam.mark >= 4))
    stands_alone((later - quality)[LARGE], index_of(sample, "vpr_oge_gap"), planted, 30)


@BOTH
def test_a_skill_that_one_school_lacks(planted) -> None:
    sample = simulated(planted)
    work = sample.works[2025, "МА 6"]
    places = lost_tasks(work.form)
    assert len(places) >= 2
    shares = (work.scores[:, places] / work.form.maxima[places]).mean(axis=1)
    rates = sample.by_school(work.school, 100 * shares)
    stands_alone(rates[LARGE], index_of(sample, "skill_deficit"), planted, 30)


@BOTH
def test_low_and_resilient_schools(planted) -> None:
    sample = simulated(planted)
    works = list(sample.works.values())
    school = np.concatenate([work.school for work in works])
    standing = np.concatenate(
        [(work.totals - work.totals.mean()) / work.totals.std() for work in works]
    )
    means = sample.by_school(school, standing)
    low, resilient = index_of(sample, "low_results"), index_of(sample, "resilient")
    stands_alone(means, low, planted, 0.6)
    context = np.array([item.context for item in sample.town.schools])
    villages = np.flatnonzero(context < -0.7)
    if planted:
        assert resilient in villages and means[resilient] > 0.2
    else:
        assert means[villages].max() < 0.1


@BOTH
def test_a_measure_that_works_and_one_without_effect(demo, planted) -> None:
    sample = simulated(planted)
    size = len(sample.town.schools)
    means = {}
    for year in YEARS:
        works = [work for (of_year, _), work in sample.works.items() if of_year == year]
        school = np.concatenate([work.school for work in works])
        standing = np.concatenate(
            [(work.totals - work.totals.mean()) / work.totals.std() for work in works]
        )
        means[year] = sample.by_school(school, standing)
    counts = np.array([item.pupils_per_grade for item in sample.town.schools])
    before, change = means[2024] - means[2023], means[2025] - means[2024]
    large = np.flatnonzero(counts >= 5)
    assert (np.abs(before[large]) < 0.25).all(), "nothing moves before the measure"
    risen = {int(index) for index in large if change[index] > 0.2}
    assert risen == ({index_of(sample, "measure_worked")} if planted else set())
    if planted:
        logins = demo.phenomenon("measure_without_effect").details["schools"]
        chosen = [demo.school(login).index for login in logins]
        assert len(chosen) >= 2
        assert (np.abs(change[chosen]) < 0.2).all()
        others = [index for index in range(size) if index not in chosen]
        assert means[2024][chosen].mean() < np.median(means[2024][others])


def test_low_results_twice_in_two_procedures() -> None:
    sample = simulated(True)
    school = index_of(sample, "low_results")
    for year in (2024, 2025):
        shares = [
            (work.marks[work.rows_of(school)] == 2).mean()
            for (of_year, key), work in sample.works.items()
            if of_year == year and key in ("РУ 5", "МА 5", "РУ 6", "МА 6")
        ]
        assert sum(share >= 0.3 for share in shares) >= 2


@BOTH
def test_fall_from_the_school_stage_to_the_municipal_one(planted) -> None:
    sample = simulated(planted)
    town = sample.town
    drops: dict[int, list[tuple[float, float]]] = {}
    found = list(stages(town, 2025))
    for stage in found:
        if stage.name != "municipal":
            continue
        first = next(s for s in found if s.name == "school" and s.subject == stage.subject)
        before = dict(zip(first.pupil.tolist(), first.score / first.max_score, strict=True))
        for pupil, share in zip(stage.pupil.tolist(), stage.score / stage.max_score, strict=True):
            drops.setdefault(int(town.pupils.school[pupil]), []).append((before[pupil], share))
    gap = {
        school: 100 * float(np.median([b for _, b in pairs]) - np.median([a for a, _ in pairs]))
        for school, pairs in drops.items()
        if len(pairs) >= 10
    }
    expected = {index_of(sample, "olympiad_drop")} if planted else set()
    assert {school for school, value in gap.items() if value < -30} == expected


@BOTH
def test_annual_marks_not_confirmed(planted) -> None:
    sample = simulated(planted)
    taken = [item for (year, _, _), item in sample.exams.items() if year == 2025]
    schools, lower = [], []
    for item, annual in draw_annual_marks(sample.town, 2025, taken):
        schools.append(item.school)
        lower.append(100.0 * (item.mark < annual))
    shares = sample.by_school(np.concatenate(schools), np.concatenate(lower))
    stands_alone(-shares[:10], index_of(sample, "annual_not_confirmed"), planted, 30)


@BOTH
def test_medal_candidates(planted) -> None:
    sample = simulated(planted)
    for year in YEARS:
        taken = [item for (of_year, _, _), item in sample.exams.items() if of_year == year]
        candidates = medal_candidates(sample.town, year, taken)
        assert len({item.pupil for item in candidates}) == len(candidates) >= 5
        russian = sample.exams[year, "ege", "01"]
        scores = dict(zip(russian.pupil.tolist(), russian.test.tolist(), strict=True))
        short = [item for item in candidates if item.degree == "I" and scores[item.pupil] < 70]
        assert len(short) == (planted and year == 2025)
        assert [item for item in candidates if not item.confirmed] == short


@BOTH
def test_observers(demo, quiet_demo, planted) -> None:
    truth = demo if planted else quiet_demo
    path = truth.root / "data" / "raw" / "2024-2025" / "Справочники" / "Наблюдение.xlsx"
    rows = open_workbook(path).sheets[0].rows[3:]
    unobserved = {row[2] for row in rows if row[5] < row[4]}
    if planted:
        assert unobserved == {truth.school(truth.phenomenon("no_observers").login).ris_code}
    else:
        assert unobserved == set()


def test_autumn_session_and_names_of_the_year(demo) -> None:
    folder = demo.root / "data" / "raw" / "2022-2023" / "ВПР"
    lines = set()
    for path in sorted(folder.rglob("*.xlsx")):
        lines.add(open_workbook(path).sheets[0].cell(2, 0))
    assert "ВПР 2022 Русский язык 5 класс (по программе 4 класса)" in lines
    autumn = [line for line in lines if "2022" in line]
    assert len(autumn) == len(demo.phenomenon("autumn_2022").works) == 7


def test_same_people_from_grade_to_grade() -> None:
    """The cohort of ВПР 8 is that of the ОГЭ a year later: abilities correlate."""
    sample = simulated(False)
    town = sample.town
    assert set(town.pupils.in_grade(2024, 8)) == set(town.pupils.in_grade(2025, 9))
    early = sample.exams[2023, "oge", "01"]
    late = sample.exams[2025, "ege", "01"]
    common = sorted(set(early.pupil.tolist()) & set(late.pupil.tolist()))
    assert len(common) > 100
    first = dict(zip(early.pupil.tolist(), early.primary.tolist(), strict=True))
    second = dict(zip(late.pupil.tolist(), late.primary.tolist(), strict=True))
    pairs = np.array([(first[pupil], second[pupil]) for pupil in common])
    assert np.corrcoef(pairs.T)[0, 1] > 0.5
