"""Bands of schools inside their groups, computed once and kept beside the bank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.indicators.head_index import (
    check_head_index,
    head_values,
    known_blocks,
    parts_of,
)
from msoko_lib.indicators.store import kept_table
from msoko_lib.methods.composite import (
    Indicator,
    composite_index,
    index_sensitivity,
    rank_uncertainty,
)
from msoko_lib.reads import derived
from msoko_lib.settings import HeadIndex
from msoko_lib.subsystems.kept import school_groups
from msoko_lib.subsystems.year import Year, per_year

DRAWS, SAMPLES, SEED = 2000, 64, 0
NEW_HEAD = "head_new"
COLUMNS = [
    "school_id", "school", "group", "ground", "is_border", "index", "above_middle", "band",
    "missing_share", "is_new",
]  # fmt: skip


@dataclass(frozen=True)
class Assessment:
    """What report 06 stands on.

    Attributes
    ----------
    index : HeadIndex
    parts : list of Indicator
        Those whose block some school has data for.
    blocks, absent : list of str
        Blocks that enter; blocks for which no school has data.
    schools : DataFrame
        One row a school: see ``COLUMNS``; ``band`` – upper, lower, not_distinguished, no_data
        (a block of the school is missing), small (its group is too small), new (the head was
        appointed less than two years ago).
    scores : DataFrame
        Block scores 0…100, indexed by school.
    values : DataFrame
        Values of the indicators in the unit people read, indexed by school.
    """

    index: HeadIndex
    parts: list[Indicator]
    blocks: list[str]
    absent: list[str]
    schools: pd.DataFrame
    scores: pd.DataFrame
    values: pd.DataFrame


@per_year
def assessment(year: Year) -> Assessment | None:
    """Assessment of the year; None where the parameters hold none or too few blocks have data."""
    index = year.settings.head_index
    if index is None:
        return None
    check_head_index(index, year.catalogue)
    values, _ = _index_values(year)
    values = values.reindex(year.schools["school_id"])
    every = parts_of(index)
    blocks = known_blocks(values, every)
    absent = [block.title for block in index.blocks if block.title not in blocks]
    if len(blocks) < year.points("head_blocks_minimum"):
        return None
    parts = [part for part in every if part.block in blocks]
    table = _bands(year, blocks)
    declared = composite_index(values, parts, block_weights=weights_of(index, blocks))
    return Assessment(index, parts, blocks, absent, table, 100 * declared[blocks], values)


@derived("показатели индекса руководителей")
@per_year
def _index_values(year: Year) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values and standard errors of the index's indicators, one row a school."""
    index = year.settings.head_index
    if index is None:
        return pd.DataFrame(), pd.DataFrame()
    return head_values(year.history, index, year.catalogue, year.school_year)


@derived("полосы школ по индексу руководителей")
def _bands(year: Year, blocks: list[str]) -> pd.DataFrame:
    """Bands of the schools by the blocks that have data, kept beside the bank."""
    index = year.settings.head_index
    if index is None:
        return pd.DataFrame(columns=COLUMNS)
    schools = year.schools["school_id"]
    values, errors = (frame.reindex(schools) for frame in _index_values(year))
    parts = [part for part in parts_of(index) if part.block in blocks]
    return kept_table(
        year.project,
        year.school_year,
        "head_bands",
        f"{year.catalogue.model_dump_json()} {DRAWS}",
        lambda _: _banded(year, values, errors, parts, index),
    )


def weights_of(index: HeadIndex, blocks: list[str]) -> dict[str, float]:
    """Declared weights of the blocks that enter."""
    return {block.title: block.weight for block in index.blocks if block.title in blocks}


def groups(year: Year) -> pd.DataFrame:
    """Group of every school: school_id, group (its name), ground, is_border.

    Groups by conditions where they can be built, else those of the directory.
    """
    table = school_groups(year).set_index("school_id")
    named = table["cluster"].notna() & (table["status"] == "ok")
    if named.any():
        found = table.reindex(year.schools["school_id"])
        border = found["is_border"].fillna(True).astype(bool)
        return pd.DataFrame(
            {
                "school_id": found.index,
                "group": found["title"].where(found["cluster"].notna(), "").to_numpy(),
                "ground": "conditions",
                "is_border": border.to_numpy(),
            }
        )
    titles = year.settings.cluster_titles
    label = year.schools["cluster"].map(lambda name: titles.get(name, name)).fillna("")
    return pd.DataFrame(
        {
            "school_id": year.schools["school_id"], "group": label, "ground": "expert",
            "is_border": False,
        }
    )  # fmt: skip


