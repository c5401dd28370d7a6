"""Rows of РЦОИ protocols, with the filler columns and footers of the original reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from msoko_lib.demo.exam_forms import FOREIGN
from msoko_lib.demo.exam_sitting import Sitting
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import Row, Value

LETTERS = "АБВГДЕЖИКЛМНПРСТ"
PPE_FIRST, PPE_ORAL = 1001, 1081
PER_ROOM = 15
TOP_MARK = 5


@dataclass(frozen=True)
class Column:
    """A column of a protocol: header, value of a pupil's row, whether a filler column follows."""

    title: str
    value: Callable[[int], Value]
    filler: bool = True


def short_mask(scores: np.ndarray, maxima: Sequence[int]) -> str:
    """Short answers: ``+`` one of one, ``-`` nought, a digit for tasks worth more.

    >>> short_mask(np.array([1, 0, 3, 0]), (1, 1, 3, 2))
    '+-3-'
    """
    return "".join(
        "-" if score == 0 else "+" if most == 1 else str(score)
        for score, most in zip(scores.tolist(), maxima, strict=True)
    )


def detailed_mask(scores: np.ndarray, maxima: Sequence[int]) -> str:
    """Detailed answers: points and, in brackets, the maximum.

    >>> detailed_mask(np.array([2, 0]), (2, 3))
    '2(2)0(3)'
    """
    return "".join(f"{score}({most})" for score, most in zip(scores.tolist(), maxima, strict=True))


def document(pupil: int) -> tuple[str, str]:
    """Series and number of an invented document; the series 0000 belongs to nobody."""
    return "0000", f"{100_000 + pupil:06d}"


def class_cell(town: Town, pupil: int, grade: int) -> str:
    """«9А»."""
    return f"{grade}{LETTERS[(int(town.pupils.class_number[pupil]) - 1) % len(LETTERS)]}"


def protocol_rows(sitting: Sitting, town: Town, title_column: int = 0) -> list[Row]:
    """Title, header, pupils and footer of one exam.

    Parameters
    ----------
    sitting : Sitting
    town : Town
    title_column : int
        Column of the title, which is not always A.
    """
    columns = _columns(sitting, town)
    header: list[Value] = []
    for column in columns:
        header += [column.title, None] if column.filler else [column.title]
    rows: list[Row] = [[None] * title_column + [sitting.title], header]
    for place in range(len(sitting.pupil)):
        row: list[Value] = []
        for column in columns:
            value = column.value(place)
            row += [value, None] if column.filler else [value]
        rows.append(row)
    return rows + _footer(sitting, columns)


def _footer(sitting: Sitting, columns: Sequence[Column]) -> list[Row]:
    """«Средние», «Минимальная граница», «Всего участников», figures below the last columns."""
    starts = np.cumsum([0, *(1 + column.filler for column in columns)])
    final_at, primary_at = int(starts[len(columns) - 1]), int(starts[len(columns) - 2])
    lines: list[tuple[str, Value, Value]] = [
        ("Средние", round(float(sitting.primary.mean()), 2), round(float(sitting.final.mean()), 2)),
        ("Минимальная граница", None, 3 if sitting.test is None else sitting.exam.minimum),
        ("Всего участников", None, len(sitting.pupil)),
    ]
    rows: list[Row] = []
    for label, primary, value in lines:
        row: list[Value] = [None] * (final_at + 1)
        row[0], row[primary_at], row[final_at] = label, primary, value
        rows.append(row)
    return rows


