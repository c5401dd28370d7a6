"""Young teachers: do they have mentors, and do those who came stay."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import names_in_words, out_of
from msoko_lib.subsystems.teachers.groups import TEACHER
from msoko_lib.subsystems.year import Year

ANCHOR = "molodye"
MENTORED, STAYED = "ПП-09", "ПП-10"
FIELDS = ("teachers_new_n", "teachers_mentored_n", "hired_before_n", "hired_stayed_n")


def newcomers(year: Year) -> Block:
    """Mentors of young teachers and retention over the years; schools with somebody unmentored.

    Such a school is named, but not how many: that would often tell who.
    """
    told = answers(year, FIELDS).dropna(how="all", subset=list(FIELDS))
    trend = _years(year)
    if told.empty or trend.empty:
        return Nothing("Сведений о молодых педагогах, наставниках и закреплении за год нет.")
    alone = told[told["teachers_mentored_n"] < told["teachers_new_n"]]
    return Section(
        _finding(told, alone),
        table=_trend_table(trend),
        reading="Связь наставничества и закрепления здесь не проверяется: наставники – у тех, кто "
        "работает сейчас, а закрепление считается по тем, кто пришёл три года назад.",
        anchor=ANCHOR,
    )


def _years(year: Year) -> pd.DataFrame:
    rows = year.history_of(MENTORED, STAYED)
    rows = rows[rows["level"] == "municipality"]
    rows = rows[rows["status"] == "ok"].sort_values(["indicator_id", "year"])
    titles = {item: year.catalogue[item].title for item in (MENTORED, STAYED)}
    return rows.assign(
        title=rows["indicator_id"].map(titles), when=rows["year"].map(school_year_short)
    )


def _trend_table(rows: pd.DataFrame) -> ReportTable:
    return ReportTable(
        rows,
        title="Наставники и закрепление: муниципалитет по годам",
        name="07 Молодые педагоги",
        columns=[
            Column("title", "Показатель"),
            Column("when", "Учебный год"),
            Column("denominator", "Всего", "int"),
            Column("numerator", "Из них", "int"),
            Column("value", "Доля", "share"),
            Column(("ci_low", "ci_high"), "Интервал", "interval"),
        ],
        note="Наставники – из педагогов со стажем до трёх лет; закрепление – из принятых три года "
        "назад. Интервал – разброс, который при таком числе даёт случай.",
    )


def _finding(told: pd.DataFrame, alone: pd.DataFrame) -> str:
    new, mentored = told["teachers_new_n"].sum(), told["teachers_mentored_n"].sum()
    hired, stayed = told["hired_before_n"].sum(), told["hired_stayed_n"].sum()
    parts = []
    if new:
        parts.append(f"наставник есть у {ru.number(mentored)} из {out_of(new, NEW_TEACHER)}")
    if hired:
        parts.append(
            f"из {out_of(hired, TEACHER)}, пришедших три года назад, работают {ru.number(stayed)}"
        )
    if not parts:
        return "Молодых педагогов в школах нет"
    if len(alone):
        parts.append(f"не у всех есть наставник: {names_in_words(alone['unit'].tolist(), 3)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


NEW_TEACHER = ru.Noun("молодого педагога", "молодых педагогов", "молодых педагогов")
