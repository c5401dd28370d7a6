"""Ф1 «Индивидуальные результаты»: pupil × task, one school or many in a file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_header import Header, read_header
from msoko_lib.intake.fisoko_individual_checks import Checker, TaskScores
from msoko_lib.intake.fisoko_individual_columns import (
    IndividualColumns,
    individual_header_row,
    read_columns,
)
from msoko_lib.intake.fisoko_individual_frames import (
    PupilColumns,
    identify,
    pupils_frame,
    school_names_frame,
    tasks_frame,
)
from msoko_lib.intake.fisoko_individual_rows import PupilRows, collect_rows
from msoko_lib.intake.fisoko_individual_values import (
    BLANK,
    SCORED,
    parse_class_cell,
    parse_mark_cell,
    parse_score_cell,
    parse_task_cell,
    parse_variant_cell,
    read_column,
)
from msoko_lib.intake.fisoko_report import scope_of
from msoko_lib.intake.fisoko_text import decimal
from msoko_lib.intake.reading import SCHOOL_NAMES, ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Ф1 Индивидуальные результаты"


def recognises_individual(book: Workbook, sheet: Sheet) -> bool:
    """True for a sheet whose header row has «Код участника» and «Первичный балл»."""
    return individual_header_row(sheet) >= 0


def read_individual(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read Ф1 into ``vpr_pupils`` and ``vpr_tasks``."""
    reading = Reading(layout="vpr_individual", title=TITLE)
    out = Findings(reading, sheet, context)
    header_row = individual_header_row(sheet)
    header = read_header(sheet, max(header_row, 0), context, out)
    if header is not None and header_row >= 0:
        reading.title = f"{header.work.title}: {TITLE}"
        reading.edition_date = header.date
        columns = read_columns(sheet, header_row, out)
        pupils = collect_rows(sheet, columns, context, out)
        if pupils.rows:
            scope = scope_of(pupils.logins)
            reading.edition_key = f"vpr_individual|{header.work.work_id}|{scope}"
            _take(reading, sheet, context, header, columns, pupils, out)
        else:
            out.add("vpr_no_rows", header_row, 0, report=TITLE)
    out.close()
    return reading


def _take(
    reading: Reading, sheet: Sheet, context: ReadContext, header: Header,
    columns: IndividualColumns, pupils: PupilRows, out: Findings,
) -> None:  # fmt: skip
    tasks, columns = _task_scores(columns, pupils, out)
    max_score = _max_score(header, columns, tasks, pupils, out)
    named = columns.named
    values = PupilColumns(
        classes=read_column(pupils.cells, named.get("class"), parse_class_cell),
        variants=_variants(columns, pupils),
        score=read_column(pupils.cells, named["score"], parse_score_cell),
        mark=read_column(pupils.cells, named.get("mark"), parse_mark_cell),
        journal=read_column(pupils.cells, named.get("journal"), parse_mark_cell),
    )
    check = Checker(columns, pupils, header, out)
    check.code_grades()
    check.task_cells(tasks)
    check.unscored(tasks)
    check.primary_scores(values.score, max_score)
    check.sums(tasks, values.score)
    check.marks(values.mark, "mark", "Отметка", "vpr_no_mark")
    check.marks(values.journal, "journal", "Отметка по журналу", "vpr_no_journal_mark")
    check.missing(values.classes.states == BLANK, "class", "vpr_class_number")
    no_variant = np.array([variant is None for variant in values.variants], bool)
    check.missing(no_variant, "variant", "vpr_no_variant")
    check.mark_scale(values.score, values.mark, max_score, context.settings)
    who = identify(pupils, header.work, context)
    work = header.work
    reading.tables["vpr_pupils"] = pupils_frame(
        pupils, who, values, max_score, work, context, sheet.name
    )
    name_column = columns.named.get("school")
    reading.tables[SCHOOL_NAMES] = school_names_frame(pupils, who, name_column, context)
    if columns.tasks:
        reading.tables["vpr_tasks"] = tasks_frame(
            pupils, who, tasks, columns.tasks, work, context, sheet.name
        )


def _variants(columns: IndividualColumns, pupils: PupilRows) -> list[str | None]:
    column = columns.named.get("variant")
    if column is None:
        return [None] * len(pupils.rows)
    return [parse_variant_cell(row[column]) for row in pupils.cells]


def _task_scores(
    columns: IndividualColumns, pupils: PupilRows, out: Findings
) -> tuple[TaskScores, IndividualColumns]:
    """Task cells as arrays; a maximum that the header lacks is the highest score met."""
    n = len(pupils.rows)
    states = np.zeros((n, len(columns.tasks)), np.int8)
    scores = np.full((n, len(columns.tasks)), np.nan)
    completed = []
    for place, task in enumerate(columns.tasks):
        read = read_column(pupils.cells, task.column, parse_task_cell)
        states[:, place], scores[:, place] = read.states, read.values
        top = task.max_score
        if top is None:
            top = float(np.max(read.values, where=read.states == SCORED, initial=0.0))
            out.add(
                "vpr_task_without_max", columns.header_row, task.column,
                task=task.name, used=decimal(top),
            )  # fmt: skip
        completed.append(replace(task, max_score=top))
    maxima = np.array([task.max_score for task in completed], np.float64)
    return TaskScores(states, scores, maxima), replace(columns, tasks=tuple(completed))


def _max_score(
    header: Header, columns: IndividualColumns, tasks: TaskScores, pupils: PupilRows, out: Findings
) -> float:
    """Maximum of the work: of the header, else the sum over tasks, else the best score met."""
    by_tasks = float(tasks.maxima.sum())
    if header.max_score is not None:
        if columns.tasks and abs(by_tasks - header.max_score) > 1e-9:
            out.add(
                "vpr_max_sum", *header.max_at,
                header_max=decimal(header.max_score), task_sum=decimal(by_tasks),
            )  # fmt: skip
        return header.max_score
    score = read_column(pupils.cells, columns.named["score"], parse_score_cell)
    best = float(np.max(score.values, where=score.states == SCORED, initial=0.0))
    used = by_tasks or best
    out.add("vpr_no_max", *header.max_at, used=decimal(used))
    return used
