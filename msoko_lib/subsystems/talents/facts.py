"""What report 03 finds that no indicator holds, as facts for the rules."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from msoko_lib.indicators.talents import SCHOOL_STAGE_GRADES
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import FEW, OK, facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.group_gaps import gap_words, group_gaps
from msoko_lib.subsystems.labels import ratio, sentence_case
from msoko_lib.subsystems.olympiad_stages import LIMIT, olympiad_gaps
from msoko_lib.subsystems.talents.participation import stage_results
from msoko_lib.subsystems.talents.subjects import absent_subjects, subject_zones
from msoko_lib.subsystems.year import Year

DROP = "олимпиада-подтверждение"
SUBJECT = "олимпиада-предмет"
GAP = "олимпиада-доступ"
NO_SUBJECTS = "олимпиада-нет-предметов"
# What is compared between town and village, large and small schools.
COMPARED = ("ТЛ-01", "ТЛ-02", "ТЛ-07")


def talent_facts(year: Year) -> pd.DataFrame:
    """Falls between stages, subjects without participants, unequal access."""
    return facts_of_rows([*_drops(year), *_subjects(year), *_gaps(year), *_absent(year)])


SOURCE = FactSource((DROP, SUBJECT, GAP, NO_SUBJECTS), talent_facts)


def _drops(year: Year) -> Iterator[dict[str, object]]:
    limit = year.settings.threshold(LIMIT)
    for row in olympiad_gaps(year).to_dict("records"):
        told = ru.pp(100 * row["gap"])
        yield noted(
            DROP,
            str(row["unit_id"]),
            row["mark"] == "attention",
            FEW if row["mark"] == "few" else OK,
            detail=told,
            brief=told,
            value=row["gap"],
            n=row["n"],
            ground=f"ТЛ-06: в среднем {told}, участий {ru.number(row['n'])}; порог "
            f"{ru.number(limit.value)} п.п., статус {limit.status}",
        )


def _subjects(year: Year) -> Iterator[dict[str, object]]:
    for row in subject_zones(year).to_dict("records"):
        share = ru.share(row["others"], 0)
        subject = str(row["subject"])
        told = ratio(row["numerator"], row["denominator"])
        yield noted(
            SUBJECT,
            str(row["unit_id"]),
            row["mark"] == "attention",
            FEW if row["mark"] == "few" else OK,
            label=subject,
            value=row["value"],
            reference=row["others"],
            n=row["denominator"],
            brief=f"{sentence_case(subject)}: {told}",
            ground=f"{subject}, школьный этап: участников {told}, в остальных школах {share}",
        )


def _gaps(year: Year) -> Iterator[dict[str, object]]:
    rows = group_gaps(year, COMPARED)
    if rows.empty:
        return
    wide = rows[(rows["mark"] == "attention") & (rows["gap"] > 0)]
    words = "; ".join(gap_words(row) for _, row in wide.iterrows())
    few = (rows["mark"] == "few").all()
    yield noted(
        GAP,
        MUNICIPALITY,
        len(wide) > 0,
        FEW if few else OK,
        detail=words,
        ground=f"{words}; разброс считается по школам",
    )


def _absent(year: Year) -> Iterator[dict[str, object]]:
    if stage_results(year, "school", SCHOOL_STAGE_GRADES).empty:
        return
    absent = absent_subjects(year)
    total = len(year.settings.olympiad_subjects)
    listed = ", ".join(sentence_case(subject) for subject in absent)
    yield noted(
        NO_SUBJECTS,
        MUNICIPALITY,
        len(absent) > 0,
        detail=listed,
        numerator=len(absent),
        denominator=total,
        n=total,
        complete=True,
        ground=f"протоколов школьного этапа нет по {ru.number(len(absent))} предметам из "
        f"{ru.number(total)}",
    )
