"""The opened year of one school."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import pandas as pd

from msoko_lib.problems import Problem
from msoko_lib.reads import derived
from msoko_lib.subsystems.year import Year, open_year


class UnknownSchool(Problem):
    """The school is not in the year's directory."""


@dataclass(frozen=True)
class SchoolYear:
    """A school year seen from one school."""

    year: Year
    school_id: str
    name: str
    cluster: str

    def rows(self, table: str) -> pd.DataFrame:
        """The school's rows of a bank table."""
        return rows_of_unit(self.year, table, self.school_id)

    def own_of(
        self,
        function: Callable[..., pd.DataFrame],
        *args: object,
        column: str = "unit_id",
    ) -> pd.DataFrame:
        """The school's rows of what a function of the year gives.

        The report depends on these alone, not on what else the function computes: see
        :mod:`msoko_lib.reads`.
        """
        what = f"{function.__module__}:{function.__qualname__}"
        return own_rows(self.year, what, column, self.school_id, *args)

    def own(self, frame: pd.DataFrame, column: str = "unit_id") -> pd.DataFrame:
        """The school's rows of a computed frame."""
        return frame[frame[column] == self.school_id].reset_index(drop=True)

    def value(self, indicator_id: str) -> pd.Series | None:
        """The school's row of an indicator without cuts, whatever its status; None if absent."""
        rows = self.own(self.year.values(indicator_id, "school", status=None))
        return rows.iloc[0] if len(rows) else None


@derived("строки организации")
def own_rows(year: Year, what: str, column: str, school_id: str, *args: object) -> pd.DataFrame:
    """One organisation's rows of what the function ``module:name`` gives."""
    module, _, name = what.partition(":")
    frame: pd.DataFrame = getattr(import_module(module), name)(year, *args)
    return frame[frame[column] == school_id].reset_index(drop=True)


@derived("строки организации")
def rows_of_unit(year: Year, table: str, school_id: str) -> pd.DataFrame:
    """One organisation's rows of a bank table."""
    frame = year.inputs.table(table)
    return frame[frame["school_id"] == school_id].reset_index(drop=True)


def open_school(school_year: str, school_id: str) -> SchoolYear:
    """Open a school year for one school.

    Raises
    ------
    UnknownSchool
        If the directory of the year has no such school.
    """
    year = open_year(school_year)
    rows = year.schools[year.schools["school_id"] == school_id]
    if rows.empty:
        known = ", ".join(year.schools["school_id"])
        raise UnknownSchool(
            f"В справочнике ОО за {school_year} нет школы «{school_id}». Есть: {known}."
        )
    row = rows.iloc[0]
    return SchoolYear(year, school_id, str(row["short_name"]), str(row["cluster"]))
