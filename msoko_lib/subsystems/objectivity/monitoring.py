"""Monitoring of report 05: indicators of the municipality and checks of works by school."""

from __future__ import annotations

import pandas as pd

from msoko_lib.methods.intervals import wilson
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.labels import names_in_words, ratio
from msoko_lib.subsystems.monitoring.judged import TARGET_WORDS, judged
from msoko_lib.subsystems.year import Year

INDICATORS = (
    "ОБ-01", "ОБ-02", "ОБ-08", "ОБ-09", "ОБ-10", "ОБ-14", "ОБ-11", "ОБ-12", "ОБ-13", "ОБ-15",
)  # fmt: skip
CHECKS_ANCHOR = "perekryostnaya-proverka"
SCHOOLS_ANCHOR = "shkoly-i-orientiry"
RECHECKED, MATCHED = "ОБ-10", "ОБ-14"
BY_SCHOOL = ("ОБ-09", "ОБ-10", "ОБ-14", "ОБ-12", "ОБ-13")


def indicators(year: Year) -> Block:
    """Indicators of the municipality against their targets."""
    return monitoring.indicators_table(year, "05", INDICATORS)


def by_school(year: Year) -> Block:
    """Schools × conditions of trust: observers, checks, violations, trained experts."""
    return monitoring.units_map(year, BY_SCHOOL, anchor=SCHOOLS_ANCHOR)


def checks(year: Year) -> Block:
    """Cross-checks of works: how many the commission read again and how many marks held."""
    table = check_table(year)
    if table.empty:
        return Nothing(
            "Сведений о перекрёстной проверке работ за год нет. Внесите в книгу управления, "
            "сколько работ перепроверено и сколько отметок совпало (msoko forms)."
        )
    return Section(
        _finding(year, table),
        table=ReportTable(
            table,
            title="Перекрёстная проверка работ",
            name="05 Перепроверка",
            columns=[
                Column("school", "Школа"),
                Column("written", "Работ написано", "int"),
                Column("rechecked", "Перепроверено", "int"),
                Column("rechecked_share", "Доля", "share"),
                Column("matched", "Отметка совпала", "int"),
                Column("matched_share", "Доля", "share", missing=ru.NOT_APPLICABLE),
                Column(("low", "high"), "Интервал", "interval", missing=ru.NOT_APPLICABLE),
                Column("verdict", "Совпадение к ориентиру"),
            ],
        ),
        reading="Расхождение отметок бывает и при честной проверке: критерии развёрнутых ответов "
        "понимают по-разному. Одно-два расхождения – повод обсудить критерии, много – повод "
        "перечитать все работы.",
        anchor=CHECKS_ANCHOR,
    )


def check_table(year: Year) -> pd.DataFrame:
    """Works written, read again and confirmed, one row a school by name.

    Columns: unit_id, school, written, rechecked, rechecked_share, matched, matched_share, low,
    high, mark, verdict.
    """
    facts = judged(year, [RECHECKED, MATCHED], "school")
    read = facts[(facts["fact_id"] == RECHECKED) & facts["denominator"].notna()]
    if read.empty:
        return pd.DataFrame(columns=["unit_id", "school"])
    held = facts[facts["fact_id"] == MATCHED].set_index("unit_id")
    rows = pd.DataFrame(
        {
            "unit_id": read["unit_id"],
            "school": read["unit_id"].map(year.school_names),
            "written": read["denominator"],
            "rechecked": read["numerator"],
            "rechecked_share": read["numerator"] / read["denominator"],
            "matched": read["unit_id"].map(held["numerator"]),
            "mark": read["unit_id"].map(held["mark"]).fillna("same"),
        }
    ).sort_values("school", ignore_index=True)
    some = rows["rechecked"] > 0
    interval = wilson(
        rows["matched"].where(some, 0).fillna(0).to_numpy(dtype=float),
        rows["rechecked"].where(some, 1).to_numpy(dtype=float),
    )
    return rows.assign(
        matched_share=(rows["matched"] / rows["rechecked"]).where(some),
        low=pd.Series(interval.low).where(some),
        high=pd.Series(interval.high).where(some),
        verdict=rows["mark"].map(TARGET_WORDS).where(some, "○ не проверяли"),
    )


def _finding(year: Year, table: pd.DataFrame) -> str:
    read, written = table["rechecked"].sum(), table["written"].sum()
    text = f"Перепроверено {ratio(read, written, ru.WORK)} ({ru.share(read / written, 0)})"
    if read:
        held = table["matched"].sum()
        text += f", отметка совпала в {ratio(held, read)} ({ru.share(held / read, 0)})"
    low = table[(table["mark"] == "attention") & (table["rechecked"] > 0)]
    none = table[table["rechecked"] == 0]
    if len(low):
        text += f"; совпадение заметно ниже ориентира: {names_in_words(low['school'].tolist())}"
    if len(none):
        text += f"; не проверяли: {names_in_words(none['school'].tolist())}"
    return text
