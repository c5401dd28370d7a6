"""«Главное» and «Что сделать» of the report on objectivity."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Lead, Sentence
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.leading import Found, lead_of
from msoko_lib.subsystems.objectivity import journal_gap, outside, signs
from msoko_lib.subsystems.olympiad_stages import olympiad_gaps, stage_drop
from msoko_lib.subsystems.year import Year

BEFORE_VPR = "до начала ВПР"
FIRST_WEEKS = "до 1 октября"
MOST_NAMED = 6


def lead(year: Year) -> Lead:
    """At most five sentences from a closed list, each tied to its section, and what follows."""
    table = signs.grades(year)
    return lead_of(
        [
            *_combinations(table),
            *_annual(year),
            *_olympiad(year),
            *_observers(year),
            *_single_signs(table),
            *_journal(year, table),
        ]
    )


def _combinations(table: pd.DataFrame) -> Found:
    """Two signs and more: the rule that calls for a check."""
    if table.empty:
        text = "Индивидуальных результатов ВПР нет: скрининг не проводился."
        return [(Sentence(text, "few"), None)]
    strange = table[table["grade"].isin(["priority", "check"])]
    if strange.empty:
        tested = int((table["grade"] != "not_enough_data").sum())
        text = (
            "Сочетаний двух и более признаков, требующих проверки, нет; данных хватило по "
            f"{ru.in_words(tested, SCHOOL_ON)} из {len(table)}."
        )
        return [(Sentence(text, "same", signs.ANCHOR), None)]
    named = [f"{row.school} ({row.signs})" for row in strange.itertuples()]
    sentence = Sentence(
        f"Сошлись два и более признака, требующих проверки: {names_in_words(named)}.",
        "attention",
        signs.ANCHOR,
    )
    action = Action(
        addressee="Управление образования",
        text="Запросить пояснения, провести перекрёстную проверку работ и назначить независимых "
        f"наблюдателей: {names_in_words(strange['school'].tolist())}.",
        deadline=BEFORE_VPR,
        control="вывод скрининга следующего года; ОБ-05, ОБ-06",
        ground=f"два и более признака: {names_in_words(named)}",
        anchor=signs.ANCHOR,
    )
    return [(sentence, action)]


SCHOOL_ON = ru.Noun("школе", "школам", "школам", "f")


def _single(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["domains_flagged"] == 1) & (table["grade"] == "no_grounds")]


def _single_signs(table: pd.DataFrame) -> Found:
    """Schools with one sign: named, with the warning that one is no ground."""
    single = _single(table)
    if single.empty:
        return []
    named = [f"{row.school} ({row.signs})" for row in single.itertuples()]
    sentence = Sentence(
        f"По одному признаку: {names_in_words(named, MOST_NAMED)}. Один признак – не основание "
        "для вывода.",
        "few",
        signs.ANCHOR,
    )
    action = Action(
        addressee="Управление образования",
        text="Попросить пояснение школы, выборку работ перепроверить вторым учителем без имён: "
        f"{names_in_words(single['school'].tolist(), MOST_NAMED)}.",
        deadline="до конца I четверти",
        control="повторится ли признак через год",
        ground="один признак; для вывода нужны два разных",
        anchor=signs.ANCHOR,
    )
    return [(sentence, action)]


def _journal(year: Year, table: pd.DataFrame) -> Found:
    zones = journal_gap.lowered_zones(year)
    if zones.empty:
        return []
    strange = zones[zones["mark"] == "attention"].sort_values("school")
    if strange.empty:
        text = "Отметки за ВПР и журнал расходятся в школах примерно одинаково."
        return [(Sentence(text, "same", journal_gap.ANCHOR), None)]
    named = [journal_gap.lowered_in_words(row) for _, row in strange.iterrows()]
    sentence = Sentence(
        f"Отметка за ВПР ниже журнала заметно чаще, чем в остальных школах: "
        f"{names_in_words(named, 3)}.",
        "attention",
        journal_gap.ANCHOR,
    )
    action = Action(
        addressee=to_directors(strange["school"].tolist()),
        text="Разобрать расхождения в две отметки и больше по каждому ученику; уточнить "
        "положение об оценивании, провести для учителей занятие по критериям.",
        deadline=FIRST_WEEKS,
        control="ОБ-03, ОБ-04",
        ground="отметка за ВПР ниже журнала: " + names_in_words(named, 3),
        anchor=journal_gap.ANCHOR,
    )
    # A school whose only sign is the journal is already named among the single signs.
    told = set(_single(table)["school"]) if len(table) else set()
    return [(None if set(strange["school"]) <= told else sentence, action)]


def to_directors(schools: list[str]) -> str:
    """«Директор: Лесная СОШ», «Директора: Лесная СОШ и Озёрная СОШ»."""
    who = "Директор" if len(schools) == 1 else "Директора"
    return f"{who}: {names_in_words(schools, 3)}"


def _annual(year: Year) -> Found:
    zones = outside.annual_zones(year)
    strange = zones[zones["mark"] == "attention"] if len(zones) else zones
    if strange.empty:
        return []
    strange = strange.sort_values("school")
    named = names_in_words([outside.failed_pairs(row) for _, row in strange.iterrows()], 3)
    sentence = Sentence(
        f"Отметка ОГЭ ниже годовой заметно чаще, чем в остальных школах: {named}.",
        "attention",
        outside.ANNUAL_ANCHOR,
    )
    first = strange.iloc[0]
    action = Action(
        addressee=to_directors(strange["school"].tolist()),
        text="Провести внутреннюю экспертизу годовых отметок 9 класса: выборка работ, общие "
        "критерии, второй проверяющий.",
        deadline="до конца II четверти",
        control="ОБ-07",
        ground=f"отметка ОГЭ ниже годовой: {named}, в остальных школах "
        f"{ru.share(first['others'], 0)}",
        anchor=outside.ANNUAL_ANCHOR,
    )
    return [(sentence, action)]


def _olympiad(year: Year) -> Found:
    gaps = olympiad_gaps(year)
    strange = gaps[gaps["mark"] == "attention"] if len(gaps) else gaps
    if strange.empty:
        return []
    named = names_in_words([stage_drop(row) for _, row in strange.iterrows()], 3)
    sentence = Sentence(
        f"Результаты школьного этапа олимпиады не подтверждаются на муниципальном: {named}.",
        "attention",
        outside.OLYMPIAD_ANCHOR,
    )
    action = Action(
        addressee="Методическая служба",
        text="Организовать проверку работ школьного этапа муниципальными жюри: "
        f"{names_in_words(strange['school'].tolist(), 3)}.",
        deadline="до начала школьного этапа",
        control="ТЛ-06",
        ground=f"от школьного этапа к муниципальному: {named}",
        anchor=outside.OLYMPIAD_ANCHOR,
    )
    return [(sentence, action)]


def _observers(year: Year) -> Found:
    rows = outside.observer_shares(year)
    empty = outside.unobserved(year) if len(rows) else []
    if not empty:
        return []
    rooms = int(rows[rows["school"].isin(empty)]["rooms_n"].sum())
    ground = f"наблюдателей не было ни в одной аудитории из {ru.number(rooms)}"
    sentence = Sentence(
        f"Независимых наблюдателей за год не было ни на одной процедуре: "
        f"{names_in_words(empty)} (аудиторий {ru.number(rooms)}).",
        "attention",
        outside.OBSERVERS_ANCHOR,
    )
    action = Action(
        addressee="Управление образования",
        text=f"Включить в график независимого наблюдения: {names_in_words(empty)}.",
        deadline=BEFORE_VPR,
        control="охват аудиторий наблюдением",
        ground=ground,
        anchor=outside.OBSERVERS_ANCHOR,
    )
    return [(sentence, action)]
