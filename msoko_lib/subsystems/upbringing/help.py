"""Who helps: psychologists; are registered pupils busy, do they leave the list; СПТ; absences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import names_in_words, ratio
from msoko_lib.subsystems.monitoring import units_chart
from msoko_lib.subsystems.protected import people_words, shown_list
from msoko_lib.subsystems.upbringing.registered import MINIMUM, told
from msoko_lib.subsystems.year import Year, per_year

BUSY_ANCHOR = "zanyatost"
IMPROVED_ANCHOR = "snyaty"
PSYCHOLOGISTS_ANCHOR = "psihologi"
SPT_ANCHOR = "spt"
ABSENT_ANCHOR = "propuski"
PER_POST = "ВС-10"


def busy(year: Year) -> Block:
    """Registered pupils who are busy after lessons."""
    return units_chart(year, "09", "ВС-07", anchor=BUSY_ANCHOR)


def improved(year: Year) -> Block:
    """Registered pupils who left the list for the better."""
    return units_chart(year, "09", "ВС-06", anchor=IMPROVED_ANCHOR)


@per_year
def psychologist_rows(year: Year) -> pd.DataFrame:
    """Pupils and posts of psychologists, one row a school that answered.

    Columns: school_id, unit, pupils, posts, per_post (missing without a post), wanted (posts that
    the target asks for), missing (posts, 0 and more).
    """
    rows = answers(year, ["pupils_n", "psychologist_posts"]).dropna()
    rows = rows.rename(columns={"pupils_n": "pupils", "psychologist_posts": "posts"})
    rows = rows[rows["pupils"] > 0].reset_index(drop=True)
    target = year.catalogue[PER_POST].target_for(year.school_year)
    most = target.value if target is not None and target.value else np.nan
    wanted = rows["pupils"] / most
    return rows[["school_id", "unit", "pupils", "posts"]].assign(
        per_post=(rows["pupils"] / rows["posts"]).where(rows["posts"] > 0),
        wanted=wanted,
        missing=(wanted - rows["posts"]).clip(lower=0),
        most=most,
    )


def psychologists(year: Year) -> Block:
    """Pupils per post of a psychologist; who has none."""
    rows = psychologist_rows(year)
    if rows.empty:
        return Nothing("Сведений о ставках педагогов-психологов за год нет.")
    none = rows[rows["posts"] == 0]
    over = rows[rows["per_post"] > rows["most"]]
    parts = [
        f"На {ru.number(rows['pupils'].sum())} учеников – "
        f"{ru.number(rows['posts'].sum(), 2)} ставки психолога"
    ]
    if len(none):
        named = [
            f"{row.unit} ({ru.counted(int(row.pupils), ru.PUPIL)})" for row in none.itertuples()
        ]
        parts.append(f"психолога нет: {names_in_words(named)}")
    if len(over):
        parts.append(
            f"учеников на ставку больше ориентира: {names_in_words(over['unit'].tolist())}"
        )
    if not len(none) and not len(over):
        parts.append("ориентир выполнен во всех школах с данными")
    target = year.catalogue[PER_POST].target_for(year.school_year)
    references = {"ориентир": float(rows["most"].iloc[0])} if rows["most"].notna().any() else {}
    chart = rows.assign(
        label=rows["unit"],
        value=rows["per_post"],
        ci_low=np.nan,
        ci_high=np.nan,
        n=rows["pupils"],
        state="нет",
        role=np.where((rows["posts"] == 0) | (rows["per_post"] > rows["most"]), "attention",
                      "similar"),
    )  # fmt: skip
    return Section(
        "; ".join(parts),
        figure=Figure(
            figures.dot_with_interval(
                chart,
                kind="int",
                references=references,
                limits=(0.0, 1.15 * max(float(chart["value"].max() or 0), *references.values(), 1)),
                subtitle="Учеников на одну занятую ставку педагога-психолога",
                n_header="учеников",
                value_header="на ставку",
            ),
            alt="Число учеников на ставку психолога по школам в алфавитном порядке; «нет» – ставки "
            "нет.",
            caption="Посчитаны все ставки, поэтому интервала нет; «нет» – занятой ставки нет.",
        ),
        table=_psychologists_table(rows),
        reading=f"Ориентир – {target.words} учеников на ставку (статус: {target.status})."
        if target is not None
        else "",
        anchor=PSYCHOLOGISTS_ANCHOR,
    )


def _psychologists_table(rows: pd.DataFrame) -> ReportTable:
    return ReportTable(
        rows.assign(is_shown=(rows["posts"] == 0) | (rows["per_post"] > rows["most"])),
        title="Педагоги-психологи по школам",
        name="09 Психологи",
        columns=[
            Column("unit", "Школа"),
            Column("pupils", "Учеников", "int"),
            Column("posts", "Ставок занято", "mean"),
            Column("per_post", "Учеников на ставку", "int", missing=ru.NOT_APPLICABLE),
            Column("missing", "Ставок до ориентира", "mean"),
        ],
        shown="is_shown",
    )


def social_testing(year: Year) -> Block:
    """СПТ: who took part by school; the risk group only of the municipality."""
    rows = year.values("ВС-09", MUNICIPALITY, status=None)
    risk = ""
    if len(rows):
        row = rows.iloc[0]
        if row["status"] == "ok":
            risk = (
                f"В группе риска по муниципалитету {ratio(row['numerator'], row['denominator'])} "
                f"прошедших тестирование ({ru.share(row['value'])}, интервал "
                f"{ru.share_interval(row['ci_low'], row['ci_high'])}). "
            )
        elif row["status"] != "no_data":
            risk = "Группа риска так мала, что её число не сообщается. "
    block = units_chart(year, "09", "ВС-08", anchor=SPT_ANCHOR)
    if isinstance(block, Nothing):
        return block
    assert isinstance(block, Section)
    return Section(
        block.finding,
        figure=block.figure,
        table=block.table,
        reading=f"{risk}По школам группа риска не сообщается: тест говорит о вероятности, а не о "
        "ребёнке, и списков по нему не составляют.",
        anchor=block.anchor,
    )


def absent_counts(year: Year) -> pd.DataFrame:
    """Pupils who missed much without a good reason: school_id, unit, n, pupils, shown."""
    rows = answers(year, ["absent_n", "pupils_n"]).dropna()
    rows = rows.rename(columns={"absent_n": "n", "pupils_n": "pupils"})
    rows = rows[(rows["pupils"] > 0) & (rows["n"] <= rows["pupils"])].reset_index(drop=True)
    return rows[["school_id", "unit", "n", "pupils"]].assign(
        shown=shown_list(rows["n"], year.points(MINIMUM))
    )


def absences(year: Year) -> Block:
    """Absences without a good reason: the municipality, and schools with five and more."""
    rows = absent_counts(year)
    if rows.empty:
        return Nothing("Сведений о пропусках без уважительных причин за год нет.")
    minimum = year.points(MINIMUM)
    total, pupils = float(rows["n"].sum()), float(rows["pupils"].sum())
    many = rows[told(rows)]
    named = [f"{row.unit} ({ratio(row.n, row.pupils)})" for row in many.itertuples()]
    words = (
        f"{ratio(total, pupils, ru.PUPIL)} ({ru.share(total / pupils)})"
        if total >= minimum
        else f"{people_words(total, minimum, ru.PUPIL)} из {ru.number(pupils)}"
    )
    tail = names_in_words(named) if named else "ни в одной школе таких нет пяти и больше"
    return Section(
        f"Больше 30 % уроков без уважительных причин пропустили {words}; "
        f"{f'больше других: {tail}' if named else tail}",
        reading="По остальным школам числа не печатаются: это единицы. Каждый такой случай – дело "
        "школы, семьи и комиссии по делам несовершеннолетних.",
        anchor=ABSENT_ANCHOR,
    )
