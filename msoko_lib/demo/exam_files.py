"""The files in which РЦОИ sends the results of a year: another format every year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msoko_lib.demo.csvfile import write_csv
from msoko_lib.demo.exam_appeals import (
    Appeal,
    draw_appeals,
    ege_appeal_rows,
    oge_appeal_rows,
)
from msoko_lib.demo.exam_rows import protocol_rows, technical_rows
from msoko_lib.demo.exam_sitting import Sitting
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xls import write_xls
from msoko_lib.demo.xlsx import Row, SheetRows, write_xlsx

# Above this many rows a file of the old format would not hold the table.
MOST_XLS_ROWS = 5_000
APPEALED_EGE, APPEALED_OGE = "12", "02"
TECHNICAL_OGE = "08"


def write_exams(
    folder: Path, sittings: Sequence[Sitting], town: Town
) -> tuple[list[Path], list[Appeal]]:
    """Write the protocols and the appeals of a year.

    The oldest year comes as csv in Windows-1251 and as xls, later ones as csv in UTF-8 with a
    mark, as xls and as xlsx; several exams may follow one another in a sheet.
    """
    home = folder / "РЦОИ"
    end_year = sittings[0].end_year if sittings else town.newest
    oldest = end_year == town.end_years[0] and len(town.end_years) > 1
    newest = end_year == town.newest
    ege = [item for item in sittings if item.exam.exam == "ege"]
    oge = [item for item in sittings if item.exam.exam == "oge"]
    gve = [item for item in sittings if item.exam.exam == "gve"]
    files: list[Path] = []
    encoding = "cp1251" if oldest else "utf-8-sig"
    if oldest:
        for place, item in enumerate(ege):
            path = home / f"{item.exam.code}_{item.date}.csv"
            write_csv(path, protocol_rows(item, town, title_column=place % 3), encoding)
            files.append(path)
    else:
        split = (len(ege) + 1) // 2
        for name, part in (("ЕГЭ часть 1", ege[:split]), ("ЕГЭ часть 2", ege[split:])):
            files += _write_book(home / name, part, town, old_format=not newest)
    technical = [item for item in oge if item.exam.code == TECHNICAL_OGE and newest]
    plain = [item for item in oge if item not in technical]
    for item in technical:
        path = home / f"Report_{item.exam.code}.csv"
        write_csv(path, technical_rows(item, town), encoding)
        files.append(path)
    files += _write_book(home / "ОГЭ обязательные", plain[:2], town, old_format=newest)
    for item in plain[2:]:
        path = home / f"ОГЭ {item.exam.code}.csv"
        write_csv(path, protocol_rows(item, town), encoding)
        files.append(path)
    files += _write_book(home / "ГВЭ", gve, town, old_format=False)
    appeal_files, appeals = _write_appeals(home, ege, oge if newest else [], town)
    return files + appeal_files, appeals


def _write_book(
    stem: Path, sittings: Sequence[Sitting], town: Town, old_format: bool
) -> list[Path]:
    """Several exams one after another in a sheet, an empty row between."""
    rows: list[Row] = []
    for place, item in enumerate(sittings):
        rows += protocol_rows(item, town, title_column=place % 2)
        rows.append([])
    if not rows:
        return []
    sheet = SheetRows("Протокол", rows)
    if old_format and len(rows) <= MOST_XLS_ROWS:
        path = stem.parent / f"{stem.name}.xls"
        write_xls(path, [sheet])
    else:
        path = stem.parent / f"{stem.name}.xlsx"
        write_xlsx(path, [sheet])
    return [path]


def _write_appeals(
    home: Path, ege: Sequence[Sitting], oge: Sequence[Sitting], town: Town
) -> tuple[list[Path], list[Appeal]]:
    files: list[Path] = []
    found: list[Appeal] = []
    for items, code, name, make in (
        (ege, APPEALED_EGE, "Апелляции ЕГЭ.xlsx", ege_appeal_rows),
        (oge, APPEALED_OGE, "Апелляции ОГЭ.xlsx", oge_appeal_rows),
    ):
        for item in items:
            appeals = draw_appeals(item, town) if item.exam.code == code else []
            if appeals:
                path = home / name
                write_xlsx(path, [SheetRows("Апелляции", make(item, appeals, town))])
                files.append(path)
                found += appeals
    return files, found
