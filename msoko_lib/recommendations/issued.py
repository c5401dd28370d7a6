"""The register of what was recommended: kept beside the data, asked for a year later.

Rules and data may change after a report went out, so what was said cannot be computed again:
it is written down when an edition is made, and no clearing of results takes it away.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from msoko_lib.atomic import write_atomically
from msoko_lib.bank import parquet_bytes
from msoko_lib.problems import Problem
from msoko_lib.project import Project

FOLDER = "issued"
# Table of the bank with what organisations answered a year later.
REPLIES = "recommendation_replies"
KEY = ["rule_id", "unit_id"]
TOLD = [
    *KEY, "subsystem", "unit_kind", "addressee", "advice", "deadline", "control", "fact_id",
    "weight", "ground", "evidence",
]  # fmt: skip
COLUMNS = [*TOLD, "place", "first_edition", "last_edition", "issued_on"]


class DamagedRegister(Problem):
    """The register of a year cannot be read."""


def register_path(project: Project, school_year: str) -> Path:
    """Where the register of a year lies."""
    return project.root / "data" / FOLDER / f"{school_year}.parquet"


def issued(project: Project, school_year: str) -> pd.DataFrame:
    """Recommendations that the year's editions gave, one row a rule × unit.

    Columns: ``COLUMNS``. ``place`` is its place among the unit's by weight, from 1;
    ``first_edition`` and ``last_edition`` are the editions in which it first and last stood;
    ``issued_on`` is the ISO date of the first. Empty where none was given.
    """
    path = register_path(project, school_year)
    if not path.is_file():
        return pd.DataFrame(columns=COLUMNS)
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):
        raise DamagedRegister(
            f"Реестр выданных рекомендаций за {school_year} повреждён: {path}. Восстановите его из "
            "резервной копии; если копии нет, удалите файл: сказанное раньше в нём не вернётся, "
            "новые рекомендации запишутся."
        ) from None


def standing(register: pd.DataFrame) -> pd.DataFrame:
    """Recommendations that the newest edition still gives: a later one may take a word back."""
    if register.empty:
        return register
    newest = register["last_edition"] == register["last_edition"].max()
    return register[newest].reset_index(drop=True)


def record(
    project: Project,
    school_year: str,
    found: pd.DataFrame,
    edition: int,
    made_on: str,
    fresh: Collection[str],
) -> pd.DataFrame:
    """Write down what an edition recommends, and give the whole register.

    Parameters
    ----------
    found : DataFrame
        Findings of the year (``FINDING_COLUMNS``); those with an advice are recommendations.
    edition : int
        Its number.
    made_on : str
        ISO date.
    fresh : collection of str
        Keys of the reports that tell these findings: numbers of subsystems, codes of
        organisations. What stands only in other reports is as it was in the edition before.
    """
    before = issued(project, school_year)
    advised = found[(found["advice"] != "") & _is_in(found, fresh)]
    advised = advised.sort_values(["weight", "rank"], ascending=[False, True], kind="stable")
    now = advised[TOLD].assign(place=advised.groupby("unit_id").cumcount() + 1)
    first = before.set_index(KEY)[["first_edition", "issued_on"]]
    now = now.join(first, on=KEY).assign(last_edition=edition)
    now["first_edition"] = now["first_edition"].fillna(edition).astype(int)
    now["issued_on"] = now["issued_on"].fillna(made_on)
    told = set(zip(now["rule_id"], now["unit_id"], strict=True))
    kept = [pair not in told for pair in zip(before["rule_id"], before["unit_id"], strict=True)]
    rest = before[pd.Series(kept, index=before.index, dtype=bool)]
    # Untouched reports still give what they gave; a fresh one that is silent has taken it back.
    untouched = ~_is_in(rest, fresh)
    rest = rest.assign(last_edition=rest["last_edition"].mask(untouched, edition))
    parts = [part for part in (now, rest) if not part.empty]
    whole = pd.concat(parts, ignore_index=True) if parts else before
    whole = whole[COLUMNS].sort_values(KEY, kind="stable").reset_index(drop=True)
    write_atomically(register_path(project, school_year), parquet_bytes(whole))
    return whole


def _is_in(rows: pd.DataFrame, reports: Collection[str]) -> pd.Series:
    return rows["subsystem"].isin(reports) | rows["unit_id"].isin(reports)
