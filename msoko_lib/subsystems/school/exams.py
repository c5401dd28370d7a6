"""ОГЭ and ЕГЭ of one school."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.gia import below_minimum, exam_results
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others, share_of_others
from msoko_lib.subsystems.labels import (
    ALONE,
    HIGHER,
    RESULT,
    ratio,
    sentence_case,
    subject_rank,
)
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year, per_year

OGE_ANCHOR = "oge"
EGE_ANCHOR = "ege"


@per_year
def results_of(year: Year, exam: str) -> pd.DataFrame:
    """Results of an exam («oge», «ege») in all schools of the year."""
    return exam_results(year.inputs, exam)


@per_year
def _good_marks(year: Year) -> pd.DataFrame:
    """Share of «4» and «5» at ОГЭ, every school beside the others."""
    values = year.values("КП-09", "school", status=None)
    values = values[values["denominator"].notna()].assign(grade="")
    minimum = year.catalogue["КП-09"].minimum_n
    return compare_with_others(values, more_is_better=True, minimum_n=minimum)


def oge(school: SchoolYear) -> Block:
    """ОГЭ by subject: marks in pupils, quality beside the other schools."""
    own = school.own_of(results_of, "oge", column="school_id")
    own = own[own["mark"].notna()]
    if own.empty:
        return Nothing("Результатов ОГЭ школы за год нет.")
    minimum = school.year.catalogue["КП-09"].minimum_n
    rows = school.own_of(_good_marks)
    low = own[own["mark"] == 2].groupby("subject").size().rename("low_n")
    rows = rows.merge(low, left_on="subject", right_index=True, how="left")
    few = rows["denominator"] < minimum
    table = rows.assign(
        low_n=rows["low_n"].fillna(0),
        value=rows["value"].astype(object).mask(few, ru.FEW),
        verdict=rows["mark"].map(HIGHER).mask(rows["others"].isna(), ALONE),
    ).sort_values("subject", key=lambda _: subject_rank(rows), kind="stable")
    comparison = (
        Column("value", "Доля «4» и «5»", "share"),
        Column("others", "В остальных", "share", missing=ru.NOT_APPLICABLE),
        Column("verdict", "Вывод"),
    )
    return Section(
        _oge_finding(school),
        table=ReportTable(
            table,
            title="ОГЭ школы по предметам",
            name="Школа – ОГЭ",
            columns=[
                Column("subject", "Предмет"),
                Column("denominator", "Сдавали", "int"),
                Column("low_n", "Получили «2»", "int"),
                Column("numerator", "«4» и «5»", "int"),
                *(() if few.all() else comparison),
            ],
            note="Первая попытка основного периода."
            + (" Сдавали единицы, поэтому доли не сравниваются." if few.all() else ""),
        ),
        anchor=OGE_ANCHOR,
    )


def _oge_finding(school: SchoolYear) -> str:
    row = school.value("КП-08")
    if row is None or pd.isna(row["denominator"]):
        return "Сдававших оба обязательных экзамена нет"
    total, passed = int(row["denominator"]), int(row["numerator"])
    if passed == total:
        return f"Оба обязательных ОГЭ с первого раза сдали все: {ru.pupils(total)}"
    return (
        f"Оба обязательных ОГЭ с первого раза сдали {ratio(passed, total)}; "
        f"не сдали {ru.pupils(total - passed)}"
    )


def ege(school: SchoolYear) -> Block:
    """ЕГЭ by subject: n, mean where there are enough, below the minimum in pupils."""
    own = school.own_of(results_of, "ege", column="school_id")
    if own.empty:
        return Nothing("Выпускников, сдававших ЕГЭ, в школе в этом году нет.")
    low = own.assign(low=below_minimum(own, school.year.inputs).fillna(False).astype(bool))
    counts = low.groupby("subject").agg(n=("pupil_id", "size"), low_n=("low", "sum"))
    means = school.own(school.year.values("КП-13", "school", status=None)).set_index("subject")
    everyone = school.year.values("КП-13", "school", status=None)
    others = share_of_others(everyone, everyone["status"] == "ok", everyone["subject"])
    others = school.own(everyone.assign(others=others)).set_index("subject")["others"]
    rows = counts.join(means[["value", "ci_low", "ci_high", "status"]]).join(others)
    few = rows["status"] == "not_enough"
    unscored = rows["status"].isna().to_numpy()
    table = rows.reset_index().assign(
        value=rows["value"].astype(object).mask(few, ru.FEW).to_numpy(),
        low=rows["ci_low"].astype(object).mask(few, ru.FEW).to_numpy(),
        high=rows["ci_high"].to_numpy(),
    )
    # Base mathematics has a mark and no score: there is nothing to compare, not too few pupils.
    table["others"] = table["others"].astype(object).mask(unscored, ru.NOT_APPLICABLE)
    table = table.sort_values("subject", key=lambda _: subject_rank(table), kind="stable")
    return Section(
        _ege_finding(counts),
        table=ReportTable(
            table,
            title="ЕГЭ школы по предметам",
            name="Школа – ЕГЭ",
            columns=[
                Column("subject", "Предмет"),
                Column("n", "Сдавали", "int"),
                Column("value", "Средний балл", "score", missing=ru.NOT_APPLICABLE),
                Column(("low", "high"), "Интервал", "interval_score", missing=ru.NOT_APPLICABLE),
                Column("others", "В остальных", "score", missing=ru.FEW),
                Column("low_n", "Ниже минимума", "int"),
            ],
            note="«В остальных» – в школах, где предмет сдавали не единицы. Базовая математика "
            "оценивается отметкой, среднего балла у неё нет.",
        ),
        anchor=EGE_ANCHOR,
    )


def _ege_finding(counts: pd.DataFrame) -> str:
    failed, total = int(counts["low_n"].sum()), int(counts["n"].sum())
    if not failed:
        return f"Минимальный балл ЕГЭ преодолён во всех предметах ({ru.counted(total, RESULT)})"
    worst = [str(subject) for subject in counts.index[counts["low_n"] == counts["low_n"].max()]]
    return (
        f"Ниже минимума {ratio(failed, total, RESULT)} ЕГЭ; больше всего – "
        f"{ru.joined([sentence_case(name) for name in worst[:3]])}"
    )
