"""Teachers by age and subject: counts of organisations, never persons."""

from __future__ import annotations

import re

import pandas as pd

from msoko_lib.intake.source_params import load_source_params
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.year import Year, per_year

TEACHER = ru.Noun("педагог", "педагога", "педагогов")
TEACHERS, DIAGNOSED, DEFICITS, VACANCIES = "teachers", "diagnosed", "deficits", "vacancies"
# An open group («65 и старше») is as wide as the others; the rate of its age is the same all over.
_OPEN_YEARS = 5


@per_year
def age_groups(year: Year) -> pd.DataFrame:
    """Teachers of schools by age group.

    Returns
    -------
    DataFrame
        school_id, group, group_order, n, low, high (full years; missing where age is not known).
    """
    rows = year.inputs.table("teacher_groups")
    rows = rows[(rows["dimension"] == "age") & (rows["counted"] == TEACHERS)]
    rows = rows[rows["school_id"].isin(year.schools["school_id"])]
    bounds = pd.DataFrame(
        [bounds_of(group) for group in rows["group"]], columns=["low", "high"], index=rows.index
    )
    found = rows[["school_id", "group", "group_order", "n"]].join(bounds)
    return found.astype({"n": "int64", "group_order": "int64"}).reset_index(drop=True)


def bounds_of(group: str) -> tuple[float, float]:
    """First and last full year of a group by its title.

    Examples
    --------
    >>> bounds_of("25–29"), bounds_of("моложе 25"), bounds_of("65 и старше")
    ((25.0, 29.0), (0.0, 24.0), (65.0, 69.0))
    """
    numbers = [float(text) for text in re.findall(r"\d+", group)]
    if len(numbers) == 2:
        return numbers[0], numbers[1]
    if not numbers:
        return float("nan"), float("nan")
    younger = not group.lstrip().startswith(f"{numbers[0]:.0f}")
    if younger:
        return 0.0, numbers[0] - 1
    single = group.strip().isdigit()
    return numbers[0], numbers[0] + (0 if single else _OPEN_YEARS - 1)


def subject_groups(year: Year) -> pd.DataFrame:
    """Subjects of the municipality's schools: teachers, diagnosed, deficits, vacancies.

    One row a subject in the usual order of subjects; a column is missing (nan) where no school
    told of it at all. ``schools_n`` – how many schools gave their teachers by subject.
    """
    rows = year.inputs.table("teacher_groups")
    rows = rows[
        (rows["dimension"] == "subject") & rows["school_id"].isin(year.schools["school_id"])
    ]
    columns = [TEACHERS, DIAGNOSED, DEFICITS, VACANCIES]
    if rows.empty:
        return pd.DataFrame(columns=["subject", *columns, "schools_n"])
    wide = rows.pivot_table(index=["group", "group_order"], columns="counted", values="n",
                            aggfunc="sum")  # fmt: skip
    wide = wide.reindex(columns=columns)
    told = [name for name in columns if wide[name].notna().any()]
    wide[told] = wide[told].fillna(0)
    wide = wide.reset_index().sort_values("group_order", kind="stable")
    wide = wide.rename(columns={"group": "subject"}).astype(dict.fromkeys(columns, "float64"))
    wide.columns.name = None
    schools_n = rows[rows["counted"] == TEACHERS]["school_id"].nunique()
    return wide[["subject", *columns]].assign(schools_n=schools_n).reset_index(drop=True)


@per_year
def smallest_group(year: Year) -> int:
    """In a group of fewer people one could be told: its number is not printed."""
    return int(load_source_params(year.project).value("teachers_small_group"))


def young_age(year: Year) -> int:
    """A teacher of fewer full years is a young one."""
    return int(load_source_params(year.project).value("teachers_young_age"))


def told_parts(parts: pd.Series, wholes: pd.Series, least: float) -> pd.Series:
    """Counts for a table; «мало» where they are parts of a group of fewer than ``least``."""
    few = (wholes.astype("float64") < least).fillna(False)
    return parts.astype("Int64").astype(object).mask(few, ru.FEW)
