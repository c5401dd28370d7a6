"""ОГЭ and ЕГЭ of the municipality: means by subject over the years, with intervals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.names import found, plain
from msoko_lib.explore.view import View
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.quality.exam_years import (
    CHANGE_WORDS,
    EXAM_TITLES,
    MEANT,
    change_in_words,
    changes,
    yearly_means,
)
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_KINDS = {"oge": "mean", "ege": "score"}
_DIGITS = {"oge": 2, "ege": 1}


def exam_named(name: str | None) -> str | None:
    """«ОГЭ» and ``oge`` are the same; None: both exams."""
    if name is None:
        return None
    known = {title: code for code, title in EXAM_TITLES.items()} | {c: c for c in EXAM_TITLES}
    return found(name, known, "экзамена")


def exams_view(year: Year, exam: str | None, subject: str | None) -> View:
    """Means of the exams this year and before, and which of them changed beyond chance."""
    means = yearly_means(year)
    minimum = year.points("mark_group_minimum_n")
    means = means[means["n"] >= year.points("report_minimum_n")]
    codes = [exam] if exam else list(EXAM_TITLES)
    means = means[means["exam"].isin(codes)]
    if subject is not None:
        means = means[_of_subject(means, subject)]
    now = means[means["year"] == year.school_year].reset_index(drop=True)
    what = ru.joined([EXAM_TITLES[code] for code in codes])
    what = f"{what}, {sentence_case(subject)}" if subject else what
    if now.empty:
        return View(f"{what}: результатов за год нет или сдавали единицы", now)
    known = changes(year)
    known = known[known["exam"].isin(codes)]
    if subject is not None and len(known):
        known = known[_of_subject(known, subject)]
    one = len(codes) == 1 and means["year"].nunique() > 1
    return View(
        f"{what}: {_finding(known)}", means.reset_index(drop=True),
        # Marks and test scores share no axis: a chart is of one exam.
        partial(_chart, means, known) if one else None,
        _table(now, known),
        "По выбору сдают те, кто выбрал: среднее меняется и из-за состава. Изменение названо, "
        "только если случай исключён с поправкой на число предметов; меньше "
        f"{ru.number(minimum)} сдававших – вывода нет.",
    )  # fmt: skip


def _of_subject(frame: pd.DataFrame, subject: str) -> pd.Series:
    """Rows of a subject; base and advanced mathematics are both mathematics."""
    return frame["subject"].map(plain).str.startswith(plain(subject))


def _finding(known: pd.DataFrame) -> str:
    if known.empty:
        return "сравнить с прошлым годом нечего"
    told = [
        f"{words} – {ru.joined([change_in_words(row) for _, row in part.iterrows()])}"
        for mark, words in (("attention", "ниже прошлого года"), ("up", "выше прошлого года"))
        if len(part := known[known["mark"] == mark])
    ]
    return "; ".join(told) or "за год не изменилось больше, чем бывает по случаю"


def _table(now: pd.DataFrame, known: pd.DataFrame) -> ReportTable:
    rows = now.merge(
        known[["exam", "subject", "before", "change", "mark"]] if len(known)
        else pd.DataFrame(columns=["exam", "subject", "before", "change", "mark"]),
        on=["exam", "subject"], how="left",
    )  # fmt: skip
    texts = [
        (
            f"{EXAM_TITLES[row.exam]}, {sentence_case(row.subject)}",
            ru.number(row.mean, _DIGITS[row.exam]),
            ru.interval(row.low, row.high, "", _DIGITS[row.exam])
            if not ru.is_missing(row.low) else ru.NOT_APPLICABLE,
            ru.number(row.before, _DIGITS[row.exam])
            if not ru.is_missing(row.before) else ru.NOT_APPLICABLE,
            CHANGE_WORDS.get(row.mark, ru.NOT_APPLICABLE),
        )
        for row in rows.itertuples()
    ]  # fmt: skip
    table = pd.DataFrame(texts, columns=["exam", "mean", "interval", "before", "verdict"])
    return ReportTable(
        table.assign(n=rows["n"].to_numpy()),
        title="Экзамены: средний результат",
        name="Экзамены",
        columns=[
            Column("exam", "Экзамен"), Column("n", "Сдавали", "int"),
            Column("mean", "Среднее", "printed"), Column("interval", "Интервал"),
            Column("before", "Год назад", "printed"), Column("verdict", "За год"),
        ],
        note=f"ОГЭ – {MEANT['oge']}, ЕГЭ – {MEANT['ege']}.",
    )  # fmt: skip


def _chart(means: pd.DataFrame, known: pd.DataFrame) -> Figure:
    """One panel an exam × subject: the compulsory ones, and those that changed."""
    picked = means["subject"].isin(["Русский язык", "Математика"])
    if len(known):
        moved = known[known["mark"].isin(["up", "attention"])]
        picked |= means["subject"].isin(moved["subject"])
    shown = means[picked] if picked.any() else means
    panels = []
    for (exam, subject), part in shown.groupby(["exam", "subject"], sort=False):
        if part["year"].nunique() < 2:
            continue
        series = part.assign(
            series=subject, value=part["mean"], ci_low=part["low"], ci_high=part["high"],
            role="ours", year=part["year"].map(school_year_short),
        )  # fmt: skip
        years = list(dict.fromkeys(series["year"]))
        panels.append(
            (f"{EXAM_TITLES[str(exam)]}, {sentence_case(str(subject))}",
             partial(figures.draw_trend, frame=series, years=years, kind=_KINDS[str(exam)]))
        )  # fmt: skip
    return figures.small_multiples(
        panels, subtitle="Средний результат по годам", columns=min(3, max(1, len(panels))),
        panel_height=1.4, legend=[("ours", "муниципалитет")],
    )  # fmt: skip
