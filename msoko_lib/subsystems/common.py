"""Sections that every report has: goals, collection, decisions, passport of the report."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, Folded, ReportTable, Section
from msoko_lib.subsystems.year import HISTORY_YEARS, Year
from msoko_lib.versions import build_date, commit, versions

SHORT_HASH = 12
YEAR_OF = ru.Noun("учебного года", "учебных лет", "учебных лет")
FILE_OF_NOUN = ru.Noun("файла", "файлов", "файлов")


def goals(year: Year, subsystem: str) -> Section:
    """Goal of the subsystem and its indicators with their targets and where these come from."""
    part = year.catalogue.of_subsystem(subsystem)
    valid = [item for item in part.indicators if item.is_valid_in(year.school_year)]
    known = _with_data(year, [item.id for item in valid])
    counted = [item for item in valid if item.id in known]
    # Without any data the whole list says what to collect.
    shown = counted or valid
    silent = len(valid) - len(shown)
    rows = [
        {
            "id": passport.id,
            "title": passport.title,
            "formula": passport.formula,
            "target": target.words if target else ru.NO_TARGET,
            "status": target.status if target else ru.NOT_APPLICABLE,
        }
        for passport in shown
        for target in [year.target(passport)]
    ]
    table = ReportTable(
        pd.DataFrame(rows, columns=["id", "title", "formula", "target", "status"]),
        title="Показатели подсистемы",
        name=f"{subsystem} Показатели",
        columns=[
            Column("id", "Код"),
            Column("title", "Показатель"),
            Column("formula", "Как считается"),
            Column("target", "Ориентир"),
            Column("status", "Статус ориентира"),
        ],
        note="Статус «муниципальный» и «системный» – не нормативы: их утверждает и меняет "
        "муниципалитет в файлах params."
        + ("" if counted else " Данных за год пока нет ни по одному из них.")
        + (f" Ещё показателей без данных за год: {silent}." if silent else ""),
    )
    return Section(part.goal, table=table, anchor="celi")


@derived("какие показатели посчитаны")
def _with_data(year: Year, indicator_ids: Sequence[str]) -> list[str]:
    """Those of the indicators that some data are known of."""
    rows = year.indicators_of(*indicator_ids)
    return sorted(map(str, rows.loc[rows["status"] != "no_data", "indicator_id"].unique()))


def collection(year: Year, layouts: tuple[str, ...], subsystem: str) -> Section:
    """From which files the figures come and what was refused."""
    ours = _files_read(year, list(layouts))
    titles = {layout.code: layout.title for layout in all_layouts(year.project)}
    kinds = ours.assign(kind=ours["layout"].str.split().str[0].map(titles))
    kinds = kinds.groupby("kind", sort=True).agg(
        files_n=("layout", "size"),
        rows=("rows", "sum"),
        troubled_n=("status", lambda status: int((status != "прочитан").sum())),
    )
    table = ReportTable(
        kinds.reset_index(),
        title="Откуда взяты данные",
        name=f"{subsystem} Источники",
        columns=[
            Column("kind", "Вид файла"),
            Column("files_n", "Файлов", "int"),
            Column("rows", "Строк принято", "int"),
            Column("troubled_n", "Файлов с замечаниями", "int"),
        ],
        note="Что не принято и почему – в отчёте о загрузке (intake.html).",
    )
    found = (
        f"Использовано {ru.counted(len(ours), ru.FILE)}"
        if len(ours)
        else "Файлов для этой подсистемы среди данных года нет"
    )
    return Section(f"{found}.", table=table, anchor="sbor")


@derived("состав исходных файлов")
def _files_read(year: Year, layouts: Sequence[str]) -> pd.DataFrame:
    """What was read of every file of these layouts; the files unnamed."""
    manifest = Bank(year.project, year.school_year).manifest()
    files = pd.DataFrame(manifest["files"], columns=["file", "layout", "rows", "status"])
    ours = files[files["layout"].str.startswith(tuple(layouts))]
    return ours[["layout", "rows", "status"]].reset_index(drop=True)


def passport(
    year: Year,
    *tables: str,
    subject: str = "муниципалитет",
    school_id: str = "",
    by_year: bool = False,
) -> Section:
    """«Паспорт отчёта»: parameters, input files with their hashes, versions.

    Parameters
    ----------
    by_year : bool
        One line a year in place of the files: their names may tell of organisations.
    """
    facts = [
        ("Учебный год", year.school_year),
        ("Объект", subject),
        ("Дата сборки", ru.date_ru(build_date())),
        ("Версия параметров", year.settings.fingerprint),
        ("Версии программ", ru.joined(f"{name} {version}" for name, version in versions().items())),
    ]
    revision = commit(year.project.delivery)
    if revision:
        facts.append(("Ревизия кода", revision))
    parameters = ReportTable(
        pd.DataFrame(facts, columns=["what", "value"]),
        title="Параметры и версии",
        name="Паспорт",
        columns=[Column("what", "Что"), Column("value", "Значение")],
    )
    files = _years_read(year) if by_year else source_files(year, list(tables), school_id)
    inputs = ReportTable(
        files,
        title="Исходные файлы",
        name="Исходные файлы",
        columns=[
            Column("year", "Год"),
            Column("file", "Файл"),
            Column("sha", "SHA-256 (начало)"),
        ],
        note="Полные хеши – в manifest.json банка данных.",
    )
    told = (
        ru.in_words(len(files), YEAR_OF, genitive=True)
        if by_year
        else ru.counted(len(files), FILE_OF_NOUN)
    )
    return Section(
        f"Отчёт собран из данных {told}."
        if by_year
        else f"Отчёт собран из {told}."
        if len(files)
        else "Файлов с данными для этого отчёта за год нет.",
        items=[parameters, Folded("Исходные файлы и их контрольные суммы", inputs)],
        anchor="pasport",
    )


@derived("исходные файлы")
def source_files(year: Year, tables: Sequence[str], school_id: str = "") -> pd.DataFrame:
    """Files of the year that the named bank tables were read from; earlier years in one row each.

    Parameters
    ----------
    school_id : str
        Only files with rows of this school; empty: all files.
    """
    bank = Bank(year.project, year.school_year)
    hashes = {entry["file"]: entry["sha256"] for entry in bank.manifest()["files"]}
    used: set[str] = set()
    for table in tables:
        frame = year.inputs.table(table)
        if school_id:
            column = "school_id" if "school_id" in frame else "unit_id"
            frame = frame[frame[column] == school_id]
        used.update(frame["source_file"].unique())
    rows = [
        {"year": bank.school_year, "file": name, "sha": hashes.get(name, "")[:SHORT_HASH]}
        for name in sorted(used)
    ]
    rows += [row for back in range(1, HISTORY_YEARS) if (row := _bank_row(bank.previous(back)))]
    return pd.DataFrame(rows, columns=["year", "file", "sha"])


@derived("исходные файлы")
def _years_read(year: Year) -> pd.DataFrame:
    bank = Bank(year.project, year.school_year)
    banks = [bank, *(bank.previous(back) for back in range(1, HISTORY_YEARS))]
    rows = [row for each in banks if (row := _bank_row(each))]
    return pd.DataFrame(rows, columns=["year", "file", "sha"])


def _bank_row(bank: Bank) -> dict[str, str] | None:
    """A year's bank as one line; None where the year has none."""
    if not bank.exists:
        return None
    manifest = bank.manifest()
    count = ru.counted(len(manifest["files"]), ru.FILE)
    return {
        "year": bank.school_year,
        "file": f"банк данных года ({count})",
        "sha": manifest["inputs"][:SHORT_HASH],
    }
