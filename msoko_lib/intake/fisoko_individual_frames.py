"""Ф1: bank frames of pupils and tasks, built column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.intake.cells import text
from msoko_lib.intake.fisoko_columns import Codes, constant_columns, repeated
from msoko_lib.intake.fisoko_header import Work
from msoko_lib.intake.fisoko_individual_checks import TaskScores
from msoko_lib.intake.fisoko_individual_columns import TaskColumn
from msoko_lib.intake.fisoko_individual_rows import PupilRows
from msoko_lib.intake.fisoko_individual_values import (
    BANK_STATES,
    BLANK,
    DASH,
    SCORED,
    WRONG,
    Column,
)
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.schemas import TABLES


@dataclass(frozen=True)
class PupilColumns:
    """What each pupil's row holds beside the tasks."""

    classes: Column
    variants: list[str | None]
    score: Column
    mark: Column
    journal: Column


@dataclass(frozen=True)
class Identity:
    """Who stands in each row: school ids and pupil hashes as short lists and codes."""

    school_ids: list[str]
    school_codes: Codes
    pupil_ids: list[str]


def identify(pupils: PupilRows, work: Work, context: ReadContext) -> Identity:
    """School id and hash of each row.

    The hash is made with the login rather than the school's id: of two logins of one school
    each gives out its own codes, and one code may stand for two pupils.
    """
    logins = list(dict.fromkeys(pupils.logins))
    place = {login: index for index, login in enumerate(logins)}
    school_ids = [context.schools.by_login(login) or login for login in logins]
    codes = np.array([place[login] for login in pupils.logins], dtype=np.intp)
    hashed = [
        context.pupils.vpr_pupil(code, login, work.grade, work.session_key)
        for code, login in zip(pupils.codes, pupils.logins, strict=True)
    ]
    return Identity(school_ids, codes, hashed)


def school_names_frame(
    pupils: PupilRows, who: Identity, name_column: int | None, context: ReadContext
) -> pd.DataFrame:
    """How the file calls its schools, one row a school: for a year without a directory."""
    names: dict[str, str] = {}
    if name_column is not None:
        for code, row in zip(who.school_codes, pupils.cells, strict=True):
            names.setdefault(who.school_ids[code], text(row[name_column]))
    return pd.DataFrame(
        {"school_id": list(names), "name": list(names.values()), "source_file": context.file}
    )


def _common(work: Work, context: ReadContext, sheet_name: str, n: int) -> dict[str, Any]:
    source = {"source_file": context.file, "source_sheet": sheet_name}
    return constant_columns({**work.columns(), **source}, n)


def _whole(column: Column) -> Any:
    scored = column.states == SCORED
    return pd.arrays.IntegerArray(np.where(scored, column.values, 0).astype(np.int64), mask=~scored)


def pupils_frame(
    pupils: PupilRows,
    who: Identity,
    values: PupilColumns,
    max_score: float,
    work: Work,
    context: ReadContext,
    sheet_name: str,
) -> pd.DataFrame:
    """Rows of ``vpr_pupils``."""
    n = len(pupils.rows)
    columns = _common(work, context, sheet_name, n)
    columns |= {
        "school_id": repeated(who.school_ids, who.school_codes),
        "pupil_id": pd.array(who.pupil_ids, dtype="str"),
        "class_number": _whole(values.classes),
        "variant": pd.array(values.variants, dtype="str"),
        "score": values.score.values,
        "max_score": np.full(n, max_score),
        "mark": _whole(values.mark),
        "journal_mark": _whole(values.journal),
        "source_row": np.array(pupils.rows, dtype=np.int64) + 1,
    }
    return TABLES["vpr_pupils"].conform(pd.DataFrame(columns))


def tasks_frame(
    pupils: PupilRows,
    who: Identity,
    tasks: TaskScores,
    names: Sequence[TaskColumn],
    work: Work,
    context: ReadContext,
    sheet_name: str,
) -> pd.DataFrame:
    """Rows of ``vpr_tasks``, pupil after pupil, tasks in the order of the work."""
    n, t = tasks.states.shape
    columns = _common(work, context, sheet_name, n * t)
    by_pupil = np.repeat(np.arange(n, dtype=np.intp), t)
    by_task = np.tile(np.arange(t, dtype=np.intp), n)
    states = tasks.states.copy()
    states[(states == DASH) | (states == WRONG)] = BLANK
    columns |= {
        "school_id": repeated(who.school_ids, who.school_codes[by_pupil]),
        "pupil_id": repeated(who.pupil_ids, by_pupil),
        "task": repeated([task.name for task in names], by_task),
        "task_order": by_task.astype(np.int64) + 1,
        "task_level": repeated([task.level for task in names], by_task),
        "score": tasks.scores.ravel(),
        "max_score": tasks.maxima[by_task],
        "state": repeated(BANK_STATES, states.ravel().astype(np.intp)),
        "source_row": (np.array(pupils.rows, dtype=np.int64) + 1)[by_pupil],
    }
    return TABLES["vpr_tasks"].conform(pd.DataFrame(columns))
