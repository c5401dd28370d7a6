"""Diagnostics, plans, graduates, supervision, the career platform, the review of sites."""

from __future__ import annotations

from dataclasses import replace

import builders_gia as b
import builders_sources as s
import pandas as pd
import pytest

from msoko_lib.catalogue import load_catalogue
from msoko_lib.intake.merge import newest_rows
from msoko_lib.intake.plan_fact import recognises_plan
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.work_levels import fields_of_works, together_in_files


def test_start_diagnostics_by_level() -> None:
    reading = s.read_rows(s.diagnostics(), "source:diagnostics")
    assert s.values(reading) == {
        "start1_tested_n": 50, "start1_ready_n": 45, "meta_tested_n": 60, "meta_basic_n": 49,
    }  # fmt: skip
    assert s.codes(reading) == []


def test_pupils_rows_are_counted_and_their_names_not_read() -> None:
    rows = [["Стартовая диагностика 1 классов"], ["Школа", "Класс", "ФИО", "Уровень"],
            [s.NAME, "1А", "Иванов Иван", "низкий"], [s.NAME, "1А", "Петров Пётр", "Базовый"],
            [s.NAME, 1, "Яров Ян", "высокий уровень"],
            [s.NAME, 1, "Яров Ян", "болел"]]  # fmt: skip
    reading = s.read_rows(rows, "source:diagnostics")
    assert s.values(reading) == {"start1_tested_n": 3, "start1_ready_n": 2}
    assert s.codes(reading) == ["source_test_people", "source_bad_value"]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Репетиционный ОГЭ по математике", {"rehearsal_tested_n": 20, "rehearsal_passed_n": 18}),
        ("Пробный ЕГЭ", {"rehearsal_tested_n": 20, "rehearsal_passed_n": 18}),
        ("Региональная диагностическая работа",
         {"regional_tested_n": 20, "regional_basic_n": 18}),
        ("РДР по физике", {"regional_tested_n": 20, "regional_basic_n": 18}),
        ("НИКО, 6 класс", {"niko_tested_n": 20, "niko_basic_n": 18}),
        ("Диагностика функциональной грамотности",
         {"literacy_tested_n": 20, "literacy_reached_n": 18}),
        ("Готовность выпускников ДОО к школе", {"ready_tested_n": 20, "ready_n": 18}),
        ("Метапредметная диагностика, 5 класс", {"meta_tested_n": 20, "meta_basic_n": 18}),
    ],
)  # fmt: skip
def test_works_known_by_their_title(title: str, found: dict[str, float]) -> None:
    header = ["Организация", "Предмет", "«2»", "«3»", "«4»", "«5»"]
    rows = [[title], header, [s.NAME, "Математика", 1, 4, 4, 1], [s.NAME, "Физика", 1, 4, 4, 1]]
    assert s.values(s.read_rows(rows, "source:diagnostics")) == found


def test_works_in_a_column_of_their_own() -> None:
    header = ["Школа", "Процедура", "Класс", "Низкий", "Базовый", "Высокий"]
    rows = [header, [s.NAME, "НИКО", 6, 1, 2, 3], [s.NAME, "Стартовая", 5, 0, 2, 2],
            [s.NAME, "Олимпиада", 5, 1, 1, 1]]  # fmt: skip
    reading = s.read_rows(rows, "source:diagnostics")
    assert s.values(reading) == {
        "niko_tested_n": 6, "niko_basic_n": 5, "meta_tested_n": 4, "meta_basic_n": 4,
    }  # fmt: skip
    assert s.only(reading, "source_bad_value").cell == "B4"


def test_levels_are_asked_to_add_up() -> None:
    reading = s.read_rows(s.diagnostics([s.NAME, 1, 50, 5, 20, 15, 9]))
    found = s.only(reading, "source_test_sum").found
    assert found.startswith("Участников 50, по уровням вместе 49;")
    assert s.values(reading)["start1_tested_n"] == 49


def test_plan_and_fact() -> None:
    reading = s.read_rows(s.plan(), "source:plan")
    assert s.values(reading) == {"assignment_items_n": 3, "assignment_done_n": 2}
    rows = s.plan(title="Целевые показатели муниципальной программы")
    assert s.values(s.read_rows(rows)) == {"programme_items_n": 3, "programme_done_n": 2}
    more = [s.NAME, "Доля", "%", 90, "—", None]
    assert s.values(s.read_rows(s.plan(*s.plan()[2:], more)))["assignment_items_n"] == 3


