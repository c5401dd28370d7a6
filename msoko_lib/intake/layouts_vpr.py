"""ВПР layouts in the order in which they are asked."""

from __future__ import annotations

from msoko_lib.intake import (
    fisoko_archive_read,
    fisoko_individual,
    fisoko_journal,
    fisoko_mark_groups,
    fisoko_marks,
    fisoko_scores,
    fisoko_skills,
    fisoko_tasks,
    fisoko_upload_form,
)
from msoko_lib.intake.fisoko_archive import recognises_archive
from msoko_lib.intake.reading import Layout

LAYOUTS: list[Layout] = [
    Layout(
        "vpr_individual", fisoko_individual.TITLE,
        fisoko_individual.recognises_individual, fisoko_individual.read_individual, 10,
    ),
    # Late: it claims the service sheets of its book too, and must not take those of others.
    Layout(
        "vpr_upload_form", fisoko_upload_form.TITLE,
        fisoko_upload_form.recognises_upload_form, fisoko_upload_form.read_upload_form, 90,
    ),
    Layout(
        "vpr_journal", fisoko_journal.TITLE,
        fisoko_journal.recognises_journal, fisoko_journal.read_journal, 20,
    ),
    Layout(
        "vpr_marks", fisoko_marks.TITLE,
        fisoko_marks.recognises_marks, fisoko_marks.read_marks, 21,
    ),
    Layout(
        "vpr_scores", fisoko_scores.TITLE,
        fisoko_scores.recognises_scores, fisoko_scores.read_scores, 22,
    ),
    # Before «Выполнение заданий»: the same columns, told apart by title or by rows of marks.
    Layout(
        "vpr_mark_groups", fisoko_mark_groups.TITLE,
        fisoko_mark_groups.recognises_mark_groups, fisoko_mark_groups.read_mark_groups, 23,
    ),
    Layout(
        "vpr_tasks", fisoko_tasks.TITLE,
        fisoko_tasks.recognises_tasks, fisoko_tasks.read_tasks, 24,
    ),
    Layout(
        "vpr_skills", fisoko_skills.TITLE,
        fisoko_skills.recognises_skills, fisoko_skills.read_skills, 25,
    ),
    Layout(
        "vpr_archive", "Архив ВПР",
        recognises_archive, fisoko_archive_read.read_archive, 30,
    ),
]  # fmt: skip
