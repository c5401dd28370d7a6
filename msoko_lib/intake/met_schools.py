"""Schools that the files name and the directory does not."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from msoko_lib.intake.directory import Directory
from msoko_lib.intake.schemas import TABLES

_CODE_AT_END = re.compile(r"\s*\([a-z]+[\w-]*\d+\w*\)\s*$", re.IGNORECASE)


def with_met_schools(
    tables: dict[str, pd.DataFrame],
    names: pd.DataFrame | None,
    directory: Directory,
    school_year: str,
) -> pd.DataFrame:
    """Table ``schools``: those of the directory, then every other code that stands in the files.

    Without a directory (``directory.is_open``) the codes met are the schools of the year; with
    one they are set aside (``in_directory`` is false) until the methodologist has named them.
    """
    schools = tables.get("schools", TABLES["schools"].empty())
    known = set(schools["school_id"])
    met: dict[str, str] = {}
    called = _names_by_code(tables, names)
    for name, frame in tables.items():
        if name == "schools":
            continue
        column = "school_id" if "school_id" in frame else "unit_id"
        if column not in frame:
            continue
        rows = frame if column == "school_id" else frame[frame["level"] == "school"]
        first = rows.drop_duplicates(column)[[column, "source_file"]]
        for code, file in first.itertuples(index=False):
            if code not in known:
                met.setdefault(code, file)
    rows_met = [
        {
            "school_year": school_year,
            "school_id": code,
            "unit_kind": "school",
            "short_name": called.get(code, code.removeprefix("name:")),
            "logins": code if code.startswith("edu") else None,
            "ris_code": code.removeprefix("ris") if code.startswith("ris") else None,
            "in_directory": directory.is_open,
            "source_file": met[code],
        }
        for code in sorted(met)
    ]
    if not rows_met:
        return schools
    added = TABLES["schools"].conform(pd.DataFrame(rows_met))
    return pd.concat([schools, added], ignore_index=True)


def _names_by_code(
    tables: Mapping[str, pd.DataFrame], names: pd.DataFrame | None
) -> dict[str, str]:
    called: dict[str, str] = {}
    for frame in tables.values():
        if "unit_name" in frame:
            ours = frame[frame["level"] == "school"].drop_duplicates("unit_id")
            for code, name in ours[["unit_id", "unit_name"]].itertuples(index=False):
                called.setdefault(code, bare_name(name))
    if names is not None:
        for code, name in names[["school_id", "name"]].itertuples(index=False):
            called.setdefault(code, bare_name(name))
    return called


def bare_name(name: object) -> str:
    """Name of a group without the code that exports put in brackets at its end."""
    return _CODE_AT_END.sub("", str(name)).strip()
