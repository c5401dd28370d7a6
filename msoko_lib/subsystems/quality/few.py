"""Works that too few pupils wrote: not compared, and of the municipality's not shown."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.year import Year


def told_in_whole(year: Year, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the municipality (column ``n``) of works that enough people wrote.

    In a work of three pupils of the whole municipality a share tells of each of them.
    """
    return rows[rows["n"] >= minimum_n(year)]


def few_note(year: Year) -> str:
    """Line under tables of the municipality's works: which are not shown."""
    few = ru.in_words(minimum_n(year), ru.PERSON, genitive=True)
    return f"Работы, которые во всём муниципалитете писали меньше {few}, не показаны."


def minimum_n(year: Year) -> int:
    """Participants below which a work is not compared."""
    return year.catalogue["КП-02"].minimum_n
