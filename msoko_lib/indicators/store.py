"""What is computed from a year's bank once and kept beside it: indicators, screening."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pandas as pd

from msoko_lib.bank import Bank, parquet_bytes, write_atomically
from msoko_lib.catalogue import load_catalogue
from msoko_lib.indicators.engine import compute_indicators
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.screening import domain_results
from msoko_lib.project import Project
from msoko_lib.settings import load_settings
from msoko_lib.versions import library_fingerprint


def indicator_table(project: Project, school_year: str) -> pd.DataFrame:
    """Indicator values of a year: the kept table if it still fits, else computed anew.

    An empty frame with the right columns where the year has no bank.
    """
    catalogue = load_catalogue(project)
    return _kept(
        project,
        school_year,
        "indicators",
        catalogue.model_dump_json(),
        lambda inputs: compute_indicators(catalogue, inputs),
    )


def screening_table(project: Project, school_year: str) -> pd.DataFrame:
    """Domain results of the objectivity screening of a year, kept in the same way."""
    return _kept(project, school_year, "screening", "", domain_results)


def _kept(
    project: Project,
    school_year: str,
    name: str,
    recipe: str,
    compute: Callable[[Inputs], pd.DataFrame],
) -> pd.DataFrame:
    bank = Bank(project, school_year)
    inputs = Inputs(bank, load_settings(project, school_year))
    if not bank.exists:
        return compute(inputs).iloc[:0]
    stamp = _stamp(bank, recipe, inputs)
    table, kept = bank.folder / f"{name}.parquet", bank.folder / f"{name}.json"
    try:
        if json.loads(kept.read_text(encoding="utf-8")) == stamp:
            return pd.read_parquet(table)
    except (OSError, ValueError):
        pass
    values = compute(inputs)
    write_atomically(table, parquet_bytes(values))
    write_atomically(kept, json.dumps(stamp).encode())
    return values


def _stamp(bank: Bank, recipe: str, inputs: Inputs) -> dict[str, str]:
    """What a table was computed from: two years of tables, recipe, parameters, code."""
    before = bank.previous()
    tables = {"now": bank.hashes(), "before": before.hashes() if before.exists else {}}
    return {
        "tables": hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest(),
        "recipe": hashlib.sha256(recipe.encode()).hexdigest(),
        "settings": inputs.settings.fingerprint,
        "code": library_fingerprint(),
    }
