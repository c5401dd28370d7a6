"""Who took which exam and with what result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.exam_forms import EGE, GVE, OGE, ExamForm
from msoko_lib.demo.plants import EXAM_LOSS
from msoko_lib.demo.scoring import calibrate, draw_scores, marks_of
from msoko_lib.demo.vpr_year import Town

Ints = NDArray[np.integer]
CHOICES = 2
# Ability of those who take an exam of grade 11 above that of the whole cohort, on average: the
# usual shares of results are those of the takers.
SELECTION = {"02": 1.0, "22": -0.1}
USUAL_SELECTION = 0.5


@dataclass(frozen=True)
class Sitting:
    """An exam on its day; rows are pupils in the order of their school, then surname."""

    exam: ExamForm
    end_year: int
    date: str
    oral_date: str
    pupil: Ints
    school: Ints
    scores: Ints
    primary: Ints
    test: Ints | None
    mark: Ints | None

    @property
    def final(self) -> Ints:
        """Test scores, or marks where the exam gives marks."""
        if self.test is not None:
            return self.test
        if self.mark is None:
            raise ValueError("an exam gives either test scores or marks")
        return self.mark

    @property
    def title(self) -> str:
        """«01 - Русский язык 2022.06.23»; foreign languages name both dates."""
        when = f"п:{self.date}; у:{self.oral_date}" if self.oral_date else self.date
        return f"{self.exam.code} - {self.exam.title} {when}"

    @property
    def grade(self) -> int:
        return 11 if self.exam.exam == "ege" else 9


def sittings(town: Town, end_year: int) -> Iterator[Sitting]:
    """Exams of a school year: ОГЭ, ГВЭ, then ЕГЭ."""
    ninth, eleventh = (town.pupils.in_grade(end_year, grade) for grade in (9, 11))
    on_gve = town.stream(end_year, "gve").random(len(ninth)) < GVE[0].popularity
    for number, (form, who) in enumerate(
        [
            *((form, ninth[on_gve]) for form in GVE),
            *_with_choices(OGE, ninth[~on_gve], CHOICES, town, end_year),
            *_with_choices(EGE, eleventh, None, town, end_year),
        ]
    ):
        if len(who):
            yield _sit(form, who, number, town, end_year)


def _with_choices(
    forms: tuple[ExamForm, ...], who: Ints, choices: int | None, town: Town, end_year: int
) -> Iterator[tuple[ExamForm, Ints]]:
    """Everybody takes the compulsory exams; of the others exactly ``choices``, or each by chance.

    The two levels of mathematics exclude each other; the stronger take the profile one.
    """
    rng = town.stream(end_year, "choice", forms[0].exam)
    optional = [form for form in forms if form.popularity < 1]
    wishes = np.log([form.popularity for form in optional])[None, :]
    wishes = wishes + rng.gumbel(size=(len(who), len(optional)))
    if choices is None:
        chosen = rng.random(wishes.shape) < [form.popularity for form in optional]
        profile = town.pupils.ability(who, "Математика", rng) > np.quantile(
            rng.standard_normal(2_000), 0.55
        )
        for column, form in enumerate(optional):
            if form.code == "02":
                chosen[:, column] = profile
            if form.code == "22":
                chosen[:, column] = ~profile
    else:
        order = np.argsort(np.argsort(-wishes, axis=1), axis=1)
        chosen = order < choices
    columns = {form.code: chosen[:, column] for column, form in enumerate(optional)}
    for form in forms:
        yield form, who[columns[form.code]] if form.code in columns else who


def _sit(form: ExamForm, who: Ints, number: int, town: Town, end_year: int) -> Sitting:
    rng = town.stream(end_year, form.exam, form.code)
    names = np.array([" ".join(town.pupils.full_name(pupil)) for pupil in who.tolist()])
    who = who[np.lexsort((names, town.pupils.school[who]))]
    school = town.pupils.school[who]
    ability = town.pupils.ability(who, form.subject, rng)
    if form.exam == "ege":
        ability = ability - SELECTION.get(form.code, USUAL_SELECTION)
    else:
        ability = ability - EXAM_LOSS * (school == town.plants.school("vpr_oge_gap"))
    work = form.form
    scores = draw_scores(ability, work.difficulty, form.maxima, calibrate(work), rng)
    primary = scores.sum(axis=1)
    day, month = divmod(23 + 2 * number, 30)[::-1]
    date = f"{end_year}.{5 + month:02d}.{1 + day:02d}"
    return Sitting(
        exam=form, end_year=end_year, date=date,
        oral_date=f"{end_year}.06.{18 if form.exam == 'ege' else 20}" if form.oral else "",
        pupil=who, school=school, scores=scores, primary=primary,
        test=form.test_scores(primary) if form.points else None,
        mark=marks_of(primary, form.cuts) if form.cuts else None,
    )  # fmt: skip
