"""The quirks of real exports are in the demo, and none in a quiet one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from msoko_lib.demo import DemoTruth
from msoko_lib.intake.workbook import WorkbookProblem, open_workbook

NBSP = "\u00a0"
HEADER_ROW = 7


def quirks_of(truth: DemoTruth) -> Counter[str]:
    """How many cells or files of each quirk the ВПР exports hold."""
    found: Counter[str] = Counter()
    for path in sorted((truth.root / "data" / "raw").rglob("*.xlsx")):
        if "ВПР" not in path.parts:
            continue
        try:
            rows = open_workbook(path).sheets[0].rows
        except WorkbookProblem:
            found["unreadable file"] += 1
            continue
        _count(rows, found)
    return found


def _count(rows: list[list[object]], found: Counter[str]) -> None:
    is_individual = rows[0][0] == "Индивидуальные результаты"
    for row in rows[HEADER_ROW + 1 :]:
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                found["comma decimal"] += re.fullmatch(r"\d+,\d+", cell) is not None
                found["thousands parted by a no-break space"] += NBSP in cell
                found["dash"] += cell == "—"
                found["X Latin"] += cell == "X"
                found["Х Cyrillic"] += cell == "Х"
                found["Н not taught"] += cell in ("Н", "N")
                found["trailing space"] += cell.endswith(" ") and cell != " "
                found["note"] += cell.startswith("Примечание")
            if is_individual and cell == "" and row[3] != "" and column > 5:
                found["blank task"] += 1
        if is_individual and row[3] != "" and row[5] == "":
            found["no variant"] += 1
        if is_individual and len(row) > 1 and str(row[1]).startswith("Заречный м.о."):
            found["municipality spelt otherwise"] += 1
    if len(rows) > HEADER_ROW:
        header = rows[HEADER_ROW]
        found["empty eighth column"] += len(header) == 8 and header[7] == " "


ALWAYS = {"Х Cyrillic"}


def test_every_quirk_is_there(demo: DemoTruth) -> None:
    found = quirks_of(demo)
    wanted = {
        "comma decimal", "thousands parted by a no-break space", "dash", "X Latin", "Х Cyrillic",
        "Н not taught", "trailing space", "note", "blank task", "no variant",
        "municipality spelt otherwise", "empty eighth column", "unreadable file",
    }  # fmt: skip
    assert {name for name, count in found.items() if count} == wanted


def test_quiet_demo_has_none(quiet_demo: DemoTruth) -> None:
    found = quirks_of(quiet_demo)
    assert {name for name, count in found.items() if count} == ALWAYS


def test_rough_shares_miss_100_by_a_tenth(demo: DemoTruth) -> None:
    sums = Counter()
    for path in sorted((demo.root / "data" / "raw").rglob("*.xlsx")):
        if "ВПР" not in path.parts:
            continue
        try:
            rows = open_workbook(path).sheets[0].rows
        except WorkbookProblem:
            continue
        if str(rows[0][0]).strip() != "Статистика по отметкам":
            continue
        for row in rows[HEADER_ROW + 1 :]:
            shares = [str(cell).replace(",", ".") for cell in row[3:7]]
            if all(re.fullmatch(r"\d+\.\d", share) for share in shares) and "," in str(row[3]):
                sums[round(sum(map(float, shares)), 1)] += 1
    assert set(sums) <= {99.8, 99.9, 100.0, 100.1, 100.2}
    assert len(sums) >= 2


@pytest.mark.parametrize("school_year", ["2022-2023", "2024-2025"])
def test_renamed_school_bears_the_name_of_its_year(demo: DemoTruth, school_year: str) -> None:
    school = demo.school(demo.phenomenon("renamed").login)
    path = _individual(demo, school_year, "РУ 5")
    names = {row[2] for row in open_workbook(path).sheets[0].rows[9:] if row[0] == school.login}
    name = school.short_name if school_year == "2024-2025" else school.old_name
    assert names == {f"{name}({school.login})"}


def test_second_login_stands_in_the_older_works_alone(demo: DemoTruth) -> None:
    school = demo.school(demo.phenomenon("two_logins").login)
    seen = {year: set() for year in demo.school_years}
    for year in demo.school_years:
        for path in sorted((demo.root / "data" / "raw" / year / "ВПР").rglob("*.xlsx")):
            try:
                rows = open_workbook(path).sheets[0].rows
            except WorkbookProblem:
                continue
            seen[year] |= {row[0] for row in rows[9:] if str(row[0]).startswith("edu")}
    assert school.second_login in seen["2022-2023"] | seen["2023-2024"]
    assert school.second_login not in seen["2024-2025"]
    assert all(school.login in logins for logins in seen.values())


def test_section_rows_are_merged_in_the_files_of_single_schools(demo: DemoTruth) -> None:
    folder = demo.root / "data" / "raw" / "2024-2025" / "ВПР" / "МА 6"
    paths = sorted(folder.glob("Ф1_Индивидуальные результаты (*).xlsx"))
    assert len(paths) == 14
    sheet = CalamineWorkbook.from_path(str(paths[0])).get_sheet_by_index(0)
    last = len(open_workbook(paths[0]).sheets[0].rows[HEADER_ROW]) - 1
    assert sheet.merged_cell_ranges == [((8, 0), (8, last))]


def _individual(demo: DemoTruth, school_year: str, key: str) -> Path:
    subject = {"РУ 5": "Русский язык 5 класс"}[key]
    line = f"ВПР {school_year[-4:]} {subject}"
    for path in sorted((demo.root / "data" / "raw" / school_year / "ВПР").rglob("*.xlsx")):
        try:
            sheet = open_workbook(path).sheets[0]
        except WorkbookProblem:
            continue
        if sheet.cell(2, 0) == line and sheet.cell(0, 0) == "Индивидуальные результаты":
            return path
    raise AssertionError(f"no Ф1 of {line}")
