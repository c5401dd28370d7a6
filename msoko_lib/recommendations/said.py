"""A fact in words: the numbers a sentence may name and the ground printed under it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from msoko_lib.methods.rounding import half_up
from msoko_lib.reporting import numbers_ru as ru

LEVELS = {
    "municipality": "по муниципалитету",
    "cluster": "у своей группы школ",
    "region": "по региону",
    "country": "по стране",
}
MOST_WORKS = 3
# One row of facts, of a frame or as plain data.
Fact: TypeAlias = pd.Series | Mapping[str, Any]


def said_of(fact: pd.Series, part: pd.DataFrame) -> tuple[dict[str, str], dict[str, float]]:
    """Texts and counts for the placeholders of a rule.

    Parameters
    ----------
    fact : Series
        The row that speaks.
    part : DataFrame
        All rows of the unit where the condition holds.
    """
    counts = {
        "numerator": fact["numerator"],
        "denominator": fact["denominator"],
        "rest": fact["denominator"] - fact["numerator"],
        "n": fact["n"],
        "people": people_to_target(fact),
    }
    known = {name: float(value) for name, value in counts.items() if not ru.is_missing(value)}
    words = {name: ru.number(value) for name, value in known.items()}
    words |= {
        "value": printed(fact["value"], fact),
        "target": str(fact["target_words"]),
        "reference": printed(fact["reference"], fact),
        "previous": printed(fact["previous"], fact),
        "change": _change(fact),
        "works": _works(part),
        "detail": str(fact["detail"]),
    }
    return words, known


def people_to_target(fact: Fact) -> float:
    """How many people more (or fewer) the target asks for; missing where it is no share.

    Examples
    --------
    >>> fact = pd.Series({"numerator": 17, "denominator": 24, "target": 0.8, "better": 1})
    >>> people_to_target(fact)
    3.0
    """
    if any(ru.is_missing(fact[name]) for name in ("numerator", "denominator", "target")):
        return math.nan
    gap = fact["better"] * (fact["target"] * fact["denominator"] - fact["numerator"])
    return float(max(math.ceil(gap - 1e-9), 0))


def printed(value: float, fact: Fact) -> str:
    """A value in the unit of its fact: «61 %», «3,4», «12»."""
    if ru.is_missing(value):
        return ru.NO_DATA
    unit = str(fact["unit"])
    shown = float(value) * float(fact["scale"])
    whole = abs(shown - half_up(shown)) < 1e-9 or abs(shown) >= 10
    text = ru.number(shown, 0 if whole else 1)
    return f"{text}{ru.NBSP}{unit}" if unit in ("%", "‰", "п.п.") else text


def _change(fact: pd.Series) -> str:
    if ru.is_missing(fact["previous"]) or ru.is_missing(fact["value"]):
        return ""
    shown = (float(fact["value"]) - float(fact["previous"])) * float(fact["scale"])
    if fact["unit"] == "%":
        return ru.pp(shown, 0 if abs(shown) >= 10 else 1)
    return ru.number(shown, 0 if abs(shown) >= 10 else 1, signed=True)


def _works(part: pd.DataFrame) -> str:
    labels = [label for label in dict.fromkeys(part["label"]) if label]
    shown = "; ".join(labels[:MOST_WORKS])
    rest = len(labels) - MOST_WORKS
    return f"{shown} и ещё {rest}" if rest > 0 else shown


def ground_of(fact: pd.Series) -> str:
    """Indicator, value, what it is compared with and its status, n: the line under a sentence.

    Examples
    --------
    >>> fact = pd.Series({"fact_id": "ПП-09", "title": "Наставничество", "label": "", "value": 0.5,
    ...     "numerator": 2, "denominator": 4, "n": 4, "unit": "%", "scale": 100, "target": 1.0,
    ...     "target_words": "100 %", "target_status": "муниципальный", "reference": float("nan"),
    ...     "reference_level": "", "previous": float("nan"), "status": "ok", "ground": ""})
    >>> ground_of(fact).replace(ru.NBSP, " ")
    'ПП-09 «Наставничество»: 50 % (2 из 4); ориентир 100 %, статус муниципальный'
    """
    if fact["ground"]:
        return str(fact["ground"])
    title = f"«{fact['title']}»" if fact["title"] else ""
    name = " ".join(part for part in (str(fact["fact_id"]), title) if part)
    where = f", {fact['label']}" if fact["label"] else ""
    if fact["status"] == "no_data":
        return f"{name}{where}: нет данных"
    if fact["status"] == "not_enough":
        return f"{name}{where}: данных недостаточно ({_n(fact)})"
    # One organisation's count is no share of anything: «всего 1» would tell nothing.
    alone = not _part_of(fact) and fact["n"] == 1
    counted = "" if alone else f" ({_n(fact)})"
    parts = [f"{name}{where}: {printed(fact['value'], fact)}{counted}"]
    if fact["target_words"]:
        parts.append(f"ориентир {fact['target_words']}, статус {fact['target_status']}")
    if not ru.is_missing(fact["reference"]):
        level = LEVELS.get(str(fact["reference_level"]), "")
        parts.append(f"{level} {printed(fact['reference'], fact)}".strip())
    if not ru.is_missing(fact["previous"]):
        parts.append(f"год назад {printed(fact['previous'], fact)}")
    return "; ".join(parts)


def _part_of(fact: pd.Series) -> str:
    """«2 из 4» where a part of a whole was counted; a sum of points over answers is no part."""
    top, bottom = fact["numerator"], fact["denominator"]
    if ru.is_missing(top) or ru.is_missing(bottom):
        return ""
    if float(bottom) <= 1 or float(top) > float(bottom):
        return ""
    return f"{ru.number(top)} из {ru.number(bottom)}"


def _n(fact: pd.Series) -> str:
    part = _part_of(fact)
    if part:
        return part
    return "единственное значение" if ru.is_missing(fact["n"]) else f"всего {ru.number(fact['n'])}"


def brief_of(fact: pd.Series) -> str:
    """Figures of a unit where several are listed: «2 из 4», «61 %»; empty where there are none.

    Examples
    --------
    >>> brief_of(pd.Series({"brief": "", "status": "ok", "numerator": 2, "denominator": 4}))
    '2 из 4'
    >>> brief_of(pd.Series({"brief": "", "status": "ok", "numerator": 72.6, "denominator": 22,
    ...                     "value": 3.3, "unit": "балл", "scale": 1}))
    '3,3'
    """
    if fact["brief"] or fact["status"] != "ok":
        return str(fact["brief"])
    part = _part_of(fact)
    if part:
        return part
    return "" if ru.is_missing(fact["value"]) else printed(fact["value"], fact)


def aim_of(fact: pd.Series) -> str:
    """What all units of a fact are compared with: «ориентир 100 %, статус муниципальный»."""
    if fact["ground"] or not fact["target_words"]:
        return ""
    return f"ориентир {fact['target_words']}, статус {fact['target_status']}"


def values_of(fact: pd.Series) -> tuple[float, float]:
    """Value and n of the fact, for the register."""
    return float(fact["value"]), float(fact["n"]) if not ru.is_missing(fact["n"]) else math.nan
