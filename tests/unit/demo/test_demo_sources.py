"""Writers of other sources: people add up to the answers, the same seed gives the same bytes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msoko_lib.demo.answers import answers
from msoko_lib.demo.build import found_town
from msoko_lib.demo.independent_tables import self_levels
from msoko_lib.demo.municipality import make_additional, make_preschools
from msoko_lib.demo.source_fields import from_sources
from msoko_lib.demo.source_year import SourceUnit, SourceYear, shares_of
from msoko_lib.demo.sources import write_sources
from msoko_lib.demo.staff import staff_of, vacancies_of

YEARS = (2023, 2024, 2025)


def year_of(folder: Path, schools: int = 14, planted: bool = True, seed: int = 1) -> SourceYear:
    town = found_town(schools, YEARS, seed, planted)
    gardens, extra = make_preschools(planted), make_additional()
    true = answers(town, gardens, extra, 2025)
    return SourceYear(town, gardens, extra, true, 2025, folder)


@pytest.mark.parametrize(("schools", "seed"), [(14, 1), (30, 7)])
def test_people_add_up_to_the_answers(tmp_path: Path, schools: int, seed: int) -> None:
    year = year_of(tmp_path, schools, seed=seed)
    for unit in year.schools:
        people = staff_of(year, unit)
        assert len({each.name for each in people}) == len(people)
        found = {
            "teachers_n": len(people),
            "teachers_under_35_n": sum(each.age < 35 for each in people),
            "teachers_pension_n": sum(
                each.age >= (60 if each.female else 65) for each in people
            ),
            "teachers_new_n": sum(each.experience <= 3 for each in people),
            "teachers_mentored_n": sum(each.mentored for each in people),
            "teachers_high_n": sum(each.category == "высшая" for each in people),
            "teachers_first_n": sum(each.category == "первая" for each in people),
            "teachers_courses_n": sum(each.courses for each in people),
            "teachers_registry_courses_n": sum(each.courses and each.registry for each in people),
            "teachers_diagnosed_n": sum(each.diagnosed for each in people),
            "teachers_deficit_n": sum(each.diagnosed and each.deficit for each in people),
            "teachers_route_n": sum(each.deficit and each.route for each in people),
            "teachers_repeated_n": sum(each.deficit and each.repeated for each in people),
            "teachers_closed_n": sum(each.repeated and each.closed for each in people),
            "teachers_contest_n": sum(each.contest for each in people),
            "teachers_other_subject_n": sum(each.other_subject for each in people),
        }  # fmt: skip
        assert found == {name: unit.whole(name) for name in found}, unit.name
        assert all(each.experience <= each.age - 18 for each in people)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        year = year_of(tmp_path / name, schools=4)
        write_sources(year)
        written.append({path.name: path.read_bytes() for path in year.files})
    assert written[0] == written[1] and len(written[0]) > 20


def test_one_school_alone_has_its_sources(tmp_path: Path) -> None:
    for planted in (True, False):
        year = year_of(tmp_path / str(planted), schools=1, planted=planted)
        write_sources(year)
        assert all(path.is_file() for path in year.files)


def test_planted_faults_stand_in_files_that_were_written(tmp_path: Path) -> None:
    year = year_of(tmp_path)
    write_sources(year)
    names = {path.relative_to(tmp_path).as_posix() for path in year.files}
    assert {item.file for item in year.defects} <= names
    assert max(Counter(item.code for item in year.defects).values()) == 1
    quiet = year_of(tmp_path / "quiet", planted=False)
    write_sources(quiet)
    assert quiet.defects == [] and quiet.phenomena == []


@given(st.integers(0, 500), st.lists(st.floats(0.01, 50), min_size=1, max_size=9))
def test_parts_add_up_to_the_whole(whole: int, weights: list[float]) -> None:
    parts = shares_of(whole, weights)
    assert sum(parts) == whole and min(parts) >= 0
    exact = [whole * weight / sum(weights) for weight in weights]
    assert all(abs(part - one) < 1 + 1e-9 for part, one in zip(parts, exact, strict=True))


@given(
    st.lists(st.integers(100, 500), min_size=9, max_size=9), st.integers(100, 500),
    st.integers(0, 2),
)  # fmt: skip
def test_self_levels_have_the_mean_wanted(expert: list[int], mean: int, turn: int) -> None:
    fields: dict[str, object] = {f"mkdo_{at}": level / 100 for at, level in enumerate(expert, 1)}
    unit = SourceUnit("u", "preschool", "", "", "", {**fields, "mkdo_self": mean / 100})
    levels = self_levels(unit, turn)
    assert sum(levels) / 9 == pytest.approx(mean / 100)
    assert min(levels) >= 1 and max(levels) <= 5


def test_only_whole_vacant_posts_are_vacancies() -> None:
    unit = SourceUnit("u", "school", "", "", "", {"posts_n": 10.5, "posts_filled_n": 8.25})
    assert vacancies_of(unit) == ["физика", "английский язык"]


def test_noko_comes_from_its_operator_in_the_year_of_the_assessment_alone() -> None:
    given: dict[str, object] = {"noko_k1": 90.0, "noko_year": 2025, "site_points": 3}
    assert from_sources("additional", given, 2025) == {"noko_k1", "noko_year", "site_points"}
    assert from_sources("additional", given, 2026) == {"site_points"}
