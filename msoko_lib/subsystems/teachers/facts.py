"""What report 07 finds beyond its indicators, as facts that rules look at."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import FEW, NO_DATA, facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.teachers.groups import (
    DEFICITS,
    DIAGNOSED,
    VACANCIES,
    age_groups,
)
from msoko_lib.subsystems.teachers.leavers import WAVE as WAVE_SHARE
from msoko_lib.subsystems.teachers.leavers import (
    YEARS_AHEAD,
    by_school,
    forecast,
    from_to,
    wave_share,
)
from msoko_lib.subsystems.teachers.routes import break_of, break_words, chain
from msoko_lib.subsystems.teachers.subjects import needs
from msoko_lib.subsystems.year import Year

WAVE = "Волна выбытия педагогов"
FORECAST = "Прогноз выбытия педагогов"
BREAK = "Разрыв от диагностики к закрытию дефицита"
COURSES = "Предмет с дефицитами педагогов"
EMPTY_POSTS = "Предмет со свободными ставками"


def facts(year: Year) -> pd.DataFrame:
    """Facts of the year (``FACT_COLUMNS``)."""
    rows = [*_ages(year), *_chain(year), *_subjects(year)]
    return facts_of_rows(rows)


def _ages(year: Year) -> list[dict[str, object]]:
    groups = age_groups(year)
    if groups.empty:
        return [noted(FORECAST, MUNICIPALITY, False, NO_DATA)]
    last = forecast(year, groups).last
    total = int(groups["n"].sum())
    whole = noted(
        FORECAST,
        MUNICIPALITY,
        title="Выбытие педагогов по возрасту за пять лет",
        unit="%",
        scale=100,
        better=-1,
        complete=True,
        value=float(last["expected"]) / total if total else float("nan"),
        n=total,
        detail=from_to(last),
        ground=f"возраст педагогов и доли уходящих в год (статус системный): за {YEARS_AHEAD} лет "
        f"ожидается {ru.number(last['expected'])} из {ru.number(total)}, с учётом случая "
        f"{from_to(last)}",
    )
    return [whole, *(_wave(year, row) for row in by_school(year).to_dict("records"))]


def _wave(year: Year, row: dict[object, object]) -> dict[str, object]:
    limit = wave_share(year)
    return noted(
        WAVE,
        str(row["school_id"]),
        row["mark"] == "attention",
        FEW if row["mark"] == "few" else "ok",
        title="Выбытие педагогов по возрасту за пять лет",
        unit="%",
        scale=100,
        better=-1,
        value=row["share"],
        ci_low=row["ci_low"],
        ci_high=row["ci_high"],
        n=row["n"],
        target=limit,
        target_words=f"не больше {ru.share(limit, 0)}",
        target_status=year.settings.threshold(WAVE_SHARE).status,
        detail=from_to(row),
        brief=f"{from_to(row)} из {ru.number(row['n'])}",
    )


def _chain(year: Year) -> list[dict[str, object]]:
    rows = chain(year)
    step = break_of(rows)
    if step is None:
        return []
    return [
        noted(
            BREAK,
            MUNICIPALITY,
            complete=True,
            value=float(step["lost"] / step["whole"]),
            unit="%",
            scale=100,
            numerator=step["lost"],
            denominator=step["whole"],
            n=step["whole"],
            detail=break_words(step),
            ground=f"цепочка «диагностика – маршрут – закрытие»: {break_words(step)}",
        )
    ]


def _subjects(year: Year) -> list[dict[str, object]]:
    rows = needs(year)
    found = []
    for row in rows[rows["mark"] == "attention"].to_dict("records"):
        counted = f"{ru.number(row[DEFICITS])} из {ru.number(row[DIAGNOSED])}"
        found.append(_subject(COURSES, row, DEFICITS, counted, "дефициты у"))
    for row in rows[rows[VACANCIES].fillna(0) > 0].to_dict("records"):
        counted = ru.number(row[VACANCIES])
        found.append(_subject(EMPTY_POSTS, row, VACANCIES, counted, "свободных ставок"))
    return found


def _subject(
    fact_id: str, row: dict[object, object], column: str, counted: str, what: str
) -> dict[str, object]:
    subject = sentence_case(str(row["subject"]))
    return noted(
        fact_id,
        MUNICIPALITY,
        label=f"{subject} ({counted})",
        value=row[column],
        n=row[column],
        complete=True,
        ground=f"{subject}: {what} {counted}",
    )


SOURCE = FactSource((WAVE, FORECAST, BREAK, COURSES, EMPTY_POSTS), facts)
