"""One Ф1 in every guise in which exports arrive: the bank must hold the same cells each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from variants import (
    Grid,
    as_archive,
    as_csv,
    as_html,
    as_xlsx,
    as_xml_2003,
    read,
    rules,
)

from msoko_lib.intake.markup_tables import markup_sheets
from msoko_lib.intake.text_tables import csv_rows
from msoko_lib.intake.workbook import WorkbookProblem, open_workbook

YEAR = "2025-2026"
LOGIN = "edu123456"
SCHOOL = f"МБОУ «СОШ №1» (корпус 2)({LOGIN})"
F1: Grid = [
    ["Индивидуальные результаты"],
    [],
    ["ВПР 2026 Русский язык 4 класс"],
    ["Предмет:", "Русский язык"],
    ["Максимальный первичный балл:", 6],
    ["Дата:", "20.04.2026"],
    [None, None, "Уровень сложности задания", None, None, None, "Б", "П", "В"],
    ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант",
     "1 (2б)", "2.1 (1б)", "4К1 (3б)", "Первичный балл", "Отметка", "Отметка по журналу"],
    [f"{SCHOOL} | Кол-во участников: 3"],
    [LOGIN, "Энский район", SCHOOL, 40001, 1, 2, 2, "X", 1.5, 3.5, 4, 3],
    [LOGIN, "Энский район", SCHOOL, 40002, 2, 1, 0, 1, "Н", 1, 2, 3],
    [LOGIN, "Энский район", SCHOOL, 40003, 2, 1, 2, "—", None, 2, 3, 5],
]  # fmt: skip
PUPILS = [
    (10, 1, "2", 3.5, 6.0, 4, 3), (11, 2, "1", 1.0, 6.0, 2, 3), (12, 2, "1", 2.0, 6.0, 3, 5),
]  # fmt: skip
TASKS = [
    ("1", "Б", "scored", 2.0, 2.0), ("2.1", "П", "not_attempted", None, 1.0),
    ("4К1", "В", "scored", 1.5, 3.0),
    ("1", "Б", "scored", 0.0, 2.0), ("2.1", "П", "scored", 1.0, 1.0),
    ("4К1", "В", "not_taught", None, 3.0),
    ("1", "Б", "scored", 2.0, 2.0), ("2.1", "П", "blank", None, 1.0),
    ("4К1", "В", "blank", None, 3.0),
]  # fmt: skip


def comma_decimals() -> Grid:
    return [[c.replace(".", ",") if c == "20.04.2026" else c for c in map(_text, r)] for r in F1]


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell).replace(".5", ",5")


GUISES = {
    "a.xlsx": as_xlsx(F1),
    "без окончания": as_xlsx(F1),
    "2849657.dat": as_xlsx(F1),
    "книга.xls": as_xlsx(F1),
    "web.xls": as_html(F1),
    "web1251.xls": as_html(F1, "cp1251"),
    "web16.xls": as_html(F1, "utf-16"),
    "страница.html": as_html(F1),
    "архив.mht": as_archive(F1),
    "архив.xls": as_archive(F1),
    "xml.xls": as_xml_2003(F1),
    "таблица.xml": as_xml_2003(F1),
    "a.csv": as_csv(F1),
    "bom.csv": as_csv(F1, "utf-8-sig"),
    "mac.csv": as_csv(F1, line_end="\r"),
    "tab.csv": as_csv(F1, "utf-8", delimiter="\t"),
    "юникод.xls": as_csv(F1, "utf-16", delimiter="\t"),
    "csv.xls": as_csv(F1),
}


@pytest.mark.parametrize("name", GUISES)
def test_every_guise_gives_the_same_cells(tmp_path: Path, name: str) -> None:
    reading = read(tmp_path, name, GUISES[name], YEAR)

    pupils, tasks = reading.tables["vpr_pupils"], reading.tables["vpr_tasks"]
    columns = ["source_row", "class_number", "variant", "score", "max_score", "mark",
               "journal_mark"]  # fmt: skip
    assert [tuple(row) for row in pupils[columns].itertuples(index=False)] == PUPILS
    assert set(pupils["school_id"]) == {LOGIN}
    cells = tasks[["task", "task_level", "state", "score", "max_score"]].astype(object)
    cells = cells.where(cells.notna(), None)
    assert [tuple(row) for row in cells.itertuples(index=False)] == TASKS
    assert rules(reading) == {"vpr_unscored"}


def test_quotation_mark_left_open_swallows_no_rows(tmp_path: Path) -> None:
    content = as_csv(F1).replace("Энский".encode("cp1251"), '"Энский'.encode("cp1251"), 1)

    reading = read(tmp_path, "a.csv", content, YEAR)

    assert list(reading.tables["vpr_pupils"]["source_row"]) == [10, 11, 12]


def test_quoted_line_break_stays_in_its_cell() -> None:
    assert csv_rows('"a\nb";2\n3;4') == [["a\nb", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("оборван.xls", as_html(F1)[:900], "broken_workbook"),
        ("оборван.xml", as_xml_2003(F1)[:900], "broken_workbook"),
        ("без таблиц.html", b"<html><body>404</body></html>", "broken_workbook"),
        ("сущности.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><Workbook '
         b'xmlns="urn:schemas-microsoft-com:office:spreadsheet">&b;</Workbook>', "broken_workbook"),
        ("архив.zip", b"PK\x03\x04", "not_a_table"),
        ("заметки.md", b"# 1;2", "not_a_table"),
        ("текст.xls", "просто слова".encode(), "broken_workbook"),
    ],
)  # fmt: skip
def test_what_holds_no_table_is_refused_with_advice(
    tmp_path: Path, name: str, content: bytes, rule: str
) -> None:
    assert rules(read(tmp_path, name, content, YEAR)) == {rule}


def test_page_keeps_spans_lines_between_tables_and_exact_numbers() -> None:
    page = """<p>01 - Русский язык</p><table>
      <tr><td rowspan="2">А</td><td colspan="2">Б &amp; В</td></tr>
      <tr><td>1<br>2</td><td x:num="5.0612">5,1</td></tr>
      <tr><td>внизу</td></tr></table>
      <h2>Второй</h2><table><tr><th>Г<td>Д</table>"""

    sheets = markup_sheets(page.encode())

    assert sheets == [("", [
        ["01 - Русский язык"],
        ["А", "Б & В", None],
        [None, "1 2", "5.0612"],
        ["внизу"],
        ["Второй"],
        ["Г", "Д"],
    ])]  # fmt: skip


def test_xml_keeps_merged_cells_and_dates() -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    book = f"""<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="Л"><Table>
      <Row ss:Index="2"><Cell ss:MergeAcross="2"><Data ss:Type="String">А</Data></Cell>
      <Cell><Data ss:Type="DateTime">2026-04-20T00:00:00.000</Data></Cell><Cell/></Row>
      </Table></Worksheet></Workbook>"""

    [(name, rows)] = markup_sheets(book.encode()) or []

    assert name == "Л"
    assert [str(cell) for cell in rows[1]] == ["А", "None", "None", "2026-04-20 00:00:00", "None"]
    assert rows[0] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors,
          HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.sampled_from(sorted(GUISES)), st.integers(0, 3_000), st.binary(max_size=6))
def test_damage_is_a_refusal_never_a_traceback(
    tmp_path: Path, name: str, place: int, put: bytes
) -> None:
    content = GUISES[name]
    path = tmp_path / name
    path.write_bytes(content[:place] + put + content[place + 3 :])
    try:
        sheets = open_workbook(path).sheets
    except WorkbookProblem as problem:
        assert problem.rule
    else:
        assert any(not sheet.is_empty for sheet in sheets)


def test_cells_without_a_row_of_their_own_are_the_first_row() -> None:
    page = "<table><td>А</td><td>Б</td><tr><td>1</td><td>2</td></tr></table>"
    assert markup_sheets(page.encode()) == [("", [["А", "Б"], ["1", "2"]])]
