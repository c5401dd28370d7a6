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
from msoko_lib.subsystems.labels import names_in_words
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
                meanings={
                    "attention": "есть недостигнутые, случай этого не объясняет",
                    "up": "недостигнутых нет",
                },
            ),
            alt="Уровни образования по строкам, объекты оценки по столбцам: сколько показателей "
            "достигли ориентира.",
            caption="Показатель, который относится к нескольким уровням, считается в каждом.",
        ),
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
        f"Не достигнуты ориентиры {ru.counted(len(table), INDICATOR_OF)}: {_by_object(table)}",
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


def _by_object(table: pd.DataFrame) -> str:
    """«программы – 7, результаты – 19, условия – 27»."""
    sizes = table["object"].value_counts()
    return ", ".join(f"{name} – {ru.number(sizes[name])}" for name in OBJECTS if name in sizes)


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


def in_need(year: Year) -> pd.DataFrame:
    """Organisations with weighty established signs: subsystems_n, signs_n, said, ``shown``.

    ``shown`` – in so many subsystems that help is needed there first of all.
    """
    found = findings_of(year)
    sure = found[
        (found["unit_kind"] != MUNICIPALITY)
        & (found["mark"] == "attention")
        & found["evidence"].isin([COMPLETE, ESTABLISHED])
        & (found["weight"] >= year.points("need_weight"))
    ]
    if sure.empty:
        return pd.DataFrame(columns=["unit", "kind", "subsystems_n", "signs_n", "said", "shown"])
    grouped = sure.groupby("unit_id")
    rows = grouped.agg(
        kind=("unit_kind", "first"), subsystems_n=("subsystem", "nunique"),
        signs_n=("rule_id", "size"),
    ).reset_index()  # fmt: skip
    first = (
        sure.sort_values(["weight", "rank"], ascending=[False, True], kind="stable")
        .groupby("unit_id")["finding"]
        .agg(lambda said: " ".join(list(dict.fromkeys(said))[:2]))
    )
    return rows.assign(
        unit=rows["unit_id"].map(year.unit_names),
        kind=rows["kind"].map(_UNIT_KINDS),
        said=rows["unit_id"].map(first),
        shown=rows["subsystems_n"] >= year.points("need_subsystems"),
    ).sort_values("unit")


def need(year: Year) -> Block:
    """Organisations with weighty signs in several subsystems, and on what ground."""
    table = in_need(year)
    if table.empty:
        return Nothing("Организаций с важными подтверждёнными признаками за год нет.")
    minimum = int(year.points("need_subsystems"))
    many = table[table["shown"]]
    threshold = year.settings.threshold("need_subsystems")
    weight = year.settings.threshold("need_weight")
    named = names_in_words(many["unit"].tolist(), 5, ru.ORGANISATION)
    return Section(
        f"Важные признаки сошлись в {minimum} подсистемах и больше у "
        f"{ru.counted(len(many), UNIT_OF)}: {named}"
        if len(many)
        else f"Ни у одной организации важные признаки не сошлись в {minimum} подсистемах",
        table=ReportTable(
            table,
            title="Где помощь и ресурсы нужны прежде всего",
            name="16 Помощь",
            columns=[
                Column("unit", "Организация"),
                Column("kind", "Вид"),
                Column("subsystems_n", "Подсистем", "int"),
                Column("signs_n", "Признаков", "int"),
                Column("said", "Что выделяется"),
            ],
            shown="shown",
        ),
        reading="Организации стоят по алфавиту; число признаков – повод для помощи, а не оценка. "
        f"Считаются подтверждённые признаки весом от {ru.number(weight.value)} до 5; порог – "
        f"{ru.number(threshold.value)} подсистемы; статус обоих: {threshold.status}.",
        anchor=NEED_ANCHOR,
    )


UNIT_OF = ru.Noun("организации", "организаций", "организаций", "f")
