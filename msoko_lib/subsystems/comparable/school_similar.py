"""One school beside similar ones: which they are, by what they are similar, where it stands."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.similar import Peers
from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import conditions_of, peers
from msoko_lib.subsystems.compare import differs_from
from msoko_lib.subsystems.kept import similar_schools
from msoko_lib.subsystems.labels import HIGHER, MORE_OFTEN
from msoko_lib.subsystems.monitoring.judged import judged, table_rows
from msoko_lib.subsystems.own_numbers import FEWEST_OTHERS, value_words
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

ANCHOR = "pokhozhie"
MINIMUM = "similar_range_minimum"
# Exams, diagnostics, coverage, staff, conditions; few, the parts of subsystems have the rest.
# Never ВПР: the law does not let schools be compared by it.
SHOWN = ("КП-08", "КП-14", "КП-18", "ВС-11", "ПП-05", "УС-06")
_KINDS = {
    "similar": "Похожие школы",
    "cluster": "Похожих школ мало, поэтому сравнение – со школами своей группы по условиям",
    "expert": "Похожих школ мало, поэтому сравнение – со школами своей группы в справочнике",
}
_VILLAGE = "село"


def similar_part(school: SchoolYear) -> Block:
    """Names of similar schools, what makes them similar, own values beside middle and range."""
    year = school.year
    found = peers(year)[school.school_id]
    if found.kind == "none" or len(found.schools) < FEWEST_OTHERS:
        return Nothing(f"Сопоставимых школ в муниципалитете нет: {_why_none(school)}.")
    rows = _rows(school, found)
    return Section(
        f"{_KINDS[found.kind]}: {ru.joined(_named(year, found))}",
        table=_table(year, rows, found) if len(rows) else None,
        reading=_why(school, found),
        anchor=ANCHOR,
    )


def _named(year: Year, found: Peers) -> list[str]:
    return [year.school_names[name] for name in found.schools if name in year.school_names]


def _why_none(school: SchoolYear) -> str:
    lacking = conditions_of(school.year).lacking.get(school.school_id)
    if lacking:
        return "об условиях школы известно не всё, социальный паспорт заполнен не полностью"
    near = similar_schools(school.year)
    inside = near[near["school_id"] == school.school_id]["n_inside"].max()
    if inside == 1:
        return "условия похожи только у одной школы, а группы, с которой сравнить, нет"
    return "ни у кого условия не близки, и группы, с которой сравнить, нет"


def _rows(school: SchoolYear, found: Peers) -> pd.DataFrame:
    """Own values of the shown indicators, with middle and range of those whose value is shown."""
    year = school.year
    facts = judged(year, SHOWN, "school")
    order = {name: place for place, name in enumerate(SHOWN)}
    own = school.own(facts)
    own = own[own["status"] != "no_data"]
    if own.empty:
        return own
    own = own.assign(place=own["fact_id"].map(order)).sort_values(["place", "label"])
    others = facts[facts["unit_id"].isin(found.schools) & (facts["status"] == "ok")]
    values = others.groupby(["fact_id", "label"])["value"]
    told = values.agg(middle="median", least="min", most="max", others_n="size").reset_index()
    rows = table_rows(own).merge(told, on=["fact_id", "label"], how="left")
    return rows.assign(others_n=rows["others_n"].fillna(0).astype(int))


def _table(year: Year, rows: pd.DataFrame, found: Peers) -> ReportTable:
    least = year.points(MINIMUM)
    told = []
    for row in rows.to_dict("records"):
        fact = pd.Series(row)
        enough = row["others_n"] >= least
        mark = _mark(fact) if enough and row["status"] == "ok" else "few"
        words = MORE_OFTEN if row["better"] < 0 else HIGHER
        # A value that was not drawn from people has no interval, and nothing is said of chance.
        alone = enough and row["status"] == "ok" and ru.is_missing(row["ci_low"])
        low, high = (printed(float(row[name]), fact) for name in ("least", "most"))
        told.append(
            {
                "own": value_words(row),
                "middle": printed(float(row["middle"]), fact) if enough else ru.FEW,
                "range": f"{low} … {high}" if enough else ru.FEW,
                "verdict": ru.NOT_APPLICABLE if alone else words[mark],
            }
        )
    return ReportTable(
        rows.assign(**pd.DataFrame(told, index=rows.index)),
        title="Школа и похожие школы" if found.kind == "similar" else "Школа и её группа",
        name="Школа – похожие",
        columns=[
            Column("indicator", "Показатель", wide=True),
            Column("own", "Здесь"),
            Column("middle", "Середина"),
            Column("range", "От и до"),
            Column("others_n", "Школ", "int"),
            Column("verdict", "К середине"),
        ],
        note=f"Середина – у половины из этих школ ({ru.number(len(found.schools))}) число не "
        "больше, у половины не меньше. «Школ» – у скольких из них число есть и людей достаточно; "
        f"где таких меньше {ru.number(least)}, ни середины, ни разброса нет. Результаты ВПР здесь "
        "не сравниваются.",
    )


def _mark(fact: pd.Series) -> str:
    """Better, worse or no different from the middle, by the interval of the own value."""
    mark = differs_from(fact, float(fact["middle"]))
    if fact["better"] < 0:
        return {"up": "attention", "attention": "up"}.get(mark, mark)
    return mark


def _why(school: SchoolYear, found: Peers) -> str:
    """«Похожи размером (от 310 до 420 обучающихся, у вас 365) и тем, что все в селе»."""
    values = conditions_of(school.year).values
    others = values[values.index.isin(found.schools)]
    parts = []
    if school.school_id in values.index and len(others):
        own = values.loc[school.school_id]
        parts = [words for name in values if (words := _mark_words(name, own[name], others[name]))]
    if not parts:
        return "В эту группу школу отнёс справочник: об условиях школ известно не всё."
    how = "Чем похожи" if found.kind == "similar" else "Условия школ группы"
    return (
        f"{how}: {'; '.join(parts)}. Результаты при поиске не смотрят. Список можно оспорить: "
        "напишите в пояснении, чем ваши условия другие."
    )


def _mark_words(name: str, own: float, others: pd.Series) -> str:
    low, high = others.min(), others.max()
    if name == "pupils":
        return (
            f"размер – от {ru.number(low)} до {ru.number(high)} обучающихся, здесь {ru.number(own)}"
        )
    if name == "village":
        if low == high == own:
            return "все в селе" if own else "все в городе"
        return f"здесь {_VILLAGE if own else 'город'}, среди них есть и город, и село"
    if name == "distance_to_centre":
        return f"до центра – от {ru.number(low)} до {ru.number(high)} км, здесь {ru.number(own)}"
    if name == "social_index":
        return (
            f"состав семей – индекс условий от {ru.number(low)} до {ru.number(high)}, здесь "
            f"{ru.number(own)} (среднее 50, больше – благополучнее)"
        )
    return ""
