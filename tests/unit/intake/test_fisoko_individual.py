"""Ф1: the exact layout of domain 1.1.1, one school and many, and the quirks of 1.1.10."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from builders_vpr import (
    GOOD_PUPILS,
    LEVELS,
    OTHER_SCHOOL,
    SCHOOL,
    context,
    individual,
    pupil,
    save,
    section,
)
from cases_vpr import f1, read_file, read_rows, read_sheet, upload_form, with_cell

from msoko_lib.intake.reading import SCHOOL_NAMES
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.vpr_scale_fit import fit_scale
from msoko_lib.intake.workbook import Sheet, Workbook, open_workbook

TWO_SCHOOLS = [
    section(SCHOOL, 3), *GOOD_PUPILS,
    section(OTHER_SCHOOL, 1), pupil(40001, [0, 0, 0, 0], 0, 2, 3, school=OTHER_SCHOOL),
]  # fmt: skip


def codes(reading: object) -> list[str]:
    return [item.rule for item in reading.findings]  # type: ignore[attr-defined]


def test_a_school_file_is_read_to_the_last_cell(tmp_path: Path) -> None:
    reading = read_file(tmp_path, individual())
    pupils, tasks = reading.tables["vpr_pupils"], reading.tables["vpr_tasks"]
    names = reading.tables.pop(SCHOOL_NAMES)
    assert names["school_id"].nunique() == len(names) > 0 and names["name"].str.len().min() > 0
    for name, frame in reading.tables.items():
        TABLES[name].validate(frame)
        assert not frame.duplicated(list(TABLES[name].key)).any()
    assert pupils["score"].tolist() == [6, 1.5, 3]
    assert pupils["mark"].tolist() == [5, 3, 4]
    assert pupils["journal_mark"].tolist() == [5, 4, 3]
    assert pupils["class_number"].tolist() == [1, 1, 2]
    assert pupils["variant"].tolist() == ["2", "2", "2"]
    assert pupils["max_score"].tolist() == [6, 6, 6]
    assert pupils["source_row"].tolist() == [10, 11, 12]
    assert set(pupils["school_id"]) == {"edu123456"}
    first = pupils.iloc[0]
    assert (first["work_id"], first["school_year"], first["session"], first["grade"]) == (
        "2026 РУ 4", "2025-2026", "spring", 4,
    )  # fmt: skip
    assert first["comparable"]
    assert tasks["task"].tolist()[:4] == ["1", "2", "4К1", "9.1"]
    assert tasks["task_level"].tolist()[:4] == LEVELS
    assert tasks["max_score"].tolist()[:4] == [2, 1, 2, 1]
    assert tasks["state"].tolist() == [
        "scored", "scored", "scored", "scored",
        "scored", "not_attempted", "scored", "not_taught",
        "scored", "scored", "blank", "blank",
    ]  # fmt: skip
    np.testing.assert_array_equal(
        tasks["score"].to_numpy(), [2, 1, 2, 1, 1, np.nan, 0.5, np.nan, 1, 1, np.nan, np.nan]
    )
    assert reading.title == "ВПР 2026, Русский язык, 4 класс: Ф1 Индивидуальные результаты"
    assert reading.edition_key == "vpr_individual|2026 РУ 4|edu123456"
    assert reading.edition_date == "2026-04-20"
    note = reading.findings[0].found
    assert note == "Не приступали (Х): 1; не проходили (Н): 1; прочерк: 1; пусто: 1."


def test_a_municipal_file_keeps_equal_codes_of_two_schools_apart() -> None:
    reading = read_rows(individual(TWO_SCHOOLS))
    pupils = reading.tables["vpr_pupils"]
    assert pupils["school_id"].tolist() == ["edu123456"] * 3 + ["edu123457"]
    assert pupils["pupil_id"].is_unique
    assert codes(reading) == ["vpr_unscored"]
    assert reading.edition_key.endswith("|edu123456,edu123457")


def test_two_logins_of_one_school_keep_their_pupils() -> None:
    given = context(logins={"edu123456": "school-a", "edu123457": "school-a"})
    pupils = read_rows(individual(TWO_SCHOOLS), given).tables["vpr_pupils"]
    assert set(pupils["school_id"]) == {"school-a"}
    assert pupils["pupil_id"].nunique() == 4


def test_one_pupil_has_one_hash_in_both_works_of_a_session() -> None:
    russian = read_rows(individual()).tables["vpr_pupils"]
    maths = read_rows(individual(work="ВПР 2026 Математика 4 класс", subject="Математика"))
    assert russian["pupil_id"].tolist() == maths.tables["vpr_pupils"]["pupil_id"].tolist()
    assert maths.tables["vpr_pupils"]["work_id"].iloc[0] == "2026 МА 4"


def test_layout_may_be_moved_dirty_and_latin(tmp_path: Path) -> None:
    rows = individual([section(), *GOOD_PUPILS])
    rows[7] = [f" {cell}\n" if cell else cell for cell in rows[7]]
    rows[7][3] = "Kод\u00a0учaстникa "
    moved = [[], []] + [[None, *row] for row in rows]
    assert_same_bank(read_file(tmp_path, moved), read_rows(individual()))


def test_columns_may_stand_in_another_order() -> None:
    rows = individual()
    turned = [list(reversed(row + [None] * (13 - len(row)))) for row in rows[6:]]
    reading = read_rows([*rows[:6], *turned])
    pupils = reading.tables["vpr_pupils"]
    assert pupils["score"].tolist() == [6, 1.5, 3]
    assert reading.tables["vpr_tasks"]["task"].tolist()[:4] == ["9.1", "4К1", "2", "1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_the_same_layout_as_csv(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "Ф1.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(individual())
    book = open_workbook(path)
    assert_same_bank(read_sheet(book, book.sheets[0]), read_rows(individual()))


def assert_same_bank(left: object, right: object) -> None:
    for name, frame in right.tables.items():  # type: ignore[attr-defined]
        other = left.tables[name]  # type: ignore[attr-defined]
        values = [c for c in frame.columns if not c.startswith("source_")]
        assert frame[values].equals(other[values])


def test_one_bad_row_does_not_cost_the_good_ones() -> None:
    bad = pupil("Иванова Мария", [1, 1, 1, 1], 4, 4)
    reading = read_rows(f1(*GOOD_PUPILS, bad))
    assert len(reading.tables["vpr_pupils"]) == 3
    line = next(item for item in reading.findings if item.rule == "vpr_bad_code")
    assert line.cell == "D13"
    assert "Иванова" not in line.sentence


def test_a_score_above_its_maximum_is_refused_and_the_row_kept() -> None:
    reading = read_rows(f1(pupil(40001, [3, 1, 2, 1], 7, 5)))
    tasks, pupils = reading.tables["vpr_tasks"], reading.tables["vpr_pupils"]
    assert tasks["state"].tolist() == ["blank", "scored", "scored", "scored"]
    assert pupils["score"].isna().all() and pupils["mark"].tolist() == [5]
    cells = {item.rule: item.cell for item in reading.findings}
    assert cells["vpr_task_above_max"] == "G10" and cells["vpr_score_above_max"] == "K10"
    assert "vpr_sum_mismatch" not in cells


def test_a_repeated_pupil_is_refused_with_the_place_of_the_first() -> None:
    again = pupil(40001, [0, 0, 0, 0], 0, 2)
    reading = read_rows(f1(*GOOD_PUPILS, again, GOOD_PUPILS[1]))
    found = [item.found for item in reading.findings if item.rule == "vpr_pupil_twice"]
    assert found == [
        "Код участника 40001 этой школы уже был в строке 10.",
        "Код участника 40002 этой школы уже был в строке 11; строка повторена без изменений.",
    ]
    assert reading.tables["vpr_pupils"]["score"].tolist() == [6, 1.5, 3]


def test_a_blank_may_hide_a_score_but_not_too_much() -> None:
    rows = f1(pupil(40001, [1, 1, None, 1], 5, 4), pupil(40002, [1, 1, None, 1], 6, 5))
    mismatches = [item for item in read_rows(rows).findings if item.rule == "vpr_sum_mismatch"]
    assert [item.cell for item in mismatches] == ["K11"]


def test_known_scale_is_used_and_named() -> None:
    scale = {"subject": "Русский язык", "grade": 4, "first_year": 2026, "last_year": 2026,
             "max_score": 6, "from_3": 2, "from_4": 4, "from_5": 6, "source": "приказ",
             "status": "нормативный"}  # fmt: skip
    given = context()
    settings = given.settings.model_validate({**given.settings.model_dump(), "vpr_scales": [scale]})
    body = [section(), *GOOD_PUPILS]
    reading = read_rows(individual(body), type(given)(**{**vars(given), "settings": settings}))
    said = [item.found for item in reading.findings if item.rule == "vpr_mark_misfit"]
    assert said == [
        "Балл 1,5, отметка 3; по шкале («3» с 2, «4» с 4, «5» с 6, из params) за этот балл "
        "ставится 2.",
        "Балл 3, отметка 4; по шкале («3» с 2, «4» с 4, «5» с 6, из params) за этот балл "
        "ставится 3.",
    ]


def test_fitted_scale_has_the_fewest_misfits_of_all_cuts() -> None:
    chance = np.random.default_rng(7)
    for _ in range(20):
        scores = chance.integers(0, 9, 40).astype(float)
        marks = np.clip(2 + (scores >= 3) + (scores >= 5) + (scores >= 7), 2, 5)
        flipped = chance.random(40) < 0.1
        marks = np.where(flipped, chance.integers(2, 6, 40), marks).astype(np.int64)
        fitted = fit_scale(scores, marks)
        for mark, cut in zip((3, 4, 5), fitted.cuts, strict=True):
            losses = [int(((marks >= mark) != (scores >= c)).sum()) for c in [*range(10), np.inf]]
            assert int(((marks >= mark) != (scores >= cut)).sum()) == min(losses)


def test_fitted_scale_finds_the_published_one() -> None:
    # 8 класс, русский: 0–25 / 26–31 / 32–44 / 45–51 (описание работы ВПР).
    scores = np.arange(52, dtype=float)
    marks = 2 + (scores >= 26).astype(int) + (scores >= 32) + (scores >= 45)
    assert fit_scale(scores, marks).cuts == (26, 32, 45)


def test_booleans_and_dates_are_no_scores() -> None:
    rows = f1(pupil(40001, [True, 1, datetime(2026, 1, 2), 1], 5, 4))
    reading = read_rows(rows)
    assert reading.tables["vpr_tasks"]["state"].tolist() == ["blank", "scored", "blank", "scored"]
    assert codes(reading).count("vpr_task_wrong_cell") == 2


def test_levels_of_the_advanced_work_stand_in_its_id() -> None:
    rows = individual(
        [section(), *[pupil(70001 + i, [1, 1, 1, 1], 4, 4) for i in range(3)]],
        work="ВПР 2026 Математика (углублённый уровень) 7 класс",
        subject="Математика (углублённый уровень)",
    )
    pupils = read_rows(rows).tables["vpr_pupils"]
    assert pupils["work_id"].iloc[0] == "2026 МАу 7"
    assert pupils["work_level"].iloc[0] == "углублённый"
    assert pupils["subject"].iloc[0] == "Математика"


@pytest.mark.parametrize(
    "work, date",
    [
        ("ВПР 2022 Русский язык 5 класс (по программе 4 класса)", "26.09.2022"),
        ("ВПР 2022 (осень) Русский язык по программе 4 класса", None),
    ],
)
def test_autumn_belongs_to_the_next_school_year_and_is_not_comparable(
    work: str, date: str | None
) -> None:
    body = [section(count=1), pupil(50001, [2, 1, 2, 1], 6, 5)]
    reading = read_rows(individual(body, work=work, date=date), context("2022-2023"))
    row = reading.tables["vpr_pupils"].iloc[0]
    assert (row["work_id"], row["session"], row["vpr_year"]) == ("2022о РУ 4", "autumn", 2022)
    assert not row["comparable"]
    assert "vpr_not_comparable" in codes(reading) and "vpr_code_grade" not in codes(reading)


def test_wrong_year_says_where_the_file_belongs() -> None:
    reading = read_rows(individual(), context("2024-2025"))
    assert not reading.tables
    assert "data/raw/2025-2026" in reading.findings[0].action


def test_section_gives_the_school_where_the_login_column_is_empty() -> None:
    body = [section(), *[[None, None, None, *row[3:]] for row in GOOD_PUPILS]]
    pupils = read_rows(individual(body)).tables["vpr_pupils"]
    assert set(pupils["school_id"]) == {"edu123456"}


def test_repeated_headers_and_totals_are_skipped_with_a_note() -> None:
    rows = individual()
    total = ["Итого", None, None, None, None, None, 4, 2, 2, 1, 10.5, None, None]
    reading = read_rows([*rows, rows[7], total])
    assert len(reading.tables["vpr_pupils"]) == 3
    assert codes(reading) == ["vpr_skipped_rows", "vpr_unscored"]


def test_many_wrong_cells_give_ten_lines_and_a_count() -> None:
    rows = f1(*[pupil(40001 + i, [2, 1, 2, "ой"], 5, 4) for i in range(13)])
    reading = read_rows(rows)
    assert codes(reading).count("vpr_task_wrong_cell") == 10
    more = next(item for item in reading.findings if item.rule == "vpr_more_refused")
    assert more.found == "Ещё случаев «Балл за задание не читается»: 3 (J20, J21, J22)."
    assert more.severity == "refused_rows"


@pytest.mark.parametrize("filled", [False, True])
def test_the_upload_form_is_refused_with_advice(filled: bool) -> None:
    reading = read_rows(upload_form(filled))
    assert not reading.tables
    assert [item.severity for item in reading.findings] == ["refused_file"]
    assert ("пустая" in reading.findings[0].found) is not filled
    assert "Ф1" in reading.findings[0].action


def test_service_sheets_of_the_form_are_claimed_in_silence() -> None:
    form, service = Sheet("Протокол", upload_form()), Sheet("Служебный", [["Предмет", "РУ"]])
    book = Workbook(Path("форма.xlsx"), "", [form, service])
    assert read_sheet(book, service).findings == []


def test_an_extra_column_is_noted_by_its_letter_and_not_read(tmp_path: Path) -> None:
    rows = with_cell(individual(), 7, 14, "ФИО")
    rows[9] += [None, "Иванова Мария"]
    reading = read_file(tmp_path, rows)
    assert "Столбцы O" in next(
        item.found for item in reading.findings if item.rule == "vpr_unknown_columns"
    )
    everything = " ".join(item.sentence for item in reading.findings) + " ".join(
        frame.astype("str").to_string() for frame in reading.tables.values()
    )
    assert "Иванова" not in everything


def test_real_file_names_and_sheet_names_do_not_matter(tmp_path: Path) -> None:
    path = save(tmp_path, individual(), "Ф3_Статистика по отметкам.xlsx", "МА 4 Сравнение")
    book = open_workbook(path)
    assert read_sheet(book, book.sheets[0]).layout == "vpr_individual"


def test_task_headers_of_every_kind() -> None:
    tasks = ["1 (2б)", "13К1 (1 балл)", "12.2(2б)", "4 K2 (1 б.)"]
    frame = read_rows(individual(tasks=tasks)).tables["vpr_tasks"]
    assert frame["task"].tolist()[:4] == ["1", "13К1", "12.2", "4К2"]
