"""Ф1: questions about pupils' rows that were taken, and refusals of single cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msoko_lib.intake.cells import Cell
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_header import Header
from msoko_lib.intake.fisoko_individual_columns import IndividualColumns
from msoko_lib.intake.fisoko_individual_rows import PupilRows
from msoko_lib.intake.fisoko_individual_values import (
    BLANK,
    DASH,
    NOT_ATTEMPTED,
    NOT_TAUGHT,
    SCORED,
    WRONG,
    Column,
)
from msoko_lib.intake.fisoko_text import decimal, shown
from msoko_lib.intake.vpr_scale_fit import fit_scale, known_scale
from msoko_lib.settings import Settings

_EPSILON = 1e-9
# Beyond this share of misfits it is the scale that is wrong, not single pupils.
SCALE_DOUBT_SHARE = 0.1
SCALE_DOUBT_N = 5


@dataclass
class TaskScores:
    """Task cells of all pupils: states and scores, shape (pupils, tasks), and the maxima."""

    states: NDArray[np.int8]
    scores: NDArray[np.float64]
    maxima: NDArray[np.float64]


@dataclass(frozen=True)
class Checker:
    """Checks of one Ф1 sheet; every method adds its lines to the intake report."""

    columns: IndividualColumns
    pupils: PupilRows
    header: Header
    out: Findings

    def _places(self, mask: NDArray[np.bool_], column: int | None) -> list[tuple[int, int]]:
        return [(self.pupils.rows[i], column or 0) for i in np.flatnonzero(mask)]

    def _cell(self, index: int, column: int) -> Cell:
        return self.pupils.cells[index][column]

    def code_grades(self) -> None:
        """Codes of five digits that begin with the grade of the work."""
        grades = tuple(str(grade) for grade in sorted(self.header.pupil_grades))
        wrong = np.array(
            [len(code) != 5 or not code.startswith(grades) for code in self.pupils.codes], bool
        )
        places = self._places(wrong, self.columns.named["code"])
        self.out.summary("vpr_code_grade", places, grade=" или ".join(grades))

    def task_cells(self, tasks: TaskScores) -> None:
        """Refuse unreadable and too high task cells: they become blank."""
        above = (tasks.states == SCORED) & (tasks.scores > tasks.maxima + _EPSILON)
        for row, place in np.argwhere(above | (tasks.states == WRONG)).tolist():
            task = self.columns.tasks[place]
            excel_row = self.pupils.rows[row]
            if above[row, place]:
                self.out.add(
                    "vpr_task_above_max", excel_row, task.column, task=task.name,
                    value=decimal(tasks.scores[row, place]), max=decimal(tasks.maxima[place]),
                )  # fmt: skip
            else:
                value = shown(self._cell(row, task.column))
                self.out.add(
                    "vpr_task_wrong_cell", excel_row, task.column, task=task.name, value=value
                )
        tasks.scores[above] = np.nan
        tasks.states[above] = WRONG

    def unscored(self, tasks: TaskScores) -> None:
        """One note that keeps X, N, dashes and blanks apart."""
        counts = {
            name: int((tasks.states == state).sum())
            for name, state in (("not_attempted", NOT_ATTEMPTED), ("not_taught", NOT_TAUGHT),
                                ("dash", DASH), ("blank", BLANK))
        }  # fmt: skip
        if any(counts.values()):
            self.out.add("vpr_unscored", self.columns.header_row, 0, **counts)

    def primary_scores(self, score: Column, max_score: float) -> None:
        """Refuse unreadable and too high primary scores; ask about missing ones."""
        column = self.columns.named["score"]
        for index in np.flatnonzero(score.states == WRONG).tolist():
            value = shown(self._cell(index, column))
            self.out.add("vpr_score_wrong_cell", self.pupils.rows[index], column, value=value)
        above = (score.states == SCORED) & (score.values > max_score + _EPSILON)
        for index in np.flatnonzero(above).tolist():
            self.out.add(
                "vpr_score_above_max", self.pupils.rows[index], column,
                value=decimal(score.values[index]), max=decimal(max_score),
            )  # fmt: skip
        self.out.summary("vpr_no_score", self._places(score.states == BLANK, column))
        score.values[above] = np.nan
        score.states[above] = WRONG

    def sums(self, tasks: TaskScores, score: Column) -> None:
        """The tasks must add up to the primary score.

        «Не приступал» and «не проходили» give nothing; a blank or a dash may hide anything up
        to the task's maximum; a refused cell leaves the pupil out.
        """
        if not self.columns.tasks:
            return
        low = np.nansum(tasks.scores, axis=1)
        hidden = (tasks.states == BLANK) | (tasks.states == DASH)
        high = low + (hidden * tasks.maxima).sum(axis=1)
        known = (score.states == SCORED) & ~(tasks.states == WRONG).any(axis=1)
        wrong = known & ((score.values < low - _EPSILON) | (score.values > high + _EPSILON))
        column = self.columns.named["score"]
        for index in np.flatnonzero(wrong):
            self.out.add(
                "vpr_sum_mismatch", self.pupils.rows[index], column,
                task_sum=decimal(low[index]), score=decimal(score.values[index]),
            )  # fmt: skip

    def marks(self, mark: Column, key: str, title: str, missing_rule: str) -> None:
        """Refuse unreadable marks; ask about missing ones."""
        column = self.columns.named.get(key)
        if column is None:
            return
        for index in np.flatnonzero(mark.states == WRONG).tolist():
            value = shown(self._cell(index, column))
            row = self.pupils.rows[index]
            self.out.add("vpr_mark_wrong_cell", row, column, column=title, value=value)
        self.out.summary(missing_rule, self._places(mark.states == BLANK, column))

    def missing(self, absent: NDArray[np.bool_], key: str, rule: str) -> None:
        """Ask about rows without a value in a named column (once for all of them)."""
        column = self.columns.named.get(key)
        if column is not None:
            self.out.summary(rule, self._places(absent, column))

    def mark_scale(self, score: Column, mark: Column, max_score: float, settings: Settings) -> None:
        """Ask about marks that do not follow the scale (known, or the best fitting one)."""
        both = np.flatnonzero((score.states == SCORED) & (mark.states == SCORED))
        if not len(both) or "mark" not in self.columns.named:
            return
        scores, marks = score.values[both], mark.values[both].astype(np.int64)
        work = self.header.work
        known = settings.vpr_scale(work.subject, work.grade, work.vpr_year)
        usable = known is not None and known.max_score == max_score and work.level is None
        scale = known_scale(known) if known and usable else fit_scale(scores, marks)
        expected = scale.marks(scores)
        misfits = np.flatnonzero(expected != marks)
        if len(misfits) > max(SCALE_DOUBT_N, SCALE_DOUBT_SHARE * len(both)):
            self.out.add(
                "vpr_scale_misfit", self.columns.header_row, self.columns.named["mark"],
                n=len(misfits), total=len(both), scale=scale.words,
            )  # fmt: skip
            return
        for index in misfits:
            self.out.add(
                "vpr_mark_misfit", self.pupils.rows[both[index]], self.columns.named["mark"],
                score=decimal(scores[index]), mark=int(marks[index]),
                expected_mark=int(expected[index]), scale=scale.words,
            )  # fmt: skip
