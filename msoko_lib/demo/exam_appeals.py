"""Appeals: a few results that rise, and the file that says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from msoko_lib.demo.exam_rows import class_cell, document
from msoko_lib.demo.exam_sitting import Sitting
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import Row, Value

MOST_APPEALS = 3
RISE = 2


@dataclass(frozen=True)
class Appeal:
    """A result that an appeal changed."""

    place: int
    ris_code: str
    subject: str
    primary_before: int
    primary_after: int
    final_before: int
    final_after: int


def draw_appeals(sitting: Sitting, town: Town) -> list[Appeal]:
    """A few pupils whose detailed answers are worth two points more."""
    form = sitting.exam
    _, detailed, _ = form.parts_of(sitting.scores)
    room = sum(form.detailed) - detailed.sum(axis=1)
    rng = town.stream(sitting.end_year, "appeal", form.code, form.exam)
    chosen = rng.permutation(np.flatnonzero(room >= RISE))[:MOST_APPEALS]
    found = []
    for place in sorted(chosen.tolist()):
        before, after = int(sitting.primary[place]), int(sitting.primary[place]) + RISE
        found.append(
            Appeal(
                place, town.schools[sitting.school[place]].ris_code, form.subject, before, after,
                _final(sitting, before), _final(sitting, after),
            )
        )  # fmt: skip
    return found


def _final(sitting: Sitting, primary: int) -> int:
    form = sitting.exam
    if form.points:
        return int(form.test_scores(np.array([primary]))[0])
    cuts = form.cuts or (0, 0, 0)
    return 2 + int(np.searchsorted(np.array(cuts), primary, side="right"))


def ege_appeal_rows(sitting: Sitting, appeals: list[Appeal], town: Town) -> list[Row]:
    """The appeals file of the ЕГЭ: «Текущие» stands over two columns."""
    upper: list[Value] = [
        "№", "Код МСУ", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество",
        "Серия", "Номер", "Тип апелляции / перепроверки", "Состояние",
        "Дата отправки на обработку", "Дата изменений", "Балл до изменения", "Текущие", None,
        "Разница",
    ]  # fmt: skip
    lower: list[Value] = [*[None] * 16, "Первичный балл", "Балл", None]
    rows: list[Row] = [[sitting.title], upper, lower]
    for number, appeal in enumerate(appeals, start=1):
        pupil = int(sitting.pupil[appeal.place])
        rows.append(
            [
                number, int(appeal.ris_code[:3]), int(appeal.ris_code),
                class_cell(town, pupil, sitting.grade), 1001, 1, *town.pupils.full_name(pupil),
                *document(pupil), "О несогласии с выставленными баллами", "Обработана",
                f"28.06.{sitting.end_year}", f"02.07.{sitting.end_year}", appeal.final_before,
                appeal.primary_after, appeal.final_after,
                appeal.final_after - appeal.final_before,
            ]
        )  # fmt: skip
    return rows


def oge_appeal_rows(sitting: Sitting, appeals: list[Appeal], town: Town) -> list[Row]:
    """The appeal results of the ОГЭ: the exam stands in each row."""
    rows: list[Row] = [
        ["Результаты рассмотрения апелляций"],
        ["№", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "ФИО", "Экзамен", "Апелляция",
         "Первичный балл", "Оценка"],
    ]  # fmt: skip
    for number, appeal in enumerate(appeals, start=1):
        pupil = int(sitting.pupil[appeal.place])
        rows.append(
            [
                number, int(appeal.ris_code), class_cell(town, pupil, sitting.grade), 1001, 1,
                " ".join(town.pupils.full_name(pupil)),
                f"{sitting.exam.title}({sitting.date})", "Удовлетворена", appeal.primary_after,
                appeal.final_after,
            ]
        )  # fmt: skip
    return rows
