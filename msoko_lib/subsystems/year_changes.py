"""What changed in a year beyond chance, over all indicators at once."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.head_index import is_result_of_vpr
from msoko_lib.recommendations.judge import COMPLETE, ESTABLISHED, judge
from msoko_lib.recommendations.rules import Condition
from msoko_lib.subsystems.monitoring.judged import NEAR
from msoko_lib.subsystems.year import Year

CHANGE_WORDS = {"better": "▲ лучше", "worse": "▼ хуже"}
CHANGE_NOTE = (
    "Показаны изменения, которые трудно объяснить случаем, с поправкой на число сравнений. "
    "Показатели по ВПР сюда не входят: работы разных лет различаются по трудности. Изменение – не "
    "эффект мер."
)


def year_changes(year: Year, facts: pd.DataFrame) -> pd.DataFrame:
    """Shares of the municipality that can be compared with last year, each with its change.

    Left out: indicators by subject or grade, results of ВПР (works of two years differ in
    difficulty), indicators without a better side, values that are no shares.

    Parameters
    ----------
    facts : DataFrame
        Rows of :func:`msoko_lib.subsystems.annual.targets.whole_facts`.

    Returns
    -------
    DataFrame
        Rows of ``facts`` with ``change`` (``better``, ``worse``, empty: within chance) and
        ``moved`` (percentage points). Chance is ruled out among all of them together.
    """
    passports = year.catalogue.passports
    plain = facts["fact_id"].map(
        lambda name: not passports[name].cuts and not is_result_of_vpr(passports[name])
    )
    rows = facts[
        plain.astype(bool)
        & (facts["status"] == "ok")
        & (facts["unit"] == "%")
        & facts["previous"].notna()
        & (facts["better"] != 0)
    ].reset_index(drop=True)
    by = year.points(NEAR)
    change = pd.Series("", index=rows.index, dtype=object)
    for words, told in (("улучшилось", "better"), ("ухудшилось", "worse")):
        grades = judge(rows, Condition.model_validate({"fact": "-", "is": words, "by": by}))
        change = change.mask(grades.isin([COMPLETE, ESTABLISHED]), told)
    moved = (rows["value"] - rows["previous"]) * rows["scale"]
    return rows.assign(change=change, moved=moved)
