"""Which school plays which part: the planted phenomena and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msoko_lib.demo.municipality import School, with_past

# Sizes of what is planted: logits, standard deviations of pupils, shares.
GRADE_4_INFLATION = 1.5
GRADE_8_INFLATION = 1.9
EXAM_LOSS = 0.5
MOVED_SHARE = 0.4
JOURNAL_LOWERED_SHARE = 0.62
SKILL_LOSS = 2.0
LOW_SCHOOL_EFFECT = -1.15
RESILIENT_EFFECT, RESILIENT_CONTEXT = 0.55, -1.7
OLYMPIAD_INFLATION = 0.36
ANNUAL_RAISED_SHARE = 0.7
# Larger, and the school's rise would hide the falls of others in the screening of cohorts.
MEASURE_EFFECT = 0.55
# A measure that works needs a school whose results nothing else bends, and pupils to show it.
_MEASURE_HOSTS, _SMALLEST_FOR_A_MEASURE = ("renamed", "two_logins", "no_observers"), 8

# part → (smallest grade it needs, kinds of school that can play it)
_PARTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "olympiad_drop": (15, ("город-повышенный", "город")),
    "boundary_peak": (15, ("город", "город-повышенный")),
    "resilient": (5, ("село",)),
    "journal_gap": (15, ("город",)),
    "drop_4_5": (15, ("город",)),
    "vpr_oge_gap": (15, ("город",)),
    "low_results": (5, ("село",)),
    "annual_not_confirmed": (5, ("село",)),
    "no_observers": (1, ("село", "малокомплектные")),
    "renamed": (1, ("село", "малокомплектные")),
    "two_logins": (1, ("село", "малокомплектные")),
    "tiny": (1, ("малокомплектные",)),
}


@dataclass(frozen=True)
class Plants:
    """Who plays what: part → index of the school; a part without a school is not played."""

    parts: dict[str, int] = field(default_factory=dict)

    def school(self, part: str) -> int:
        """Index of the school that plays a part, -1 where none does."""
        return self.parts.get(part, -1)


def cast_parts(schools: Sequence[School], planted: bool) -> Plants:
    """Give each part a school of its own, as far as there are schools.

    Parameters
    ----------
    schools : sequence of School
    planted : bool
        False gives no parts at all.
    """
    parts: dict[str, int] = {}
    if not planted:
        return Plants(parts)
    taken: set[int] = set()
    for part, (smallest, clusters) in _PARTS.items():
        for school in schools:
            fits = school.cluster in clusters and school.pupils_per_grade >= smallest
            if fits and school.index not in taken:
                parts[part] = school.index
                taken.add(school.index)
                break
    # The school that overstates grade 8 also lacks a skill in other grades.
    if "vpr_oge_gap" in parts:
        parts["skill_deficit"] = parts["vpr_oge_gap"]
    if "boundary_peak" in parts:
        parts["medal_not_confirmed"] = parts["boundary_peak"]
    for host in _MEASURE_HOSTS:
        index = parts.get(host, -1)
        if index >= 0 and schools[index].pupils_per_grade >= _SMALLEST_FOR_A_MEASURE:
            parts["measure_worked"] = index
            break
    return Plants(parts)


def shaped_schools(schools: Sequence[School], plants: Plants) -> list[School]:
    """Schools with the effects, contexts, names and logins that their parts ask for."""
    shaped = []
    for school in schools:
        if school.index == plants.school("low_results"):
            school = replace(school, effect=LOW_SCHOOL_EFFECT)
        if school.index == plants.school("resilient"):
            school = replace(school, effect=RESILIENT_EFFECT, context=RESILIENT_CONTEXT)
        shaped.append(
            with_past(
                school,
                second_login=school.index == plants.school("two_logins"),
                renamed=school.index == plants.school("renamed"),
            )
        )
    return shaped
