"""Intake by kind of file against pandas with openpyxl, which only loads the cells.

Each raw file of a made year is opened as a person would in a notebook (``pandas.read_excel`` of
all sheets, openpyxl for xlsx) and read by msoko: recognised, checked cell by cell, made into bank
rows. Both in this process, one after the other. Then the whole year by ``msoko intake``.

Run: ``python tests/benchmarks/bench_intake.py [SCHOOLS …]``. Asserts nothing.
"""

from __future__ import annotations

import csv
import shutil
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from harness import MSOKO, municipality, timed, told

from msoko_lib.intake.directory import open_directory
from msoko_lib.intake.files import RawFile, list_raw_files
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_BYTES, Pseudonymiser
from msoko_lib.settings import load_settings

EXCEL = {".xlsx": "openpyxl", ".xlsm": "openpyxl", ".xls": "calamine"}


def plainly(path: Path) -> float | None:
    """Seconds that pandas needs to load a file; None for one that it cannot load."""
    begun = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.suffix in EXCEL:
                pd.read_excel(path, sheet_name=None, header=None, engine=EXCEL[path.suffix])
            else:
                with path.open(encoding="cp1251", errors="replace", newline="") as stream:
                    pd.DataFrame(list(csv.reader(stream, delimiter=";")))
    except Exception:
        return None
    return time.perf_counter() - begun


def by_kind(project: Project, school_year: str) -> float:
    """A line a kind of file; seconds of pandas for all files that it can load."""
    context = ReadContext(
        school_year,
        load_settings(project, school_year),
        open_directory(),
        Pseudonymiser(bytes(range(KEY_BYTES))),
        "",
    )
    layouts = all_layouts(project)
    rows: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    whole = 0.0
    for raw in list_raw_files(project.raw(school_year)):
        plain = plainly(raw.path)
        begun = time.perf_counter()
        reading = _read(raw, layouts, context)
        ours = time.perf_counter() - begun
        if plain is not None:
            whole += plain
            kind = reading.layout.split()[0] if reading.layout else "не распознан"
            rows[kind].append((plain, ours, reading.rows_n))
    for kind, found in sorted(rows.items(), key=lambda item: -sum(row[0] for row in item[1])):
        plain_s, ours_s = (sum(row[place] for row in found) for place in (0, 1))
        print(
            f"  {kind:<28} {len(found):4d} files {sum(row[2] for row in found):9d} rows"
            f" {plain_s:8.2f} s pandas {ours_s:8.2f} s msoko  {plain_s / ours_s:5.1f} times"
        )
    ours_s = sum(row[1] for found in rows.values() for row in found)
    print(f"  {'all, one process':<57} {whole:8.2f} s pandas {ours_s:8.2f} s msoko  "
          f"{whole / ours_s:5.1f} times")  # fmt: skip
    return whole


def _read(raw: RawFile, layouts: Sequence[Layout], context: ReadContext) -> Reading:
    return read_file(raw, layouts, replace(context, file=raw.name))


def main(*sizes: int) -> None:
    """Measure made municipalities of these sizes: a large district, a small region."""
    for schools in sizes or (50, 200):
        with municipality(schools) as project:
            year = max(project.raw_years())
            print(f"{schools} schools, {year}")
            plain = by_kind(project, year)
            shutil.rmtree(project.bank(year), ignore_errors=True)
            first = timed([*MSOKO, "intake", year], project.root, may_fail=True)
            told("msoko intake: read, merged, checked, written", first,
                 f"{plain / first.wall:.1f} times faster than pandas alone")  # fmt: skip
            again = timed([*MSOKO, "intake", year], project.root, may_fail=True)
            told("msoko intake again: nothing to read", again)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
