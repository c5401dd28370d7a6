"""Indicators of heads that come from results (РК-03…РК-05)."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators import gia
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.values import UNIT, VALUES, shares


def basic_preparation(inputs: Inputs) -> pd.DataFrame:
    """РК-03: КП-08, the share that passed both required ОГЭ at the first attempt."""
    return gia.oge_basics_passed(inputs)


def high_preparation(inputs: Inputs) -> pd.DataFrame:
    """РК-04: КП-11 and КП-14 side by side."""
    return pd.concat(
        [
            gia.oge_high_level(inputs).assign(component="ОГЭ"),
            gia.ege_mass_quality(inputs).assign(component="ЕГЭ"),
        ],
        ignore_index=True,
    )


def without_markers(inputs: Inputs) -> pd.DataFrame:
    """РК-05: schools without markers in the list of ФИОКО (1 or 0 for a school)."""
    bias = inputs.table("vpr_bias")
    if bias.empty:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    clean = (bias["markers_n"] == 0).astype("int64")
    return shares(bias.assign(numerator=clean, denominator=1), inputs, [])
