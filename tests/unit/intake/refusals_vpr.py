"""Bad exports of ФИС ОКО: where the line points and what is taken all the same.

The rows are those of ``cases_vpr.py``; here they come as files and each address is written out.
Ф1 there has its header in row 8, the school in row 9, pupils from row 10; tasks stand in
columns G–J, the primary score in K, the mark in L, the journal's in M.
"""

from __future__ import annotations

from collections.abc import Mapping

import cases_vpr
from refusals import SCHOOLS, BadFile, BadInput

NOTHING: Mapping[str, int] = {}
# GOOD_PUPILS of the builders, four tasks each.
THREE = {"vpr_pupils": 3, "vpr_tasks": 12}
ONE_SCHOOL = ({**SCHOOLS[0], "logins": "edu123456 edu123457"},)


def one(**taken: int) -> dict[str, int]:
    """A file with a single pupil, who is taken, and how many of his values."""
    return {
        "vpr_pupils": 1, "vpr_tasks": 4, "vpr_tasks.score": 4, "vpr_pupils.score": 1,
        "vpr_pupils.mark": 1, "vpr_pupils.journal_mark": 1,
        **{f"vpr_{name.replace('__', '.')}": n for name, n in taken.items()},
    }  # fmt: skip


# Rule → address, what is taken.
EXPECTED: dict[str, tuple[str, Mapping[str, int]]] = {
    "vpr_no_header": ("A1", NOTHING),
    "vpr_wrong_year": ("A3", NOTHING),
    "vpr_upload_form": ("A1", NOTHING),
    "vpr_no_rows": ("A8", NOTHING),
    "vpr_unknown_subject": ("B4", THREE),
    "vpr_subject_conflict": ("B4", THREE),
    "vpr_date_year": ("B6", THREE),
    "vpr_no_date": ("A6", THREE),
    "vpr_not_comparable": ("A3", THREE),
    "vpr_max_sum": ("B5", THREE),
    "vpr_no_max": ("B5", THREE),
    "vpr_task_without_max": ("G8", THREE),
    # The second column of the task is not taken, the first is.
    "vpr_task_twice": ("J8", {"vpr_pupils": 3, "vpr_tasks": 9}),
    "vpr_no_tasks": ("A8", {"vpr_pupils": 3, "vpr_tasks": 0}),
    "vpr_column_missing": ("A8", {**THREE, "vpr_pupils.variant": 0}),
    "vpr_unknown_columns": ("O8", THREE),
    "vpr_no_levels": ("G8", {**THREE, "vpr_tasks.task_level": 0}),
    "vpr_level_unknown": ("J7", {**THREE, "vpr_tasks.task_level": 9}),
    "vpr_level_latin_b": ("J7", {**THREE, "vpr_tasks.task_level": 12}),
    "vpr_bad_code": ("D13", THREE),
    "vpr_row_without_code": ("D13", THREE),
    "vpr_row_without_school": ("A12", THREE),
    "vpr_login_conflict": ("A10", THREE),
    "vpr_pupil_twice": ("D13", THREE),
    "vpr_code_grade": ("D13", {"vpr_pupils": 4, "vpr_tasks": 16}),
    "vpr_task_wrong_cell": ("J10", one(tasks__score=3)),
    "vpr_task_above_max": ("G10", one(tasks__score=3)),
    "vpr_score_wrong_cell": ("K10", one(pupils__score=0)),
    "vpr_score_above_max": ("K10", one(pupils__score=0)),
    "vpr_no_score": ("K10", one(pupils__score=0)),
    "vpr_sum_mismatch": ("K10", one()),
    "vpr_mark_wrong_cell": ("L10", one(pupils__mark=0)),
    "vpr_no_mark": ("L10", one(pupils__mark=0)),
    "vpr_no_journal_mark": ("M10", one(pupils__journal_mark=0)),
    "vpr_mark_misfit": ("L22", {"vpr_pupils": 13, "vpr_pupils.mark": 13}),
    "vpr_scale_misfit": ("L8", {"vpr_pupils": 18, "vpr_pupils.mark": 18}),
    "vpr_declared_count": ("A9", THREE),
    "vpr_class_number": ("E10", one(pupils__class_number=0)),
    "vpr_no_variant": ("F10", one(pupils__variant=0)),
    "vpr_unscored": ("A8", THREE),
    "vpr_skipped_rows": ("D13", THREE),
    # Thirteen bad cells: ten lines of their own, then one for the rest.
    "vpr_more_refused": ("J20", {"vpr_pupils": 13, "vpr_tasks": 52, "vpr_tasks.score": 39}),
    "vpr_more_questions": ("K20", {"vpr_pupils": 13, "vpr_tasks": 52}),
    "vpr_group_by_order": ("A11", {"vpr_marks": 3}),
    "vpr_group_without_code": ("A13", {"vpr_marks": 4}),
    "vpr_group_twice": ("A13", {"vpr_marks": 4}),
    "vpr_two_logins": ("A13", {"vpr_marks": 4}),
    "vpr_group_no_values": ("A13", {"vpr_marks": 4}),
    "vpr_participants": ("C9", {"vpr_marks": 1, "vpr_marks.participants_n": 0}),
    "vpr_percent_wrong": ("G13", {"vpr_marks": 4}),
    "vpr_percent_sum": ("D9", {"vpr_marks": 1}),
    "vpr_percent_as_share": ("D9", {"vpr_marks": 1}),
    "vpr_blank_share": ("D9", {"vpr_marks": 1}),
    "vpr_journal_counts": ("A9", {"vpr_journal": 1}),
    "vpr_journal_incomplete": ("A9", {"vpr_journal": 1}),
    "vpr_journal_block": ("A14", {"vpr_journal": 1}),
    # Scores 0–6 of a work with the maximum 6; the eighth column is not taken.
    "vpr_empty_columns": ("A8", {"vpr_scores": 7}),
    "vpr_score_beyond_max": ("J9", {"vpr_scores": 7}),
    "vpr_task_unknown": ("A13", {"vpr_task_rates": 12}),
    "vpr_task_max_wrong": ("F9", {"vpr_task_rates": 8, "vpr_task_rates.max_score": 6}),
    "vpr_blank_cells": ("F9", {"vpr_task_rates": 8, "vpr_task_rates.max_score": 6}),
    "vpr_mark_group_orphan": ("A10", {"vpr_task_rates": 12}),
    "vpr_archive_no_rows": ("A1", NOTHING),
    "vpr_archive_other_years": ("A1", {"vpr_marks": 1}),
    "vpr_archive_row": ("B3", {"vpr_marks": 1}),
    "vpr_bias_columns": ("A1", {"vpr_bias": 1, "vpr_bias.marker_ma5": 0}),
    "vpr_bias_flag": ("E2", {"vpr_bias": 1, "vpr_bias.marker_ru4": 0, "vpr_bias.marker_ma5": 1}),
    "vpr_bias_count": ("I2", {"vpr_bias": 1}),
}


def _bad_file(rule: str, cell: str, kept: Mapping[str, int]) -> BadFile:
    case = cases_vpr.CASES[rule]
    return BadFile(
        case.rows(), cell, kept, case.given().school_year, "ВПР/2849657.xlsx",
        "РУ 4 Индивидуальные результаты",
        ONE_SCHOOL if rule == "vpr_two_logins" else SCHOOLS,
    )  # fmt: skip


CASES: dict[str, BadInput] = {
    rule: _bad_file(rule, cell, kept) for rule, (cell, kept) in EXPECTED.items()
}
