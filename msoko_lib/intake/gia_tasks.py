"""Answer masks of an exam → task rows, with the questions that masks raise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.intake.gia_masks import (
    TaskScore,
    above_maximum,
    parse_detailed,
    parse_short,
    points,
    settle_maxima,
)
from msoko_lib.intake.gia_rows import FIELD_TITLES, PupilRow
from msoko_lib.intake.lines import row_list
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet

PARTS = ("short", "detailed", "oral")
PupilTasks = dict[str, list[TaskScore]]
_COMMON = [
    "school_year", "exam", "subject", "exam_date", "school_id", "pupil_id",
    "source_file", "source_sheet", "source_row",
]  # fmt: skip


@dataclass
class _Masks:
    """Parsed masks of one exam: row → part → tasks, and the rows that gave trouble."""

    by_row: dict[int, PupilTasks] = field(default_factory=dict)
    unread: dict[str, list[int]] = field(default_factory=dict)
    too_high: dict[str, list[int]] = field(default_factory=dict)


def read_tasks(
    pupils: Sequence[PupilRow],
    columns: Mapping[str, int],
    sheet: Sheet,
    context: ReadContext,
    reading: Reading,
) -> dict[int, PupilTasks]:
    """Tasks of an exam's pupils by row; a row with an unreadable mask gives no tasks at all."""
    masks = _parse(pupils)
    for code, troubles in (
        ("gia_bad_mask", masks.unread),
        ("gia_task_above_maximum", masks.too_high),
    ):
        for part, rows in troubles.items():
            reading.add(
                code, context.place(sheet, rows[0], columns.get(part, 0)),
                column=FIELD_TITLES[part], rows=row_list(rows),
            )  # fmt: skip
    _settle_short(masks.by_row)
    _ask_about_lengths(masks.by_row, columns, sheet, context, reading)
    _ask_about_sums(pupils, masks.by_row, columns, sheet, context, reading)
    return masks.by_row


def _parse(pupils: Sequence[PupilRow]) -> _Masks:
    masks = _Masks()
    for pupil in pupils:
        tasks: PupilTasks = {}
        for part, mask in pupil.masks.items():
            parsed = parse_short(mask) if part == "short" else parse_detailed(mask)
            if parsed is None:
                masks.unread.setdefault(part, []).append(pupil.row)
            elif above_maximum(parsed):
                masks.too_high.setdefault(part, []).append(pupil.row)
            else:
                tasks[part] = parsed
        if tasks and len(tasks) == len(pupil.masks):
            masks.by_row[pupil.row] = tasks
    return masks


def _settle_short(by_row: dict[int, PupilTasks]) -> None:
    rows = [row for row, tasks in by_row.items() if "short" in tasks]
    settled = settle_maxima([by_row[row]["short"] for row in rows])
    for row, tasks in zip(rows, settled, strict=True):
        by_row[row]["short"] = tasks


def _ask_about_lengths(
    by_row: Mapping[int, PupilTasks], columns: Mapping[str, int],
    sheet: Sheet, context: ReadContext, reading: Reading,
) -> None:  # fmt: skip
    for part in PARTS:
        lengths = {row: len(tasks[part]) for row, tasks in by_row.items() if part in tasks}
        if len(set(lengths.values())) < 2:
            continue
        usual = Counter(lengths.values()).most_common(1)[0][0]
        strange = [row for row, length in lengths.items() if length != usual]
        reading.add(
            "gia_mask_length", context.place(sheet, strange[0], columns.get(part, 0)),
            column=FIELD_TITLES[part], usual=usual, rows=row_list(strange),
        )  # fmt: skip


def _ask_about_sums(
    pupils: Sequence[PupilRow], by_row: Mapping[int, PupilTasks], columns: Mapping[str, int],
    sheet: Sheet, context: ReadContext, reading: Reading,
) -> None:  # fmt: skip
    wrong = [
        pupil.row
        for pupil in pupils
        if pupil.row in by_row
        and "primary" in pupil.scores
        and points(*by_row[pupil.row].values()) != pupil.scores["primary"]
    ]
    if wrong:
        reading.add(
            "gia_mask_sum", context.place(sheet, wrong[0], columns.get("primary", 0)),
            rows=row_list(wrong), count=len(wrong),
        )  # fmt: skip


def tasks_frame(results: pd.DataFrame, tasks: Sequence[PupilTasks]) -> pd.DataFrame:
    """Task rows of pupils; ``tasks`` stands in the order of the rows of ``results``."""
    positions: list[int] = []
    parts: list[str] = []
    numbers: list[int] = []
    scores: list[float] = []
    maxima: list[float | None] = []
    for position, of_pupil in enumerate(tasks):
        for part, listed in of_pupil.items():
            positions.extend([position] * len(listed))
            parts.extend([part] * len(listed))
            numbers.extend(range(1, len(listed) + 1))
            scores.extend(task.score for task in listed)
            maxima.extend(task.max_score for task in listed)
    frame = results[_COMMON].take(positions).reset_index(drop=True)
    return frame.assign(part=parts, task=numbers, score=scores, max_score=maxima)