def _banded(
    year: Year,
    values: pd.DataFrame,
    errors: pd.DataFrame,
    parts: list[Indicator],
    index: HeadIndex,
) -> pd.DataFrame:
    table = groups(year)
    blocks = list(dict.fromkeys(part.block for part in parts))
    weights = weights_of(index, blocks)
    declared = composite_index(values, parts, block_weights=weights)
    least = year.points("head_group_minimum")
    found = []
    for group, own in table.groupby("group", sort=True):
        members = own["school_id"].tolist()
        if not group or len(members) < least:
            found.append(pd.DataFrame({"school_id": members, "band": "small"}))
            continue
        ranked = rank_uncertainty(
            values.loc[members], parts, standard_errors=errors.loc[members],
            block_weights=weights, draws=DRAWS, seed=SEED,
        )  # fmt: skip
        units = ranked.units[["above_middle", "band"]].rename_axis("school_id").reset_index()
        # Fewer schools with an index than the least group: nobody is told from the middle.
        if ranked.units["index"].notna().sum() < least:
            units["band"] = units["band"].where(units["band"] == "no_data", "small")
        found.append(units)
    both = table.merge(pd.concat(found, ignore_index=True), on="school_id", how="left")
    new = field_values(year.inputs, (NEW_HEAD,), ("school",)).set_index("school_id")[NEW_HEAD]
    both["is_new"] = both["school_id"].map(new).eq(1.0)
    both["band"] = np.where(both["is_new"] & (both["band"] != "no_data"), "new", both["band"])
    both["index"] = 100 * both["school_id"].map(declared["index"])
    both["missing_share"] = both["school_id"].map(declared["missing_share"])
    both["school"] = both["school_id"].map(year.school_names)
    both["above_middle"] = both.get("above_middle", np.nan)
    return both.sort_values(["group", "school"], kind="stable")[COLUMNS].reset_index(drop=True)


def sensitivity(year: Year, found: Assessment) -> pd.DataFrame:
    """What moves the order inside the groups: ``choice``, ``total`` (mean over groups, weighted by
    their schools); empty where no group is large enough."""
    _, errors = _index_values(year)
    weights = weights_of(found.index, found.blocks)
    least, frames = year.points("head_group_minimum"), []
    for _, own in found.schools.groupby("group", sort=True):
        members = own.loc[own["index"].notna(), "school_id"].tolist()
        if len(members) < least:
            continue
        table = index_sensitivity(
            found.values.loc[members], found.parts, standard_errors=errors.reindex(members),
            block_weights=weights, samples=SAMPLES, seed=SEED,
        )  # fmt: skip
        frames.append(table.assign(weight=len(members)))
    if not frames:
        return pd.DataFrame(columns=["choice", "total"])
    every = pd.concat(frames)
    every["share"] = every["total"] * every["weight"]
    summed = every.groupby("choice", sort=False)[["share", "weight"]].sum()
    return (summed["share"] / summed["weight"]).rename("total").reset_index()


def without_each_block(year: Year, found: Assessment) -> pd.DataFrame:
    """Bands with one block left out at a time: ``block``, ``changed`` (schools), ``names``."""
    told = ("upper", "lower", "not_distinguished")
    known = found.schools[found.schools["band"].isin(told)].set_index("school_id")
    _, errors = _index_values(year)
    rows = []
    for block in found.blocks if len(found.blocks) > 2 else []:
        parts = [part for part in found.parts if part.block != block]
        weights = weights_of(found.index, [name for name in found.blocks if name != block])
        bands: dict[object, object] = {}
        for _, own in found.schools.groupby("group", sort=True):
            members = own.loc[own["index"].notna(), "school_id"].tolist()
            if not set(members) & set(known.index):
                continue
            ranked = rank_uncertainty(
                found.values.loc[members], parts, standard_errors=errors.reindex(members),
                block_weights=weights, draws=DRAWS // 8, seed=SEED,
            )  # fmt: skip
            bands |= ranked.units["band"].to_dict()
        changed = [name for name in known.index if bands.get(name) != known.loc[name, "band"]]
        rows.append((block, len(changed), sorted(known.loc[changed, "school"])))
    return pd.DataFrame(rows, columns=["block", "changed", "names"])
