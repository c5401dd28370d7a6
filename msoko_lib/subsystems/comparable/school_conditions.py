"""Conditions of every school: size, place, families."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import clusters_of, conditions_of
from msoko_lib.subsystems.comparable.what_asked import years_in_words
from msoko_lib.subsystems.comparable.words import KNOWN_SCHOOL, conditions_in_words
from msoko_lib.subsystems.labels import out_of
from msoko_lib.subsystems.year import Year

ANCHOR = "usloviya"
LACKING = "нет данных"


def conditions_table(year: Year) -> pd.DataFrame:
    """Schools by name with their conditions; a condition that is not known is missing."""
    found = conditions_of(year)
    schools = year.schools[["school_id", "short_name", "cluster", "territory"]]
    table = schools.merge(found.values, left_on="school_id", right_index=True, how="left")
    titles = year.settings.cluster_titles
    return table.assign(
        expert=table["cluster"].map(titles).fillna(table["cluster"]),
        is_known=table["school_id"].isin(found.values.index),
    ).sort_values("short_name", ignore_index=True)


def hard_conditions(year: Year) -> list[str]:
    """Names of the schools whose index of conditions is below the limit."""
    table = conditions_table(year)
    if "social_index" not in table:
        return []
    limit = year.points("low_context_index")
    return table.loc[table["social_index"] < limit, "short_name"].tolist()


def conditions(year: Year) -> Block:
    """Map of conditions and the table behind it."""
    found = conditions_of(year)
    if found.values.empty:
        return Nothing(
            "Условия школ неизвестны: нет ни контингента, ни социального паспорта, ни отметки "
            "«город» или «село» в справочнике. Сравнивать школы не с кем."
        )
    table = conditions_table(year)
    return Section(
        _finding(year, table),
        items=[*_chart(year, table), _table(year, table)],
        reading=_reading(year),
        anchor=ANCHOR,
    )


def _finding(year: Year, table: pd.DataFrame) -> str:
    known = int(table["is_known"].sum())
    text = f"Условия известны у {ru.number(known)} из {ru.counted(len(table), KNOWN_SCHOOL)}"
    if "pupils" in table:
        low, high = table["pupils"].min(), table["pupils"].max()
        text += f": от {ru.number(low)} до {out_of(round(high), ru.PUPIL)} в школе"
    hard = hard_conditions(year)
    if hard:
        text += f"; в трудных условиях – {ru.joined(hard)}"
    return text


def _chart(year: Year, table: pd.DataFrame) -> list[Block]:
    if not {"pupils", "social_index"} <= set(table):
        return []
    members = clusters_of(year).members.set_index("school_id")
    grouped = members["cluster"].notna().any()
    group = table["school_id"].map(members["title"]) if grouped else table["expert"]
    points = table.assign(
        label=table["short_name"], x=table["pupils"], y=table["social_index"],
        group=group.fillna("без группы"),
    ).dropna(subset=["x", "y"])  # fmt: skip
    if points.empty:
        return []
    limit = year.points("low_context_index")
    inside = points["y"].min() < limit < points["y"].max()
    return [
        Figure(
            figures.labelled_points(
                points.sort_values("group"),
                x_label="Обучающихся в школе (каждая следующая отметка – примерно вдвое больше)",
                y_label="Индекс социального благополучия",
                log_x=True,
                lines={f"ниже {ru.number(limit)} – трудные условия": limit} if inside else {},
                subtitle="Размер школы и условия её семей, "
                + years_in_words(conditions_of(year).years),
            ),
            alt=f"{_finding(year, table)}.",
            caption="Чем ближе точки, тем сопоставимее школы. Форма знака – группа "
            + ("по условиям." if grouped else "из справочника."),
        )
    ]


def _table(year: Year, table: pd.DataFrame) -> ReportTable:
    found = conditions_of(year)
    columns = [Column("short_name", "Школа"), Column("territory", "Город или село")]
    kinds = {
        "pupils": Column("pupils", "Обучающихся", "int"),
        "social_index": Column("social_index", "Индекс условий", "score"),
        "distance_to_centre": Column("distance_to_centre", "До центра, км", "score"),
    }
    columns += [column for name, column in kinds.items() if name in table]
    columns.append(Column("expert", "Группа в справочнике"))
    note = "Индекс: среднее 50, обычный разброс 10; больше – благополучнее. "
    if found.unused:
        note += f"Не использовано, данных мало: {conditions_in_words(found.unused)}. "
    return ReportTable(
        table,
        title="Условия школ, среднее " + years_in_words(found.years),
        name="12 Условия",
        columns=columns,
        note=note.strip(),
    )


def _reading(year: Year) -> str:
    lacking = conditions_of(year).lacking
    names = [name for school, name in year.school_names.items() if school in lacking]
    gap = (
        f" Не хватает данных (школа не входит в группы и поиск похожих): {ru.joined(names)}."
        if names
        else ""
    )
    return (
        "Условия – то, чего школа сама изменить не может. Результатов, кадров и оборудования "
        "здесь нет: иначе группы объяснили бы результаты сами собой. Пропуски не заполняются." + gap
    )
