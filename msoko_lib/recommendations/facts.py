"""Facts that rules look at: one row a unit × fact × work, the same for indicators and findings."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.passports import Passport

# What one row of a fact holds. ``value`` and what it is compared with are in the unit of
# computation (shares 0…1); ``scale`` brings them to what people read. ``better`` is +1 where more
# is better, -1 where less is, 0 where neither. ``complete`` – the whole was counted, chance plays
# no part. ``label`` – work or part (subject, grade, component). ``state`` – what a subsystem has
# already decided: ``attention``, ``possible`` (chance may explain it), ``up``, ``same``, ``few``;
# empty for plain indicators. ``detail``
# and ``ground`` are words of the subsystem: what a sentence may quote; the ground to print;
# ``brief`` – what to print in brackets beside the organisation where several are listed.
FACT_COLUMNS = [
    "fact_id", "level", "unit_id", "label", "title", "unit", "scale", "better", "complete", "value",
    "numerator", "denominator", "n", "ci_low", "ci_high", "target", "target_words",
    "target_status", "reference", "reference_level", "previous", "previous_numerator",
    "previous_denominator", "status", "state", "detail", "ground", "brief",
]  # fmt: skip
_TEXTS = {"fact_id", "level", "unit_id", "label", "title", "unit", "target_words",
          "target_status", "reference_level", "status", "state", "detail", "ground",
          "brief"}  # fmt: skip
_BETTER = {"больше – лучше": 1, "меньше – лучше": -1}
_PER_CENT = ("%", "п.п.")
_KEY = ["indicator_id", "level", "unit_id", "subject", "grade", "component"]
MUNICIPALITY = "municipality"


def scale_of(unit: str) -> int:
    """By what a value is multiplied for printing: shares are stored as 0…1."""
    return 100 if unit in _PER_CENT else 1


def facts_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Any rows of facts with all columns: absent texts are empty, absent numbers missing.

    Parameters
    ----------
    rows : DataFrame
        At least ``fact_id``, ``unit_id`` and ``level``.
    """
    frame = rows.reindex(columns=FACT_COLUMNS)
    for name in FACT_COLUMNS:
        if name in _TEXTS:
            frame[name] = frame[name].astype(object).where(frame[name].notna(), "").astype("str")
        elif name == "complete":
            frame[name] = frame[name].astype("boolean").fillna(False).astype(bool)
        else:
            frame[name] = pd.to_numeric(frame[name]).astype("float64")
    frame["scale"] = frame["scale"].fillna(1.0)
    frame["better"] = frame["better"].fillna(0.0)
    frame["status"] = frame["status"].where(frame["status"] != "", "ok")
    return frame.reset_index(drop=True)


def indicator_facts(
    now: pd.DataFrame, before: pd.DataFrame, catalogue: Catalogue, clusters: pd.Series
) -> pd.DataFrame:
    """Every indicator value of a year as a fact, with its target and last year's value.

    Parameters
    ----------
    now, before : DataFrame
        Indicator tables of the year and of the year before (it may be empty).
    catalogue : Catalogue
    clusters : Series
        Cluster of each organisation (index: unit_id): targets may differ by cluster.
    """
    own = now[now["level"].isin(["school", MUNICIPALITY])].reset_index(drop=True)
    if own.empty:
        return facts_frame(pd.DataFrame(columns=FACT_COLUMNS))
    facts = own.assign(fact_id=own["indicator_id"], label=_labels(own))
    facts = facts.merge(_passport_facts(own, catalogue, clusters), on=["indicator_id", "unit_id"])
    last = before[before["status"] == "ok"][[*_KEY, "value", "numerator", "denominator"]]
    last = last.rename(
        columns={
            "value": "previous",
            "numerator": "previous_numerator",
            "denominator": "previous_denominator",
        }
    )
    return facts_frame(_comparable(facts).merge(_comparable(last), on=_KEY, how="left"))


def _comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Cuts as texts: an absent cut of one year must meet an absent cut of the other."""
    cuts = {
        name: frame[name].astype(object).where(frame[name].notna(), "").astype(str)
        for name in ("subject", "grade", "component")
    }
    return frame.assign(**cuts)


def _labels(frame: pd.DataFrame) -> pd.Series:
    """«Математика, 5 класс», «ОГЭ» – the cuts of a row in words."""

    def words(subject: object, grade: object, component: object) -> str:
        parts = [str(part) for part in (subject, component) if isinstance(part, str) and part]
        if pd.notna(grade):
            parts.insert(1 if isinstance(subject, str) and subject else 0, f"{grade}\u00a0класс")
        return ", ".join(part for part in parts if part != "nan")

    cuts = zip(frame["subject"], frame["grade"], frame["component"], strict=True)
    return pd.Series([words(*cut) for cut in cuts], index=frame.index)


def _passport_facts(own: pd.DataFrame, catalogue: Catalogue, clusters: pd.Series) -> pd.DataFrame:
    pairs = own[["indicator_id", "unit_id", "year"]].drop_duplicates()
    rows = []
    for indicator_id, unit_id, year in pairs.itertuples(index=False):
        passport = catalogue[indicator_id]
        cluster = clusters.get(unit_id)
        target = passport.target_for(year, cluster if isinstance(cluster, str) else None)
        scale = scale_of(passport.unit)
        aimed = target.value if target is not None else None
        rows.append(
            {
                "indicator_id": indicator_id,
                "unit_id": unit_id,
                "title": passport.title,
                "unit": passport.unit,
                "scale": scale,
                "better": _direction(passport),
                "complete": passport.interval == "нет",
                "target": aimed / scale if aimed is not None else np.nan,
                "target_words": target.words if target else "",
                "target_status": target.status if target else "",
            }
        )
    return pd.DataFrame(rows)


def _direction(passport: Passport) -> int:
    return _BETTER.get(passport.direction, 0)


def all_facts(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Facts of several sources in one frame."""
    frames = [facts_frame(part) for part in parts if len(part)]
    if not frames:
        return facts_frame(pd.DataFrame(columns=FACT_COLUMNS))
    return pd.concat(frames, ignore_index=True)
