"""What the rules of report 05 look at beside the indicators: all facts of the subsystem."""

from __future__ import annotations

import pandas as pd

from msoko_lib.subsystems.fact_rows import facts_of_rows
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.objectivity import facts_outside, facts_screening
from msoko_lib.subsystems.year import Year

PARTS = (facts_screening, facts_outside)


def compute(year: Year) -> pd.DataFrame:
    """Facts of the municipality and of every school."""
    return facts_of_rows([row for part in PARTS for row in part.rows(year)])


SOURCE = FactSource(tuple(name for part in PARTS for name in part.IDS), compute)
