"""Read start diagnostics, rehearsals, regional works, НИКО: pupils of a school by level."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import is_blank, text
from msoko_lib.intake.header_map import Columns, find_header, fold_header, matcher
from msoko_lib.intake.lines import quoted
from msoko_lib.intake.named_subjects import subjects_named, subjects_taught
from msoko_lib.intake.people import class_label
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_values import FieldRows
from msoko_lib.intake.tidy_tables import HEADER_ROWS, SCHOOL_PATTERNS, TidyTable, read_tidy
from msoko_lib.intake.work_levels import LEVELS, WorkRows
from msoko_lib.intake.workbook import Sheet, Workbook

ORDER = 96
TITLE = "Диагностики и репетиционные работы"
_FEWEST_LEVELS = 2
_LEVEL_WORDS = (
    ("low", r"(уровень )?(низк\w*|недостаточн\w*|ниже баз\w*|критическ\w*|не готов\w*|"
            r"минимальн\w*|«?2»?|отметка 2)( уровень)?(,? ?чел\w*\.?)?"),
    ("base", r"(уровень )?(баз\w*|средн\w*|достаточн\w*|условно готов\w*|допустим\w*|"
             r"пороговый|«?3»?|отметка 3)( уровень)?(,? ?чел\w*\.?)?"),
    ("raised", r"(уровень )?(повыш\w*|выше среднего|хорош\w*|«?4»?|отметка 4)"
               r"( уровень)?(,? ?чел\w*\.?)?"),
    ("high", r"(уровень )?(высок\w*|оптимальн\w*|готов\w*|«?5»?|отметка 5)"
             r"( уровень)?(,? ?чел\w*\.?)?"),
)  # fmt: skip
match_tests = matcher(
    (
        *SCHOOL_PATTERNS,
        ("grade", r"класс( обучения)?|параллель"),
        ("kind", r"процедура|работа|вид (работы|диагностики)|диагностика|мероприятие"),
        ("subject", r"(учебный )?предмет"),
        ("person", r"ф\.? ?и\.? ?о\.?.*|фамилия.*|имя|отчество|обучающийся|ученик"),
        ("pupil_code", r"код( участника| обучающегося| ученика)?|№( п/п)?"),
        ("pupil_level", r"(достигнутый )?уровень( готовности| подготовки)?|отметка|результат"),
        ("tested_n", r"(число|количество|кол-во|всего)? ?(участник\w*|писал\w*|обследован\w*|"
                     r"выполнял\w*|прошл\w* диагностику)( работу| чел\w*\.?)?"),
        *_LEVEL_WORDS,
    )
)  # fmt: skip
_level = matcher(_LEVEL_WORDS)
_KINDS = (
    ("ready", r"готовност\w+ (выпускник|воспитанник|дошкольник)|выпускник\w+ (доо|доу|детск)"),
    ("fl", r"функциональн\w+ грамотност"),
    ("niko", r"\bнико\b|национальн\w+ исследован"),
    ("rehearsal", r"репетиц|пробн\w+ (огэ|егэ|экзамен)|тренировочн"),
    ("start", r"стартов|входн\w+ диагн|готовност\w+ к (школе|обучению)|готовности первоклас|"
              r"метапредметн"),
    ("regional", r"региональн|\b(дкр|рдр|кдр)\b|контрольн\w+ работ|диагностическ\w+ работ"),
)  # fmt: skip
KIND_TITLES = {
    "ready": "готовность выпускников детского сада к школе",
    "start": "стартовая диагностика", "rehearsal": "репетиционная работа",
    "regional": "региональная работа", "niko": "НИКО", "fl": "функциональная грамотность",
}  # fmt: skip
# Grades of the start diagnostics and the work that each of them is.
START = {1: "start1", 5: "meta", 10: "meta"}
# Whose exam is rehearsed says which grade rehearses it.
_GRADE_OF_EXAM = (("огэ", 9), ("егэ", 11))
_GRADE_IN_TITLE = re.compile(r"(?<!\d)(\d{1,2})\s*-?\s*(?:х|й|ый|ых|го)?\s*класс", re.IGNORECASE)


def diagnostics_layouts() -> list[Layout]:
    """The layout of works whose pupils are counted by level."""
    return [Layout("source:diagnostics", TITLE, recognises_tests, read_tests, ORDER)]


def recognises_tests(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has schools and levels in words, or marks under the name of a work."""
    columns = _header(sheet)
    if columns is None:
        return False
    named = "kind" in columns or any(_kind_in(each) for each in _words_of(sheet, columns))
    # Columns «2», «3», «4», «5» alone may be grades of an enrolment table.
    in_words = any(
        any(ch.isalpha() for ch in title) and _level(title) for title in columns.titles.values()
    )
    return named or in_words


