"""МКДО: nine areas as experts saw them, and the preschools' own rating beside the experts'."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.answers import PRESCHOOL, answers, asked_of
from msoko_lib.subsystems.labels import names_in_words, ratio
from msoko_lib.subsystems.preschool.monitoring import AREAS
from msoko_lib.subsystems.score_map import score_map, unit_scores
from msoko_lib.subsystems.year import Year

ANCHOR, MAP_ANCHOR, SELF_ANCHOR = "mkdo", "mkdo-sady", "samoocenka"
EXPERT = tuple(f"mkdo_{number}" for number in range(1, 10))
OWN = tuple(f"mkdo_self_{number}" for number in range(1, 10))
NO_MKDO = "Результатов МКДО за год нет: детские сады в мониторинг не входили или отчёт не загружен."
SCALE = (1.0, 5.0)


def areas(year: Year) -> Block:
    """Mean level of each area over the preschools that experts visited."""
    rows = monitoring.judged(year, AREAS, "municipality")
    rows = rows[rows["status"] == "ok"].copy()
    if rows.empty:
        return Nothing(NO_MKDO)
    rows["area"] = rows["title"].str.removeprefix("МКДО: ").str.capitalize()
    chart = rows[["value", "ci_low", "ci_high", "n"]].assign(
        label=rows["area"],
        role=["attention" if mark == "attention" else "similar" for mark in rows["mark"]],
    )
    chart[["ci_low", "ci_high"]] = chart[["ci_low", "ci_high"]].clip(*SCALE)
    base = float(rows["target"].iloc[0])
    low = rows.sort_values("value").iloc[0]
    below = int((rows["value"] < base).sum())
    where = "ниже базового уровня" if below else "все не ниже базового уровня"
    return Section(
        f"Ниже других областей – {low['area'].lower()}: {ru.number(low['value'], 1)} из 5; "
        + (f"{where} – {ru.number(below)} из {len(rows)}" if below else where),
        figure=Figure(
            figures.dot_with_interval(
                chart,
                kind="score",
                references={"базовый уровень": base},
                subtitle="Средняя оценка эксперта по областям МКДО",
                limits=SCALE,
                n_header="садов",
            ),
            alt="Средняя оценка эксперта от 1 до 5 по девяти областям МКДО, с интервалами.",
            caption="Отрезок – разброс среднего по детским садам; 3 – базовый уровень.",
        ),
        table=ReportTable(
            rows,
            title="Области МКДО: муниципалитет",
            name="10 Области МКДО",
            columns=[
                Column("area", "Область"),
                Column("n", "Всего садов", "int"),
                Column("value", "Оценка эксперта", "mean"),
                Column(("ci_low", "ci_high"), "Интервал", "interval_score"),
                Column("previous", "Год назад", "mean"),
            ],
            note="Группировка областей в разных описаниях МКДО разная; сверьте со своим отчётом.",
        ),
        anchor=ANCHOR,
    )


def areas_by_preschool(year: Year) -> Block:
    """Preschools × areas, in alphabetical order."""
    rows = unit_scores(year, AREAS, PRESCHOOL)
    if rows.empty:
        return Nothing(NO_MKDO)
    low = rows[rows["is_low"]].groupby("unit").size()
    total = rows["unit"].nunique()
    listed = "; ".join(f"{unit} – {ru.counted(n, AREA)}" for unit, n in low.head(4).items())
    return Section(
        f"Ниже базового уровня есть области у {ratio(len(low), total, ru.PRESCHOOL)}: {listed}"
        if len(low)
        else f"Все области не ниже базового уровня: {ru.counted(total, ru.PRESCHOOL)}",
        figure=score_map(
            rows, "МКДО: ", "Оценка эксперта по областям МКДО, от 1 до 5",
            "▼ – ниже базового уровня 3, ▲ – не ниже.", 1,
        ),
        anchor=MAP_ANCHOR,
    )  # fmt: skip


AREA = ru.Noun("область", "области", "областей", "f")


def ratings(year: Year) -> pd.DataFrame:
    """Preschools with the expert's mean, their own rating and the gap (``mark`` by the target)."""
    told = answers(year, [*EXPERT, "mkdo_self"], (PRESCHOOL,))
    rows = told.dropna(subset=["mkdo_self", *EXPERT])
    rows = rows.assign(expert=rows[list(EXPERT)].mean(axis=1))
    passport = year.catalogue["ДО-05"]
    target = passport.target_for(year.school_year)
    limit = target.value if target and target.value is not None else float("inf")
    gap = rows["mkdo_self"] - rows["expert"]
    return rows.assign(gap=gap, is_high=gap > limit).reset_index(drop=True)


