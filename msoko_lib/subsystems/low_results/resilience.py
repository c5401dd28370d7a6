"""Resilient schools: good results in hard conditions, as a probability and over years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.methods.resilience import resilience, year_to_year_variance
from msoko_lib.reads import derived
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.low_results.tables import results
from msoko_lib.subsystems.objectivity.signs import grades
from msoko_lib.subsystems.year import HISTORY_YEARS, Year, per_year

ANCHOR = "rezilentnye"
TITLES = {
    "resilient": "▲ резильентная",
    "possible": "● возможно",
    "not_resilient": "● нет",
    "not_enough": "○ данных недостаточно",
}
_TO_CHECK = ("check", "priority")
COLUMNS = [
    "school_id", "school", "context_index", "is_disadvantaged", "years_n", "years_above", "effect",
    "se", "probability_above_expected", "probability_above_median", "is_flagged", "state",
]  # fmt: skip


@derived("резильентные школы")
@per_year
def judged(year: Year) -> pd.DataFrame:
    """State of every school with results: see :func:`msoko_lib.methods.resilience.resilience`.

    ``is_disadvantaged`` where the index of conditions lies below the limit of the parameters.
    Empty where no expectation can be made (too few schools, no social passports).
    """
    rows = results(year)
    rows = rows[rows["effect"].notna()]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    # The line errs the same way in all years: pooling the years must not make that error smaller.
    years_n = rows.groupby("school_id")["effect"].transform("size")
    frame = pd.DataFrame(
        {
            "school": rows["school_id"],
            "year": rows["school_year"],
            "context_index": rows["index"],
            "effect": rows["effect"],
            "se": np.sqrt(rows["variance"] + years_n * rows["line"]),
            "outcome": rows["outcome"],
            "outcome_se": np.sqrt(rows["variance"]),
        }
    )
    sampling = frame.assign(se=frame["outcome_se"])
    frame["se"] = np.sqrt(frame["se"] ** 2 + year_to_year_variance(sampling))
    flags = grades(year)
    flagged = set(flags.loc[flags["grade"].isin(_TO_CHECK), "school_id"])
    found = resilience(
        frame.assign(is_flagged=frame["school"].isin(flagged)),
        index_limit=year.points("low_context_index"),
        min_probability=year.points("resilient_probability"),
        min_absolute=year.points("resilient_absolute"),
        min_years=int(year.points("resilient_years")),
        window=HISTORY_YEARS,
    )
    found = found.rename_axis("school_id").reset_index()
    found = found.assign(school=found["school_id"].map(year.school_names))
    return found.sort_values("school", kind="stable").reset_index(drop=True)[COLUMNS]


@per_year
def hard(year: Year) -> pd.DataFrame:
    """Schools in hard conditions among :func:`judged`."""
    rows = judged(year)
    return rows[rows["is_disadvantaged"].astype(bool)].reset_index(drop=True)


def resilient(year: Year) -> Block:
    """Which schools in hard conditions do better than their conditions lead one to expect."""
    every = judged(year)
    if every.empty:
        return Nothing(
            "Данных недостаточно: чтобы знать ожидаемый результат, нужны социальные паспорта и "
            "результаты ВПР хотя бы десяти школ."
        )
    rows = every[every["is_disadvantaged"].astype(bool)].reset_index(drop=True)
    if rows.empty:
        return Nothing(
            "Школ, у которых индекс условий ниже порога, среди школ с результатами нет: искать "
            "резильентные не среди кого."
        )
    return Section(
        _finding(rows),
        figure=_chart(year, rows),
        table=_table(rows, year.points("resilient_absolute")),
        reading=_reading(year),
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    found = rows[rows["state"] == "resilient"]["school"].tolist()
    unknown = int((rows["state"] == "not_enough").sum())
    total = f"из {ru.in_words(len(rows), ru.SCHOOL, genitive=True)} в трудных условиях"
    if not found:
        if unknown == len(rows):
            return f"Ни об одной {total} сказать нельзя: данных недостаточно"
        return f"Резильентных {total} нет"
    return f"Резильентные {total}: {names_in_words(found)}"


def _reading(year: Year) -> str:
    least = ru.share(year.points("resilient_probability"), 0)
    years = ru.number(year.points("resilient_years"))
    return (
        "Резильентной названа школа, у которой сразу: индекс условий ниже "
        f"{ru.number(year.points('low_context_index'))}; вероятность, что её результат выше "
        f"ожидаемого при таких условиях, – {least} и больше; результат не ниже медианы школ; так "
        f"было хотя бы {years} года из трёх; признаков, требующих проверки объективности, нет. "
        "Ожидаемый результат посчитан по остальным школам. «Возможно» – не выполнено одно условие. "
        "Все пороги – статус системный. Звание – не награда и не место: это школы, у которых стоит "
        "спросить, что они делают."
    )


def _chart(year: Year, rows: pd.DataFrame) -> Figure:
    known = rows["effect"].notna() & (rows["state"] != "not_enough")
    effect, half = rows["effect"].where(known), 1.96 * rows["se"].where(known)
    results_n = results(year).groupby("school_id")["n"].sum()
    frame = pd.DataFrame(
        {
            "label": rows["school"],
            "value": effect,
            "ci_low": effect - half,
            "ci_high": effect + half,
            "n": rows["school_id"].map(results_n),
            "role": rows["state"].map({"resilient": "ours"}).fillna("similar"),
            "state": ru.FEW,
        }
    )
    return Figure(
        figures.dot_with_interval(
            frame,
            kind="mean",
            references={"ожидаемый результат": 0.0},
            subtitle="Результат школ в трудных условиях против ожидаемого, в долях обычного "
            "разброса учеников, за три года",
            n_header="учеников",
        ),
        alt="Школы в трудных условиях по алфавиту: насколько их результат выше или ниже "
        "ожидаемого, с интервалами.",
        caption="◆ – резильентная школа. Отрезок – 95-процентный интервал; ноль – ожидаемый "
        "результат при таких условиях.",
    )


def _table(rows: pd.DataFrame, half: float) -> ReportTable:
    unknown = rows["state"] == "not_enough"
    table = rows.assign(
        chance=[
            _sure_words(value) if not few and not ru.is_missing(value) else ru.FEW
            for value, few in zip(rows["probability_above_expected"], unknown, strict=True)
        ],
        above=[
            f"{ru.number(above)} из {ru.number(n)}"
            for above, n in zip(rows["years_above"], rows["years_n"], strict=True)
        ],
        half=[
            ru.NO_DATA if ru.is_missing(value) else "да" if value >= half else "нет"
            for value in rows["probability_above_median"]
        ],
        flag=rows["is_flagged"].map({True: "▼ проверить", False: "нет"}),
        told=rows["state"].map(TITLES),
    )
    return ReportTable(
        table,
        title="Школы в трудных условиях: результат против ожидаемого",
        name="02 Резильентные",
        columns=[
            Column("school", "Школа"),
            Column("context_index", "Индекс условий", "score"),
            Column("chance", "Выше ожидаемого"),
            Column("above", "Лет выше ожидаемого"),
            Column("half", "Не ниже медианы"),
            Column("flag", "Признаки объективности"),
            Column("told", "Вывод"),
        ],
        note="«Выше ожидаемого» – вероятность, что результат школы выше, чем у школ в таких же "
        "условиях, с учётом числа учеников и неточности самого ожидания.",
    )


def _sure_words(probability: float) -> str:
    """A probability as per cents, never 0 or 100: chance is never excluded altogether."""
    if probability >= 0.995:
        return f"больше {ru.share(0.99, 0)}"
    if probability < 0.005:
        return f"меньше {ru.share(0.01, 0)}"
    return ru.share(probability, 0)
