"""Demanded professions, contracts of target training, partners; children with disabilities."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import IN_SCHOOL, names_in_words, ratio
from msoko_lib.subsystems.monitoring import others_section, units_chart
from msoko_lib.subsystems.monitoring.against_others import others_finding, others_zones
from msoko_lib.subsystems.protected import is_small
from msoko_lib.subsystems.year import Year

DEMANDED_ANCHOR = "vostrebovannye"
TARGET_ANCHOR = "celevye"
PARTNERS_ANCHOR = "partnery"
OVZ_ANCHOR = "ovz"
SCHOOL_ON = ru.Noun("школу", "школы", "школ", "f")
OF_SCHOOLS = ru.Noun("школы", "школ", "школ", "f")
COUNTS = (("ПР-10", "targets_n"), ("ПР-15", "teaching_n"))


def demanded(year: Year) -> Block:
    """Demanded professions among those who went to colleges, each school against the others."""
    zones = others_zones(year, "ПР-14")
    finding = ""
    if len(zones):
        done, total = zones["numerator"].sum(), zones["denominator"].sum()
        title = year.catalogue["ПР-14"].title
        tail = others_finding(zones, title).removeprefix(f"{title}: ")
        finding = (
            f"Востребованную профессию выбрали {ratio(done, total, ru.GRADUATE)} 9 класса, "
            f"поступивших в СПО региона ({ru.share(done / total, 0)}); {tail}"
        )
    return others_section(
        year,
        "04",
        "ПР-14",
        finding=finding,
        reading="Перечень востребованных профессий утверждает регион; другой перечень – другая "
        "доля.",
        anchor=DEMANDED_ANCHOR,
    )


def target_years(year: Year) -> pd.DataFrame:
    """Contracts of target training of the municipality by year: all, and for teaching."""
    rows = year.history_of(*(indicator_id for indicator_id, _ in COUNTS))
    rows = rows[(rows["level"] == MUNICIPALITY) & (rows["status"] == "ok")]
    columns = [
        rows[rows["indicator_id"] == indicator_id].set_index("year")["value"].rename(name)
        for indicator_id, name in COUNTS
    ]
    return pd.concat(columns, axis=1).rename_axis("year").sort_index().reset_index()


def targets(year: Year) -> Block:
    """Contracts of target training: years of the municipality, schools with a handful hidden."""
    years = target_years(year)
    now = years[years["year"] == year.school_year]
    if now.empty:
        return Nothing("Сведений о договорах целевого обучения за год нет.")
    row = now.iloc[0]
    total = int(row["targets_n"])
    teaching = row["teaching_n"]
    tail = "" if ru.is_missing(teaching) else f", из них педагогических – {ru.number(teaching)}"
    none = schools_without_targets(year)
    silent = f"; ни одного – {names_in_words(none)}" if none else ""
    schools = answers(year, ["target_contracts_n", "target_teaching_n", "graduates_n"])
    return Section(
        f"Договоров о целевом обучении {ru.number(total)}{tail}{silent}",
        items=[_years_table(years), _schools_table(year, schools)],
        anchor=TARGET_ANCHOR,
    )


def schools_without_targets(year: Year) -> list[str]:
    """Schools with graduates and without a contract, by name."""
    rows = answers(year, ["target_contracts_n", "graduates_n"])
    return rows[(rows["target_contracts_n"] == 0) & (rows["graduates_n"] > 0)]["unit"].tolist()


def _years_table(years: pd.DataFrame) -> ReportTable:
    return ReportTable(
        years.assign(title=[school_year_short(text) for text in years["year"]]),
        title="Договоры о целевом обучении по годам",
        name="04 Целевые по годам",
        columns=[
            Column("title", "Учебный год"),
            Column("targets_n", "Всего договоров", "int"),
            Column("teaching_n", "Педагогических", "int"),
        ],
    )


def _schools_table(year: Year, rows: pd.DataFrame) -> ReportTable:
    minimum = year.points("report_minimum_n")
    shown = {
        name: rows[name].astype(object).mask(is_small(rows[name], minimum), ru.FEW)
        for name in ("target_contracts_n", "target_teaching_n")
    }
    return ReportTable(
        rows.assign(**shown, is_shown=False),
        title="Договоры о целевом обучении по школам",
        name="04 Целевые",
        columns=[
            Column("unit", "Школа"),
            Column("graduates_n", "Выпускников", "int"),
            Column("target_contracts_n", "Договоров", "int"),
            Column("target_teaching_n", "Педагогических", "int"),
        ],
        shown="is_shown",
    )


def partners(year: Year) -> Block:
    """Contracts with enterprises, colleges and universities by school."""
    rows = answers(year, ["partners_n"]).dropna(subset=["partners_n"])
    if rows.empty:
        return Nothing("Сведений о договорах с партнёрами за год нет.")
    target = year.catalogue["ПР-09"].target_for(year.school_year)
    aim = target.value if target is not None and target.value is not None else 0.0
    behind = rows[rows["partners_n"] < aim]
    words = f"ориентир {target.words}" if target is not None else "ориентира нет"
    tail = f"; меньше – {names_in_words(behind['unit'].tolist())}" if len(behind) else ""
    chart = rows.assign(
        label=rows["unit"],
        value=rows["partners_n"],
        role=(rows["partners_n"] < aim).map({True: "attention", False: "similar"}),
    )
    return Section(
        f"Действующих договоров {ru.number(rows['partners_n'].sum())} на "
        f"{ru.counted(len(rows), SCHOOL_ON)} ({words}){tail}",
        figure=Figure(
            figures.bars(
                chart, subtitle="Договоры с предприятиями, колледжами и вузами", kind="int"
            ),
            alt="Число действующих договоров по школам в алфавитном порядке.",
            caption="Школы по алфавиту"
            + ("; заштрихованы те, где договоров меньше ориентира." if len(behind) else "."),
        ),
        reading="Договор – ещё не проба и не практика: сколько учеников по нему побывали на "
        "площадках, спросите у школы.",
        anchor=PARTNERS_ANCHOR,
    )


def disabilities(year: Year) -> Block:
    """Children with disabilities in career guidance: where not all are reached, never how many."""
    rows = answers(year, ["ovz_career_n", "ovz_6_11_n"])
    rows = rows[(rows["ovz_6_11_n"] > 0) & rows["ovz_career_n"].notna()]
    lacking = rows.loc[rows["ovz_career_n"] < rows["ovz_6_11_n"], "unit"].tolist()
    known = ru.counted(len(rows), OF_SCHOOLS)
    finding = (
        f"Охвачены не все дети в {ru.counted(len(lacking), IN_SCHOOL)} из {ru.number(len(rows))}: "
        f"{names_in_words(lacking)}; сколько их, не сообщается – это единицы"
        if lacking
        else f"Охвачены все дети с ОВЗ и инвалидностью (данные {known})"
    )
    return units_chart(year, "04", "ПР-11", finding if len(rows) else "", anchor=OVZ_ANCHOR)
