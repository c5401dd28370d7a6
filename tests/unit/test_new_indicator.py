"""An indicator added in YAML alone: form, bank, indicator table, report, workbook."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from msoko_lib.bank import Bank
from msoko_lib.batch.year import run_year
from msoko_lib.forms.fill import answer_cells, fill_form
from msoko_lib.forms.writer import write_forms
from msoko_lib.indicators.store import indicator_table
from msoko_lib.intake.pipeline import silent
from msoko_lib.project import Project
from msoko_lib.subsystems.values_table import NAME

if TYPE_CHECKING:
    from conftest import Made

YEAR = "2024-2025"
PASSPORTS = "05_objectivity.yml"
FIELDS = """\
fields:
  - id: committees_n
    title: Заседаний школьной комиссии по оцениванию
    kind: целое
    high: 40
    help: Заседания с протоколом за учебный год.
  - id: committees_open_n
    title: Заседаний с участием родителей
    kind: целое
    part_of: committees_n
    help: Из тех же заседаний.
"""
INDICATOR = """\
indicators:
  - id: ОБ-99
    title: Открытость школьных комиссий
    question: Какая доля заседаний комиссий прошла с участием родителей?
    formula: заседания с участием родителей ÷ все заседания
    from_fields:
      kind: доля
      numerator: committees_open_n
      denominator: committees_n
    unit: "%"
    direction: больше – лучше
    period: год
    source: форма сбора
    assesses: условия
    education_levels: [ООО]
    levels: [school, cluster, municipality]
    minimum_n: 5
    interval: уилсона
    reference: municipality
    target: {value: 50, words: не ниже половины, source: предложение, status: муниципальный}
"""
ANSWERS = (
    {"committees_n": 10, "committees_open_n": 6},
    {"committees_n": 8, "committees_open_n": 9},
    {"committees_n": 3, "committees_open_n": 1},
)


@pytest.fixture
def project(tiny_project: Made, tmp_path: Path) -> Project:
    """A project whose methodologist has added two questions and an indicator to subsystem 05."""
    project = tiny_project.copy_to(tmp_path / "project")
    path = project.params / "indicators" / PASSPORTS
    text = path.read_text(encoding="utf-8")
    assert text.count("fields:\n") >= 1 and text.count("\nindicators:\n") == 1
    text = text.replace("fields:\n", FIELDS, 1).replace("indicators:\n", INDICATOR, 1)
    path.write_text(text, encoding="utf-8")
    for other in project.raw_years()[:-1]:
        for file in project.raw(other).rglob("*.xls*"):
            file.unlink()
    for file in project.raw(YEAR).rglob("*"):
        if file.is_file() and "Справочник" not in file.name:
            file.unlink()
    notebook_path = project.notebooks / "05_objectivity.ipynb"
    notebook = nbformat.read(notebook_path, as_version=4)
    goals = [cell for cell in notebook.cells if "goals" in cell.source]
    assert len(goals) == 1
    notebook.cells = [*notebook.cells[:4], *goals]
    nbformat.write(notebook, notebook_path)
    return project


def rows_of(page: Worksheet) -> list[dict[str, object]]:
    """Rows of a sheet below its header, by the header's words."""
    lines = [list(line) for line in page.iter_rows(values_only=True)]
    place = next(i for i, line in enumerate(lines) if "Код" in line)
    return [dict(zip(map(str, lines[place]), line, strict=True)) for line in lines[place + 1 :]]


def test_yaml_alone_makes_form_value_report_and_workbook(project: Project) -> None:
    schools = [path for path in write_forms(project, YEAR) if "Управление" not in path.name]
    blanks = [path.read_bytes() for path in schools]
    blanks = [blank for blank in blanks if "committees_n" in answer_cells(blank)]
    assert len(blanks) == 6, "every school is asked, no preschool"
    sheet, address = answer_cells(blanks[0])["committees_open_n"]
    book = openpyxl.load_workbook(io.BytesIO(blanks[0]))
    rules = [rule for rule in book[sheet].data_validations.dataValidation if address in rule.sqref]
    assert rules, "the question is validated"
    for place, (blank, answers) in enumerate(zip(blanks, ANSWERS, strict=False)):
        path = project.raw(YEAR) / "Бланки" / f"ответ {place}.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(fill_form(blank, answers))

    result = run_year(project, YEAR, ["05"], [], 1, False, silent)
    assert result.failed == {}
    bank = Bank(project, YEAR)
    answers_kept = bank.table("form_values").query("field_id == 'committees_n'")
    assert sorted(answers_kept["value"]) == [3, 8, 10]
    refused = [
        item for item in bank.manifest()["findings"] if item["rule"] == "form_part_above_whole"
    ]
    assert len(refused) == 1 and "Заседаний с участием родителей" in refused[0]["found"]

    table = indicator_table(project, YEAR)
    own = table[table["indicator_id"] == "ОБ-99"]
    whole = own[own["level"] == "municipality"].iloc[0]
    assert (whole["numerator"], whole["denominator"], whole["status"]) == (7, 13, "ok")
    states = own[own["level"] == "school"]["status"].value_counts().to_dict()
    assert states == {"ok": 1, "not_enough": 1}

    outputs = project.outputs(YEAR)
    assert "Открытость школьных комиссий" in (outputs / "05_objectivity.html").read_text("utf-8")
    workbook = openpyxl.load_workbook(outputs / "tables.xlsx")
    listed = [row for row in rows_of(workbook[NAME]) if row["Код"] == "ОБ-99"]
    told = {row["Организация или группа"]: row for row in listed}
    (town,) = [row for row in listed if row["Уровень"] == "муниципалитет"]
    assert town["Значение"] == pytest.approx(100 * 7 / 13) and town["Всего"] == 13
    assert town["Ориентир"] == "не ниже половины" and town["Источник"] == "форма сбора"
    assert sorted(str(row["Значение"]) for row in told.values()).count("мало") >= 1
    reasons = [row["Почему нет значения"] for row in listed if row["Значение"] == "мало"]
    assert "Мало данных: 3, а нужно не меньше 5." in reasons
    summary = [row for page in workbook.worksheets[1:] if page.title.endswith("Показатели")
               for row in rows_of(page)]  # fmt: skip
    assert "ОБ-99" in {row["Код"] for row in summary}


def test_the_sheet_of_values_has_every_indicator_in_readers_units(tiny_project: Made) -> None:
    from msoko_lib.subsystems.values_table import COLUMNS, values_table
    from msoko_lib.subsystems.year import open_year_of

    year = open_year_of(tiny_project.project, tiny_project.newest)
    table = values_table(year)
    records = table.payload["records"]
    assert {row["indicator_id"] for row in records} == set(year.catalogue.passports)
    for row in records:
        formula = year.catalogue[row["indicator_id"]].from_fields
        share = formula is None or formula.kind != "отношение"
        if row["unit"] == "%" and share and isinstance(row["shown"], float):
            assert abs(row["shown"]) <= 100, row
        # A value is a number; without one the cell says why: too few, no data, withheld.
        assert isinstance(row["shown"], str) == (row["reason"] != "—"), row
    assert {column["header"] for column in table.payload["columns"]} == {
        column.header for column in COLUMNS
    }
