"""Olympiad of one school."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import share_of_others
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR = "olimpiada"
SHOWN = ("ТЛ-01", "ТЛ-02", "ТЛ-03")


def talents(school: SchoolYear) -> Block:
    """Coverage and success of the olympiad beside the other schools."""
    rows = []
    for indicator_id in SHOWN:
        passport = school.year.catalogue[indicator_id]
        target = school.year.target(passport, school.cluster)
        row = school.value(indicator_id)
        if row is None:
            continue
        everyone = school.year.values(indicator_id, "school", status=None)
        others = share_of_others(everyone, everyone["status"] == "ok", everyone["indicator_id"])
        others = school.own(everyone.assign(others=others))["others"].iloc[0]
        gap = None if row["status"] == "ok" else ru.state_of_status(str(row["status"]))
        rows.append(
            {
                "title": passport.title,
                "numerator": row["numerator"] if gap is None else gap,
                "denominator": row["denominator"] if gap is None else gap,
                "value": row["value"] if gap is None else gap,
                "others": others,
                "target": target.words if target else ru.NO_TARGET,
            }
        )
    if not rows:
        return Nothing("Протоколов олимпиады с участниками школы за год нет.")
    first = rows[0]
    finding = (
        f"В школьном этапе олимпиады участвовали {ru.share(first['value'], 0)} учеников 4–11 "
        "классов"
        if isinstance(first["value"], float)
        else "Охват олимпиадой не определяется: данных недостаточно"
    )
    return Section(
        finding,
        table=ReportTable(
            pd.DataFrame(rows),
            title="Олимпиада",
            name="Школа – олимпиада",
            columns=[
                Column("title", "Показатель"),
                Column("numerator", "Число", "int"),
                Column("denominator", "Из", "int"),
                Column("value", "Доля", "share"),
                Column("others", "В остальных", "share", missing=ru.FEW),
                Column("target", "Ориентир"),
            ],
        ),
        anchor=ANCHOR,
    )
