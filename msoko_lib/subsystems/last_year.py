"""What came of last year's recommendations: whose ground no longer holds, whose still does."""

from __future__ import annotations

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.project import previous_school_year
from msoko_lib.reads import derived
from msoko_lib.recommendations.apply import MUNICIPALITY
from msoko_lib.recommendations.issued import issued, standing
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.settings import load_settings
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "effektivnost"
GONE, HOLDS, UNKNOWN = "gone", "holds", "unknown"
ADVICE_OF = ru.Noun("рекомендации", "рекомендаций", "рекомендаций", "f")
WHERE_TO_LOOK = "Можно ли говорить об эффекте мер – в отчёте 13 «Динамика и эффективность мер»."


def results(year: Year, subsystem: str) -> Block:
    """Recommendations of the year before and whether their ground holds now: dynamics, no effect.

    Parameters
    ----------
    year : Year
    subsystem : str
        Its number, «07».
    """
    rows = _followed_in(year, subsystem)
    if rows is None:
        return Nothing(
            "Данных за прошлый год нет, поэтому об итогах прошлогодних рекомендаций сказать "
            f"нечего. {WHERE_TO_LOOK}"
        )
    if rows.empty:
        return Nothing(f"Рекомендаций в прошлом году по подсистеме не было. {WHERE_TO_LOOK}")
    counts = rows["state"].value_counts()
    gone, holds = int(counts.get(GONE, 0)), int(counts.get(HOLDS, 0))
    unknown = int(counts.get(UNKNOWN, 0))
    told = f"; по {ru.number(unknown)} данных в этом году нет" if unknown else ""
    gone_words = f"у {ru.number(gone)}" if gone else "ни у одной"
    return Section(
        f"Из {ru.counted(len(rows), ADVICE_OF)} прошлого года основания больше нет {gone_words}, "
        f"осталось – у {ru.number(holds)}{told}",
        table=_table(rows, subsystem, was_issued(rows)),
        reading="Это динамика, а не эффект: показатель мог измениться и сам, тем сильнее, чем "
        f"меньше в нём людей. {WHERE_TO_LOOK}",
        anchor=ANCHOR,
    )


@derived("что стало с прошлогодними рекомендациями подсистемы {0}")
def _followed_in(year: Year, subsystem: str) -> pd.DataFrame | None:
    """Last year's advice of a subsystem and what became of it; None where that year has no bank."""
    before = given_last_year(year)
    if before is None:
        return None
    return followed_up(before, findings_of(year), year.indicators, subsystem)


@per_year
def given_last_year(year: Year) -> pd.DataFrame | None:
    """What was recommended a year ago; None where that year has no bank.

    By the register of what the year's reports really said; where no report was handed out by
    msoko, what the rules of today would have said of that year's data.
    """
    before = year_before(year)
    if before is None:
        return None
    register = standing(issued(year.project, before.school_year))
    return findings_of(before) if register.empty else register


def was_issued(given: pd.DataFrame) -> bool:
    """True if last year's recommendations are those that reports really gave."""
    return "issued_on" in given


@per_year
def year_before(year: Year) -> Year | None:
    """The school year before as a report opens it; None where it has no bank."""
    school_year = previous_school_year(year.school_year)
    bank = Bank(year.project, school_year)
    if not bank.exists:
        return None
    settings = load_settings(year.project, school_year)
    return Year(year.project, school_year, settings, year.catalogue, Inputs(bank, settings))


def followed_up(
    before: pd.DataFrame, now: pd.DataFrame, indicators: pd.DataFrame, subsystem: str | None = None
) -> pd.DataFrame:
    """Last year's findings with an advice and what became of each.

    Parameters
    ----------
    before, now : DataFrame
        Findings of both years (``FINDING_COLUMNS``).
    indicators : DataFrame
        Indicator table of this year: a finding is gone only if there is a value to judge by.
    subsystem : str, optional
        Only findings of this one; None: of all.

    Returns
    -------
    DataFrame
        Rows of ``before`` with ``state``: «gone», «holds», «unknown».
    """
    rows = before[before["advice"] != ""]
    if subsystem is not None:
        rows = rows[rows["subsystem"] == subsystem]
    fired = set(zip(now["rule_id"], now["unit_id"], strict=True))
    counted = indicators[indicators["status"] == "ok"]
    known = set(zip(counted["indicator_id"], counted["unit_id"], strict=True))
    listed = set(indicators["indicator_id"])

    def state(row: pd.Series) -> str:
        unit = str(row["unit_id"])
        if (row["rule_id"], unit) in fired:
            return HOLDS
        # What a subsystem finds itself stands in no table of values: silence means it is gone.
        is_known = row["fact_id"] not in listed or (row["fact_id"], unit) in known
        return GONE if is_known else UNKNOWN

    return rows.assign(state=[state(row) for _, row in rows.iterrows()])


def _table(rows: pd.DataFrame, subsystem: str, issued_then: bool) -> ReportTable:
    grouped = rows.assign(
        units=(rows["unit_kind"] != MUNICIPALITY).astype(int),
        gone=rows["state"].eq(GONE).astype(int),
        holds=rows["state"].eq(HOLDS).astype(int),
        unknown=rows["state"].eq(UNKNOWN).astype(int),
    ).groupby("rule_id", sort=True)
    table = grouped.agg(
        advice=("advice", "first"), control=("control", "first"), given=("state", "size"),
        gone=("gone", "sum"), holds=("holds", "sum"), unknown=("unknown", "sum"),
    ).reset_index()  # fmt: skip
    return ReportTable(
        table,
        title="Рекомендации прошлого года",
        name=f"{subsystem} Итоги рекомендаций",
        columns=[
            Column("advice", "Что советовали"),
            Column("control", "По чему видно"),
            Column("given", "Всего", "int"),
            Column("gone", "Основания больше нет", "int"),
            Column("holds", "Основание осталось", "int"),
            Column("unknown", "Нет данных", "int"),
        ],
        note="Считаются рекомендации из отчётов прошлого года."
        if issued_then
        else "Отчётов за прошлый год не было: считаются рекомендации, которые дал бы этот же набор "
        "правил по данным прошлого года.",
    )
