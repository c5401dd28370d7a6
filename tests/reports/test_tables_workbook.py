"""``tables.xlsx``: every table of the reports, numbers as numbers, text never a formula."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook
from report_samples import HOSTILE, report_notebook, small_table

from msoko_lib.reporting import sheets as sheets_module
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.reporting.book import Book, SheetLink, safe_text
from msoko_lib.reporting.collected import CollectedTable, collect_tables, read_collected
from msoko_lib.reporting.sheets import SheetColumn, write_sheet
from msoko_lib.reporting.workbook import CONTENTS, sheet_tables, tables_workbook

# One page across is what the format means where nothing is said.
ONE_PAGE = (None, 1)


def collected(table: ReportTable, report: str) -> list[CollectedTable]:
    return [CollectedTable(report, payload) for payload in table.table_payloads()]


@pytest.fixture(scope="module")
def content() -> bytes:
    tables = collect_tables(report_notebook(), "СОШ № 1") + collect_tables(
        report_notebook(), "СОШ № 2"
    )
    tables += collected(small_table("Другая"), "01. Качество")
    return tables_workbook(tables, "Таблицы")


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def test_one_sheet_a_table_and_contents_that_lead_there(book: Workbook) -> None:
    assert book.sheetnames == [CONTENTS, "КП-02", "Другая"]
    links = [
        cell.hyperlink.location
        for row in book[CONTENTS].iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert links == ["'КП-02'!A1", "'Другая'!A1"]
    assert book["Другая"]["A3"].hyperlink.location == f"'{CONTENTS}'!A1"


def test_the_same_table_of_two_schools_is_one_sheet_with_the_school_first(book: Workbook) -> None:
    rows = list(book["КП-02"].iter_rows(min_row=5, values_only=True))
    assert rows[0] == ("Отчёт", "Школа", "Участников", "Качество", "Интервал: от", "Интервал: до")
    assert [row[0] for row in rows[1:]] == ["СОШ № 1"] * 2 + ["СОШ № 2"] * 2
    assert rows[1][2:] == (1200, 0.6125, 0.4, 0.7)
    assert rows[2][2:] == (3, "мало", "нет данных", "нет данных")


def test_every_sheet_can_be_filtered_and_printed(book: Workbook) -> None:
    """Contents too: a filter, a frozen and repeated header, a print area, one page across."""
    assert (book.properties.title, book.properties.creator) == ("Таблицы", "msoko")
    for sheet in book.worksheets:
        assert sheet.auto_filter.ref and sheet.freeze_panes and sheet.print_title_rows, sheet.title
        assert sheet.print_area and sheet.page_setup.fitToWidth in ONE_PAGE, sheet.title
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A4), sheet.title
        numbers = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "n"]
        assert all(c.number_format != "General" for c in numbers if c.value is not None)


def test_a_table_too_wide_for_a4_is_printed_on_a3() -> None:
    names = [f"c{place}" for place in range(8)]
    frame = pd.DataFrame([dict.fromkeys(names, "длинные слова " * 5)])
    wide = ReportTable(frame, "Широкая", "Широкая", [Column(name, name) for name in names])
    content = tables_workbook(collected(wide, "Отчёт"), "Таблицы")
    sheet = load_workbook(io.BytesIO(content))["Широкая"]
    assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A3)
    assert sheet.page_setup.orientation == "landscape"


def test_numbers_have_formats_and_the_sheet_is_ready_to_use(book: Workbook) -> None:
    sheet = book["Другая"]
    assert [cell.number_format for cell in sheet[6]][1:] == ["#,##0", "0.0%", "0.0%", "0.0%"]
    assert sheet.freeze_panes == "B6"
    assert sheet.auto_filter.ref == "A5:E7"
    assert sheet.print_title_rows == "$5:$5"
    assert "$A$1:$E$7" in sheet.print_area
    assert sheet.page_setup.fitToWidth in ONE_PAGE and sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize("text", ["=1+1", "+7 900", "-минус", "@cmd", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    table = ReportTable(pd.DataFrame({"a": [text]}), text, "лист", [Column("a", text)], note=text)
    data = tables_workbook(collected(table, text), text)
    sheet = load_workbook(io.BytesIO(data))["лист"]
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert len(texts) == 4
    assert {cell.data_type for cell in texts} == {"s"}
    assert all(cell.quotePrefix for cell in texts)
    # Another reader, which computes nothing, sees the text itself.
    values = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("лист").to_python()
    assert sum(value == text for row in values for value in row) == 4


def test_control_signs_do_not_break_the_file() -> None:
    assert safe_text("а\x00б\x1f\ud800\ufffe") == "аб"
    assert safe_text("а\r\nб\rв") == "а\nб\nв"


def test_tables_of_one_name_but_other_columns_get_sheets_of_their_own() -> None:
    frame = pd.DataFrame({"a": [1]})
    long = "Имя листа длиной в тридцать сим"
    first = ReportTable(frame, "т", long, [Column("a", "А", "int")])
    second = ReportTable(frame, "т", long.upper(), [Column("a", "Б", "int")])
    sheets = sheet_tables(collected(first, "р") + collected(second, "р"))
    names = [sheet.name for sheet in sheets]
    assert names == [long, long.upper()[:27] + " (2)"]
    assert max(map(len, names)) == 31


def test_a_title_that_names_one_school_does_not_stand_above_all() -> None:
    tables = [
        item
        for n in (1, 2)
        for item in collected(
            ReportTable(pd.DataFrame({"a": [n]}), f"СОШ № {n}", "ОГЭ", note=f"n = {n}"),
            f"СОШ № {n}",
        )
    ]
    (sheet,) = sheet_tables(tables)
    assert (sheet.title, sheet.note) == ("ОГЭ", "")
    assert sheet.reports == ("СОШ № 1", "СОШ № 2")


def test_dates_marks_and_points_keep_their_meaning() -> None:
    frame = pd.DataFrame({"day": ["2025-04-20"], "mark": ["attention"], "d": [-3.25]})
    table = ReportTable(
        frame,
        "т",
        "т",
        [Column("day", "День", "date"), Column("mark", "Вывод", "mark"), Column("d", "Δ", "pp")],
    )
    sheet = load_workbook(io.BytesIO(tables_workbook(collected(table, "р"), "т")))["т"]
    day, mark, points = sheet[5]
    assert day.is_date and day.number_format == "DD.MM.YYYY"
    assert mark.value == "▼ требует внимания"
    assert (points.value, points.number_format) == (-3.25, "+0.0;-0.0;0.0")


def test_no_table_is_lost_from_a_notebook() -> None:
    (table,) = collect_tables(report_notebook(), "СОШ № 1")
    assert table.payload["name"] == "КП-02"
    assert table.payload["records"][0]["name"] == HOSTILE


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_it_without_loss(content: bytes, book: Workbook, tmp_path: Path) -> None:
    """Every sheet, text and number is there after LibreOffice has opened and saved it."""
    (tmp_path / "tables.xlsx").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
               "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"),
               str(tmp_path / "tables.xlsx")]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    opened = load_workbook(tmp_path / "out" / "tables.xlsx")
    assert opened.sheetnames == book.sheetnames
    for sheet in book.worksheets:
        again = opened[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                value = again[cell.coordinate].value
                assert value == cell.value, f"{sheet.title} {cell.coordinate}"


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    values = (
        "текст", "", None, True, 7, -0.125, math.nan, dt.date(2025, 4, 20),
        dt.datetime(2025, 4, 20, 12), SheetLink("Лист 'а' & б", "туда"), " два\nстроки ", 10**15,
    )  # fmt: skip
    columns = [SheetColumn(str(n), "DD.MM.YYYY" if n in (7, 8) else "0.0") for n in range(12)]
    with Book("т") as book:
        write_sheet(book, "а", "т", columns, [values])
        write_sheet(book, "Лист 'а' & б", "т", columns[:1], [("x",)])
        sheet = load_workbook(io.BytesIO(book.finish()))["а"]
    assert [cell.value for cell in sheet[4]] == [
        "текст", "", None, "да", 7, -0.125, None, dt.datetime(2025, 4, 20),
        dt.datetime(2025, 4, 20, 12), "туда", " два\nстроки ", 10**15,
    ]  # fmt: skip
    assert sheet["J4"].hyperlink.location == "'Лист ''а'' & б'!A1"
    assert sheet.row_dimensions[4].height == 30


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_module, "MAX_ROWS", 15)
    numbers = pd.DataFrame({"a": range(25)})
    long = ReportTable(numbers, "Длинная", "Длинная", [Column("a", "А", "int")], note="О ней.")
    # Its name is what the second sheet would be called otherwise.
    other = ReportTable(numbers[:1], "т", "Длинная (2)", [Column("a", "Б", "int")])
    tables = collected(long, "р") + collected(other, "р")
    book = load_workbook(io.BytesIO(tables_workbook(tables, "Таблицы")))
    names = ["Длинная", "Длинная (3)", "Длинная (4)"]
    assert book.sheetnames == [CONTENTS, *names, "Длинная (2)"]
    seen = [[row[0] for row in book[name].iter_rows(min_row=6, values_only=True)] for name in names]
    assert [len(rows) for rows in seen] == [10, 10, 5] and [n for rows in seen for n in rows] == [
        *range(25)
    ]
    assert all(book[name].auto_filter.ref.startswith("A5:") for name in names)
    assert [book[name]["A2"].value for name in names] == [
        "О ней. На один лист таблица не помещается: продолжение – на листе «Длинная (3)».",
        "О ней. Начало таблицы – на листе «Длинная». На один лист таблица не помещается: "
        "продолжение – на листе «Длинная (4)».",
        "О ней. Начало таблицы – на листе «Длинная (3)».",
    ]


def test_a_workbook_is_the_same_every_time_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tables = collect_tables(report_notebook(), "СОШ № 1")
    assert tables_workbook(tables, "т") == tables_workbook(tables, "т")
    with pytest.raises(KeyError), Book("т") as book:
        write_sheet(book, "а", "т", [SheetColumn("А")], [("x",)])
        raise KeyError
    assert not list(tmp_path.iterdir())


def test_more_sheets_than_a_system_lets_open_files() -> None:
    columns = [SheetColumn("А")]
    opened = set()
    with Book("т") as book:
        for place in range(60):
            write_sheet(book, f"л{place}", "т", columns, [(place,)])
            with Path(__file__).open() as file:
                # The lowest free number: it would grow with files left open.
                opened.add(file.fileno())
        assert len(opened) == 1
        assert len(load_workbook(io.BytesIO(book.finish())).sheetnames) == 60


def test_tables_kept_in_a_file_are_those_that_were_put_there(tmp_path: Path) -> None:
    payloads = [
        *small_table("Ёмкость").table_payloads(),
        *ReportTable(pd.DataFrame({"a": []}), "т", "Пусто", []).table_payloads(),
        *small_table("Другая").table_payloads(),
    ]
    for place, indent in enumerate((None, 2)):
        path = tmp_path / f"{place}.json"
        path.write_text(json.dumps(payloads, ensure_ascii=False, indent=indent), encoding="utf-8")
        read = list(read_collected(path, "р"))
        assert [{**table.payload, "records": list(table.records)} for table in read] == payloads
        assert [len(table.records) for table in read] == [2, 0, 2]
    (tmp_path / "2.json").write_text("[]", encoding="utf-8")
    assert not list(read_collected(tmp_path / "2.json", "р"))
