"""The schools of a municipality as a list that knows names, and one school of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.checks import checks_view
from msoko_lib.explore.exams import exam_named
from msoko_lib.explore.names import found
from msoko_lib.explore.problems import UnknownName
from msoko_lib.explore.subjects import subject_named
from msoko_lib.explore.view import View, from_report, page_of
from msoko_lib.explore.works import of_what, only, told
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Lead, ReportTable
from msoko_lib.reporting.markup import prose
from msoko_lib.subsystems import school as parts
from msoko_lib.subsystems.comparable.computed import conditions_of, peers
from msoko_lib.subsystems.labels import work_labels
from msoko_lib.subsystems.quality.few import minimum_n
from msoko_lib.subsystems.school.task_deficits import deficits_of
from msoko_lib.subsystems.school.vpr import marks_finding, marks_table, zones
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class School:
    """One school of a year: its works, exams, tasks, conditions, reply.

    Examples
    --------
    >>> ours = m.school("Лицей")                     # doctest: +SKIP
    >>> ours.vpr("Математика")                       # doctest: +SKIP
    >>> ours.tasks().frame                           # doctest: +SKIP
    """

    def __init__(self, opened: SchoolYear) -> None:
        self.opened = opened
        self.id = opened.school_id
        self.name = opened.name

    def vpr(self, subject: str | None = None, grade: int | None = None) -> View:
        """Marks of the school's works beside the other schools, all together and unnamed.

        Parameters
        ----------
        subject : str, optional
            As people call it; without it all subjects.
        grade : int, optional
            Without it all grades.
        """
        year = self.opened.year
        wanted = None if subject is None else subject_named(year, subject)
        works = only(zones(self.opened), wanted, grade)
        what = f"{self.name}. {of_what(wanted, grade)}"
        if works.empty:
            return View(f"{what}: работ за год нет", works)
        enough = works[works["mark"] != "few"]
        said = marks_finding(works)
        return View(
            f"{what}: {said[:1].lower() + said[1:]}", told(works),
            partial(_marks, enough) if len(enough) else None,
            marks_table(self.opened, enough) if len(enough) else None,
            "Сравнение – с остальными школами муниципалитета в той же работе, с поправкой на число "
            "сравнений. Состав учеников здесь не учтён: это не оценка работы учителей. Работы, "
            f"которые писали меньше {ru.in_words(minimum_n(year), ru.PERSON, genitive=True)}, не "
            "сравниваются.",
        )  # fmt: skip

    def gia(self, exam: str = "ОГЭ") -> View:
        """Results of «ОГЭ» or «ЕГЭ» by subject, as the school's report shows them."""
        code = exam_named(exam)
        block = parts.oge(self.opened) if code == "oge" else parts.ege(self.opened)
        return self._told(block)

    def tasks(self) -> View:
        """Tasks that the school does worse than the others: established and possible deficits."""
        return self._told(parts.tasks(self.opened), deficits_of(self.opened))

    def over_years(self) -> View:
        """Dynamics of the school's works over the years of the bank."""
        return self._told(parts.dynamics(self.opened))

    def expected(self) -> View:
        """Result beside the one that is usual under such conditions, with interval."""
        return self._told(parts.expected_part(self.opened))

    def similar(self) -> View:
        """Schools that work under similar conditions, and why these."""
        names = peers(self.opened.year)[self.id].schools
        known = [{"school": self.opened.year.school_names.get(name, name)} for name in names]
        return self._told(parts.similar_part(self.opened), pd.DataFrame(known))

    def signs(self) -> View:
        """What the screening has seen in the school, sign by sign."""
        return self._told(parts.trust(self.opened))

    def check(self) -> View:
        """What the data say to the usual explanations of a result; for reading a reply."""
        return checks_view(self.opened)

    @property
    def reply(self) -> View:
        """The school's own explanation, word for word, where it gave one."""
        return self._told(parts.explanation(self.opened))

    @property
    def measures(self) -> View:
        """Measures and decisions of the year that concern the school."""
        return self._told(parts.decisions(self.opened))

    @property
    def lead(self) -> Lead:
        """«Главное» and «Что сделать» of the school's report."""
        return parts.lead(self.opened)

    @property
    def conditions(self) -> pd.Series:
        """Conditions in which the school works; empty where they are not known."""
        values = conditions_of(self.opened.year).values
        return values.loc[self.id] if self.id in values.index else pd.Series(dtype=float)

    def _told(self, block: Block, frame: pd.DataFrame | None = None) -> View:
        view = from_report(block, pd.DataFrame() if frame is None else frame)
        object.__setattr__(view, "finding", f"{self.name}. {view.finding}")
        return view

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        year = ru.school_year_ru(self.opened.year.school_year)
        return f"{self.name} (код {self.id}), {year}. {', '.join(self._calls())}"

    @staticmethod
    def _calls() -> list[str]:
        return [".vpr()", ".gia()", ".tasks()", ".over_years()", ".expected()", ".similar()",
                ".signs()", ".check()", ".reply", ".measures"]  # fmt: skip

    def _repr_html_(self) -> str:
        # Links lead to sections of the report, which a notebook does not have.
        said = [replace(item, anchor="") for item in self.lead.sentences]
        calls = prose(f"Дальше: {', '.join(self._calls())}; всё «Что сделать» – .lead")
        name = f'<p class="finding">{prose(self.name)}</p>'
        return f'{page_of(Lead(said))[: -len("</div>")]}<p class="note">{calls}</p></div>'.replace(
            '<div class="msoko">', f'<div class="msoko">{name}', 1
        )


