"""What the reports of a year are made from, file by file, as a machine elsewhere needs it.

The names are those of a clone of the program, whatever the municipality's own folders look like:
a machine that holds these files under these names holds a whole project.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from msoko_lib.bank import MANIFEST, Bank
from msoko_lib.indicators.store import WINDOW
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project, previous_school_year
from msoko_lib.recommendations.issued import register_path
from msoko_lib.settings import load_settings

# So much is sent at a time.
PARCEL_BYTES = 16 << 20


def files_of_reports(project: Project, school_year: str) -> dict[str, Path]:
    """Name below the root of a clone → the file: parameters, notebooks, banks, registers.

    Neither raw files nor the pupils' key nor ready reports are among them: no report reads them.
    What is computed once and kept beside the bank goes along, so that nobody computes it again.
    """
    params = {f"params/{name}": path for name, path in project.params_files().items()}
    notebooks = {
        f"notebooks/reports/{path.name}": path for path in sorted(project.notebooks.glob("*.ipynb"))
    }
    banks = {
        f"data/processed/{year}/{path.name}": path
        for year in _years(project, school_year)
        for path in sorted(project.bank(year).glob("*"))
        if path.is_file() and path.suffix in (".parquet", ".json")
    }
    registers = {
        f"data/{path.parent.name}/{path.name}": path
        for year in _years(project, school_year)
        if (path := register_path(project, year)).is_file()
    }
    return {**params, **notebooks, **banks, **registers}


def hashes_of(files: Mapping[str, Path]) -> dict[str, str]:
    """Name → SHA-256 of its bytes."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def must_agree(name: str) -> bool:
    """True for a file that decides what a report says; false for what is computed from such.

    >>> must_agree("data/processed/2024-2025/manifest.json")
    True
    >>> must_agree("data/processed/2024-2025/indicators.parquet")
    False
    """
    if not name.startswith("data/processed/"):
        return True
    file = Path(name)
    return file.name == MANIFEST or (file.suffix == ".parquet" and file.stem in TABLES)


def parcels(files: Mapping[str, Path]) -> Iterator[dict[str, bytes]]:
    """The files' bytes in portions that fit into memory."""
    parcel: dict[str, bytes] = {}
    size = 0
    for name, path in files.items():
        content = path.read_bytes()
        if parcel and size + len(content) > PARCEL_BYTES:
            yield parcel
            parcel, size = {}, 0
        parcel[name] = content
        size += len(content)
    if parcel:
        yield parcel


def _years(project: Project, school_year: str) -> list[str]:
    """Years whose banks a report may read: as far back as anything looks, from the base year too.

    The groups of schools may be fixed by a year that lies further back.
    """
    base = load_settings(project, school_year).cluster_base_year
    ends = [school_year, *([base] if base else [])]
    years = {previous_school_year(end, back) for end in ends for back in range(WINDOW)}
    return sorted(year for year in years if Bank(project, year).exists)
