"""Similar schools of every school, and its ОГЭ against theirs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.standing import pooled_standing, pupil_spread
from msoko_lib.methods.clusters import compare_with_neighbours
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import conditions_of, peers
from msoko_lib.subsystems.comparable.words import KNOWN_SCHOOL, PEER_WORDS, conditions_in_words
from msoko_lib.subsystems.compare import FALSE_DISCOVERY_RATE
from msoko_lib.subsystems.kept import similar_schools
from msoko_lib.subsystems.labels import HIGHER, names_in_words
from msoko_lib.subsystems.year import Year

ANCHOR = "pokhozhie"
MOST_NAMED = 5
YEARS = 3


def similar_counts(year: Year) -> pd.DataFrame:
    """One row a school: similar schools inside the caliper, their names, the ground to compare on.

    Columns: school_id, short_name, n_inside, names, nearest (distance of the first), status, kind.
    """
    pairs = similar_schools(year)
    pairs = pairs.assign(name=pairs["neighbour_id"].map(year.school_names))
    grouped = pairs.groupby("school_id").agg(
        n_inside=("n_inside", "first"),
        status=("status", "first"),
        nearest=("distance", "min"),
        names=("name", lambda names: names_in_words(names.dropna().tolist(), MOST_NAMED)),
    )
    table = year.schools[["school_id", "short_name"]].merge(
        grouped, left_on="school_id", right_index=True, how="left"
    )
    kinds = {school: found.kind for school, found in peers(year).items()}
    return table.assign(kind=table["school_id"].map(kinds)).sort_values(
        "short_name", ignore_index=True
    )


def against_peers(year: Year) -> pd.DataFrame:
    """ОГЭ of every school against the mean of its peers, in marks.

    Columns: school_id, short_name, kind, n, difference, ci_low, ci_high, peers_n, mark. Marks are
    corrected for the number of schools.
    """
    standing = pooled_standing(year.inputs, "oge", YEARS).set_index("school_id")
    pairs = [
        {"school": school, "neighbour": other, "status": "ok"}
        for school, found in peers(year).items()
        if found.kind != "none" and school in standing.index
        for other in found.schools
    ]
    if len(standing) < 3 or not pairs:
        return pd.DataFrame()
    found = compare_with_neighbours(standing["estimate"], standing["variance"], pd.DataFrame(pairs))
    found = found[found["status"] == "ok"].rename_axis("school_id").reset_index()
    if found.empty:
        return pd.DataFrame()
    spread = pupil_spread(year.inputs, "oge", YEARS)
    q = benjamini_hochberg(found["p_value"].to_numpy()).q
    mark = np.select(
        [q > FALSE_DISCOVERY_RATE, found["difference"] > 0], ["same", "up"], "attention"
    )
    kinds = {school: item.kind for school, item in peers(year).items()}
    table = found.assign(
        short_name=found["school_id"].map(year.school_names),
        kind=found["school_id"].map(kinds),
        n=found["school_id"].map(standing["n"]),
        peers_n=found["neighbours_n"],
        mark=mark,
        **{name: spread * found[name] for name in ("difference", "ci_low", "ci_high")},
    )
    return table.sort_values("short_name", ignore_index=True)


def similar(year: Year) -> Block:
    """Similar schools, then ОГЭ against them (or against the group that stands in for them)."""
    table = similar_counts(year)
    if (table["status"] == "no_data").all():
        return Nothing("Условия школ неизвестны, поэтому похожих школ не найти.")
    items: list[Block] = [_similar_table(year, table)]
    compared = against_peers(year)
    items.append(
        _peers_table(compared)
        if len(compared)
        else Nothing("Сравнить ОГЭ школ с похожими нельзя: результатов или групп сравнения нет.")
    )
    return Section(
        finding(year),
        items=items,
        reading=f"Похожие – школы, чьи условия ({conditions_in_words(list(_weights(year)))}) "
        "отличаются в среднем не больше чем на "
        f"{ru.number(year.points('similar_caliper'), 1)} обычного разброса. Сравнивать со средним "
        f"можно, если их не меньше {ru.number(year.points('similar_minimum'))}; иначе "
        "«сопоставимых школ нет» и вместо них берётся группа по условиям, а без неё – группа из "
        "справочника. Список похожих показывайте школе: она вправе его оспорить.",
        anchor=ANCHOR,
    )


def finding(year: Year) -> str:
    """How many schools have enough similar ones."""
    table = similar_counts(year)
    enough = int((table["status"] == "ok").sum())
    alone = table.loc[table["status"] == "none", "short_name"].tolist()
    minimum = ru.number(year.points("similar_minimum"))
    text = (
        f"Не меньше {minimum} похожих школ есть у {ru.number(enough)} из "
        f"{ru.counted(len(table), KNOWN_SCHOOL)}"
        if enough
        else f"Ни у одной из {ru.counted(len(table), KNOWN_SCHOOL)} нет {minimum} похожих внутри "
        "муниципалитета"
    )
    return f"{text}; ни одной похожей нет: {names_in_words(alone)}" if alone else text


def _weights(year: Year) -> dict[str, float]:
    return conditions_of(year).weights


def _similar_table(year: Year, table: pd.DataFrame) -> ReportTable:
    told = np.select(
        [table["status"] == "ok", table["status"] == "few", table["status"] == "none"],
        ["● хватает", "○ мало", "○ нет"],
        "○ неизвестно",
    )
    rows = table.assign(
        told=told,
        names=table["names"].where(table["names"] != "", ru.NOT_APPLICABLE),
        ground=table["kind"].map(PEER_WORDS),
    )
    return ReportTable(
        rows,
        title="Похожие школы",
        name="12 Похожие школы",
        columns=[
            Column("short_name", "Школа"),
            Column("n_inside", "Число", "int"),
            Column("names", "Самые похожие, ближайшая первой"),
            Column("nearest", "До ближайшей", "mean", missing=ru.NOT_APPLICABLE),
            Column("told", "Хватает ли"),
            Column("ground", "С кем сравнивать"),
        ],
        note="«До ближайшей» – отличие условий в стандартных отклонениях: 0 – одинаковые условия.",
    )


def _peers_table(compared: pd.DataFrame) -> ReportTable:
    rows = compared.assign(
        ground=compared["kind"].map(PEER_WORDS), verdict=compared["mark"].map(HIGHER)
    )
    return ReportTable(
        rows,
        title="ОГЭ против похожих школ (русский язык и математика, три года вместе)",
        name="12 ОГЭ и похожие",
        columns=[
            Column("short_name", "Школа"),
            Column("n", "Сдавали", "int"),
            Column("ground", "С кем сравнили"),
            Column("peers_n", "Число", "int"),
            Column("difference", "Разница, отметки", "gap"),
            Column(("ci_low", "ci_high"), "Интервал", "interval_gap"),
            Column("verdict", "К похожим"),
        ],
        note="Интервал учитывает и саму школу, и тех, с кем она сравнена. Отметка «выше» или "
        "«ниже» – с поправкой на число школ.",
    )
