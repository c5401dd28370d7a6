"""Organisations × scores that everybody reads as they are: an expert's level, points of НОКО."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Figure
from msoko_lib.subsystems.year import Year

TARGET_WORDS = {"up": "ориентир достигнут", "attention": "ориентир не достигнут"}


def unit_scores(year: Year, indicator_ids: Sequence[str], kind: str = "") -> pd.DataFrame:
    """Scores of organisations with their targets.

    A score is no sample of anything, so it is below its target or it is not; no chance is asked.

    Returns
    -------
    DataFrame
        unit_id, unit, indicator_id, title, value, target, is_low, in alphabetical order of units.
    """
    rows = year.indicators_of(*indicator_ids)
    rows = rows[(rows["level"] == "school") & (rows["status"] == "ok")]
    kinds = year.inputs.schools.set_index("school_id")["unit_kind"]
    if kind:
        rows = rows[rows["unit_id"].map(kinds) == kind]
    targets, titles = {}, {}
    for name in indicator_ids:
        target = year.catalogue[name].target_for(year.school_year)
        targets[name] = target.value if target and target.value is not None else float("nan")
        titles[name] = year.catalogue[name].title
    found = rows[["unit_id", "indicator_id", "value"]].assign(
        unit=rows["unit_id"].map(year.unit_names),
        title=rows["indicator_id"].map(titles),
        target=rows["indicator_id"].map(targets).astype(float),
    )
    found["is_low"] = found["value"] < found["target"]
    return found.sort_values(["unit", "indicator_id"]).reset_index(drop=True)


def score_map(
    rows: pd.DataFrame,
    prefix: str,
    subtitle: str,
    caption: str,
    decimals: int,
    words: Mapping[str, str] = TARGET_WORDS,
) -> Figure:
    """Map of :func:`unit_scores`; ``prefix`` is left out of the headings, ``words`` name marks."""
    titles = rows["title"].str.removeprefix(prefix)
    titles = titles.str[:1].str.upper() + titles.str[1:]
    cells = pd.DataFrame(
        {
            "unit": rows["unit"],
            "work": titles,
            "text": [ru.number(value, decimals) for value in rows["value"]],
            "mark": ["attention" if low else "up" for low in rows["is_low"]],
        }
    )
    works = rows.assign(head=titles).sort_values("indicator_id")["head"].drop_duplicates()
    return Figure(
        figures.heat_map(cells, works=works.tolist(), subtitle=subtitle, meanings=words),
        alt="Организации по строкам в алфавитном порядке, баллы по столбцам; знак говорит, "
        "достигнут ли ориентир.",
        caption=caption,
    )
