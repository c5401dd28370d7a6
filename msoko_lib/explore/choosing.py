"""Lists of choice: ``m.choose.vpr("Математика")`` is ``m.vpr("Математика")`` that one can change.

The answer to the first choice stands below as an ordinary output: a saved notebook is read without
a kernel. Where a person runs the cell, lists appear above it, and the answer is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msoko_lib.explore import jupyter
from msoko_lib.explore.problems import ExploreProblem
from msoko_lib.explore.schools import School
from msoko_lib.explore.subjects import grades_of, subject_named
from msoko_lib.explore.view import html_of
from msoko_lib.explore.works import zones_view
from msoko_lib.reporting.markup import prose

if TYPE_CHECKING:
    from msoko_lib.explore.municipality import Municipality

EVERY = "все"
HINT = "Выполните ячейку – над ответом появится выбор: {names}."
TITLES = {
    "subject": "Предмет", "grade": "Класс", "year": "Год", "school": "Школа",
    "other": "Вторая школа", "exam": "Экзамен", "skill": "Умение", "k": "Число групп",
    "method": "Метод", "schools": "Школ в мере", "first": "Первый год",
    "second": "Второй год", "part": "Что показать",
}  # fmt: skip
Answer = Callable[..., Any]
Options = Mapping[str, Any]


class Choosing:
    """Questions with lists of choice; the same names as those of the municipality."""

    def __init__(self, whole: Municipality) -> None:
        self._whole = whole

    def vpr(self, subject: str | None = None, grade: int | None = None) -> Choice:
        """Works of ВПР: by subject, grade, year."""
        m = self._whole
        options = {
            "subject": _with_every(m.subjects), "grade": _with_every(m.grades),
            "year": _plain(reversed(m.years)),
        }  # fmt: skip
        given = {"subject": self._subject(subject), "grade": grade, "year": m.year}
        return Choice(
            lambda subject, grade, year: m.in_year(year).vpr(subject, grade), options, given
        )

    def by_school(self, subject: str | None = None) -> Choice:
        """Zones of the schools in ВПР: by subject, year."""
        m = self._whole
        options = {"subject": _plain(m.subjects), "year": _plain(reversed(m.years))}
        given = {"subject": self._subject(subject) or m.subjects[0], "year": m.year}
        return Choice(
            lambda subject, year: zones_view(m.in_year(year).opened, subject, None), options, given
        )

    def school(self, school: str | School | None = None, subject: str | None = None) -> Choice:
        """One school's works of ВПР: by school, subject, year."""
        m = self._whole
        options = {
            "school": self._schools(), "subject": _with_every(m.subjects),
            "year": _plain(reversed(m.years)),
        }  # fmt: skip
        given = {
            "school": self._school(school), "subject": self._subject(subject), "year": m.year,
        }  # fmt: skip
        return Choice(
            lambda school, subject, year: m.in_year(year).school(school).vpr(subject),
            options,
            given,
        )

    def compare(
        self, school: str | School | None = None, other: str | School | None = None,
        subject: str | None = None,
    ) -> Choice:  # fmt: skip
        """Two schools side by side: by school, second school, subject."""
        m = self._whole
        first = self._school(school)
        nearest = m.school(first).similar().frame
        second = other or (nearest["school"].iloc[0] if len(nearest) else None)
        rest = [item for item in m.schools if item.id != first]
        chosen = self._school(second) if second is not None else rest[0].id
        options = {
            "school": self._schools(), "other": self._schools(),
            "subject": _with_every(m.subjects),
        }  # fmt: skip
        given = {"school": first, "other": chosen, "subject": self._subject(subject)}
        return Choice(
            lambda school, other, subject: m.compare(m.school(school), m.school(other), subject),
            options, given,
        )  # fmt: skip

    def years(self, subject: str | None = None) -> Choice:
        """Two years side by side: by years and subject."""
        m = self._whole
        if len(m.years) < 2:
            raise ExploreProblem(
                "В банке один год: сравнить его не с чем. Прочитайте ещё один: msoko intake."
            )
        options = {
            "first": _plain(m.years), "second": _plain(m.years), "subject": _with_every(m.subjects),
        }  # fmt: skip
        given = {"first": m.years[-2], "second": m.years[-1], "subject": self._subject(subject)}
        return Choice(
            lambda first, second, subject: m.compare(first, second, subject), options, given
        )

    def skills(self, subject: str | None = None) -> Choice:
        """Skills across grades: by subject, year."""
        m = self._whole
        options = {"subject": _plain(m.subjects), "year": _plain(reversed(m.years))}
        given = {"subject": self._subject(subject) or m.subjects[0], "year": m.year}
        return Choice(lambda subject, year: m.in_year(year).skills(subject), options, given)

    def tasks(self, subject: str | None = None) -> Choice:
        """Hard tasks: by subject, grade."""
        m = self._whole
        wanted = self._subject(subject) or m.subjects[0]
        options = {"subject": _plain(m.subjects), "grade": _with_every(grades_of(m.opened))}
        return Choice(m.tasks, options, {"subject": wanted, "grade": None})

    def screening(self, school: str | School | None = None) -> Choice:
        """Signs of one school and what would explain them: by school."""
        options = {"school": self._schools()}
        return Choice(self._whole.screening, options, {"school": self._school(school)})

    def check(self, school: str | School | None = None) -> Choice:
        """What the data say to a school's explanations: by school."""
        m = self._whole
        first = self._school(school) if school is not None else m.school_with_reply().id
        return Choice(
            lambda school: m.school(school).check(), {"school": self._schools()}, {"school": first}
        )

    def clusters(self, k: int = 3, method: str = "kmeans") -> Choice:
        """Groups of schools made in another way: by number and method."""
        options: dict[str, Options] = {
            "k": {str(number): number for number in range(2, 7)},
            "method": {"к средних": "kmeans", "Уорда": "ward", "медоиды": "kmedoids"},
        }
        return Choice(self._whole.clusters, options, {"k": k, "method": method})

    def plan(self, indicator: str, schools: int = 3, change: float | None = None) -> Choice:
        """A planned measure: by the number of schools."""
        m = self._whole
        most = max(1, len(m.schools) - 4)
        options = {"schools": {str(number): number for number in range(1, most + 1)}}
        return Choice(
            lambda schools: m.plan(indicator, schools, change), options,
            {"schools": min(schools, most)},
        )  # fmt: skip

    def _schools(self) -> Options:
        return {school.name: school.id for school in self._whole.schools}

    def _school(self, school: str | School | None) -> str:
        schools = self._whole.schools
        return (schools.with_most_pupils() if school is None else schools[school]).id

    def _subject(self, subject: str | None) -> str | None:
        return None if subject is None else subject_named(self._whole.opened, subject)

    def __repr__(self) -> str:
        names = [name for name in dir(self) if not name.startswith("_")]
        return "Списки выбора: " + ", ".join(f"m.choose.{name}()" for name in names)


