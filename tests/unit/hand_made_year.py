"""A year opened as a report opens it, over answers to forms written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd
from hand_made import TRACE, YEAR, Row

from msoko_lib.bank import Bank
from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project, previous_school_year
from msoko_lib.settings import load_settings
from msoko_lib.subsystems.year import Year

# Organisation → field → number (or words) as answered.
Answers = Mapping[str, Mapping[str, object]]
_repository = Project.find(Path(__file__).parent)


def year_of(
    root: Path,
    answered: Answers,
    *,
    kind: str = "school",
    kinds: Mapping[str, str] | None = None,
    before: Answers | None = None,
    tables: Mapping[str, Sequence[Row]] | None = None,
) -> Year:
    """Write a bank of these answers and open its year.

    Parameters
    ----------
    answered, before : mapping
        Answers of the year and of the year before.
    kind : str
        Kind of every organisation that ``kinds`` does not name.
    kinds : mapping, optional
        Organisation → «school», «preschool», «additional».
    tables : mapping, optional
        Rows of further tables of the year.
    """
    (root / "params").symlink_to(_repository.params)
    project = Project(root)
    catalogue = _catalogue()
    subsystem = {item.id: part.number for part in catalogue.subsystems for item in part.fields}
    units = {name: (kinds or {}).get(name, kind) for name in {**(before or {}), **answered}}
    units |= {name: told for name, told in (kinds or {}).items() if name not in units}
    for school_year, given in ((YEAR, answered), (previous_school_year(YEAR), before)):
        if given is None:
            continue
        whole = {
            "schools": [_unit(school_year, name, told) for name, told in units.items()],
            "form_values": [
                _answer(school_year, unit, field, value, subsystem)
                for unit, fields in given.items()
                for field, value in fields.items()
            ],
        }
        if school_year == YEAR:
            whole |= {name: list(rows) for name, rows in (tables or {}).items()}
        frames = {
            name: TABLES[name].conform(
                pd.DataFrame([{**TRACE, "school_year": school_year, **row} for row in rows])
            )
            for name, rows in whole.items()
            if rows
        }
        Bank(project, school_year).write(frames, {"files": [], "inputs": "", "findings": []})
    settings = load_settings(project, YEAR)
    return Year(project, YEAR, settings, catalogue, Inputs(Bank(project, YEAR), settings))


@cache
def _catalogue() -> Catalogue:
    return load_catalogue(_repository)


def _unit(school_year: str, name: str, kind: str) -> Row:
    return {
        "school_year": school_year, "school_id": name, "short_name": f"Организация {name}",
        "unit_kind": kind, "cluster": "село", "territory": "село", "in_directory": True,
    }  # fmt: skip


def _answer(
    school_year: str, unit: str, field: str, value: object, subsystem: Mapping[str, str]
) -> Row:
    where = {"value": value} if isinstance(value, (int, float)) else {"text": str(value)}
    return {"school_year": school_year, "school_id": unit, "field_id": field,
            "subsystem": subsystem.get(field, "00"), **where}  # fmt: skip
