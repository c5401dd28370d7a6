"""The bank: the year's tables as Parquet files and a manifest that says what they came from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from msoko_lib.atomic import write_atomically
from msoko_lib.intake.compact import read_compact, with_texts
from msoko_lib.intake.schemas import TABLES, Table
from msoko_lib.intake.workbook import file_hash
from msoko_lib.problems import Problem
from msoko_lib.project import Project, previous_school_year
from msoko_lib.reads import is_noting, name_of, note

# 2: the manifest says on which day the year was read. Older banks: see ``bank_migrations``.
SCHEMA_VERSION = 2
MANIFEST = "manifest.json"
ROWS_AT_A_TIME = 200_000
# A new bank is gathered in the first folder; renamed to the second it counts as written.
_GATHERED, _WRITTEN = ".new", ".ready"
# What of a bank can be read, as it stands in the record of a report.
TABLE, ALL_TABLES, INVENTORY = "table", "bank", "manifest"


class BankProblem(Problem):
    """The bank of a year is missing, unfinished or was altered."""


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Frame as Parquet bytes; text columns dictionary-encoded (paths repeat in every row)."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def table_bytes(schema: Table, frame: pd.DataFrame) -> bytes:
    """A bank table as Parquet bytes, checked against its schema.

    Long tables are written part by part: only one part at a time stands with its texts written
    out (see ``intake.compact``).
    """
    sink = pa.BufferOutputStream()
    writer: pq.ParquetWriter | None = None
    for start in range(0, len(frame), ROWS_AT_A_TIME):
        part = with_texts(frame.iloc[start : start + ROWS_AT_A_TIME])
        checked = schema.validate(schema.conform(part.reset_index(drop=True)))
        arrow = pa.Table.from_pandas(checked, preserve_index=False)
        writer = writer or pq.ParquetWriter(sink, arrow.schema, compression="zstd")
        writer.write_table(arrow)
    if writer is not None:
        writer.close()
    return sink.getvalue().to_pybytes()


@dataclass(frozen=True)
class Bank:
    """The bank of one school year.

    Parameters
    ----------
    project : Project
    school_year : str
        For example ``2024-2025``.
    """

    project: Project
    school_year: str

    @property
    def folder(self) -> Path:
        return self.project.bank(self.school_year)

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"

    @property
    def exists(self) -> bool:
        return (self.folder / MANIFEST).is_file()

    def manifest(self) -> dict[str, Any]:
        """What the bank holds and which files it came from.

        Raises
        ------
        BankProblem
            If there is no bank for the year.
        """
        loaded = self.loaded()
        if is_noting():
            note(name_of(INVENTORY, self.school_year), self.digest(INVENTORY))
        return loaded

    def loaded(self) -> dict[str, Any]:
        """The manifest, for whoever takes nothing from it into a report.

        Raises
        ------
        BankProblem
            If there is no bank for the year.
        """
        path = self.folder / MANIFEST
        if not path.is_file():
            raise BankProblem(
                f"За {self.school_year} данных в банке нет. Сначала выполните: "
                f"msoko intake {self.school_year}"
            )
        try:
            loaded = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise self._damaged([f"{MANIFEST} (опись банка) не читается"]) from None
        if not isinstance(loaded, dict):
            raise self._damaged([f"{MANIFEST} (опись банка) не читается"])
        return loaded

    def table(
        self,
        name: str,
        columns: list[str] | None = None,
        filters: Any = None,
        compact: bool = False,
    ) -> pd.DataFrame:
        """Read a table; an empty one with the right columns where the year has none of it.

        Parameters
        ----------
        name : str
            A key of ``TABLES``.
        columns : list of str, optional
            Only these columns.
        filters : optional
            pyarrow filters, for example ``[("school_id", "=", "edu100001")]``.
        compact : bool
            Texts as categories, for the long tables: see ``intake.compact``.
        """
        schema = TABLES[name]
        self.note(name)
        path = self.path(name)
        if not path.is_file():
            empty = schema.empty()
            return empty[columns] if columns else empty
        try:
            if compact:
                return read_compact(path, schema)
            return pd.read_parquet(path, columns=columns, filters=filters)
        except (OSError, pa.ArrowInvalid):
            raise self._damaged([f"{path.name} не читается"]) from None

    def write(self, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> None:
        """Replace the year's tables: all of them or none, however the process ends.

        They are gathered in a folder of their own, the manifest last. Renaming that folder is the
        commit point: before it the old bank stands untouched, after it :meth:`settle` brings the
        new one to its end, now or at the next run.
        """
        gathered = self.folder / _GATHERED
        self.settle()
        shutil.rmtree(gathered, ignore_errors=True)
        gathered.mkdir(parents=True)
        hashes: dict[str, dict[str, Any]] = {}
        for name, schema in TABLES.items():
            frame = tables.get(name)
            if frame is None or frame.empty:
                continue
            path = gathered / self.path(name).name
            write_atomically(path, table_bytes(schema, frame))
            hashes[name] = {"rows": len(frame), "sha256": file_hash(path)}
        whole = {**manifest, "schema_version": SCHEMA_VERSION, "tables": hashes}
        write_atomically(
            gathered / MANIFEST,
            json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        )
        os.replace(gathered, self.folder / _WRITTEN)
        self.settle()

    def settle(self) -> None:
        """Finish what a write has committed: move the new files over the old ones.

        May break off anywhere and be called again; does nothing where nothing waits.
        """
        written = self.folder / _WRITTEN
        try:
            named = json.loads((written / MANIFEST).read_text(encoding="utf-8"))["tables"]
        except OSError:
            # Nothing waits, or everything had been moved.
            shutil.rmtree(written, ignore_errors=True)
            return
        for name in TABLES:
            fresh = written / self.path(name).name
            if fresh.is_file():
                os.replace(fresh, self.path(name))
            elif name not in named:
                self.path(name).unlink(missing_ok=True)
        os.replace(written / MANIFEST, self.folder / MANIFEST)
        shutil.rmtree(written, ignore_errors=True)

    def faults(self) -> list[str]:
        """What is wrong with the files of the bank, in words; empty where they are as written."""
        try:
            manifest = self.loaded()
            named = {name: str(entry["sha256"]) for name, entry in manifest["tables"].items()}
        except (BankProblem, KeyError, TypeError, AttributeError):
            return [f"{MANIFEST} (опись банка) не читается"]
        told = []
        for name, expected in named.items():
            path = self.path(name)
            if not path.is_file():
                told.append(f"{path.name}: файла нет")
            elif file_hash(path) != expected:
                told.append(f"{path.name}: не дописан или изменён не программой")
        return told

    def is_sound(self) -> bool:
        """True if the manifest is there and every table has the hash it names."""
        if not self.exists or self.faults():
            return False
        return self.loaded().get("schema_version") == SCHEMA_VERSION

    def require_sound(self) -> None:
        """Refuse a bank whose files are not those that were written.

        Raises
        ------
        BankProblem
            If there is no bank, or a file of it was cut short, altered or taken away.
        """
        self.loaded()
        told = self.faults()
        if told:
            raise self._damaged(told)

    def _damaged(self, told: list[str]) -> BankProblem:
        return BankProblem(
            f"Банк за {self.school_year} повреждён ({self.folder}): {'; '.join(told)}. Выполните "
            f"msoko intake {self.school_year}: банк будет собран заново из исходных файлов."
        )

    def hashes(self, *tables: str) -> dict[str, str]:
        """SHA-256 of the named tables (of all, if none is named) from the manifest."""
        if is_noting():
            note(name_of(ALL_TABLES, self.school_year), self.digest(ALL_TABLES))
        named = self.loaded()["tables"]
        return {
            name: entry["sha256"] for name, entry in named.items() if not tables or name in tables
        }

    def note(self, table: str) -> None:
        """Say that a report has read a table."""
        if is_noting():
            note(name_of(TABLE, self.school_year, table), self.digest(TABLE, table))

    def digest(self, what: str, *tables: str) -> str:
        """Hash of a table, of all tables or of the manifest itself; empty where there is none."""
        path = self.folder / MANIFEST
        try:
            found = path.stat()
        except OSError:
            return ""
        return _digests(path, found.st_mtime_ns, found.st_size).get((what, *tables), "")

    def previous(self, back: int = 1) -> Bank:
        """Bank of an earlier school year (it may not exist: its tables are then empty)."""
        return Bank(self.project, previous_school_year(self.school_year, back))


# One report reads dozens of tables of the same few banks.
@lru_cache(maxsize=16)
def _digests(path: Path, changed_ns: int, size: int) -> dict[tuple[str, ...], str]:
    content = path.read_bytes()
    try:
        tables = {name: str(each["sha256"]) for name, each in json.loads(content)["tables"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    every = json.dumps(tables, sort_keys=True).encode()
    return {
        **{(TABLE, name): digest for name, digest in tables.items()},
        (ALL_TABLES,): hashlib.sha256(every).hexdigest(),
        (INVENTORY,): hashlib.sha256(content).hexdigest(),
    }


def table_of_years(
    bank: Bank, name: str, years: int = 3, columns: list[str] | None = None, filters: Any = None
) -> pd.DataFrame:
    """One table over the last ``years`` school years, oldest first; missing years add nothing."""
    frames = [
        Bank(bank.project, previous_school_year(bank.school_year, back)).table(
            name, columns=columns, filters=filters
        )
        for back in range(years - 1, -1, -1)
    ]
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else frames[-1]
