"""What the rules of report 01 look at beside the indicators: all facts of the subsystem."""

from __future__ import annotations

import pandas as pd

from msoko_lib.subsystems.fact_rows import facts_of_rows
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.quality import (
    facts_exams,
    facts_groups,
    facts_municipality,
    facts_schools,
)
from msoko_lib.subsystems.year import Year

PARTS = (facts_municipality, facts_schools, facts_exams, facts_groups)


def compute(year: Year) -> pd.DataFrame:
    """Facts of the municipality and of every school."""
    return facts_of_rows([row for part in PARTS for row in part.rows(year)])


SOURCE = FactSource(tuple(name for part in PARTS for name in part.IDS), compute)
