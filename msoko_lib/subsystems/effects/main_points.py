"""«Главное» and «Что сделать» of the report on measures: its rules, nothing else."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Lead
from msoko_lib.subsystems import findings
from msoko_lib.subsystems.year import Year

SUBSYSTEM = "13"


def lead(year: Year) -> Lead:
    """At most five sentences from the closed list, each tied to its section, and what follows."""
    return findings.lead(year, SUBSYSTEM)
