"""ВПР of every school, work by work, beside the other schools: what its report and rules say."""

from __future__ import annotations

import pandas as pd

from msoko_lib.subsystems.labels import by_work
from msoko_lib.subsystems.quality.few import minimum_n
from msoko_lib.subsystems.quality.school_zones import quality_zones
from msoko_lib.subsystems.year import Year, per_year


@per_year
def school_works(year: Year) -> pd.DataFrame:
    """Works of all schools with their mark against the other schools and the gap in marks.

    Columns of ``quality_zones`` with ``low_n`` (marks 2) and ``gap_n`` (how many more or fewer
    good marks than the other schools' share would give; rounded to whole pupils).
    """
    zones = quality_zones(year)
    low = year.values("КП-03", "school", status=None)
    low = low[low["component"] == "доля"][["unit_id", "subject", "grade", "numerator"]]
    keys = ["unit_id", "subject", "grade"]
    works = zones.merge(low.rename(columns={"numerator": "low_n"}), on=keys, how="left")
    gap = (works["value"] - works["others"]) * works["denominator"]
    return by_work(works.assign(gap_n=gap.round()))


def pooled(works: pd.DataFrame) -> tuple[int, int, float]:
    """All works together: marks, good marks, good marks at the other schools' shares."""
    known = works[works["others"].notna()]
    expected = float((known["others"] * known["denominator"]).sum())
    return int(known["denominator"].sum()), int(known["numerator"].sum()), expected


def is_tiny(year: Year, works: pd.DataFrame) -> bool:
    """Whether no work of a school has enough participants to be told alone."""
    return bool((works["denominator"] < minimum_n(year)).all())
