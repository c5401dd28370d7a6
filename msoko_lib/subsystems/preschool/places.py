"""Places in preschools and children who attend or wait, by age."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import PRESCHOOL, answers, asked_of
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.year import Year

ANCHOR = "mesta"
AGES = (("under3", "1,5–3 лет"), ("over3", "3–7 лет"))
FIELDS = tuple(f"{what}_{age}_n" for age, _ in AGES for what in ("places", "need"))
PLACE = ru.Noun("место", "места", "мест", "n")


def shortages(year: Year) -> pd.DataFrame:
    """Preschool × age group: places, need (children who attend or wait), short (places lacking)."""
    told = answers(year, FIELDS, (PRESCHOOL,))
    parts = [
        pd.DataFrame(
            {
                "school_id": told["school_id"],
                "unit": told["unit"],
                "age": title,
                "places": told[f"places_{age}_n"],
                "need": told[f"need_{age}_n"],
            }
        )
        for age, title in AGES
    ]
    rows = pd.concat(parts, ignore_index=True).dropna(subset=["places", "need"])
    return rows.assign(short=(rows["need"] - rows["places"]).clip(lower=0))


def places(year: Year) -> Block:
    """Do places suffice: the municipality by age, then each preschool."""
    rows = shortages(year)
    if rows.empty:
        return Nothing("Сведений о местах и очереди за год нет (АИС «Комплектование», 85-К).")
    sums = rows.groupby("age", sort=False)[["places", "need", "short"]].sum()
    parts = [
        f"детям {age} не хватает {ru.counted(row['short'], PLACE)} на {ru.number(row['need'])}"
        if row["short"]
        else f"детям {age} мест хватает"
        for age, row in sums.iterrows()
    ]
    told = rows["school_id"].nunique()
    text = "; ".join(parts)
    return Section(
        text[:1].upper() + text[1:],
        table=ReportTable(
            rows.sort_values(["unit", "age"]).assign(is_shown=rows["short"] > 0),
            title="Места и дети, которые посещают детский сад или ждут места",
            name="10 Места",
            columns=[
                Column("unit", "Детский сад"),
                Column("age", "Возраст"),
                Column("places", "Мест", "int"),
                Column("need", "Всего посещают и ждут", "int"),
                Column("short", "Не хватает мест", "int"),
            ],
            shown="is_shown",
            note="Посчитаны все, поэтому интервала нет. Один ребёнок может ждать места в двух "
            "детских садах: сверьте очередь с АИС «Комплектование».",
        ),
        reading=f"Сведения дали: {ratio(told, asked_of(year, (PRESCHOOL,)), ru.PRESCHOOL)}.",
        anchor=ANCHOR,
    )
