"""Cohorts against what was to be expected of them, and how a fall is said in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.screening import cohort_pairs
from msoko_lib.methods.cohort_changes import cohort_changes
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.year import Year, per_year

OGE = "ОГЭ"


@per_year
def residuals(year: Year) -> pd.DataFrame:
    """Cohorts with what was to be expected of them: columns of ``cohort_changes``."""
    pairs = cohort_pairs(year.inputs)
    if pairs.empty:
        return pairs.assign(residual=0.0, cautious_probability=1.0, status="")
    return cohort_changes(pairs)


def path_in_words(grade: object) -> str:
    """«4 → 5 класс», «8 класс → ОГЭ» by the later grade."""
    if grade == OGE:
        return f"8{ru.NBSP}класс → ОГЭ"
    return f"{int(str(grade)) - 1} → {grade}{ru.NBSP}класс"


def fall_in_words(grade: object, residual: float) -> str:
    """A residual in its own unit: points of a per cent, or marks for ОГЭ."""
    if grade == OGE:
        return f"{ru.number(residual, 2, signed=True)}{ru.NBSP}отметки"
    return ru.pp(residual)


def worst_in_words(year: Year, school_id: str, effect: float) -> str:
    """The cohort behind a sign: «русский язык, 4 → 5 класс: −8,7 п.п. к ожидаемому»."""
    found = residuals(year)
    own = found[(found["school"] == school_id) & np.isclose(found["residual"], effect)]
    if own.empty:
        return "ниже ожидаемого по когорте"
    row = own.iloc[0]
    return (
        f"{sentence_case(str(row['subject']))}, {path_in_words(row['grade'])}: "
        f"{fall_in_words(row['grade'], row['residual'])} к ожидаемому"
    )
