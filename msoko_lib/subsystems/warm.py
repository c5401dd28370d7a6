"""What all reports of a year share, computed once in the process that kernels are forked from.

The work is cut into steps: between two of them the process answers whoever waits for a kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import ModuleType

from msoko_lib.subsystems import preschool_page, school
from msoko_lib.subsystems.comparable.computed import expected_of
from msoko_lib.subsystems.effects.computed import results_of
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.last_year import year_before
from msoko_lib.subsystems.monitoring.judged import every_judged
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year, keep_open, open_year

# Of every report; of one kind of organisation.
ALL, SCHOOL, PRESCHOOL = "all", "school", "preschool"
_PAGES: dict[str, tuple[ModuleType, str]] = {
    SCHOOL: (school, "open_school"),
    PRESCHOOL: (preschool_page, "open_preschool"),
}


@dataclass(frozen=True)
class Step:
    """A piece of the work; reports of ``kind`` go faster once all its steps are done."""

    kind: str
    run: Callable[[], object]


def warm_steps(school_year: str, kinds: Collection[str] = ()) -> list[Step]:
    """Work to be done before kernels are forked, in order.

    Parameters
    ----------
    school_year : str
    kinds : collection of str
        Kinds of organisation of which many reports will be made: one report of each is
        computed, unseen, so that the others find every table of the year already there.
    """
    steps = [Step(ALL, lambda: _open(school_year))]
    steps += [Step(ALL, lambda part=part: part(open_year(school_year))) for part in _SHARED]  # type: ignore[misc]
    for kind in kinds:
        page, opener = _PAGES[kind]
        for name in page.__all__:
            if name != opener and not isinstance(getattr(page, name), type):
                steps.append(Step(kind, _section(page, opener, name, school_year, kind)))
    return steps


def _open(school_year: str) -> None:
    year = keep_open(school_year)
    for name in ("indicators", "history", "schools", "unit_names", "_by_indicator"):
        getattr(year, name)


def _findings_before(year: Year) -> None:
    # What came of last year's recommendations stands in every report of a subsystem.
    before = year_before(year)
    if before is not None:
        findings_of(before)


_SHARED: tuple[Callable[[Year], object], ...] = (
    findings_of,
    every_judged,
    # Every school's report tells its expected result and its measures.
    expected_of,
    results_of,
    _findings_before,
)


def _section(
    page: ModuleType, opener: str, name: str, school_year: str, kind: str
) -> Callable[[], object]:
    def run() -> object:
        unit = _fullest(open_year(school_year), kind)
        ours: SchoolYear = getattr(page, opener)(school_year, unit)
        return getattr(page, name)(ours)

    return run


def _fullest(year: Year, kind: str) -> str:
    """The organisation with most values: its report asks for every table that any other does."""
    units = year.inputs.schools
    of_kind = units.loc[units["unit_kind"] == kind, "school_id"]
    counted = year.indicators["unit_id"].value_counts().reindex(of_kind).fillna(0)
    return str(counted.idxmax())
