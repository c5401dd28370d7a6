"""Indicators that their passport says whole: arithmetic over the fields of collection forms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.formula import read_formula
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.values import UNIT, VALUES, means, shares
from msoko_lib.passports import FieldFormula, Passport


def field_values(
    inputs: Inputs, field_ids: tuple[str, ...], units: tuple[str, ...]
) -> pd.DataFrame:
    """Answers as a wide frame: school_id and one column a field; units of the kinds named."""
    wide = inputs.answers.reindex(columns=list(field_ids)).dropna(how="all")
    kinds = inputs.schools.set_index("school_id")["unit_kind"]
    return wide[wide.index.map(kinds).isin(units)].reset_index()


def from_fields(passport: Passport, inputs: Inputs) -> pd.DataFrame:
    """Values of an indicator from its form fields, at every level.

    A unit that left a field of the formula empty does not count: neither above nor below.
    """
    formula = passport.from_fields
    if formula is None:
        raise ValueError(f"{passport.id} is not computed from form fields")
    wide = field_values(inputs, formula.fields, passport.units)
    columns = {name: wide[name].astype("float64") for name in formula.fields}
    numerator = read_formula(formula.numerator).evaluate(columns)
    rows = wide[["school_id"]].assign(numerator=numerator)
    if formula.denominator is not None:
        rows = rows.assign(denominator=read_formula(formula.denominator).evaluate(columns))
    rows = rows.dropna().reset_index(drop=True)
    if formula.kind == "доля":
        # A part above its whole was asked about when the form was read; it can be no share.
        rows = rows[(rows["numerator"] >= 0) & (rows["numerator"] <= rows["denominator"])]
    if rows.empty:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    return _BY_KIND[formula.kind](rows, inputs, formula)


def _people_share(rows: pd.DataFrame, inputs: Inputs, formula: FieldFormula) -> pd.DataFrame:
    return shares(rows, inputs, [])


def _ratio(rows: pd.DataFrame, inputs: Inputs, formula: FieldFormula) -> pd.DataFrame:
    grouped = inputs.by_level(rows).groupby(UNIT, sort=True)
    summed = grouped[["numerator", "denominator"]].sum().reset_index()
    summed = summed[summed["denominator"] > 0]
    value = formula.times * summed["numerator"] / summed["denominator"]
    return summed.assign(value=value, n=summed["denominator"], ci_low=np.nan, ci_high=np.nan)


def _share_of_units(rows: pd.DataFrame, inputs: Inputs, formula: FieldFormula) -> pd.DataFrame:
    answered = rows.assign(numerator=(rows["numerator"] > 0).astype("int64"), denominator=1)
    return shares(answered, inputs, [])


def _mean_of_units(rows: pd.DataFrame, inputs: Inputs, formula: FieldFormula) -> pd.DataFrame:
    return means(rows.rename(columns={"numerator": "value"}), inputs, [])


def _total(rows: pd.DataFrame, inputs: Inputs, formula: FieldFormula) -> pd.DataFrame:
    grouped = inputs.by_level(rows).groupby(UNIT, sort=True)["numerator"]
    summed = grouped.agg(["sum", "size"]).reset_index()
    return summed.assign(
        value=formula.times * summed["sum"], numerator=summed["sum"], denominator=np.nan,
        n=summed["size"], ci_low=np.nan, ci_high=np.nan,
    )[[*UNIT, *VALUES]]  # fmt: skip


_BY_KIND = {
    "доля": _people_share,
    "отношение": _ratio,
    "доля организаций": _share_of_units,
    "среднее": _mean_of_units,
    "сумма": _total,
}
