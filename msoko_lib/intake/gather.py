"""What all files of a year gave becomes the bank's tables, checked against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.intake import merge
from msoko_lib.intake.check_vpr import cross_check_vpr
from msoko_lib.intake.compact import COMPACT, joined
from msoko_lib.intake.crosscheck import cross_check_sources
from msoko_lib.intake.directory import Directory
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.form_checks import accept_forms
from msoko_lib.intake.gia_appeals import apply_appeals
from msoko_lib.intake.met_schools import with_met_schools
from msoko_lib.intake.personal_text import refuse_personal_texts
from msoko_lib.intake.reading import SCHOOL_NAMES, Reading
from msoko_lib.intake.rules import Finding
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.teacher_groups import prefer_lists
from msoko_lib.intake.work_levels import WORKS, fields_of_works, together_in_files

_CHILDREN = (
    ("vpr_tasks", "vpr_pupils", ("work_id", "pupil_id")),
    ("gia_tasks", "gia_results", ("exam", "subject", "exam_date", "pupil_id")),
)


def gather(
    readings: Mapping[str, Reading],
    raw_files: Sequence[RawFile],
    directory: Directory,
    school_year: str,
    last_answers: pd.DataFrame,
    catalogue: Catalogue,
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Tables of a year and what their merging and comparing brought to light.

    Parameters
    ----------
    readings : mapping
        File name → what it gave.
    raw_files : sequence of RawFile
    directory : Directory
    school_year : str
    last_answers : DataFrame
        Bank table ``form_values`` of the year before, for jumps.
    catalogue : Catalogue
    """
    newest = _Newest(
        {raw.name: raw.edition for raw in raw_files},
        {name: reading.layout for name, reading in readings.items()},
    )
    gathered = _gathered(readings)
    findings = newest.findings
    tables: dict[str, pd.DataFrame] = {}
    if WORKS in gathered:
        # Works come in many files; only together they make the fields that forms ask for.
        tables[WORKS] = newest.of(WORKS, together_in_files(gathered.pop(WORKS)))
        parts = [gathered[name] for name in ("form_values",) if name in gathered]
        parts.append(fields_of_works(tables[WORKS]))
        gathered["form_values"] = pd.concat(parts, ignore_index=True)
    if "teacher_groups" in gathered:
        gathered["teacher_groups"] = prefer_lists(gathered["teacher_groups"])
    for name in [name for name in gathered if name in TABLES]:
        # What has been used goes at once: a region's tables do not fit into memory twice.
        tables[name] = newest.of(name, gathered.pop(name))
    for child, parent, key in _CHILDREN:
        if child in tables and parent in tables:
            tables[child] = merge.drop_orphan_tasks(tables[child], tables[parent], key)
    if "gia_appeals" in gathered:
        results = tables.get("gia_results", TABLES["gia_results"].empty())
        tables["gia_results"], told = apply_appeals(results, gathered["gia_appeals"])
        findings += told
    if not directory.is_open:
        findings += merge.set_aside_unknown(tables, directory)
    schools = with_met_schools(tables, gathered.get(SCHOOL_NAMES), directory, school_year)
    if not schools.empty:
        tables["schools"] = schools
    tables, told = refuse_personal_texts(tables)
    findings += told
    findings += cross_check_vpr(tables)
    if "form_values" in tables:
        tables["form_values"], told = accept_forms(tables["form_values"], last_answers, catalogue)
        findings += told
    findings += cross_check_sources(tables, catalogue)
    return tables, findings


def _gathered(readings: Mapping[str, Reading]) -> dict[str, pd.DataFrame]:
    gathered: dict[str, list[pd.DataFrame]] = {}
    for reading in readings.values():
        for name, frame in reading.tables.items():
            if not frame.empty:
                gathered.setdefault(name, []).append(frame)
    return {
        name: joined(frames) if name in COMPACT else pd.concat(frames, ignore_index=True)
        for name, frames in gathered.items()
    }


class _Newest:
    """Keeps valid rows of the newest file for each key, and what was told of the others."""

    def __init__(self, editions: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        self.editions = editions
        self.kinds = kinds
        self.findings: list[Finding] = []

    def of(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        table = TABLES[name]
        valid, bad = merge.invalid_rows(table.conform(frame), table)
        kept, repeats = merge.newest_rows(valid, table, self.editions, self.kinds)
        self.findings += bad + repeats
        return kept
