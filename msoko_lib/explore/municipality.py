"""The municipality of one school year: what a methodologist may ask, by the words of the trade."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from msoko_lib.explore import jupyter
from msoko_lib.explore.names import found, plain
from msoko_lib.explore.problems import ExploreProblem, UnknownName
from msoko_lib.explore.subjects import (
    exam_subjects_of,
    grade_checked,
    grades_of,
    subject_named,
    subjects_of,
)
from msoko_lib.explore.view import View, page_of
from msoko_lib.explore.years import years_with_bank
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.subsystems.year import Year, open_year_of

if TYPE_CHECKING:
    from msoko_lib.explore.choosing import Choosing
    from msoko_lib.explore.indicators import Indicators, IndicatorView
    from msoko_lib.explore.own_indicator import Fields, OwnIndicator
    from msoko_lib.explore.schools import School, Schools
    from msoko_lib.explore.works import Works

# Modules of the answers are imported when they are asked for: a notebook asks one question.
QUESTIONS = {
    'm.schools, m.school("название")': "школы; одна школа – .vpr(), .gia(), .tasks(), .check()",
    'm.vpr("предмет", класс)': "ВПР рядом с регионом; .by_school(), .over_years()",
    'm.gia("ОГЭ", "предмет")': "экзамены по годам",
    'm.tasks("предмет"), m.skills("предмет")': "трудные задания и умения по классам",
    'm.indicator("КП-08"), m.indicators': "показатели; .by_school(), .over_years()",
    "m.compare(что, с чем)": "две школы, два года или два предмета",
    'm.screening(), m.screening("школа")': "что увидел скрининг и чем это объяснить",
    "m.clusters(), m.clusters(k=3)": "группы похожих школ, своё деление",
    "m.fields, m.new_indicator(…)": "свой показатель из полей форм",
    'm.plan("КП-04", schools=3, change=5)': "мера, эффект которой будет виден",
    "m.choose.vpr(), m.choose.school()": "то же со списками выбора",
}


class Municipality:
    """A municipality in one school year; :func:`msoko_lib.municipality` opens it.

    Examples
    --------
    >>> m = municipality()                           # doctest: +SKIP
    >>> m.vpr("Математика").by_school()              # doctest: +SKIP
    >>> ax = m.vpr("Математика").plot()              # doctest: +SKIP
    """

    def __init__(self, year: Year) -> None:
        self.opened = year
        self.year = year.school_year
        jupyter.show_figures()

    # What there is.

    @property
    def name(self) -> str:
        """The municipality's name, as in the parameters."""
        return self.opened.settings.municipality.name

    @property
    def years(self) -> list[str]:
        """School years that have been read, oldest first."""
        return years_with_bank(self.opened.project)

    def in_year(self, school_year: str) -> Municipality:
        """The same municipality in another year that has been read."""
        known = {name: name for name in self.years}
        known |= {ru.school_year_short(name): name for name in self.years}
        return self._opened_in(found(school_year, known, "прочитанного года"))

    def _opened_in(self, school_year: str) -> Municipality:
        if school_year == self.year:
            return self
        return Municipality(open_year_of(self.opened.project, school_year))

    @property
    def subjects(self) -> list[str]:
        """Subjects with ВПР of the year."""
        return subjects_of(self.opened)

    @property
    def grades(self) -> list[int]:
        """Grades that wrote ВПР in the year."""
        return grades_of(self.opened)

    @cached_property
    def schools(self) -> Schools:
        """The schools, by group and name."""
        from msoko_lib.explore.schools import Schools

        return Schools(self.opened)

    def school(self, name: str | School) -> School:
        """One school by its name, a part of it, or its code.

        Raises
        ------
        UnknownName
            If there is none such; the message proposes the nearest.
        """
        return self.schools[name]

    @property
    def replies(self) -> View:
        """Explanations that organisations gave this year, word for word."""
        rows = self.opened.inputs.table("replies")
        table = rows.assign(unit=rows["school_id"].map(self.opened.unit_names)).sort_values("unit")
        table = table[["school_id", "unit", "subsystem", "text", "reply_date"]].reset_index(
            drop=True
        )
        if table.empty:
            return View("Пояснений от организаций за год нет", table)
        return View(
            f"Пояснений от организаций: {ru.number(len(table))}", table,
            table=ReportTable(
                table, "Пояснения организаций", "Пояснения",
                columns=[
                    Column("unit", "Организация"), Column("text", "Пояснение", wide=True),
                    Column("reply_date", "Дата", "date"),
                ],
            ),
        )  # fmt: skip

    def school_with_reply(self) -> School:
        """A school that explained its results; where none has, the one with most pupils."""
        written = [name for name in self.replies.frame["school_id"] if name in self.schools]
        return self.schools[written[0]] if written else self.schools.with_most_pupils()

    # What there is to ask.

    def vpr(
        self,
        subject: str | None = None,
        grade: int | None = None,
        school: str | School | None = None,
    ) -> Works | View:
        """Marks of ВПР beside the region; of one school, beside the other schools.

        Parameters
        ----------
        subject : str, optional
            As people call it; without it all subjects.
        grade : int, optional
            Without it all grades.
        school : str or School, optional
            Then the answer is of this school.

        Examples
        --------
        >>> m.vpr("Математика", 6).by_school()       # doctest: +SKIP
        """
        from msoko_lib.explore.works import works_view

        subject, grade = self._work(subject, grade)
        if school is not None:
            return self.school(school).vpr(subject, grade)
        return works_view(self.opened, subject, grade)

    def gia(self, exam: str | None = None, subject: str | None = None) -> View:
        """ОГЭ and ЕГЭ: means by subject, and what has changed since last year.

        Parameters
        ----------
        exam : str, optional
            «ОГЭ» or «ЕГЭ»; without it both.
        subject : str, optional
            «Математика» takes base and advanced mathematics together.
        """
        from msoko_lib.explore.exams import exam_named, exams_view

        if subject is not None:
            names = exam_subjects_of(self.opened)
            if not any(plain(name).startswith(plain(subject)) for name in names):
                found(subject, {name: name for name in names}, "предмета экзаменов")
        return exams_view(self.opened, exam_named(exam), subject)

    def tasks(self, subject: str | None = None, grade: int | None = None) -> View:
        """Tasks of ВПР below the sufficient level, the widest gap to the region first."""
        from msoko_lib.explore.tasks import tasks_view

        return tasks_view(self.opened, *self._work(subject, grade))

    def skills(self, subject: str | None = None, skill: str | None = None) -> View:
        """Skills across grades; with ``skill`` its tasks grade by grade."""
        from msoko_lib.explore.tasks import skills_view

        return skills_view(self.opened, self._work(subject, None)[0], skill)

    @cached_property
    def indicators(self) -> Indicators:
        """The catalogue of indicators."""
        from msoko_lib.explore.indicators import Indicators

        return Indicators(self.opened)

    def indicator(self, name: str) -> IndicatorView:
        """An indicator by its code or title: value, target, parts, how it is computed."""
        return self.indicators[name]

    @cached_property
    def fields(self) -> Fields:
        """Questions of the collection forms, with their codes."""
        from msoko_lib.explore.own_indicator import Fields

        return Fields(self.opened)

    def new_indicator(
        self,
        title: str,
        numerator: str,
        denominator: str | None = None,
        kind: str = "доля",
        direction: str = "справочно",
        minimum_n: int | None = None,
    ) -> OwnIndicator:
        """An indicator of one's own from fields of the forms; nothing is written anywhere.

        Parameters
        ----------
        title : str
            As people will read it.
        numerator, denominator : str
            Arithmetic over codes of fields: ``teachers_high + teachers_first``.
        kind : str
            «доля», «отношение», «доля организаций», «среднее», «сумма».
        direction : str
            «больше – лучше», «меньше – лучше», «около нормы», «справочно».
        minimum_n : int, optional
            Fewer people are not told; by default as in the parameters.

        Returns
        -------
        OwnIndicator
            Its values by school, and ``.yaml`` for ``params/own``.
        """
        from msoko_lib.explore.own_indicator import own_indicator

        return own_indicator(self.opened, title, numerator, denominator, kind, direction, minimum_n)

    def compare(
        self,
        first: str | School | Municipality,
        second: str | School | Municipality,
        subject: str | None = None,
        grade: int | None = None,
    ) -> View:
        """Two schools, two years or two subjects side by side, whichever the names mean.

        Examples
        --------
        >>> m.compare("2023-2024", "2024-2025", subject="Математика")    # doctest: +SKIP
        >>> m.compare("Математика", "Русский язык")                      # doctest: +SKIP
        """
        from msoko_lib.explore import comparison

        one, other = self._meant(first), self._meant(second)
        if type(one) is not type(other):
            raise ExploreProblem(
                "Сравнить можно две школы, два года или два предмета, а названо разное: "
                f"«{first}» и «{second}»."
            )
        if isinstance(one, Municipality) and isinstance(other, Municipality):
            if one.year == other.year:
                raise ExploreProblem("Названы два одинаковых года: сравнивать нечего.")
            wanted = self._work(subject, grade)
            return comparison.years_side_by_side(one.opened, other.opened, *wanted)
        if isinstance(one, str) and isinstance(other, str):
            return comparison.subjects_side_by_side(
                self.opened, one, other, grade_checked(self.opened, grade)
            )
        if one.id == other.id:  # type: ignore[union-attr]
            raise ExploreProblem("Названа одна и та же школа: сравнивать нечего.")
        return comparison.schools_side_by_side(one, other, *self._work(subject, grade))  # type: ignore[arg-type]

    def screening(self, school: str | School | None = None) -> View:
        """What the objectivity screening saw; of a school also what would explain it."""
        from msoko_lib.explore.screening import screening_view

        return screening_view(self.opened, None if school is None else self.school(school))

    def screening_power(self) -> View:
        """What the screening is able to see at all, by the size of a school."""
        from msoko_lib.explore.screening import power_view

        return power_view(self.opened)

    def clusters(
        self,
        k: int | None = None,
        method: str | None = None,
        conditions: Sequence[str] | None = None,
    ) -> View:
        """Groups of schools by conditions: those of report 12, or made in another way.

        Parameters
        ----------
        k : int, optional
            Number of groups; without it the data decide.
        method : str, optional
            «к средних», «Уорда», «медоиды».
        conditions : sequence of str, optional
            By which conditions; see ``m.condition_names``.
        """
        from msoko_lib.explore.clustering import groups_view, other_groups_view

        if k is None and method is None and conditions is None:
            return groups_view(self.opened)
        return other_groups_view(self.opened, k, method or "kmeans", conditions)

    @property
    def condition_names(self) -> list[str]:
        """Conditions that groups can be made by."""
        from msoko_lib.explore.clustering import condition_names

        return list(condition_names(self.opened))

    def plan(
        self,
        indicator: str,
        schools: int | str | School | Sequence[str | School] = 3,
        change: float | None = None,
        start: str | None = None,
        years_after: int = 1,
    ) -> View:
        """A measure planned so that its effect can be seen.

        Parameters
        ----------
        indicator : str
            Which indicator it will change: code or title.
        schools : int or sequence of names
            Into how many schools, or into which.
        change : float, optional
            By how much it should change, in the unit people read (percentage points, points).
        start : str, optional
            Date of the start: «2025-10-01».
        years_after : int
            After how many years it will be judged.

        Examples
        --------
        >>> m.plan("КП-04", schools=3, change=5, start="2025-10-01")     # doctest: +SKIP
        """
        from msoko_lib.explore.planning import plan_view

        chosen: Any = schools
        if isinstance(schools, str) or hasattr(schools, "opened"):
            chosen = [self.school(schools)]  # type: ignore[arg-type]
        elif not isinstance(schools, int):
            chosen = [self.school(name) for name in schools]
        passport = self.indicators.passport(indicator)
        return plan_view(self.opened, passport, chosen, change, start, years_after)

    @property
    def choose(self) -> Choosing:
        """The same questions with lists of choice: ``m.choose.vpr("Математика")``."""
        from msoko_lib.explore.choosing import Choosing

        return Choosing(self)

    # How names are understood and how it looks.

    def _work(self, subject: str | None, grade: int | None) -> tuple[str | None, int | None]:
        named = None if subject is None else subject_named(self.opened, subject)
        return named, grade_checked(self.opened, grade, named)

    def _meant(self, name: Any) -> School | Municipality | str:
        """A school, a year or a subject: whatever has such a name."""
        if isinstance(name, Municipality) or hasattr(name, "opened"):
            return name
        years = {year: year for year in self.years}
        years |= {ru.school_year_short(year): year for year in self.years}
        if str(name)[:2] == "20":
            return self._opened_in(found(name, years, "прочитанного года"))
        whole = {school.name: school.id for school in self.schools}
        every = [*whole, *self.subjects, *self.years]
        for look in (self.school, lambda text: subject_named(self.opened, text)):
            try:
                return look(name)
            except UnknownName as problem:
                if "подходит не к одному" in str(problem):
                    raise
        return found(name, {text: text for text in every}, "школы, года или предмета")

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not name.startswith("_")]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return (
            f"{self.name}, {ru.school_year_ru(self.year)}: "
            f"{ru.counted(len(self.opened.schools), ru.SCHOOL)}, ВПР – "
            f"{ru.counted(len(self.subjects), ru.SUBJECT)}. Прочитаны годы: {', '.join(self.years)}"
        )

    def _repr_html_(self) -> str:
        table = pd.DataFrame(QUESTIONS.items(), columns=["call", "gives"])
        return page_of(
            ReportTable(
                table, repr(self), "Муниципалитет",
                columns=[Column("call", "Напишите"), Column("gives", "Получите")],
                note="Любой ответ можно изменить: .plot() даёт оси диаграммы, .frame – числа.",
            )
        )  # fmt: skip
