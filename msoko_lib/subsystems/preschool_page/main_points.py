"""«Главное» and «Что сделать» of a preschool: findings of all subsystems on it."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting.blocks import Lead
from msoko_lib.subsystems.findings import unit_lead
from msoko_lib.subsystems.preschool.conditions import SICK_ANCHOR
from msoko_lib.subsystems.preschool.mkdo import MAP_ANCHOR, SELF_ANCHOR
from msoko_lib.subsystems.preschool_page import indicators, mkdo_areas
from msoko_lib.subsystems.school_year import SchoolYear

# Section of report 10 → section here, where the name of the section differs.
_PRESCHOOL = {
    MAP_ANCHOR: mkdo_areas.ANCHOR,
    SELF_ANCHOR: mkdo_areas.SELF_ANCHOR,
    SICK_ANCHOR: indicators.ANCHOR,
}
_OTHER = {"07": indicators.STAFF_ANCHOR, "11": indicators.CONDITIONS_ANCHOR}


def lead(ours: SchoolYear) -> Lead:
    """At most five sentences and seven lines of advice from the rules of all subsystems."""
    return unit_lead(ours.year, ours.school_id, section_of)


def section_of(finding: pd.Series) -> str:
    """Section of this report where the ground of a finding is shown; empty: none."""
    if finding["subsystem"] == "10":
        return _PRESCHOOL.get(str(finding["anchor"]), indicators.ANCHOR)
    return _OTHER.get(str(finding["subsystem"]), "")
