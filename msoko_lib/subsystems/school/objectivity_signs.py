"""Objectivity in one school: which signs were tested, which were found, what to do."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.objectivity.journal_gap import lowered_zones, wide_gaps
from msoko_lib.subsystems.objectivity.outside import annual_zones, observer_shares, olympiad_gaps
from msoko_lib.subsystems.objectivity.signs import (
    DOMAIN_SIGNS,
    DOMAIN_TITLES,
    effect_words,
    flagged_signs,
    grades,
)
from msoko_lib.subsystems.school.opened import SchoolYear

ANCHOR = "obektivnost"


def grade_of(school: SchoolYear) -> str:
    """Grade of the screening: no_grounds, check, priority, not_enough_data."""
    rows = school.own(grades(school.year), "school_id")
    return str(rows["grade"].iloc[0]) if len(rows) else "not_enough_data"


def signs_of(school: SchoolYear) -> pd.DataFrame:
    """Rows of the school's domains."""
    return school.own(flagged_signs(school.year), "school")


def trust(school: SchoolYear) -> Block:
    """The school's signs, one row a sign, with n and size."""
    signs = signs_of(school).set_index("domain") if len(signs_of(school)) else pd.DataFrame()
    rows = []
    for domain, title in DOMAIN_TITLES.items():
        known = len(signs) and domain in signs.index
        row = signs.loc[domain] if known else None
        tested = row is not None and row["status"] == "ok"
        flagged = bool(tested and row is not None and row["flagged"])
        rows.append(
            {
                "title": title,
                "sign": DOMAIN_SIGNS[domain],
                "n": row["n"] if row is not None else None,
                "state": "▼ отмечен" if flagged else "● нет" if tested else "○ мало",
                "effect": effect_words(domain, float(row["effect"]))
                if flagged and row is not None
                else ru.NOT_APPLICABLE,
            }
        )
    items: list[Block] = [
        ReportTable(
            pd.DataFrame(rows),
            title="Признаки, требующие проверки",
            name="Школа – признаки",
            columns=[
                Column("title", "Что проверено"),
                Column("sign", "Признак"),
                Column("n", "Результатов", "int", missing=ru.FEW),
                Column("state", "Отмечен"),
                Column("effect", "Величина"),
            ],
            note="Поправка сделана на число школ. «Мало» – при таком числе учеников проверка не "
            "покажет ничего.",
        ),
        _other_facts(school),
    ]
    return Section(
        _finding(school),
        items=items,
        reading="Признак – повод проверить, а не вывод. Невинные объяснения: сменился учитель или "
        "состав класса, часть учеников не писала, работа проверяла не то, что проходили.",
        anchor=ANCHOR,
    )


def _finding(school: SchoolYear) -> str:
    grade = grade_of(school)
    signs = signs_of(school)
    flagged = signs[signs["flagged"].astype(bool)] if len(signs) else signs
    if grade == "not_enough_data":
        return "Для проверки объективности результатов школы данных недостаточно"
    if flagged.empty:
        return "Признаков, требующих проверки, не найдено"
    names = ru.joined([DOMAIN_TITLES[name].lower() for name in flagged["domain"]])
    if grade == "priority":
        return f"Признаки, требующие проверки, повторяются второй год: {names}"
    if grade == "check":
        return f"Сошлись признаки, требующие проверки: {names}"
    return f"Отмечен один признак ({names}); одного для выводов недостаточно"


def _other_facts(school: SchoolYear) -> Block:
    year = school.year
    facts: list[tuple[str, str, str]] = []
    journal = school.own(lowered_zones(year))
    if len(journal) and journal["mark"].iloc[0] != "few":
        row = journal.iloc[0]
        facts.append(
            ("Понизили отметку на ВПР", f"{int(row['numerator'])} из {int(row['denominator'])} "
             f"({ru.share(row['value'], 0)})", f"в остальных {ru.share(row['others'], 0)}")
        )  # fmt: skip
    gaps = school.own(wide_gaps(year), "school_id")
    if len(gaps):
        over = int(gaps["over"].iloc[0])
        facts.append(("Журнал выше работы на две отметки и больше", ru.pupils(over), "0"))
    annual = school.own(annual_zones(year))
    if len(annual) and annual["mark"].iloc[0] != "few":
        row = annual.iloc[0]
        facts.append(
            ("ОГЭ ниже годовой отметки", f"{int(row['numerator'])} из {int(row['denominator'])} "
             f"({ru.share(row['value'], 0)})", f"в остальных {ru.share(row['others'], 0)}")
        )  # fmt: skip
    olympiad = school.own(olympiad_gaps(year))
    if len(olympiad) and olympiad["mark"].iloc[0] != "few":
        row = olympiad.iloc[0]
        limit = ru.number(year.points("olympiad_drop_pp"))
        facts.append(
            ("Олимпиада: муниципальный этап к школьному", ru.pp(100 * row["gap"]),
             f"не ниже {limit} п.п.")
        )  # fmt: skip
    observed = school.own(observer_shares(year), "school_id")
    if len(observed):
        share = observed["observed_rooms_n"].sum() / observed["rooms_n"].sum()
        facts.append(("Аудитории с независимым наблюдателем", ru.share(share, 0), "100 %"))
    if not facts:
        return Nothing("Других данных об объективности за год нет.")
    return ReportTable(
        pd.DataFrame(facts, columns=["what", "value", "reference"]),
        title="Журнал, годовые отметки, олимпиада, наблюдение",
        name="Школа – объективность",
        columns=[
            Column("what", "Что"),
            Column("value", "В школе"),
            Column("reference", "С чем сравнить"),
        ],
    )
