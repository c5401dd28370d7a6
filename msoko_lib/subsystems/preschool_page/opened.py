"""The opened year of one preschool."""

from __future__ import annotations

from msoko_lib.problems import Problem
from msoko_lib.subsystems.answers import PRESCHOOL
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import open_year


class UnknownPreschool(Problem):
    """The preschool is not in the year's directory."""


def open_preschool(school_year: str, school_id: str) -> SchoolYear:
    """Open a school year for one preschool of the directory.

    Raises
    ------
    UnknownPreschool
        If the directory of the year has no such preschool.
    """
    year = open_year(school_year)
    units = year.inputs.schools
    known = units[units["unit_kind"] == PRESCHOOL]["school_id"].tolist()
    if school_id not in known:
        raise UnknownPreschool(
            f"В справочнике ОО за {school_year} нет детского сада «{school_id}». "
            f"Есть: {', '.join(known) or 'ни одного'}."
        )
    return SchoolYear(year, school_id, year.unit_names[school_id], "")
