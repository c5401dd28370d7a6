"""Indicators: one of the catalogue, all of them, or one's own made of form fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.names import found, plain
from msoko_lib.explore.problems import ExploreProblem
from msoko_lib.explore.view import View, from_report, page_of
from msoko_lib.passports import Passport
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.labels import LEVEL_TITLES
from msoko_lib.subsystems.monitoring.by_unit import units_chart, units_figure, units_rows
from msoko_lib.subsystems.monitoring.history import is_beyond_chance
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BY_LEVEL = ["municipality", "cluster", "region", "country"]


@dataclass(frozen=True, eq=False, repr=False)
class IndicatorView(View):
    """An indicator of the year; ``passport`` says how it is computed."""

    year: Year | None = field(default=None, repr=False)
    passport: Passport | None = None

    def by_school(self) -> View:
        """The organisations in alphabetical order beside target and municipality.

        Raises
        ------
        ExploreProblem
            If the indicator is told by subject and grade: then ``m.vpr(…).by_school()``.
        """
        assert self.year is not None and self.passport is not None
        if "grade" in self.passport.cuts:
            raise ExploreProblem(
                f"{self.passport.id} считается по предметам и классам. По школам: "
                'm.vpr("предмет").by_school().'
            )
        rows = units_rows(self.year, self.passport)
        block = units_chart(self.year, "", self.passport.id)
        if rows.empty:
            return from_report(block, rows)
        year, passport = self.year, self.passport
        return from_report(block, _masked(rows), lambda: units_figure(year, rows, passport)[0])

    def over_years(self) -> View:
        """The municipality's values over the years of the bank, each part on a line of its own."""
        assert self.year is not None and self.passport is not None
        return _years_view(self.year, self.passport)


def indicator_view(year: Year, passport: Passport) -> IndicatorView:
    """The municipality's value beside its target, parts and levels in a table."""
    rows = year.values(passport.id, *_BY_LEVEL, status=None)
    whole = rows[rows["level"] == "municipality"]
    target = year.target(passport)
    return IndicatorView(
        f"{passport.id} «{passport.title}»: {_said(whole, passport)}"
        + (f"; ориентир {target.words} ({target.status})" if target else "; ориентир не задан"),
        _masked(rows),
        table=_table(year, rows, passport),
        reading=f"Как считается: {passport.formula}. Источник: {passport.source}. Показатель – "
        f"«{passport.direction}», меньше {ru.number(passport.minimum_n)} – не сообщается.",
        year=year, passport=passport,
    )  # fmt: skip


