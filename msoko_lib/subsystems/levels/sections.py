"""Sections of the report by levels: the map, what is behind, where help is needed."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.recommendations.judge import COMPLETE, ESTABLISHED
from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.levels.cuts import LEVELS, OBJECTS, counts, cut_values
from msoko_lib.subsystems.monitoring.judged import ANCHOR
from msoko_lib.subsystems.year import Year

BEHIND_ANCHOR = "otstayot"
NEED_ANCHOR = "pomoshch"
INDICATOR_OF = ru.Noun("показателя", "показателей", "показателей")
_UNIT_KINDS = {"school": "школа", "preschool": "детский сад", "additional": "доп. образование"}


def level_map(year: Year) -> Block:
    """Objects × levels of education: how many indicators reach their target."""
    table = counts(cut_values(year))
    if table.empty:
        return Nothing("Показателей с данными за год нет.")
    cells = pd.DataFrame(
        {
            "unit": table["education_level"],
            "work": table["object"],
            "text": [
                f"{row.reached_n} из {row.aimed_n}" if row.aimed_n else ru.NOT_APPLICABLE
                for row in table.itertuples()
            ],
            "mark": [
                "attention" if row.behind_n else "up" if row.aimed_n else "same"
                for row in table.itertuples()
            ],
            "order": table["education_level"].map({name: n for n, name in enumerate(LEVELS)}),
        }
    ).sort_values("order", kind="stable")
    worst = table.sort_values("behind_n").iloc[-1]
    finding = (
        f"Больше всего недостигнутых ориентиров: {worst['object']}, {worst['education_level']} – "
        f"{ru.number(worst['behind_n'])} из {ru.counted(int(worst['aimed_n']), INDICATOR_OF)}"
        if worst["behind_n"]
        else "Недостигнутых ориентиров нет ни по одному уровню образования"
    )
    return Section(
        finding,
        figure=Figure(
            figures.heat_map(
                cells,
                works=[name for name in OBJECTS if name in set(cells["work"])],
                subtitle="Сколько показателей с ориентиром его достигли, по уровням и объектам",
            ),
            alt="Уровни образования по строкам, объекты оценки по столбцам: сколько показателей "
            "достигли ориентира.",
            caption="▼ – хотя бы один ориентир не достигнут, и случай это не объясняет.",
        ),
        reading="Показатель, который относится к нескольким уровням, считается в каждом.",
        anchor=ANCHOR,
    )


def behind(year: Year) -> Block:
    """Indicators of the municipality that miss their target, level by level."""
    values = cut_values(year)
    rows = values[values["mark"] == "attention"]
    if rows.empty:
        return Nothing("Все ориентиры с данными достигнуты или рядом.")
    table = _by_indicator(values, rows)
    return Section(
        f"Не достигнуты ориентиры {ru.counted(len(table), INDICATOR_OF)}",
        table=ReportTable(
            table,
            title="Показатели, которые не достигли ориентира",
            name="16 Отстаёт",
            columns=[
                Column("object", "Объект"),
                Column("levels", "Уровни"),
                Column("indicator", "Показатель"),
                Column("worst", "Значение"),
                Column("parts", "Где"),
                Column("target_words", "Ориентир"),
                Column("target_status", "Статус"),
            ],
            note="У показателя с частями (предмет и класс, процедура) показано самое далёкое от "
            "ориентира значение и сколько частей ориентира не достигли.",
        ),
        anchor=BEHIND_ANCHOR,
    )


def _by_indicator(values: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """One row an indicator: its levels of education, the farthest value, how many parts miss."""
    parts = values[values["status"] != "no_data"].groupby("fact_id")["label"].nunique()
    table = []
    for fact_id, own in rows.groupby("fact_id", sort=True):
        distance = (own["value"] - own["target"]).abs()
        worst = own.loc[distance.idxmax()]
        missed, known = own["label"].nunique(), int(parts[fact_id])
        where = f"{worst['label']} и ещё {missed - 1} из {known}" if missed > 1 else worst["label"]
        met = set(own["education_level"])
        table.append(
            {
                "object": worst["object"],
                "levels": ", ".join(level for level in LEVELS if level in met),
                "indicator": f"{fact_id} {worst['title']}",
                "worst": printed(worst["value"], worst),
                "parts": where or ru.NOT_APPLICABLE,
                "target_words": worst["target_words"],
                "target_status": worst["target_status"],
            }
        )
    return pd.DataFrame(table).sort_values(["object", "indicator"]).reset_index(drop=True)


def need(year: Year) -> Block:
    """Organisations with established signs in several subsystems, and on what ground."""
    found = findings_of(year)
    sure = found[
        (found["unit_kind"] != MUNICIPALITY)
        & (found["mark"] == "attention")
        & found["evidence"].isin([COMPLETE, ESTABLISHED])
    ]
    if sure.empty:
        return Nothing("Организаций с подтверждёнными признаками за год нет.")
    grouped = sure.groupby("unit_id")
    rows = grouped.agg(
        kind=("unit_kind", "first"), subsystems_n=("subsystem", "nunique"),
        signs_n=("rule_id", "size"),
    ).reset_index()  # fmt: skip
    first = (
        sure.sort_values("rank")
        .groupby("unit_id")["ground"]
        .agg(lambda grounds: "; ".join(list(dict.fromkeys(grounds))[:2]))
    )
    minimum = int(year.points("need_subsystems"))
    table = rows.assign(
        unit=rows["unit_id"].map(year.unit_names),
        kind=rows["kind"].map(_UNIT_KINDS),
        ground=rows["unit_id"].map(first),
        shown=rows["subsystems_n"] >= minimum,
    ).sort_values("unit")
    many = table[table["shown"]]
    threshold = year.settings.threshold("need_subsystems")
    named = ru.joined(many["unit"].head(5).tolist())
    more = f" и ещё {len(many) - 5}" if len(many) > 5 else ""
    return Section(
        f"Подтверждённые признаки в {minimum} подсистемах и больше у "
        f"{ru.counted(len(many), UNIT_OF)}: {named}{more}"
        if len(many)
        else f"Ни у одной организации нет признаков сразу в {minimum} подсистемах",
        table=ReportTable(
            table,
            title="Где помощь и ресурсы нужны прежде всего",
            name="16 Помощь",
            columns=[
                Column("unit", "Организация"),
                Column("kind", "Вид"),
                Column("subsystems_n", "Подсистем", "int"),
                Column("signs_n", "Признаков", "int"),
                Column("ground", "Главные основания"),
            ],
            shown="shown",
        ),
        reading="Организации стоят по алфавиту; число признаков – повод для помощи, а не оценка. "
        f"Порог – {ru.number(threshold.value)} подсистемы, статус: {threshold.status}.",
        anchor=NEED_ANCHOR,
    )


UNIT_OF = ru.Noun("организации", "организаций", "организаций", "f")
