"""What organisations answered in their forms, for sections that no indicator covers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.reads import derived
from msoko_lib.subsystems.year import Year, per_year

SCHOOL, PRESCHOOL, ADDITIONAL = "school", "preschool", "additional"
EVERY_KIND = (SCHOOL, PRESCHOOL, ADDITIONAL)


@derived("ответы форм")
@per_year
def answers(year: Year, fields: Sequence[str], kinds: Sequence[str] = (SCHOOL,)) -> pd.DataFrame:
    """Answers as a wide frame, one row an organisation that answered at least one of the fields.

    Parameters
    ----------
    year : Year
    fields : sequence of str
        Fields of the forms; each becomes a column (numbers; yes is 1, no is 0).
    kinds : sequence of str
        «school», «preschool», «additional».

    Returns
    -------
    DataFrame
        school_id, unit (printed name), unit_kind and the fields, in alphabetical order of units.
    """
    wide = field_values(year.inputs, tuple(fields), tuple(kinds))
    kind = year.inputs.schools.set_index("school_id")["unit_kind"]
    wide = wide.assign(
        unit=wide["school_id"].map(year.unit_names), unit_kind=wide["school_id"].map(kind)
    )
    wide[list(fields)] = wide[list(fields)].astype("float64")
    ordered = wide.sort_values("unit", kind="stable").reset_index(drop=True)
    return ordered[["school_id", "unit", "unit_kind", *fields]]


def asked_of(year: Year, kinds: Sequence[str] = (SCHOOL,)) -> int:
    """How many organisations of these kinds the directory has."""
    return int(year.inputs.schools["unit_kind"].isin(list(kinds)).sum())
