"""Gifted pupils: special programmes, individual plans, prepared teachers; children with ОВЗ."""

from __future__ import annotations

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.monitoring import others_section, units_chart
from msoko_lib.subsystems.monitoring.against_others import others_finding, others_zones
from msoko_lib.subsystems.year import Year

PLANS_ANCHOR = "plany"
TEACHERS_ANCHOR = "pedagogi"
EXTRA_ANCHOR = "dopolnitelnoe"
OVZ_ANCHOR = "ovz"
CHILD = ru.Noun("ребёнок", "ребёнка", "детей")


def plans(year: Year) -> Block:
    """Individual plans of pupils on the school's list of gifted."""
    return _with_total(year, "ТЛ-11", "Индивидуальный план или программа – у {}", PLANS_ANCHOR)


def teachers(year: Year) -> Block:
    """Teachers prepared for the work with gifted pupils, by school."""
    return units_chart(year, "03", "ТЛ-12", anchor=TEACHERS_ANCHOR)


def extra_education(year: Year) -> Block:
    """Children of 5–18 years in additional education, by school and preschool."""
    return units_chart(year, "03", "ТЛ-07", anchor=EXTRA_ANCHOR)


def disabilities(year: Year) -> Block:
    """Children with disabilities in contests and additional education, beside all children."""
    every = year.values("ТЛ-07", MUNICIPALITY)
    beside = (
        f" (доля занимающихся среди всех детей – {ru.share(every['value'].iloc[0], 0)})"
        if len(every)
        else ""
    )
    told = "В конкурсах и занятиях участвуют {}" + beside
    return _with_total(year, "ТЛ-10", told, OVZ_ANCHOR, " с ОВЗ и инвалидностью")


def _with_total(year: Year, indicator_id: str, words: str, anchor: str, whose: str = "") -> Block:
    """Section against the others, the municipality's count standing first in its finding."""
    whole = year.values(indicator_id, MUNICIPALITY)
    finding = ""
    if len(whole) == 1:
        row = whole.iloc[0]
        noun = CHILD if whose else ru.PUPIL
        count = ratio(row["numerator"], row["denominator"], noun)
        told = words.format(f"{count}{whose} ({ru.share(row['value'], 0)})")
        title = year.catalogue[indicator_id].title
        tail = others_finding(others_zones(year, indicator_id), title)
        finding = f"{told}; {tail.removeprefix(f'{title}: ')}"
    return others_section(year, "03", indicator_id, finding=finding, anchor=anchor)