def _masked(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose values are not told keep their place and lose their numbers."""
    hidden = rows["status"] != "ok"
    names = ["value", "numerator", "denominator", "n", "ci_low", "ci_high"]
    return rows.assign(**{name: rows[name].mask(hidden) for name in names})


def _said(whole: pd.DataFrame, passport: Passport) -> str:
    told = whole[whole["status"] == "ok"]
    if told.empty:
        reason = str(whole["reason"].iloc[0]) if len(whole) else ""
        return "по муниципалитету значения нет" + (f" ({reason})" if reason else "")
    if len(told) > 1:
        return f"по муниципалитету значений {ru.number(len(told))}, по частям – в таблице"
    row = told.iloc[0]
    text = f"по муниципалитету {_value(row['value'], passport)}"
    if not ru.is_missing(row["ci_low"]):
        scale = scale_of(passport.unit)
        text += f", {ru.interval(row['ci_low'] * scale, row['ci_high'] * scale, _unit(passport))}"
    return text


def _unit(passport: Passport) -> str:
    return "" if passport.unit == "отношение" else passport.unit


def _value(value: object, passport: Passport) -> str:
    if ru.is_missing(value):
        return ru.NO_DATA
    text = ru.number(float(str(value)) * scale_of(passport.unit), 1)
    return f"{text}{ru.NBSP}{_unit(passport)}".strip()


def _cut(row: pd.Series) -> str:
    parts = [str(row["subject"]) if isinstance(row["subject"], str) else ""]
    parts += [f"{row['grade']}{ru.NBSP}класс" if not ru.is_missing(row["grade"]) else ""]
    parts += [str(row["component"]) if isinstance(row["component"], str) else ""]
    return ", ".join(part for part in parts if part and part != "nan")


def _table(year: Year, rows: pd.DataFrame, passport: Passport) -> ReportTable | None:
    if rows.empty:
        return None
    scale = scale_of(passport.unit)
    titles = year.settings.cluster_titles
    order = {name: place for place, name in enumerate(_BY_LEVEL)}
    ordered = rows.assign(_level=rows["level"].map(order)).sort_values(
        ["_level", "unit_id", "subject", "grade", "component"], kind="stable"
    )
    told = ordered["status"] == "ok"
    states = [ru.state_of_status(str(status)) if status != "ok" else None
              for status in ordered["status"]]  # fmt: skip
    table = pd.DataFrame(
        {
            "level": [
                titles.get(row["unit_id"], str(row["unit_id"])) if row["level"] == "cluster"
                else LEVEL_TITLES.get(str(row["level"]), str(row["level"]))
                for row in ordered.to_dict("records")
            ],
            "cut": [_cut(row) or ru.NOT_APPLICABLE for _, row in ordered.iterrows()],
            "n": ordered["n"].where(told).to_numpy(),
            "value": [
                state or _value(value, passport)
                for state, value in zip(states, ordered["value"], strict=True)
            ],
            "low": (ordered["ci_low"].where(told) * scale).to_numpy(),
            "high": (ordered["ci_high"].where(told) * scale).to_numpy(),
            "shown": (ordered["level"] != "cluster").to_numpy(),
        }
    )  # fmt: skip
    return ReportTable(
        table, passport.title, f"Показатель {passport.id}",
        columns=[
            Column("level", "Уровень"), Column("cut", "Часть"),
            Column("n", "Всего", "int", missing=ru.NOT_APPLICABLE),
            Column("value", "Значение", "printed"),
            Column(("low", "high"), "Интервал", "interval_score", missing=ru.NOT_APPLICABLE),
        ],
        shown="shown" if table["shown"].any() else "",
    )  # fmt: skip


def _years_view(year: Year, passport: Passport) -> View:
    history = year.history
    rows = history[
        (history["indicator_id"] == passport.id)
        & (history["level"] == "municipality")
        & (history["status"] == "ok")
    ].sort_values("year", kind="stable")
    if rows["year"].nunique() < 2:
        return View(
            f"{passport.id} «{passport.title}»: динамики пока нет, данные одного года", rows
        )
    rows = rows.assign(series=[_cut(row) or "муниципалитет" for _, row in rows.iterrows()])
    moved = []
    for name, line in rows.groupby("series", sort=False):
        first, last = line.iloc[0], line.iloc[-1]
        if len(line) > 1 and is_beyond_chance(first, last):
            change = scale_of(passport.unit) * (float(last["value"]) - float(first["value"]))
            label = "" if name == "муниципалитет" else f"{name}: "
            moved.append(f"{label}{ru.number(change, 1, signed=True)}")
    finding = f"{passport.id} «{passport.title}»: " + (
        f"изменилось больше, чем бывает по случаю ({'; '.join(moved[:4])})" if moved
        else "не изменилось больше, чем бывает по случаю"
    )  # fmt: skip
    many = rows["series"].nunique() > 4
    return View(
        finding, rows.reset_index(drop=True), None if many else partial(_trend, rows, passport),
        reading="Это динамика, а не эффект: дети и работы каждый год другие.",
    )  # fmt: skip


def _trend(rows: pd.DataFrame, passport: Passport) -> Figure:
    is_share = passport.unit == "%"
    factor = 1 if is_share else scale_of(passport.unit)
    frame = pd.DataFrame(
        {
            "series": rows["series"], "year": rows["year"].map(school_year_short),
            "value": rows["value"] * factor, "ci_low": rows["ci_low"] * factor,
            "ci_high": rows["ci_high"] * factor, "n": rows["n"],
            "role": "ours" if rows["series"].nunique() == 1 else "similar",
        }
    )  # fmt: skip
    return figures.trend(
        frame, kind="share" if is_share else "score",
        subtitle=f"{passport.title}, по муниципалитету",
    )  # fmt: skip


class Indicators:
    """The catalogue: ``m.indicators["КП-08"]``, ``m.indicators.find("вакансии")``."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._passports = {
            item.id: item
            for item in year.catalogue.passports.values()
            if item.is_valid_in(year.school_year)
        }

    @property
    def frame(self) -> pd.DataFrame:
        """Codes, titles, subsystems, units; ``known`` – is there a value this year."""
        known = set(self._year.indicators.query("status == 'ok'")["indicator_id"])
        parts = {
            item.id: part.title
            for part in self._year.catalogue.subsystems
            for item in part.indicators
        }
        return pd.DataFrame(
            [
                {"id": item.id, "title": item.title, "subsystem": parts[item.id],
                 "unit": item.unit, "direction": item.direction, "known": item.id in known}
                for item in self._passports.values()
            ]
        )  # fmt: skip

    def passport(self, name: str) -> Passport:
        """Passport by code or by title.

        Raises
        ------
        UnknownName
            If there is none such; the message proposes the nearest.
        """
        options = {item.id: item for item in self._passports.values()}
        options |= {item.title: item for item in reversed(self._passports.values())}
        return found(name, options, "показателя")

    def find(self, words: str) -> View:
        """Indicators whose title or question has the words."""
        wanted = plain(words)
        names = [
            item.id for item in self._passports.values()
            if wanted in plain(f"{item.title} {item.question} {item.formula}")
        ]  # fmt: skip
        frame = self.frame
        rows = frame[frame["id"].isin(names)].reset_index(drop=True)
        told = rows.assign(state=["есть" if known else ru.NO_DATA for known in rows["known"]])
        return View(
            f"Показатели со словами «{words}»: {ru.number(len(rows)) if len(rows) else 'нет'}",
            rows,
            table=ReportTable(
                told, "Показатели", "Найденные показатели",
                columns=[
                    Column("id", "Код"), Column("title", "Показатель", wide=True),
                    Column("subsystem", "Подсистема"), Column("state", "Значения за год"),
                ],
            ) if len(rows) else None,
        )  # fmt: skip

    def __getitem__(self, name: str) -> IndicatorView:
        return indicator_view(self._year, self.passport(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._passports)

    def __len__(self) -> int:
        return len(self._passports)

    def _ipython_key_completions_(self) -> list[str]:
        return [*self._passports, *(item.title for item in self._passports.values())]

    def __repr__(self) -> str:
        known = int(self.frame["known"].sum())
        return (
            f"{ru.counted(len(self), ru.INDICATOR)}, со значениями за год – {ru.number(known)}. "
            'Один: m.indicator("КП-08"), поиск: m.indicators.find("слово")'
        )

    def _repr_html_(self) -> str:
        frame = self.frame
        table = frame.groupby("subsystem", sort=False).agg(
            ids=("id", lambda part: f"{part.iloc[0]} – {part.iloc[-1]}"), n=("id", "size"),
            known=("known", "sum"),
        ).reset_index()  # fmt: skip
        return page_of(
            ReportTable(
                table, repr(self).partition(". ")[0], "Показатели",
                columns=[
                    Column("subsystem", "Подсистема"), Column("ids", "Коды"),
                    Column("n", "Показателей", "int"), Column("known", "Со значениями", "int"),
                ],
                note="Один: m.indicator(\"КП-08\"). Поиск по словам: m.indicators.find(\"слово\").",
            )
        )  # fmt: skip
