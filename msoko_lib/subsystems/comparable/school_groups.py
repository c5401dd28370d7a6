"""Groups of schools by conditions: who, why, how sure, since when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.clusters import YearClusters
from msoko_lib.project import end_year_of
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Folded, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import clusters_of, conditions_of
from msoko_lib.subsystems.comparable.words import (
    MOVEMENT_WORDS,
    STABILITY_WORDS,
    conditions_in_words,
)
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.year import Year

ANCHOR = "gruppy"
USABLE = "ok"
UNITS = {"pupils": ru.Noun("обучающегося", "обучающихся", "обучающихся")}


def group_members(year: Year) -> pd.DataFrame:
    """Schools with group, confidence, expert group and movement, by group and name."""
    members = clusters_of(year).members
    table = year.schools[["school_id", "short_name", "cluster"]].rename(
        columns={"cluster": "expert"}
    )
    titles = year.settings.cluster_titles
    table = table.assign(expert=table["expert"].map(titles).fillna(table["expert"]))
    merged = table.merge(members, on="school_id", how="left")
    return merged.sort_values(["cluster", "short_name"], na_position="last", ignore_index=True)


def groups(year: Year) -> Block:
    """Groups, or plainly why there are none."""
    found = clusters_of(year)
    if found.clustering.status != USABLE:
        return _without_groups(year, found)
    members = group_members(year)
    items: list[Block] = [profile_table(year, found), _member_table(members)]
    if found.clustering.choice is not None:
        items.append(Folded("Почему групп столько", choice_table(found)))
    return Section(
        finding(year),
        items=items,
        reading=_reading(year, found),
        anchor=ANCHOR,
    )


def finding(year: Year) -> str:
    """The groups in one sentence."""
    found = clusters_of(year)
    members = group_members(year)
    counts = members.groupby("cluster").size()
    named = [
        f"«{found.titles[int(str(cluster))]}» ({ru.counted(int(size), ru.SCHOOL)})"
        for cluster, size in counts.items()
    ]
    border = members.loc[members["is_border"].fillna(False).astype(bool), "short_name"].tolist()
    text = f"По условиям школы делятся на группы: {ru.joined(named)}"
    return f"{text}; пограничные – {ru.joined(border)}" if border else f"{text}; пограничных нет"


def no_groups_in_words(year: Year) -> str:
    """Why there are no groups to use."""
    found = clusters_of(year).clustering
    needed = int(year.points("cluster_minimum_schools"))
    known = len(conditions_of(year).values)
    if found.status == "too_few_schools":
        return (
            f"Школ с известными условиями {ru.number(known)}, для групп нужно не меньше "
            f"{ru.number(needed)}"
        )
    if found.status == "unstable":
        return (
            f"Группы по условиям есть ({ru.number(found.k)}), но непрочные: при повторении "
            "расчёта они распадаются"
        )
    return f"Ясного деления на группы по условиям нет (школ с известными условиями {known})"


def _without_groups(year: Year, found: YearClusters) -> Block:
    expert = group_members(year)
    expert = expert[expert["expert"].notna() & (expert["expert"] != "")]
    told = no_groups_in_words(year)
    if expert.empty:
        return Nothing(f"{told}. Экспертных групп в справочнике тоже нет.")
    counts = expert.groupby("expert").agg(
        schools_n=("school_id", "size"),
        names=("short_name", lambda names: ru.joined(sorted(names))),
    )
    items: list[Block] = [
        ReportTable(
            counts.reset_index(),
            title="Группы школ из справочника",
            name="12 Экспертные группы",
            columns=[
                Column("expert", "Группа"),
                Column("schools_n", "Число", "int"),
                Column("names", "Школы"),
            ],
            note="Экспертные группы составляет муниципалитет; в расчёте они не проверяются.",
        )
    ]
    if found.clustering.choice is not None:
        items.append(Folded("Что показала проверка", choice_table(found)))
    return Section(
        f"{told}; сравнивайте школу с похожими (раздел ниже) и внутри группы справочника",
        items=items,
        reading="Отказ от групп – тоже ответ: деление, которого в данных нет, хуже его отсутствия.",
        anchor=ANCHOR,
    )


def profile_table(year: Year, found: YearClusters) -> ReportTable:
    explained = found.clustering.explanation
    stability = found.clustering.stability
    profile = explained.profile if explained is not None else pd.DataFrame()
    rows = pd.DataFrame(
        {
            "title": [
                f"{number_of(cluster)}: {found.titles[int(str(cluster))].lower()}"
                for cluster in profile.index
            ],
            "schools_n": found.clustering.sizes.reindex(profile.index).to_numpy(),
            "jaccard": stability["jaccard"].reindex(profile.index).to_numpy(),
            "word": stability["word"].map(STABILITY_WORDS).reindex(profile.index).to_numpy(),
        }
    )
    columns = [Column("title", "Группа"), Column("schools_n", "Число", "int")]
    shown = {
        "pupils": ("Обучающихся в среднем", "int"),
        "social_index": ("Индекс условий", "score"),
        "village": ("Из них сельских", "share"),
        "distance_to_centre": ("До центра, км", "score"),
    }
    for name, (header, kind) in shown.items():
        if name in profile:
            rows[name] = profile[name].to_numpy()
            columns.append(Column(name, header, kind, decimals=0 if kind == "share" else None))  # type: ignore[arg-type]
    columns += [Column("jaccard", "Прочность", "mean"), Column("word", "Словами")]
    return ReportTable(
        rows,
        title="Чем группы отличаются",
        name="12 Группы",
        columns=columns,
        note=f"{_rule_in_words(found)} Прочность – насколько группа повторяется, когда расчёт "
        "много раз повторяют на случайной части школ: 1 – всегда та же; от 0,85 – очень прочная, "
        "ниже 0,6 – не пользоваться.",
    )


def number_of(cluster: object) -> str:
    """«Группа 2»; «нет данных» where the school is in none."""
    return ru.NO_DATA if ru.is_missing(cluster) else f"Группа{ru.NBSP}{cluster}"


def _rule_in_words(found: YearClusters) -> str:
    """The first question of the tree, where it alone puts most schools into their group."""
    explained = found.clustering.explanation
    if explained is None or explained.rules.empty:
        return ""
    total, right = int(explained.rules["n"].sum()), int(explained.rules["n_correct"].sum())
    names = list(
        dict.fromkeys(
            str(condition[0]) for rule in explained.rules["conditions"] for condition in rule
        )
    )
    asked = conditions_in_words(names)
    return f"Группы различаются условием: {asked} (так верно размещены {right} из {total})."


def _member_table(members: pd.DataFrame) -> ReportTable:
    border = members["is_border"].fillna(False).astype(bool)
    verdict = np.select(
        [members["cluster"].isna(), border, members["confidence"].isna()],
        ["○ нет данных об условиях", "▼ пограничная", "○ новая в группе"],
        "● своя",
    )
    table = members.assign(
        title=[number_of(cluster) for cluster in members["cluster"]],
        verdict=verdict,
        moved=members["movement"].map(MOVEMENT_WORDS),
    )
    return ReportTable(
        table,
        title="Состав групп",
        name="12 Состав групп",
        columns=[
            Column("short_name", "Школа"),
            Column("title", "Группа"),
            Column("confidence", "Уверенность", "share", missing=ru.NOT_APPLICABLE, decimals=0),
            Column("verdict", "Место в группе"),
            Column("moved", "По годам"),
            Column("expert", "Группа в справочнике"),
        ],
        note="Уверенность – доля повторений расчёта, в которых школа осталась в своей группе; ниже "
        "70 % школа пограничная: сравнивайте её и с соседней группой. «По годам» – перешла ли "
        "школа в другую группу с первого года, который есть в банке или для которого группы "
        "закреплены.",
    )


def choice_table(found: YearClusters) -> ReportTable:
    choice = found.clustering.choice
    table = choice.table.reset_index() if choice is not None else pd.DataFrame()
    table = table.assign(
        chosen=np.where(table["k"] == (choice.k if choice else None), "выбрано", ru.NOT_APPLICABLE)
    )
    return ReportTable(
        table,
        title="Сколько групп поддерживают данные",
        name="12 Число групп",
        columns=[
            Column("k", "Групп", "int"),
            Column("silhouette", "Силуэт", "mean"),
            Column("gap", "Разрыв", "mean"),
            Column("prediction_strength", "Предсказуемость", "mean"),
            Column("votes", "За, из трёх", "int"),
            Column("min_size", "Наименьшая группа", "int"),
            Column("chosen", "Итог"),
        ],
        note="Число групп берётся, если его назвали хотя бы два критерия из трёх и в самой малой "
        "группе не меньше четырёх школ.",
    )


def _reading(year: Year, found: YearClusters) -> str:
    used = conditions_in_words(list(found.made_of.weights))
    text = f"Группы построены по условиям: {used}; результаты в расчёт не входят. "
    age = end_year_of(year.school_year) - end_year_of(found.base_year)
    if found.base_year != year.school_year:
        text += f"Группы закреплены по данным {ru.school_year_ru(found.base_year)}. "
        if age >= year.points("cluster_years"):
            text += f"Им {ru.counted(age, ru.YEAR)}: пора построить заново. "
    else:
        text += (
            "Группы построены по данным этого года. Чтобы школа не переходила из группы в группу "
            "из-за пересчёта, утвердите их и впишите год в параметры: следующие годы будут "
            "отнесены к тем же группам. "
        )
    return text + "Группа – не оценка и не разряд."


def moved_schools(year: Year) -> str:
    """Schools that changed their group, in words; empty if none."""
    members = group_members(year)
    return names_in_words(members.loc[members["movement"] == "moved", "short_name"].tolist())
