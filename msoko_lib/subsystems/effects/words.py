"""Words of report 13: rungs, requirements, units; what may be said on which rung."""

from __future__ import annotations

from typing import Final

import pandas as pd

from msoko_lib.passports import Passport
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import numbers_ru as ru

MEASURE: Final = ru.Noun("мера", "меры", "мер", "f")
MEASURE_OF: Final = ru.Noun("меры", "мер", "мер", "f")
ORGANISATION: Final = ru.ORGANISATION
RUNG_TITLES: Final = {
    "A": "A – отбор по правилу",
    "B": "B – сравнение изменений",
    "C": "C – получилось и ожидалось",
    "D": "D – до и после",
    "none": "нет",
}
RUNG_NEEDS: Final = {
    "A": "в реестре записаны показатель и граница отбора; отобраны все, кто за ней",
    "B": "два года до года отбора, два года после начала, школы для сравнения",
    "C": "два прошлых года (год отбора среди них), один год после, школы для сравнения",
    "D": "год до меры и год после",
}
RUNG_SAYS: Final = {
    "A": "эффект с интервалом",
    "B": "эффект с интервалом",
    "C": "эффект с интервалом, осторожнее",
    "D": "только динамика: что изменилось, но не из-за чего",
}
STATUS_WORDS: Final = {
    "no_indicator": "показатель не назван",
    "no_start": "дата начала не указана",
    "no_values": "значений показателя нет",
    "not_yet": "результатов после начала ещё нет",
    "no_baseline": "результатов до начала нет",
    "nothing": "сравнить не с чем",
}
SMALLEST_WIDTH: Final = 1e-9
NO_INTERVAL: Final = "не определён"
LACK_WORDS: Final = {
    "indicator": "показатель, который мера должна изменить",
    "change": "на сколько он должен измениться",
    "start": "дату начала",
    "reason": "почему выбраны эти школы",
}
VERDICT_WORDS: Final = {
    "effect": "▲ эффект виден",
    "harm": "▼ стало хуже ожидаемого",
    "no_plan": "● запланированного нет",
    "unproved": "○ эффект не доказан",
    "dynamics": "○ только динамика",
    "silent": "○ оценки нет",
}
_REQUIREMENTS: Final = {
    "declared_rule": "правило отбора не записано",
    "score_separates": "отбирали не только по правилу",
    "score_varies": "балл отбора у всех одинаков",
    "periods_before_selection": "лет до года отбора {found}, нужно {needed}",
    "periods_after_start": "лет после начала {found}, нужно {needed}",
    "baseline_reliability": "прошлых лет мало, нужно два",
    "same_scale": "сменилась работа или шкала",
    "treated_schools": "нет значений у школ меры",
    "comparison_schools": "школ для сравнения {found}, нужно {needed}",
    "schools": "школ всего {found}, нужно {needed}",
}


def why_not(checks: pd.DataFrame, rung: str) -> str:
    """What a rung lacks, in words; empty where it lacks nothing."""
    rows = checks[(checks["rung"] == rung) & ~checks["met"].astype(bool)]
    told = [
        _REQUIREMENTS[str(row.requirement)].format(found=row.found, needed=row.needed)
        for row in rows.itertuples()
    ]
    return "; ".join(dict.fromkeys(told))


def in_unit(value: float, passport: Passport, *, signed: bool = True) -> str:
    """A change of an indicator in the unit people read: «+6,1 п.п.», «+0,12 балла».

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> in_unit(0.061, SimpleNamespace(unit="%")).replace(ru.NBSP, " ")
    '+6,1 п.п.'
    """
    if ru.is_missing(value):
        return ru.NOT_APPLICABLE
    shown = value * scale_of(passport.unit)
    unit, places = unit_of(passport)
    text = ru.number(shown, places, signed=signed)
    return f"{text}{ru.NBSP}{unit}" if unit else text


def interval_in_unit(low: float, high: float, passport: Passport) -> str:
    """«от +1,2 до +11,0 п.п.»; «не определён» where so few schools give none."""
    scale = scale_of(passport.unit)
    # Two schools that changed alike give no interval: their agreement is an accident.
    if not all(abs(end) < float("inf") for end in (low, high)) or high - low < SMALLEST_WIDTH:
        return NO_INTERVAL
    unit, places = unit_of(passport)
    return ru.interval(low * scale, high * scale, unit, places, signed=True)


def unit_of(passport: Passport) -> tuple[str, int]:
    """Unit of a change and its digits after the comma."""
    if passport.unit in ("%", "п.п."):
        return "п.п.", 1
    return {"балл": ("балла", 2), "отношение": ("", 2)}.get(passport.unit, (passport.unit, 1))
