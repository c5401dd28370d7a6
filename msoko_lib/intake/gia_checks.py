"""Questions to a whole exam: totals, scales, scores that contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msoko_lib.intake.gia_blocks import ExamBlock
from msoko_lib.intake.gia_exam import Exam, Result
from msoko_lib.intake.gia_rows import PupilRow
from msoko_lib.intake.lines import row_list
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet
from msoko_lib.settings import Scale

Kept = Sequence[tuple[PupilRow, Result]]


def scale_of(exam: Exam, context: ReadContext) -> Scale | None:
    """Known mark scale of an ОГЭ exam, or None."""
    if exam.kind != "oge":
        return None
    return context.settings.oge_scale(exam.subject, int(exam.date[:4]))


def ask_about_footer(
    sheet: Sheet, block: ExamBlock, context: ReadContext, reading: Reading
) -> None:
    """A declared number of participants that differs from the rows; an unread threshold."""
    if block.declared is not None and block.declared != len(block.rows):
        reading.add(
            "gia_declared_count", context.place(sheet, *block.declared_place),
            declared=block.declared, rows=len(block.rows),
        )  # fmt: skip
    if block.minimum_unread_row is not None:
        reading.add("gia_minimum_unread", context.place(sheet, block.minimum_unread_row))


def ask_about_results(
    kept: Kept, scale: Scale | None, columns: Mapping[str, int],
    sheet: Sheet, context: ReadContext, reading: Reading,
) -> None:  # fmt: skip
    """Questions about results that were taken."""
    _ask_about_gaps(kept, sheet, context, reading)
    _ask_about_test_scores(kept, columns, sheet, context, reading)
    if scale is not None:
        _ask_about_scale(kept, scale, columns, sheet, context, reading)


def _ask_about_gaps(kept: Kept, sheet: Sheet, context: ReadContext, reading: Reading) -> None:
    for present, rows in (
        ("первичный балл", [p.row for p, r in kept if r.test is None and r.mark is None]),
        ("балл (отметка)", [p.row for p, r in kept if r.primary is None]),
    ):
        if rows:
            reading.add(
                "gia_partial_result", context.place(sheet, rows[0]),
                rows=row_list(rows), present=present,
            )  # fmt: skip


def _ask_about_test_scores(
    kept: Kept, columns: Mapping[str, int], sheet: Sheet, context: ReadContext, reading: Reading
) -> None:
    """The conversion table of an exam gives one test score for each primary score."""
    seen: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for pupil, result in kept:
        if result.primary is not None and result.test is not None:
            seen[result.primary][result.test].append(pupil.row)
    for primary, by_test in sorted(seen.items()):
        if len(by_test) > 1:
            rows = [row for of_test in by_test.values() for row in of_test]
            rarest = min(by_test.values(), key=len)
            reading.add(
                "gia_primary_to_test", context.place(sheet, rarest[0], columns["test"]),
                primary=primary, rows=row_list(rows),
            )  # fmt: skip


def _ask_about_scale(
    kept: Kept, scale: Scale, columns: Mapping[str, int],
    sheet: Sheet, context: ReadContext, reading: Reading,
) -> None:  # fmt: skip
    """Marks above the scale; a lower one is lawful (geometry, literacy criteria)."""
    higher = [
        pupil.row
        for pupil, result in kept
        if result.primary is not None
        and result.mark is not None
        and result.mark > mark_by_scale(scale, result.primary)
    ]
    if higher:
        reading.add(
            "gia_mark_above_scale", context.place(sheet, higher[0], columns["mark"]),
            rows=row_list(higher), count=len(higher), source=scale.source,
        )  # fmt: skip


def mark_by_scale(scale: Scale, primary: float) -> int:
    """Mark that a scale gives for a primary score."""
    return 2 + sum(primary >= bound for bound in (scale.from_3, scale.from_4, scale.from_5))
