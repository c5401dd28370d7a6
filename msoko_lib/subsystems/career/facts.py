"""What report 04 finds that no indicator holds, as facts for the rules."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.career.hours import BELOW, HOUR, LEVELS, hours_levels
from msoko_lib.subsystems.career.paths import MINIMUM, unplaced_counts
from msoko_lib.subsystems.career.trials import tried_of_registered
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.year import Year

HOURS = "профминимум"
UNPLACED = "выпускники-не-определились"
TRIED = "проба-после-регистрации"
OVZ = "профориентация-овз"


def career_facts(year: Year) -> pd.DataFrame:
    """Hours below the minimum, graduates without a path, trials, children with disabilities."""
    return facts_of_rows([*_hours(year), *_unplaced(year), *_tried(year), *_ovz(year)])


SOURCE = FactSource((HOURS, UNPLACED, TRIED, OVZ), career_facts)


def _hours(year: Year) -> Iterator[dict[str, object]]:
    limit = year.settings.threshold(LEVELS[0][1])
    for row in hours_levels(year).to_dict("records"):
        told = ru.counted(row["hours"], HOUR)
        yield noted(
            HOURS,
            str(row["school_id"]),
            row["level"] == BELOW,
            detail=told,
            brief=told,
            complete=True,
            ground=f"план школы: {told} в год на класс; базовый уровень {ru.number(limit.value)}, "
            f"статус {limit.status}",
        )


def _unplaced(year: Year) -> Iterator[dict[str, object]]:
    """Where there are five and more; a handful is never told, so no rule speaks of it."""
    for row in unplaced_counts(year).to_dict("records"):
        told = not isinstance(row["shown"], str)
        count = ratio(row["n"], row["whole"], ru.GRADUATE) if told else ""
        yield noted(
            UNPLACED,
            str(row["school_id"]),
            told,
            detail=count,
            brief=ratio(row["n"], row["whole"]) if told else "",
            complete=True,
            ground=f"ПР-08: {count}; ориентир – определились все" if told else "",
        )


def _tried(year: Year) -> Iterator[dict[str, object]]:
    rows = tried_of_registered(year)
    if rows.empty:
        return
    whole = {
        "school_id": MUNICIPALITY,
        "numerator": rows["numerator"].sum(),
        "denominator": rows["denominator"].sum(),
    }
    for row in [whole, *rows.to_dict("records")]:
        few = row["denominator"] < year.points(MINIMUM)
        yield noted(
            TRIED,
            str(row["school_id"]),
            False,
            "not_enough" if few else "ok",
            title="Прошли пробу из зарегистрированных",
            unit="%",
            scale=100,
            better=1,
            value=row["numerator"] / row["denominator"],
            numerator=row["numerator"],
            denominator=row["denominator"],
            n=row["denominator"],
            ground="прошли пробу из зарегистрированных в «Билете в будущее»: "
            f"{ratio(row['numerator'], row['denominator'], ru.PUPIL)}",
        )


def _ovz(year: Year) -> Iterator[dict[str, object]]:
    """Only that not all are covered: how many of so few is never told."""
    rows = answers(year, ["ovz_career_n", "ovz_6_11_n"])
    for row in rows[rows["ovz_6_11_n"] > 0].to_dict("records"):
        if ru.is_missing(row["ovz_career_n"]):
            continue
        yield noted(
            OVZ,
            str(row["school_id"]),
            row["ovz_career_n"] < row["ovz_6_11_n"],
            complete=True,
            ground="ПР-11: профориентацией охвачены не все дети с ОВЗ и инвалидностью 6–11 "
            "классов; числа не сообщаются",
        )
