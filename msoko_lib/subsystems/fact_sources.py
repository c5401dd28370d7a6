"""Which subsystems publish facts of their own, beside the indicators: the whole list."""

from __future__ import annotations

from msoko_lib.subsystems.annual import facts as annual
from msoko_lib.subsystems.career import facts as career
from msoko_lib.subsystems.comparable import facts as comparable
from msoko_lib.subsystems.conditions import facts as conditions
from msoko_lib.subsystems.data_quality import facts as data_quality
from msoko_lib.subsystems.effects import facts as effects
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.heads import facts as heads
from msoko_lib.subsystems.levels import facts as levels
from msoko_lib.subsystems.low_results import facts as low_results
from msoko_lib.subsystems.management import facts as management
from msoko_lib.subsystems.methodical import facts as methodical
from msoko_lib.subsystems.objectivity import facts as objectivity
from msoko_lib.subsystems.preschool import facts as preschool
from msoko_lib.subsystems.quality import facts as quality
from msoko_lib.subsystems.schedule import facts as schedule
from msoko_lib.subsystems.talents import facts as talents
from msoko_lib.subsystems.teachers import facts as teachers
from msoko_lib.subsystems.upbringing import facts as upbringing

SOURCES: tuple[FactSource, ...] = (
    quality.SOURCE,
    low_results.SOURCE,
    talents.SOURCE,
    career.SOURCE,
    upbringing.SOURCE,
    objectivity.SOURCE,
    heads.SOURCE,
    comparable.SOURCE,
    teachers.SOURCE,
    effects.SOURCE,
    preschool.SOURCE,
    conditions.SOURCE,
    methodical.SOURCE,
    schedule.SOURCE,
    management.SOURCE,
    levels.SOURCE,
    data_quality.SOURCE,
    annual.SOURCE,
)
