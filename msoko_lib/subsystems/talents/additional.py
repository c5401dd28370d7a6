"""Organisations of additional education: who stays, which programmes were assessed."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import ratio
from msoko_lib.subsystems.monitoring import units_chart
from msoko_lib.subsystems.year import Year

RETENTION_ANCHOR = "sohrannost"
PROGRAMMES_ANCHOR = "programmy"
PROGRAMME = ru.Noun("программа", "программы", "программ", "f")


def retention(year: Year) -> Block:
    """Pupils of additional education who stayed until May, by organisation."""
    return units_chart(year, "03", "ТЛ-13", anchor=RETENTION_ANCHOR)


def assessed_programmes(year: Year) -> pd.DataFrame:
    """Programmes, assessed ones, winners among pupils, one row an organisation."""
    parts = []
    for indicator_id, name in (("ТЛ-14", "programmes"), ("ТЛ-15", "winners")):
        rows = year.values(indicator_id, "school", status=None)
        rows = rows[rows["denominator"].notna()].set_index("unit_id")
        parts.append(
            rows[["numerator", "denominator", "value"]].rename(
                columns={"numerator": f"{name}_n", "denominator": f"{name}_of", "value": name}
            )
        )
    both = parts[0].join(parts[1], how="outer").rename_axis("unit_id").reset_index()
    return both.assign(school=both["unit_id"].map(year.unit_names)).sort_values("school")


def programmes(year: Year) -> Block:
    """Independent assessment of programmes, and winners of contests."""
    rows = assessed_programmes(year)
    known = rows[rows["programmes_of"].notna()]
    if known.empty:
        return Nothing("Форм организаций дополнительного образования за год нет.")
    done, total = known["programmes_n"].sum(), known["programmes_of"].sum()
    none = known[known["programmes_n"] == 0]["school"].tolist()
    tail = f"; ни одной – {ru.joined(none)}" if none else ""
    return Section(
        f"Независимую оценку прошли {ratio(done, total, PROGRAMME)} "
        f"({ru.share(done / total, 0)}){tail}",
        table=ReportTable(
            rows,
            title="Программы и победители организаций дополнительного образования",
            name="03 Программы",
            columns=[
                Column("school", "Организация"),
                Column("programmes_of", "Программ", "int"),
                Column("programmes_n", "Оценены", "int"),
                Column("programmes", "Доля", "share", decimals=0),
                Column("winners_of", "Детей", "int"),
                Column("winners_n", "Победителей и призёров", "int"),
                Column("winners", "Доля детей", "share", decimals=0),
            ],
        ),
        reading="Независимая оценка – экспертиза программы с положительным заключением. "
        "Победители и призёры – конкурсов муниципального уровня и выше, каждый ребёнок один раз.",
        anchor=PROGRAMMES_ANCHOR,
    )
