"""All indicators of a year as one table for the workbook: value, n, interval, target or why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.indicators.values import CUTS
from msoko_lib.passports import Target
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.cells import Column, raw_value
from msoko_lib.reporting.collected import CollectedTable
from msoko_lib.subsystems.labels import LEVEL_TITLES
from msoko_lib.subsystems.year import Year

NAME = "Значения показателей"
REPORT = "Все показатели года"
# From the whole to its parts, then those that it is compared with.
LEVELS = ("municipality", "cluster", "school", "region", "country")
_TITLES = {**LEVEL_TITLES, "school": "организация"}
_ALL = {"cluster": "все группы", "school": "все организации"}
COLUMNS = (
    Column("indicator_id", "Код"),
    Column("title", "Показатель"),
    Column("level_title", "Уровень"),
    Column("unit_name", "Организация или группа"),
    Column("cut", "Предмет, класс, часть", missing=ru.NOT_APPLICABLE),
    Column("shown", "Значение", "score", decimals=2),
    Column("unit", "Единица"),
    Column(("low", "high"), "Интервал", "interval_score", missing=ru.NOT_APPLICABLE),
    Column("n", "Всего", "int", missing=ru.NOT_APPLICABLE),
    Column("beside", "Для сравнения", "score", decimals=2, missing=ru.NOT_APPLICABLE),
    Column("beside_level", "С чем сравнили", missing=ru.NOT_APPLICABLE),
    Column("target", "Ориентир", missing=ru.NOT_APPLICABLE),
    Column("target_status", "Статус ориентира", missing=ru.NOT_APPLICABLE),
    Column("reason", "Почему нет значения", missing=ru.NOT_APPLICABLE),
    Column("source", "Источник"),
)
NOTE = (
    "Каждый действующий показатель на каждом уровне, который назван в его паспорте: значение или "
    "причина, по которой его нет. Значения школ по отдельным предметам и классам – в таблицах "
    "отчётов."
)


def values_table(year: Year) -> CollectedTable:
    """Values of all indicators of the year, ready for ``tables.xlsx``.

    Rows of schools by subject or grade are left out: reports have them.
    """
    payload = {
        "title": f"Значения показателей, {ru.school_year_ru(year.school_year)}",
        "name": NAME,
        "note": NOTE,
        "columns": [column.payload() for column in COLUMNS],
        "records": FrameRecords(values_frame(year), COLUMNS),
    }
    return CollectedTable(REPORT, payload)


@dataclass(frozen=True)
class FrameRecords:
    """Records of a frame, made one by one: a region has hundreds of thousands of them."""

    frame: pd.DataFrame
    columns: Sequence[Column]

    def __len__(self) -> int:
        return len(self.frame)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        cells = [
            self.frame[list(column.keys)].itertuples(index=False, name=None)
            for column in self.columns
        ]
        for row in zip(*cells, strict=True):
            yield {
                column.payload_key: raw_value(column, values)
                for column, values in zip(self.columns, row, strict=True)
            }


def values_frame(year: Year) -> pd.DataFrame:
    """The indicator table in the words and units that people read, in the catalogue's order."""
    rows = year.indicators
    rows = rows[(rows["level"] != "school") | (rows["subject"].isna() & rows["grade"].isna())]
    order = {name: place for place, name in enumerate(year.catalogue.passports)}
    rows = rows.assign(
        _order=rows["indicator_id"].map(order), _level=rows["level"].map(LEVELS.index)
    )
    rows = rows.sort_values(["_order", "_level", "unit_id", *CUTS], ascending=True, kind="stable")
    passports = rows["indicator_id"].map(year.catalogue.passports)
    scale = passports.map(lambda item: scale_of(item.unit)).astype("float64")
    ok = rows["status"] == "ok"
    states = rows["status"].map(lambda status: "" if status == "ok" else ru.state_of_status(status))
    targets = _targets(rows, year, year.catalogue)
    return rows.assign(
        title=passports.map(lambda item: item.title),
        unit=passports.map(lambda item: item.unit),
        level_title=rows["level"].map(_TITLES),
        unit_name=_unit_names(rows, year),
        cut=_cuts(rows),
        shown=(rows["value"] * scale).astype(object).where(ok, states),
        low=(rows["ci_low"] * scale).where(ok),
        high=(rows["ci_high"] * scale).where(ok),
        beside=(rows["reference"] * scale).where(ok),
        beside_level=rows["reference_level"].map(LEVEL_TITLES).where(ok),
        target=[item.words if item else ru.NO_TARGET for item in targets],
        target_status=[item.status if item else None for item in targets],
        reason=rows["reason"].where(~ok, None),
    ).reset_index(drop=True)


def _targets(rows: pd.DataFrame, year: Year, catalogue: Catalogue) -> list[Target | None]:
    cluster = rows["unit_id"].map(year.inputs.cluster_of).where(rows["level"] == "school")
    cluster = cluster.where(rows["level"] != "cluster", rows["unit_id"])
    known: dict[tuple[str, str | None], Target | None] = {}
    found = []
    for name, group in zip(rows["indicator_id"], cluster, strict=True):
        key = (str(name), None if ru.is_missing(group) else str(group))
        if key not in known:
            known[key] = catalogue[key[0]].target_for(year.school_year, key[1])
        found.append(known[key])
    return found


def _unit_names(rows: pd.DataFrame, year: Year) -> pd.Series:
    schools = year.inputs.schools
    names = dict(zip(schools["school_id"], schools["short_name"], strict=True))
    titles = {
        "municipality": {"municipality": year.settings.municipality.name},
        "cluster": year.settings.cluster_titles,
        "school": names,
    }
    return pd.Series(
        [
            _ALL.get(unit) or titles.get(level, {}).get(unit, LEVEL_TITLES.get(unit, unit))
            for level, unit in zip(rows["level"], rows["unit_id"], strict=True)
        ],
        index=rows.index,
    )


def _cuts(rows: pd.DataFrame) -> list[str | None]:
    told = []
    for subject, grade, component in rows[CUTS].itertuples(index=False, name=None):
        parts = [str(part) for part in (subject, component) if not ru.is_missing(part)]
        if not ru.is_missing(grade):
            parts.insert(1, f"{grade} класс")
        told.append(", ".join(parts) or None)
    return told
