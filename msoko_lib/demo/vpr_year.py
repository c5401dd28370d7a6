"""All ВПР works of a school year and the files in which they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.forms import Form
from msoko_lib.demo.forms_vpr import COMPULSORY, FORMS
from msoko_lib.demo.municipality import School
from msoko_lib.demo.plants import Plants
from msoko_lib.demo.pupils import Pupils
from msoko_lib.demo.scoring import marks_of
from msoko_lib.demo.vpr_groups import AGGREGATED, groups_of, journal_sheet, old_journal_sheet
from msoko_lib.demo.vpr_individual import Handwriting, individual_sheet
from msoko_lib.demo.vpr_naming import Labels
from msoko_lib.demo.vpr_work import NOT_TAUGHT, VprWork, participants, write_work
from msoko_lib.demo.xlsx import SheetRows

AUTUMN_YEAR = 2022
AUTUMN_GRADES = range(4, 8)
LATE_GRADE = 10
# A work whose Ф1 the schools send one by one.
ONE_BY_ONE = ("МА", 6)
MOST_SINGLE_FILES = 60
FIRST_FILE_NUMBER = 2_800_000
INDIVIDUAL = "Ф1_Индивидуальные результаты"


@dataclass(frozen=True)
class Town:
    """The municipality that all generators share."""

    schools: tuple[School, ...]
    pupils: Pupils
    plants: Plants
    labels: Labels
    end_years: tuple[int, ...]
    seed: int
    planted: bool

    def stream(self, *parts: int | str) -> np.random.Generator:
        """A random stream of its own for each thing, so that none disturbs another."""
        words = [part if isinstance(part, int) else int.from_bytes(part.encode()[-7:])
                 for part in parts]  # fmt: skip
        return np.random.default_rng([self.seed, *words])

    @property
    def newest(self) -> int:
        return self.end_years[-1]


def vpr_works(town: Town, end_year: int) -> Iterator[VprWork]:
    """Works written in the school year that ends in ``end_year``, autumn session first."""
    # A measure that works needs a year before it: its pupils' results rise in the newest year.
    works = end_year == town.newest and len(town.end_years) > 1
    risen = town.plants.school("measure_worked") if works else -1
    for season, form, date in timetable(town, end_year):
        year = end_year - (season == "autumn")
        work = write_work(
            form,
            (end_year, year, season, date),
            town.schools,
            town.pupils,
            town.plants,
            newest=end_year >= town.newest - 1,
            rng=town.stream(end_year, season, form.key),
            risen=risen,
        )
        if work is not None:
            yield _with_topic_not_taught(work, town)


def written_by_school(town: Town, end_year: int) -> NDArray[np.int64]:
    """Works that each school wrote in a school year, all sessions together."""
    total = np.zeros(len(town.schools), dtype=np.int64)
    for season, form, _ in timetable(town, end_year):
        rng = town.stream(end_year, season, form.key)
        grade = form.grade + (season == "autumn")
        who = participants(form, (end_year, grade), town.schools, town.pupils, rng)
        total += np.bincount(town.pupils.school[who], minlength=len(total))
    return total


def timetable(town: Town, end_year: int) -> Iterator[tuple[str, Form, str]]:
    """Works of a school year in their order: session, form, date (ДД.ММ.ГГГГ)."""
    for place, (season, form) in enumerate(_sessions(town, end_year)):
        day = 1 + (3 * place) % 27
        is_autumn = season == "autumn"
        yield season, form, f"{day:02d}.{10 if is_autumn else 4:02d}.{end_year - is_autumn}"


def _sessions(town: Town, end_year: int) -> Iterator[tuple[str, Form]]:
    if town.planted and end_year - 1 == AUTUMN_YEAR:
        for form in autumn_forms():
            yield "autumn", form
    for form in FORMS:
        if form.grade != LATE_GRADE or end_year == town.newest:
            yield "spring", form


def autumn_forms() -> list[Form]:
    """Works of the autumn session: compulsory subjects, the programme of the grade before."""
    return [
        form
        for form in FORMS
        if form.code in COMPULSORY and form.grade in AUTUMN_GRADES and not form.work_level
    ]


def _with_topic_not_taught(work: VprWork, town: Town) -> VprWork:
    """In one school the topic of one task had not been reached: nobody could do it."""
    index = town.plants.school("two_logins")
    rows = work.rows_of(index)
    if index < 0 or work.key != "МА 5" or work.end_year != town.newest or rows.start == rows.stop:
        return work
    scores, state = work.scores.copy(), work.state.copy()
    scores[rows, -1], state[rows, -1] = 0, NOT_TAUGHT
    totals = scores.sum(axis=1)
    return replace(
        work, scores=scores, state=state, totals=totals, marks=marks_of(totals, work.form.cuts)
    )


def vpr_sheets(work: VprWork, town: Town) -> dict[str, SheetRows]:
    """The reports of a work: file name without its ending → sheet."""
    handwriting = _handwriting(work, town)
    groups = groups_of(work, town.labels)
    sheets = {}
    single = (work.form.code, work.grade) == ONE_BY_ONE and work.session == "spring"
    if single and len(work.schools) <= MOST_SINGLE_FILES:
        for index in work.schools:
            name = f"{INDIVIDUAL} ({index + 1})"
            sheets[name] = individual_sheet(work, town.labels, handwriting, only=index)
    else:
        sheets[INDIVIDUAL] = individual_sheet(work, town.labels, handwriting)
    for name, make in AGGREGATED.items():
        old = make is journal_sheet and _has_old_journal(work, town)
        sheets[name] = (old_journal_sheet if old else make)(work, groups)
    return sheets


def vpr_paths(folder: Path, work: VprWork, place: int, names: Sequence[str]) -> list[Path]:
    """Where the reports of a work go.

    Files are named by the report in a folder of the work, or by a bare number, by turns.

    Parameters
    ----------
    folder : Path
        Folder of the school year.
    work : VprWork
    place : int
        Place of the work among those of the year.
    names : sequence of str
        Keys of :func:`vpr_sheets`.
    """
    if place % 3:
        season = " осень" if work.session == "autumn" else ""
        return [folder / "ВПР" / f"{work.key}{season}" / f"{name}.xlsx" for name in names]
    first = FIRST_FILE_NUMBER + 10_000 * (work.end_year % 100) + 300 * place
    return [folder / "ВПР" / f"{first + 7 * number}.xlsx" for number in range(len(names))]


def _has_old_journal(work: VprWork, town: Town) -> bool:
    return work.end_year == town.end_years[0] and len(town.end_years) > 1


def _handwriting(work: VprWork, town: Town) -> Handwriting:
    if not town.planted:
        return Handwriting()
    hand = Handwriting(latin_schools={school.index for school in town.schools
                                      if school.index % 2})  # fmt: skip
    newest = work.end_year == town.newest
    low, gap = town.plants.school("low_results"), town.plants.school("journal_gap")
    if newest and work.key == "РУ 5":
        hand.variantless.add(low)
    if newest and work.key == "РУ 7":
        hand.declared_extra[gap] = 2
    if newest and work.key == "РУ 8":
        hand.dashing_schools.add(town.plants.school("renamed"))
    if not newest and work.key == "МА 5":
        hand.comma_schools.add(gap)
    return hand
