"""Which organisation plays which part in what is collected by forms and registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msoko_lib.demo.municipality import Additional, Preschool, School
from msoko_lib.demo.plants import Plants

# Part → part of the exam files (see ``plants``) whose school plays it.
# Stories fit together: the weak school lacks teachers, the one without a skill gets no events
# about it. No ВПР or ГИА result depends on these parts.
_OF_SCHOOL = {
    "helped_and_left": "measure_worked",
    "listed_without_help": "annual_not_confirmed",
    "extra_education_low": "no_observers",
    "gifted_without_plans": "journal_gap",
    "career_hours_low": "two_logins",
    "graduates_unplaced": "vpr_oge_gap",
    "recheck_not_confirmed": "boundary_peak",
    "vsoko_missing": "annual_not_confirmed",
    "open_orders": "no_observers",
    "no_reserve": "tiny",
    "strong_head": "olympiad_drop",
    "retirement_wave": "low_results",
    "no_routes": "drop_4_5",
    "events_not_on_deficits": "vpr_oge_gap",
    "recommendations_not_done": "annual_not_confirmed",
    "done_without_document": "drop_4_5",
    "registered_jump": "drop_4_5",
    "no_psychologist": "two_logins",
    "noko_access_weak": "boundary_peak",
    "site_incomplete": "annual_not_confirmed",
    "bad_building": "tiny",
}  # fmt: skip
# Part → place in the list of preschools or organisations of additional education.
_OF_PRESCHOOL = {"self_rating_high": 1, "sick_days_many": 4}
_OF_ADDITIONAL = {"pupils_leave": 1}


@dataclass(frozen=True)
class CollectedParts:
    """Part → code of the organisation in the bank; parts that nobody plays are missing."""

    units: dict[str, str] = field(default_factory=dict)

    def plays(self, unit_id: str, part: str) -> bool:
        """True if this organisation plays the part."""
        return self.units.get(part) == unit_id


def cast_collected(
    schools: Sequence[School],
    plants: Plants,
    preschools: Sequence[Preschool],
    additional: Sequence[Additional],
    planted: bool,
) -> CollectedParts:
    """Give the parts to organisations; none where nothing is planted."""
    if not planted:
        return CollectedParts()
    units: dict[str, str] = {}
    for part, host in _OF_SCHOOL.items():
        if plants.school(host) >= 0:
            units[part] = schools[plants.school(host)].login
    for places, listed in ((_OF_PRESCHOOL, preschools), (_OF_ADDITIONAL, additional)):
        units |= {part: listed[at].unit_id for part, at in places.items() if at < len(listed)}
    return CollectedParts(units)
