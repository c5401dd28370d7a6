"""Objectivity in one school: which signs were tested, which were found, what to do."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.objectivity import medal_confirmation
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import DROP_WORDS, MORE_OFTEN, ratio
from msoko_lib.subsystems.objectivity.journal_gap import lowered_zones, wide_gaps
from msoko_lib.subsystems.objectivity.outside import annual_zones, observer_shares
from msoko_lib.subsystems.objectivity.signs import (
    DOMAIN_SIGNS,
    DOMAIN_TITLES,
    effect_words,
    flagged_signs,
    grades,
)
from msoko_lib.subsystems.olympiad_stages import olympiad_gaps
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "obektivnost"


def grade_of(school: SchoolYear) -> str:
    """Grade of the screening: no_grounds, check, priority, not_enough_data."""
    rows = school.own_of(grades, column="school_id")
    return str(rows["grade"].iloc[0]) if len(rows) else "not_enough_data"


def signs_of(school: SchoolYear) -> pd.DataFrame:
    """Rows of the school's domains."""
    return school.own_of(flagged_signs, column="school")


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
                "state": "▼ есть" if flagged else "● нет" if tested else "○ мало",
                "effect": effect_words(school.year, school.school_id, domain, float(row["effect"]))
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
                Column("state", "Есть ли"),
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
        tested = int((signs["status"] == "ok").sum()) if len(signs) else 0
        return f"Признаков, требующих проверки, не найдено (проверено {tested} из 4)"
    names = ru.joined([DOMAIN_TITLES[name].lower() for name in flagged["domain"]])
    if grade == "priority":
        return f"Признаки, требующие проверки, повторяются второй год: {names}"
    if grade == "check":
        return f"Сошлись признаки, требующие проверки: {names}"
    return f"Есть один признак ({names}); одного для вывода недостаточно"


def _other_facts(school: SchoolYear) -> Block:
    facts = [
        fact
        for maker in (_journal, _wide_gaps, _annual, _medals, _olympiad, _observers)
        if (fact := maker(school)) is not None
    ]
    if not facts:
        return Nothing("Других данных об объективности за год нет.")
    return ReportTable(
        pd.DataFrame(facts, columns=["what", "value", "reference", "verdict"]),
        title="Журнал, годовые отметки, медали, олимпиада, наблюдение",
        name="Школа – объективность",
        columns=[
            Column("what", "Что"),
            Column("value", "В школе"),
            Column("reference", "С чем сравнить"),
            Column("verdict", "Вывод"),
        ],
    )


Fact = tuple[str, str, str, str]


def _of_marks(row: pd.Series) -> str:
    """«344 из 1 213 (28 %)»."""
    return f"{ratio(row['numerator'], row['denominator'])} ({ru.share(row['value'], 0)})"


def _journal(school: SchoolYear) -> Fact | None:
    rows = school.own_of(lowered_zones)
    if rows.empty or rows["mark"].iloc[0] == "few":
        return None
    row = rows.iloc[0]
    others = f"в остальных школах {ru.share(row['others'], 0)}"
    return ("Отметка за ВПР ниже журнала", _of_marks(row), others, MORE_OFTEN[row["mark"]])


def _wide_gaps(school: SchoolYear) -> Fact | None:
    rows = school.own_of(wide_gaps, column="school_id")
    if rows.empty:
        return None
    over, n = int(rows["over"].iloc[0]), int(rows["n"].iloc[0])
    verdict = "▼ разобрать" if over else "● нет"
    return ("Журнал выше ВПР на две отметки и больше", ratio(over, n), "0", verdict)


def _annual(school: SchoolYear) -> Fact | None:
    rows = school.own_of(annual_zones)
    if rows.empty or rows["mark"].iloc[0] == "few":
        return None
    row = rows.iloc[0]
    others = f"в остальных школах {ru.share(row['others'], 0)}"
    return ("Отметка ОГЭ ниже годовой", _of_marks(row), others, MORE_OFTEN[row["mark"]])


@per_year
def _candidates(year: Year) -> pd.DataFrame:
    return medal_confirmation(year.inputs)


def _medals(school: SchoolYear) -> Fact | None:
    own = school.own_of(_candidates, column="school_id")
    known = own[own["confirmed"].notna()]
    if known.empty:
        return None
    failed = int((~known["confirmed"].astype(bool)).sum())
    verdict = "▼ разобрать" if failed else "● нет"
    return ("Не подтвердили медаль на ЕГЭ", ratio(failed, len(known)), "0", verdict)


def _olympiad(school: SchoolYear) -> Fact | None:
    rows = school.own_of(olympiad_gaps)
    if rows.empty or rows["mark"].iloc[0] == "few":
        return None
    row = rows.iloc[0]
    limit = ru.number(school.year.points("olympiad_drop_pp"))
    value = f"{ru.pp(100 * row['gap'])} (участий {ru.number(row['n'])})"
    return (
        "Олимпиада: муниципальный этап к школьному", value, f"не ниже {limit} п.п.",
        DROP_WORDS[row["mark"]],
    )  # fmt: skip


def _observers(school: SchoolYear) -> Fact | None:
    rows = school.own_of(observer_shares, column="school_id")
    if rows.empty:
        return None
    observed, rooms = rows["observed_rooms_n"].sum(), rows["rooms_n"].sum()
    target = school.year.points("observed_rooms_share")
    verdict = "● да" if 100 * observed >= target * rooms else "▼ не все"
    value = f"{ratio(observed, rooms)} ({ru.share(observed / rooms, 0)})"
    return (
        "Аудитории с независимым наблюдателем",
        value,
        f"{ru.number(target)}{ru.NBSP}%",
        verdict,
    )
