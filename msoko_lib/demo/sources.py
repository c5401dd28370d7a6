"""Everything that comes from neither exams nor forms: lists, statistics, surveys, supervision."""

from __future__ import annotations

from msoko_lib.demo.diagnostics_tables import write_diagnostics
from msoko_lib.demo.independent_tables import write_mkdo, write_noko
from msoko_lib.demo.office_tables import write_office_tables
from msoko_lib.demo.source_year import SourceYear
from msoko_lib.demo.staff import DEFICIT_SUBJECT, staff_of
from msoko_lib.demo.staff_tables import write_staff
from msoko_lib.demo.statistics import write_statistics
from msoko_lib.demo.truth import Phenomenon


def write_sources(year: SourceYear) -> None:
    """Write the sources of a year from its true answers.

    What they say is what the forms say, but for a few planted contradictions and faults of
    files, which are added to ``year.phenomena`` and ``year.defects``.
    """
    staff = {unit.unit_id: staff_of(year, unit) for unit in year.schools}
    write_staff(year, staff)
    write_statistics(year, staff)
    write_noko(year)
    write_mkdo(year)
    write_diagnostics(year)
    write_office_tables(year)
    if year.town.planted:
        details: dict[str, object] = {"subject": DEFICIT_SUBJECT}
        year.phenomena.append(Phenomenon("deficit_subject", (year.school_year,), details=details))
