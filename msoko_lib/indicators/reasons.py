"""Why there is no value: a sentence for every level that has none and every row without one."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.indicators.inputs import EXPORT_LEVELS, MUNICIPALITY, Inputs
from msoko_lib.indicators.values import CUTS, UNIT, VALUES
from msoko_lib.passports import Passport

NO_EXPORT = "Выгрузки этого уровня среди файлов года нет."
NOT_ROLLED_UP = "По группам и муниципалитету этот показатель не складывается: смотрите школы."
_MOST_NAMED = 3
_UNIT_OF_LEVEL = {"municipality": MUNICIPALITY}


def with_missing_levels(
    values: pd.DataFrame, passport: Passport, inputs: Inputs, titles: dict[str, str]
) -> pd.DataFrame:
    """Add a row with the reason for each level that the passport names and no row has.

    Parameters
    ----------
    values : DataFrame
        Rows of one indicator.
    titles : dict
        Field of a form → its title.
    """
    present = set(values["level"])
    missing = [level for level in passport.levels if level not in present]
    values = values.assign(reason="")
    if not missing:
        return values
    own = NOT_ROLLED_UP if "school" in present else reason_of_nothing(passport, inputs, titles)
    rows = pd.DataFrame(
        [
            {
                "level": level,
                "unit_id": _UNIT_OF_LEVEL.get(level, level),
                "reason": NO_EXPORT if level in EXPORT_LEVELS and present else own,
                "n": 0.0,
            }
            for level in missing
        ]
    )
    if values.empty:
        return rows.reindex(columns=[*UNIT, *CUTS, *VALUES, "reason"])
    return pd.concat([values, rows.reindex(columns=values.columns)], ignore_index=True)


def reason_of_nothing(passport: Passport, inputs: Inputs, titles: dict[str, str]) -> str:
    """Why an indicator has no value at all: the questions without answers, or the source."""
    formula = passport.from_fields
    if formula is None:
        return f"Данных за год нет. Источник: {passport.source}."
    wide = field_values(inputs, formula.fields, passport.units)
    silent = [name for name in formula.fields if wide[name].isna().all()]
    if silent:
        named = ", ".join(_quoted(titles.get(name, name)) for name in silent[:_MOST_NAMED])
        rest = len(silent) - _MOST_NAMED
        more = f" и ещё {rest}" if rest > 0 else ""
        return f"Нет ответов: {named}{more}. Источник: {passport.source}."
    if wide[list(formula.fields)].notna().all(axis=1).any():
        return "Ответы есть, но делить не на что: знаменатель везде равен нулю."
    return "Ни одна организация не ответила сразу на все вопросы показателя."


def _quoted(title: str) -> str:
    return f"«{title.replace('«', '„').replace('»', '“')}»"


def reason_of_row(n: float, minimum: int, state: str) -> str:
    """Why a row has no value to show."""
    if state == "suppressed":
        return "Значение скрыто: по нему можно было бы узнать отдельных людей."
    if state == "not_enough":
        return f"Мало данных: {int(n)}, а нужно не меньше {minimum}."
    return "Посчитать не по чему: данные есть, но не те, что нужны показателю."
