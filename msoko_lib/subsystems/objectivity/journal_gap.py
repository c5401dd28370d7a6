"""Journal against work: shift, agreement, gaps of two marks and more."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.indicators.objectivity import journal_counts
from msoko_lib.methods.intervals import wilson
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import MORE_OFTEN, by_work, ratio, work_labels
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "zhurnal"


@per_year
def lowered_zones(year: Year) -> pd.DataFrame:
    """Share of lowered marks of every school, all works pooled, against the other schools.

    Columns of :func:`compare_with_others` with ``school``; one row a school.
    """
    counts = journal_counts(year.inputs)
    pooled = counts.groupby("school_id")[["lowered", "raised", "participants_n"]].sum()
    rows = pooled.reset_index().rename(columns={"school_id": "unit_id"})
    rows = rows.assign(
        subject="все работы",
        grade="",
        numerator=rows["lowered"],
        denominator=rows["participants_n"],
        value=rows["lowered"] / rows["participants_n"],
        raised_share=rows["raised"] / rows["participants_n"],
    )
    minimum = int(year.points("report_minimum_n"))
    zones = compare_with_others(rows, more_is_better=False, minimum_n=minimum)
    return zones.assign(school=zones["unit_id"].map(year.school_names))


@per_year
def wide_gaps(year: Year) -> pd.DataFrame:
    """Pupils whose work and journal differ by two marks and more, one row a school."""
    pupils = comparable(year.inputs.table("vpr_pupils"))
    pupils = pupils[pupils["mark"].notna() & pupils["journal_mark"].notna()]
    gap = (pupils["journal_mark"] - pupils["mark"]).astype("int64")
    limit = year.points("journal_gap_marks")
    counted = pupils[["school_id"]].assign(
        over=(gap >= limit).astype("int64"), under=(gap <= -limit).astype("int64"), n=1
    )
    return counted.groupby("school_id")[["over", "under", "n"]].sum().reset_index()


def journal(year: Year) -> Block:
    """Shares of lowered, confirmed and raised marks by school and by work."""
    zones = lowered_zones(year)
    if zones.empty:
        return Nothing("Отметок по журналу в выгрузках ВПР за год нет.")
    return Section(
        _finding(zones),
        items=[_chart(year, zones), _school_table(year, zones), _work_table(year)],
        reading="Отметка за работу ниже журнала бывает и без завышения: работа проверяет не всё, "
        "что оценивают в классе, а границы отметок другие. Поэтому школа сравнивается с "
        "остальными школами, а не с нулём. Расхождения в две отметки и больше разбираются по "
        "каждому ученику внутри школы.",
        anchor=ANCHOR,
    )


def _finding(zones: pd.DataFrame) -> str:
    strange = zones[zones["mark"] == "attention"].sort_values("value", ascending=False)
    if strange.empty:
        return "Заметного расхождения журнала и работ по школам нет"
    names = ru.joined(
        [lowered_in_words(row) for _, row in strange.sort_values("school").head(4).iterrows()]
    )
    return f"Отметка за ВПР ниже журнала заметно чаще, чем в остальных школах: {names}"


def lowered_in_words(row: pd.Series) -> str:
    """«Лесная СОШ (649 из 1 104 отметок, в остальных 28 %)»."""
    lowered = ratio(row["numerator"], row["denominator"], ru.MARK)
    return f"{row['school']} ({lowered}, в остальных {ru.share(row['others'], 0)})"


def _chart(year: Year, zones: pd.DataFrame) -> Figure:
    values = year.values("ОБ-04", "municipality")
    values = values[values["component"] == "понизили"]
    n = values["n"].sum()
    whole = float((values["value"] * values["n"]).sum() / n) if n else float("nan")
    interval = zones.assign(
        label=zones["school"],
        n=zones["denominator"],
        role=zones["mark"].map({"attention": "attention"}).fillna("other"),
        state=ru.FEW,
    )
    interval = _with_interval(interval).sort_values("label")
    return Figure(
        figures.dot_with_interval(
            interval,
            references={"муниципалитет": whole} if n else {},
            subtitle="Доля отметок за ВПР ниже журнала, все работы года вместе",
            n_header="отметок",
        ),
        alt=_finding(zones) + ".",
        caption="Школы в алфавитном порядке; ▼ – заметно чаще остальных школ.",
    )


def _with_interval(rows: pd.DataFrame) -> pd.DataFrame:
    interval = wilson(rows["numerator"].to_numpy(), rows["denominator"].to_numpy())
    few = rows["mark"] == "few"
    return rows.assign(
        ci_low=pd.Series(interval.low, index=rows.index).mask(few),
        ci_high=pd.Series(interval.high, index=rows.index).mask(few),
        value=rows["value"].mask(few),
    )


def _school_table(year: Year, zones: pd.DataFrame) -> ReportTable:
    gaps = wide_gaps(year).rename(columns={"school_id": "unit_id"})
    table = zones.merge(gaps[["unit_id", "over", "under"]], on="unit_id", how="left")
    few = table["mark"] == "few"
    table["verdict"] = table["mark"].map(MORE_OFTEN)
    for name in ("value", "raised_share"):
        table[name] = table[name].astype(object).mask(few, ru.FEW)
    return ReportTable(
        table.sort_values("school"),
        title="Работа против журнала по школам",
        name="05 Журнал по школам",
        columns=[
            Column("school", "Школа"),
            Column("denominator", "Отметок", "int"),
            Column("value", "Понизили", "share"),
            Column("others", "Понизили в остальных", "share"),
            Column("raised_share", "Повысили", "share"),
            Column("over", "Журнал выше на 2 и больше", "int"),
            Column("verdict", "К остальным"),
        ],
        note="Отметки всех работ года вместе: один ученик считается столько раз, сколько работ он "
        "писал, поэтому интервалы несколько уже настоящих.",
    )


def _work_table(year: Year) -> Block:
    parts = year.values("ОБ-04", "municipality", "region")
    confirmed = year.values("ОБ-03", "municipality", "region").assign(component="подтвердили")
    both = pd.concat([parts, confirmed])
    if both.empty:
        return Nothing("Данных по работам нет.")
    wide = both.pivot_table(
        index=["subject", "grade"], columns=["component", "level"], values="value", aggfunc="first"
    )
    wide.columns = [f"{component} {level}" for component, level in wide.columns]
    names = ["понизили municipality", "подтвердили municipality", "повысили municipality",
             "понизили region"]  # fmt: skip
    n = confirmed[confirmed["level"] == "municipality"].set_index(["subject", "grade"])["n"]
    rows = wide.reindex(columns=names).join(n.rename("n")).reset_index()
    rows = by_work(rows[rows["n"].notna()])
    low = parts[(parts["level"] == "municipality") & (parts["component"] == "понизили")]
    low = low.set_index(["subject", "grade"])["ci_low"].rename("low")
    rows = rows.merge(low.reset_index(), on=["subject", "grade"], how="left")
    return ReportTable(
        rows.assign(work=work_labels(rows), shown=rows["low"] > rows["понизили region"]),
        title="Работа против журнала по работам",
        note="Показаны работы, где отметку понизили заметно чаще, чем в регионе.",
        shown="shown",
        name="05 Журнал по работам",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников", "int"),
            Column(names[0], "Понизили", "share"),
            Column(names[3], "Понизили в регионе", "share"),
            Column(names[1], "Подтвердили", "share"),
            Column(names[2], "Повысили", "share"),
        ],
    )
