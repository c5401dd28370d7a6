"""Faults of files, few and at known places: the run must name each and stay useful."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msoko_lib.demo.blank_form import write_blank_form
from msoko_lib.demo.forms_vpr import FORMS
from msoko_lib.demo.truth import Defect
from msoko_lib.demo.vpr_groups import groups_of, marks_sheet
from msoko_lib.demo.vpr_individual import FIRST_TASK_COLUMN
from msoko_lib.demo.vpr_work import VprWork
from msoko_lib.demo.vpr_year import INDIVIDUAL, Town
from msoko_lib.demo.xls import compound_file
from msoko_lib.demo.xlsx import SheetRows, Value, write_xlsx
from msoko_lib.project import school_year_of

# Rows of Ф1: the header is the eighth, then a row with the school's name, then pupils.
HEADER_ROW = 7
FIRST_PUPIL_ROW = 9
FAULTY = INDIVIDUAL
ABOVE_MAXIMUM = 9
Rows = list[list[Value]]
Fault = Callable[[Rows, VprWork], tuple[str, dict[str, object]]]


def _pupil_twice(rows: Rows, work: VprWork) -> tuple[str, dict[str, object]]:
    rows.insert(FIRST_PUPIL_ROW + 1, list(rows[FIRST_PUPIL_ROW]))
    return "один участник дважды", {"row": FIRST_PUPIL_ROW + 2}


def _score_above_maximum(rows: Rows, work: VprWork) -> tuple[str, dict[str, object]]:
    rows[FIRST_PUPIL_ROW][FIRST_TASK_COLUMN] = ABOVE_MAXIMUM
    return "балл за задание выше максимума", {
        "row": FIRST_PUPIL_ROW + 1, "task": work.form.tasks[0].label, "found": ABOVE_MAXIMUM,
    }  # fmt: skip


def _mark_against_score(rows: Rows, work: VprWork) -> tuple[str, dict[str, object]]:
    mark = FIRST_TASK_COLUMN + len(work.form.tasks) + 1
    right = rows[FIRST_PUPIL_ROW][mark]
    wrong = 2 if right == 5 else 5
    rows[FIRST_PUPIL_ROW][mark] = wrong
    return "отметка не соответствует баллу", {
        "row": FIRST_PUPIL_ROW + 1, "found": wrong, "right": right,
    }  # fmt: skip


_FAULTS: dict[str, tuple[str, Fault]] = {
    "РУ 6": ("pupil_twice", _pupil_twice),
    "БИ 7": ("score_above_maximum", _score_above_maximum),
    "ГГ 6": ("mark_against_score", _mark_against_score),
}


def spoil(
    work: VprWork, sheets: dict[str, SheetRows], town: Town
) -> dict[str, tuple[str, str, dict[str, object]]]:
    """Plant the faults of a newest-year work into its sheets.

    Returns
    -------
    dict
        Report → code of the fault, what it is, details.
    """
    planted: dict[str, tuple[str, str, dict[str, object]]] = {}
    if not town.planted or work.end_year != town.newest or work.session != "spring":
        return planted
    if work.key in _FAULTS and FAULTY in sheets:
        code, fault = _FAULTS[work.key]
        rows = [list(row) for row in sheets[FAULTY].rows]
        idea, details = fault(rows, work)
        sheets[FAULTY] = SheetRows(sheets[FAULTY].name, rows)
        planted[FAULTY] = code, idea, details
    if work.key == "РУ 7" and FAULTY in sheets and town.plants.school("journal_gap") >= 0:
        login = town.schools[town.plants.school("journal_gap")].login
        planted[FAULTY] = (
            "declared_count",
            "заявленное число участников не равно числу строк",
            {"login": login},
        )
    single = f"{INDIVIDUAL} ({town.plants.school('tiny') + 1})"
    if single in sheets:
        login = town.schools[town.plants.school("tiny")].login
        typo = login.replace("edu99", "edu89")
        sheets[single] = _with_login(sheets[single], login, typo)
        planted[single] = "login_typo", "логина нет в справочнике", {"login": login, "typo": typo}
    return planted


def _with_login(sheet: SheetRows, login: str, typo: str) -> SheetRows:
    rows = [
        [cell.replace(login, typo) if isinstance(cell, str) else cell for cell in row]
        for row in sheet.rows
    ]
    return SheetRows(sheet.name, rows)


def write_stray_files(
    folder: Path, town: Town, newest: VprWork, earlier: VprWork | None
) -> list[tuple[Path, Defect]]:
    """Files that should not lie among those of the newest year.

    Parameters
    ----------
    folder : Path
        Folder of the newest year.
    town : Town
    newest : VprWork
        A work of that year; an older edition of its marks is written.
    earlier : VprWork, optional
        A work of an earlier year, put into the wrong folder.
    """
    year = school_year_of(town.newest)
    home = folder / "ВПР"
    found = []

    def note(path: Path, code: str, idea: str) -> None:
        defect = Defect(code, year, path.relative_to(folder).as_posix(), idea)
        found.append((path, defect))

    groups = groups_of(newest, town.labels)
    old = marks_sheet(newest, groups[:-1])
    path = home / f"Ф3_Статистика по отметкам {newest.key} (1).xlsx"
    write_xlsx(path, [old], saved=f"{town.newest}-05-30T08:00:00Z")
    note(path, "older_edition", "более ранняя выгрузка той же работы")
    path = home / "2899999.xlsx"
    write_xlsx(path, [marks_sheet(newest, groups)], saved=saved_on(town.newest))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    note(path, "truncated", "файл оборван")
    path = home / "Ф1 с паролем.xlsx"
    path.write_bytes(compound_file(bytes(5_000), "EncryptedPackage"))
    note(path, "password", "книга защищена паролем")
    if earlier is not None:
        path = home / f"Статистика {earlier.key} прошлый год.xlsx"
        write_xlsx(path, [marks_sheet(earlier, groups_of(earlier, town.labels))],
                   saved=saved_on(earlier.end_year))  # fmt: skip
        note(path, "wrong_year", "выгрузка другого учебного года")
    return found


def write_form_by_mistake(folder: Path, school_year: str) -> tuple[Path, Defect]:
    """The empty upload form, loaded instead of Ф1."""
    form = next(item for item in FORMS if item.key == "РУ 5")
    path = write_blank_form(folder / "ВПР" / "РУ 5 протокол.xlsx", form)
    name = path.relative_to(folder).as_posix()
    return path, Defect("blank_form", school_year, name, "пустая форма сбора вместо Ф1")


def saved_on(end_year: int) -> str:
    """When the exports of a year were downloaded: July, as results appear."""
    return f"{end_year}-07-15T09:00:00Z"
