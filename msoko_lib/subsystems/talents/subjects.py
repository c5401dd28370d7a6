"""School × subject: who takes which olympiad, and which nobody takes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.talents import DIPLOMAS, SCHOOL_STAGE_GRADES
from msoko_lib.reporting import figures, style
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import names_in_words, sentence_case
from msoko_lib.subsystems.talents.participation import (
    COVERAGE,
    NO_ENROLMENT,
    NO_PROTOCOLS,
    stage_results,
)
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "predmety"


@per_year
def subject_zones(year: Year) -> pd.DataFrame:
    """Participants of the school stage, one row a school × subject of the municipality.

    The whole are the school's pupils of the grades in which the subject was written anywhere, so
    that a school without these grades has no row. Columns: unit_id, school, subject, numerator,
    denominator, value, and those of ``compare_with_others`` (each school against the others in
    the same subject).
    """
    rows = stage_results(year, "school", SCHOOL_STAGE_GRADES)
    enrolment = year.inputs.table("enrolment")
    parts = []
    for subject, written in rows.groupby("subject", sort=True):
        pupils = enrolment[enrolment["grade"].between(written["grade"].min(), 11)]
        whole = pupils.groupby("school_id")["pupils_n"].sum().rename("denominator")
        taking = written.groupby("school_id")["pupil_id"].nunique().rename("numerator")
        frame = whole[whole > 0].to_frame().join(taking).reset_index()
        parts.append(frame.assign(subject=subject))
    if not parts or not sum(len(part) for part in parts):
        columns = ["unit_id", "subject", "denominator", "numerator", "value", "others", "q"]
        return pd.DataFrame(columns=[*columns, "mark", "school"])
    counts = pd.concat(parts, ignore_index=True).rename(columns={"school_id": "unit_id"})
    counts["numerator"] = counts["numerator"].fillna(0).astype("int64")
    counts["denominator"] = counts["denominator"].astype("int64")
    counts = counts[counts["numerator"] <= counts["denominator"]].reset_index(drop=True)
    counts = counts.assign(value=counts["numerator"] / counts["denominator"], grade="")
    minimum = year.catalogue[COVERAGE].minimum_n
    zones = compare_with_others(counts, more_is_better=True, minimum_n=minimum)
    return zones.assign(school=zones["unit_id"].map(year.school_names))


def absent_subjects(year: Year) -> list[str]:
    """Subjects of the olympiad in which the municipality has no participant at all."""
    seen = set(stage_results(year, "school", SCHOOL_STAGE_GRADES)["subject"])
    return [subject for subject in year.settings.olympiad_subjects if subject not in seen]


def empty_subjects(zones: pd.DataFrame) -> pd.DataFrame:
    """School × subject where nobody takes part although by the others' share somebody would."""
    return zones[(zones["numerator"] == 0) & (zones["mark"] == "attention")]


def subjects(year: Year) -> Block:
    """Map of participation by school and subject."""
    if stage_results(year, "school", SCHOOL_STAGE_GRADES).empty:
        return Nothing(NO_PROTOCOLS)
    zones = subject_zones(year)
    if zones.empty:
        return Nothing(NO_ENROLMENT)
    return Section(
        _finding(zones),
        figure=_map(zones),
        table=_table(year, zones),
        reading=f"{_absent_words(year)} Ноль ещё ничего не значит, если учеников мало: ▼ стоит "
        "там, где участников заметно меньше, чем было бы при доле остальных школ, с поправкой на "
        "число сравнений.",
        anchor=ANCHOR,
    )


def _finding(zones: pd.DataFrame) -> str:
    empty = empty_subjects(zones)
    if len(empty):
        return (
            "Никто не участвует, хотя при доле остальных школ участники были бы: "
            f"{names_in_words(_by_school(empty))}"
        )
    behind = zones[zones["mark"] == "attention"]
    if len(behind):
        return (
            "Участников заметно меньше, чем в остальных школах: "
            f"{names_in_words(_by_school(behind))}"
        )
    return "По числу участников в отдельных предметах школы заметно не отличаются"


def _by_school(rows: pd.DataFrame) -> list[str]:
    """«Полевая СОШ (физика и история)»."""
    named = []
    for school, part in rows.groupby("school", sort=True):
        listed = [sentence_case(str(subject)) for subject in part["subject"]]
        more = f" и ещё {ru.number(len(listed) - 3)}" if len(listed) > 3 else ""
        told = ", ".join(listed[:3]) + more if more else ru.joined(listed)
        named.append(f"{school} ({told})")
    return named


def _absent_words(year: Year) -> str:
    absent = absent_subjects(year)
    if not absent:
        return "Протоколы есть по всем предметам олимпиады."
    listed = ru.joined([sentence_case(subject) for subject in absent])
    return (
        f"Протоколов нет по {ru.number(len(absent))} из "
        f"{ru.number(len(year.settings.olympiad_subjects))} предметов олимпиады: {listed}. Если "
        "олимпиада по ним была, загрузите протоколы."
    )


def _map(zones: pd.DataFrame) -> Figure:
    cells = zones.assign(
        unit=zones["school"],
        work=zones["subject"],
        text=[str(int(number)) for number in zones["numerator"]],
    ).sort_values(["unit", "work"])
    return Figure(
        figures.heat_map(
            cells,
            works=sorted(zones["subject"].unique()),
            subtitle="Участников школьного этапа по школам и предметам",
            width=style.FULL_WIDTH,
        ),
        alt="Школы по строкам, предметы по столбцам: число участников школьного этапа и знак, "
        "заметно ли их меньше или больше, чем при доле остальных школ.",
        caption="Школы и предметы стоят по алфавиту; пустая клетка – нужных классов в школе нет.",
    )


def _table(year: Year, zones: pd.DataFrame) -> ReportTable:
    municipal = year.inputs.table("olympiad_results")
    municipal = municipal[municipal["stage"] == "municipal"]
    rows = []
    for subject, part in zones.groupby("subject", sort=True):
        further = municipal[municipal["subject"] == subject]
        silent = part[part["numerator"] == 0]["school"].tolist()
        rows.append(
            {
                "subject": subject,
                "n": int(part["numerator"].sum()),
                "schools_n": int((part["numerator"] > 0).sum()),
                "of_n": len(part),
                "municipal_n": further["pupil_id"].nunique() if len(municipal) else np.nan,
                "diplomas_n": int(further["status"].isin(DIPLOMAS).sum())
                if len(municipal)
                else np.nan,
                "silent": names_in_words(sorted(silent), 3) if silent else ru.NOT_APPLICABLE,
            }
        )
    return ReportTable(
        pd.DataFrame(rows),
        title="Предметы олимпиады",
        name="03 Предметы",
        columns=[
            Column("subject", "Предмет"),
            Column("n", "Участников", "int"),
            Column("schools_n", "Школ с участниками", "int"),
            Column("of_n", "Из школ", "int"),
            Column("municipal_n", "На муниципальном этапе", "int"),
            Column("diplomas_n", "Дипломов", "int"),
            Column("silent", "Участников нет"),
        ],
    )
