"""The structure that the law asks of the report: which sections the data fill, and with what."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Folded, Nothing, ReportTable, Section
from msoko_lib.subsystems.annual.params import ReportSection, load_annual
from msoko_lib.subsystems.annual.targets import whole_facts
from msoko_lib.subsystems.monitoring.judged import HIDDEN, part_words
from msoko_lib.subsystems.year import Year

ANCHOR = "struktura"
FULL, PARTLY, EMPTY, OUTSIDE = "full", "partly", "empty", "outside"
WORDS = {
    FULL: "▲ заполнен", PARTLY: "● частично", EMPTY: "○ нет данных", OUTSIDE: "○ не собирается",
}  # fmt: skip
SECTION_OF = ru.Noun("раздела", "разделов", "разделов")


def coverage(year: Year) -> pd.DataFrame:
    """One row a section: ``part``, ``number``, ``title``, ``state``, ``told``."""
    structure = load_annual(year.project, year.catalogue).structure
    facts = whole_facts(year)
    known = {str(name): rows for name, rows in facts.groupby("fact_id")}
    return pd.DataFrame(
        [
            {
                "part": part.title,
                "number": section.number,
                "title": section.title,
                **_state(year, section, known),
            }
            for part in structure.parts
            for section in part.sections
        ]
    )


def _state(year: Year, section: ReportSection, known: dict[str, pd.DataFrame]) -> dict[str, str]:
    if section.missing:
        return {"state": OUTSIDE, "told": section.missing}
    asked = [
        name for name in section.indicators if year.catalogue[name].is_valid_in(year.school_year)
    ]
    absent = [name for name in asked if name not in known]
    state = FULL if not absent else EMPTY if len(absent) == len(asked) else PARTLY
    if state == FULL:
        return {"state": state, "told": f"показателей: {len(asked)}"}
    listed = "; ".join(f"{name} {year.catalogue[name].title}" for name in absent)
    return {"state": state, "told": f"нет данных: {listed}"}


def structure(year: Year) -> Block:
    """Sections of the final report on the municipal system: covered, partly, not covered."""
    params = load_annual(year.project, year.catalogue).structure
    rows = coverage(year)
    counts = rows["state"].value_counts()
    total = ru.counted(len(rows), SECTION_OF)
    told = [f"Данные системы заполняют {ru.number(counts.get(FULL, 0))} из {total}"]
    rest = ((PARTLY, "частично заполнено"), (EMPTY, "нет данных года для"),
            (OUTSIDE, "в систему не собираются данные для"))  # fmt: skip
    told += [f"{words} {ru.number(counts[state])}" for state, words in rest if counts.get(state, 0)]
    return Section(
        "; ".join(told),
        table=ReportTable(
            rows.assign(words=rows["state"].map(WORDS)),
            title=params.title,
            name="18 Структура",
            columns=[
                Column("number", "№"),
                Column("title", "Раздел"),
                Column("part", "Уровень"),
                Column("words", "Состояние"),
                Column("told", "Чем заполнен, чего нет"),
            ],
            note=f"{params.source[:1].upper()}{params.source[1:]}; статус: {params.status}. "
            "Итоговый отчёт публикуют до 25 октября.",
        ),
        items=[_values(year)],
        anchor=ANCHOR,
    )


def _values(year: Year) -> Block:
    """Values for the sections, ready to be copied into the report that goes to the region."""
    params = load_annual(year.project, year.catalogue).structure
    facts = whole_facts(year)
    rows = [
        {
            "number": section.number,
            "section": section.title,
            "indicator": f"{fact['fact_id']} {fact['title']}{part_words(fact)}",
            "value": ru.state_of_status(str(fact["status"]))
            if fact["status"] in HIDDEN
            else printed(float(fact["value"]), fact),
            "unit": fact["unit"],
            "n": fact["n"] if fact["status"] == "ok" else None,
        }
        for part in params.parts
        for section in part.sections
        for name in section.indicators
        for _, fact in facts[facts["fact_id"] == name].iterrows()
    ]
    if not rows:
        return Nothing("Значений для разделов за год нет.")
    table = ReportTable(
        pd.DataFrame(rows),
        title="Значения по разделам итогового отчёта",
        name="18 Значения разделов",
        columns=[
            Column("number", "№"),
            Column("section", "Раздел"),
            Column("indicator", "Показатель"),
            Column("value", "Значение"),
            Column("unit", "Единица"),
            Column("n", "Всего", "int", missing=ru.NOT_APPLICABLE),
        ],
    )
    return Folded("Значения показателей по разделам (есть и в книге таблиц)", table)
