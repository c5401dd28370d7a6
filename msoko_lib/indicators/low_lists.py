"""Schools with low results over the years: by the rule of the parameters and by the office's list.

The rule is the one of :mod:`msoko_lib.indicators.low_results`; every year is judged by the
parameters of the newest one, so that a change of the rule does not look like a change of schools.
"""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.low_results import evaluated
from msoko_lib.indicators.standing import earlier
from msoko_lib.methods.low_share import at_least, probability_of_reaching

WINDOW = 3
LISTED = "shnor_listed"
COLUMNS = [
    "school_id", "school_year", "low_procedures", "procedures", "low_n", "n", "probability",
    "computed", "listed",
]  # fmt: skip


def low_states(inputs: Inputs, years: int = WINDOW) -> pd.DataFrame:
    """State of every school of the directory in each of the last years, newest first.

    Returns
    -------
    DataFrame
        One row a school × year with a bank. ``low_procedures`` of ``procedures`` with enough
        participants reach the limit; ``low_n`` of ``n`` results in them lie below the boundary;
        ``probability`` that the rule holds of the true shares (procedures taken as independent);
        ``computed``: ``low``, ``not_low``, ``few`` (fewer procedures than the rule asks for);
        ``listed``: ``yes``, ``no``, ``unknown`` (the office has not said).
    """
    parts = [
        _year(earlier(inputs, back))
        for back in range(years)
        if (inputs.bank.previous(back) if back else inputs.bank).exists
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _year(inputs: Inputs) -> pd.DataFrame:
    needed = int(inputs.settings.threshold("shnor_procedures").value)
    limit = inputs.settings.threshold("shnor_low_share").value / 100
    rows = evaluated(inputs)
    rows = rows.assign(chance=probability_of_reaching(rows["low_n"], rows["n"], limit))
    grouped = rows.groupby("school_id")
    counted = grouped.agg(
        low_procedures=("is_low", "sum"), procedures=("is_low", "size"),
        low_n=("low_n", "sum"), n=("n", "sum"),
    ).assign(probability=grouped["chance"].agg(lambda own: at_least(own, needed)))  # fmt: skip
    schools = inputs.schools[inputs.schools["unit_kind"] == "school"]["school_id"]
    table = counted.reindex(pd.Index(schools, name="school_id"))
    whole = ["low_procedures", "procedures", "low_n", "n"]
    table[whole] = table[whole].fillna(0).astype("int64")
    is_low = table["low_procedures"] >= needed
    computed = is_low.map({True: "low", False: "not_low"})
    told = _listed(inputs).reindex(table.index)
    return table.assign(
        computed=computed.where(table["procedures"] >= needed, "few"),
        listed=told.map({1.0: "yes", 0.0: "no"}).fillna("unknown"),
        school_year=inputs.bank.school_year,
    ).reset_index()


def _listed(inputs: Inputs) -> pd.Series:
    return field_values(inputs, (LISTED,), ("school",)).set_index("school_id")[LISTED]
