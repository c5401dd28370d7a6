"""One ВПР work in one session: who wrote it, every task score, mark and journal mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo import plants as sizes
from msoko_lib.demo.forms import Form
from msoko_lib.demo.forms_vpr import COMPULSORY, WORD_PROBLEMS
from msoko_lib.demo.journal import LOWERED_SHARE, draw_journal
from msoko_lib.demo.municipality import School
from msoko_lib.demo.plants import Plants
from msoko_lib.demo.pupils import Pupils
from msoko_lib.demo.scoring import Calibration, calibrate, draw_scores, marks_of
from msoko_lib.demo.vpr_summary import Summary, summarise

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
SCORED, NOT_ATTEMPTED, NOT_TAUGHT = 0, 1, 2
PRESENT_SHARE = 0.94
LOT_SHARE = 0.6
NOT_ATTEMPTED_SHARE = 0.2
REFERENCE_N = {"country": 12_000, "region": 6_000}
REFERENCE_PARTICIPANTS = {"country": 1_270_000, "region": 11_400}
REFERENCE_SCHOOLS = {"country": 38_900, "region": 412}
REGION_MEAN = -0.04


@dataclass(frozen=True)
class VprWork:
    """A work as written; rows are participants sorted by school, class and code."""

    form: Form
    end_year: int
    vpr_year: int
    session: str
    date: str
    school: Ints
    code: Ints
    class_number: Ints
    variant: Ints
    scores: Ints
    state: Ints
    totals: Ints
    marks: Ints
    journal: Ints
    country: Summary
    region: Summary

    @property
    def key(self) -> str:
        return self.form.key

    @property
    def grade(self) -> int:
        return self.form.grade

    def rows_of(self, school: int) -> slice:
        """Rows of a school."""
        low, high = np.searchsorted(self.school, [school, school + 1])
        return slice(int(low), int(high))

    @property
    def schools(self) -> list[int]:
        """Indices of the schools that wrote the work."""
        return [int(index) for index in np.unique(self.school)]

    def summary(self, school: int | None = None) -> Summary:
        """Counts of a school, or of the municipality."""
        rows = slice(None) if school is None else self.rows_of(school)
        return summarise(
            self.form, self.scores[rows], self.totals[rows], self.marks[rows],
            self.journal[rows], schools_n=len(self.schools) if school is None else 0,
        )  # fmt: skip


def write_work(
    form: Form,
    session: tuple[int, int, str, str],
    schools: Sequence[School],
    pupils: Pupils,
    plants: Plants,
    newest: bool,
    rng: np.random.Generator,
    risen: int = -1,
) -> VprWork | None:
    """Simulate a work.

    Parameters
    ----------
    form : Form
    session : tuple
        Calendar year in which the school year ends, calendar year of the ВПР, session
        (``spring`` or ``autumn``), date of the work.
    schools, pupils, plants
        The municipality and what is planted in it.
    newest : bool
        Whether this is one of the two newest years (some phenomena stand only there).
    rng : Generator
        A stream of this work's own.
    risen : int
        Index of the school in which a measure works by now, -1 where there is none.

    Returns
    -------
    VprWork or None
        None where the lot fell on no school.
    """
    end_year, vpr_year, season, date = session
    grade_at_school = form.grade + (season == "autumn")
    who = participants(form, (end_year, grade_at_school), schools, pupils, rng)
    if not len(who):
        return None
    order = np.lexsort((pupils.number[who], pupils.class_number[who], pupils.school[who]))
    who = who[order]
    school = pupils.school[who]
    base = calibrate(form)
    calibration = Calibration(base.slope, base.shift + rng.normal(0, 0.05))
    ability = pupils.ability(who, form.subject, rng)
    ability += _inflation(form, plants, len(schools))[school]
    ability += sizes.MEASURE_EFFECT * (school == risen)
    loss = _skill_loss(form, plants, newest, school)
    scores = draw_scores(ability, form.difficulty, form.maxima, calibration, rng, loss)
    if form.code in COMPULSORY:
        scores = _lift_over_cuts(form, scores, school == plants.school("boundary_peak"), rng)
    totals = scores.sum(axis=1)
    marks = marks_of(totals, form.cuts)
    lowered = np.full(len(schools), LOWERED_SHARE)
    if plants.school("journal_gap") >= 0:
        lowered[plants.school("journal_gap")] = sizes.JOURNAL_LOWERED_SHARE
    skipped = (scores == 0) & (rng.random(scores.shape) < NOT_ATTEMPTED_SHARE)
    return VprWork(
        form=form, end_year=end_year, vpr_year=vpr_year, session=season, date=date,
        school=school, code=_participant_codes(grade_at_school, pupils.number[who]),
        class_number=pupils.class_number[who], variant=1 + (pupils.number[who] % 2),
        scores=scores, state=np.where(skipped, NOT_ATTEMPTED, SCORED).astype(np.int8),
        totals=totals,
        marks=marks, journal=draw_journal(marks, school, lowered, rng),
        country=_reference("country", form, calibration, len(who), rng),
        region=_reference("region", form, calibration, len(who), rng),
    )  # fmt: skip


def participants(
    form: Form,
    grade_of_year: tuple[int, int],
    schools: Sequence[School],
    pupils: Pupils,
    rng: np.random.Generator,
) -> Ints:
    """Who writes a work in the schools that it falls on: the first draws of the work's stream."""
    who = pupils.in_grade(*grade_of_year)
    who = who[_takes_part(form, schools, rng)[pupils.school[who]]]
    return who[rng.random(len(who)) < PRESENT_SHARE]


