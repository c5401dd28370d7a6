"""Works whose pupils are counted by level: start, meta-subject, НИКО, regional, rehearsals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msoko_lib.demo.pupils import GRADES
from msoko_lib.demo.school_tables import pupils_by_grade
from msoko_lib.demo.source_year import SourceUnit, SourceYear, shares_of
from msoko_lib.demo.xlsx import Row, SheetRows, Value

FOLDER = "Диагностики"
REGIONAL = f"{FOLDER}/Региональные диагностические работы.xlsx"
_BASIC_LEVELS = ("Низкий", "Базовый", "Повышенный", "Высокий")
_USUAL_LEVELS = (55.0, 30.0, 15.0)
_READY_LEVELS = ("Не готовы", "Условно готовы", "Готовы")
_SUBJECTS = ("Русский язык", "Математика")


@dataclass(frozen=True)
class _Work:
    """A work: its file, title, fields, the (grade, subject) rows of a school, names of levels."""

    name: str
    title: str
    tested: str
    reached: str
    rows: tuple[tuple[int, str], ...]
    levels: Sequence[str] = _BASIC_LEVELS
    weights: Sequence[float] = _USUAL_LEVELS


def _both(*grades: int) -> tuple[tuple[int, str], ...]:
    return tuple((grade, subject) for grade in grades for subject in _SUBJECTS)


WORKS = (
    _Work(f"{FOLDER}/Стартовая диагностика 1 класс.xlsx", "Стартовая диагностика, 1 класс",
          "start1_tested_n", "start1_ready_n", ((1, ""),)),
    _Work(f"{FOLDER}/Метапредметная диагностика 5 и 10 классы.xlsx",
          "Метапредметная диагностика, 5 и 10 классы", "meta_tested_n", "meta_basic_n",
          ((5, ""), (10, ""))),
    _Work(f"{FOLDER}/НИКО.xlsx", "НИКО, 6 класс", "niko_tested_n", "niko_basic_n", ((6, ""),)),
    _Work(REGIONAL, "Региональные диагностические работы, 4 и 7 классы", "regional_tested_n",
          "regional_basic_n", _both(4, 7)),
    _Work(f"{FOLDER}/Репетиционные ОГЭ и ЕГЭ.xlsx", "Репетиционное тестирование: ОГЭ и ЕГЭ",
          "rehearsal_tested_n", "rehearsal_passed_n", _both(9, 11), _READY_LEVELS, (60.0, 40.0)),
)  # fmt: skip


def write_diagnostics(year: SourceYear) -> None:
    """Write a workbook for each work."""
    grades = pupils_by_grade(year.town, year.end_year)
    for work in WORKS:
        rows: list[Row] = []
        totals = [0] * (1 + len(work.levels))
        for unit, pupils in zip(year.schools, grades, strict=True):
            if work.tested in unit.answers:
                sizes = dict(zip(GRADES, pupils.tolist(), strict=True))
                for whose, counts in _rows(work, unit, sizes):
                    rows.append([*whose, *counts])
                    totals = [so_far + n for so_far, n in zip(totals, counts, strict=True)]
        if not rows:
            continue
        if year.is_spoilt and work.name == REGIONAL:
            rows[-1] = _in_per_cent(rows[-1])
            year.spoilt(
                "per_cent_as_text", work.name, "вместо числа учеников – проценты текстом",
                row=3 + len(rows), unit_id=year.schools[-1].unit_id,
            )  # fmt: skip
        header: Row = ["Код ОО", "Школа", "Класс", "Предмет", "Участников", *work.levels]
        title: Row = [f"{work.title}, {year.words_of_year}"]
        total: Row = ["Итого", None, None, None, *totals]
        # A row of per cents cannot be added up, and the total of that book is left out.
        below = [] if isinstance(rows[-1][-1], str) else [total]
        year.save(work.name, SheetRows("Результаты", [title, [], header, *rows, *below]))


def _rows(
    work: _Work, unit: SourceUnit, sizes: dict[int, int]
) -> list[tuple[list[Value], list[int]]]:
    """Rows of a school: whose, then participants and counts by level."""
    where = [each for each in work.rows if sizes[each[0]]] or [work.rows[0]]
    weights = [float(sizes[grade]) or 1.0 for grade, _ in where]
    tested = shares_of(unit.whole(work.tested), weights)
    low = unit.whole(work.tested) - unit.whole(work.reached)
    # Of each row may fall below the base level no more than wrote it.
    fallen = shares_of(low, [n or 1e-9 for n in tested])
    found = []
    for (grade, subject), whole, below in zip(where, tested, fallen, strict=True):
        counts = [below, *shares_of(whole - below, work.weights)]
        whose: list[Value] = [unit.code, unit.name, grade, subject or None]
        found.append((whose, [whole, *counts]))
    return found


def _in_per_cent(row: Row) -> Row:
    """The row as some schools send it: shares instead of numbers of pupils."""
    *whose, whole = row[:5]
    counts = [value for value in row[5:] if isinstance(value, int)]
    total = sum(counts) or 1
    return [*whose, whole, *(f"{100 * n / total:.0f} %" for n in counts)]
