"""What all reports of a year share, computed once before kernels are forked."""

from __future__ import annotations

from msoko_lib.subsystems.comparable.computed import expected_of
from msoko_lib.subsystems.effects.computed import results_of
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.last_year import year_before
from msoko_lib.subsystems.year import Year, keep_open


def warm_year(school_year: str) -> Year:
    """Open a year and read what every report of it asks for.

    Raises
    ------
    BankProblem
        If the year has not been read into the bank.
    """
    year = keep_open(school_year)
    for name in ("indicators", "history", "schools", "unit_names"):
        getattr(year, name)
    findings_of(year)
    # Every school's report tells its expected result and its measures.
    expected_of(year)
    results_of(year)
    # What came of last year's recommendations stands in every report of a subsystem.
    before = year_before(year)
    if before is not None:
        findings_of(before)
    return year
