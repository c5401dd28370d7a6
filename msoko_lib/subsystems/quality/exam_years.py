"""ОГЭ and ЕГЭ over the years: mean by subject, and whether the last change is more than chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.indicators.gia import exam_results
from msoko_lib.methods.intervals import benjamini_hochberg, mean_interval
from msoko_lib.project import previous_school_year
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.compare import FALSE_DISCOVERY_RATE
from msoko_lib.subsystems.labels import CORE_SUBJECTS, sentence_case, subject_rank
from msoko_lib.subsystems.year import HISTORY_YEARS, Year

ANCHOR = "dinamika-ekzamenov"
EXAM_TITLES = {"oge": "ОГЭ", "ege": "ЕГЭ"}
UNITS = {"oge": "mark", "ege": "test_score"}
MEANT = {"oge": "средняя отметка", "ege": "средний балл"}
CHANGE_WORDS = {"up": "▲ выше", "attention": "▼ ниже", "same": "● так же", "few": "○ мало"}


def yearly_means(year: Year) -> pd.DataFrame:
    """Mean of every exam × subject × year: exam, subject, year, n, mean, low, high, sd."""
    rows = []
    for back in range(HISTORY_YEARS):
        school_year = previous_school_year(year.school_year, back) if back else year.school_year
        for exam, unit in UNITS.items():
            results = exam_results(year.inputs, exam, back=back)
            results = results[results[unit].notna()]
            for subject, part in results.groupby("subject", sort=True):
                values = part[unit].to_numpy(dtype=float)
                interval = mean_interval(values)
                sd = float(values.std(ddof=1)) if len(values) > 1 else np.nan
                rows.append(
                    (exam, subject, school_year, len(values), float(values.mean()),
                     float(interval.low), float(interval.high), sd)
                )  # fmt: skip
    columns = ["exam", "subject", "year", "n", "mean", "low", "high", "sd"]
    return pd.DataFrame(rows, columns=columns).sort_values(["exam", "subject", "year"])


def changes(year: Year) -> pd.DataFrame:
    """Change of each mean against the year before, with Welch's interval and a mark.

    Columns: exam, subject, n, n_before, mean, before, change, low, high, q, mark. One family is
    all subjects of both exams: Benjamini–Hochberg at 5 %.
    """
    means = yearly_means(year)
    years = sorted(means["year"].unique())
    if len(years) < 2 or years[-1] != year.school_year:
        return pd.DataFrame(columns=["exam", "subject", "change", "mark"])
    key = ["exam", "subject"]
    both = means[means["year"] == years[-1]].merge(
        means[means["year"] == years[-2]], on=key, suffixes=("", "_before")
    )
    minimum = year.points("mark_group_minimum_n")
    enough = (both[["n", "n_before"]].min(axis=1) >= minimum).to_numpy()
    parts = [both["sd"] ** 2 / both["n"], both["sd_before"] ** 2 / both["n_before"]]
    error = np.sqrt(parts[0] + parts[1]).to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = (parts[0] + parts[1]) ** 2 / (
            parts[0] ** 2 / (both["n"] - 1) + parts[1] ** 2 / (both["n_before"] - 1)
        )
        change = (both["mean"] - both["mean_before"]).to_numpy(dtype=float)
        p = 2 * stats.t.sf(np.abs(change / error), freedom)
    half = stats.t.ppf(0.975, freedom) * error
    q = benjamini_hochberg(np.where(enough, p, np.nan)).q
    mark = np.select(
        [~enough, q > FALSE_DISCOVERY_RATE, change > 0], ["few", "same", "up"], "attention"
    )
    rows = both.assign(
        before=both["mean_before"], change=change, low=change - half, high=change + half, q=q,
        mark=np.where(np.isnan(q) & enough, "same", mark),
    )  # fmt: skip
    ordered = rows.assign(_subject=subject_rank(rows))
    ordered = ordered.sort_values(["exam", "_subject", "subject"], ascending=[False, True, True])
    return ordered.drop(columns="_subject").reset_index(drop=True)


def exams_over_years(year: Year) -> Block:
    """Means of three years side by side and the last change with its interval."""
    means = yearly_means(year)
    if means["year"].nunique() < 2:
        return Nothing("Динамики экзаменов пока нет: в банке протоколы одного года.")
    found = changes(year)
    return Section(
        _finding(found),
        items=[_table(means, found, exam) for exam in EXAM_TITLES if (found["exam"] == exam).any()],
        reading="Сравниваются разные выпускники и разные задания. Отличие названо, только если "
        "случай исключён с поправкой на число предметов. По выбору сдают те, кто выбрал: среднее "
        "может измениться из-за состава.",
        anchor=ANCHOR,
    )


def _finding(found: pd.DataFrame) -> str:
    parts = []
    for mark, words in (("attention", "ниже прошлого года"), ("up", "выше прошлого года")):
        rows = found[found["mark"] == mark]
        if len(rows):
            named = [change_in_words(row) for _, row in rows.iterrows()]
            parts.append(f"{words}: {ru.joined(named)}")
    if not parts:
        return (
            "Средние ОГЭ и ЕГЭ за год не изменились больше, чем бывает по случаю (сравнили "
            f"{ru.counted(len(found), ru.SUBJECT)})"
        )
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def change_in_words(row: pd.Series) -> str:
    """«ЕГЭ, физика (−4,2)»."""
    digits = 2 if row["exam"] == "oge" else 1
    return (
        f"{EXAM_TITLES[row['exam']]}, {sentence_case(str(row['subject']))} "
        f"({ru.number(row['change'], digits, signed=True)})"
    )


def _table(means: pd.DataFrame, found: pd.DataFrame, exam: str) -> ReportTable:
    digits = 2 if exam == "oge" else 1
    own = means[means["exam"] == exam]
    told = own.assign(
        text=[
            f"{ru.number(row['mean'], digits)} ({ru.number(row['n'])})" for _, row in own.iterrows()
        ]
    )
    wide = told.pivot_table(index="subject", columns="year", values="text", aggfunc="first")
    years = [str(name) for name in wide.columns]
    rows = found[found["exam"] == exam].merge(wide.reset_index(), on="subject", how="left")
    few = rows["mark"] == "few"
    shown = rows["mark"].isin(["up", "attention"]) | rows["subject"].isin(CORE_SUBJECTS)
    rows = rows.assign(
        verdict=rows["mark"].map(CHANGE_WORDS),
        shown=shown if shown.any() else True,
        low=rows["low"].mask(few),
        high=rows["high"].mask(few),
        change_text=[
            ru.FEW if row["mark"] == "few" else ru.number(row["change"], digits, signed=True)
            for _, row in rows.iterrows()
        ],
    )
    title = EXAM_TITLES[exam]
    return ReportTable(
        rows,
        title=f"{title} по годам: {MEANT[exam]} (сдавали)",
        name=f"01 {title} по годам",
        shown="shown",
        columns=[
            Column("subject", "Предмет"),
            *(Column(name, school_year_short(name), missing=ru.NOT_APPLICABLE) for name in years),
            Column("change_text", "За год"),
            Column(("low", "high"), "Интервал", "interval_score", missing=ru.FEW, decimals=digits),
            Column("verdict", "Вывод"),
        ],
    )
