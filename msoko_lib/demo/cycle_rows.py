"""Documents of the management cycle, as the office lists them for its self-assessment."""

from __future__ import annotations

from collections.abc import Iterator

from msoko_lib.demo.calendar_rows import Row
from msoko_lib.demo.vpr_year import Town
from msoko_lib.intake.schemas import CYCLE

SUBSYSTEMS = tuple(f"{number:02d}" for number in range(1, 12))
# What is planted: one subsystem without any document, one whose documents are of past years.
UNDOCUMENTED, OUTDATED = "08", "04"
_DOCUMENTS = {
    "цели": "Положение о муниципальной системе оценки качества образования",
    "показатели": "Перечень показателей мониторинга",
    "методы сбора": "Регламент сбора данных",
    "мониторинг": "Приказ о проведении мониторинга",
    "анализ и рекомендации": "Аналитическая справка и адресные рекомендации",
    "меры": "План мероприятий",
    "управленческие решения": "Приказ об итогах мониторинга",
    "эффективность мер": "Справка об исполнении плана мероприятий",
}


def cycle_documents(town: Town, end_year: int) -> list[Row]:
    """One document for each link of each subsystem, but for what is planted."""
    return list(_rows(town, end_year))


def _rows(town: Town, end_year: int) -> Iterator[Row]:
    planted = town.planted and end_year == town.newest
    for place, subsystem in enumerate(SUBSYSTEMS):
        if planted and subsystem == UNDOCUMENTED:
            continue
        signed = end_year - 3 if planted and subsystem == OUTDATED else end_year - 1
        for step, component in enumerate(CYCLE):
            yield {
                "subsystem": subsystem,
                "component": component,
                "document": f"{_DOCUMENTS[component]} № {101 + 10 * place + step}",
                "document_date": f"{signed}-{9 + step % 4:02d}-{5 + place:02d}",
                "link": "сайт управления образования, раздел «Оценка качества»",
            }
