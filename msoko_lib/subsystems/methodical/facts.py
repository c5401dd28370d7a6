"""Facts of methodical work that no indicator holds: skills, events, visits, documents."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import FEW, OK, facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.labels import ratio, sentence_case, work_label
from msoko_lib.subsystems.methodical.advice_register import NO_PAPER, by_school
from msoko_lib.subsystems.methodical.help_given import visits
from msoko_lib.subsystems.methodical.own_deficits import NONE, SHORT, UNKNOWN, own_deficits
from msoko_lib.subsystems.methodical.satisfaction import INDICATOR as RATED
from msoko_lib.subsystems.methodical.satisfaction import ratings
from msoko_lib.subsystems.methodical.skills import NEW, STAYED, skill_changes
from msoko_lib.subsystems.year import Year

STAYING, APPEARED, UNVISITED = "умения-остаются", "умения-появились", "шнор-без-выездов"
OWN_LEFT, BARE = "дефициты-без-мероприятий", "выполнено-без-документа"
SUPPORT = "оценка-поддержки"
MOST_NAMED = 2


def facts(year: Year) -> pd.DataFrame:
    """Deficits of skills for the municipality; visits, events and documents school by school."""
    return facts_of_rows(
        [*_skills(year), *_visits(year), *_own_deficits(year), *_documents(year), *_support(year)]
    )


def _skills(year: Year) -> list[dict[str, object]]:
    rows = skill_changes(year)
    old = rows[rows["state"] != NEW]
    found: list[dict[str, object]] = []
    if len(rows):
        for name, part, total in (
            (STAYING, rows[rows["state"] == STAYED], len(old)),
            (APPEARED, rows[rows["state"] == NEW], len(rows)),
        ):
            found.append(
                noted(
                    name,
                    MUNICIPALITY,
                    len(part) > 0,
                    numerator=float(len(part)),
                    denominator=float(total),
                    n=float(total),
                    complete=True,
                    detail=_worst(part),
                    ground=f"умения ниже достаточного уровня: {len(part)} из {total}",
                )
            )
    return found


def _visits(year: Year) -> list[dict[str, object]]:
    return [
        noted(
            UNVISITED,
            str(row.school_id),
            not row.enough,
            numerator=float(0 if pd.isna(row.visits_n) else row.visits_n),
            n=1.0,
            complete=True,
            ground=f"МР-04: выездов {0 if pd.isna(row.visits_n) else int(row.visits_n)}, "
            f"ориентир {row.needed:.0f}",
        )
        for row in visits(year).itertuples()
    ]


def _own_deficits(year: Year) -> list[dict[str, object]]:
    """Only schools that had deficits of their own and have told of their events."""
    rows = own_deficits(year)
    return [
        noted(
            OWN_LEFT,
            str(row["school_id"]),
            row["state"] == SHORT,
            numerator=float(row["aimed_n"]),
            denominator=float(row["works_n"]),
            n=float(row["events_n"]),
            complete=True,
            detail=str(row["works"]),
            brief=f"{row['aimed_n']:.0f} на {row['works_n']:.0f}",
            ground=f"работ со своими дефицитами год назад {row['works_n']:.0f}, мероприятий по "
            f"дефицитам {row['aimed_n']:.0f}",
        )
        for row in rows[~rows["state"].isin([NONE, UNKNOWN])].to_dict("records")
    ]


def _documents(year: Year) -> list[dict[str, object]]:
    return [
        noted(
            BARE,
            str(row["school_id"]),
            row[NO_PAPER] > 0,
            numerator=float(row[NO_PAPER]),
            denominator=float(row["total"]),
            n=float(row["total"]),
            complete=True,
            brief=ratio(row[NO_PAPER], row["total"]),
            ground=f"реестр исполнения: без документа {ratio(row[NO_PAPER], row['total'])}",
        )
        for row in by_school(year).to_dict("records")
    ]


def _support(year: Year) -> list[dict[str, object]]:
    """The survey's scores against the target; not everybody answered: no complete count."""
    target = year.target(year.catalogue[RATED])
    if target is None or target.value is None:
        return []
    return [
        noted(
            SUPPORT,
            str(row["school_id"]),
            row["mark"] == "attention",
            FEW if row["mark"] == "few" else OK,
            value=row["score"],
            target=target.value,
            target_words=target.words,
            better=1.0,
            unit="балл",
            title="Удовлетворённость методическим сопровождением",
            n=row["answered_n"],
            numerator=row["answered_n"],
            denominator=row["teachers_n"],
            brief=ru.number(row["score"], 2),
            ground=f"{RATED}: {ru.number(row['score'], 2)}, ответов {ru.number(row['answered_n'])}",
        )
        for row in ratings(year).to_dict("records")
    ]


def _worst(part: pd.DataFrame) -> str:
    """The skills farthest below their level: «математика, 5 класс (решать задачи)»."""
    ordered = part.assign(gap=part["now"] - part["limit"]).sort_values("gap").head(MOST_NAMED)
    return "; ".join(
        f"{sentence_case(work_label(row.subject, row.grade))} («{row.skill}»)"
        for row in ordered.itertuples()
    )


SOURCE = FactSource((STAYING, APPEARED, UNVISITED, OWN_LEFT, BARE, SUPPORT), facts)
