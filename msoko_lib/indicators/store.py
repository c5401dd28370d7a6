"""The indicator table of a year, computed once and kept beside the bank."""

from __future__ import annotations

import hashlib
import json

import pandas as pd

from msoko_lib.bank import Bank, parquet_bytes, write_atomically
from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.indicators.engine import compute_indicators
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.project import Project
from msoko_lib.settings import load_settings
from msoko_lib.versions import library_fingerprint

TABLE = "indicators.parquet"
STAMP = "indicators.json"


def indicator_table(project: Project, school_year: str) -> pd.DataFrame:
    """Indicator values of a year: the kept table if it still fits, else computed anew.

    An empty frame with the right columns where the year has no bank.
    """
    bank = Bank(project, school_year)
    catalogue = load_catalogue(project)
    inputs = Inputs(bank, load_settings(project, school_year))
    if not bank.exists:
        return compute_indicators(catalogue, inputs).iloc[:0]
    stamp = _stamp(bank, catalogue, inputs)
    table, kept = bank.folder / TABLE, bank.folder / STAMP
    try:
        if json.loads(kept.read_text(encoding="utf-8")) == stamp:
            return pd.read_parquet(table)
    except (OSError, ValueError):
        pass
    values = compute_indicators(catalogue, inputs)
    write_atomically(table, parquet_bytes(values))
    write_atomically(kept, json.dumps(stamp).encode())
    return values


def _stamp(bank: Bank, catalogue: Catalogue, inputs: Inputs) -> dict[str, str]:
    """What the table was computed from: two years of tables, passports, parameters, code."""
    before = bank.previous()
    tables = {"now": bank.hashes(), "before": before.hashes() if before.exists else {}}
    return {
        "tables": hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest(),
        "catalogue": hashlib.sha256(catalogue.model_dump_json().encode()).hexdigest(),
        "settings": inputs.settings.fingerprint,
        "code": library_fingerprint(),
    }
