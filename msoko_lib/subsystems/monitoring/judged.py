"""Indicator values with their mark: how each stands to its target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from msoko_lib.reads import derived
from msoko_lib.recommendations.facts import indicator_facts
from msoko_lib.recommendations.judge import COMPLETE, ESTABLISHED, judge
from msoko_lib.recommendations.rules import Condition
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "monitoring"
NEAR = "target_near_pp"
# A value there is, but it is not told: too few people, or it would tell of single ones.
HIDDEN = ("not_enough", "suppressed")
# Words of the comparison with a target; a state is a word and a shape.
TARGET_WORDS = {
    "attention": "▼ не достигнут",
    "up": "▲ достигнут",
    "same": "● около",
    "few": "○ мало",
}


@derived("показатели против ориентиров")
@per_year
def judged(year: Year, indicator_ids: Sequence[str], *levels: str) -> pd.DataFrame:
    """Facts of indicators with ``mark``: how each value stands against its target.

    ``attention`` – worse and chance is ruled out (or everybody was counted), ``up`` – reached,
    ``same`` – worse, but chance may explain it, or there is no target, ``few`` – too few to tell.

    Parameters
    ----------
    indicator_ids : sequence of str
    levels : str
        «school», «municipality»; none: both.
    """
    facts = every_judged(year)
    wanted = facts["fact_id"].isin(indicator_ids)
    if levels:
        wanted &= facts["level"].isin(levels)
    return facts[wanted].reset_index(drop=True)


@per_year
def every_judged(year: Year) -> pd.DataFrame:
    """:func:`judged` of every indicator: judged once, since each section asks for a few of them."""
    before = year.history[year.history["year"] < year.school_year]
    last = before[before["year"] == before["year"].max()] if len(before) else before
    clusters = year.inputs.schools.set_index("school_id")["cluster"]
    facts = indicator_facts(year.indicators, last, year.catalogue, clusters)
    family = facts.groupby(["fact_id", "level"], sort=False).ngroup()
    worse = pd.Series("", index=facts.index, dtype=object)
    # A target of 100 % would else call one pupil of a hundred a failure.
    is_percent = facts["unit"] == "%"
    for rows, by in ((is_percent, year.points(NEAR)), (~is_percent, 0.0)):
        behind = Condition.model_validate({"fact": "-", "is": "хуже ориентира", "by": by})
        worse[rows] = judge(facts[rows], behind, family[rows])
    reached = judge(
        facts, Condition.model_validate({"fact": "-", "is": "не хуже ориентира"}), family
    )
    marks = np.select(
        [facts["status"].isin(HIDDEN), worse.isin([COMPLETE, ESTABLISHED]), reached.ne("")],
        ["few", "attention", "up"],
        "same",
    )
    return facts.assign(mark=pd.Series(marks, index=facts.index, dtype=object))


def part_words(row: pd.Series) -> str:
    """Cuts of an indicator in brackets: « (ОГЭ)»."""
    return f" ({row['label']})" if row["label"] else ""


def table_rows(facts: pd.DataFrame) -> pd.DataFrame:
    """Rows of :func:`judged` ready for a table: «мало» instead of values, words of the target."""
    few = facts["status"].isin(HIDDEN)
    states = facts["status"].map({name: ru.state_of_status(name) for name in HIDDEN})
    named = facts["title"] + [
        part_words(row) for row in facts[["label"]].to_dict("records")
    ] if len(facts) else facts["title"]  # fmt: skip
    frame = facts.assign(
        indicator=named,
        shown=facts["value"].astype(object).mask(few, states),
        numerator=facts["numerator"].astype(object).mask(few, states),
        n=facts["n"].astype(object).mask(facts["status"] == "not_enough", ru.FEW),
        low=facts["ci_low"].mask(few),
        high=facts["ci_high"].mask(few),
        aim=facts["target_words"].where(facts["target_words"] != "", ru.NO_TARGET),
        verdict=[
            # «Около нормы»: no side is worse, so there is nothing to reach.
            TARGET_WORDS[mark]
            if mark == "few" or (better != 0 and not ru.is_missing(target))
            else ru.NOT_APPLICABLE
            for mark, target, better in zip(
                facts["mark"], facts["target"], facts["better"], strict=True
            )
        ],
    )
    return frame.reset_index(drop=True)