def test_plan_and_fact_target_by_target() -> None:
    more = [[s.NAME, "Доля довольных", "%", 80, "—", None], [s.NAME, "Раздел 2", *[None] * 4]]
    rows = s.read_rows(s.plan(*s.plan()[2:], *more), "source:plan").tables["plan_targets"]
    assert rows["target"].tolist() == ["Число обучающихся", "Доля довольных", "Доля жалоб",
                                       "Доля довольных"]  # fmt: skip
    assert rows["repeat"].tolist() == [1, 1, 1, 2], "a heading is no target, a repeat is one"
    assert rows["less_is_better"].tolist() == [False, False, True, False]
    assert rows["plan"].tolist() == [500, 90, 2, 80] and rows["fact"].isna().tolist()[-1]
    assert set(rows["kind"]) == {"assignment"} and set(rows["level"]) == {"school"}


def test_a_row_without_a_target_does_not_hide_its_organisation() -> None:
    """Rows below an organisation are its own even where its first row is not taken."""
    below = [[None, "Доля довольных", "%", 90, 95, None], [None, "Доля жалоб", "%", 2, 3, None]]
    other = s.plan()[2:]
    for first in ([111002, None, "чел.", 5, 5, None], [111002, *[None] * 5]):
        reading = s.read_rows(s.plan(*other, first, *below), "source:plan")
        fields = reading.tables["form_values"]
        counts = fields[fields["field_id"] == "assignment_items_n"]
        assert sorted(counts["value"]) == [2, 3] and counts["school_id"].nunique() == 2
    assert s.codes(reading) == ["source_rows_skipped", "source_school_above"]
    reading = s.read_rows(s.plan(*other, [111002, None, "чел.", 5, 5, None]), "source:plan")
    assert s.only(reading, "source_bad_value").cell == "B6"
    heading = ["Раздел 2", *[None] * 5]
    fields = s.read_rows(s.plan(*other, heading, *below), "source:plan").tables["form_values"]
    assert fields["school_id"].nunique() == 1


PROGRAMME = [
    ["Целевые показатели муниципальной программы «Развитие образования»"],
    ["№ п/п", "Целевой показатель", "Ед. изм.", "План", "Факт", "Ответственный исполнитель"],
    [1, "Дети в кружках", "%", 78, 80.5, "Отдел воспитания"],
    [2, "Ремонт", "ед.", 4, None, None],
    # No mean of the rows above, though its words begin like one.
    [3, "Средняя зарплата педагогов к средней по региону", "%", 100, 99, "Отдел финансов"],
    ["Итого показателей", None, None, 3, 1, None],
]


def test_the_programme_of_the_municipality_names_no_organisation() -> None:
    reading = s.read_rows(PROGRAMME, "source:plan")
    rows = reading.tables["plan_targets"]
    assert s.codes(reading) == ["source_rows_skipped"] and reading.tables["form_values"].empty
    assert set(rows["unit_id"]) == set(rows["level"]) == {"municipality"}
    assert rows["responsible"].fillna("").tolist() == ["Отдел воспитания", "", "Отдел финансов"]
    assert rows["target_unit"].tolist() == ["%", "ед.", "%"]
    rows = s.read_rows([[f"Организация: {s.NAME}"], *PROGRAMME], "source:plan")
    assert s.values(rows) == {"programme_items_n": 2, "programme_done_n": 1}


def test_a_plan_that_is_no_programme_and_no_organisations_is_not_read() -> None:
    sheet = [["План закупок"], *PROGRAMME[1:]]
    assert not recognises_plan(s.book_of({"Лист1": sheet}), s.book_of({"Лист1": sheet}).sheets[0])
    programme = s.book_of({"Лист1": PROGRAMME})
    assert recognises_plan(programme, programme.sheets[0])


def test_paths_of_graduates() -> None:
    reading = s.read_rows(s.graduates(), "source:graduates")
    assert s.values(reading) == {
        "graduates_n": 70, "graduates9_n": 50, "graduates9_college_n": 28,
        "graduates_unplaced_n": 2, "graduates11_n": 20, "graduates9_tenth_n": 20,
        "graduates11_university_n": 13, "graduates11_college_n": 4,
    }  # fmt: skip
    assert s.codes(reading) == []


def test_graduates_without_a_total_and_with_a_wrong_one() -> None:
    reading = s.read_rows(s.graduates([s.NAME, 9, None, 20, 28, None, None, None, 2],
                                      [111002, 9, 30, 20, 8, 0, 0, 0, 0],
                                      [111002, 10, 30, 20, 8, 0, 0, 0, 0]))  # fmt: skip
    assert s.values(reading)["graduates9_n"] == 50
    assert s.values(reading, s.SECOND)["graduates9_n"] == 30
    assert s.codes(reading) == ["source_paths_sum", "source_bad_value"]


