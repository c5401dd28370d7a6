"""One bad input for each ВПР rule: what the methodologist is told is tested case by case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders_vpr import (
    COUNTRY,
    GOOD_MARKS,
    GOOD_PUPILS,
    MUNICIPALITY,
    OTHER_SCHOOL,
    REGION,
    SCHOOL,
    TASKS,
    Row,
    context,
    group_report,
    individual,
    journal,
    marks,
    pupil,
    save,
    section,
)

from msoko_lib.intake.check_vpr import cross_check_vpr
from msoko_lib.intake.layouts_vpr import LAYOUTS
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.rules import Finding
from msoko_lib.intake.workbook import Sheet, Workbook, open_workbook


def read_rows(rows: Sequence[Row], given: ReadContext | None = None) -> Reading:
    """Recognise and read rows of cells without a file."""
    sheet = Sheet("РУ 4", [list(row) for row in rows])
    return read_sheet(Workbook(Path("x.xlsx"), "", [sheet]), sheet, given)


def read_file(folder: Path, rows: Sequence[Row], given: ReadContext | None = None) -> Reading:
    """The same through a real workbook on disk."""
    book = open_workbook(save(folder, rows))
    return read_sheet(book, book.sheets[0], given)


def read_sheet(book: Workbook, sheet: Sheet, given: ReadContext | None = None) -> Reading:
    """Ask the layouts in their order, as the pipeline does."""
    for layout in sorted(LAYOUTS, key=lambda item: item.order):
        if layout.recognises(book, sheet):
            return layout.read(book, sheet, given or context())
    raise LookupError("no layout claims the sheet")


def f1(*pupils: Row, **options: Any) -> list[Row]:
    """Ф1 of one school with these pupils."""
    return individual([section(count=len(pupils)), *pupils], **options)


def without_column(rows: list[Row], name: str) -> list[Row]:
    """Rows with a column of the header row cut out."""
    place = next(row.index(name) for row in rows if name in row)
    return [[*row[:place], *row[place + 1 :]] if len(row) > place else row for row in rows]


def with_cell(rows: list[Row], row: int, column: int, value: Any) -> list[Row]:
    """Rows with one cell replaced (zero-based)."""
    changed = [list(cells) for cells in rows]
    changed[row] += [None] * (column + 1 - len(changed[row]))
    changed[row][column] = value
    return changed


def upload_form(filled: bool = False) -> list[Row]:
    """The empty form: R1 is the header, totals are zero."""
    header = ["Код участника", "Вариант", "1 (5б)", "2 (5б)", "4К1 (3б)",
              "Порядковый номер класса",
              "Отметка за предыдущий триместр/ четверть/полугодие", "Итого баллов"]  # fmt: skip
    rows: list[Row] = [header] + [[None] * 7 + [0] for _ in range(40)]
    if filled:
        rows[1] = [40001, 1, 5, 5, 3, 1, 4, 13]
    return rows


JOURNAL_ROW = [SCHOOL, 10, 20, 2, 70, 7, 10, 1]
OLD_NAMES = ["Группы участников", "Кол-во участников", "%"]
OLD_BLOCK = [
    ["Понизили (Отметка < Отметка по журналу)", 2, 20],
    ["Подтвердили (Отметка = Отметке по журналу)", 7, 70],
    ["Повысили (Отметка > Отметка по журналу)", 1, 10],
    ["Всего", 10, 100],
]
SCORE_NAMES = ["Группы участников", "Кол-во участников", 0, 1, 2, 3, 4, 5, 6, 7]
SCORES_TITLE = "Распределение первичных баллов"
TASK_NAMES = ["Группы участников", "Кол-во ОО", "Кол-во участников", "1", "2", "4К1", "9.1"]
MAX_ROW = [None, None, None, 2, 1, 2, 1]
TASK_BODY = [
    MAX_ROW, [COUNTRY, 34000, 1400000, 70, 60.5, "50,25", 40],
    [SCHOOL, None, 3, 66.67, 100, 62.5, 50],
]  # fmt: skip
SKILLS_TITLE = "Достижение планируемых результатов"
SKILL_NAMES = [
    "Номер задания",
    "Блоки ПООП обучающийся научится / получит возможность научиться или проверяемые "
    "требования (умения) в соответствии с ФГОС (ФК ГОС)",
    "Макс балл", SCHOOL, MUNICIPALITY, REGION, "РФ",
]  # fmt: skip
SKILL_BODY = [
    [None, None, None, "3 уч.", "1 234 уч.", "6024 уч.", "1400000 уч."],
    [1, "Умение писать под диктовку", 2, 66.67, 60, 61, 70],
    ["4К1", "Умение составлять план", 2, "62,5", 50, 51, 52],
    ["4К2", None, 2, 10, 20, 30, 40],
]
GROUPS_TITLE = "Выполнение заданий группами участников"
GROUPS_BODY = [
    MAX_ROW, [SCHOOL, None, 30, 60, 60, 60, 60],
    ["Ср. % вып. уч. гр. баллов 2", None, 4, 10, 10, 10, 10],
    ["Ср. % вып. уч. гр. баллов 5", None, 9, 90, 90, 90, 90],
]  # fmt: skip
ARCHIVE_NAMES = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников"]
MARK_ARCHIVE = [[*ARCHIVE_NAMES, 2, 3, 4, 5]]
ARCHIVE_ROW = [2026, "4 класс", "Русский язык", "г. Энск", "edu123456", "СОШ №1", "1,234",
               "5,1", 34.9, 40, 20]  # fmt: skip
BIAS_NAMES = ["Год", "Муниципалитет", "Логин", "ОО", "4 РУ", "4 МА", "5 РУ", "5 МА",
              "Количество маркеров"]  # fmt: skip
BIAS_ROW = [2026, "г. Энск", "edu123456", "СОШ №1", 1, 0, 0, 1, 2]


def scores(body: Sequence[Row], **header: Any) -> list[Row]:
    return group_report(SCORES_TITLE, body, SCORE_NAMES, **header)


def task_rates(body: Sequence[Row] = TASK_BODY) -> list[Row]:
    return group_report("Выполнение заданий", body, TASK_NAMES)


def mark_groups(body: Sequence[Row] = GROUPS_BODY) -> list[Row]:
    return group_report(GROUPS_TITLE, body, TASK_NAMES)


def skills(body: Sequence[Row] = SKILL_BODY) -> list[Row]:
    return group_report(SKILLS_TITLE, body, SKILL_NAMES)


@dataclass(frozen=True)
class Case:
    """Rows that must call a rule, and the context they are read in."""

    rows: Callable[[], list[Row]]
    given: Callable[[], ReadContext] = context

    def findings(self) -> list[Finding]:
        return read_rows(self.rows(), self.given()).findings


def cross(*files: list[Row]) -> list[Finding]:
    """Read several files under different names and check them against each other."""
    tables: dict[str, Any] = {}
    for number, rows in enumerate(files):
        given = context(file=f"файл {number}.xlsx")
        tables |= read_rows(rows, given).tables
    return cross_check_vpr(tables)


def many_wrong() -> list[Row]:
    return f1(*[pupil(40001 + i, [2, 1, 2, "ой"], 5, 4) for i in range(13)])


def many_mismatches() -> list[Row]:
    return f1(*[pupil(40001 + i, [2, 1, 2, 1], 5, 4) for i in range(13)])


def misfit_rows() -> list[Row]:
    good = [pupil(40001 + i, [0, 0, i % 3, 0], i % 3, 2 + i % 3) for i in range(12)]
    return f1(*good, pupil(40050, [0, 0, 0, 0], 0, 4))


def scale_misfit_rows() -> list[Row]:
    return f1(*[pupil(40001 + i, [0, 0, i % 3, 0], i % 3, 2 + i // 3 % 3) for i in range(18)])


CASES: dict[str, Case] = {
    "vpr_no_header": Case(lambda: individual(work="Отчёт о работе")),
    "vpr_wrong_year": Case(individual, lambda: context("2024-2025")),
    "vpr_upload_form": Case(upload_form),
    "vpr_no_rows": Case(f1),
    "vpr_unknown_subject": Case(
        lambda: individual(work="ВПР 2026 Логика 4 класс", subject="Логика")
    ),
    "vpr_subject_conflict": Case(lambda: individual(subject="Математика")),
    "vpr_date_year": Case(lambda: individual(date="20.04.2025")),
    "vpr_no_date": Case(lambda: individual(date=None)),
    "vpr_not_comparable": Case(
        lambda: individual(work="ВПР 2022 Русский язык 4 класс", date="26.09.2022"),
        lambda: context("2022-2023"),
    ),
    "vpr_max_sum": Case(lambda: individual(max_score=7)),
    "vpr_no_max": Case(lambda: individual(max_score="—")),
    "vpr_task_without_max": Case(lambda: individual(tasks=["1", *TASKS[1:]])),
    "vpr_task_twice": Case(lambda: individual(tasks=[*TASKS[:3], "1 (1б)"])),
    "vpr_no_tasks": Case(lambda: individual(tasks=["а", "б", "в", "г"])),
    "vpr_column_missing": Case(lambda: without_column(individual(), "Вариант")),
    "vpr_unknown_columns": Case(lambda: with_cell(individual(), 7, 14, "Примечание")),
    "vpr_no_levels": Case(lambda: [row if i != 6 else [] for i, row in enumerate(individual())]),
    "vpr_level_unknown": Case(lambda: individual(levels=["Б", "Б", "П", "Ъ"])),
    "vpr_level_latin_b": Case(lambda: individual(levels=["Б", "Б", "П", "B"])),
    "vpr_bad_code": Case(lambda: f1(*GOOD_PUPILS, pupil("4О001", [1, 1, 1, 1], 4, 4))),
    "vpr_row_without_code": Case(lambda: f1(*GOOD_PUPILS, pupil(None, [1, 1, 1, 1], 4, 4))),
    "vpr_row_without_school": Case(
        lambda: individual([*GOOD_PUPILS, [None, None, "Школа", 40009, 1, 1, 1, 1, 1, 1, 4, 4, 4]])
    ),
    "vpr_login_conflict": Case(lambda: individual([section(OTHER_SCHOOL, 3), *GOOD_PUPILS])),
    "vpr_pupil_twice": Case(lambda: f1(*GOOD_PUPILS, GOOD_PUPILS[0])),
    "vpr_code_grade": Case(lambda: f1(*GOOD_PUPILS, pupil(50001, [2, 1, 2, 1], 6, 5))),
    "vpr_task_wrong_cell": Case(lambda: f1(pupil(40001, [2, 1, 2, "да"], 5, 4))),
    "vpr_task_above_max": Case(lambda: f1(pupil(40001, [3, 1, 2, 1], 6, 4))),
    "vpr_score_wrong_cell": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], "шесть", 4))),
    "vpr_score_above_max": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], 7, 4))),
    "vpr_no_score": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], None, 4))),
    "vpr_sum_mismatch": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], 5, 4))),
    "vpr_mark_wrong_cell": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], 6, 6))),
    "vpr_no_mark": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], 6, "—"))),
    "vpr_no_journal_mark": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], 6, 5, journal=None))),
    "vpr_mark_misfit": Case(misfit_rows),
    "vpr_scale_misfit": Case(scale_misfit_rows),
    "vpr_declared_count": Case(lambda: individual([section(count=5), *GOOD_PUPILS])),
    "vpr_class_number": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], 6, 5, klass="4А"))),
    "vpr_no_variant": Case(lambda: f1(pupil(40001, [2, 1, 2, 1], 6, 5, variant=None))),
    "vpr_unscored": Case(individual),
    "vpr_skipped_rows": Case(lambda: [*individual(), ["Примечание: данные на 01.06.2026"]]),
    "vpr_more_refused": Case(many_wrong),
    "vpr_more_questions": Case(many_mismatches),
    "vpr_group_by_order": Case(
        lambda: marks([GOOD_MARKS[0], GOOD_MARKS[1], ["Заозёрный район", 5, 90, 10, 20, 30, 40]])
    ),
    "vpr_group_without_code": Case(
        lambda: marks([*GOOD_MARKS, ["СОШ №3", None, 9, 10, 20, 30, 40]])
    ),
    "vpr_group_twice": Case(lambda: marks([*GOOD_MARKS, GOOD_MARKS[3]])),
    "vpr_two_logins": Case(
        lambda: marks([*GOOD_MARKS, [OTHER_SCHOOL, None, 9, 10, 20, 30, 40]]),
        lambda: context(logins={"edu123456": "edu123456", "edu123457": "edu123456"}),
    ),
    "vpr_group_no_values": Case(
        lambda: marks([*GOOD_MARKS, [OTHER_SCHOOL, None, 0, None, "-", None, None]])
    ),
    "vpr_participants": Case(lambda: marks([[COUNTRY, 1, "много", 10, 20, 30, 40]])),
    "vpr_percent_wrong": Case(
        lambda: marks([*GOOD_MARKS, [OTHER_SCHOOL, None, 9, 10, 20, 30, "х"]])
    ),
    "vpr_percent_sum": Case(lambda: marks([[COUNTRY, 1, 100, 10, 20, 30, 39]])),
    "vpr_percent_as_share": Case(lambda: marks([[COUNTRY, 1, 100, 0.1, 0.2, 0.3, 0.4]])),
    "vpr_blank_share": Case(lambda: marks([[COUNTRY, 1, 100, None, 20, 40, 40]])),
    "vpr_journal_counts": Case(lambda: journal([[SCHOOL, 9, 20, 2, 70, 7, 10, 1]])),
    "vpr_journal_incomplete": Case(lambda: journal([[SCHOOL, 11, 20, 2, 70, 7, 10, 1]])),
    "vpr_journal_block": Case(
        lambda: journal([[COUNTRY], *OLD_BLOCK, [SCHOOL], *OLD_BLOCK[:2]], OLD_NAMES)
    ),
    "vpr_empty_columns": Case(lambda: scores([[SCHOOL, 10, 10, 20, 30, 40, 0, 0, 0, None]])),
    "vpr_score_beyond_max": Case(lambda: scores([[SCHOOL, 10, 10, 20, 30, 30, 0, 0, 0, 10]])),
    "vpr_task_unknown": Case(
        lambda: skills([*SKILL_BODY, ["янв.09", "Умение", 1, 10, 20, 30, 40]])
    ),
    "vpr_task_max_wrong": Case(
        lambda: task_rates([[None, None, None, 2, 1, -2, 1], *TASK_BODY[1:]])
    ),
    "vpr_blank_cells": Case(
        lambda: task_rates([[None, None, None, 2, 1, None, 1], *TASK_BODY[1:]])
    ),
    "vpr_mark_group_orphan": Case(lambda: mark_groups([MAX_ROW, GROUPS_BODY[2], *GROUPS_BODY[1:]])),
    "vpr_archive_no_rows": Case(lambda: [*MARK_ARCHIVE, [2019, *ARCHIVE_ROW[1:]]]),
    "vpr_archive_other_years": Case(lambda: [*MARK_ARCHIVE, ARCHIVE_ROW, [2025, *ARCHIVE_ROW[1:]]]),
    "vpr_archive_row": Case(
        lambda: [*MARK_ARCHIVE, ARCHIVE_ROW, [2026, "12 класс", *ARCHIVE_ROW[2:]]]
    ),
    "vpr_bias_columns": Case(lambda: [[*BIAS_NAMES[:7], "5", "Маркеров"], [*BIAS_ROW]]),
    "vpr_bias_flag": Case(lambda: [BIAS_NAMES, [*BIAS_ROW[:4], 3, 0, 0, 1, 1]]),
    "vpr_bias_count": Case(lambda: [BIAS_NAMES, [*BIAS_ROW[:8], 3]]),
}
CROSS_CASES: dict[str, Callable[[], list[Finding]]] = {
    "vpr_cross_participants": lambda: cross(
        individual(), marks([[SCHOOL, None, 4, 0, 25, 25, 50]])
    ),
    "vpr_cross_shares": lambda: cross(individual(), marks([[SCHOOL, None, 3, 0, 0, 33.3, 66.7]])),
}
