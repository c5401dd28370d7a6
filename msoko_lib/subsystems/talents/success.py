"""Municipal and regional stages: who reaches them and with what success."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.talents import DIPLOMAS
from msoko_lib.methods.intervals import wilson
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.labels import names_in_words, ratio
from msoko_lib.subsystems.monitoring import others_section, units_chart
from msoko_lib.subsystems.monitoring.against_others import others_finding, others_zones
from msoko_lib.subsystems.olympiad_stages import stages_section
from msoko_lib.subsystems.year import Year

MUNICIPAL_ANCHOR = "municipalnyj-etap"
SUCCESS_ANCHOR = "rezultat"
STAGES_ANCHOR = "etapy"
REGIONAL_ANCHOR = "region"
PARTICIPATION = ru.Noun("участие", "участия", "участий", "n")


def municipal_stage(year: Year) -> Block:
    """Pupils of grades 7–11 who reached the municipal stage, by school."""
    return units_chart(year, "03", "ТЛ-02", anchor=MUNICIPAL_ANCHOR)


def success(year: Year) -> Block:
    """Diplomas of the municipal stage over participations, each school against the others."""
    zones = others_zones(year, "ТЛ-03")
    if zones.empty:
        return Nothing("Протоколов муниципального этапа олимпиады за год нет.")
    passport = year.catalogue["ТЛ-03"]
    found = int(zones["numerator"].sum()), int(zones["denominator"].sum())
    aim = year.target(passport)
    target = f", ориентир {aim.words}" if aim else ""
    tail = others_finding(zones, passport.title).removeprefix(f"{passport.title}: ")
    return others_section(
        year,
        "03",
        "ТЛ-03",
        finding=f"Дипломами закончились {ratio(*found, PARTICIPATION)} в муниципальном этапе "
        f"({ru.share(found[0] / found[1], 0)}{target}); {tail}",
        reading="Чем больше учеников школа отправляет на муниципальный этап, тем ниже обычно доля "
        "дипломов: читайте её вместе с охватом. Один ученик мог участвовать несколько раз.",
        anchor=SUCCESS_ANCHOR,
    )


def stages(year: Year) -> Block:
    """From the school stage to the municipal one."""
    return stages_section(year, "03", STAGES_ANCHOR)


def regional_years(year: Year) -> pd.DataFrame:
    """Regional stage over three years: participants, participations, diplomas, schools."""
    rows = year.inputs.years("olympiad_results")
    known = rows["school_id"].isin(year.inputs.schools["school_id"])
    rows = rows[(rows["stage"] == "regional") & known]
    rows = rows.assign(diploma=rows["status"].isin(DIPLOMAS))
    years = rows.groupby("school_year").agg(
        pupils_n=("pupil_id", "nunique"),
        works_n=("pupil_id", "size"),
        diplomas_n=("diploma", "sum"),
        schools_n=("school_id", "nunique"),
    )
    years = years.reset_index()
    interval = wilson(years["diplomas_n"].to_numpy(), years["works_n"].to_numpy())
    return years.assign(
        share=years["diplomas_n"] / years["works_n"], low=interval.low, high=interval.high
    )


def regional(year: Year) -> Block:
    """How many reach the regional stage, from how many schools, with how many diplomas."""
    years = regional_years(year)
    now = years[years["school_year"] == year.school_year]
    if now.empty:
        return Nothing("Протоколов регионального этапа за год нет.")
    row = now.iloc[0]
    minimum = year.points("report_minimum_n")
    few = years["works_n"] < minimum
    table = years.assign(
        title=[school_year_short(text) for text in years["school_year"]],
        share=years["share"].astype(object).mask(few, ru.FEW),
        low=years["low"].mask(few),
        high=years["high"].mask(few),
    )
    return Section(
        f"Участников регионального этапа {ru.number(row['pupils_n'])}; дипломов "
        f"{ratio(row['diplomas_n'], row['works_n'], PARTICIPATION)}; школы: "
        f"{names_in_words(regional_schools(year))}",
        table=ReportTable(
            table,
            title="Региональный этап олимпиады по годам",
            name="03 Региональный этап",
            columns=[
                Column("title", "Учебный год"),
                Column("pupils_n", "Учеников", "int"),
                Column("works_n", "Участий", "int"),
                Column("diplomas_n", "Дипломов", "int"),
                Column("share", "Доля", "share", decimals=0),
                Column(("low", "high"), "Интервал", "interval", missing=ru.FEW),
                Column("schools_n", "Школ", "int"),
            ],
        ),
        reading="Участников единицы, поэтому доля дипломов от года к году меняется и сама по "
        "себе: смотрите на число участников и школ.",
        anchor=REGIONAL_ANCHOR,
    )


def regional_schools(year: Year) -> list[str]:
    """Schools whose pupils reached the regional stage, by name."""
    rows = year.inputs.table("olympiad_results")
    ids = rows[rows["stage"] == "regional"]["school_id"].unique()
    return sorted(year.school_names[school] for school in ids if school in year.school_names)
