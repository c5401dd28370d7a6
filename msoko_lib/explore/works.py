"""ВПР of the municipality by subject and grade: beside the region, over years, by school."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.view import View
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.labels import (
    by_work,
    in_works,
    names_in_words,
    short_work,
    work_labels,
)
from msoko_lib.subsystems.objectivity.caution import CAUTION_NOTE, with_caution
from msoko_lib.subsystems.quality import work_marks
from msoko_lib.subsystems.quality.school_zones import quality_zones
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUALITY = "КП-02"
ZONE_MEANINGS = {
    "up": "выше остальных школ", "attention": "ниже остальных школ", "few": "мало",
}  # fmt: skip
NO_RANKING = (
    "Школы стоят по группам и алфавиту: это не рейтинг, ВПР не предназначены для оценки школ и "
    "учителей."
)


def only(frame: pd.DataFrame, subject: str | None, grade: int | None) -> pd.DataFrame:
    """Rows of a subject and a grade; None: of all."""
    if subject is not None:
        frame = frame[frame["subject"] == subject]
    if grade is not None:
        frame = frame[frame["grade"] == grade]
    return frame.reset_index(drop=True)


def told(works: pd.DataFrame) -> pd.DataFrame:
    """Works of schools without the numbers of those that a handful wrote (``mark`` few)."""
    few = works["mark"] == "few"
    names = ["value", "numerator", "low_n", "gap_n", "ci_low", "ci_high", "denominator", "n"]
    known = [name for name in names if name in works]
    return works.assign(**{name: works[name].astype("float64").mask(few) for name in known})


def of_what(subject: str | None, grade: int | None) -> str:
    """«Математика, 6 класс», «ВПР»: what a view is of, at the beginning of a sentence."""
    parts = [subject or "ВПР"] + ([f"{grade}{ru.NBSP}класс"] if grade is not None else [])
    return ", ".join(parts)


@dataclass(frozen=True, eq=False, repr=False)
class Works(View):
    """Works of ВПР; ``by_school()`` and ``over_years()`` look at the same ones further."""

    year: Year | None = field(default=None, repr=False)
    subject: str | None = None
    grade: int | None = None

    def by_school(self) -> View:
        """How the schools stand to the others in these works: zones in words, no ranking."""
        assert self.year is not None
        return zones_view(self.year, self.subject, self.grade)

    def over_years(self) -> View:
        """The same works over the years of the bank, beside the region."""
        assert self.year is not None
        return years_view(self.year, self.subject, self.grade)


def works_view(year: Year, subject: str | None, grade: int | None) -> Works:
    """Shares of «4» and «5» of the municipality beside the region and the country."""
    rows = only(work_marks.against_region(year), subject, grade)
    what = of_what(subject, grade)
    if rows.empty:
        return Works(
            f"{what}: результатов за {ru.school_year_ru(year.school_year)} нет", rows,
            reading="Работу не писали, она не сопоставима с другими или её писали единицы.",
            year=year, subject=subject, grade=grade,
        )  # fmt: skip
    finding = f"{what}: доля «4» и «5» – {work_marks.region_in_words(rows)}"
    return Works(
        finding, rows, partial(_against_region, rows), work_marks.marks_table(rows),
        "Отрезок – 95-процентный интервал. Отличие названо, только если регион лежит вне "
        "интервала. Задания разных классов и лет различаются по трудности, поэтому важен разрыв с "
        "регионом, а не сама доля.",
        year=year, subject=subject, grade=grade,
    )  # fmt: skip


def _against_region(rows: pd.DataFrame) -> Figure:
    chart = rows.assign(
        label=work_labels(rows), value=rows["quality"], reference=rows["region"],
        attention=rows["mark"] == "attention",
    )  # fmt: skip
    return figures.dumbbell(
        chart, ours_name="муниципалитет", reference_name="регион",
        subtitle="Доля отметок «4» и «5», по работам ВПР",
    )  # fmt: skip


def zones_view(year: Year, subject: str | None, grade: int | None) -> View:
    """Every school × work beside the other schools: a word and a shape in each cell."""
    zones = by_work(only(quality_zones(year), subject, grade))
    what = of_what(subject, grade)
    if zones.empty:
        return View(f"{what}: результатов по школам нет", zones)
    below = sorted(set(zones.loc[zones["mark"] == "attention", "school"].dropna()))
    above = sorted(set(zones.loc[zones["mark"] == "up", "school"].dropna()))
    said = []
    if below:
        said.append(f"ниже остальных школ хотя бы в одной работе – {names_in_words(below)}")
    if above:
        said.append(f"выше – {names_in_words(above)}")
    finding = f"{what}: " + ("; ".join(said) or "заметных отличий между школами нет")
    return View(
        finding, told(zones), partial(_zones, year, zones, what),
        reading="Каждая школа сравнивается с остальными в той же работе, с поправкой на число "
        "сравнений. ● – отличия не видно, и это не значит, что его нет; «мало» – писали меньше "
        f"пяти человек. {NO_RANKING} {CAUTION_NOTE}",
    )  # fmt: skip


def _zones(year: Year, zones: pd.DataFrame, what: str) -> Figure:
    names = list(with_caution(year, year.schools["school_id"]))
    one_subject = zones["subject"].nunique() == 1
    cells = zones.assign(
        unit=list(with_caution(year, zones["unit_id"])),
        work=[
            f"{grade}{ru.NBSP}класс" if one_subject else short_work(subject, grade)
            for subject, grade in zip(zones["subject"], zones["grade"], strict=True)
        ],
        text=[ru.FEW if row.mark == "few" else ru.share(row.value, 0)
              for row in zones.itertuples()],
    )  # fmt: skip
    works = list(dict.fromkeys(cells["work"]))
    order = {name: place for place, name in enumerate(names)}
    cells = cells.sort_values("unit", key=lambda part: part.map(order), kind="stable")
    return figures.heat_map(
        cells, works=works, meanings=ZONE_MEANINGS,
        subtitle=f"{what}: доля «4» и «5» по школам, знак – к остальным школам",
        width=figures.TEXT_WIDTH if len(works) <= 8 else figures.FULL_WIDTH,
    )  # fmt: skip


def years_view(year: Year, subject: str | None, grade: int | None) -> View:
    """Shares of «4» and «5» over the years, grade by grade, municipality and region."""
    history = year.history
    rows = history[
        (history["indicator_id"] == QUALITY)
        & history["level"].isin(["municipality", "region"])
        & (history["status"] == "ok")
    ]
    rows = only(rows, subject, grade)
    what = of_what(subject, grade)
    if rows["year"].nunique() < 2:
        return View(f"{what}: динамики пока нет, в банке сопоставимые работы одного года", rows)
    changes = only(work_marks.low_changes(year), subject, grade)
    return View(
        f"{what}: {_changed(changes)}", rows, partial(_trends, rows),
        work_marks.changes_table(changes),
        "Это динамика, а не эффект: дети и задания каждый год другие. Смотрите, меняется ли разрыв "
        "с регионом, а не только сама доля.",
    )  # fmt: skip


def _changed(changes: pd.DataFrame) -> str:
    if changes.empty:
        return "сопоставимых работ прошлого года нет"
    more, less = (int((changes["mark"] == mark).sum()) for mark in ("attention", "up"))
    if not more and not less:
        return (
            f"доля «2» за год заметно не изменилась (сравнимы {ru.counted(len(changes), ru.WORK)})"
        )
    said = [f"{word} {in_works(number, len(changes))}"
            for number, word in ((more, "выросла"), (less, "снизилась")) if number]  # fmt: skip
    return f"доля «2» за год {', '.join(said)}"


def _trends(rows: pd.DataFrame) -> Figure:
    return work_marks.draw_dynamics(rows, partial(sentence_title, rows))


def sentence_title(rows: pd.DataFrame, subject: str, grade: object) -> str:
    """«6 класс» where all rows are of one subject, else «Матем. 6»."""
    if rows["subject"].nunique() == 1:
        return f"{grade}{ru.NBSP}класс"
    return short_work(subject, grade)
