"""One school: its measures, what changed after them and how sure that is, for its own report."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.effects.computed import results_of, rows_of
from msoko_lib.subsystems.effects.registered import planned_words
from msoko_lib.subsystems.effects.words import (
    MEASURE,
    STATUS_WORDS,
    VERDICT_WORDS,
    in_unit,
    interval_in_unit,
)
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

ANCHOR = "posle-mer"


def school_part(school: SchoolYear) -> Block:
    """Measures of the last years that the school took part in; other schools stay unnamed."""
    return unit_part(school.year, school.school_id)


def unit_part(year: Year, unit_id: str) -> Block:
    """The same for an organisation of any kind."""
    rows = _rows_of_unit(year, unit_id)
    if rows.empty:
        return Nothing("Мер с этой организацией в реестрах последних лет нет.")
    table = pd.DataFrame([_row(year, row) for _, row in rows.iterrows()])
    effects = int(rows["verdict"].isin(["effect"]).sum())
    told = int(rows["verdict"].ne("silent").sum())
    finding = f"В реестрах последних лет {ru.in_words(len(rows), MEASURE)} с этой организацией"
    if effects:
        finding += f"; эффект виден у {ru.in_words(effects, MEASURE, genitive=True)}"
    elif told:
        finding += "; эффект пока не доказан ни у одной, видна только динамика"
    else:
        finding += "; оценить пока не удалось ни одной"
    return Section(
        finding,
        table=ReportTable(
            table,
            title="Что изменилось после мер",
            name="Школа – после мер",
            columns=[
                Column("title", "Мера"),
                Column("indicator", "Показатель"),
                Column("planned", "План"),
                Column("change", "Изменение"),
                Column("interval", "Интервал"),
                Column("units_n", "Организаций в мере", "int"),
                Column("verdict", "Вывод"),
            ],
            note="Изменение – по всем организациям меры вместе, против остальных. «Не доказан» – "
            "не «не помогло»: по одной-трём школам небольшой эффект не разглядеть. «Динамика» – "
            "что изменилось, но не из-за чего.",
        ),
        anchor=ANCHOR,
    )


@derived("меры организации")
def _rows_of_unit(year: Year, unit_id: str) -> pd.DataFrame:
    rows = rows_of(year)
    ours = [unit_id in found.measure.units for found in results_of(year)]
    return rows[pd.Series(ours, index=rows.index, dtype=bool)].reset_index(drop=True)


def _row(year: Year, row: pd.Series) -> dict[str, object]:
    common = {
        "title": f"{row['title']} ({ru.school_year_short(str(row['registered']))})",
        "indicator": row["indicator"],
        "planned": planned_words(year, row),
        "units_n": row["units_n"],
    }
    if row["verdict"] == "silent":
        why = STATUS_WORDS.get(str(row["status"]), "оценки нет")
        return {**common, "change": ru.NO_DATA, "interval": ru.NO_DATA, "verdict": f"○ {why}"}
    passport = year.catalogue[str(row["indicator_id"])]
    return {
        **common,
        "change": in_unit(row["estimate"], passport),
        "interval": interval_in_unit(row["low"], row["high"], passport),
        "verdict": VERDICT_WORDS[str(row["verdict"])],
    }
