"""Tiny banks made by hand, and plain-Python expectations that share no code with the library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.indicators.engine import indicator_values
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project
from msoko_lib.settings import load_settings

YEAR, BEFORE = "2024-2025", "2023-2024"
END = {YEAR: 2025, BEFORE: 2024}
Row = dict[str, object]
Tables = Mapping[str, Sequence[Row]]
TRACE: Row = {"source_file": "1.xlsx", "source_sheet": "Лист1", "source_row": 1}
# Schools a and b are one cluster, c and d another; x is not in the directory.
CLUSTERS = {"a": "город", "b": "город", "c": "село", "d": "село"}
TOWN, VILLAGE, ALL = ("cluster", "город"), ("cluster", "село"), ("municipality", "municipality")
Z95 = 1.959963984540054

_repository = Project.find(Path(__file__).parent)


def directory(year: str = YEAR) -> list[Row]:
    """Four schools, a preschool, and a school that nobody has explained."""
    rows = [
        {"school_id": school, "short_name": f"Школа {school}", "unit_kind": "school",
         "cluster": cluster, "in_directory": True}
        for school, cluster in CLUSTERS.items()
    ]  # fmt: skip
    rows.append({"school_id": "p", "short_name": "Сад", "unit_kind": "preschool",
                 "in_directory": True})  # fmt: skip
    rows.append({"school_id": "x", "short_name": "Неизвестная", "unit_kind": "school",
                 "in_directory": False})  # fmt: skip
    return [{"school_year": year, **row} for row in rows]


def work(
    subject: str = "Русский язык", grade: int = 4, year: str = YEAR, session: str = "spring",
    comparable: bool = True, level: str | None = None,
) -> Row:  # fmt: skip
    """The columns that say which ВПР it is."""
    return {
        "school_year": year, "work_id": f"{END[year]} {subject} {grade} {session} {level}",
        "vpr_year": END[year], "session": session, "comparable": comparable, "subject": subject,
        "work_level": level, "grade": grade,
    }  # fmt: skip


def pupils(school: str, of: Row, marks: Iterable[int | None], **more: object) -> list[Row]:
    """Rows of ``vpr_pupils`` of a school and work, one for each mark."""
    return [
        {**of, "school_id": school, "pupil_id": f"{school}{place}", "mark": mark, "score": None,
         "max_score": 20, **more}
        for place, mark in enumerate(marks)
    ]  # fmt: skip


def scored(school: str, of: Row, scores: Iterable[float], max_score: int = 20) -> list[Row]:
    """Rows of ``vpr_pupils`` with scores alone."""
    return [
        {**of, "school_id": school, "pupil_id": f"{school}{place}", "score": score,
         "max_score": max_score}
        for place, score in enumerate(scores)
    ]  # fmt: skip


def group(level: str, unit: str, of: Row, n: int | None, **values: object) -> Row:
    """A row of an aggregated export."""
    return {**of, "level": level, "unit_id": unit, "unit_name": unit, "participants_n": n, **values}


def exam(
    pupil: str, subject: str, *, kind: str = "oge", date: str = "2025-06-01",
    mark: int | None = None, test: float | None = None, minimum: float | None = None,
) -> Row:  # fmt: skip
    """A row of ``gia_results``; the first letter of the pupil is the school."""
    return {
        "school_year": YEAR, "exam": kind, "subject": subject, "exam_date": date,
        "school_id": pupil[0], "pupil_id": pupil, "grade": 11 if kind == "ege" else 9,
        "mark": mark, "test_score": test, "minimum": minimum, "appealed": False,
    }  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A hand-made bank seen as the indicators see it."""

    inputs: Inputs
    catalogue: Catalogue

    def values(self, indicator_id: str) -> pd.DataFrame:
        return indicator_values(self.catalogue[indicator_id], self.inputs)

    def row(self, indicator_id: str, level: str, unit: str, **cuts: object) -> pd.Series:
        """The one row of a unit and cut."""
        rows = self.values(indicator_id)
        rows = rows[(rows["level"] == level) & (rows["unit_id"] == unit)]
        for name, value in cuts.items():
            rows = rows[rows[name] == value]
        assert len(rows) == 1, rows
        return rows.iloc[0]


def town(root: Path, now: Tables, before: Tables | None = None) -> Town:
    """Write the tables as the bank writes them and open them as indicators do."""
    project = Project(root)
    for year, tables in ((YEAR, now), (BEFORE, before)):
        if tables is None:
            continue
        whole = {"schools": directory(year), **tables}
        frames = {
            name: TABLES[name].conform(pd.DataFrame([{**TRACE, **row} for row in rows]))
            for name, rows in whole.items()
            if rows
        }
        Bank(project, year).write(frames, {"files": []})
    settings = load_settings(_repository, YEAR)
    return Town(Inputs(Bank(project, YEAR), settings), load_catalogue(_repository))


def wilson(hit: float, total: float) -> tuple[float, float]:
    """Wilson's interval by its formula (1927)."""
    share, z2 = hit / total, Z95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def rolled_up(
    counts: Mapping[str, tuple[int, int]], levels: Sequence[str]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Counts of schools added up to clusters and the municipality, by plain addition."""
    units: dict[tuple[str, str], tuple[int, int]] = {}
    for school, (hit, total) in counts.items():
        for unit in (("school", school), ("cluster", CLUSTERS[school]), ALL):
            if unit[0] in levels:
                old = units.get(unit, (0, 0))
                units[unit] = (old[0] + hit, old[1] + total)
    return units


def assert_shares(
    given: Town, indicator_id: str, counts: Mapping[str, tuple[int, int]], **cuts: object
) -> None:
    """Every unit of every own level has these counts, their share and Wilson's interval."""
    passport = given.catalogue[indicator_id]
    rows = given.values(indicator_id)
    for name, value in cuts.items():
        rows = rows[rows[name] == value]
    own = rows[rows["level"].isin(["school", "cluster", "municipality"])]
    found = {(row.level, row.unit_id): (row.numerator, row.denominator) for row in own.itertuples()}
    expected = rolled_up(counts, passport.levels)
    assert found == expected
    for row in own.itertuples():
        hit, total = expected[(row.level, row.unit_id)]
        low, high = wilson(hit, total)
        assert math.isclose(row.value, hit / total)
        assert math.isclose(row.ci_low, low, abs_tol=1e-9)
        assert math.isclose(row.ci_high, high, abs_tol=1e-9)
        assert row.n == total
        assert row.status == ("ok" if total >= passport.minimum_n else "not_enough")
