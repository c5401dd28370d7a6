"""Facts on ОГЭ and ЕГЭ that no indicator holds."""

from __future__ import annotations

from collections.abc import Iterator

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import noted
from msoko_lib.subsystems.labels import NINTH_GRADER, ratio
from msoko_lib.subsystems.year import Year

ALL_PASSED = "ОГЭ: оба обязательных сдали все"
HANDFUL_FAILED = "ОГЭ: сдавали единицы, не все сдали"
IDS = (ALL_PASSED, HANDFUL_FAILED)


def rows(year: Year) -> Iterator[dict[str, object]]:
    """Facts of schools where ninth graders sat both compulsory exams."""
    values = year.values("КП-08", "school", status=None)
    for _, row in values[values["denominator"].notna()].iterrows():
        total, failed = int(row["denominator"]), int(row["denominator"] - row["numerator"])
        told = ratio(failed, total, NINTH_GRADER)
        yield noted(
            ALL_PASSED, str(row["unit_id"]), not failed, n=total, detail=ru.pupils(total),
            complete=True,
        )  # fmt: skip
        few = failed and row["status"] != "ok"
        yield noted(
            HANDFUL_FAILED, str(row["unit_id"]), few, n=total, detail=told, complete=True,
            ground=f"не сдали {told}",
        )  # fmt: skip
