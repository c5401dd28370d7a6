"""Schools whose ВПР have signs to be checked, marked wherever their results are shown."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.objectivity.signs import grades
from msoko_lib.subsystems.year import Year

CAUTION = "◊"
CAUTION_NOTE = (
    f"{CAUTION} – есть признак, требующий проверки (отчёт 05): на результаты этих школ опирайтесь "
    "с осторожностью."
)
_COMBINED = {"check": "признаки сошлись", "priority": "признаки второй год"}


def signs_in_words(year: Year) -> dict[str, str]:
    """School → «границы отметок», «признаки сошлись: …»; only schools with a sign.

    Signs of the screening alone: they concern ВПР, and ВПР alone are shown with the mark.
    """
    table = grades(year)
    found = table[table["domains_flagged"].fillna(0) > 0]
    words = {}
    for row in found.itertuples():
        combined = _COMBINED.get(str(row.grade))
        words[str(row.school_id)] = f"{combined}: {row.signs}" if combined else str(row.signs)
    return words


def with_caution(year: Year, school_ids: pd.Series) -> pd.Series:
    """Names of schools, those with a sign marked: «Лесная СОШ ◊»."""
    marked = set(signs_in_words(year))
    names = school_ids.map(year.school_names)
    return names.where(~school_ids.isin(marked), names + f"{ru.NBSP}{CAUTION}")
