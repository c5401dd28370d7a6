"""Which exam a block of a protocol is, and what its result column means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msoko_lib.intake.gia_rows import FIELD_TITLES, PupilRow, grades_of
from msoko_lib.intake.gia_title import ExamTitle
from msoko_lib.intake.lines import day, quoted, row_list
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet
from msoko_lib.project import school_year_of

BASE_MATHEMATICS = "Математика базовая"
EXAM_TITLES = {"oge": "ОГЭ", "ege": "ЕГЭ", "gve": "ГВЭ"}
_WORDS = {"огэ": "oge", "егэ": "ege", "кегэ": "ege", "гвэ": "gve"}
_GRADE_OF_OGE = 9
LAST_MONTH = 9  # September: the additional period of the year that ended


@dataclass(frozen=True)
class Exam:
    """An exam as the bank knows it."""

    kind: str
    subject: str
    subject_code: str
    date: str
    result_is_mark: bool
    is_sure: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.subject, self.date

    @property
    def label(self) -> str:
        return EXAM_TITLES[self.kind]


@dataclass(frozen=True)
class Result:
    """Result of a pupil: primary score, test score, mark; None where the file has none."""

    primary: int | None
    test: int | None
    mark: int | None


def decide_exam(title: ExamTitle, has_test: bool, has_mark: bool, grades: Sequence[int]) -> Exam:
    """Tell ОГЭ, ЕГЭ and ГВЭ apart by title, columns and grades.

    ГВЭ says so itself (the word, codes from 51). Otherwise ninth-graders sit the ОГЭ; a test
    score or base mathematics is the ЕГЭ; a mark of eleventh-graders can only be ГВЭ, but then
    somebody must look.
    """
    subject, code = title.subject, title.code
    ninth = sum(grade == _GRADE_OF_OGE for grade in grades)
    is_ninth = 2 * ninth > len(grades) or (not grades and has_mark)
    only_mark = has_mark and not has_test
    sure = True
    if title.is_gve:
        kind = "gve"
    elif title.exam_word in _WORDS:
        kind = _WORDS[title.exam_word]
    elif is_ninth:
        kind = "oge"
    elif not only_mark or subject == BASE_MATHEMATICS:
        kind = "ege"
    elif subject == "Математика":
        kind, sure = "ege", False
    else:
        kind, sure = "gve", False
    if kind == "ege" and subject == "Математика" and only_mark:
        subject, code = BASE_MATHEMATICS, "22"
    by_mark = kind in ("oge", "gve") or subject == BASE_MATHEMATICS
    return Exam(kind, subject, code, title.date, by_mark, sure)


def school_year_of_exam(date: str) -> str:
    """School year of an exam: September's additional period belongs to the year that ended.

    >>> school_year_of_exam("2025-09-05"), school_year_of_exam("2025-10-01")
    ('2024-2025', '2025-2026')
    """
    year, month = int(date[:4]), int(date[5:7])
    return school_year_of(year if month <= LAST_MONTH else year + 1)


def question_exam(
    exam: Exam, title: ExamTitle, pupils: Sequence[PupilRow],
    sheet: Sheet, context: ReadContext, reading: Reading,
) -> None:  # fmt: skip
    """Lines for a title that contradicts itself and for grades that do not sit this exam."""
    place = context.place(sheet, pupils[0].row)
    by_code = title.subject_of_code
    if title.from_file_name:
        reading.add(
            "gia_title_from_file", place,
            subject=exam.subject, date=day(exam.date), subject_code=title.code,
        )  # fmt: skip
    elif not title.subject_is_known:
        reading.add("gia_unknown_subject", place, subject=title.subject)
    elif by_code is not None and not _same_subject(by_code, exam.subject):
        reading.add(
            "gia_code_mismatch", place,
            subject_code=title.code, by_code=by_code, subject=exam.subject,
        )  # fmt: skip
    by_grade = grades_of(pupils)
    if not exam.is_sure:
        reading.add(
            "gia_exam_unclear", place, subject=exam.subject, exam=exam.label,
            grade=max(by_grade, key=lambda grade: len(by_grade[grade])),
        )  # fmt: skip
    strange = [
        pupil for pupil in pupils
        if (exam.kind == "oge" and pupil.grade != _GRADE_OF_OGE)
        or (exam.kind == "ege" and pupil.grade == _GRADE_OF_OGE)
    ]  # fmt: skip
    if strange:
        reading.add(
            "gia_grade_exam", context.place(sheet, strange[0].row), exam=exam.label,
            rows=row_list(pupil.row for pupil in strange), grade=strange[0].grade,
        )  # fmt: skip


def _same_subject(by_code: str, subject: str) -> bool:
    # One code serves mathematics of both levels in some regions.
    return subject.startswith(by_code)


def result_of(
    exam: Exam, pupil: PupilRow, maximum: float | None,
    sheet: Sheet, context: ReadContext, reading: Reading, columns: dict[str, int],
) -> Result | None:  # fmt: skip
    """Result of a row within its bounds; None, with a line, where a value is beyond them."""
    primary = pupil.scores.get("primary")
    test, mark = pupil.scores.get("test"), pupil.scores.get("mark")
    mark_field = "mark"
    if exam.result_is_mark:
        # Base mathematics may head its mark with «Балл».
        if mark is None and test is not None:
            mark, mark_field = test, "test"
        elif primary is None:
            # «Балл» beside «Оценка», with no other score, is the primary one.
            primary = test
        test = None
    if test is not None and test > 100:
        _refuse("gia_test_above_100", "test", test, pupil, sheet, context, reading, columns)
        return None
    if mark is not None and not 2 <= mark <= 5:
        _refuse("gia_bad_mark", mark_field, mark, pupil, sheet, context, reading, columns)
        return None
    if primary is not None and maximum is not None and primary > maximum:
        reading.add(
            "gia_primary_above_maximum",
            context.place(sheet, pupil.row, columns["primary"]),
            value=quoted(primary), subject=exam.subject, maximum=f"{maximum:g}",
        )  # fmt: skip
        return None
    return Result(primary, test, mark)


def _refuse(
    code: str, field: str, value: int, pupil: PupilRow,
    sheet: Sheet, context: ReadContext, reading: Reading, columns: dict[str, int],
) -> None:  # fmt: skip
    reading.add(
        code, context.place(sheet, pupil.row, columns[field]),
        column=FIELD_TITLES[field], value=quoted(value),
    )  # fmt: skip
