"""The register of measures: one that worked, one without effect, the usual ones beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from msoko_lib.demo.answers import Answers
from msoko_lib.demo.collected_parts import CollectedParts
from msoko_lib.demo.municipality import Preschool
from msoko_lib.demo.vpr_year import Town

Row = dict[str, object]
# Schools of the list and those with signs: they are not chosen for the measure without effect.
APART = ("boundary_peak", "resilient", "journal_gap", "drop_4_5", "vpr_oge_gap", "low_results",
         "annual_not_confirmed", "measure_worked")  # fmt: skip
_CHOSEN = 3
_SMALLEST = 5
_INDICATOR = "КП-04"
_EXCHANGING = 2
_FEWEST_FOR_RULE = 9
WORKED_CHANGE, NO_EFFECT_CHANGE = 8.0, 5.0


@dataclass(frozen=True)
class MeasureSchools:
    """Schools of the two measures that aim at the results of the newest year."""

    worked: str
    chosen_low: tuple[str, ...]


def lowest_schools(town: Town, outcome: Mapping[int, float]) -> tuple[str, ...]:
    """Schools with the lowest results of a spring, those set apart left out.

    Parameters
    ----------
    town : Town
    outcome : mapping
        Index of a school → its mean standing; schools that are missing were too small.
    """
    apart = {town.plants.school(part) for part in APART}
    fitting = [
        school.index for school in town.schools
        if school.index in outcome and school.index not in apart
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


@dataclass(frozen=True)
class _Measure:
    """A measure as the office records it; ``begins`` and ``ends`` are month and day."""

    title: str
    who: Sequence[str]
    subsystem: str
    indicator: str
    change: float
    reason: str
    begins: str
    ends: str
    responsible: str = "методист"
    rule: tuple[str, float] | None = None


def measures(
    town: Town,
    preschools: Sequence[Preschool],
    parts: CollectedParts,
    schools: MeasureSchools,
    end_year: int,
    before: Answers,
) -> list[Row]:
    """Rows of a year; several schools of a measure stand in one cell, parted by «;».

    Parameters
    ----------
    before : mapping
        True answers of the year before; empty in the first year.
    """
    names = {school.unit_id: school.short_name for school in town.schools}
    names |= {unit.unit_id: unit.short_name for unit in preschools}
    planned = [*_usual(town, preschools, parts, end_year)]
    if end_year == town.newest:
        planned = [*_on_results(schools, end_year - 1), *planned, *_by_rule(town, before)]
    return [
        {
            "measure_id": f"{end_year}-{place + 1}",
            "school_id": "; ".join(names[unit_id] for unit_id in one.who),
            "title": one.title, "subsystem": one.subsystem,
            "document": f"приказ управления образования № {100 + 7 * place}",
            "document_date": f"{end_year - 1}-09-{12 + place:02d}",
            "start_date": f"{end_year - 1}-{one.begins}", "end_date": f"{end_year}-{one.ends}",
            "responsible": one.responsible, "indicator_id": one.indicator,
            "planned_change": one.change, "reason": one.reason,
            "rule_indicator_id": one.rule[0] if one.rule else None,
            "rule_cutoff": one.rule[1] if one.rule else None,
        }
        for place, one in enumerate(planned)
    ]  # fmt: skip


def _on_results(schools: MeasureSchools, autumn: int) -> Iterator[_Measure]:
    """Recorded in autumn, before the results of the spring that they aim at."""
    if schools.worked:
        yield _Measure(
            "Еженедельные консультации методиста и совместные уроки с учителями школы-наставника",
            [schools.worked], "02", _INDICATOR, WORKED_CHANGE,
            "Школа второй год в перечне; директор и учителя готовы работать по программе, "
            "школа-наставник согласна", "10-01", "03-28",
        )  # fmt: skip
    if schools.chosen_low:
        yield _Measure(
            "Дополнительные занятия с учениками, получившими «2» и «3»",
            schools.chosen_low, "01", _INDICATOR, NO_EFFECT_CHANGE,
            f"Самые низкие результаты ВПР весной {autumn} года среди школ вне перечня и без "
            "признаков, требующих проверки", "10-14", "03-28",
        )  # fmt: skip


def _by_rule(town: Town, before: Answers) -> Iterator[_Measure]:
    """Chosen by a written rule and nothing else: every school at or below the cutoff."""
    shares = {
        school.login: round(100 * float(str(told["teachers_diagnosed_n"]))
                            / float(str(told["teachers_n"])), 1)
        for school in town.schools
        if (told := before.get(school.login)) and told.get("teachers_n")
    }  # fmt: skip
    if len(shares) < _FEWEST_FOR_RULE:
        return
    cutoff = sorted(shares.values())[len(shares) // 3]
    chosen = [unit for unit, share in shares.items() if share <= cutoff]
    yield _Measure(
        "Выездная диагностика профессиональных дефицитов", chosen, "07", "ПП-02", 10.0,
        f"Диагностику прошли не больше {cutoff:.1f} % педагогов".replace(".", ","),
        "10-08", "04-30", rule=("ПП-02", cutoff),
    )  # fmt: skip


def _usual(
    town: Town, preschools: Sequence[Preschool], parts: CollectedParts, end_year: int
) -> Iterator[_Measure]:
    """What the office does every year."""
    helped = [parts.units.get("helped_and_left", "")] if end_year < town.newest else []
    low = town.plants.school("low_results")
    helped += [town.schools[low].login] if low >= 0 else []
    helped = [unit_id for unit_id in helped if unit_id]
    if helped:
        yield _Measure(
            "Программа помощи: куратор, школа-наставник, методические выезды", helped, "02",
            "ШН-09", 20.0, "Школы в перечне школ с низкими результатами", "10-01", "05-30",
        )  # fmt: skip
    yield _Measure(
        "Профессиональные пробы на базе колледжа", [town.schools[:2][-1].login], "04", "ПР-03",
        5.0, "Колледж рядом со школой и принимает её группы", "11-05", "04-25",
        "главный специалист",
    )  # fmt: skip
    yield _Measure(
        "Обмен опытом по развивающей среде", [preschools[_EXCHANGING].unit_id], "10", "ДО-17",
        0.1, "Базовая площадка муниципалитета", "10-20", "05-16",
    )  # fmt: skip
