"""Monitoring of report 11: conditions by organisation, by year."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Nothing, Section
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.answers import SCHOOL
from msoko_lib.subsystems.conditions.noko import UNIT
from msoko_lib.subsystems.labels import out_of, ratio
from msoko_lib.subsystems.score_map import score_map, unit_scores
from msoko_lib.subsystems.year import Year

SUBSYSTEM = "11"
PREFIX = "НОКО: "
UNIT_ONE = ru.Noun("организация", "организации", "организаций", "f")
CRITERIA = ("УС-01", "УС-02", "УС-03", "УС-04", "УС-05")
INFRASTRUCTURE = ("УС-08", "УС-09", "УС-11", "УС-12", "УС-13")


def indicators(year: Year) -> Block:
    """Every indicator of the subsystem: this year, last year, target."""
    listed = [item.id for item in year.catalogue.of_subsystem(SUBSYSTEM).indicators]
    return monitoring.indicators_table(year, SUBSYSTEM, listed)


def dynamics(year: Year) -> Block:
    """Shifts, meals, plans and documents over the years."""
    return monitoring.history_chart(year, ("УС-07", "УС-08", "УС-11", "УС-13", "УС-15", "УС-17"))


def criteria(year: Year) -> Block:
    """Five criteria of НОКО and the total, by organisation."""
    rows = unit_scores(year, (*CRITERIA, "УС-06"))
    if rows.empty:
        return Nothing("Баллов независимой оценки за год нет.")
    low = rows[rows["is_low"] & (rows["indicator_id"] != "УС-06")]
    total = rows["unit"].nunique()
    listed = "; ".join(
        f"{row['unit']} – {row['title'].removeprefix(PREFIX).lower()}, {ru.number(row['value'])}"
        for row in low.head(4).to_dict("records")
    )
    target = out_of(rows["target"].iloc[0], ru.POINT)
    return Section(
        f"Меньше {target} хотя бы по одному критерию у "
        f"{ratio(low['unit'].nunique(), total, UNIT)}: {listed}"
        if len(low)
        else f"Все критерии не ниже {target}: {ru.counted(total, UNIT_ONE)}",
        figure=score_map(
            rows, PREFIX, "Баллы независимой оценки по критериям, от 0 до 100",
            f"Ориентир – не меньше {target}. Организации стоят по алфавиту.", 0,
        ),
        anchor="kriterii",
    )  # fmt: skip


def plans(year: Year) -> Block:
    """Plans after НОКО: what was done in time, by organisation."""
    return monitoring.units_chart(year, SUBSYSTEM, "УС-07", anchor="plan")


def sites(year: Year) -> Block:
    """How complete the sites are, by organisation."""
    return monitoring.units_chart(year, SUBSYSTEM, "УС-14", anchor="sajty")


def infrastructure(year: Year) -> Block:
    """First shift, computers, buildings, textbooks and meals, by school."""
    return monitoring.units_map(year, INFRASTRUCTURE, kind=SCHOOL, anchor="infrastruktura")


def assignment(year: Year) -> Block:
    """Municipal assignment carried out, by organisation."""
    return monitoring.units_chart(year, SUBSYSTEM, "РК-13", anchor="zadanie")
