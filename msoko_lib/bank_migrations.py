"""Banks written by an older msoko: brought to today's schema, the old one kept until then.

A year whose raw files are still there is read anew when the readers change. A year whose raw files
have been put away has only its bank, so the bank itself must be carried over.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from msoko_lib.bank import MANIFEST, SCHEMA_VERSION, Bank, BankProblem
from msoko_lib.project import Project, previous_school_year

Tables = dict[str, pd.DataFrame]
Migration = Callable[[Tables, dict[str, Any]], tuple[Tables, dict[str, Any]]]


def _tell_the_day(tables: Tables, manifest: dict[str, Any]) -> tuple[Tables, dict[str, Any]]:
    """1 → 2: the day of reading enters the manifest; of an older bank it is not known."""
    return tables, {**manifest, "read_on": manifest.get("read_on", "")}


# Version → what makes the next version of it.
MIGRATIONS: Mapping[int, Migration] = {1: _tell_the_day}


def ready_banks(project: Project, school_year: str, years: int) -> list[str]:
    """Make the banks of a year and of the years before usable; see :func:`ready_bank`.

    Returns
    -------
    list of str
        School years whose bank was migrated.
    """
    wanted = [previous_school_year(school_year, back) for back in range(years)]
    return [year for year in wanted if ready_bank(Bank(project, year))]


def ready_bank(bank: Bank, migrations: Mapping[int, Migration] = MIGRATIONS) -> bool:
    """Finish an interrupted write and bring an older bank to today's schema.

    The old files stay in a folder of their own until the new bank has been written, read back and
    counted; where that fails they are put back.

    Returns
    -------
    bool
        True if the bank was migrated.

    Raises
    ------
    BankProblem
        If the bank was written by a newer msoko, or cannot be carried over.
    """
    bank.settle()
    if not bank.exists:
        return False
    kept = bank.folder / f".before-v{SCHEMA_VERSION}"
    if bank.faults():
        # Told where the bank is used: with raw files it is simply read anew.
        return False
    manifest = bank.manifest()
    version = manifest.get("schema_version")
    if version == SCHEMA_VERSION:
        shutil.rmtree(kept, ignore_errors=True)
        return False
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise BankProblem(
            f"Банк за {bank.school_year} записан более новой версией msoko (версия банка "
            f"{version}, эта программа знает {SCHEMA_VERSION}). Обновите программу. Банк не тронут."
        )
    if any(step not in migrations for step in range(version, SCHEMA_VERSION)):
        return False
    names = list(manifest["tables"])
    _copy(bank, names, kept)
    try:
        _carry_over(bank, names, manifest, version, migrations)
    except Exception:
        for path in kept.iterdir():
            shutil.copy2(path, bank.folder / path.name)
        raise BankProblem(
            f"Банк за {bank.school_year} (версия {version}) не перенесён в версию "
            f"{SCHEMA_VERSION}. Прежний банк на месте: {bank.folder}. Положите исходные файлы года "
            f"в data/raw/{bank.school_year} и выполните msoko intake {bank.school_year} или "
            "вернитесь к прежней версии программы."
        ) from None
    shutil.rmtree(kept, ignore_errors=True)
    return True


def _copy(bank: Bank, names: list[str], kept: Any) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    for path in [*(bank.path(name) for name in names), bank.folder / MANIFEST]:
        shutil.copy2(path, kept / path.name)


def _carry_over(
    bank: Bank,
    names: list[str],
    manifest: dict[str, Any],
    version: int,
    migrations: Mapping[int, Migration],
) -> None:
    """Write the new bank and read it back; ValueError where it is not what was meant."""
    tables: Tables = {name: pd.read_parquet(bank.path(name)) for name in names}
    for step in range(version, SCHEMA_VERSION):
        tables, manifest = migrations[step](tables, manifest)
    bank.write(tables, manifest)
    if not bank.is_sound():
        raise ValueError("the migrated bank is not sound")
    for name, frame in tables.items():
        if len(bank.table(name)) != len(frame):
            raise ValueError(f"the migrated table {name} has lost rows")
