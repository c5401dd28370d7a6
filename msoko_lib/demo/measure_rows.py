"""The register of measures: one that worked, one without effect, the usual ones beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from msoko_lib.demo.collected_parts import CollectedParts
from msoko_lib.demo.municipality import Preschool
from msoko_lib.demo.vpr_year import Town

Row = dict[str, object]
# Parts that bend the ВПР results of their school: such a school is not chosen for a measure.
BENDING = ("boundary_peak", "resilient", "journal_gap", "drop_4_5", "vpr_oge_gap", "low_results",
           "measure_worked")  # fmt: skip
_CHOSEN = 3
_SMALLEST = 5
_INDICATOR = "КП-04"
WORKED_CHANGE, NO_EFFECT_CHANGE = 8.0, 5.0


@dataclass(frozen=True)
class MeasureSchools:
    """Schools of the two measures that aim at the results of the newest year."""

    worked: str
    chosen_low: tuple[str, ...]


def lowest_schools(town: Town, outcome: Mapping[int, float]) -> tuple[str, ...]:
    """Schools with the lowest results of a spring among those whose results nothing bends.

    Parameters
    ----------
    town : Town
    outcome : mapping
        Index of a school → its mean standing; schools that are missing were too small.
    """
    bent = {town.plants.school(part) for part in BENDING}
    fitting = [
        school.index for school in town.schools
        if school.index in outcome and school.index not in bent
        and school.pupils_per_grade >= _SMALLEST
    ]  # fmt: skip
    lowest = sorted(fitting, key=lambda index: outcome[index])[:_CHOSEN]
    return tuple(town.schools[index].login for index in sorted(lowest))


class Outcomes:
    """Mean standing of each school in the works of a year, gathered work by work."""

    def __init__(self, schools_n: int) -> None:
        self.total, self.n = np.zeros(schools_n), np.zeros(schools_n)

    def take(self, school: np.ndarray, totals: np.ndarray) -> None:
        """Add a work: its participants' schools and scores."""
        spread = totals.std()
        if spread > 0:
            z = (totals - totals.mean()) / spread
            self.total += np.bincount(school, z, minlength=len(self.n))
            self.n += np.bincount(school, minlength=len(self.n))

    def by_school(self) -> dict[int, float]:
        """Index of a school → mean standing."""
        there = np.flatnonzero(self.n)
        return dict(zip(there.tolist(), (self.total[there] / self.n[there]).tolist(), strict=True))


def measures(
    town: Town,
    preschools: Sequence[Preschool],
    parts: CollectedParts,
    schools: MeasureSchools,
    end_year: int,
) -> list[Row]:
    """Rows of a year; several schools of a measure stand in one cell, parted by «;»."""
    autumn = end_year - 1
    rows: list[Row] = []
    names = {school.unit_id: school.short_name for school in town.schools}
    names |= {unit.unit_id: unit.short_name for unit in preschools}

    def add(title: str, who: Sequence[str], subsystem: str, indicator: str, change: float,
            reason: str, start: str, end: str, responsible: str = "методист") -> None:  # fmt: skip
        rows.append(
            {
                "measure_id": f"{end_year}-{len(rows) + 1}",
                "school_id": "; ".join(names[unit_id] for unit_id in who),
                "title": title, "subsystem": subsystem,
                "document": f"приказ управления образования № {100 + 7 * len(rows)}",
                "document_date": f"{autumn}-09-{12 + len(rows):02d}",
                "start_date": start, "end_date": end, "responsible": responsible,
                "indicator_id": indicator, "planned_change": change, "reason": reason,
            }
        )  # fmt: skip

    if end_year == town.newest:
        if schools.worked:
            add("Еженедельные консультации методиста и совместные уроки с учителями школы-"
                "наставника по русскому языку и математике", [schools.worked], "02", _INDICATOR,
                WORKED_CHANGE, "Школа второй год в перечне; директор и учителя готовы работать по "
                "программе, школа-наставник согласна", f"{autumn}-10-01",
                f"{end_year}-03-28")  # fmt: skip
        if schools.chosen_low:
            add("Дополнительные занятия с учениками, получившими «2» и «3»", schools.chosen_low,
                "01", _INDICATOR, NO_EFFECT_CHANGE, f"Самые низкие результаты ВПР весной "
                f"{autumn} года среди школ без признаков, требующих проверки",
                f"{autumn}-10-14", f"{end_year}-03-28")  # fmt: skip
    first = town.schools[0]
    helped = parts.units.get("helped_and_left", first.login)
    weak = [helped] if end_year < town.newest else []
    low = town.plants.school("low_results")
    weak += [town.schools[low].login] if low >= 0 else []
    if weak:
        add("Программа помощи: куратор, школа-наставник, методические выезды", weak, "02", "ШН-09",
            20.0, "Школы в перечне школ с низкими результатами", f"{autumn}-10-01",
            f"{end_year}-05-30")  # fmt: skip
    add("Профессиональные пробы на базе колледжа", [first.login], "04", "ПР-03", 5.0,
        "Колледж принимает группы этой школы", f"{autumn}-11-05",
        f"{end_year}-04-25", "главный специалист")  # fmt: skip
    add("Обмен опытом по развивающей среде", [preschools[2].unit_id], "10", "ДО-17", 0.1,
        "Базовая площадка муниципалитета", f"{autumn}-10-20",
        f"{end_year}-05-16")  # fmt: skip
    return rows
