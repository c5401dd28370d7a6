"""What other subsystems say of one school: half a page each, and where it stands in the report."""

from __future__ import annotations

from msoko_lib.subsystems.career.school_part import ANCHOR as CAREER
from msoko_lib.subsystems.career.school_part import school_part as career_part
from msoko_lib.subsystems.comparable.school_part import ANCHOR as EXPECTED
from msoko_lib.subsystems.comparable.school_part import school_part as expected_part
from msoko_lib.subsystems.comparable.school_similar import similar_part
from msoko_lib.subsystems.conditions.own_part import school_part as conditions_part
from msoko_lib.subsystems.effects.school_part import ANCHOR as EFFECTS
from msoko_lib.subsystems.effects.school_part import school_part as effects_part
from msoko_lib.subsystems.heads.school_part import ANCHOR as HEADS
from msoko_lib.subsystems.heads.school_part import school_part as heads_part
from msoko_lib.subsystems.low_results.school_part import ANCHOR as LOW_RESULTS
from msoko_lib.subsystems.low_results.school_part import school_part as low_results_part
from msoko_lib.subsystems.methodical.school_part import ANCHOR as METHODICAL
from msoko_lib.subsystems.methodical.school_part import school_part as methodical_part
from msoko_lib.subsystems.talents.school_part import ANCHOR as TALENTS
from msoko_lib.subsystems.talents.school_part import school_part as talents_part
from msoko_lib.subsystems.teachers.school_part import school_part as teachers_part
from msoko_lib.subsystems.upbringing.school_part import ANCHOR as UPBRINGING
from msoko_lib.subsystems.upbringing.school_part import school_part as upbringing_part

__all__ = [
    "ANCHORS", "career_part", "conditions_part", "effects_part", "expected_part", "heads_part",
    "low_results_part", "methodical_part", "similar_part", "talents_part", "teachers_part",
    "upbringing_part",
]  # fmt: skip

# Subsystem → section of the school report that shows its numbers.
ANCHORS = {
    "02": LOW_RESULTS,
    "03": TALENTS,
    "04": CAREER,
    "06": HEADS,
    "07": "pedagogi",
    "08": METHODICAL,
    "09": UPBRINGING,
    "11": "usloviya",
    "12": EXPECTED,
    "13": EFFECTS,
}
