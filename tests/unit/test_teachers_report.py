"""Report 07 over answers made by hand: ages, forecast, deficits, subjects, young teachers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made import Row
from hand_made_year import year_of

from msoko_lib.reporting.blocks import Nothing, Section
from msoko_lib.reporting.numbers_ru import NBSP
from msoko_lib.subsystems import teachers
from msoko_lib.subsystems.school.opened import SchoolYear
from msoko_lib.subsystems.teachers import leavers, routes, subjects
from msoko_lib.subsystems.teachers.ages import pyramid
from msoko_lib.subsystems.teachers.facts import BREAK, FORECAST, WAVE, facts
from msoko_lib.subsystems.year import Year

SECTIONS = (
    teachers.indicators, teachers.dynamics, teachers.schools, teachers.ages, teachers.retirement,
    teachers.wave, teachers.vacancies, teachers.other_subject, teachers.deficits,
    teachers.routes_by_school, teachers.courses, teachers.newcomers, teachers.categories,
    teachers.contests, teachers.salary,
)  # fmt: skip


def aged(school: str, **groups: int) -> list[Row]:
    """Rows of teachers by age: ``under_25``, ``a30_34`` …"""
    titles = {"under_25": "моложе 25", "a65": "65 и старше"}
    order = ["under_25", "a30_34", "a45_49", "a60_64", "a65"]
    return [
        {"school_id": school, "source": "list", "dimension": "age",
         "group": titles.get(name, name[1:].replace("_", "–")), "group_order": order.index(name),
         "counted": "teachers", "n": n}
        for name, n in groups.items()
    ]  # fmt: skip


def of_subject(school: str, subject: str, **counted: int) -> list[Row]:
    return [
        {"school_id": school, "source": "list", "dimension": "subject", "group": subject,
         "group_order": 1, "counted": name, "n": n}
        for name, n in counted.items()
    ]  # fmt: skip


def chain(*counts: int) -> dict[str, int]:
    return dict(zip(routes.FIELDS, counts, strict=True))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    given = {
        "а": {**chain(20, 12, 10, 0, 6, 5), "teachers_new_n": 2, "teachers_mentored_n": 1,
              "hired_before_n": 3, "hired_stayed_n": 2, "posts_n": 24, "posts_filled_n": 20},
        "б": {**chain(20, 12, 10, 9, 8, 7), "teachers_new_n": 3, "teachers_mentored_n": 3},
        "в": chain(4, 2, 1, 1, 1, 1),
    }  # fmt: skip
    groups = [
        *aged("а", a30_34=4, a45_49=4, a60_64=4, a65=8), *aged("б", a30_34=14, a45_49=4, a60_64=2),
        *aged("в", a30_34=1, a45_49=1, a65=2),
        *of_subject("а", "Физика", teachers=9, diagnosed=8, deficits=8, vacancies=2),
        *of_subject("б", "Химия", teachers=9, diagnosed=40, deficits=4),
        *of_subject("в", "Право", teachers=2, diagnosed=2, deficits=1),
    ]  # fmt: skip
    return year_of(tmp_path_factory.mktemp("teachers"), given, tables={"teacher_groups": groups})


def test_ages_add_up_over_schools(year: Year) -> None:
    rows = pyramid(year).set_index("group")
    assert rows["n"].to_dict() == {"30–34": 19, "45–49": 9, "60–64": 6, "65 и старше": 10}
    assert rows.index[rows["is_young"]].tolist() == ["30–34"]
    assert rows.index[rows["is_old"]].tolist() == ["60–64", "65 и старше"]
    text = teachers.ages(year).plain().replace(NBSP, " ")
    assert "55 лет и старше – 16, моложе 35 лет – 19" in text


def test_the_forecast_follows_the_assumed_rates(year: Year) -> None:
    """By plain arithmetic: 65 and older lose a fifth a year, 60–64 begin with 12 %."""
    groups = leavers.age_groups(year)
    oldest = groups[groups["group"] == "65 и старше"]
    found = leavers.forecast(year, oldest)
    assert found.last["expected"] == pytest.approx(10 * (1 - 0.8**5))
    assert found.rows["expected"].iloc[0] == pytest.approx(2.0)
    assert found.fewer == pytest.approx(10 * (1 - (1 - 0.2 * 0.7) ** 5))
    assert found.more == pytest.approx(10 * (1 - (1 - 0.2 * 1.3) ** 5))
    assert found.rows["low"].is_monotonic_increasing


def test_a_wave_is_named_where_it_gathers_and_a_handful_is_not(year: Year) -> None:
    rows = leavers.by_school(year).set_index("school_id")
    assert rows["mark"].to_dict() == {"а": "attention", "б": "same", "в": "few"}
    block = teachers.wave(year)
    assert isinstance(block, Section) and block.table is not None
    (payload,) = block.table.table_payloads()
    handful = next(row for row in payload["records"] if row["unit"].endswith("в"))
    assert handful["old"] == "мало"
    assert handful["from_n…to_n"] == "мало"
    # Two older teachers could be told by their number: the forecast of «б» is not printed.
    pair = next(row for row in payload["records"] if row["unit"].endswith("б"))
    assert pair["from_n…to_n"] == "мало"


def test_the_chain_breaks_where_most_are_lost(year: Year) -> None:
    rows = routes.chain(year)
    step = routes.break_of(rows)
    assert step is not None and step["field"] == "teachers_route_n"
    assert (step["lost"], step["whole"]) == (11, 21)
    assert rows.attrs["schools_n"] == 3
    found = facts(year).set_index(["fact_id", "unit_id"])
    assert found.loc[(BREAK, "municipality"), "numerator"] == 11
    assert found.loc[(WAVE, "а"), "state"] == "attention"
    assert found.loc[(WAVE, "в"), "status"] == "not_enough"


def test_parts_of_small_groups_are_not_printed(year: Year) -> None:
    block = teachers.routes_by_school(year)
    assert isinstance(block, Section) and block.table is not None
    (payload,) = block.table.table_payloads()
    small = next(row for row in payload["records"] if row["unit"].endswith("в"))
    assert small["teachers_route_n"] == small["teachers_closed_n"] == "мало"
    large = next(row for row in payload["records"] if row["unit"].endswith("а"))
    assert (large["teachers_route_n"], large["breaks"]) == (0, "▼ маршруты")


def test_courses_are_ordered_by_people_and_judged_against_other_subjects(year: Year) -> None:
    rows = subjects.needs(year).set_index("subject")
    assert rows.index[0] == "Физика"
    assert rows["mark"].to_dict() == {"Физика": "attention", "Химия": "up", "Право": "few"}
    text = teachers.courses(year).plain().replace(NBSP, " ")
    assert "физика (8 педагогов)" in text and "свободные ставки: физика (2)" in text
    assert "право" not in text.lower()


def test_young_teachers_without_a_mentor_are_counted(year: Year) -> None:
    text = teachers.newcomers(year).plain().replace(NBSP, " ")
    assert "Наставник есть у 4 из 5 молодых педагогов" in text
    assert "из 3 педагогов, пришедших три года назад, работают 2" in text


def test_the_part_of_a_school_names_nobody_else(year: Year) -> None:
    block = teachers.school_part(SchoolYear(year, "а", "Организация а", "село"))
    assert "12 из 20" in block.html().replace(NBSP, " ")
    assert "Организация б" not in block.html()


@pytest.mark.parametrize("school", ["б", "в"])
def test_the_part_does_not_speak_of_two_older_teachers(year: Year, school: str) -> None:
    block = teachers.school_part(SchoolYear(year, school, f"Организация {school}", "село"))
    assert "могут уйти" not in block.html()


def test_without_any_data_every_section_says_what_to_collect(tmp_path: Path) -> None:
    year = year_of(tmp_path, {}, kinds={"а": "school", "б": "school"})
    for section in SECTIONS:
        assert isinstance(section(year), Nothing), section.__name__
    part = teachers.school_part(SchoolYear(year, "а", "Организация а", "село"))
    assert isinstance(part, Nothing)
    found = facts(year).set_index("fact_id")
    assert found.loc[FORECAST, "status"] == "no_data"
    assert teachers.goals(year, "07").plain()


def test_half_the_forms_is_enough_for_a_report(tmp_path: Path) -> None:
    year = year_of(tmp_path, {"а": {"teachers_n": 20}, "б": chain(20, 12, 10, 9, 8, 7)})
    for section in SECTIONS:
        assert section(year).plain()
    assert routes.chain(year).attrs["schools_n"] == 1
