"""ВПР of one school: marks against the other schools, three years, pupils near a boundary."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.indicators.objectivity import mark_boundaries
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import by_work, comparison, work_labels
from msoko_lib.subsystems.quality.near_boundary import PASS_MARK, near_boundary
from msoko_lib.subsystems.quality.school_zones import quality_zones
from msoko_lib.subsystems.school.opened import SchoolYear

MARKS_ANCHOR = "vpr"
DYNAMICS_ANCHOR = "dinamika"
BOUNDARY_ANCHOR = "granica"


def zones(school: SchoolYear) -> pd.DataFrame:
    """The school's works with their mark against the other schools and the gap in pupils.

    Columns of ``quality_zones`` with ``low_n`` (marks 2) and ``gap_n`` (how many more or fewer
    good marks than the other schools' share would give; rounded to whole pupils).
    """
    own = school.own(quality_zones(school.year))
    low = school.own(school.year.values("КП-03", "school", status=None))
    low = low[low["component"] == "доля"][["subject", "grade", "numerator"]]
    own = own.merge(
        low.rename(columns={"numerator": "low_n"}), on=["subject", "grade"], how="left"
    )
    gap = (own["value"] - own["others"]) * own["denominator"]
    return by_work(own.assign(gap_n=gap.round()))


def pooled(works: pd.DataFrame) -> tuple[int, int, float]:
    """All works together: marks, good marks, good marks at the other schools' shares."""
    known = works[works["others"].notna()]
    expected = float((known["others"] * known["denominator"]).sum())
    return int(known["denominator"].sum()), int(known["numerator"].sum()), expected


def marks(school: SchoolYear) -> Block:
    """Marks of every work beside the other schools, gaps in whole pupils."""
    works = zones(school)
    if works.empty:
        return Nothing("Результатов ВПР школы за год нет.")
    enough = works[works["mark"] != "few"]
    return Section(
        _finding(works),
        figure=_chart(enough) if len(enough) else None,
        table=_table(works),
        reading="Сравнение – с остальными школами муниципалитета в той же работе. «Учеников к "
        "остальным» – на сколько больше или меньше учеников получили «4» и «5», чем при доле "
        "остальных школ. ▲ и ▼ – отличие, которое трудно объяснить случаем; ● – отличия не видно. "
        "Если писали меньше пяти человек, сравнения нет.",
        anchor=MARKS_ANCHOR,
    )


def _finding(works: pd.DataFrame) -> str:
    total, good, expected = pooled(works)
    difference = round(good - expected)
    if difference == 0:
        tail = "столько же, сколько было бы при доле остальных школ"
    else:
        word = "больше" if difference > 0 else "меньше"
        tail = f"это на {abs(difference)} {word}, чем было бы при доле остальных школ"
    return f"«4» и «5» – {good} из {total} отметок по всем работам; {tail}"


def _chart(enough: pd.DataFrame) -> Figure:
    chart = enough.assign(
        label=work_labels(enough), reference=enough["others"],
        attention=enough["mark"] == "attention",
    )  # fmt: skip
    return Figure(
        figures.dumbbell(
            chart,
            ours_name="школа",
            reference_name="остальные школы",
            limits=(0.0, 1.0),
            subtitle="Доля отметок «4» и «5» по работам ВПР",
        ),
        alt="Доля «4» и «5» по работам ВПР в школе и в остальных школах.",
        caption="Показаны работы, которые писали не меньше пяти учеников.",
    )


def _table(works: pd.DataFrame) -> ReportTable:
    few = works["mark"] == "few"
    table = works.assign(
        work=work_labels(works),
        value=works["value"].astype(object).mask(few, ru.FEW),
        gap_n=works["gap_n"].astype(object).mask(few, ru.FEW),
        verdict=works["mark"].map(comparison("остальные")),
    )
    return ReportTable(
        table,
        title="Отметки школы за ВПР",
        name="Школа – отметки ВПР",
        columns=[
            Column("work", "Работа"),
            Column("denominator", "Писали", "int"),
            Column("low_n", "Получили «2»", "int"),
            Column("numerator", "«4» и «5»", "int"),
            Column("value", "Доля «4» и «5»", "share"),
            Column("others", "В остальных", "share"),
            Column("gap_n", "Учеников к остальным", "int"),
            Column("verdict", "Вывод"),
        ],
    )


def dynamics(school: SchoolYear) -> Block:
    """Quality of all comparable works together, year by year, beside the municipality."""
    history = school.year.history
    rows = history[
        (history["indicator_id"] == "КП-02") & history["level"].isin(["school", "municipality"])
    ]
    rows = rows[(rows["level"] == "municipality") | (rows["unit_id"] == school.school_id)]
    own = rows[rows["level"] == "school"]
    keys = ["year", "subject", "grade"]
    both = own.merge(rows[rows["level"] == "municipality"], on=keys, suffixes=("", "_all"))
    both = both[both["denominator"].notna()]
    if both["year"].nunique() < 2:
        return Nothing("Динамики пока нет: в банке данные школы за один год.")
    both = both.assign(expected=both["value_all"] * both["denominator"])
    years = both.groupby("year")[["numerator", "denominator", "expected"]].sum().reset_index()
    years = years.assign(
        share=years["numerator"] / years["denominator"],
        expected_share=years["expected"] / years["denominator"],
        gap_n=(years["numerator"] - years["expected"]).round(),
    )
    return Section(
        _dynamics_finding(years),
        table=ReportTable(
            years,
            title="Отметки «4» и «5» за ВПР по годам",
            name="Школа – динамика ВПР",
            columns=[
                Column("year", "Учебный год"),
                Column("denominator", "Отметок", "int"),
                Column("numerator", "«4» и «5»", "int"),
                Column("share", "Доля", "share"),
                Column("expected_share", "Муниципалитет в тех же работах", "share"),
                Column("gap_n", "Отметок к муниципалитету", "int"),
            ],
            note="Набор работ меняется по годам, поэтому смотрите на последний столбец: он "
            "сравнивает школу с муниципалитетом в тех же работах. Осенние ВПР не входят.",
        ),
        anchor=DYNAMICS_ANCHOR,
    )


def _dynamics_finding(years: pd.DataFrame) -> str:
    first, last = years.iloc[0], years.iloc[-1]
    was = 100 * (first["share"] - first["expected_share"])
    now = 100 * (last["share"] - last["expected_share"])
    return (
        f"Отставание или опережение муниципалитета: было {ru.pp(was)}, стало {ru.pp(now)} "
        f"(с {first['year']} по {last['year']})"
    )


def boundary(school: SchoolYear) -> Block:
    """How many pupils lacked one point for «3», work by work."""
    everyone = comparable(school.year.inputs.table("vpr_pupils"))
    own = everyone[everyone["school_id"] == school.school_id]
    if own.empty:
        return Nothing("Индивидуальных результатов ВПР (Ф1) школы за год нет.")
    reach = school.year.points("near_boundary_points")
    rows = near_boundary(own, mark_boundaries(everyone), reach)
    rows = rows[(rows["mark"] == PASS_MARK) & ((rows["below_n"] > 0) | (rows["above_n"] > 0))]
    below = int(rows["below_n"].sum()) if len(rows) else 0
    if not below:
        return Nothing("Учеников, которым до «3» не хватило одного балла, нет.")
    return Section(
        f"До «3» не хватило одного балла в {ru.counted(below, RESULT_IN)}",
        table=ReportTable(
            rows.assign(work=work_labels(rows)),
            title="Результаты у границы «2» и «3»",
            name="Школа – граница",
            columns=[
                Column("work", "Работа"),
                Column("n", "Писали", "int"),
                Column("boundary", "«3» с балла", "int"),
                Column("below_n", "Не хватило балла", "int"),
                Column("above_n", "Ровно на границе", "int"),
            ],
            note="Имена по кодам участников есть только в школе. Один ученик может встретиться в "
            "нескольких работах.",
        ),
        anchor=BOUNDARY_ANCHOR,
    )


RESULT_IN = ru.Noun("результате", "результатах", "результатах")
