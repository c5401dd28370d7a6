"""The opened year of one school, by the name that the school report knows it by."""

from msoko_lib.subsystems.school_year import SchoolYear, UnknownSchool, open_school

__all__ = ["SchoolYear", "UnknownSchool", "open_school"]
