"""Sums over subjects: three best ЕГЭ and four ОГЭ of a graduate, by the bands of the parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.gia import exam_results, oge_sums, three_subject_sums
from msoko_lib.methods.intervals import wilson
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.year import Year

ANCHOR = "summy"
THREE, FOUR = "Три лучших ЕГЭ", "Четыре ОГЭ"
FULL_SCORE = 100
# Exam, band of the sum, graduates in it, graduates in all.
Band = tuple[str, str, int, int]


def sum_bands(year: Year) -> pd.DataFrame:
    """Graduates by band of their sum: exam, band, n, total, share, low, high."""
    frame = pd.DataFrame(
        [*_ege_bands(year), *_oge_bands(year)], columns=["exam", "band", "n", "total"]
    )
    if frame.empty:
        return frame.assign(share=0.0, low=0.0, high=0.0)
    counts, totals = (frame[name].to_numpy(dtype=float) for name in ("n", "total"))
    interval = wilson(counts, totals)
    return frame.assign(share=counts / totals, low=interval.low, high=interval.high)


def _ege_bands(year: Year) -> list[Band]:
    best = three_subject_sums(year.inputs)["total"].to_numpy(dtype=float)
    results = exam_results(year.inputs, "ege", attempt="best")
    top = results.groupby("pupil_id")["test_score"].max().dropna()
    if not len(best) or top.empty:
        return []
    mass, high = _limits(year, "ege_three_subjects_mass", "ege_three_subjects_high")
    names = [f"меньше {mass}", f"{mass}–{high - 1}", f"{high} и больше"]
    counts = np.bincount(np.digitize(best, [mass, high]), minlength=3)
    rows = [(THREE, name, int(n), len(best)) for name, n in zip(names, counts, strict=True)]
    (limit,) = _limits(year, "ege_high_score")
    for score, title in ((limit, f"ЕГЭ: {limit} балл и выше"), (FULL_SCORE, "ЕГЭ: 100 баллов")):
        rows.append((title, "хотя бы один предмет", int((top >= score).sum()), len(top)))
    return rows


def _oge_bands(year: Year) -> list[Band]:
    marks = oge_sums(year.inputs)
    if marks.empty:
        return []
    basic, high = _limits(year, "oge_four_subjects_basic", "oge_four_subjects_high")
    passed = (marks["lowest"] >= 3) & (marks["total"] >= basic)
    best = passed & (marks["total"] >= high)
    bands = {
        f"есть «2» или меньше {basic}": ~passed,
        f"{basic}–{high - 1}": passed & ~best,
        f"{high} и больше": best,
    }
    return [(FOUR, name, int(hit.sum()), len(marks)) for name, hit in bands.items()]


def _limits(year: Year, *names: str) -> list[int]:
    return [int(year.points(name)) for name in names]


def sums(year: Year) -> Block:
    """Sums of both exams as one table."""
    rows = sum_bands(year)
    if rows.empty:
        return Nothing("Сумм по предметам нет: никто не сдавал трёх ЕГЭ или четырёх ОГЭ.")
    return Section(
        _finding(rows),
        table=ReportTable(
            rows,
            title="Суммы по предметам и высокие баллы",
            name="01 Суммы по предметам",
            columns=[
                Column("exam", "Экзамены"),
                Column("band", "Сумма"),
                Column("n", "Выпускников", "int"),
                Column("total", "Из", "int"),
                Column("share", "Доля", "share"),
                Column(("low", "high"), "Интервал", "interval"),
            ],
            note="Границы сумм – пороги параметров (статус системный). Для суммы берётся лучший "
            "результат по предмету, базовая математика в сумму ЕГЭ не входит.",
        ),
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    """The best band of each exam: «220 и больше по трём лучшим ЕГЭ – 34 из 130 выпускников»."""
    told = []
    for exam, words in ((THREE, "по трём лучшим ЕГЭ"), (FOUR, "по четырём ОГЭ")):
        part = rows[rows["exam"] == exam]
        if len(part):
            best = part.iloc[-1]
            told.append(f"{best['band']} {words} – {ratio(best['n'], best['total'], ru.GRADUATE)}")
    text = "; ".join(told)
    return text[:1].upper() + text[1:]
