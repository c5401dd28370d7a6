"""Which measures the register holds and what is written down about them."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.effects.computed import results_of, rows_of
from msoko_lib.subsystems.effects.words import (
    LACK_WORDS,
    MEASURE,
    MEASURE_OF,
    RUNG_NEEDS,
    RUNG_SAYS,
    RUNG_TITLES,
    unit_of,
)
from msoko_lib.subsystems.labels import out_of
from msoko_lib.subsystems.year import Year

ANCHOR = "reestr"
LACK_ANCHOR = "ne-khvatilo"
NO_MEASURES = (
    "Мер в реестрах нет: сказать, что дали меры, не по чему. Бланк реестра мер создаёт команда "
    "msoko forms."
)


def goals(year: Year) -> Block:
    """The ladder: what each rung asks and what it allows to say."""
    ladder = pd.DataFrame(
        [
            {"rung": RUNG_TITLES[rung], "needs": RUNG_NEEDS[rung], "says": RUNG_SAYS[rung]}
            for rung in RUNG_NEEDS
        ]
    )
    return Section(
        "По каждой мере сказать столько, сколько позволяют данные, и ни словом больше",
        table=ReportTable(
            ladder,
            title="Ступени доказательности",
            name="13 Ступени",
            columns=[
                Column("rung", "Ступень"),
                Column("needs", "Что должно быть"),
                Column("says", "Что можно сказать"),
            ],
            note="Ступень выбирается по записям о мере и по годам, а не по результату. Слово "
            "«эффект» – только на ступенях A, B и C.",
        ),
        anchor="celi",
    )


def planned_words(year: Year, row: pd.Series) -> str:
    """«+5,0 п.п.» as it was planned; «не указано»."""
    if ru.is_missing(row["planned"]):
        return "не указано"
    passport = year.catalogue.passports.get(str(row["indicator_id"]))
    unit, places = unit_of(passport) if passport else ("", 1)
    text = ru.number(row["planned"], places, signed=True)
    return f"{text}{ru.NBSP}{unit}" if unit else text


def register(year: Year) -> Block:
    """Measures of the registers, newest first."""
    rows = rows_of(year)
    if rows.empty:
        return Nothing(NO_MEASURES)
    table = rows.assign(
        planned=[planned_words(year, row) for _, row in rows.iterrows()],
        year=rows["registered"].map(ru.school_year_short),
    ).iloc[::-1]
    return Section(
        _finding(rows),
        table=ReportTable(
            table,
            title="Меры из реестров",
            name="13 Меры",
            columns=[
                Column("measure_id", "Мера"),
                Column("title", "Что делается"),
                Column("units", "Где"),
                Column("indicator", "Показатель"),
                Column("planned", "План"),
                Column("start", "Начало", "date"),
            ],
        ),
        reading="Одна мера – одна строка, сколько бы организаций в ней ни было. Меры прошлых лет "
        "остаются в списке: их результат виден не сразу.",
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    whole = int((rows["indicator_id"].ne("") & rows["planned"].notna() & rows["start"].notna())
                .sum())  # fmt: skip
    return (
        f"В реестрах {ru.counted(len(rows), MEASURE)}; показатель, план и дата начала записаны у "
        f"{ru.number(whole)}"
    )


def lacking(year: Year) -> Block:
    """What was not written down, so that an effect can be measured next time."""
    found = [item for item in results_of(year) if item.measure.lacks or item.is_late]
    total = len(results_of(year))
    if not total:
        return Nothing(NO_MEASURES)
    if not found:
        return Nothing("У всех мер записано всё, что нужно для оценки.")
    rows = pd.DataFrame(
        [
            {
                "measure_id": item.measure.measure_id,
                "title": item.measure.title,
                "lacks": "; ".join(
                    [
                        *(LACK_WORDS[name] for name in item.measure.lacks),
                        *(["записать меру до результатов, а не после"] if item.is_late else []),
                    ]
                ),
            }
            for item in found
        ]
    )
    return Section(
        f"У {ru.number(len(found))} из {out_of(total, MEASURE_OF)} записано не всё, без чего "
        "эффект не измерить",
        table=ReportTable(
            rows,
            title="Что дописать в реестр",
            name="13 Не хватило",
            columns=[
                Column("measure_id", "Мера"),
                Column("title", "Что делается"),
                Column("lacks", "Записать"),
            ],
            note="Записать нужно до результатов: показатель, выбранный после них, всегда окажется "
            "удачным.",
        ),
        anchor=LACK_ANCHOR,
    )
