"""«Главное» and «Что сделать» of the report on objectivity."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Lead, Sentence
from msoko_lib.subsystems.objectivity import journal_gap, outside, signs
from msoko_lib.subsystems.year import Year

Found = list[tuple[Sentence, Action | None]]
BEFORE_VPR = "до начала ВПР"
FIRST_WEEKS = "до 1 октября"


def lead(year: Year) -> Lead:
    """At most five sentences from a closed list, each tied to its section, and what follows."""
    found = [*_screen(year), *_journal(year), *_annual(year), *_olympiad(year), *_observers(year)]
    return Lead(
        [sentence for sentence, _ in found][:5],
        [action for _, action in found if action is not None][:7],
    )


def _screen(year: Year) -> Found:
    table = signs.grades(year)
    if table.empty:
        text = "Индивидуальных результатов ВПР нет: скрининг не проводился."
        return [(Sentence(text, "few"), None)]
    strange = table[table["grade"].isin(["priority", "check"])]
    if strange.empty:
        tested = int((table["grade"] != "not_enough_data").sum())
        text = (
            "Сочетаний признаков, требующих проверки, не найдено; данных для проверки хватило по "
            f"{tested} из {len(table)} школ."
        )
        return [(Sentence(text + _single_signs(table), "same", signs.ANCHOR), None)]
    names = ru.joined(strange["school"].tolist()[:4])
    sentence = Sentence(
        f"Признаки, требующие проверки, сошлись по двум и более направлениям: {names}.",
        "attention",
        signs.ANCHOR,
    )
    grounds = [f"{row.school}: {row.signs}" for row in strange.head(4).itertuples()]
    action = Action(
        addressee="Управление образования",
        text=f"Провести перекрёстную проверку работ и назначить независимых наблюдателей: {names}.",
        deadline=BEFORE_VPR,
        control="вывод скрининга следующего года; ОБ-05, ОБ-06",
        ground="; ".join(grounds),
        anchor=signs.ANCHOR,
    )
    return [(sentence, action)]


def _single_signs(table: pd.DataFrame) -> str:
    """Schools with one sign: named, with the warning that one is not enough."""
    single = table[(table["domains_flagged"] == 1) & (table["grade"] == "no_grounds")]
    if single.empty:
        return ""
    listed = ru.joined([f"{row.school} ({row.signs})" for row in single.head(4).itertuples()])
    return f" По одному признаку отмечены {listed}: одного для выводов недостаточно."


def _journal(year: Year) -> Found:
    zones = journal_gap.lowered_zones(year)
    if zones.empty:
        return []
    strange = zones[zones["mark"] == "attention"].sort_values("value", ascending=False)
    if strange.empty:
        text = "Работы ВПР и журнал расходятся в школах примерно одинаково."
        return [(Sentence(text, "same", journal_gap.ANCHOR), None)]
    first = strange.iloc[0]
    names = ru.joined(strange["school"].tolist()[:3])
    sentence = Sentence(
        f"Отметки за работу ниже журнала заметно чаще, чем в остальных школах: {names}.",
        "attention",
        journal_gap.ANCHOR,
    )
    action = Action(
        addressee="Руководители: " + names,
        text="Разобрать расхождения в две отметки и больше по каждому ученику; уточнить "
        "положение об оценивании, провести для учителей занятие по критериям.",
        deadline=FIRST_WEEKS,
        control="ОБ-03, ОБ-04",
        ground=f"{first['school']}: понизили {ru.share(first['value'], 0)} из "
        f"{ru.number(first['denominator'])} отметок, в остальных школах "
        f"{ru.share(first['others'], 0)}",
        anchor=journal_gap.ANCHOR,
    )
    return [(sentence, action)]


def _annual(year: Year) -> Found:
    zones = outside.annual_zones(year)
    strange = zones[zones["mark"] == "attention"] if len(zones) else zones
    if strange.empty:
        return []
    names = ru.joined(strange["school"].tolist()[:3])
    first = strange.iloc[0]
    sentence = Sentence(
        f"Годовые отметки не подтверждены на ОГЭ заметно чаще остальных: {names}.",
        "attention",
        outside.ANNUAL_ANCHOR,
    )
    action = Action(
        addressee="Руководители: " + names,
        text="Провести внутреннюю экспертизу годовых отметок 9 класса: выборка работ, общие "
        "критерии, второй проверяющий.",
        deadline="до конца II четверти",
        control="ОБ-07",
        ground=f"{first['school']}: ОГЭ ниже годовой у {ru.share(first['value'], 0)} из "
        f"{ru.number(first['denominator'])} пар отметок, в остальных "
        f"{ru.share(first['others'], 0)}",
        anchor=outside.ANNUAL_ANCHOR,
    )
    return [(sentence, action)]


def _olympiad(year: Year) -> Found:
    gaps = outside.olympiad_gaps(year)
    strange = gaps[gaps["mark"] == "attention"] if len(gaps) else gaps
    if strange.empty:
        return []
    names = ru.joined(strange["school"].tolist()[:3])
    first = strange.iloc[0]
    sentence = Sentence(
        f"Результаты школьного этапа олимпиады не подтверждаются на муниципальном: {names}.",
        "attention",
        outside.OLYMPIAD_ANCHOR,
    )
    action = Action(
        addressee="Методическая служба",
        text=f"Организовать проверку работ школьного этапа муниципальными жюри: {names}.",
        deadline="до начала школьного этапа",
        control="ТЛ-06",
        ground=f"{first['school']}: в среднем {ru.pp(100 * first['gap'])}, участий "
        f"{ru.number(first['n'])}",
        anchor=outside.OLYMPIAD_ANCHOR,
    )
    return [(sentence, action)]


def _observers(year: Year) -> Found:
    rows = outside.observer_shares(year)
    if rows.empty:
        return []
    observed = rows.groupby("school")["observed_rooms_n"].sum()
    empty = observed[observed == 0].index.tolist()
    if not empty:
        return []
    names = ru.joined(empty[:3])
    sentence = Sentence(
        f"Независимых наблюдателей за год не было ни на одной процедуре: {names}.",
        "attention",
        outside.OBSERVERS_ANCHOR,
    )
    action = Action(
        addressee="Управление образования",
        text=f"Включить в график наблюдения: {names}.",
        deadline=BEFORE_VPR,
        control="охват аудиторий наблюдением",
        ground="аудиторий с наблюдателем: 0",
        anchor=outside.OBSERVERS_ANCHOR,
    )
    return [(sentence, action)]
