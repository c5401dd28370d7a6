"""«Полнота сбора»: who has answered what; reminders; the workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from tiny_catalogue import YEAR, form_rows, schools_frame

from msoko_lib.catalogue import load_catalogue
from msoko_lib.forms.completeness import OFFICE_ID, completeness, reminder, write_completeness
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project

DDT = {"site_works": 0.0, "teachers_n": 4.0, "teachers_high_n": 1.0, "courses_share": 0.0}


def rows_of(project: Project) -> pd.DataFrame:
    answers = pd.concat([
        form_rows(YEAR, "edu100001", {"pupils_n": 5.0, "teachers_n": 3.0, "old_n": 2.0}),
        form_rows(YEAR, "ddt1", DDT),
        form_rows(YEAR, "edu100001", {"inspections_n": 1.0}),
    ])  # fmt: skip
    return completeness(answers, schools_frame(), load_catalogue(project), YEAR)


def test_each_organisation_and_subsystem_is_counted(tiny: Project) -> None:
    rows = rows_of(tiny).set_index(["school_id", "subsystem"])
    counted = rows[["asked_n", "answered_n", "state"]].apply(tuple, axis=1).to_dict()
    assert counted == {
        ("edu100001", "01"): (7, 1, "заполнено не всё"),
        ("edu100001", "07"): (5, 1, "заполнено не всё"),
        ("edu100002", "01"): (7, 0, "нет ответов"), ("edu100002", "07"): (5, 0, "нет ответов"),
        ("ds200001", "01"): (2, 0, "нет ответов"), ("ds200001", "07"): (3, 0, "нет ответов"),
        ("ddt1", "01"): (1, 1, "заполнено"), ("ddt1", "07"): (3, 3, "заполнено"),
        (OFFICE_ID, "01"): (3, 1, "заполнено не всё"),
    }  # fmt: skip
    assert rows.loc[("ds200001", "01"), "missing"] == "Обучающихся всего; Работает ли сайт"
    assert rows.loc[("edu100001", "07"), "share"] == 0.2


def test_words_are_answers_too(tiny: Project) -> None:
    words = form_rows(YEAR, "edu100001", {"programme": float("nan")}).assign(text="базовая")
    rows = completeness(words, schools_frame(), load_catalogue(tiny), YEAR)
    assert rows.iloc[0]["answered_n"] == 1


def test_nobody_has_answered(tiny: Project) -> None:
    empty = TABLES["form_values"].empty()
    rows = completeness(empty, schools_frame(), load_catalogue(tiny), YEAR)
    assert set(rows["state"]) == {"нет ответов"} and rows["share"].eq(0).all()


def test_a_closed_school_is_not_waited_for(tiny: Project) -> None:
    schools = schools_frame()
    schools.loc[1, "until"] = "2024-08-31"
    rows = completeness(TABLES["form_values"].empty(), schools, load_catalogue(tiny), YEAR)
    assert "edu100002" not in set(rows["school_id"])


def test_a_reminder_says_what_and_by_when(tiny: Project) -> None:
    rows = rows_of(tiny)
    letter = reminder("МБОУ «СОШ № 1»", rows[rows["school_id"] == "edu100001"], "2025-01-20")
    assert letter.startswith("Уважаемые коллеги!")
    for part in (
        "МБОУ «СОШ № 1»",
        "01. Качество подготовки обучающихся: 1 из 7",
        "«Из них проходили диагностику»",
        "и ещё 1",
        "20\u00a0января 2025\u00a0г.",
    ):
        assert part in letter
    assert "Обучающихся всего" not in letter, "what is answered is not asked for again"
    silent = reminder("Школа", rows[rows["school_id"] == "edu100002"], "2025-01-20")
    assert "нет ни одного ответа из 7" in silent
    assert reminder("Дом творчества", rows[rows["school_id"] == "ddt1"], "2025-01-20") == ""


def test_the_workbook(tiny: Project, tmp_path: Path) -> None:
    path = tmp_path / "Полнота сбора.xlsx"
    write_completeness(rows_of(tiny), path, YEAR, "2025-01-20")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Полнота сбора", "Чего не хватает", "Напоминания"]
    overview = [[cell.value for cell in row] for row in book["Полнота сбора"].iter_rows()]
    assert ["Дом творчества", 100, "1 из 1", "3 из 3"] in overview
    first = next(row for row in overview if row[0] == "МБОУ «СОШ № 1» г. Энск")
    assert first[1:] == [pytest.approx(100 * 2 / 12), "1 из 7", "1 из 5"]
    letters = [row[0].value for row in book["Напоминания"].iter_rows()]
    assert "МКОУ «ООШ» с. Липовка" in letters and "Дом творчества" not in letters
    assert "Управление образования" not in letters, "the office writes no letters to itself"
