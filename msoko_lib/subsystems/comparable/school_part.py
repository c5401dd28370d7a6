"""One school: its result against the expected one under its conditions, for its own report."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.comparable.computed import expected_of
from msoko_lib.subsystems.comparable.reached import verdicts, why_not
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

ANCHOR = "ozhidanie"
FINDINGS = {
    "up": "И по ВПР, и по ОГЭ результат выше, чем обычно при таких условиях",
    "attention": "Результат ниже, чем обычно при таких условиях: это повод искать причину",
    "one": "От ожидаемого отличается только один источник: вывода по нему не делается",
    "same": "Результат такой, как обычно при таких условиях",
    "few": "Ожидаемый результат для школы не построен: данных недостаточно",
}
_ROWS = {"vpr": ("ВПР, все работы", "п.п.", 1), "oge": ("ОГЭ, русский и математика", "отметки", 2)}


def school_part(school: SchoolYear) -> Block:
    """Difference of result and expectation by source, with interval and what it does not say."""
    found = _told_sources(school.year)
    if not found:
        return Nothing(f"Ожидаемый результат не построен: {why_not(school.year)}.")
    own = school.own_of(verdicts, column="school_id")
    if own.empty or own["mark"].iloc[0] == "few":
        return Nothing(f"{FINDINGS['few']} (мало учеников или нет социального паспорта).")
    row = own.iloc[0]
    told = [source for source in found if not ru.is_missing(row.get(source))]
    mark = str(row["mark"])
    finding = FINDINGS[mark]
    if mark == "up" and len(told) == 1:
        finding = "Результат выше, чем обычно при таких условиях"
    return Section(
        finding,
        table=ReportTable(
            pd.DataFrame([_row(source, row) for source in found]),
            title="Результат школы и ожидаемый при её условиях",
            name="Школа – ожидаемый результат",
            columns=[
                Column("source", "Результат"),
                Column("n", "Учеников", "int", missing=ru.FEW),
                Column("difference", "Больше ожидаемого на"),
                Column("interval", "Интервал"),
                Column("verdict", "Вывод"),
            ],
            note="Ожидаемое посчитано по условиям и результатам других школ муниципалитета, без "
            "этой школы. Если интервал накрывает ноль, результат неотличим от ожидаемого – это "
            "обычный и хороший ответ.",
        ),
        reading=_caution(row),
        anchor=ANCHOR,
    )


@derived("источники ожидаемого результата")
def _told_sources(year: Year) -> list[str]:
    return [item.source for item in expected_of(year) if not item.reason]


def _row(source: str, row: pd.Series) -> dict[str, object]:
    title, unit, places = _ROWS[source]
    difference = row.get(source)
    if ru.is_missing(difference):
        return {
            "source": title, "n": None, "difference": ru.FEW, "interval": ru.FEW,
            "verdict": "○ мало",
        }  # fmt: skip
    low, high = float(row[f"{source}_low"]), float(row[f"{source}_high"])
    outside = "▲ выше" if low > 0 else "▼ ниже" if high < 0 else "● неотличим"
    return {
        "source": title,
        "n": row[f"{source}_n"],
        "difference": f"{ru.number(difference, places, signed=True)}{ru.NBSP}{unit}",
        "interval": ru.interval(low, high, unit, places, signed=True),
        "verdict": outside,
    }


def _caution(row: pd.Series) -> str:
    text = (
        "Условия известны не все: репетиторы, переезды, мотивы семей в расчёт не входят. Вывод "
        "делается, только если сходятся оба источника."
    )
    if bool(row["is_selective"]):
        text += " Школа отбирает учеников, поэтому высокий результат может идти от набора."
    return text
