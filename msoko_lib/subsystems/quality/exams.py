"""ОГЭ and ЕГЭ by subject: means, thresholds, high scores, spread."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.gia import below_minimum, exam_results
from msoko_lib.methods.intervals import mean_interval_from_summary
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import (
    Block,
    Column,
    Figure,
    Folded,
    Nothing,
    ReportTable,
    Section,
)
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import NINTH_GRADER, RESULT, ratio, sentence_case, subject_rank
from msoko_lib.subsystems.year import Year

OGE_ANCHOR = "oge"
EGE_ANCHOR = "ege"


def oge(year: Year) -> Block:
    """ОГЭ: who passed by school, then every subject with its mean, «2» and quality."""
    results = exam_results(year.inputs, "oge")
    results = results[results["mark"].notna()]
    if results.empty:
        return Nothing("Протоколов ОГЭ за год нет.")
    low = results.assign(low=(results["mark"] == 2)).groupby("subject")
    facts = low.agg(mean=("mark", "mean"), sd=("mark", "std"), low_n=("low", "sum")).reset_index()
    rows = year.values("КП-09", "municipality").merge(facts, on="subject", how="left")
    rows = rows.sort_values("subject", key=lambda _: subject_rank(rows), kind="stable")
    interval = mean_interval_from_summary(
        *(rows[name].to_numpy(dtype=float) for name in ("mean", "sd", "n"))
    )
    rows = rows.assign(mean_low=interval.low, mean_high=interval.high)
    return Section(
        _oge_finding(year),
        items=[
            _oge_schools(year),
            ReportTable(
                rows,
                title="ОГЭ по предметам",
                name="01 ОГЭ предметы",
                columns=[
                    Column("subject", "Предмет"),
                    Column("n", "Сдавали", "int"),
                    Column("mean", "Средняя отметка", "mean"),
                    Column(("mean_low", "mean_high"), "Интервал", "interval_score", decimals=2),
                    Column("low_n", "Получили «2»", "int"),
                    Column("value", "«4» и «5»", "share"),
                    Column(("ci_low", "ci_high"), "Интервал", "interval"),
                ],
                note="Первая попытка основного периода.",
            ),
        ],
        reading="Выбор предметов разный, поэтому предметы по выбору нельзя сравнивать между собой "
        "и с обязательными.",
        anchor=OGE_ANCHOR,
    )


def _oge_finding(year: Year) -> str:
    passed = year.values("КП-08", "municipality")
    if passed.empty:
        return "Доля сдавших оба обязательных ОГЭ не определяется: данных недостаточно"
    row = passed.iloc[0]
    failed = int(row["denominator"] - row["numerator"])
    return (
        "С первого раза оба обязательных ОГЭ сдали "
        f"{ratio(row['numerator'], row['denominator'], NINTH_GRADER)} "
        f"({ru.share(row['value'])}); не сдали {ru.pupils(failed)}"
    )


def _oge_schools(year: Year) -> Block:
    values = year.values("КП-08", "school", status=None)
    values = values[values["denominator"].notna()]
    minimum = year.catalogue["КП-08"].minimum_n
    zones = compare_with_others(values, more_is_better=True, minimum_n=minimum)
    names = zones["unit_id"].map(year.school_names)
    few = zones["status"] != "ok"
    chart = zones.assign(
        label=names,
        role=zones["mark"].map({"attention": "attention"}).fillna("other"),
        state=ru.FEW,
        value=zones["value"].mask(few),
        ci_low=zones["ci_low"].mask(few),
        ci_high=zones["ci_high"].mask(few),
    ).sort_values("label")
    whole = year.values("КП-08", "municipality")
    references = {"муниципалитет": float(whole["value"].iloc[0])} if len(whole) else {}
    return Figure(
        figures.dot_with_interval(
            chart,
            references=references,
            limits=(0.0, 1.0),
            subtitle="Доля сдавших русский язык и математику с первого раза, по школам",
            n_header="сдавали",
        ),
        alt="Доля сдавших оба обязательных ОГЭ с первого раза по школам с интервалами; школы в "
        "алфавитном порядке.",
        caption="Отрезок – 95-процентный интервал; ▼ – заметно ниже остальных школ.",
    )


def ege(year: Year) -> Block:
    """ЕГЭ by subject: mean, below the minimum, high scores, spread."""
    results = exam_results(year.inputs, "ege")
    if results.empty:
        return Nothing("Протоколов ЕГЭ за год нет.")
    rows = ege_subjects(year)
    limit = ru.number(year.points("ege_high_score"))
    return Section(
        ege_finding(year),
        items=[
            _ege_chart(rows),
            ReportTable(
                rows,
                title="ЕГЭ по предметам",
                name="01 ЕГЭ предметы",
                columns=[
                    Column("subject", "Предмет"),
                    Column("n", "Сдавали", "int"),
                    Column("mean", "Средний балл", "score"),
                    Column(("ci_low", "ci_high"), "Интервал", "interval_score"),
                    Column("low_n", "Ниже минимума", "int"),
                    Column("low", "Доля", "share"),
                    Column("high_n", f"{limit} балл и выше", "int"),
                    Column("high", "Доля", "share"),
                ],
                note="Предметы с числом сдававших меньше пяти не показаны.",
            ),
            Folded("Разрыв между лучшей и слабейшей четвертью", _spread_table(year, results)),
        ],
        reading="Средний балл зависит от того, кто выбрал предмет: при малом числе сдававших "
        "интервал широк и год с годом сравнивать нельзя.",
        anchor=EGE_ANCHOR,
    )


def ege_subjects(year: Year) -> pd.DataFrame:
    """ЕГЭ of the municipality, one row a subject.

    Columns: subject, n, mean, ci_low, ci_high, low_n, low (below the minimum), high_n, high.
    """
    low = year.values("КП-12", "municipality", status=None)[["subject", "numerator", "value"]]
    rows = year.values("КП-13", "municipality")[["subject", "n", "value", "ci_low", "ci_high"]]
    rows = rows.rename(columns={"value": "mean"})
    rows = rows.merge(
        low.rename(columns={"numerator": "low_n", "value": "low"}), on="subject", how="left"
    )
    scored = exam_results(year.inputs, "ege")
    scored = scored[scored["test_score"].notna()]
    high = (scored["test_score"] >= year.points("ege_high_score")).groupby(scored["subject"]).sum()
    rows = rows.merge(high.rename("high_n"), left_on="subject", right_index=True, how="left")
    rows = rows.assign(high=rows["high_n"].astype("float64") / rows["n"])
    return rows.sort_values("subject", key=lambda _: subject_rank(rows), kind="stable")


def minimum_results(year: Year) -> pd.DataFrame:
    """Results of ЕГЭ whose minimum is known, base mathematics too, with ``low`` (below it)."""
    results = exam_results(year.inputs, "ege")
    low = below_minimum(results, year.inputs)
    known = low.notna()
    return results[known].assign(low=low[known].astype(bool))


def ege_finding(year: Year) -> str:
    """How many results are below the minimum, and in which subject there are most of them."""
    known = minimum_results(year)
    failed, total = int(known["low"].sum()), len(known)
    if failed == 0:
        return f"Минимальный балл ЕГЭ преодолён во всех предметах ({ru.counted(total, RESULT)})"
    counts = known.groupby("subject")["low"].agg(["sum", "size"])
    worst = counts.loc[counts["sum"].idxmax()]
    return (
        f"Ниже минимума {ratio(failed, total, RESULT)} ЕГЭ; больше всего – "
        f"{sentence_case(str(worst.name))} ({ratio(worst['sum'], worst['size'])})"
    )


def _spread_table(year: Year, results: pd.DataFrame) -> Block:
    """Mean score of the weakest and the best quarter, and КП-16 with its interval, by subject."""
    scored = results[results["test_score"].notna()]
    spread = year.values("КП-16", "municipality")
    rows = []
    for subject, part in scored.groupby("subject", sort=True):
        ordered = np.sort(part["test_score"].to_numpy(dtype=float))
        size = len(ordered) // 4
        if size >= year.points("report_minimum_n"):
            rows.append((subject, len(ordered), ordered[:size].mean(), ordered[-size:].mean()))
    frame = pd.DataFrame(rows, columns=["subject", "n", "weakest", "best"])
    if frame.empty:
        return Nothing("Четверти выпускников не показаны: сдававших меньше двадцати.")
    frame = frame.assign(gap=frame["best"] - frame["weakest"]).merge(
        spread[["subject", "value", "ci_low", "ci_high"]], on="subject", how="left"
    )
    frame = frame.sort_values("subject", key=lambda _: subject_rank(frame), kind="stable")
    return ReportTable(
        frame,
        title="Разрыв между лучшей и слабейшей четвертью сдававших ЕГЭ",
        name="01 ЕГЭ четверти",
        columns=[
            Column("subject", "Предмет"),
            Column("n", "Сдавали", "int"),
            Column("weakest", "Слабейшая четверть", "score"),
            Column("best", "Лучшая четверть", "score"),
            Column("gap", "Разрыв", "score"),
            Column("value", "Без крайних десятых", "score", missing=ru.FEW),
            Column(("ci_low", "ci_high"), "Интервал", "interval_score", missing=ru.FEW),
        ],
        note="Баллы – тестовые. «Без крайних десятых» – расстояние между 90-м и 10-м процентилями "
        "(показатель КП-16), интервал относится к нему. Предметы с числом сдававших меньше "
        "двадцати не показаны.",
    )


def _ege_chart(rows: pd.DataFrame) -> Figure:
    chart = rows.assign(label=rows["subject"], value=rows["mean"], role="other")
    return Figure(
        figures.dot_with_interval(
            chart, kind="score", limits=(20.0, 90.0),
            subtitle="Средний тестовый балл ЕГЭ по предметам", n_header="сдавали",
        ),
        alt="Средний тестовый балл ЕГЭ по предметам с интервалами.",
        caption="Отрезок – 95-процентный интервал среднего.",
    )  # fmt: skip
