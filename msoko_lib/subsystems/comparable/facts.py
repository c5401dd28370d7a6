"""What the rules of report 12 look at: facts on schools and on the municipality."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.comparable import (
    blocks_linked,
    nearest,
    reached,
    school_groups,
    year_to_year,
)
from msoko_lib.subsystems.comparable.computed import (
    added_of,
    clusters_of,
    conditions_of,
    expected_of,
    means_of,
    under_question,
)
from msoko_lib.subsystems.comparable.words import conditions_in_words
from msoko_lib.subsystems.fact_rows import FEW, NO_DATA, facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.year import Year

BELOW = "Результат ниже ожидаемого при своих условиях"
ABOVE = "Результат выше ожидаемого при своих условиях"
ABOVE_ASKED = "Результат выше ожидаемого, но есть вопрос к ВПР"
AS_EXPECTED = "Результаты неотличимы от ожидаемых"
NO_EXPECTATION = "Ожидаемый результат не построен"
ADDED_LESS = "Вклад девятого класса меньше обычного"
ADDED_MORE = "Вклад девятого класса больше обычного"
ADDED_CHANCE = "Вклады школ неотличимы от случайных"
GROUPS = "Группы по условиям есть"
GROUPS_LOOSE = "Группы по условиям не закреплены"
NO_GROUPS = "Групп по условиям нет"
SIMILAR = "Похожие школы найдены"
FEW_SIMILAR = "Похожих школ не хватает никому"
NO_CONDITIONS = "Условия школ неизвестны"
LACKING = "Условия школы известны не полностью"
PEERS_BELOW = "ОГЭ ниже сопоставимых школ"
LINKS = "Анализ связей проведён"
IDS = (
    BELOW, ABOVE, ABOVE_ASKED, AS_EXPECTED, NO_EXPECTATION, ADDED_LESS, ADDED_MORE, ADDED_CHANCE,
    GROUPS, GROUPS_LOOSE, NO_GROUPS, SIMILAR, FEW_SIMILAR, NO_CONDITIONS, LACKING, PEERS_BELOW,
    LINKS,
)  # fmt: skip


def compute(year: Year) -> pd.DataFrame:
    """Facts of the municipality and of every school."""
    parts = (_expected, _added, _groups, _similar, _links)
    return facts_of_rows([row for part in parts for row in part(year)])


SOURCE = FactSource(IDS, compute)


def _expected(year: Year) -> Iterator[dict[str, object]]:
    if all(item.reason for item in expected_of(year)):
        yield noted(NO_EXPECTATION, MUNICIPALITY, detail=reached.why_not(year))
        return
    table = reached.verdicts(year)
    judged = table[table["mark"] != "few"]
    yield noted(
        AS_EXPECTED, MUNICIPALITY, not judged["mark"].isin(["up", "attention"]).any(),
        detail=ru.counted(len(judged), ru.SCHOOL), numerator=float(len(judged)),
        n=float(len(judged)),
    )  # fmt: skip
    questioned = set(under_question(year))
    for _, row in table.iterrows():
        school_id = str(row["school_id"])
        if row["mark"] == "few":
            yield noted(BELOW, school_id, status=FEW)
            continue
        asked = school_id in questioned
        told: dict[str, Any] = {
            "detail": difference_in_words(row, with_interval=True),
            "brief": difference_in_words(row),
            "ground": f"результат минус ожидаемый: {difference_in_words(row, with_interval=True)}",
            "n": row["vpr_n"] if "vpr_n" in row else row["oge_n"],
        }
        yield noted(BELOW, school_id, row["mark"] == "attention", **told)
        yield noted(ABOVE, school_id, row["mark"] == "up" and not asked, **told)
        yield noted(ABOVE_ASKED, school_id, row["mark"] == "up" and asked, **told)


def difference_in_words(row: pd.Series, with_interval: bool = False) -> str:
    """«ВПР +11,3 п.п., ОГЭ +0,38 отметки», with intervals in brackets where asked."""
    parts = []
    for source, title in reached.SOURCE_TITLES.items():
        value = row.get(source)
        if ru.is_missing(value):
            continue
        is_vpr = source == "vpr"
        unit = "п.п." if is_vpr else "отметки"
        text = f"{title} {ru.number(value, 1 if is_vpr else 2, signed=True)}{ru.NBSP}{unit}"
        if with_interval:
            low, high = row[f"{source}_low"], row[f"{source}_high"]
            text += f" ({ru.interval(low, high, '', 1 if is_vpr else 2, signed=True)})"
        parts.append(text)
    return ", ".join(parts)


def _added(year: Year) -> Iterator[dict[str, object]]:
    if means_of(year).empty:
        return
    every, trusted = added_of(year)
    main = trusted if trusted is not None and trusted.excluded else every
    if main is None:
        return
    yield noted(
        ADDED_CHANCE, MUNICIPALITY, not main.is_told_from_chance,
        detail=year_to_year.finding(year), n=float(len(main.schools)),
    )  # fmt: skip
    spread = year_to_year.mark_spread(year)
    for _, row in main.schools.iterrows():
        value = ru.number(spread * row["effect"], 2, signed=True)
        interval = ru.interval(spread * row["low"], spread * row["high"], "", 2, signed=True)
        told: dict[str, Any] = {
            "detail": f"{value}{ru.NBSP}отметки ({interval})",
            "brief": f"{value}{ru.NBSP}отметки",
            "ground": f"ОГЭ сверх ожидаемого по ВПР 8 класса: {value}{ru.NBSP}отметки ({interval}),"
            f" сдавали {ru.number(row['n'])}",
            "n": float(row["n"]),
        }
        school_id = str(row["school_id"])
        yield noted(ADDED_LESS, school_id, row["evidence"] == "below", **told)
        yield noted(ADDED_MORE, school_id, row["evidence"] == "above", **told)


def _groups(year: Year) -> Iterator[dict[str, object]]:
    found = clusters_of(year)
    if found.clustering.status != school_groups.USABLE:
        yield noted(NO_GROUPS, MUNICIPALITY, detail=school_groups.no_groups_in_words(year))
        return
    schools = float(found.clustering.sizes.sum())
    told: dict[str, Any] = {
        "detail": school_groups.finding(year),
        "n": schools,
        "ground": f"группы построены по условиям, школ {ru.number(schools)}; год закрепления не "
        "указан",
    }
    loose = found.base_year == year.school_year
    yield noted(GROUPS_LOOSE, MUNICIPALITY, loose, **told)
    yield noted(GROUPS, MUNICIPALITY, not loose, **told)


def _similar(year: Year) -> Iterator[dict[str, object]]:
    found = conditions_of(year)
    table = nearest.similar_counts(year)
    if (table["status"] == "no_data").all():
        yield noted(NO_CONDITIONS, MUNICIPALITY, status=NO_DATA)
        return
    enough = (table["status"] == "ok").any()
    told: dict[str, Any] = {"detail": nearest.finding(year), "n": float(len(table))}
    yield noted(SIMILAR, MUNICIPALITY, enough, **told)
    yield noted(FEW_SIMILAR, MUNICIPALITY, not enough, **told)
    for school, lacking in found.lacking.items():
        names = conditions_in_words(lacking)
        yield noted(LACKING, school, detail=names, brief=names, complete=True,
                    ground=f"нет данных: {names}")  # fmt: skip
    compared = nearest.against_peers(year)
    for _, row in compared.iterrows():
        value = ru.number(row["difference"], 2, signed=True)
        interval = ru.interval(row["ci_low"], row["ci_high"], "", 2, signed=True)
        yield noted(
            PEERS_BELOW, str(row["school_id"]), row["mark"] == "attention", n=float(row["n"]),
            detail=f"{value}{ru.NBSP}отметки ({interval})", brief=f"{value}{ru.NBSP}отметки",
            ground=f"ОГЭ против сопоставимых школ: {value}{ru.NBSP}отметки ({interval}), сдавали "
            f"{ru.number(row['n'])}",
        )  # fmt: skip


def _links(year: Year) -> Iterator[dict[str, object]]:
    rows = blocks_linked.link_rows(year)
    known = rows[rows["status"] == "ok"]
    if len(known):
        yield noted(LINKS, MUNICIPALITY, detail=blocks_linked.finding(year),
                    n=float(known["schools_n"].max()))  # fmt: skip
