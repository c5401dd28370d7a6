"""Tasks for the next year: what the rules advise the office and its methodical service."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.wording import ADDRESSEES
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.annual.told import OWN, SURE, told_findings
from msoko_lib.subsystems.findings import office_findings
from msoko_lib.subsystems.year import Year

ANCHOR = "zadachi"
TO_WHOM = {
    "управление": "управлению образования",
    "методическая служба": "методической службе",
    "РМО": "районным методическим объединениям",
}
OFFICE = tuple(TO_WHOM)
MOST_SHOWN = 15
TASK_ON = ru.Noun("задача", "задачи", "задач", "f")


def task_rows(year: Year) -> pd.DataFrame:
    """Findings whose advice goes to the office, the methodical service or the subject unions.

    The gravest first; the same advice once.
    """
    found = [frame for frame in (told_findings(year), office_findings(year, OWN)) if len(frame)]
    if not found:
        return told_findings(year)
    rows = pd.concat(found, ignore_index=True)
    rows = rows[(rows["advice"] != "") & rows["addressee"].isin(OFFICE)]
    rows = rows.assign(
        is_sure=rows["evidence"].isin(SURE),
        works="",
        # Organisations are not named here, so the sentence says more than its bare ground.
        ground=rows["finding"].str.rstrip(".").where(rows["value"].notna() & rows["n"].isna(),
                                                     rows["ground"]),
    )  # fmt: skip
    order = ["weight", "is_sure", "subsystem", "rule_id"]
    rows = rows.sort_values(order, ascending=[False, False, True, True], kind="stable")
    return rows.drop_duplicates("advice").reset_index(drop=True)


def tasks(year: Year) -> Block:
    """The table of tasks with deadline and control indicator."""
    rows = task_rows(year)
    if rows.empty:
        return Nothing(
            "Задач из правил не следует: ни одно правило для управления и методической службы не "
            "сработало."
        )
    counts = rows["addressee"].value_counts()
    told = "; ".join(f"{TO_WHOM[name]} – {ru.number(counts[name])}" for name in OFFICE
                     if name in counts)  # fmt: skip
    table = rows.assign(
        whom=rows["addressee"].map(ADDRESSEES),
        why=rows["finding"].str.rstrip(".") + " (отчёт " + rows["subsystem"] + ")",
        shown=[place < MOST_SHOWN for place in range(len(rows))],
    )
    return Section(
        f"Из рекомендаций года следует {ru.counted(len(rows), TASK_ON)}: {told}",
        table=ReportTable(
            table,
            title="Задачи на следующий год",
            name="18 Задачи",
            columns=[
                Column("advice", "Задача"),
                Column("why", "Основание"),
                Column("whom", "Кому"),
                Column("deadline", "Срок"),
                Column("control", "По чему увидим"),
            ],
            shown="shown",
            note="Порядок – по важности правила и доказательности. Сроки и тексты муниципалитет "
            "меняет в params/recommendations; решение по каждой задаче записывают в реестр мер.",
        ),
        anchor=ANCHOR,
    )
