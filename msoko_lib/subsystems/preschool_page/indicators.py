"""Indicators of one preschool beside the others and the target, and over the years."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.reads import derived
from msoko_lib.recommendations.facts import indicator_facts
from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.answers import PRESCHOOL, answers
from msoko_lib.subsystems.conditions.noko import part_scores
from msoko_lib.subsystems.conditions.own_part import unit_part
from msoko_lib.subsystems.own_numbers import own_numbers, value_words
from msoko_lib.subsystems.preschool.conditions import EXPERTISE
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year, years_known

ANCHOR, STAFF_ANCHOR, CONDITIONS_ANCHOR = "pokazateli", "kadry", "usloviya"
YEARS_ANCHOR = "po-godam"
SHOWN = ("ДО-22", "ДО-23", "ДО-08", "ДО-10", "ДО-11", "ДО-12", "ДО-09")
STAFF = ("ДО-07", "ДО-24", "ПП-01")
OVER_YEARS = ("ДО-03", "ДО-11", "ДО-12", "ДО-09", "ДО-07", "ДО-24", "УС-06", "УС-14")
_EXPERTISE_WORDS = {1.0: "соответствует ФГОС", 0.0: "▼ не соответствует ФГОС"}


def numbers(ours: SchoolYear) -> Block:
    """Level, places, help, parents, readiness and sick days beside the other preschools."""
    return own_numbers(
        ours.year, ours.school_id, SHOWN, "Показатели детского сада", name="Сад – показатели",
        reading=_expertise(ours), anchor=ANCHOR,
    )  # fmt: skip


def _expertise(ours: SchoolYear) -> str:
    """What the experts said of the programme and of the environment."""
    fields = [field for field, _ in EXPERTISE]
    told = ours.own_of(answers, fields, (PRESCHOOL,), column="school_id")
    known = [
        f"{title.lower()} – {_EXPERTISE_WORDS[float(told[field].iloc[0])]}"
        for field, title in EXPERTISE
        if len(told) and float(told[field].iloc[0]) in _EXPERTISE_WORDS
    ]
    return f"Экспертиза: {'; '.join(known)}." if known else "Экспертизы программы и среды не было."


def staff(ours: SchoolYear) -> Block:
    """Education, categories and courses of the teachers beside the other preschools."""
    return own_numbers(
        ours.year, ours.school_id, STAFF, "Педагоги детского сада", name="Сад – педагоги",
        anchor=STAFF_ANCHOR,
    )  # fmt: skip


def conditions(ours: SchoolYear) -> Block:
    """НОКО with its parts, the plan and the site."""
    block = unit_part(ours.year, ours.school_id)
    scores = ours.own_of(part_scores, column="school_id")
    if not isinstance(block, Section) or scores.empty:
        return block
    words = {"attention": "▼ ниже", "same": "● хорошо", "up": "▲ отлично"}
    table = ReportTable(
        scores.assign(told=scores["mark"].map(words)),
        title="Составляющие независимой оценки",
        name="Сад – НОКО",
        columns=[
            Column("title", "Составляющая"),
            Column("score", "Балл из 100", "int"),
            Column("told", "Полоса"),
        ],
    )
    return Section(block.finding, table=block.table, items=[table], reading=block.reading,
                   anchor=CONDITIONS_ANCHOR)  # fmt: skip


def over_years(ours: SchoolYear) -> Block:
    """The preschool's values of the last years, one column a year."""
    years = years_known(ours.year)
    if len(years) < 2:
        return Nothing("Для динамики нужны хотя бы два года данных.")
    facts = _facts(ours, OVER_YEARS)
    if facts.empty:
        return Nothing("Показателей детского сада за эти годы нет.")
    heads = {year: school_year_short(year) for year in years}
    rows = [_row(indicator_id, facts, heads) for indicator_id in OVER_YEARS]
    rows = [row for row in rows if sum(row[head] != ru.NO_DATA for head in heads.values()) > 1]
    if not rows:
        return Nothing("Сравнить не с чем: показатели детского сада есть только за один год.")
    return Section(
        _changes(facts, next(iter(heads.values()))),
        table=ReportTable(
            pd.DataFrame(rows),
            title="Показатели детского сада по годам",
            name="Сад – по годам",
            columns=[
                Column("title", "Показатель"),
                *(Column(head, head) for head in heads.values()),
            ],
            note="В скобках – сколько из скольких. Где людей немного, один-два меняют долю: "
            "смотрите на числа в скобках, а не только на проценты.",
        ),
        anchor=YEARS_ANCHOR,
    )


def _changes(facts: pd.DataFrame, since: str) -> str:
    """Which shares changed beyond chance: their first and last intervals lie apart."""
    changed = []
    for _, rows in facts[facts["status"] == "ok"].groupby("fact_id", sort=False):
        ends = rows.sort_values("year").iloc[[0, -1]]
        first, last = ends.iloc[0], ends.iloc[1]
        if last["ci_low"] > first["ci_high"] or last["ci_high"] < first["ci_low"]:
            told = f"{printed(first['value'], first)} → {printed(last['value'], last)}"
            changed.append(f"{str(last['title']).lower()} ({told})")
    if changed:
        return f"С {since} года заметно изменилось: {'; '.join(changed)}"
    return f"С {since} года доли не изменились больше, чем бывает по случаю"


def _facts(ours: SchoolYear, indicator_ids: Sequence[str]) -> pd.DataFrame:
    """The preschool's facts of every year, with the column ``year``."""
    return _facts_over_years(ours.year, ours.school_id, list(indicator_ids))


@derived("показатели организации по годам")
def _facts_over_years(year: Year, unit_id: str, indicator_ids: Sequence[str]) -> pd.DataFrame:
    """Without what the municipality reaches: nothing is told of it here."""
    history = year.history_of(*indicator_ids)
    history = history[(history["unit_id"] == unit_id) & (history["level"] == "school")]
    clusters = year.inputs.schools.set_index("school_id")["cluster"]
    parts = [
        indicator_facts(rows, rows.iloc[:0], year.catalogue, clusters).assign(year=name)
        for name, rows in history.reset_index(drop=True).groupby("year")
    ]
    if not parts:
        return pd.DataFrame()
    return pd.concat(parts, ignore_index=True).drop(columns=["reference", "reference_level"])


def _row(indicator_id: str, facts: pd.DataFrame, heads: dict[str, str]) -> dict[str, str]:
    own = facts[(facts["fact_id"] == indicator_id) & (facts["label"] == "")]
    found = own.set_index("year")
    row = {"title": str(own["title"].iloc[0]) if len(own) else indicator_id}
    for year, head in heads.items():
        row[head] = value_words(found.loc[year].to_dict()) if year in found.index else ru.NO_DATA
    return row
