"""«Полнота сбора»: who has answered what; reminders; workbook and page."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from filled_forms import answer, changed
from tiny_catalogue import YEAR, form_rows, schools_frame, write_banks, write_catalogue

from msoko_lib.bank import Bank
from msoko_lib.batch.collection import PAGE, collection_of, write_collection
from msoko_lib.batch.intake_step import read_year
from msoko_lib.catalogue import load_catalogue
from msoko_lib.forms.completeness import OFFICE_ID, by_subsystem, by_unit, completeness
from msoko_lib.forms.completeness_book import completeness_workbook
from msoko_lib.forms.reminders import reminder, reminders
from msoko_lib.forms.writer import write_forms
from msoko_lib.intake.directory import Directory, draft_directory, write_directory_draft
from msoko_lib.intake.pipeline import silent
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project
from msoko_lib.reporting.completeness_page import WORKBOOK, completeness_page
from msoko_lib.reporting.html import PageMeta
from msoko_lib.reporting.html_check import check_html

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
    quiet = reminder("Школа", rows[rows["school_id"] == "edu100002"], "2025-01-20")
    assert "ответов на форму сбора данных МСОКО пока нет" in quiet
    assert "Разделов в форме: 2, вопросов: 12." in quiet
    assert reminder("Дом творчества", rows[rows["school_id"] == "ddt1"], "2025-01-20") == ""


def test_the_workbook(tiny: Project) -> None:
    rows = rows_of(tiny)
    content = completeness_workbook(rows, reminders(rows, "2025-01-20"), YEAR)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Полнота сбора", "Чего не хватает", "Напоминания"]
    overview = [[cell.value for cell in row] for row in book["Полнота сбора"].iter_rows()]
    assert ["Дом творчества", 100, "1 из 1", "3 из 3"] in overview
    first = next(row for row in overview if row[0] == "МБОУ «СОШ № 1» г. Энск")
    assert first[1:] == [pytest.approx(100 * 2 / 12), "1 из 7", "1 из 5"]
    letters = [row[0].value for row in book["Напоминания"].iter_rows()]
    assert "МКОУ «ООШ» с. Липовка" in letters and "Дом творчества" not in letters
    assert "Управление образования" not in letters, "the office writes no letters to itself"


def test_a_deadline_that_has_passed_is_not_asked_for_again(tiny: Project) -> None:
    rows = rows_of(tiny)
    own = rows[rows["school_id"] == "edu100001"]
    on_the_day = reminder("Школа", own, "2025-01-20", today="2025-01-20")
    assert "до\u00a020\u00a0января" in on_the_day and "Срок был" not in on_the_day
    after = reminder("Школа", own, "2025-01-20", today="2025-01-21")
    assert "Срок был 20\u00a0января 2025\u00a0г. Просим" in after and "в ближайшее время" in after
    assert "в ближайшее время" in reminder("Школа", own), "no deadline is set"


def test_organisations_and_subsystems_are_summed(tiny: Project) -> None:
    rows = rows_of(tiny)
    units = by_unit(rows).set_index("school_id")
    assert list(units["state"]) == ["нет ответов"] * 2 + ["заполнено не всё", "заполнено"]
    assert units.loc["edu100001", ["asked_n", "answered_n"]].tolist() == [12, 2]
    assert units.loc["edu100002", "nothing"] == "01, 07" and units.loc["ddt1", "nothing"] == ""
    assert units.loc["edu100001", "partly"] == "01, 07" and OFFICE_ID not in units.index
    parts = by_subsystem(rows).set_index("subsystem")
    assert parts.loc["01", ["units_n", "whole_n", "partly_n", "nothing_n"]].tolist() == [4, 1, 1, 2]
    assert parts.loc["01", ["asked_n", "answered_n"]].tolist() == [7 + 7 + 2 + 1, 1 + 1]
    assert by_unit(rows.iloc[:0]).empty and by_subsystem(rows.iloc[:0]).empty


def page_of(rows: pd.DataFrame, made_on: str = "2025-01-10") -> BeautifulSoup:
    letters = reminders(rows, "2025-01-20", today=made_on)
    meta = PageMeta("Полнота сбора", "Округ", YEAR, made_on=made_on)
    page = completeness_page(rows, letters, meta, "2025-01-20", "муниципальный")
    assert check_html(page) == []
    return BeautifulSoup(page, "html.parser")


def text(nodes: Iterable[object]) -> str:
    return " ".join(node.get_text(" ") for node in nodes).replace("\u00a0", " ")  # type: ignore[attr-defined]


def test_the_page_names_who_owes_and_holds_their_letters(tiny: Project) -> None:
    rows = rows_of(tiny)
    soup = page_of(rows)
    lead = text(soup.select("ul.lead"))
    assert "6 ответов из 33" in lead, "the office's 21 are told apart"
    for said in ("2 организации из 4", "МКОУ «ООШ» с. Липовка", "Дом творчества", "до 20 января"):
        assert said in lead
    assert "Срок прошёл" not in lead
    assert "Срок прошёл" in text(page_of(rows, "2025-01-21").select("ul.lead"))
    letters = [node.get_text() for node in soup.select("pre.letter")]
    assert sorted(letters) == sorted(reminders(rows, "2025-01-20").values()) and len(letters) == 3


def test_a_whole_collection_reminds_nobody(tiny: Project) -> None:
    rows = rows_of(tiny)
    rows = rows[rows["school_id"] == "ddt1"]
    soup = page_of(rows)
    assert not soup.select("pre.letter") and "ответили все" in soup.get_text()


@pytest.fixture
def sent_back(tmp_path: Path) -> Project:
    """A project where the first school has sent its form with one answer that cannot be taken."""
    project = write_catalogue(tmp_path)
    write_banks(project)
    (blank,) = [path for path in write_forms(project, YEAR) if "СОШ № 1" in path.name]
    changed(blank, project.raw(YEAR) / "ответ.xlsx", answer(pupils_n="много", teachers_n=20))
    schools = schools_frame()
    draft = draft_directory({"schools": schools}, Directory.from_frame(schools))
    write_directory_draft(draft, project.raw(YEAR) / "Справочник ОО.xlsx")
    return project


def test_the_year_writes_page_and_workbook_and_tells_what_was_not_taken(sent_back: Project) -> None:
    read_year(sent_back, YEAR, 1, silent)
    outputs = sent_back.outputs(YEAR)
    assert (outputs / PAGE).is_file() and (outputs / WORKBOOK).is_file()
    state = collection_of(sent_back, YEAR)
    assert state.deadline == "2025-06-20"
    letter = state.letters["edu100001"]
    told = letter[letter.index("принять их нельзя") :]
    assert "«Обучающихся всего»: текст" in told and "ячейка C" in told
    assert "целое число" in told
    assert "принять их нельзя" not in state.letters["edu100002"]
    again = (outputs / PAGE).stat().st_mtime_ns
    write_collection(sent_back, YEAR)
    assert (outputs / PAGE).stat().st_mtime_ns == again, "what has not changed stays"
    common = sent_back.params / "common.yml"
    common.write_text(common.read_text(encoding="utf-8").replace("{day: 20, month: 6,",
                      "{day: 1, month: 10,"), encoding="utf-8")  # fmt: skip
    write_collection(sent_back, YEAR)
    assert "1\u00a0октября 2024" in (outputs / PAGE).read_text(encoding="utf-8")


def test_a_corrected_form_is_not_reproached_with_its_first_edition(sent_back: Project) -> None:
    blank = next(path for path in (sent_back.outputs(YEAR) / "forms").iterdir()
                 if "СОШ № 1" in path.name)  # fmt: skip
    changed(blank, sent_back.raw(YEAR) / "ответ, исправленный.xlsx", answer(pupils_n=500))
    read_year(sent_back, YEAR, 1, silent)
    letter = collection_of(sent_back, YEAR).letters["edu100001"]
    assert "принять их нельзя" not in letter and "Обучающихся всего" not in letter


def test_without_a_directory_there_is_no_page(tmp_path: Path) -> None:
    project = write_catalogue(tmp_path)
    Bank(project, YEAR).write({}, {"school_year": YEAR, "files": [], "findings": []})
    project.outputs(YEAR).mkdir(parents=True)
    (project.outputs(YEAR) / PAGE).write_text("старая", encoding="utf-8")
    assert write_collection(project, YEAR) is None
    assert not (project.outputs(YEAR) / PAGE).exists()
