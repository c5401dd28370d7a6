"""A measure planned so that its result can be seen: how many schools, beside whom, when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.problems import ExploreProblem
from msoko_lib.explore.schools import School
from msoko_lib.explore.view import View
from msoko_lib.indicators.measure_panel import (
    PassingVariance,
    passing_variance,
    periods_of,
    planned_error,
)
from msoko_lib.indicators.measure_register import Measure
from msoko_lib.methods.effects import effect_power, minimum_detectable_effect
from msoko_lib.passports import Passport
from msoko_lib.project import end_year_of, school_year_of
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.reporting.dates_ru import date_ru
from msoko_lib.subsystems.effects.computed import values_of
from msoko_lib.subsystems.effects.planning import under_measures, untouched_panel
from msoko_lib.subsystems.effects.words import RUNG_NEEDS, RUNG_SAYS, RUNG_TITLES, in_unit, unit_of
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GOOD_POWER = 0.8
MOST_ROWS = 8
AHEAD = 6


@dataclass(frozen=True)
class _Plan:
    """What the planned measure comes to."""

    passport: Passport
    number: int
    size: float
    change: float | None
    parts: PassingVariance
    years_after: int

    def visible(self, number: int) -> float:
        """Smallest change that would be seen, in the unit of computation."""
        error, freedom = planned_error(self.parts, number, self.size, self.years_after)
        return (
            minimum_detectable_effect(error, power=GOOD_POWER, degrees_of_freedom=freedom)
            if error == error
            else float("nan")
        )

    def power(self, number: int) -> float:
        """Probability to see the planned change; NaN where none is planned or cannot be told."""
        error, freedom = planned_error(self.parts, number, self.size, self.years_after)
        if self.change is None or error != error:
            return float("nan")
        return effect_power(self.change, error, degrees_of_freedom=freedom)

    @property
    def numbers(self) -> list[int]:
        """Numbers of schools worth showing, the planned one among them."""
        most = max(1, self.parts.schools - 3)
        ladder = {1, 2, 3, 4, 5, 7, 10, 15, 20, 30, self.number}
        return sorted(number for number in ladder if number <= most)[:MOST_ROWS]


def plan_view(
    year: Year,
    passport: Passport,
    schools: int | Sequence[School],
    change: float | None,
    start: str | None,
    years_after: int,
) -> View:
    """How likely a measure's result would be seen, beside whom it would be told, and when."""
    chosen = [] if isinstance(schools, int) else list(schools)
    number = schools if isinstance(schools, int) else len(chosen)
    if number < 1 or years_after < 1:
        raise ExploreProblem("В мере должна быть хотя бы одна школа и хотя бы один год после.")
    panel = untouched_panel(year, passport.id)
    parts = passing_variance(panel) if len(panel) else None
    if parts is None:
        return View(
            f"{passport.id} «{passport.title}»: посчитать план нельзя, нет показателя с интервалом "
            "хотя бы у четырёх школ", panel,
            reading="Выберите показатель, который считается по ученикам: доли и средние баллы.",
        )  # fmt: skip
    if number > parts.schools - 3:
        raise ExploreProblem(
            f"Для сравнения должно остаться не меньше трёх школ, с показателем их {parts.schools}: "
            f"в меру можно взять до {parts.schools - 3}."
        )
    newest = panel[panel["year"] == panel["year"].max()]
    own = newest[newest["school_id"].isin([item.id for item in chosen])]
    size = float((own if len(own) else newest)["n"].median())
    scaled = None if change is None else change / scale_of(passport.unit)
    plan = _Plan(passport, number, size, scaled, parts, years_after)
    frame = pd.DataFrame(
        [{"schools": item, "visible": plan.visible(item), "power": plan.power(item)}
         for item in plan.numbers]
    )  # fmt: skip
    return View(
        _finding(plan), frame, partial(_chart, plan, frame),
        more=[_sizes(plan, frame), _facts(year, plan, chosen, start), _rungs()],
        reading=_reading(panel["year"].nunique(), plan),
    )  # fmt: skip


def _finding(plan: _Plan) -> str:
    least = in_unit(plan.visible(plan.number), plan.passport, signed=False)
    where = f"Мера в {ru.counted(plan.number, _IN_SCHOOL)}: показатель {plan.passport.id}"
    if plan.change is None:
        return f"{where}, виден эффект от {least}"
    power = plan.power(plan.number)
    wanted = in_unit(abs(plan.change), plan.passport, signed=False)
    verdict = "будет виден" if power >= GOOD_POWER else "скорее останется незамеченным"
    return (
        f"{where}, задуманный эффект {wanted} {verdict}: вероятность {ru.share(power, 0)}, а "
        f"уверенно виден от {least}"
    )


_IN_SCHOOL = ru.Noun("школе", "школах", "школах", "f")


