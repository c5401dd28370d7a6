"""From the number of flagged domains to a grade, over years."""

from __future__ import annotations

import numpy as np
import pandas as pd

GRADES = ("not_enough_data", "no_grounds", "check", "priority")
FEWEST_DOMAINS = 2


def grade_over_years(table: pd.DataFrame) -> pd.Series:
    """Grade of each school and year.

    Rule: fewer than 2 tested domains "not_enough_data"; 0–1 domains flagged "no_grounds";
    2 or more "check"; 2 or more in this and in the year before "priority".

    Parameters
    ----------
    table : DataFrame
        ``school, year, domains_tested, domains_flagged``. Years are numbers or begin with four
        digits ("2024-2025"); a missing year between breaks the run.

    Returns
    -------
    Series
        Grades, with the index of ``table``.

    Examples
    --------
    >>> table = pd.DataFrame({"school": "a", "year": ["2023-2024", "2024-2025"],
    ...                       "domains_tested": 3, "domains_flagged": [2, 3]})
    >>> grade_over_years(table).tolist()
    ['check', 'priority']
    """
    first_year = table["year"].astype(str).str.extract(r"^(\d+)", expand=False)
    if first_year.isna().any():
        found = table.loc[first_year.isna(), "year"].iloc[0]
        raise ValueError(f"years must begin with digits, found {found!r}")
    number = first_year.astype(int)
    enough = table["domains_tested"] >= FEWEST_DOMAINS
    several = enough & (table["domains_flagged"] >= FEWEST_DOMAINS)
    before = set(zip(table.loc[several, "school"], number[several] + 1, strict=True))
    again = np.array([pair in before for pair in zip(table["school"], number, strict=True)], bool)
    grade = np.select(
        [~enough, several & again, several], ["not_enough_data", "priority", "check"], "no_grounds"
    )
    return pd.Series(grade, index=table.index, name="grade")
