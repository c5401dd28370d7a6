"""Groups of a school's teachers by age, experience and subject: counts alone, no person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.intake.named_subjects import subject_order
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.source_params import Groups, SourceParams
from msoko_lib.intake.teacher_counts import Teacher, is_whole_staff
from msoko_lib.intake.workbook import Sheet

TABLE = TABLES["teacher_groups"]
LIST, STATISTICS = "list", "statistics"
UNKNOWN = "не указано"
Counted = tuple[str, Callable[[Teacher], object]]


@dataclass(frozen=True)
class GroupCount:
    """How many of a group: ``counted`` is teachers, diagnosed, deficits or vacancies."""

    dimension: str
    group: str
    order: int
    counted: str
    n: int


def group_counts(
    teachers: Sequence[Teacher], vacancies: Iterable[Sequence[str]], known: frozenset[str],
    given: SourceParams,
) -> list[GroupCount]:  # fmt: skip
    """Counts of a school by group, as far as the list has the columns.

    Parameters
    ----------
    teachers : sequence of Teacher
        Each person once.
    vacancies : iterable of sequences of str
        Subjects of each vacant post.
    known : frozenset of str
        Columns that the list has.
    given : SourceParams
        Bounds of the groups.

    Returns
    -------
    list of GroupCount
        Teachers by age and experience (every group, nought too) and by subject, where the list
        is one of the whole staff; diagnosed ones and those with deficits by subject; vacancies
        by subject. Who teaches two subjects counts in both.
    """
    found: list[GroupCount] = []
    if is_whole_staff(known):
        if {"age", "birth"} & known:
            found += _banded("age", given.teacher_ages, [row.age for row in teachers])
        if "experience" in known:
            years = [row.experience for row in teachers]
            found += _banded("experience", given.teacher_experience, years)
        found += _by_subject("teachers", (row.subjects for row in teachers))
    for column, counted in (("diagnosed", "diagnosed"), ("deficits", "deficits")):
        if column in known:
            own = (row.subjects for row in teachers if getattr(row, column))
            found += _by_subject(counted, own)
    return found + list(_by_subject("vacancies", vacancies))


def _banded(dimension: str, groups: Groups, years: Sequence[float | None]) -> Iterator[GroupCount]:
    counts = Counter(None if value is None else groups.title_of(value) for value in years)
    for order, title in enumerate(groups.titles):
        yield GroupCount(dimension, title, order, "teachers", counts[title])
    if counts[None]:
        yield GroupCount(dimension, UNKNOWN, len(groups.titles), "teachers", counts[None])


def _by_subject(counted: str, subjects: Iterable[Sequence[str]]) -> Iterator[GroupCount]:
    counts = Counter(subject for each in subjects for subject in each)
    for subject in sorted(counts, key=subject_order):
        yield GroupCount("subject", subject, subject_order(subject), counted, counts[subject])


@dataclass
class GroupRows:
    """Rows of the bank's table gathered from a sheet."""

    sheet: Sheet
    context: ReadContext
    source: str
    rows: list[dict[str, object]] = field(default_factory=list)

    def put(self, unit: str, count: GroupCount, place: int, sheet: Sheet | None = None) -> None:
        """Add a count of an organisation."""
        self.rows.append(
            {
                "school_year": self.context.school_year, "school_id": unit,
                "source": self.source, "dimension": count.dimension, "group": count.group,
                "group_order": count.order, "counted": count.counted, "n": count.n,
                "source_file": self.context.file,
                "source_sheet": (sheet or self.sheet).name, "source_row": place + 1,
            }
        )  # fmt: skip

    def put_into(self, reading: Reading) -> None:
        """The rows, if there are any, as a table of the reading."""
        if self.rows:
            frame = pd.DataFrame(self.rows, columns=TABLE.columns)
            reading.tables[TABLE.name] = TABLE.conform(frame)


def prefer_lists(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what statistics say of a school and dimension that its own list speaks of."""
    what = ["school_id", "dimension", "counted"]
    listed = pd.MultiIndex.from_frame(frame.loc[frame["source"] == LIST, what].drop_duplicates())
    is_told = pd.MultiIndex.from_frame(frame[what]).isin(listed)
    return frame[(frame["source"] == LIST) | ~is_told].reset_index(drop=True)
