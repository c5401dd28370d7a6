"""Profile of schools in ВПР: zones in words, never a league table."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures, style
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import CORE_SUBJECTS, by_work, names_in_words, ratio
from msoko_lib.subsystems.objectivity.caution import CAUTION_NOTE, signs_in_words, with_caution
from msoko_lib.subsystems.quality.levels import level_rates
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "shkoly"


@per_year
def quality_zones(year: Year) -> pd.DataFrame:
    """Quality of every school × work with its mark against the other schools.

    Columns of :func:`compare_with_others` and ``school`` (short name).
    """
    minimum = year.catalogue["КП-02"].minimum_n
    values = year.values("КП-02", "school", status=None)
    values = values[values["denominator"].notna()]
    zones = compare_with_others(values, more_is_better=True, minimum_n=minimum)
    return zones.assign(school=zones["unit_id"].map(year.school_names))


def schools(year: Year) -> Block:
    """Heat map of quality: schools by cluster × works in Russian and mathematics."""
    zones = quality_zones(year)
    if zones.empty:
        return Nothing("Результатов ВПР по школам за год нет.")
    summary = zone_summary(year, zones)
    return Section(
        _finding(year, summary),
        items=[*_charts(year, zones), _table(summary)],
        reading="Каждая школа сравнивается с остальными школами в той же работе; поправка на "
        "множественность удерживает долю ложных отличий около 5 %. ▲ и ▼ – отличие, которое "
        "трудно объяснить случаем; ● – отличия не видно (это не значит, что его нет); ○ – вывода "
        "нет: участников меньше пяти или работу писала одна школа. Школы стоят по группам и "
        "алфавиту: это не рейтинг, ВПР не предназначены для оценки школ и учителей. "
        f"{CAUTION_NOTE}",
        anchor=ANCHOR,
    )


def zone_summary(year: Year, zones: pd.DataFrame) -> pd.DataFrame:
    """Number of works in each zone, one row a school of the directory.

    Columns: school_id, short_name, cluster, group, up, same, attention, few, ``basic`` (basic tasks
    below sufficient, «12 из 240»), ``signs`` (what report 05 asks to check).
    """
    counts = zones.groupby(["unit_id", "mark"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["up", "same", "attention", "few"], fill_value=0)
    schools_of_year = year.schools[["school_id", "short_name", "cluster"]]
    summary = schools_of_year.merge(counts, left_on="school_id", right_index=True, how="left")
    titles = summary["cluster"].map(year.settings.cluster_titles)
    filled = summary[counts.columns].fillna(0).astype("int64")
    signs = signs_in_words(year)
    return summary.assign(
        **filled,
        group=titles.fillna(summary["cluster"]).fillna("—"),
        basic=summary["school_id"].map(basic_tasks_in_words(year)).fillna(ru.FEW),
        signs=[signs.get(name, ru.NOT_APPLICABLE) for name in summary["school_id"]],
    )


def basic_tasks_in_words(year: Year) -> dict[str, str]:
    """Basic tasks below the sufficient level in all works of a school: «12 из 240»."""
    rates = level_rates(year)
    if rates.empty:
        return {}
    own = rates[(rates["level"] == "school") & (rates["n"] >= year.catalogue["КП-05"].minimum_n)]
    sums = own.groupby("unit_id")[["basic_low", "basic_tasks"]].sum()
    return {str(name): ratio(row["basic_low"], row["basic_tasks"]) for name, row in sums.iterrows()}


def lagging_schools(year: Year, summary: pd.DataFrame) -> pd.DataFrame:
    """Schools below the others in at least as many works as the parameters say."""
    return summary[summary["attention"] >= year.points("weak_school_works")]


def many_works(year: Year) -> str:
    """«в 2 и более работах», by the parameters."""
    return f"в {ru.number(year.points('weak_school_works'))} и более работах"


def _finding(year: Year, summary: pd.DataFrame) -> str:
    below = lagging_schools(year, summary)
    if below.empty:
        return f"Ни одна школа не отстаёт от остальных заметно {many_works(year)}"
    return (
        f"Доля «4» и «5» заметно ниже, чем в остальных школах, {many_works(year)}: {lagging(below)}"
    )


def lagging(below: pd.DataFrame, most: int = 4) -> str:
    """«Луговая СОШ (2 работы из 17)»: schools by name with their works below the others."""
    compared = below["up"] + below["same"] + below["attention"]
    names = [
        f"{name} ({ru.counted(works, ru.WORK)} из {total})"
        for name, works, total in zip(
            below["short_name"], below["attention"], compared, strict=True
        )
    ]
    return names_in_words(sorted(names), most)


def _charts(year: Year, zones: pd.DataFrame) -> list[Block]:
    """One heat map a subject: more columns would be too small to read on paper."""
    core = by_work(zones[zones["subject"].isin(CORE_SUBJECTS)])
    return [_chart(year, part, subject) for subject, part in core.groupby("subject", sort=False)]


def _chart(year: Year, core: pd.DataFrame, subject: object) -> Block:
    names = with_caution(year, year.schools["school_id"])
    order = {name: place for place, name in enumerate(names)}
    core = core.assign(
        unit=with_caution(year, core["unit_id"]),
        work=core["grade"].astype(str) + f"{ru.NBSP}класс",
        text=[ru.FEW if row.mark == "few" else ru.share(row.value, 0)
              for row in core.itertuples()],
    )  # fmt: skip
    works = list(dict.fromkeys(core["work"]))
    core = core.sort_values(
        ["unit", "work"],
        key=lambda column: column.map(order if column.name == "unit" else works.index),
    )
    return Figure(
        figures.heat_map(
            core,
            subtitle=f"{subject}: доля «4» и «5» за ВПР по школам и классам",
            width=style.TEXT_WIDTH,
        ),
        alt=f"{subject}: доля «4» и «5» по школам и классам; в каждой клетке число и знак, выше "
        "она остальных школ, ниже или не отличается.",
        caption=f"{subject}. Школы стоят по группам и алфавиту; «мало» – писали меньше пяти "
        "человек.",
    )


def _table(summary: pd.DataFrame) -> ReportTable:
    return ReportTable(
        summary,
        title="Работы школы по зонам",
        name="01 Зоны школ",
        columns=[
            Column("short_name", "Школа"),
            Column("group", "Группа"),
            Column("up", "▲ выше", "int"),
            Column("same", "● так же", "int"),
            Column("attention", "▼ ниже", "int"),
            Column("few", "○ вывода нет", "int"),
            Column("basic", "Базовых заданий ниже достаточного"),
            Column("signs", "Признаки (отчёт 05)"),
        ],
        note="Считаются все работы ВПР года, не только русский язык и математика. Задания "
        "считаются в работах, которые писали не меньше пяти человек.",
    )
