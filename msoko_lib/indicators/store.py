"""What is computed from a year's bank once and kept beside it.

Indicators, screening, similar schools, groups of schools, tasks in deficit.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable

import pandas as pd

from msoko_lib.atomic import write_atomically
from msoko_lib.bank import Bank, parquet_bytes
from msoko_lib.catalogue import load_catalogue
from msoko_lib.indicators.calendar import dates_passed
from msoko_lib.indicators.clusters import school_clusters
from msoko_lib.indicators.engine import COLUMNS, compute_indicators
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.screening import domain_results
from msoko_lib.indicators.similar import similar_schools
from msoko_lib.indicators.task_deficits import task_deficits
from msoko_lib.project import Project
from msoko_lib.settings import load_settings
from msoko_lib.versions import code_fingerprint

# How many years back anything looks: conditions are means of three, measures need more.
WINDOW = 6


def indicator_table(project: Project, school_year: str) -> pd.DataFrame:
    """Indicator values of a year: the kept table if it still fits, else computed anew.

    An empty frame with the right columns where the year has no bank.
    """
    catalogue = load_catalogue(project)
    bank = Bank(project, school_year)
    if not bank.exists:
        # Reports ask for years before the first; an empty year takes as long as a full one.
        return pd.DataFrame(columns=COLUMNS)
    inputs = Inputs(bank, load_settings(project, school_year))
    return kept_table(
        project,
        school_year,
        "indicators",
        f"{catalogue.model_dump_json()}{dates_passed(inputs)}",
        lambda inputs: compute_indicators(catalogue, inputs),
        compute_indicators.__module__,
    )


def screening_table(project: Project, school_year: str) -> pd.DataFrame:
    """Domain results of the objectivity screening of a year, kept in the same way."""
    return kept_table(project, school_year, "screening", "", domain_results)


def similar_table(project: Project, school_year: str) -> pd.DataFrame:
    """Nearest schools by conditions, one row a school × neighbour; see ``similar_schools``."""
    return kept_table(project, school_year, "similar", "", similar_schools)


def cluster_table(project: Project, school_year: str) -> pd.DataFrame:
    """Group by conditions of every school, one row a school; see ``school_clusters``."""
    return kept_table(project, school_year, "clusters", "", school_clusters)


def deficit_table(project: Project, school_year: str) -> pd.DataFrame:
    """Tasks of every school beside the other schools; see ``task_deficits``."""
    return kept_table(project, school_year, "task_deficits", "", task_deficits)


def kept_table(
    project: Project,
    school_year: str,
    name: str,
    recipe: str,
    compute: Callable[[Inputs], pd.DataFrame],
    module: str = "",
) -> pd.DataFrame:
    """A computed table of a year: the kept one if nothing it stands on changed, else anew.

    Parameters
    ----------
    name : str
        File beside the bank's tables.
    recipe : str
        What, besides data, parameters and code, the table depends on.
    compute : callable
        Gives the table from the year's inputs.
    module : str
        Module whose sources, with all that it imports, make the table; by default the one in
        which ``compute`` is written.
    """
    bank = Bank(project, school_year)
    inputs = Inputs(bank, load_settings(project, school_year))
    if not bank.exists:
        return compute(inputs).iloc[:0]
    stamp = _stamp(bank, recipe, inputs, module or compute.__module__)
    table, kept = bank.folder / f"{name}.parquet", bank.folder / f"{name}.json"
    try:
        content = table.read_bytes()
        noted = {**stamp, "sha256": hashlib.sha256(content).hexdigest()}
        if json.loads(kept.read_text(encoding="utf-8")) == noted:
            return pd.read_parquet(io.BytesIO(content))
    except (OSError, ValueError):
        pass
    values = compute(inputs)
    content = parquet_bytes(values)
    write_atomically(table, content)
    # Its own hash too: a table altered by hand is computed anew.
    noted = {**stamp, "sha256": hashlib.sha256(content).hexdigest()}
    write_atomically(kept, json.dumps(noted).encode())
    return values


def _stamp(bank: Bank, recipe: str, inputs: Inputs, module: str) -> dict[str, str]:
    """What a table was computed from: tables of the years it may read, recipe, settings, code."""
    read = [bank.previous(back) if back else bank for back in range(WINDOW)]
    base = inputs.settings.cluster_base_year
    if base:
        read += [Bank(bank.project, base).previous(back) for back in range(WINDOW)]
    tables = {each.school_year: each.hashes() for each in read if each.exists}
    return {
        "tables": hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest(),
        "recipe": hashlib.sha256(recipe.encode()).hexdigest(),
        "settings": inputs.settings.fingerprint,
        "code": code_fingerprint(module),
    }