def _participant_codes(grade: int, number: Ints) -> Ints:
    """Five digits that begin with the grade: 40001, 10001."""
    return grade * (1_000 if grade >= 10 else 10_000) + number


def _takes_part(
    form: Form, schools: Sequence[School], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """All write the compulsory works, the others fall by lot; advanced maths in gymnasiums."""
    chosen = rng.random(len(schools)) < LOT_SHARE
    advanced = np.array([school.kind == "гимназия" for school in schools])
    if form.code not in COMPULSORY:
        return chosen
    if not form.work_level:
        return np.ones(len(schools), dtype=bool)
    return advanced if form.work_level == "углублённый" else ~advanced


def _inflation(form: Form, plants: Plants, schools: int) -> Floats:
    added = np.zeros(schools)
    for part, grade, size in (
        ("drop_4_5", 4, sizes.GRADE_4_INFLATION),
        ("vpr_oge_gap", 8, sizes.GRADE_8_INFLATION),
    ):
        if form.grade == grade and form.code in COMPULSORY and plants.school(part) >= 0:
            added[plants.school(part)] = size
    return added


def lost_tasks(form: Form) -> list[int]:
    """Places of the tasks that check the skill which one school is made to lack."""
    if form.code != "МА" or form.grade not in (6, 7) or form.work_level == "углублённый":
        return []
    return [place for place, task in enumerate(form.tasks) if task.skill == WORD_PROBLEMS]


def _skill_loss(form: Form, plants: Plants, newest: bool, school: Ints) -> Floats | None:
    tasks = lost_tasks(form)
    if not tasks or not newest or plants.school("skill_deficit") < 0:
        return None
    loss = np.zeros((len(school), len(form.tasks)))
    loss[np.ix_(school == plants.school("skill_deficit"), tasks)] = -sizes.SKILL_LOSS
    return loss


def _lift_over_cuts(
    form: Form, scores: Ints, here: NDArray[np.bool_], rng: np.random.Generator
) -> Ints:
    """Move a share of the pupils 1–2 points below a boundary onto it, giving them task points."""
    if not here.any():
        return scores
    scores = scores.copy()
    totals = scores.sum(axis=1)
    for cut in form.cuts:
        near = here & (totals >= cut - 2) & (totals < cut)
        for pupil in np.flatnonzero(near & (rng.random(len(totals)) < sizes.MOVED_SHARE)):
            while scores[pupil].sum() < cut:
                open_tasks = np.flatnonzero(scores[pupil] < form.maxima)
                scores[pupil, rng.choice(open_tasks)] += 1
    return scores


def _reference(
    level: str, form: Form, calibration: Calibration, municipal_n: int, rng: np.random.Generator
) -> Summary:
    n = REFERENCE_N[level]
    ability = rng.standard_normal(n) + (REGION_MEAN if level == "region" else 0.0)
    scores = draw_scores(ability, form.difficulty, form.maxima, calibration, rng)
    totals = scores.sum(axis=1)
    marks = marks_of(totals, form.cuts)
    # Classes of usual size, so that journals follow their own class here too.
    groups = np.arange(n) // 50
    lowered = np.full(int(groups[-1]) + 1, LOWERED_SHARE)
    journal = draw_journal(marks, groups, lowered, rng)
    participants = REFERENCE_PARTICIPANTS[level] * rng.uniform(0.96, 1.04)
    if level == "region":
        participants = max(participants, 3.0 * municipal_n)
    return summarise(
        form, scores, totals, marks, journal, REFERENCE_SCHOOLS[level], participants / n
    )
