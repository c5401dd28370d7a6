"""Values behind the assessment of heads: indicators by school with their sampling errors.

Results of ВПР do not enter: the law does not let them be used to judge schools or heads. What they
say of objectivity (a list of markers) is no result and may.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.methods.composite import Indicator
from msoko_lib.passports import Passport
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.settings import HeadIndex, HeadIndicator, SettingsProblem

# Modules whose indicators are results of ВПР, in whatever form.
RESULTS_OF_VPR = ("vpr", "low_results", "methodical")
# Two and two added to a share: its error is not 0 where all have reached it (Agresti and Coull).
_ADDED = 2.0
_Z95 = 1.959964


def is_result_of_vpr(passport: Passport) -> bool:
    """True for an indicator computed from results of ВПР, in whatever form."""
    return (passport.computed_by or "").split(".")[0] in RESULTS_OF_VPR


def check_head_index(index: HeadIndex, catalogue: Catalogue) -> None:
    """Refuse unknown indicators and results of ВПР.

    Raises
    ------
    SettingsProblem
    """
    items = [item for block in index.blocks for item in block.indicators]
    names = [item.name for item in items]
    twice = sorted({name for name in names if names.count(name) > 1})
    told = [f"показатель {name} назван дважды" for name in twice]
    for item in items:
        passport = catalogue.passports.get(item.indicator)
        if passport is None:
            told.append(f"нет показателя «{item.indicator}»")
        elif is_result_of_vpr(passport):
            told.append(
                f"показатель {item.indicator} считается по результатам ВПР: в оценку руководителей "
                "он не входит"
            )
        elif "school" not in passport.levels:
            told.append(f"показатель {item.indicator} по школам не считается")
    if told:
        raise SettingsProblem(f"Параметры (head_index): {'; '.join(told)}.")


def parts_of(index: HeadIndex) -> list[Indicator]:
    """Indicators of the index as the method takes them; the block is its title."""
    return [
        Indicator(item.name, block.title, item.low, item.high, item.weight)
        for block in index.blocks
        for item in block.indicators
    ]


def head_values(
    history: pd.DataFrame, index: HeadIndex, catalogue: Catalogue, school_year: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values and standard errors of every school, in the unit people read.

    Counts of the years and of all cuts of an indicator (subjects, kinds of procedures) are added
    up first; fewer people than the passport asks for: no value.

    Parameters
    ----------
    history : DataFrame
        Indicator tables of the last years (column ``year``).

    Returns
    -------
    values, errors : DataFrame
        One row a school, one column an indicator; missing where nothing is known.
    """
    own = history[history["level"] == "school"]
    years = sorted(own["year"].unique(), reverse=True)
    values, errors = {}, {}
    for block in index.blocks:
        for item in block.indicators:
            passport = catalogue[item.indicator]
            wanted = [name for name in years if name <= school_year][: item.years]
            rows = own[(own["indicator_id"] == item.indicator) & own["year"].isin(wanted)]
            if item.component:
                rows = rows[rows["component"] == item.component]
            values[item.name], errors[item.name] = _of(rows, item, passport, school_year)
    frame = pd.DataFrame(values).rename_axis("school_id")
    return frame, pd.DataFrame(errors).reindex(frame.index).rename_axis("school_id")


def _of(
    rows: pd.DataFrame, item: HeadIndicator, passport: Passport, school_year: str
) -> tuple[pd.Series, pd.Series]:
    scale = scale_of(passport.unit)
    counted = rows[rows["numerator"].notna() & rows["denominator"].gt(0)]
    fits = (counted["numerator"] / counted["denominator"] - counted["value"]).abs() < 1e-6
    if len(rows) and len(counted) and fits.all():
        sums = counted.groupby("unit_id")[["numerator", "denominator"]].sum().astype("float64")
        sums = sums[sums["denominator"] >= passport.minimum_n]
        value = sums["numerator"] / sums["denominator"]
        n = sums["denominator"] + 2 * _ADDED
        share = ((sums["numerator"] + _ADDED) / n).clip(0, 1)
        error = np.sqrt(share * (1 - share) / n)
        if passport.interval == "нет":
            error = error * 0.0
        return scale * value, scale * error
    newest = rows[(rows["year"] == school_year) & (rows["status"] == "ok")]
    newest = newest.drop_duplicates("unit_id").set_index("unit_id")
    half = (newest["ci_high"] - newest["ci_low"]).astype("float64") / (2 * _Z95)
    return scale * newest["value"].astype("float64"), scale * half.fillna(0.0)


def known_blocks(values: pd.DataFrame, parts: Sequence[Indicator]) -> list[str]:
    """Blocks of which at least one school has a value, in their order."""
    blocks = dict.fromkeys(part.block for part in parts)
    return [
        block
        for block in blocks
        if any(part.block == block and values[part.name].notna().any() for part in parts)
    ]
