"""What report 09 finds that no indicator holds, as facts for the rules. A handful is never told."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from msoko_lib.methods.rate_intervals import rate_change_p
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.answers import PRESCHOOL, SCHOOL, answers
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.upbringing.help import absent_counts, psychologist_rows
from msoko_lib.subsystems.upbringing.places import school_places
from msoko_lib.subsystems.upbringing.registered import (
    FALSE_DISCOVERY_RATE,
    MINIMUM,
    THOUSAND,
    registered_changes,
    registered_rates,
    told,
)
from msoko_lib.subsystems.year import Year

MANY = "учёт-больше-остальных"
GROWN = "учёт-вырос"
GROWN_WHOLE = "учёт-муниципалитета-вырос"
NO_PSYCHOLOGIST = "нет-психолога"
NO_PROGRAMME = "нет-программы-воспитания"
NO_ADVISER = "нет-советника"
NO_PLACE = "нет-школьного-объединения"
ABSENT = "пропуски-много"


def upbringing_facts(year: Year) -> pd.DataFrame:
    """Registered pupils, psychologists, programmes, advisers, places, absences."""
    return facts_of_rows(
        [
            *_many(year), *_grown(year), *_grown_whole(year), *_psychologists(year),
            *_yes_no(year), *_places(year), *_absent(year),
        ]
    )  # fmt: skip


SOURCE = FactSource(
    (MANY, GROWN, GROWN_WHOLE, NO_PSYCHOLOGIST, NO_PROGRAMME, NO_ADVISER, NO_PLACE, ABSENT),
    upbringing_facts,
)


def _many(year: Year) -> Iterator[dict[str, object]]:
    rows = registered_rates(year)
    visible = told(rows)
    total, pupils = rows["n"].sum(), rows["pupils"].sum()
    for row, can_tell in zip(rows.to_dict("records"), visible, strict=True):
        words = (
            f"{ratio(row['n'], row['pupils'], ru.PUPIL)}, {ru.number(row['rate'])} на тысячу"
            if can_tell
            else ""
        )
        others = ru.number(1000 * (total - row["n"]) / max(pupils - row["pupils"], 1))
        yield noted(
            MANY,
            str(row["school_id"]),
            can_tell and row["mark"] == "attention",
            detail=words,
            brief=words,
            ground=f"ВС-05: {words}; в остальных школах {others} на тысячу" if words else "",
        )


def _grown(year: Year) -> Iterator[dict[str, object]]:
    rows = registered_changes(year)
    visible = told(rows)
    for row, can_tell in zip(rows.to_dict("records"), visible, strict=True):
        before = row["shown_before"]
        since = "меньше пяти" if isinstance(before, str) else ru.number(before)
        words = f"{ru.number(row['now'])}, год назад {since}" if can_tell else ""
        yield noted(
            GROWN,
            str(row["school_id"]),
            can_tell and row["mark"] == "attention",
            detail=words,
            brief=words,
            ground=f"ВС-05: на учёте {words}" if words else "",
        )


def _grown_whole(year: Year) -> Iterator[dict[str, object]]:
    """Schools that answered in both years together: who answered must not look like growth."""
    rows = registered_changes(year)
    if rows.empty:
        return
    before, base, now, pupils = (
        float(rows[name].sum()) for name in ("before", "pupils_before", "now", "pupils")
    )
    if min(before, now) < year.points(MINIMUM):
        return
    first, last = THOUSAND * before / base, THOUSAND * now / pupils
    sure = rate_change_p(before, base, now, pupils) <= FALSE_DISCOVERY_RATE
    words = f"{ru.number(last, 1)} на тысячу, год назад {ru.number(first, 1)}"
    yield noted(
        GROWN_WHOLE,
        MUNICIPALITY,
        sure and last > first,
        detail=words,
        n=now,
        ground=f"ВС-05: {words}; школы, ответившие в оба года: {ru.number(len(rows))}",
    )


def _psychologists(year: Year) -> Iterator[dict[str, object]]:
    for row in psychologist_rows(year).to_dict("records"):
        pupils = ru.counted(int(row["pupils"]), ru.PUPIL)
        yield noted(
            NO_PSYCHOLOGIST,
            str(row["school_id"]),
            row["posts"] == 0,
            complete=True,
            detail=pupils,
            brief=pupils,
            ground=f"ВС-10: занятых ставок психолога нет, {pupils}",
        )


def _yes_no(year: Year) -> Iterator[dict[str, object]]:
    for fact, field, kinds, code in (
        (NO_PROGRAMME, "upbringing_programme", (SCHOOL, PRESCHOOL), "ВС-01"),
        (NO_ADVISER, "adviser", (SCHOOL,), "ВС-02"),
    ):
        rows = answers(year, [field], kinds).dropna(subset=[field])
        for row in rows.to_dict("records"):
            yield noted(
                fact,
                str(row["school_id"]),
                row[field] == 0,
                complete=True,
                ground=f"{code}: ответ организации – «нет»",
            )


def _places(year: Year) -> Iterator[dict[str, object]]:
    for row in school_places(year).to_dict("records"):
        yield noted(
            NO_PLACE,
            str(row["school_id"]),
            row["has"] == 0,
            label=str(row["place"]),
            brief=str(row["place"]),
            complete=True,
            ground=f"ВС-04: ответ школы – «нет» ({row['place']})",
        )


def _absent(year: Year) -> Iterator[dict[str, object]]:
    rows = absent_counts(year)
    for row, can_tell in zip(rows.to_dict("records"), told(rows), strict=True):
        words = ratio(row["n"], row["pupils"], ru.PUPIL) if can_tell else ""
        yield noted(
            ABSENT,
            str(row["school_id"]),
            can_tell,
            complete=True,
            detail=words,
            brief=words,
            ground=f"ВС-12: {words}" if words else "",
        )
