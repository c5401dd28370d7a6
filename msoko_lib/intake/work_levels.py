"""Diagnostic works: pupils of a school by level, work, grade and subject; the fields they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet

WORKS = "work_levels"
LEVELS = ("low", "base", "raised", "high")
# Work → subsystem, fields of pupils tested and of those at the base level and above.
FIELDS = {
    "ready": ("10", "ready_tested_n", "ready_n"),
    "start1": ("01", "start1_tested_n", "start1_ready_n"),
    "meta": ("01", "meta_tested_n", "meta_basic_n"),
    "fl": ("01", "literacy_tested_n", "literacy_reached_n"),
    "niko": ("01", "niko_tested_n", "niko_basic_n"),
    "regional": ("01", "regional_tested_n", "regional_basic_n"),
    "rehearsal": ("01", "rehearsal_tested_n", "rehearsal_passed_n"),
}


@dataclass
class WorkRows:
    """Pupils by level gathered from a sheet: classes of a grade together."""

    sheet: Sheet
    context: ReadContext
    rows: dict[tuple[str, str, int | None, str], dict[str, object]] = field(default_factory=dict)

    def add(
        self, unit: str, work: str, grade: int | None, subject: str, levels: Mapping[str, float],
        place: int,
    ) -> None:  # fmt: skip
        """Add pupils of a row."""
        key = (unit, work, grade, subject)
        row = self.rows.setdefault(
            key,
            {
                "school_year": self.context.school_year, "school_id": unit, "work": work,
                "grade": grade, "subject": subject, "source_file": self.context.file,
                "source_sheet": self.sheet.name, "source_row": place + 1,
            },
        )  # fmt: skip
        for level, value in levels.items():
            name = f"{level}_n"
            row[name] = value + float(str(row.get(name, 0)))

    def put_into(self, reading: Reading) -> None:
        """The rows, if there are any, as a table of the reading."""
        if self.rows:
            frame = pd.DataFrame(list(self.rows.values()), columns=TABLES[WORKS].columns)
            reading.tables[WORKS] = TABLES[WORKS].conform(frame)


def together_in_files(works: pd.DataFrame) -> pd.DataFrame:
    """Add up what several sheets of one file say of one work, grade and subject of a school."""
    table = TABLES[WORKS]
    same = [*table.key, "source_file"]
    counts = [f"{level}_n" for level in LEVELS]
    groups = works.groupby(same, sort=False, dropna=False)
    # A level that no sheet has stays unknown.
    sums = groups[counts].sum(min_count=1).reset_index()
    others = [name for name in table.columns if name not in (*same, *counts)]
    first = groups[others].first().reset_index()
    return table.conform(sums.assign(**{name: first[name] for name in others}))


def fields_of_works(works: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``form_values`` that the works of a year make.

    Parameters
    ----------
    works : DataFrame
        Bank table ``work_levels``: each work, grade and subject of a school once.

    Returns
    -------
    DataFrame
        For each school and work how many wrote it and how many reached the base level, grades
        and subjects together; a row is traced to the first of those it is made from.
    """
    table = TABLES["form_values"]
    counts = [f"{level}_n" for level in LEVELS]
    named = works.assign(tested=works[counts].fillna(0).sum(axis=1))
    named["reached"] = named["tested"] - named["low_n"].fillna(0)
    rows: list[dict[str, object]] = []
    for (school_id, work), own in named.groupby(["school_id", "work"], sort=False):
        subsystem, *names = FIELDS[str(work)]
        first = own.iloc[0]
        for field_id, total in zip(names, ("tested", "reached"), strict=True):
            rows.append(
                {
                    "school_year": first["school_year"], "school_id": school_id,
                    "subsystem": subsystem, "field_id": field_id, "value": own[total].sum(),
                    "source_file": first["source_file"],
                    "source_sheet": first["source_sheet"], "source_row": first["source_row"],
                }
            )  # fmt: skip
    return table.conform(pd.DataFrame(rows, columns=table.columns))