def _columns(sitting: Sitting, town: Town) -> list[Column]:
    schools = town.schools
    names = [town.pupils.full_name(pupil) for pupil in sitting.pupil.tolist()]
    ppe = PPE_FIRST + sitting.school // 3
    front = [
        Column("№", lambda place: place + 1),
        Column("Код МСУ", lambda place: int(schools[sitting.school[place]].ris_code[:3])),
        Column("Код ОО", lambda place: int(schools[sitting.school[place]].ris_code)),
        Column("Класс",
               lambda place: class_cell(town, int(sitting.pupil[place]), sitting.grade)),
    ]  # fmt: skip
    room = Column("Аудитория", lambda place: 1 + place % (1 + len(names) // PER_ROOM))
    people = [
        Column("Фамилия", lambda place: names[place][0], filler=False),
        Column("Имя", lambda place: names[place][1], filler=False),
        Column("Отчество", lambda place: names[place][2]),
    ]
    if sitting.exam.code in FOREIGN:
        return [
            *front,
            Column("Код ППЭ", lambda place: f"п:{ppe[place]} у:{PPE_ORAL}"),
            room,
            *people,
            Column("Документ", lambda place: " ".join(document(int(sitting.pupil[place])))),
            *_foreign_results(sitting),
        ]
    papers = [
        Column("Серия", lambda place: document(int(sitting.pupil[place]))[0]),
        Column("Номер", lambda place: document(int(sitting.pupil[place]))[1]),
    ]
    ppe_column = Column("Код ППЭ", lambda place: int(ppe[place]))
    return [*front, ppe_column, room, *people, *papers, *_results(sitting)]


def _results(sitting: Sitting) -> list[Column]:
    form = sitting.exam
    short, detailed, _ = form.parts_of(sitting.scores)
    columns = [
        Column("Задания с кратким ответом", lambda place: short_mask(short[place], form.short))
    ]
    if form.detailed:
        columns.append(
            Column("Задания с развёрнутым ответом",
                   lambda place: detailed_mask(detailed[place], form.detailed))
        )  # fmt: skip
    columns.append(Column("Первичный балл", lambda place: int(sitting.primary[place])))
    if sitting.test is not None:
        test = sitting.test
        columns.append(Column("Балл", lambda place: int(test[place])))
    if sitting.mark is not None:
        mark = sitting.mark
        columns.append(Column("Оценка", lambda place: int(mark[place])))
    return columns


def _foreign_results(sitting: Sitting) -> list[Column]:
    form = sitting.exam
    short, detailed, oral = form.parts_of(sitting.scores)
    final = sitting.final
    return [
        Column("Часть с кратким ответом", lambda place: short_mask(short[place], form.short)),
        Column("Часть с развёрнутым ответом",
               lambda place: detailed_mask(detailed[place], form.detailed)),
        Column("Устная часть", lambda place: detailed_mask(oral[place], form.oral)),
        Column("Первичный балл устной части", lambda place: int(oral[place].sum())),
        Column("Первичный балл письм. части",
               lambda place: int(short[place].sum() + detailed[place].sum())),
        Column("Первичный балл", lambda place: int(sitting.primary[place])),
        Column("Оценка" if sitting.test is None else "Тестовый балл",
               lambda place: int(final[place])),
    ]  # fmt: skip


TECHNICAL_HEADER = [
    "SchoolCode", "ClassCode", "SurnameCell", "NameCell", "SecondNameCell",
    "DocumentSeriesCode", "DocumentNumberCode", "TestResultBCell", "TestResultCCell",
    "PrimaryMark", "Mark5", "GovernmentCell", "ColumnName",
]  # fmt: skip


def technical_rows(sitting: Sitting, town: Town) -> list[Row]:
    """The layout with English technical headers; the exam's name stands in each row."""
    form = sitting.exam
    short, detailed, _ = form.parts_of(sitting.scores)
    if sitting.mark is None:
        raise ValueError("the technical layout is that of exams with marks")
    rows: list[Row] = [list(TECHNICAL_HEADER)]
    for place, pupil in enumerate(sitting.pupil.tolist()):
        school = town.schools[sitting.school[place]]
        rows.append(
            [
                int(school.ris_code), class_cell(town, pupil, sitting.grade),
                *town.pupils.full_name(pupil), *document(pupil),
                short_mask(short[place], form.short),
                detailed_mask(detailed[place], form.detailed),
                int(sitting.primary[place]), int(sitting.mark[place]),
                int(school.ris_code[:3]), sitting.title,
            ]
        )  # fmt: skip
    return rows
