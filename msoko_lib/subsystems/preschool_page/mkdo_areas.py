"""МКДО of one preschool: its areas among the other preschools, and its own rating beside them."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import PRESCHOOL, answers
from msoko_lib.subsystems.own_numbers import FEWEST_OTHERS
from msoko_lib.subsystems.preschool.mkdo import EXPERT, OWN, SCALE, area_titles, base_level
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR, SELF_ANCHOR = "oblasti", "samoocenka"
NO_EXPERT = "Оценки эксперта по областям МКДО за год нет: детский сад в мониторинг не входил."


def own_areas(ours: SchoolYear) -> pd.DataFrame:
    """Area: title, expert, own (the preschool's rating), others (a list), ``is_low``."""
    told = answers(ours.year, [*EXPERT, *OWN], (PRESCHOOL,))
    mine = ours.own(told, "school_id")
    rest = told[told["school_id"] != ours.school_id]
    base = base_level(ours.year)
    rows = pd.DataFrame(
        {
            "area": area_titles(ours.year),
            "expert": [mine[name].iloc[0] if len(mine) else float("nan") for name in EXPERT],
            "own": [mine[name].iloc[0] if len(mine) else float("nan") for name in OWN],
            "others": [rest[name].dropna().tolist() for name in EXPERT],
        }
    )
    return rows.assign(is_low=rows["expert"] < base)


def areas(ours: SchoolYear) -> Block:
    """Each area of the preschool as experts saw it, the other preschools as unnamed rings."""
    rows = own_areas(ours)
    rows = rows[rows["expert"].notna()].reset_index(drop=True)
    if rows.empty:
        return Nothing(NO_EXPERT)
    base = base_level(ours.year)
    # Rings of one or two others would tell what each of them has.
    enough = rows["others"].map(len) >= FEWEST_OTHERS
    others = [values if told else [] for values, told in zip(rows["others"], enough, strict=True)]
    chart = pd.DataFrame(
        {
            "label": rows["area"],
            "value": rows["expert"],
            "ci_low": float("nan"),
            "ci_high": float("nan"),
            "n": [len(values) for values in others],
            "role": ["attention" if low else "ours" for low in rows["is_low"]],
            "singles": others,
        }
    )
    table = rows.assign(
        mean=[sum(values) / len(values) if values else ru.FEW for values in others],
        told=["▼ ниже базового" if low else "▲ не ниже" for low in rows["is_low"]],
    )
    low = rows[rows["is_low"]]["area"].str.lower()
    return Section(
        f"Ниже базового уровня {ru.number(len(low))} из {ru.number(len(rows))} областей"
        if len(low)
        else f"Все области не ниже базового уровня ({ru.number(len(rows))})",
        figure=Figure(
            figures.dot_with_interval(
                chart,
                kind="mean",
                references={"базовый уровень": base},
                subtitle="Оценка эксперта по областям МКДО, от 1 до 5",
                limits=SCALE,
                n_header="других садов",
                value_header="оценка",
            ),
            alt="Оценка эксперта по областям МКДО у этого детского сада и у других, без названий.",
            caption="Ромб или ▼ – этот детский сад, кружки – другие детские сады муниципалитета.",
        ),
        table=ReportTable(
            table,
            title="Области МКДО",
            name="Сад – области МКДО",
            columns=[
                Column("area", "Область"),
                Column("expert", "Эксперт", "mean"),
                Column("mean", "Среднее других", "mean"),
                Column("told", "К базовому уровню 3" if base == 3 else "К базовому уровню"),
            ],
            note="Эксперт смотрит часть групп: небольшая разница с другими ничего не значит.",
        ),
        anchor=ANCHOR,
    )


def self_rating(ours: SchoolYear) -> Block:
    """The preschool's own rating beside the expert's, by area."""
    rows = own_areas(ours).dropna(subset=["expert", "own"]).reset_index(drop=True)
    if rows.empty:
        return Nothing("Самооценки и оценки эксперта по одним и тем же областям нет.")
    target = ours.year.catalogue["ДО-05"].target_for(ours.year.school_year)
    limit = target.value if target and target.value is not None else float("inf")
    gap = rows["own"] - rows["expert"]
    chart = rows.rename(columns={"area": "label", "own": "value", "expert": "reference"})
    high = int((gap > limit).sum())
    told = f"на {ru.number(abs(gap.mean()), 1)} балла {'выше' if gap.mean() > 0 else 'ниже'}"
    return Section(
        f"Самооценка в среднем {told} оценки эксперта"
        + (f"; больше ориентира расходятся {ru.number(high)} из {ru.number(len(rows))} областей"
           if high else "; больше ориентира не расходится ни одна область"),
        figure=Figure(
            figures.dumbbell(
                chart.assign(attention=gap > limit),
                ours_name="самооценка",
                reference_name="эксперт",
                subtitle="Самооценка и оценка эксперта по областям МКДО, от 1 до 5",
                kind="score",
                limits=SCALE,
            ),
            alt="Самооценка детского сада и оценка эксперта по областям МКДО.",
            caption=f"▼ – самооценка выше больше чем на {ru.number(limit, 1)} балла (ориентир "
            "ДО-05)." if target is not None else "",
        ),
        anchor=SELF_ANCHOR,
    )  # fmt: skip