def _words_of(sheet: Sheet, columns: Columns) -> list[str]:
    rows = sheet.rows[: columns.first_row]
    return [" ".join(filter(None, map(text, row))) for row in rows]


def _header(sheet: Sheet) -> Columns | None:
    return find_header(sheet, match_tests, _is_tests, stop=HEADER_ROWS)


def _is_tests(columns: Columns) -> bool:
    if "school_name" not in columns and "school_code" not in columns:
        return False
    levels = sum(level in columns for level in LEVELS)
    known = len(columns.spans) * 2 >= len(columns.titles)
    by_level = levels >= _FEWEST_LEVELS
    by_pupil = "pupil_level" in columns and "grade" in columns
    return known and (by_level or by_pupil)


def _kind_in(words: str) -> str | None:
    folded = fold_header(words)
    return next((kind for kind, rule in _KINDS if re.search(rule, folded)), None)


@dataclass(frozen=True)
class _Above:
    """What the words above a table say of all its rows."""

    kind: str | None
    grade: int | None
    subject: str

    @classmethod
    def of(cls, words: Sequence[str]) -> _Above:
        grades = [int(match[1]) for each in words for match in _GRADE_IN_TITLE.finditer(each)]
        subjects = subjects_named(" ".join(words))
        return cls(
            next(filter(None, map(_kind_in, words)), None),
            grades[0] if grades else _grade_of_exam(" ".join(words)),
            subjects[0] if len(subjects) == 1 else "",
        )


def _grade_of_exam(words: str) -> int | None:
    grades = [grade for exam, grade in _GRADE_OF_EXAM if exam in words.lower()]
    return grades[0] if len(grades) == 1 else None


def read_tests(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read levels of pupils, as counts by row or as a row a pupil; names are never looked at.

    Classes of a grade are put together; the fields of forms are made later, of the works of all
    files (:func:`msoko_lib.intake.work_levels.fields_of_works`).
    """
    works = WorkRows(sheet, context)
    reading = read_tidy(TITLE, _header, partial(_fill, works), sheet, context)
    works.put_into(reading)
    return reading


def _fill(works: WorkRows, table: TidyTable, fields: FieldRows) -> None:
    above = _Above.of(_words_of(table.sheet, table.columns))
    if above.kind is None and "kind" not in table.columns:
        table.reading.add("source_test_no_kind", table.context.place(table.sheet))
        return
    if "person" in table.columns:
        header = table.columns.first_row
        table.tell("source_test_people", header, table.columns.column("person"))
    for place, unit in table.unit_rows():
        work = _work(table, place, above)
        levels = _levels_of_row(table, place) if work else {}
        if work is not None and levels:
            works.add(unit, *work, _subject(table, place, above), levels, place)
    table.check_totals((*LEVELS, "tested_n"))


def _work(table: TidyTable, place: int, above: _Above) -> tuple[str, int | None] | None:
    """Work that a row is about and its grade; None, told of, if it is none that we know."""
    row = table.sheet.rows[place]
    kind_cell, kind_column = table.columns.find(row, "kind")
    kind = _kind_in(text(kind_cell)) or above.kind
    if kind is None:
        expected = "одна из работ: " + ", ".join(KIND_TITLES.values())
        table.bad(place, kind_column, kind_cell, expected)
        return None
    cell, column = table.columns.find(row, "grade")
    label = class_label(cell)
    grade = label.grade if label else None
    if grade is None and is_blank(cell):
        grade = _grade_of_exam(text(kind_cell)) or above.grade
    if kind != "start":
        return kind, grade
    if grade not in START:
        table.tell("source_test_bad_grade", place, column, value=quoted(cell))
        return None
    return START[grade], grade


def _subject(table: TidyTable, place: int, above: _Above) -> str:
    """Subject of a row; of a closed list, so that no name slips through."""
    cell = table.columns.cell(table.sheet.rows[place], "subject")
    named = subjects_taught(cell)
    return above.subject if is_blank(cell) else named[0] if len(named) == 1 else ""


def _levels_of_row(table: TidyTable, place: int) -> dict[str, float]:
    """Level → pupils of a row: the counts it gives, or one pupil."""
    if "pupil_level" in table.columns:
        cell, column = table.columns.find(table.sheet.rows[place], "pupil_level")
        level = _level(fold_header(cell))
        if level is None:
            table.bad(place, column, cell, "уровень: низкий, базовый, повышенный, высокий")
            return {}
        return {level: 1.0}
    names = [level for level in LEVELS if level in table.columns]
    found = {name: table.people(place, name) for name in names}
    levels = {name: value for name, value in found.items() if value is not None}
    total = table.people(place, "tested_n") if "tested_n" in table.columns else None
    together = sum(levels.values())
    if total is not None and levels and together != total:
        column = table.columns.column("tested_n")
        table.tell("source_test_sum", place, column, total=f"{total:g}", value=f"{together:g}")
    return levels
