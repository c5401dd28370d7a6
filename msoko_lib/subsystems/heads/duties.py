"""What an organisation must do: orders of supervision, keeping pupils, assignment, programme."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.monitoring import units_chart, units_map
from msoko_lib.subsystems.year import Year

SUPERVISION_ANCHOR = "nadzor"
TASKS_ANCHOR = "zadanie"
INCLUSION_ANCHOR = "ovz"
SUBSYSTEM = "06"
UNIT_OF = ru.Noun("организации", "организаций", "организаций", "f")
ORDER = ru.Noun("предписание", "предписания", "предписаний", "n")


def supervision(year: Year) -> Block:
    """Orders not carried out in time and pupils who left without going on to study."""
    orders, left = _totals(year, "РК-07"), _totals(year, "РК-08")
    if orders.empty and left.empty:
        return Nothing("Сведений о предписаниях надзора и об отсеве нет.")
    both = orders.rename("orders").to_frame().join(left.rename("left"), how="outer")
    both = both.rename_axis("unit_id").reset_index()
    both = both.assign(unit=both["unit_id"].map(year.unit_names)).sort_values("unit")
    open_ = both[both["orders"] > 0]
    gone = both[both["left"] > 0]
    parts = [
        f"Не исполнено в срок {ru.counted(open_['orders'].sum(), ORDER)}: "
        f"{names_in_words(open_['unit'].tolist())}"
        if len(open_)
        else f"Неисполненных предписаний нет ({ru.number(len(orders))} организаций сообщили)"
    ]
    if len(left):
        parts.append(
            f"ученики, ушедшие без продолжения образования, есть в школах: "
            f"{names_in_words(gone['unit'].tolist())}"
            if len(gone)
            else "учеников, ушедших без продолжения образования, нет"
        )
    minimum = year.points("report_minimum_n")
    told = both["left"].astype(object).mask(both["left"].between(1, minimum - 1), "есть")
    is_school = both["unit_id"].isin(year.schools["school_id"])
    table = both.assign(
        told=[_count(value, asked) for value, asked in zip(told, is_school, strict=True)],
        is_shown=(both["orders"] > 0) | (both["left"] > 0),
    )
    return Section(
        "; ".join(parts),
        table=ReportTable(
            table,
            title="Надзор и отсев по организациям",
            name="06 Надзор",
            columns=[
                Column("unit", "Организация"),
                Column("orders", "Предписаний не исполнено в срок", "int"),
                Column("told", "Выбыли без продолжения образования"),
            ],
            shown="is_shown",
            note="Если учеников меньше пяти, число не называется.",
        ),
        anchor=SUPERVISION_ANCHOR,
    )


def _count(value: object, asked: bool) -> str:
    if isinstance(value, str):
        return value
    if ru.is_missing(value):
        return ru.NO_DATA if asked else ru.NOT_APPLICABLE
    return ru.number(value)


def _totals(year: Year, indicator_id: str) -> pd.Series:
    rows = year.values(indicator_id, "school")
    return rows.set_index("unit_id")["value"].astype("float64")


def tasks(year: Year) -> Block:
    """Municipal assignment and programme by organisation."""
    parts = []
    for indicator_id, what in (("РК-13", "задание выполнили полностью"),
                               ("РК-15", "все показатели программы достигли")):  # fmt: skip
        rows = year.values(indicator_id, "school")
        if len(rows):
            whole = int((rows["numerator"] >= rows["denominator"]).sum())
            parts.append(f"{what} {ru.number(whole)} из {ru.counted(len(rows), UNIT_OF)}")
    text = "; ".join(parts)
    return units_map(year, ["РК-13", "РК-15"], text[:1].upper() + text[1:], TASKS_ANCHOR)


def inclusion(year: Year) -> Block:
    """Special conditions for children with disabilities by school."""
    return units_chart(year, SUBSYSTEM, "РК-09", anchor=INCLUSION_ANCHOR)
