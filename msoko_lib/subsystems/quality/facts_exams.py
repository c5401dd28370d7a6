"""Facts on ОГЭ and ЕГЭ that no indicator holds."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import noted
from msoko_lib.subsystems.labels import NINTH_GRADER, RESULT, ratio, sentence_case
from msoko_lib.subsystems.quality.exam_years import change_in_words, changes
from msoko_lib.subsystems.quality.exams import minimum_results
from msoko_lib.subsystems.year import Year

ALL_PASSED = "ОГЭ: оба обязательных сдали все"
HANDFUL_FAILED = "ОГЭ: сдавали единицы, не все сдали"
EGE_FAILED = "ЕГЭ: есть результаты ниже минимума"
EXAMS_FELL = "Экзамены: средний результат ниже прошлого года"
EXAMS_ROSE = "Экзамены: средний результат выше прошлого года"
IDS = (ALL_PASSED, HANDFUL_FAILED, EGE_FAILED, EXAMS_FELL, EXAMS_ROSE)
MOST_SUBJECTS = 3


def rows(year: Year) -> Iterator[dict[str, object]]:
    """Facts of schools and of the municipality."""
    yield from _oge(year)
    yield from _ege(year)
    yield from _over_years(year)


def _oge(year: Year) -> Iterator[dict[str, object]]:
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


def _ege(year: Year) -> Iterator[dict[str, object]]:
    known = minimum_results(year)
    if known.empty:
        return
    yield _ege_fact(MUNICIPALITY, known)
    for school_id, own in known.groupby("school_id", sort=True):
        yield _ege_fact(str(school_id), own)


def _ege_fact(unit_id: str, known: pd.DataFrame) -> dict[str, object]:
    """Results below the minimum; subjects where they are most often, by count."""
    failed, total = int(known["low"].sum()), len(known)
    by_subject = known.groupby("subject")["low"].agg(["sum", "size"])
    by_subject = by_subject[by_subject["sum"] > 0]
    by_subject = by_subject.sort_values(["sum", "size"], ascending=[False, True])
    named = [
        f"{sentence_case(str(subject))} ({ratio(row['sum'], row['size'])})"
        for subject, row in by_subject.head(MOST_SUBJECTS).iterrows()
    ]
    return noted(
        EGE_FAILED, unit_id, failed, numerator=float(failed), denominator=float(total),
        n=float(total), value=failed / total if total else 0.0, unit="%", scale=100, complete=True,
        detail=ru.joined(named), brief=ratio(failed, total),
        label=ru.joined([sentence_case(str(name)) for name in by_subject.index[:MOST_SUBJECTS]]),
        ground=f"ниже минимума {ratio(failed, total, RESULT)}: {ru.joined(named)}",
    )  # fmt: skip


def _over_years(year: Year) -> Iterator[dict[str, object]]:
    every = changes(year)
    for fact_id, mark in ((EXAMS_FELL, "attention"), (EXAMS_ROSE, "up")):
        found = every[every["mark"] == mark]
        told = ru.joined([change_in_words(row) for _, row in found.iterrows()])
        yield noted(
            fact_id, MUNICIPALITY, len(found), detail=told, ground=f"к прошлому году: {told}",
            n=float(found["n"].sum()) if len(found) else 0.0,
        )  # fmt: skip