def test_graduates_in_wide_form_through_their_map() -> None:
    rows = [["Школа", "Выпускников 9 класса", "Выпускников 11 класса", "9 класс: СПО",
             "Не определились"], [s.NAME, 50, 20, 28, 2]]  # fmt: skip
    reading = s.read_rows(rows, "map:выпускники")
    assert s.values(reading) == {
        "graduates9_n": 50, "graduates11_n": 20, "graduates9_college_n": 28,
        "graduates_unplaced_n": 2,
    }  # fmt: skip
    assert set(reading.tables["form_values"]["subsystem"]) == {"04"}


def test_a_title_that_is_lost_is_told_of() -> None:
    """Without its title a licence that is not valid would be no licence at all."""
    for place in range(1, len(s.SUPERVISION_HEADER)):
        header = [None if n == place else title for n, title in enumerate(s.SUPERVISION_HEADER)]
        reading = s.read_rows([header, *s.supervision()[1:]], "source:supervision")
        assert "source_untitled_column" in s.codes(reading), header
    assert "source_untitled_column" not in s.codes(s.read_rows(s.supervision()))


def test_supervision() -> None:
    reading = s.read_rows(s.supervision(), "source:supervision")
    assert s.values(reading) == {"orders_open_n": 2, "accreditation": 1}
    assert s.values(reading, s.SECOND) == {"orders_open_n": 0, "accreditation": 0}
    given = [["Школа", "Не исполнено предписаний"], [s.NAME, 1]]
    assert s.values(s.read_rows(given)) == {"orders_open_n": 1}
    reading = s.read_rows(s.supervision([s.NAME, 1, 3, "да", "в суде"]))
    assert s.values(reading) == {"accreditation": 1}
    assert s.codes(reading) == ["source_part_above_whole", "source_bad_value"]


def test_the_career_platform_and_the_review_of_sites() -> None:
    career = s.read_rows(s.career(), "map:профориентация")
    assert s.values(career) == {
        "ticket_registered_n": 120, "career_diagnosed_n": 100, "ticket_trial_n": 80,
    }  # fmt: skip
    sites = s.read_rows(s.sites(), "map:обзор_сайтов")
    assert s.values(sites) == {"site_points": 45, "site_points_max": 50}


# A column map heeds no words above; the year of a form has a test of its own.
WITH_YEAR = sorted(code for code in s.GOOD if code[:4] != "map:" and code != "source:оо-1")


@pytest.mark.parametrize("code", WITH_YEAR)
def test_files_of_another_year_are_refused(code: str) -> None:
    rows = [["за 2021/2022 учебный год"], *s.GOOD[code]]
    if code == "source:teachers":
        rows = [rows[0], *rows[2:]]
    reading = s.read_rows(rows, code)
    assert s.codes(reading) == ["source_wrong_year"]
    assert reading.tables["form_values"].empty


@pytest.mark.parametrize("code", sorted(s.GOOD))
def test_a_header_moved_down_and_aside_is_found(code: str) -> None:
    rows = [[], [None, "Справка"], *([None, None, *row] for row in s.GOOD[code])]
    expected = s.read_rows(s.GOOD[code], code)
    assert s.values(s.read_rows(rows, code)) == s.values(expected)
    titled = [[text(cell) for cell in row] for row in s.GOOD[code]]
    assert s.values(s.read_rows(titled, code)) == s.values(expected), "numbers as text"


def text(cell: object) -> object:
    return f" {cell}\u00a0".replace(".", ",") if isinstance(cell, (int, float)) else cell


def test_every_file_is_claimed_by_its_own_layout_alone() -> None:
    for code, rows in s.GOOD.items():
        book = s.book_of({"Лист1": rows})
        claims = [each.code for each in s.every_layout() if each.recognises(book, book.sheets[0])]
        assert claims == [code]


# Fields that sources give and the forms do not ask for yet.
BEYOND_THE_FORMS = {
    "oo1_ovz_pupils_n", "oo1_dropped_out_n", "oo1_teachers_high_n", "oo1_teachers_first_n",
    "oo2_internet_mbit", "noko_clients_n", "noko_respondents_n", "noko_shortcomings_n",
    "teachers_conformity_n", "teachers_no_category_n",
    *(f"mkdo_self_{area}" for area in range(1, 10)),
}  # fmt: skip


def test_fields_are_those_of_the_catalogue() -> None:
    catalogue = load_catalogue(b.REPOSITORY)
    asked = {item.id: part.number for part in catalogue.subsystems for item in part.fields}
    for code, rows in s.GOOD.items():
        frame = s.read_rows(rows, code).tables["form_values"]
        given = dict(zip(frame["field_id"], frame["subsystem"], strict=True))
        for field_id, subsystem in given.items():
            if field_id not in BEYOND_THE_FORMS:
                assert asked.get(field_id) == subsystem, (code, field_id)


