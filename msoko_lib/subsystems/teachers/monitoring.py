"""Monitoring of report 07: indicators of the municipality, by year, by school."""

from __future__ import annotations

from dataclasses import replace

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Section
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.teachers.groups import TEACHER
from msoko_lib.subsystems.year import Year

SUBSYSTEM = "07"
OVER_YEARS = ("ПП-02", "ПП-03", "ПП-04", "ПП-05", "ПП-06", "ПП-15")
ON_THE_MAP = ("ПП-02", "ПП-03", "ПП-04", "ПП-05", "ПП-07", "ПП-08", "ПП-12")


def indicators(year: Year) -> Block:
    """Every indicator of the subsystem: this year, last year, target."""
    listed = [item.id for item in year.catalogue.of_subsystem(SUBSYSTEM).indicators]
    return monitoring.indicators_table(year, SUBSYSTEM, listed)


def dynamics(year: Year) -> Block:
    """Training, categories and ages over the years."""
    return monitoring.history_chart(year, OVER_YEARS)


def schools(year: Year) -> Block:
    """Schools × indicators: each value and how it stands to its target."""
    return monitoring.units_map(year, ON_THE_MAP)


def vacancies(year: Year) -> Block:
    """Empty posts by school."""
    return _by_unit(year, "ПП-07", "vakansii", "На 100 ставок приходится свободных")


def other_subject(year: Year) -> Block:
    """Teachers who teach what they were not trained for, by school."""
    return _by_unit(year, "ПП-08", "ne-po-specialnosti", "Не по специальности преподают")


def categories(year: Year) -> Block:
    """Teachers with a category, by school."""
    return _by_unit(year, "ПП-05", "kategorii", "Первую или высшую категорию имеют")


def contests(year: Year) -> Block:
    """Participants of professional contests, by school."""
    return _by_unit(year, "ПП-12", "konkursy", "В конкурсах участвовали")


def salary(year: Year) -> Block:
    """Salary against the region's target, by organisation."""
    return _by_unit(year, "ПП-14", "zarplata", "Средняя по организациям зарплата к целевой –")


def _by_unit(year: Year, indicator_id: str, anchor: str, words: str) -> Block:
    """An indicator by school, its finding opened by the figure of the municipality."""
    block = monitoring.units_chart(year, SUBSYSTEM, indicator_id, anchor=anchor)
    whole = monitoring.judged(year, [indicator_id], MUNICIPALITY)
    whole = whole[whole["status"] == "ok"]
    if not isinstance(block, Section) or whole.empty:
        return block
    row = whole.iloc[0]
    figure = printed(row["value"], row)
    formula = year.catalogue[indicator_id].from_fields
    if formula is not None and formula.kind == "доля":
        figure = f"{ratio(row['numerator'], row['denominator'], TEACHER)} ({figure})"
    rest = block.finding[:1].lower() + block.finding[1:]
    aimed = not ru.is_missing(row["target"])
    return replace(block, finding=f"{words} {figure}" + (f"; {rest}" if aimed else ""))
