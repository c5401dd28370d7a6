"""Which subsystems publish facts of their own, beside the indicators: the whole list."""

from __future__ import annotations

from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.schedule import facts as schedule
from msoko_lib.subsystems.talents import facts as talents

SOURCES: tuple[FactSource, ...] = (
    talents.SOURCE,
    schedule.SOURCE,
)
