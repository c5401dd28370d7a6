"""Small counts of people in print: below five nothing is told, and nothing can be worked out.

Used where a count says something that may hurt: who is on a list, who found no place, who is ill.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.methods.disclosure import Cell, Release, Table, suppress_complementary
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.year import Year

MINIMUM = "report_minimum_n"
# Smallest width of the range to which a reader may narrow a hidden count.
PROTECTION = 4.0
FEWEST_HIDDEN = 3


def is_small(counts: pd.Series, minimum: float) -> pd.Series:
    """True where a count tells of single people: 1 up to the minimum; nought tells of nobody."""
    return (counts > 0) & (counts < minimum)


def shown_counts(counts: pd.DataFrame, year: Year, totals: str = "both") -> pd.DataFrame:
    """Counts as they may be printed: «мало» for small ones, «н/д» for those that guard them.

    Parameters
    ----------
    counts : DataFrame
        Units × parts, whole numbers; missing where a unit gave no answer.
    totals : {"both", "rows", "columns", "none"}
        Which sums the reader knows: of each unit over its parts (rows), of each part over the
        units (columns).

    Returns
    -------
    DataFrame
        The same shape, objects: numbers, «мало», «н/д», missing where they were missing.
    """
    minimum = year.points(MINIMUM)
    known = counts.notna()
    whole = counts.fillna(0).astype("float64")
    small = is_small(whole.stack(), minimum).unstack().reindex_like(whole).astype(bool) & known
    shown = whole.astype(object).where(known, None)
    if totals != "none" and small.to_numpy().any():
        hidden = _guards(whole, small, known, totals)
        shown = shown.mask(hidden, ru.WITHHELD)
    return shown.mask(small, ru.FEW)


def _guards(
    whole: pd.DataFrame, small: pd.DataFrame, known: pd.DataFrame, totals: str
) -> pd.DataFrame:
    """Cells to withhold besides, so that no small one follows from the sums."""
    table = Table(whole, totals=totals)
    release = Release()
    release.add_table(table)
    primary = [
        table.cell(row, column)
        for row in whole.index
        for column in whole.columns
        if small.loc[row, column]
    ]
    # A cell nobody answered is no cover: readers see that it is empty.
    keep = [
        table.cell(row, column)
        for row in whole.index
        for column in whole.columns
        if not known.loc[row, column]
    ]
    try:
        plan = suppress_complementary(
            release, primary, protection=PROTECTION, keep=[*keep, *table.margins()]
        )
    except ValueError:
        # Too few cells to hide among: nothing of these counts is told.
        return known & ~small
    withheld: frozenset[Cell] = frozenset(plan.complementary)
    found = [
        [table.cell(row, column) in withheld for column in whole.columns] for row in whole.index
    ]
    return pd.DataFrame(np.array(found, dtype=bool), index=whole.index, columns=whole.columns)


def shown_list(counts: pd.Series, minimum: float) -> pd.Series:
    """Counts of a list whose sum is known: «мало» below the minimum, none among them.

    None and one look alike, so that the sum tells of no single unit; where fewer than three are
    hidden, the next smallest is withheld too.
    """
    known = counts.notna()
    small = known & (counts < minimum)
    hidden = small.copy()
    if counts[small].sum() > 0:
        while hidden.sum() < FEWEST_HIDDEN and (known & ~hidden).any():
            hidden[counts[known & ~hidden].idxmin()] = True
    shown = counts.astype(object).where(known, None)
    return shown.mask(hidden, ru.WITHHELD).mask(small, ru.FEW)


def people_words(number: float, minimum: float, noun: ru.Noun) -> str:
    """«12 учеников»; below the minimum «меньше пяти учеников», of nobody «ни одного ученика»."""
    if number == 0 or number >= minimum:
        return ru.in_words(0, noun) if number == 0 else ru.counted(number, noun)
    return f"меньше {ru.in_words(int(minimum), noun, genitive=True)}"


def may_tell(part: float, whole: float, minimum: float) -> bool:
    """A share may be told if neither its part nor the rest is a handful."""
    if whole < minimum:
        return False
    rest = whole - part
    return not (0 < part < minimum) and not (0 < rest < minimum)