def self_rating(year: Year) -> Block:
    """The preschools' own rating against the experts', by preschool and by area."""
    rows = ratings(year)
    if rows.empty:
        return Nothing("Самооценки и оценки эксперта по одним и тем же детским садам нет.")
    chart = pd.DataFrame(
        {
            "label": rows["unit"],
            "value": rows["mkdo_self"],
            "reference": rows["expert"],
            "attention": rows["is_high"],
        }
    )
    high = rows[rows["is_high"]]
    target = year.catalogue["ДО-05"].target
    finding = (
        f"Самооценка заметно выше оценки эксперта: {names_in_words(high['unit'].tolist(), 3)}"
        if len(high)
        else "Самооценка близка к оценке эксперта во всех детских садах"
    )
    shown = ratio(len(rows), asked_of(year, (PRESCHOOL,)), ru.PRESCHOOL)
    return Section(
        f"{finding}; сравнить можно {shown}",
        figure=Figure(
            figures.dumbbell(
                chart,
                ours_name="самооценка",
                reference_name="эксперт",
                subtitle="Средний уровень МКДО по детским садам, от 1 до 5",
                kind="score",
                limits=SCALE,
            ),
            alt="Самооценка и оценка эксперта по детским садам в алфавитном порядке.",
            caption="▼ – самооценка выше больше чем на 0,5 балла (ориентир ДО-05)."
            if target is not None and target.value == 0.5
            else "▼ – разница больше ориентира ДО-05.",
        ),
        table=ReportTable(
            rows,
            title="Самооценка и оценка эксперта",
            name="10 Самооценка",
            columns=[
                Column("unit", "Детский сад"),
                Column("mkdo_self", "Самооценка", "mean"),
                Column("expert", "Эксперт", "mean"),
                Column("gap", "Разница", "mean"),
            ],
            note="Эксперт смотрит выборку групп, поэтому небольшая разница ничего не значит.",
        ),
        items=_by_area(year),
        anchor=SELF_ANCHOR,
    )


def _by_area(year: Year) -> list[Block]:
    """The same by area, where the own rating was given by area."""
    told = answers(year, [*EXPERT, *OWN], (PRESCHOOL,))
    both = [(told[own] - told[expert]).dropna() for expert, own in zip(EXPERT, OWN, strict=True)]
    titles = [year.catalogue[name].title.removeprefix("МКДО: ").capitalize() for name in AREAS]
    rows = pd.DataFrame(
        {
            "area": titles,
            "n": [len(gap) for gap in both],
            "own": [told.loc[gap.index, own].mean() for gap, own in zip(both, OWN, strict=True)],
            "expert": [
                told.loc[gap.index, name].mean() for gap, name in zip(both, EXPERT, strict=True)
            ],
        }
    )
    rows = rows[rows["n"] > 0]
    if rows.empty:
        return []
    table = ReportTable(
        rows.assign(gap=rows["own"] - rows["expert"]),
        title="Самооценка и оценка эксперта по областям",
        name="10 Самооценка по областям",
        columns=[
            Column("area", "Область"),
            Column("n", "Всего садов", "int"),
            Column("own", "Самооценка", "mean"),
            Column("expert", "Эксперт", "mean"),
            Column("gap", "Разница", "mean"),
        ],
    )
    return [table]