def _plain(names: Any) -> Options:
    return {str(name): name for name in names}


def _with_every(names: Any) -> Options:
    return {EVERY: None, **_plain(names)}


class Choice:
    """A question with its lists: shown, it answers; ``value`` is the present answer."""

    def __init__(
        self, answer: Answer, options: Mapping[str, Options], given: Mapping[str, Any]
    ) -> None:
        self._answer = answer
        self._options = options
        self._chosen = dict(given)
        self._shown: Any = None
        self.widgets: dict[str, Any] = {}

    @property
    def chosen(self) -> dict[str, Any]:
        """What is chosen now."""
        return dict(self._chosen)

    @property
    def value(self) -> Any:
        """The answer to what is chosen now."""
        return self._answer(**self._chosen)

    def choose(self, **chosen: Any) -> Choice:
        """Choose by writing: ``choice.choose(grade=6)``; the answer shown changes too."""
        unknown = set(chosen) - set(self._options)
        if unknown:
            names = ", ".join(self._options)
            raise ExploreProblem(f"Здесь не выбирают «{sorted(unknown)[0]}». Есть: {names}.")
        self._chosen |= chosen
        if self._shown is not None:
            self._shown.update(_Page(self._markup()))
        return self

    def _markup(self) -> str:
        try:
            return html_of(self.value)
        except ExploreProblem as problem:
            # A pair that does not exist (a grade without the subject) is answered in words.
            return f"<p>{prose(str(problem))}</p>"

    def _titles(self) -> str:
        return ", ".join(TITLES[name].lower() for name in self._options)

    def lists(self) -> Any:
        """The lists as one widget; a choice in them changes the answer shown."""
        import ipywidgets

        for name, options in self._options.items():
            widget = ipywidgets.Dropdown(
                options=list(options.items()), value=self._chosen[name], description=TITLES[name],
                style={"description_width": "initial"},
            )  # fmt: skip
            widget.observe(lambda change, name=name: self.choose(**{name: change["new"]}), "value")
            self.widgets[name] = widget
        return ipywidgets.HBox(
            list(self.widgets.values()), layout=ipywidgets.Layout(flex_flow="row wrap")
        )

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if jupyter.is_live():
            display(self.lists())
            self._shown = display(_Page(self._markup()), display_id=True)
        else:
            hint = prose(HINT.format(names=self._titles()))
            display(_Page(f"{self._markup()}<p><small>{hint}</small></p>", str(self.value)))

    def __repr__(self) -> str:
        return f"{self.value!r} Выбрать другое: {self._titles()}."


class _Page:
    """Markup on its way to the notebook."""

    def __init__(self, markup: str, text: str = "Ответ") -> None:
        self._markup = markup
        self._text = text

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        return self._markup