def _marks(works: pd.DataFrame) -> Figure:
    chart = works.assign(
        label=work_labels(works), reference=works["others"], attention=works["mark"] == "attention"
    )
    return figures.dumbbell(
        chart, ours_name="школа", reference_name="остальные школы", limits=(0.0, 1.0),
        subtitle="Доля отметок «4» и «5» по работам ВПР",
    )  # fmt: skip


class Schools:
    """The schools of the year, by group and name: ``m.schools["Лицей"]``, ``for s in m.schools``.

    Examples
    --------
    >>> len(m.schools), m.schools.names              # doctest: +SKIP
    """

    def __init__(self, year: Year) -> None:
        self._year = year
        self._opened = {
            str(row.school_id): School(
                SchoolYear(year, str(row.school_id), str(row.short_name), str(row.cluster))
            )
            for row in year.schools.itertuples()
        }

    @property
    def names(self) -> list[str]:
        """Names without the legal form, in the order of the list."""
        return [school.name for school in self]

    @property
    def frame(self) -> pd.DataFrame:
        """The directory as a frame: one row a school."""
        names = ["school_id", "short_name", "territory", "cluster"]
        return self._year.schools[names].reset_index(drop=True)

    def with_most_pupils(self) -> School:
        """The school whose pupils wrote the most works: where chance decides the least."""
        pupils = self._year.inputs.table("vpr_pupils")
        written = pupils.groupby("school_id").size().reindex(list(self._opened), fill_value=0)
        return self._opened[str(written.idxmax())]

    def __getitem__(self, name: object) -> School:
        if isinstance(name, int):
            return list(self)[name]
        if isinstance(name, School):
            name = name.id
        full = self._year.inputs.schools.set_index("school_id")["short_name"]
        options = {school.name: school for school in self}
        options |= {str(full[key]): school for key, school in self._opened.items()}
        if str(name) in self._opened:
            return self._opened[str(name)]
        return found(name, options, "школы")

    def __iter__(self) -> Iterator[School]:
        return iter(self._opened.values())

    def __len__(self) -> int:
        return len(self._opened)

    def __contains__(self, name: object) -> bool:
        try:
            self[name]
        except (UnknownName, IndexError):
            return False
        return True

    def _ipython_key_completions_(self) -> list[str]:
        return [*self.names, *self._opened]

    def __repr__(self) -> str:
        return f"{ru.counted(len(self), ru.SCHOOL)}: {', '.join(self.names)}"

    def _repr_html_(self) -> str:
        titles = self._year.settings.cluster_titles
        table = self.frame.assign(group=self.frame["cluster"].map(titles).fillna("—"))
        return page_of(
            ReportTable(
                table, f"Школы: {ru.number(len(self))}", "Школы",
                columns=[
                    Column("short_name", "Школа"), Column("school_id", "Код"),
                    Column("territory", "Где", missing=ru.NO_DATA),
                    Column("group", "Группа в справочнике"),
                ],
                note="По группам и алфавиту. Открыть одну: m.school(\"часть названия\") или код.",
            )
        )  # fmt: skip
