"""Short names of works and levels as reports print them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru

LEVEL_TITLES = {
    "school": "школа",
    "cluster": "группа школ",
    "municipality": "муниципалитет",
    "region": "регион",
    "country": "страна",
}
# Words for marks where more often is worse.
MORE_OFTEN = {
    "up": "▲ реже остальных",
    "attention": "▼ чаще остальных",
    "same": "● как остальные",
    "few": "○ мало",
}
CORE_SUBJECTS = ("Русский язык", "Математика")


def work_label(subject: str, grade: object) -> str:
    """«Русский язык, 4 класс»."""
    return f"{subject}, {grade} класс"


def work_labels(frame: pd.DataFrame) -> pd.Series:
    """Labels of works for a frame with subject and grade."""
    return frame["subject"].astype(str) + ", " + frame["grade"].astype(str) + " класс"


def short_work(subject: str, grade: object) -> str:
    """«Рус. 4» for the columns of a heat map."""
    words = {"Русский язык": "Рус. яз.", "Математика": "Матем."}
    return f"{words.get(subject, subject)} {grade}"


def subject_rank(frame: pd.DataFrame) -> pd.Series:
    """Order of works: Russian, mathematics, then the others by name."""
    order = {subject: place for place, subject in enumerate(CORE_SUBJECTS)}
    return frame["subject"].map(order).fillna(len(order)).astype("int64")


def by_work(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of works: Russian, mathematics, others; by grade inside."""
    ordered = frame.assign(_rank=subject_rank(frame))
    ordered = ordered.sort_values(["_rank", "subject", "grade"], kind="stable")
    return ordered.drop(columns="_rank").reset_index(drop=True)


def points(share: Any) -> Any:
    """Share of 0…1 (a number or a column) as percentage points for printing."""
    return share * 100


def in_pupils(share: float, n: float) -> str:
    """A share of a group as whole pupils: «четыре ученика»."""
    return ru.pupils(round(abs(share) * n))


def comparison(others: str) -> dict[str, str]:
    """Words for the four marks where something is compared with others.

    Parameters
    ----------
    others : str
        With whom, in the nominative plural: «остальные», «в регионе».
    """
    return {
        "up": "▲ выше",
        "attention": "▼ ниже",
        "same": f"● как {others}",
        "few": "○ мало",
    }
