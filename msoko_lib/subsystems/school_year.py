"""The opened year of one school."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from msoko_lib.problems import Problem
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
        frame = self.year.inputs.table(table)
        return frame[frame["school_id"] == self.school_id].reset_index(drop=True)

    def own(self, frame: pd.DataFrame, column: str = "unit_id") -> pd.DataFrame:
        """The school's rows of a computed frame."""
        return frame[frame[column] == self.school_id].reset_index(drop=True)

    def value(self, indicator_id: str) -> pd.Series | None:
        """The school's row of an indicator without cuts, whatever its status; None if absent."""
        rows = self.own(self.year.values(indicator_id, "school", status=None))
        return rows.iloc[0] if len(rows) else None


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
