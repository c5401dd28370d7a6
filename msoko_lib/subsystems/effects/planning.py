"""How to plan a measure so that its result can be seen: smallest visible effects."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.measure_panel import indicator_panel, smallest_visible
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.effects.computed import results_of, values_of_one, years_with_values
from msoko_lib.subsystems.effects.words import unit_of
from msoko_lib.subsystems.labels import out_of
from msoko_lib.subsystems.year import Year

ANCHOR = "plan"
# Indicators that measures on results usually aim at; those of the register come first.
USUAL = ("КП-04", "КП-02", "КП-09")
TREATED = (1, 2, 3, 5)
# People (works, exams) behind a school's yearly value: from a tiny to a large school.
SIZES = (25, 50, 100, 300)
MOST_TABLES = 3


def plan(year: Year) -> Block:
    """Smallest effects by number of schools and their size, one table an indicator."""
    tables = [table for name in _indicators(year) if (table := _table(year, name)) is not None]
    if not tables:
        return Nothing(
            "Наименьшие заметные эффекты не посчитаны: нет показателя с интервалом хотя бы у "
            "четырёх школ."
        )
    years = years_with_values(year)
    first = (
        " В банке один год: колебания школы от года к году неизвестны, поэтому настоящие числа "
        "больше."
        if years < 2
        else ""
    )
    return Section(
        f"Чем больше школ в мере и чем они крупнее, тем меньший эффект виден (по данным "
        f"{out_of(years, ru.YEAR)})",
        items=tables[:MOST_TABLES],
        reading="Эффект заметно меньше указанного чаще останется незамеченным: тогда мере нужно "
        "больше школ, больше лет или другой показатель, ближе к тому, что она меняет." + first,
        anchor=ANCHOR,
    )


def _indicators(year: Year) -> list[str]:
    used = [found.measure.indicator_id for found in results_of(year)]
    listed = [name for name in dict.fromkeys([*used, *USUAL]) if name]
    return [name for name in listed if name in year.catalogue.passports]


def visible(year: Year, indicator_id: str) -> pd.DataFrame:
    """Smallest visible effects of an indicator in the unit people read; empty where unknown."""
    passport = year.catalogue[indicator_id]
    panel = untouched_panel(year, indicator_id)
    if panel.empty:
        return pd.DataFrame()
    found = smallest_visible(panel, TREATED, SIZES)
    numbers = [name for name in found if name != "size"]
    return found.assign(**{name: scale_of(passport.unit) * found[name] for name in numbers})


def untouched_panel(year: Year, indicator_id: str) -> pd.DataFrame:
    """Yearly values of the schools where no measure aimed at the indicator.

    A school that a measure has changed would make the passing variance look too large.
    """
    values = values_of_one(year, indicator_id)
    schools = year.schools["school_id"]
    changed = under_measures(year, indicator_id)
    values = values[values["unit_id"].isin(schools) & ~values["unit_id"].isin(changed)]
    return indicator_panel(values, indicator_id, int(year.points("report_minimum_n")))


def under_measures(year: Year, indicator_id: str) -> set[str]:
    """Organisations where a measure of the registers aims at the indicator."""
    return {
        unit
        for found in results_of(year)
        if found.measure.indicator_id == indicator_id
        for unit in found.measure.units
    }


def _table(year: Year, indicator_id: str) -> ReportTable | None:
    found = visible(year, indicator_id)
    if found.empty:
        return None
    passport = year.catalogue[indicator_id]
    unit, places = unit_of(passport)
    columns = [Column("size", "Результатов у школы за год", "int")]
    for number in TREATED:
        header = f"Мера в {ru.number(number)} {'школе' if number == 1 else 'школах'}"
        columns.append(
            Column(f"k{number}", f"{header}, {unit}" if unit else header, "score",
                   missing=ru.NOT_APPLICABLE, decimals=places)
        )  # fmt: skip
    return ReportTable(
        found,
        title=f"Наименьший заметный эффект: {passport.id} «{passport.title}»",
        name=f"13 План {passport.id}",
        columns=columns,
        note="Два года до отбора, один год после начала, для сравнения – остальные школы, где "
        "меры с этим показателем не было; "
        "вероятность заметить – четыре из пяти. Один ученик даёт столько результатов, сколько "
        "работ пишет.",
    )
