"""The bank: the year's tables as Parquet files and a manifest that says what they came from."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import file_hash
from msoko_lib.problems import Problem
from msoko_lib.project import Project, previous_school_year

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"


class BankProblem(Problem):
    """The bank of a year is missing, unfinished or was altered."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Frame as Parquet bytes; text columns dictionary-encoded (paths repeat in every row)."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
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
        path = self.folder / MANIFEST
        if not path.is_file():
            raise BankProblem(
                f"За {self.school_year} данных в банке нет. Сначала выполните: "
                f"msoko intake {self.school_year}"
            )
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return loaded

    def table(
        self, name: str, columns: list[str] | None = None, filters: Any = None
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
        """
        schema = TABLES[name]
        path = self.path(name)
        if not path.is_file():
            empty = schema.empty()
            return empty[columns] if columns else empty
        return pd.read_parquet(path, columns=columns, filters=filters)

    def write(self, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> None:
        """Replace the year's tables; the manifest goes last and is the commit point.

        Killed in between, the hashes no longer fit the files, :meth:`is_sound` says so and the
        next run reads the year again.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        hashes: dict[str, dict[str, Any]] = {}
        for name, schema in TABLES.items():
            frame = tables.get(name)
            if frame is None or frame.empty:
                self.path(name).unlink(missing_ok=True)
                continue
            checked = schema.validate(schema.conform(frame))
            content = parquet_bytes(checked)
            write_atomically(self.path(name), content)
            hashes[name] = {"rows": len(checked), "sha256": file_hash(self.path(name))}
        whole = {**manifest, "schema_version": SCHEMA_VERSION, "tables": hashes}
        write_atomically(
            self.folder / MANIFEST,
            json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        )

    def is_sound(self) -> bool:
        """True if the manifest is there and every table has the hash it names."""
        if not self.exists:
            return False
        try:
            manifest = self.manifest()
        except ValueError:
            return False
        if not isinstance(manifest, dict) or manifest.get("schema_version") != SCHEMA_VERSION:
            return False
        named = manifest["tables"]
        return all(
            self.path(name).is_file() and file_hash(self.path(name)) == entry["sha256"]
            for name, entry in named.items()
        )

    def hashes(self, *tables: str) -> dict[str, str]:
        """SHA-256 of the named tables (of all, if none is named) from the manifest."""
        named = self.manifest()["tables"]
        return {
            name: entry["sha256"] for name, entry in named.items() if not tables or name in tables
        }

    def previous(self, back: int = 1) -> Bank:
        """Bank of an earlier school year (it may not exist: its tables are then empty)."""
        return Bank(self.project, previous_school_year(self.school_year, back))


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
