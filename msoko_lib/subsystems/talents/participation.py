"""Who takes part in the olympiad: schools, grades, pupils."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from msoko_lib.indicators.talents import MUNICIPAL_STAGE_GRADES, SCHOOL_STAGE_GRADES
from msoko_lib.methods.intervals import wilson
from msoko_lib.reporting import figures, style
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import names_in_words, ratio
from msoko_lib.subsystems.year import Year

GRADES_ANCHOR = "klassy"
SILENT_ANCHOR = "ne-uchastvuyut"
COVERAGE = "ТЛ-01"
NO_PROTOCOLS = "Протоколов школьного этапа олимпиады за год нет."
NO_ENROLMENT = (
    "Контингента по классам за год нет: сколько учеников могли участвовать, неизвестно. "
    "Положите таблицу «Контингент» к данным года."
)
# How many works a pupil wrote → words of the row.
_TIMES = (
    (1, 1, "в одной"),
    (2, 2, "в двух"),
    (3, 4, "в трёх или четырёх"),
    (5, 99, "в пяти и более"),
)
MOST_ACTIVE = 0.1


def stage_results(year: Year, stage: str, grades: Iterable[int]) -> pd.DataFrame:
    """Rows of a stage written by pupils of some grades."""
    rows = year.inputs.table("olympiad_results")
    return rows[(rows["stage"] == stage) & rows["grade"].isin(list(grades))]


def grade_coverage(year: Year, stage: str, grades: Iterable[int]) -> pd.DataFrame:
    """Pupils who took part at least once, one row a school × grade.

    Columns: unit_id, grade, numerator (participants), denominator (pupils), value. Empty where
    there are no protocols of the stage or no enrolment. A grade with more participants than
    pupils is left out: its sources disagree.
    """
    rows = stage_results(year, stage, grades)
    enrolment = year.inputs.table("enrolment")
    enrolment = enrolment[enrolment["grade"].isin(list(grades)) & (enrolment["pupils_n"] > 0)]
    counts = enrolment[["school_id", "grade", "pupils_n"]].rename(
        columns={"school_id": "unit_id", "pupils_n": "denominator"}
    )
    if rows.empty or counts.empty:
        return counts.iloc[:0].assign(numerator=0, value=np.nan)
    taking = rows.groupby(["school_id", "grade"])["pupil_id"].nunique().rename("numerator")
    counts = counts.join(taking, on=["unit_id", "grade"])
    counts["numerator"] = counts["numerator"].fillna(0).astype("int64")
    counts["denominator"] = counts["denominator"].astype("int64")
    counts = counts[counts["numerator"] <= counts["denominator"]]
    return counts.assign(value=counts["numerator"] / counts["denominator"]).reset_index(drop=True)


def grade_zones(year: Year) -> pd.DataFrame:
    """School stage by school × grade, each marked against the same grade of the other schools."""
    counts = grade_coverage(year, "school", SCHOOL_STAGE_GRADES).assign(subject="")
    minimum = year.catalogue[COVERAGE].minimum_n
    zones = compare_with_others(counts, more_is_better=True, minimum_n=minimum)
    return zones.assign(school=zones["unit_id"].map(year.school_names))


def by_grade(year: Year) -> pd.DataFrame:
    """Both stages of the municipality, one row a grade: pupils, participants, share, interval."""
    parts = []
    for stage, grades in (("school", SCHOOL_STAGE_GRADES), ("municipal", MUNICIPAL_STAGE_GRADES)):
        counts = grade_coverage(year, stage, grades)
        sums = counts.groupby("grade")[["numerator", "denominator"]].sum()
        interval = wilson(sums["numerator"].to_numpy(), sums["denominator"].to_numpy())
        parts.append(
            pd.DataFrame(
                {
                    f"{stage}_n": sums["numerator"],
                    f"{stage}_of": sums["denominator"],
                    f"{stage}_value": sums["numerator"] / sums["denominator"],
                    f"{stage}_low": interval.low,
                    f"{stage}_high": interval.high,
                }
            )
        )
    return parts[0].join(parts[1], how="outer").rename_axis("grade").reset_index()


def grades(year: Year) -> Block:
    """Coverage of the school stage by school and grade, and both stages by grade."""
    if stage_results(year, "school", SCHOOL_STAGE_GRADES).empty:
        return Nothing(NO_PROTOCOLS)
    zones = grade_zones(year)
    if zones.empty:
        return Nothing(NO_ENROLMENT)
    return Section(
        _grades_finding(year, zones),
        figure=_map(year, zones),
        table=_grade_table(by_grade(year)),
        reading="Каждый класс школы сравнивается с тем же классом остальных школ. ▼ и ▲ – "
        "отличие, которое трудно объяснить случаем; «мало» – учеников в параллели меньше пяти. "
        "Ученик считается один раз, сколько бы работ он ни написал.",
        anchor=GRADES_ANCHOR,
    )


def _grades_finding(year: Year, zones: pd.DataFrame) -> str:
    sums = zones.groupby("grade")[["numerator", "denominator"]].sum()
    shares = sums["numerator"] / sums["denominator"]
    least = shares.idxmin()
    text = (
        f"Меньше всего участвуют в {least} классах – "
        f"{ratio(sums.loc[least, 'numerator'], sums.loc[least, 'denominator'], ru.PUPIL)} "
        f"({ru.share(shares[least], 0)})"
    )
    behind = zones[zones["mark"] == "attention"]
    if behind.empty:
        return f"{text}; ни один класс школ заметно не отстаёт от того же класса остальных школ"
    return f"{text}; заметно реже, чем в остальных школах: {names_in_words(lagging_grades(behind))}"


def lagging_grades(behind: pd.DataFrame) -> list[str]:
    """«Полевая СОШ (5 и 6 классы)», by school."""
    named = []
    for school, rows in behind.groupby("school", sort=True):
        numbers = sorted(int(grade) for grade in rows["grade"])
        noun = "класс" if len(numbers) == 1 else "классы"
        named.append(f"{school} ({ru.joined([str(item) for item in numbers])}{ru.NBSP}{noun})")
    return named


def _map(year: Year, zones: pd.DataFrame) -> Figure:
    order = {name: place for place, name in enumerate(sorted(year.school_names.values()))}
    cells = zones.assign(
        unit=zones["school"],
        work=[f"{grade}{ru.NBSP}класс" for grade in zones["grade"]],
        place=zones["school"].map(order),
        text=[
            ru.FEW if mark == "few" else ru.share(value, 0)
            for mark, value in zip(zones["mark"], zones["value"], strict=True)
        ],
    )
    works = [f"{grade}{ru.NBSP}класс" for grade in sorted(zones["grade"].unique())]
    return Figure(
        figures.heat_map(
            cells.sort_values(["place", "grade"]),
            works=works,
            subtitle="Доля учеников, участвовавших в школьном этапе, по школам и классам",
            width=style.FULL_WIDTH,
        ),
        alt="Школы по строкам, классы по столбцам: доля участников школьного этапа и знак, "
        "отличается ли она от остальных школ.",
        caption="Школы стоят по алфавиту: порядок ничего не значит.",
    )


def _grade_table(rows: pd.DataFrame) -> ReportTable:
    return ReportTable(
        rows.assign(title=[f"{grade}{ru.NBSP}класс" for grade in rows["grade"]]),
        title="Участие в олимпиаде по классам",
        name="03 Классы",
        columns=[
            Column("title", "Класс"),
            Column("school_of", "Учеников", "int"),
            Column("school_n", "Школьный этап", "int"),
            Column("school_value", "Доля", "share"),
            Column(("school_low", "school_high"), "Интервал", "interval"),
            Column("municipal_n", "Муниципальный этап", "int", missing=ru.NOT_APPLICABLE),
            Column("municipal_value", "Доля учеников", "share", missing=ru.NOT_APPLICABLE),
        ],
        note="Муниципальный этап проводится для 7–11 классов.",
    )


def silent(year: Year) -> Block:
    """Pupils who took part in nothing, and how participations are spread over pupils."""
    results = stage_results(year, "school", SCHOOL_STAGE_GRADES)
    if results.empty:
        return Nothing(NO_PROTOCOLS)
    times = participations(results)
    active = int(np.ceil(MOST_ACTIVE * len(times)))
    their = times.sort_values(ascending=False).head(active).sum() / times.sum()
    spread = (
        f"{ru.number(100 * MOST_ACTIVE)} % самых активных дают {ru.share(their, 0)} всех участий"
    )
    counts = grade_coverage(year, "school", SCHOOL_STAGE_GRADES)
    total, taking = int(counts["denominator"].sum()), int(counts["numerator"].sum())
    finding = (
        f"Ни в одной олимпиаде не участвовали {ratio(total - taking, total, ru.PUPIL)} 4–11 "
        f"классов ({ru.share((total - taking) / total, 0)}); {spread}"
        if total
        else f"Участвовали {ru.counted(len(times), ru.PUPIL)}; {spread}"
    )
    return Section(
        finding,
        table=_times_table(times),
        reading="Из протоколов известны только участники, поэтому кто именно не участвовал ни "
        "разу, знает школа. Цель – не больше работ у тех же учеников, а больше учеников.",
        anchor=SILENT_ANCHOR,
    )


def participations(results: pd.DataFrame) -> pd.Series:
    """How many subjects of the school stage each participant wrote."""
    return results.groupby("pupil_id")["subject"].nunique()


def _times_table(times: pd.Series) -> ReportTable:
    rows = pd.DataFrame(
        [(words, int(times.between(low, high).sum())) for low, high, words in _TIMES],
        columns=["times", "pupils_n"],
    )
    total = int(rows["pupils_n"].sum())
    return ReportTable(
        rows.assign(share=rows["pupils_n"] / total),
        title="В скольких олимпиадах школьного этапа участвует ученик",
        name="03 Сколько олимпиад",
        columns=[
            Column("times", "Участвовали"),
            Column("pupils_n", "Учеников", "int"),
            Column("share", "Доля участников", "share"),
        ],
    )