def test_a_total_that_differs_from_its_rows_is_asked_about() -> None:
    rows = [[s.NAME, 9, 50, 20, 28, None, 1, None, 1], [111002, 9, 10, 4, 6, 0, 0, 0, 0]]
    total: s.Row = ["Итого", None, 61, 24, 34, None, 1, 0, 1]
    reading = s.read_rows(s.graduates(*rows, total))
    found = s.only(reading, "source_total_differs")
    assert found.cell == "C5" and "– 61, по строкам вместе 60" in found.found
    total[2] = 60
    assert "source_total_differs" not in s.codes(s.read_rows(s.graduates(*rows, total)))
    # Several totals are subtotals, and one above the rows is none of theirs.
    total[2] = 61
    for rows_given in ((*rows, total, total), (total, *rows)):
        assert "source_total_differs" not in s.codes(s.read_rows(s.graduates(*rows_given)))


def test_a_school_whose_name_begins_like_a_mean_is_a_school() -> None:
    rows = s.diagnostics(["Средняя школа № 9", 1, 10, 1, 9, 0, 0], ["Средний процент", 1, 9, 9])
    reading = s.read_rows(rows)
    assert s.values(reading, "name:Средняя школа № 9")["start1_tested_n"] == 10
    assert s.codes(reading) == ["source_rows_skipped"]


def test_shares_are_no_numbers_of_pupils() -> None:
    rows = s.diagnostics([s.NAME, 1, 50, "10 %", "40 %", "30 %", "20 %"], [111002, 1, 9, 1, 8])
    reading = s.read_rows(rows)
    assert s.codes(reading) == ["source_bad_value"] * 4
    assert s.values(reading) == {} and s.values(reading, s.SECOND)["start1_tested_n"] == 9


def works_of(file: str, title: str, *rows: s.Row, header: s.Row | None = None) -> pd.DataFrame:
    """Rows of the bank that a file of diagnostic works gives."""
    given = replace(s.context(), file=file)
    table = [[title], header or ["Школа", "Низкий", "Базовый", "Высокий"], *rows]
    return s.read_rows(table, "source:diagnostics", given).tables["work_levels"]


def merged(*frames: pd.DataFrame) -> tuple[dict[str, float], list[str]]:
    """Fields of the first school and the rules called, as the yearly intake merges files."""
    table = TABLES["work_levels"]
    editions = {"а": "2025-01-01", "б": "2025-02-01", "в": "2025-03-01"}
    works, found = newest_rows(together_in_files(pd.concat(frames)), table, editions)
    fields = fields_of_works(works)
    own = fields[fields["school_id"] == s.FIRST]
    return dict(zip(own["field_id"], own["value"], strict=True)), [item.rule for item in found]


def test_works_of_several_files_add_up() -> None:
    mathematics = works_of("а", "Репетиционный ОГЭ по математике", [s.NAME, 2, 5, 3])
    russian = works_of("б", "Репетиционный ОГЭ, русский язык", [s.NAME, 1, 6, 3])
    graduates = works_of("в", "Репетиционный ЕГЭ по математике", [s.NAME, 0, 4, 1])
    fields, rules = merged(mathematics, russian, graduates)
    assert fields == {"rehearsal_tested_n": 25, "rehearsal_passed_n": 22} and rules == []
    works = pd.concat([mathematics, russian, graduates])
    assert list(works["subject"]) == ["Математика", "Русский язык", "Математика"]
    assert list(works["grade"]) == [9, 9, 11]
    assert works["raised_n"].isna().all()


def test_the_same_work_in_two_files_is_one_work() -> None:
    old = works_of("а", "НИКО, 6 класс", [s.NAME, 2, 5, 3])
    new = works_of("б", "НИКО, 6 класс", [s.NAME, 1, 6, 3])
    fields, rules = merged(old, new)
    assert fields == {"niko_tested_n": 10, "niko_basic_n": 9} and rules == ["older_edition"]


def test_sheets_and_classes_of_one_file_add_up() -> None:
    header: s.Row = ["Школа", "Класс", "Низкий", "Базовый", "Высокий"]
    title = "Метапредметная диагностика"
    first = works_of("а", title, [s.NAME, "5А", 2, 5, 3], [s.NAME, "5Б", 1, 1, 1], header=header)
    second = works_of("а", title, [s.NAME, "5В", 1, 6, 3], header=header)
    fields, rules = merged(first, second)
    assert len(first) == 1 and rules == []
    assert fields == {"meta_tested_n": 23, "meta_basic_n": 19}


def test_subjects_of_works_are_of_a_closed_list() -> None:
    header: s.Row = ["Школа", "Предмет", "Низкий", "Базовый"]
    rows = [[s.NAME, "рус. яз.", 1, 2], [111002, "Петров Пётр", 1, 2]]
    works = works_of("а", "Региональная работа", *rows, header=header)
    assert list(works["subject"]) == ["Русский язык", "Другой предмет"]
