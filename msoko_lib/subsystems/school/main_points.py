"""«Главное» and «Что сделать» of the school report: findings of all subsystems on this school."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting.blocks import Lead
from msoko_lib.subsystems.findings import unit_lead
from msoko_lib.subsystems.quality import exams as quality_exams
from msoko_lib.subsystems.quality import near_boundary, school_zones, task_gaps
from msoko_lib.subsystems.school import exams, objectivity_signs, olympiad, task_deficits, vpr
from msoko_lib.subsystems.school.parts import ANCHORS
from msoko_lib.subsystems.school_year import SchoolYear

# Section of report 01 → section of the school report that shows the same.
_QUALITY = {
    school_zones.ANCHOR: vpr.MARKS_ANCHOR,
    near_boundary.ANCHOR: vpr.BOUNDARY_ANCHOR,
    task_gaps.OWN_ANCHOR: task_deficits.ANCHOR,
    quality_exams.OGE_ANCHOR: exams.OGE_ANCHOR,
    quality_exams.EGE_ANCHOR: exams.EGE_ANCHOR,
}


def lead(school: SchoolYear) -> Lead:
    """At most five sentences and seven lines of advice from the rules of all subsystems."""
    return unit_lead(school.year, school.school_id, section_of)


def section_of(finding: pd.Series) -> str:
    """Section of the school report where the ground of a finding is shown; empty: none."""
    if finding["subsystem"] == "01":
        return _QUALITY.get(str(finding["anchor"]), "")
    if finding["subsystem"] == "05":
        return objectivity_signs.ANCHOR
    if finding["fact_id"] in olympiad.SHOWN:
        return olympiad.ANCHOR
    return ANCHORS.get(str(finding["subsystem"]), "")