def _chart(plan: _Plan, frame: pd.DataFrame) -> Figure:
    unit, places = unit_of(plan.passport)
    scale = scale_of(plan.passport.unit)
    planned = plan.change is not None
    rows = pd.DataFrame(
        {
            "label": [f"в {ru.counted(item, _IN_SCHOOL)}" for item in frame["schools"]],
            "value": frame["power"] if planned else frame["visible"] * scale,
            "role": ["ours" if item == plan.number else "other" for item in frame["schools"]],
        }
    )
    if planned:
        rows["note"] = [
            f"{ru.number(value * scale, places)}{ru.NBSP}{unit}" for value in frame["visible"]
        ]
    return figures.bars(
        rows, kind="share" if planned else "score", limit=1.0 if planned else None,
        value_header="вероятность" if planned else f"эффект, {unit}" if unit else "эффект",
        note_header="виден от" if planned else "",
        subtitle="Вероятность увидеть задуманный эффект, по числу школ в мере" if planned
        else "Наименьший эффект, который будет виден, по числу школ в мере",
    )  # fmt: skip


def _sizes(plan: _Plan, frame: pd.DataFrame) -> ReportTable:
    unit, places = unit_of(plan.passport)
    scale = scale_of(plan.passport.unit)
    table = frame.assign(visible=frame["visible"] * scale, mine=frame["schools"] == plan.number)
    header = f"Виден эффект от, {unit}" if unit else "Виден эффект от"
    columns = [
        Column("schools", "Школ в мере", "int"),
        Column("visible", header, "score", decimals=places, missing=ru.NOT_APPLICABLE),
    ]
    if plan.change is not None:
        columns.append(Column("power", "Вероятность увидеть задуманное", "share", decimals=0))
    return ReportTable(
        table, "Сколько школ нужно", "План меры", columns=columns, highlight="mine",
        note=f"Результатов у школы за год – {ru.number(plan.size)}, как у средней из этих школ "
        "(один ученик даёт столько результатов, сколько работ пишет). Два года до отбора, лет "
        f"после начала – {ru.number(plan.years_after)}. «Виден» – вероятность заметить "
        f"{ru.share(GOOD_POWER, 0)}.",
    )  # fmt: skip


def _facts(year: Year, plan: _Plan, chosen: Sequence[School], start: str | None) -> ReportTable:
    """Beside whom, from which year on, what the bank has before."""
    busy = under_measures(year, plan.passport.id)
    panel = untouched_panel(year, plan.passport.id)
    taken = {item.id for item in chosen}
    free = sorted(
        {year.school_names[name] for name in panel["school_id"]
         if name in year.school_names and name not in taken}
    )  # fmt: skip
    apart = sorted(year.school_names[name] for name in busy if name in year.school_names)
    known = sorted(values_of(year).query("indicator_id == @plan.passport.id")["year"].unique())
    rows = [
        ("Для сравнения", f"{ru.counted(len(free), ru.SCHOOL)}: {names_in_words(free, 6)}"
         + ("" if chosen else f"; из них {ru.number(plan.number)} войдут в меру")),
        ("В сравнение не войдут", f"{names_in_words(apart, 6)}: там уже идёт мера с этим "
         "показателем" if apart else "таких школ нет"),
        ("Лет до начала в банке", f"{ru.number(len(known))}; для сравнения изменений нужны два до "
         "года отбора"),
        ("Когда смотреть результат", _when(year, plan, start)),
        ("Что записать в реестр мер", "показатель, на сколько он изменится, дату начала, почему "
         "выбраны эти школы, правило отбора – до начала меры"),
    ]  # fmt: skip
    return ReportTable(
        pd.DataFrame(rows, columns=["what", "said"]), "С кем сравнить и когда смотреть",
        "План меры – условия",
        columns=[Column("what", "Что"), Column("said", "Ответ", wide=True)],
    )  # fmt: skip


def _when(year: Year, plan: _Plan, start: str | None) -> str:
    if start is None:
        return 'назовите дату начала: start="2025-10-01"'
    try:
        day = dt.date.fromisoformat(start)
    except ValueError:
        raise ExploreProblem(
            f"Дата начала записывается как 2025-10-01 (год, месяц, день), получено: {start}."
        ) from None
    measure = Measure("", year.school_year, "", "", (), plan.passport.id, start=day)
    first = end_year_of(year.school_year) - AHEAD
    years = [school_year_of(end) for end in range(first, day.year + AHEAD)]
    after = periods_of(measure, years, year.settings).after
    if not after:
        return f"начало {date_ru(day)}: первый год с результатом слишком далеко"
    last = after[min(plan.years_after, len(after)) - 1]
    told = f"начало {date_ru(day)}: первые результаты, которые могут её показать, – "
    told += ru.school_year_ru(after[0])
    return told if last == after[0] else f"{told}, оценка – по {ru.school_year_ru(last)}"


def _rungs() -> ReportTable:
    rows = [
        {"rung": RUNG_TITLES[code], "needs": RUNG_NEEDS[code], "says": RUNG_SAYS[code]}
        for code in RUNG_NEEDS
    ]
    return ReportTable(
        pd.DataFrame(rows), "Что можно будет сказать", "Ступени",
        columns=[
            Column("rung", "Ступень"), Column("needs", "Что нужно", wide=True),
            Column("says", "Что говорят", wide=True),
        ],
    )  # fmt: skip


def _reading(years: int, plan: _Plan) -> str:
    text = (
        "Эффект заметно меньше указанного чаще останется незамеченным: мере нужно больше школ, "
        "больше лет или показатель ближе к тому, что она меняет. Самые низкие школы и без меры "
        "поднимутся: так бывает после любого отбора по результату, поэтому их не сравнивают с "
        "самими собой."
    )
    if years <= 1:
        text += " В банке один год: колебания по годам неизвестны, настоящие числа больше."
    return text
