"""Index of a year and the intake page: complete, honest about failures, safe with any name."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from report_samples import HOSTILE

from msoko_lib.intake.rules import SEVERITY_TITLES, Finding, findings_frame
from msoko_lib.reporting.exporter import check_html
from msoko_lib.reporting.html import PageMeta
from msoko_lib.reporting.intake_page import MAX_PLACES, intake_page, intake_workbook
from msoko_lib.reporting.site import DataKind, FailedReport, ReportLink, Site, index_page

META = PageMeta("Отчёты МСОКО", HOSTILE, "2024-2025")


def site() -> Site:
    return Site(
        META,
        subsystems=[ReportLink("01. Качество", "01.html", "Отметки")],
        schools=[ReportLink(f"СОШ № {n}", f"s{n}.html", group="Сельские школы") for n in (10, 2)]
        + [ReportLink(HOSTILE, "h.html", group="Городские школы")],
        failed=[FailedReport(HOSTILE, "нет кода школы <в справочнике>")],
        data=[DataKind("Ф1", 42, 2, 18345, 14), DataKind("ОГЭ", 6, 0, 1234)],
        missing=["Нет протоколов ЕГЭ."],
        files=[ReportLink("Таблицы", "tables.xlsx")],
        other_years=[ReportLink("2023/24", "../2023-2024/index.html")],
    )


def test_the_index_names_every_report_failure_and_gap() -> None:
    page = index_page(site())
    assert check_html(page, allowed_links=site().links) == []
    text = BeautifulSoup(page, "html.parser").get_text(" ").replace("\u00a0", " ")
    for said in (
        "1 отчёт по подсистемам и 3 отчёта по школам",
        "Не сделаны",
        "нет кода школы <в справочнике>",
        "2 файла",
        "18 345",
        "Нет протоколов ЕГЭ.",
        HOSTILE,
    ):
        assert said in text


def test_schools_are_listed_by_group_and_number_not_by_result() -> None:
    soup = BeautifulSoup(index_page(site()), "html.parser")
    links = [link["href"] for link in soup.select("ul.columns a")]
    assert links == ["h.html", "s2.html", "s10.html"]


def test_an_empty_year_says_so() -> None:
    page = index_page(Site(META))
    assert check_html(page) == []
    assert "Отчётов пока нет" in page and "Данных за этот год в банке нет" in page


def findings() -> pd.DataFrame:
    rows = [
        Finding(
            "refused_file",
            "form",
            HOSTILE,
            "Протокол",
            "",
            "это пустая форма.",
            "отчёт Ф1.",
            "Скачайте Ф1.",
        )
    ]
    rows += [
        Finding(
            "refused_rows",
            "score",
            "1.xlsx",
            "РУ 4",
            f"H{i}",
            f"балл {i} > 2.",
            "балл от 0 до 2.",
            "Проверьте.",
        )
        for i in range(MAX_PLACES + 5)
    ]
    rows += [
        Finding(severity, "r", "2.xlsx", "", "", "=1+1", "о.", "д.")
        for severity in ("set_aside", "question", "note")
    ]
    return findings_frame(rows)


def files() -> pd.DataFrame:
    return pd.DataFrame(
        [
            (HOSTILE, "Форма сбора", 0, "не принят"),
            ("1.xlsx", "Ф1", 87, "прочитан не весь"),
            ("2.xlsx", "Ф1", 100, "прочитан"),
        ],
        columns=["file", "title", "rows", "status"],
    )


def test_the_intake_page_says_what_why_and_what_to_do() -> None:
    page = intake_page(findings(), files(), PageMeta("Отчёт о загрузке"))
    assert check_html(page) == []
    text = BeautifulSoup(page, "html.parser").get_text(" ").replace("\u00a0", " ")
    for said in (
        "2 файла из 3, всего 187 строк",
        "Файлы не приняты: 1",
        HOSTILE,
        "ячейка H3",
        "Ожидалось: балл от 0 до 2.",
        "Скачайте Ф1.",
        "17 замечаний в 1 файле",
        "и ещё 5",
        "прочитан не весь",
        "Отложено до уточнения: 1",
    ):
        assert said in text
    assert "ячейка H16" not in text


def test_a_clean_intake_and_an_empty_one() -> None:
    clean = intake_page(findings().head(0), files().tail(1), PageMeta("т"))
    assert "Всё, что поступило, принято" in clean
    empty = intake_page(findings().head(0), files().head(0), PageMeta("т"))
    assert "нет ни одного файла" in empty and "Всё, что поступило" not in empty
    assert check_html(clean) == check_html(empty) == []


def test_the_intake_workbook_keeps_every_line_as_text() -> None:
    book = load_workbook(io.BytesIO(intake_workbook(findings(), files(), "Загрузка")))
    sheet = book["Замечания"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(rows) == len(findings())
    assert {row[0] for row in rows} == set(SEVERITY_TITLES.values())
    formulas = [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert formulas == []
    assert "=1+1" in [row[4] for row in rows]
    assert [row[2] for row in book["Файлы"].iter_rows(min_row=4, values_only=True)] == [0, 87, 100]


@pytest.mark.parametrize(
    ("found", "of_files", "message"),
    [
        (findings().drop(columns="action"), files(), "action"),
        (findings(), files().drop(columns="status"), "status"),
        (findings().assign(severity="bad"), files(), "unknown severity"),
    ],
)
def test_frames_of_another_shape_are_refused(
    found: pd.DataFrame, of_files: pd.DataFrame, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        intake_page(found, of_files, META)
