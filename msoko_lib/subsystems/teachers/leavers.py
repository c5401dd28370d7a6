"""Who may leave by age in the next years: forecast of the municipality, and where it gathers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.methods.leaving import chances_of_leaving, expected_leavers
from msoko_lib.project import end_year_of, school_year_of
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import out_of
from msoko_lib.subsystems.teachers.ages import NO_AGES
from msoko_lib.subsystems.teachers.groups import TEACHER, age_groups, smallest_group
from msoko_lib.subsystems.teachers.leaving_rates import (
    MARGIN,
    assumptions_table,
    first_age,
    rates,
)
from msoko_lib.subsystems.year import Year, per_year

ANCHOR, WAVE_ANCHOR = "vybytie", "volna"
YEARS_AHEAD = 5
_WORDS = {"attention": "▼ выше", "same": "● не выше", "few": "○ мало"}
WAVE = "teacher_wave_share"
WHAT_IT_IS = (
    "Прогноз говорит, сколько педагогов уйдёт, если каждый год будет уходить такая же доля, как в "
    "допущениях. Он не объясняет, почему уходят, и не говорит ни об одном человеке. Уход молодых, "
    "переезды и приём новых в нём не учтены."
)


@dataclass(frozen=True)
class Forecast:
    """Leavers of some schools after one, two, … years.

    ``rows``: after, expected, low, high, by the assumed rates; ``fewer`` and ``more``: expected
    number after the last year if the rates were lower or higher by the margin.
    """

    rows: pd.DataFrame
    fewer: float
    more: float

    @property
    def last(self) -> pd.Series:
        """After the last year."""
        return self.rows.iloc[-1]


def forecast(year: Year, groups: pd.DataFrame) -> Forecast:
    """Forecast for the teachers of an age table (see :func:`groups.age_groups`)."""
    known = groups[groups["low"].notna() & (groups["n"] > 0)]
    summed = known.groupby(["low", "high"])["n"].sum()
    counts = summed.to_numpy()
    margin = year.points(MARGIN) / 100

    def leavers(factor: float) -> pd.DataFrame:
        chances = [
            chances_of_leaving(range(int(low), int(high) + 1), rates(year, factor), YEARS_AHEAD)
            for low, high in summed.index
        ]
        return expected_leavers(counts, chances or np.zeros((0, YEARS_AHEAD)))

    rows = leavers(1.0) if len(counts) else pd.DataFrame()
    if rows.empty:
        after = range(1, YEARS_AHEAD + 1)
        return Forecast(pd.DataFrame({"after": after, "expected": 0.0, "low": 0, "high": 0}), 0, 0)
    ends = [float(leavers(factor)["expected"].iloc[-1]) for factor in (1 - margin, 1 + margin)]
    return Forecast(rows, *ends)


@per_year
def by_school(year: Year) -> pd.DataFrame:
    """Schools with their older teachers and forecast, by name.

    Returns
    -------
    DataFrame
        school_id, unit, n (teachers), old_n (from the first age of the assumptions), expected,
        low, high (leavers in five years), share (expected of all) with ci_low and ci_high, mark:
        ``attention`` – more than the share of the parameters are expected to leave; ``same``;
        ``few``.
    """
    groups = age_groups(year)
    if groups.empty:
        return groups.assign(unit="", mark="")
    old = groups["n"].where(groups["low"] >= first_age(year), 0)
    rows = groups.assign(old_n=old).groupby("school_id", sort=True)[["n", "old_n"]].sum()
    found = {unit: forecast(year, part).last for unit, part in groups.groupby("school_id")}
    ends = pd.DataFrame(found).T[["expected", "low", "high"]].astype(float)
    rows = rows.join(ends).reset_index()
    staff = rows["n"].where(rows["n"] > 0)
    rows = rows.assign(
        unit=rows["school_id"].map(year.unit_names),
        share=rows["expected"] / staff, ci_low=rows["low"] / staff, ci_high=rows["high"] / staff,
    )  # fmt: skip
    few = rows["n"] < year.points("report_minimum_n")
    rows["mark"] = np.select([few, rows["share"] > wave_share(year)], ["few", "attention"], "same")
    return rows.sort_values("unit", kind="stable").reset_index(drop=True)


def wave_share(year: Year) -> float:
    """A school that may lose a larger share of its teachers in five years is named."""
    return year.points(WAVE) / 100


def vacant_posts(year: Year) -> float:
    """Posts of schools that stand empty now; missing where nobody told."""
    rows = answers(year, ["posts_n", "posts_filled_n"]).dropna()
    return float((rows["posts_n"] - rows["posts_filled_n"]).sum()) if len(rows) else float("nan")


def retirement(year: Year) -> Block:
    """How many teachers may leave by age in five years, year by year."""
    groups = age_groups(year)
    if groups.empty:
        return Nothing(NO_AGES)
    found = forecast(year, groups)
    last = found.last
    rows = found.rows.assign(
        year=[
            school_year_short(school_year_of(end_year_of(year.school_year) + int(after)))
            for after in found.rows["after"]
        ]
    )
    chart = pd.DataFrame(
        {
            "label": [f"к концу {text}" for text in rows["year"]],
            "value": rows["expected"],
            "ci_low": rows["low"],
            "ci_high": rows["high"],
            "role": "similar",
            "note": [
                ru.interval(low, high, decimals=0)
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
        }
    )
    total = int(groups["n"].sum())
    margin = ru.number(year.points(MARGIN))
    return Section(
        f"За пять лет по возрасту могут уйти от {ru.number(last['low'])} до "
        f"{ru.number(last['high'])} педагогов из {ru.number(total)}{_with_vacancies(year, last)}",
        figure=Figure(
            figures.bars(
                chart,
                subtitle="Сколько педагогов школ уйдёт по возрасту, нарастающим итогом",
                value_header="ожидается",
                note_header="с учётом случая",
            ),
            alt="Ожидаемое число ушедших по возрасту педагогов к концу каждого из пяти лет, "
            "с интервалами.",
            caption="Столбик – сколько ожидается, черта – разброс, который даёт случай.",
        ),
        # The chart prints the same figures: the table is for the workbook.
        table=ReportTable(
            rows.assign(is_shown=False),
            title="Прогноз выбытия педагогов по возрасту, нарастающим итогом",
            name="07 Прогноз выбытия",
            columns=[
                Column("year", "К концу учебного года"),
                Column("expected", "Ожидается", "int"),
                Column(("low", "high"), "С учётом случая", "interval_score", decimals=0),
            ],
            shown="is_shown",
            note=f"Если уходить будут на {margin} % реже или чаще, чем в допущениях, за пять лет "
            f"ожидается {ru.number(found.fewer)} или {ru.number(found.more)}.",
        ),
        items=[assumptions_table(year)],
        reading=WHAT_IT_IS,
        anchor=ANCHOR,
    )


def _with_vacancies(year: Year, last: pd.Series) -> str:
    vacant = vacant_posts(year)
    if ru.is_missing(vacant) or vacant < 1:
        return ""
    low, high = last["low"] + vacant, last["high"] + vacant
    return (
        f"; вместе с {ru.number(vacant)} свободными ставками понадобится замена от "
        f"{ru.number(low)} до {ru.number(high)}"
    )


def wave(year: Year) -> Block:
    """In which schools those near retirement gather."""
    rows = by_school(year)
    if rows.empty:
        return Nothing(NO_AGES)
    few = rows["mark"] == "few"
    chart = pd.DataFrame(
        {
            "label": rows["unit"],
            "value": rows["share"].mask(few),
            "ci_low": rows["ci_low"].mask(few),
            "ci_high": rows["ci_high"].mask(few),
            "n": rows["n"],
            "role": ["attention" if mark == "attention" else "other" for mark in rows["mark"]],
            "state": ru.FEW,
        }
    )
    whole = rows["expected"].sum() / rows["n"].sum()
    return Section(
        _wave_finding(year, rows),
        figure=Figure(
            figures.dot_with_interval(
                chart,
                references={"все школы": float(whole), "порог": wave_share(year)},
                subtitle="Какая доля педагогов может уйти по возрасту за пять лет, по школам",
                limits=(0.0, 1.0),
                n_header="педагогов",
            ),
            alt="Ожидаемая доля уходящих по возрасту за пять лет по школам в алфавитном порядке, "
            "с интервалами.",
            caption="Отрезок – разброс, который даёт случай; ▼ – ожидаемая доля выше порога "
            f"{ru.share(wave_share(year), 0)} (статус системный).",
        ),
        table=_wave_table(year, rows),
        anchor=WAVE_ANCHOR,
    )


def _wave_table(year: Year, rows: pd.DataFrame) -> ReportTable:
    few, least, age = rows["mark"] == "few", smallest_group(year), first_age(year)
    # Who may leave could be told from so small a group.
    hidden = few | ((rows["old_n"] > 0) & (rows["old_n"] < least))
    table = rows.assign(
        old=rows["old_n"].astype(object).mask(hidden, ru.FEW),
        shown=rows["share"].astype(object).mask(hidden, ru.FEW),
        from_n=rows["low"].astype(object).mask(hidden, ru.FEW),
        to_n=rows["high"].astype(object).mask(hidden, ru.FEW),
        words=rows["mark"].map(_WORDS),
        is_shown=rows["mark"] == "attention",
    )
    return ReportTable(
        table,
        title="Ожидаемое выбытие по возрасту за пять лет по школам",
        name="07 Волна выбытия",
        columns=[
            Column("unit", "Школа"),
            Column("n", "Всего", "int"),
            Column("old", f"{age} лет и старше", "int"),
            Column("shown", "Ожидаемая доля ушедших", "share"),
            Column(("from_n", "to_n"), "Уйдут, человек", "interval_score", decimals=0),
            Column("words", "К порогу"),
        ],
        note=f"«Мало» – старших меньше {out_of(least, TEACHER)} или всего слишком мало. Допущения "
        "– те же, что в прогнозе муниципалитета.",
        shown="is_shown",
    )


def _wave_finding(year: Year, rows: pd.DataFrame) -> str:
    found = rows[rows["mark"] == "attention"]
    limit = ru.share(wave_share(year), 0)
    if found.empty:
        return f"Школ, где за пять лет по возрасту может уйти больше {limit} педагогов, нет"
    listed = "; ".join(
        f"{row['unit']} – {from_to(row)} из {ru.number(row['n'])}"
        for row in found.head(3).to_dict("records")
    )
    more = f" и ещё {ru.number(len(found) - 3)}" if len(found) > 3 else ""
    return f"Больше {limit} педагогов за пять лет по возрасту может потерять: {listed}{more}"


def from_to(row: pd.Series | dict[object, object]) -> str:
    """«от 5 до 9»; «до 3» where nobody may leave too."""
    low, high = float(row["low"]), float(row["high"])  # type: ignore[arg-type]
    return f"до {ru.number(high)}" if low == 0 else ru.interval(low, high, decimals=0)
