"""«Ф1 Индивидуальные результаты»: participants, their task cells, scores and marks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from msoko_lib.demo.municipality import MUNICIPALITY
from msoko_lib.demo.vpr_naming import Labels, head_rows, sheet_name
from msoko_lib.demo.vpr_work import NOT_ATTEMPTED, NOT_TAUGHT, VprWork
from msoko_lib.demo.xlsx import Row, SheetRows, Value
from msoko_lib.intake.cells import column_letters

TITLE = "Индивидуальные результаты"
FIRST_TASK_COLUMN = 6
CYRILLIC_X, LATIN_X = "Х", "X"
CYRILLIC_N, LATIN_N = "Н", "N"


@dataclass
class Handwriting:
    """How a file is filled in: quirks that the data themselves do not decide.

    Parameters
    ----------
    latin_schools : set of int
        Schools that type X and N in Latin letters.
    variantless : set of int
        Schools whose variant cells are empty.
    comma_schools : set of int
        Schools whose total scores are text with a comma («15,0»).
    dashing_schools : set of int
        Schools that put a dash or nothing where a pupil did not attempt a task.
    declared_extra : dict
        School → by how many the declared number of participants exceeds the rows.
    """

    latin_schools: set[int] = field(default_factory=set)
    variantless: set[int] = field(default_factory=set)
    comma_schools: set[int] = field(default_factory=set)
    dashing_schools: set[int] = field(default_factory=set)
    declared_extra: dict[int, int] = field(default_factory=dict)


def individual_sheet(
    work: VprWork, labels: Labels, handwriting: Handwriting, only: int | None = None
) -> SheetRows:
    """The export of the municipality, or of one school if ``only`` is given."""
    tasks = work.form.tasks
    levels: Row = [None, None, "Уровень сложности задания", None, None, None,
                   *(task.level for task in tasks)]  # fmt: skip
    header: Row = [
        "ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант",
        *(f"{task.label} ({task.max_score}б)" for task in tasks),
        "Первичный балл", "Отметка", "Отметка по журналу",
    ]  # fmt: skip
    rows: list[Row] = []
    for index in work.schools if only is None else [only]:
        cell = labels.group(index, work)
        part = _pupil_rows(
            work, index, [labels.login(index, work), MUNICIPALITY, cell], handwriting
        )
        declared = len(part) + handwriting.declared_extra.get(index, 0)
        rows.append([f"{cell} | Кол-во участников: {declared}"])
        rows += part
    head = head_rows(TITLE, work)[:-1]
    # The file of a single school spans its name over the table.
    merges = (f"A9:{column_letters(len(header) - 1)}9",) if only is not None else ()
    return SheetRows(sheet_name(work.form, TITLE), [*head, levels, header, *rows], merges)


def _pupil_rows(
    work: VprWork, index: int, front: list[Value], handwriting: Handwriting
) -> list[Row]:
    rows = work.rows_of(index)
    latin = index in handwriting.latin_schools
    signs = {
        NOT_ATTEMPTED: LATIN_X if latin else CYRILLIC_X,
        NOT_TAUGHT: LATIN_N if latin else CYRILLIC_N,
    }
    scores: np.ndarray = work.scores[rows].astype(object)
    for state, sign in signs.items():
        scores[work.state[rows] == state] = sign
    if index in handwriting.dashing_schools:
        skipped = np.argwhere(work.state[rows] == NOT_ATTEMPTED)
        scores[tuple(skipped[::2].T)] = "—"
        scores[tuple(skipped[1::2].T)] = None
    variants: list[Value] = work.variant[rows].tolist()
    if index in handwriting.variantless:
        variants = [None] * len(variants)
    totals: list[Value] = work.totals[rows].tolist()
    if index in handwriting.comma_schools:
        totals = [f"{total},0" for total in totals]
    columns = zip(
        work.code[rows].tolist(), work.class_number[rows].tolist(), variants, scores.tolist(),
        totals, work.marks[rows].tolist(), work.journal[rows].tolist(), strict=True,
    )  # fmt: skip
    return [
        [*front, code, number, variant, *cells, total, mark, journal]
        for code, number, variant, cells, total, mark, journal in columns
    ]
