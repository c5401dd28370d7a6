"""МКДО: nine areas as experts saw them, and the preschools' own rating beside the experts'."""

from __future__ import annotations

import pandas as pd

from msoko_lib.methods.mean_intervals import mean_interval
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
CHANCE = 0.05


def area_titles(year: Year) -> list[str]:
    """«Образовательные ориентиры», … – the nine areas in their order."""
    titles = [year.catalogue[name].title.removeprefix("МКДО: ") for name in AREAS]
    return [title[:1].upper() + title[1:] for title in titles]


def base_level(year: Year) -> float:
    """The level every area should reach, from the passport of the areas."""
    target = year.catalogue[AREAS[0]].target_for(year.school_year)
    return target.value if target and target.value is not None else float("nan")


def areas(year: Year) -> Block:
    """Mean level of each area over the preschools that experts visited."""
    rows = monitoring.judged(year, AREAS, "municipality")
    rows = rows[rows["status"] == "ok"].copy()
    if rows.empty:
        return Nothing(NO_MKDO)
    titles = dict(zip(AREAS, area_titles(year), strict=True))
    rows["area"] = rows["fact_id"].map(titles)
    scores = area_scores(year)
    chart = rows[["value", "ci_low", "ci_high", "n"]].assign(
        label=rows["area"],
        role=["attention" if mark == "attention" else "similar" for mark in rows["mark"]],
        singles=[scores[name].dropna().tolist() for name in rows["fact_id"]],
    )
    chart[["ci_low", "ci_high"]] = chart[["ci_low", "ci_high"]].clip(*SCALE)
    base = base_level(year)
    return Section(
        _areas_finding(rows, scores, base),
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
            caption="Точка – среднее, отрезок – его разброс, кружки – отдельные детские сады.",
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


def _areas_finding(rows: pd.DataFrame, scores: pd.DataFrame, base: float) -> str:
    """The lowest area, where it is lower than the others beyond chance; how many below the base."""
    low = rows.sort_values("value").iloc[0]
    below = int((rows["value"] < base).sum())
    where = (
        f"ниже базового уровня – {ru.number(below)} из {len(rows)}"
        if below
        else "все не ниже базового уровня"
    )
    if stands_apart(scores, str(low["fact_id"])):
        named = low["area"][:1].lower() + low["area"][1:]
        return f"Ниже других областей – {named}: {ru.number(low['value'], 1)} из 5; {where}"
    ends = f"от {ru.number(rows['value'].min(), 1)} до {ru.number(rows['value'].max(), 1)} из 5"
    return f"Средние областей – {ends}, друг от друга они заметно не отличаются; {where}"


def area_scores(year: Year) -> pd.DataFrame:
    """Preschool × area as experts saw it, one column an area that anybody was rated in."""
    rows = unit_scores(year, AREAS, PRESCHOOL)
    return rows.pivot(index="unit", columns="indicator_id", values="value")


def stands_apart(scores: pd.DataFrame, lowest: str) -> bool:
    """Whether an area is lower than the mean of the others beyond chance, preschool by preschool.

    The lowest of several is chosen by looking, so the test is corrected for their number.
    """
    wide = scores.dropna()
    if len(wide) < 2 or wide.shape[1] < 2:
        return False
    gap = wide.drop(columns=lowest).mean(axis=1) - wide[lowest]
    return bool(mean_interval(gap, level=1 - CHANCE / wide.shape[1]).low > 0)


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
            f"Базовый уровень – {ru.number(base_level(year), 0)}.", 2,
            {"up": "не ниже базового уровня", "attention": "ниже базового уровня"},
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
        "Самооценка заметно выше оценки эксперта: "
        + names_in_words(high["unit"].tolist(), 3, ru.PRESCHOOL)
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
        anchor=SELF_ANCHOR,
    )


def self_by_area(year: Year) -> Block:
    """The own rating against the experts' by area, where it was given by area."""
    told = answers(year, [*EXPERT, *OWN], (PRESCHOOL,))
    both = [(told[own] - told[expert]).dropna() for expert, own in zip(EXPERT, OWN, strict=True)]
    rows = pd.DataFrame(
        {
            "label": area_titles(year),
            "n": [len(gap) for gap in both],
            "value": [told.loc[gap.index, own].mean() for gap, own in zip(both, OWN, strict=True)],
            "reference": [
                told.loc[gap.index, name].mean() for gap, name in zip(both, EXPERT, strict=True)
            ],
        }
    )
    rows = rows[rows["n"] > 0].reset_index(drop=True)
    if rows.empty:
        return Nothing("Самооценки по областям нет: детские сады дали только общий балл.")
    rows["gap"] = rows["value"] - rows["reference"]
    high = ratings(year)
    most = high[high["is_high"]]["unit"].tolist()
    return Section(
        f"Самооценка выше оценки эксперта на {ru.number(rows['gap'].min(), 1)}–"
        f"{ru.number(rows['gap'].max(), 1)} балла, по областям примерно одинаково"
        if rows["gap"].max() - rows["gap"].min() < 0.1 and rows["gap"].min() > 0
        else f"Сильнее всего расходится область «{rows.loc[rows['gap'].abs().idxmax(), 'label']}»",
        figure=Figure(
            figures.dumbbell(
                rows,
                ours_name="самооценка",
                reference_name="эксперт",
                subtitle="Средние самооценки и оценки эксперта по областям МКДО, от 1 до 5",
                kind="score",
                limits=SCALE,
            ),
            alt="Средняя самооценка и средняя оценка эксперта по областям МКДО.",
            caption="Среднее по детским садам, у которых есть обе оценки.",
        ),
        table=ReportTable(
            rows,
            title="Самооценка и оценка эксперта по областям",
            name="10 Самооценка по областям",
            columns=[
                Column("label", "Область"),
                Column("n", "Всего садов", "int"),
                Column("value", "Самооценка", "mean"),
                Column("reference", "Эксперт", "mean"),
                Column("gap", "Разница", "gap"),
            ],
        ),
        reading=f"На средние сильно влияет один сад: {names_in_words(most, 3, ru.PRESCHOOL)}."
        if len(most) == 1
        else "",
    )
