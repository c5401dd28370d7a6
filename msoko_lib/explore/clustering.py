"""Groups of schools by conditions: those of the report, or others made to see what changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.names import found, listed
from msoko_lib.explore.problems import ExploreProblem
from msoko_lib.explore.view import View, from_report
from msoko_lib.indicators.clusters import cluster_titles
from msoko_lib.indicators.conditions import SIZES, all_conditions
from msoko_lib.methods.clusters import Clustering, cluster_schools
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.subsystems.comparable.computed import conditions_of
from msoko_lib.subsystems.comparable.school_groups import group_members, groups, number_of
from msoko_lib.subsystems.comparable.words import (
    CONDITION_TITLES,
    STABILITY_WORDS,
    conditions_in_words,
)
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure

METHODS = {
    "к средних": "kmeans", "kmeans": "kmeans", "уорда": "ward", "ward": "ward",
    "медоиды": "kmedoids", "kmedoids": "kmedoids",
}  # fmt: skip
METHOD_WORDS = {"kmeans": "к средних", "ward": "Уорда", "kmedoids": "медоидов"}
SMALLEST_K = 2
NOT_A_GRADE = (
    "Группа – не оценка и не разряд: в расчёт входят только условия, результаты не входят. Если "
    "деление меняется от метода или набора условий, верить ему нельзя: сравнивайте с похожими."
)


def groups_view(year: Year) -> View:
    """Groups of the year as report 12 has them."""
    members = group_members(year)
    values = conditions_of(year).values
    return from_report(
        groups(year), members, _map_of(year, values, members.set_index("school_id")["title"])
    )


def other_groups_view(
    year: Year, k: int | None, method: str, conditions: Sequence[str] | None
) -> View:
    """Groups made in another way, put beside those of the report school by school."""
    code = found(method, METHODS, "метода")
    values = _values(year, conditions)
    schools = len(values)
    if k is not None and not SMALLEST_K <= k < schools:
        raise ExploreProblem(
            f"Групп должно быть от {SMALLEST_K} до {schools - 1}: школ с известными условиями "
            f"{schools}."
        )
    made = _clustered(year, values, k, code)
    if made.members.empty:
        return View(_why_none(made, schools), pd.DataFrame(), reading=NOT_A_GRADE)
    titles = cluster_titles(made)
    now = group_members(year).set_index("school_id")
    table = made.members.join(now[["short_name", "cluster"]].rename(columns={"cluster": "was"}))
    table = table.assign(
        title=[f"{number_of(name)}: {titles.get(int(str(name)), '').lower()}"
               for name in table["cluster"]],
        before=[number_of(name) for name in table["was"]],
        place=["▼ пограничная" if border else "● своя" for border in table["is_border"]],
    ).sort_values(["cluster", "short_name"])  # fmt: skip
    words = made.stability["word"].map(STABILITY_WORDS)
    weak = int((made.stability["word"] == "do_not_use").sum())
    finding = (
        f"Метод {METHOD_WORDS[code]}, условия: {conditions_in_words(list(values.columns))}. Групп "
        f"{ru.number(made.k)}, непрочных – {ru.number(weak) if weak else 'ни одной'}; "
        f"{_agreement(table)}"
    )
    stability = pd.DataFrame(
        {
            "title": [f"{number_of(name)}: {titles.get(int(str(name)), '').lower()}"
                      for name in made.stability.index],
            "n": made.sizes.reindex(made.stability.index).to_numpy(),
            "jaccard": made.stability["jaccard"].to_numpy(), "word": words.to_numpy(),
        }
    )  # fmt: skip
    return View(
        finding, table.reset_index(names="school_id"),
        _map_of(year, all_conditions(year.inputs, _YEARS), table["title"]),
        more=[
            ReportTable(
                stability, "Прочность групп", "Прочность",
                columns=[
                    Column("title", "Группа"), Column("n", "Школ", "int"),
                    Column("jaccard", "Прочность", "mean"), Column("word", "Словами"),
                ],
            ),
            ReportTable(
                table, "Где оказалась каждая школа", "Другие группы",
                columns=[
                    Column("short_name", "Школа"), Column("title", "Группа"),
                    Column("confidence", "Уверенность", "share", decimals=0,
                           missing=ru.NOT_APPLICABLE),
                    Column("place", "Место в группе"), Column("before", "Группа в отчёте 12"),
                ],
                note="Номера групп в двух делениях не связаны: важно, кто с кем вместе.",
            ),
        ],
        reading=NOT_A_GRADE,
    )  # fmt: skip


_YEARS = 3


def condition_names(year: Year) -> dict[str, str]:
    """Conditions that can be used: title → code; those that enough schools have told of.

    What has no name in Russian is no condition: the passport's number of pupils is in «pupils».
    """
    frame = all_conditions(year.inputs, _YEARS)
    usable = [
        str(name) for name in frame
        if name in CONDITION_TITLES
        and frame[name].notna().sum() >= _fewest(year) and frame[name].nunique() > 1
    ]  # fmt: skip
    return {CONDITION_TITLES[name]: name for name in usable}


def _fewest(year: Year) -> int:
    return int(year.points("cluster_minimum_schools"))


def _values(year: Year, conditions: Sequence[str] | None) -> pd.DataFrame:
    """One row a school with every wanted condition known."""
    if conditions is None:
        return conditions_of(year).values
    titles = condition_names(year)
    known = titles | {code: code for code in titles.values()}
    names = list(dict.fromkeys(found(name, known, "условия") for name in conditions))
    if not names:
        raise ExploreProblem(f"Назовите хотя бы одно условие. Есть: {listed(titles)}.")
    return all_conditions(year.inputs, _YEARS)[names].dropna()


def _clustered(year: Year, values: pd.DataFrame, k: int | None, method: str) -> Clustering:
    weights = conditions_of(year).weights
    try:
        return cluster_schools(
            values, method=method, k=k, log=[name for name in values if name in SIZES],
            weights={name: weights.get(name, 1.0) for name in values},
            min_size=int(year.points("cluster_minimum_size")), min_schools=_fewest(year),
        )  # fmt: skip
    except ValueError:
        raise ExploreProblem(
            "Из этих условий групп не составить: возможно, они почти повторяют друг друга или у "
            "всех школ одинаковы. Уберите одно условие или добавьте другое."
        ) from None


def _why_none(made: Clustering, schools: int) -> str:
    if made.status == "too_few_schools":
        return f"Школ с известными условиями {ru.number(schools)}: для групп мало"
    return "Ясного деления на группы по этим условиям нет"


def _agreement(table: pd.DataFrame) -> str:
    both = table[table["was"].notna()]
    if both.empty:
        return "сравнить с отчётом 12 нечего, в нём групп нет"
    from sklearn.metrics import adjusted_rand_score

    rand = adjusted_rand_score(both["was"].astype(int), both["cluster"].astype(int))
    return (
        f"согласие с группами отчёта 12 – {ru.number(rand, 2)} (1 – то же деление, 0 – случайное)"
    )


def _map_of(year: Year, values: pd.DataFrame, titles: pd.Series) -> Callable[[], Figure] | None:
    """Schools by size and index of conditions, the shape by group; None where these are unknown."""
    if not {"pupils", "social_index"} <= set(values):
        return None
    frame = pd.DataFrame(
        {
            "label": values.index.map(year.school_names), "x": values["pupils"],
            "y": values["social_index"], "group": titles.reindex(values.index),
        }
    ).dropna()  # fmt: skip
    frame = frame[frame["group"].astype(str) != "nan"].sort_values(["group", "label"])
    return partial(_map, frame) if len(frame) else None


def _map(frame: pd.DataFrame) -> Figure:
    return figures.labelled_points(
        frame, x_label="Обучающихся",
        y_label="Индекс социального благополучия", log_x=True,
        subtitle="Школы по размеру и условиям, группы – формой и цветом",
    )  # fmt: skip
