"""Subjects and grades that a year has works of, by the names people use."""

from __future__ import annotations

import pandas as pd

from msoko_lib.explore.names import found
from msoko_lib.explore.problems import UnknownName
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.labels import subject_rank
from msoko_lib.subsystems.year import Year


def works_of(year: Year) -> pd.DataFrame:
    """Subject × grade of every work of ВПР of the year, in the order of reports."""
    rows = year.values("КП-02", "school", "municipality", status=None)
    works = rows[["subject", "grade"]].dropna().drop_duplicates()
    ordered = works.assign(_rank=subject_rank(works)).sort_values(["_rank", "subject", "grade"])
    return ordered.drop(columns="_rank").reset_index(drop=True)


def subjects_of(year: Year) -> list[str]:
    """Subjects with works of ВПР: Russian and mathematics first."""
    return list(dict.fromkeys(works_of(year)["subject"]))


def grades_of(year: Year, subject: str | None = None) -> list[int]:
    """Grades that wrote a subject (any, if none is named)."""
    works = works_of(year)
    if subject is not None:
        works = works[works["subject"] == subject]
    return sorted(int(grade) for grade in works["grade"].unique())


def exam_subjects_of(year: Year) -> list[str]:
    """Subjects of the exams of the year."""
    results = year.inputs.table("gia_results")
    return sorted(str(name) for name in results["subject"].dropna().unique())


def subject_named(year: Year, name: str, *, exams: bool = False) -> str:
    """A subject of ВПР (of exams too, if asked) by what was typed.

    Raises
    ------
    UnknownName
        If there is none such; the message proposes the nearest.
    """
    names = subjects_of(year) + (exam_subjects_of(year) if exams else [])
    return found(name, {known: known for known in names}, "предмета")


def grade_checked(year: Year, grade: int | None, subject: str | None = None) -> int | None:
    """The grade, if works of it were written.

    Raises
    ------
    UnknownName
        If not; the message names the grades that were.
    """
    if grade is None:
        return None
    known = grades_of(year, subject)
    if int(grade) not in known:
        what = f"«{subject}»" if subject else "ВПР"
        grades = ru.joined([str(item) for item in known]) or "ни одного"
        raise UnknownName(f"Работ {what} в {grade} классе нет. Есть классы: {grades}.")
    return int(grade)
