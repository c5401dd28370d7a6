"""Bands of schools inside their groups, with uncertainty; never places."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.heads.computed import DRAWS, Assessment, assessment
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.year import Year

ANCHOR = "polosy"
BANDS = {
    "upper": "▲ выше середины",
    "lower": "▼ ниже середины",
    "not_distinguished": "● не отличается",
    "no_data": "○ данных недостаточно",
    "small": "○ группа мала",
    "new": "○ новый руководитель",
}
MARKS = {"upper": "up", "lower": "attention", "not_distinguished": "same"}
_SHORT = {"upper": "выше", "lower": "ниже", "not_distinguished": "середина",
          "no_data": ru.FEW, "small": ru.FEW, "new": "новый"}  # fmt: skip
NO_ASSESSMENT = (
    "Данных хватает на слишком малое число блоков: полос в этом году нет. Что собрать – в таблице "
    "«Блоки, показатели и ориентиры»."
)


def bands(year: Year) -> Block:
    """Block scores and bands, group by group."""
    found = assessment(year)
    if found is None:
        return Nothing(NO_ASSESSMENT)
    items: list[Block] = []
    for group, own in found.schools.groupby("group", sort=True):
        items += _of_group(year, found, str(group), own)
    return Section(
        _finding(found.schools),
        items=[*items, _table(found.schools)],
        reading=_reading(year, found.schools),
        anchor=ANCHOR,
    )


def _finding(schools: pd.DataFrame) -> str:
    parts = []
    for band, words in (("upper", "выше середины своей группы"), ("lower", "ниже середины")):
        names = sorted(schools.loc[schools["band"] == band, "school"])
        if names:
            parts.append(f"{words} – {names_in_words(names)}")
    told = schools["band"].isin(["upper", "lower", "not_distinguished"]).sum()
    if not told:
        return (
            f"Ни по одной школе из {len(schools)} полосу назвать нельзя: данных или школ в группах "
            "мало"
        )
    text = "; ".join(parts) if parts else "от середины своей группы не отличается ни одна школа"
    return f"{text[:1].upper()}{text[1:]}; полоса названа по {told} школам из {len(schools)}"


def _reading(year: Year, schools: pd.DataFrame) -> str:
    conditions = (schools["ground"] == "conditions").any()
    ground = (
        "Группы построены по условиям работы школ (отчёт о группах сопоставимых школ)"
        if conditions
        else "Группы взяты из справочника школ: по условиям их построить нельзя"
    )
    border = sorted(schools.loc[schools["is_border"], "school"])
    told = f"; пограничные в своей группе: {names_in_words(border)}" if border else ""
    draws = ru.number(DRAWS)
    return (
        f"{ground}{told}. Полоса устойчива к выбору: {draws} раз заново взяты веса блоков, способ "
        "пересчёта и усреднения, опущен один показатель, а каждое значение изменено в пределах его "
        "случайной ошибки. «Выше середины» – школа осталась в лучшей половине группы не меньше "
        "чем в 95 случаях из 100, «ниже» – в другой. Мест и списка по порядку здесь нет и быть не "
        "может: внутри полосы школы не различаются. У руководителя, назначенного в последние два "
        "года, полосы нет: он отвечает ещё не за свои результаты. Оценка относится к управлению "
        "школой, а не к человеку."
    )


def _of_group(year: Year, found: Assessment, group: str, own: pd.DataFrame) -> list[Block]:
    title = group or "Школы без группы"
    if own["index"].isna().all():
        return [Nothing(f"{title}: данных недостаточно ни у одной школы.")]
    weak = year.points("head_weak_block")
    bands_of = own.set_index("school_id")["band"]
    cells = []
    for school_id, name in zip(own["school_id"], own["school"], strict=True):
        for block in found.blocks:
            score = found.scores.loc[school_id, block]
            few = ru.is_missing(score)
            cells.append(
                {
                    "unit": name,
                    "work": block,
                    "text": ru.FEW if few else ru.number(score),
                    "mark": "few" if few else "attention" if score < weak else "same",
                }
            )
        band = str(bands_of[school_id])
        cells.append({"unit": name, "work": "Полоса", "text": _SHORT[band],
                      "mark": MARKS.get(band, "few")})  # fmt: skip
    return [
        Figure(
            figures.heat_map(
                pd.DataFrame(cells),
                subtitle=f"{title}: баллы блоков от 0 до 100 и полоса школы",
                meanings={
                    "attention": f"блок меньше {ru.number(weak)} баллов или полоса ниже середины",
                    "up": "полоса выше середины",
                    "few": "балла или полосы нет",
                },
            ),
            alt=f"{title}: школы по алфавиту, в клетках баллы блоков и полоса внутри группы.",
            caption="Школы по алфавиту; внутри полосы они не различаются.",
        )
    ]


def times_of(share: float) -> str:
    """Share of recalculations as a count of a hundred; never none or all of them.

    >>> times_of(0.873), times_of(1.0), times_of(0.001)
    ('87 из 100', 'больше 99 из 100', 'меньше 1 из 100')
    """
    if share >= 0.995:
        return "больше 99 из 100"
    return "меньше 1 из 100" if share < 0.005 else f"{ru.number(100 * share)} из 100"


def _table(schools: pd.DataFrame) -> ReportTable:
    hidden = ~schools["band"].isin(["upper", "lower", "not_distinguished"])
    table = schools.assign(
        told=schools["band"].map(BANDS),
        times=[
            ru.NOT_APPLICABLE
            if band == "new"
            else ru.FEW
            if hide or ru.is_missing(value)
            else times_of(value)
            for band, value, hide in zip(
                schools["band"], schools["above_middle"], hidden, strict=True
            )
        ],
        place=schools["group"].replace("", "без группы"),
    )
    return ReportTable(
        table,
        title="Полосы школ внутри групп",
        name="06 Полосы",
        columns=[
            Column("school", "Школа"),
            Column("place", "Группа"),
            Column("told", "Полоса"),
            Column("times", "В лучшей половине группы"),
        ],
        note="«В лучшей половине» – в скольких из ста пересчётов школа оказалась в лучшей половине "
        "своей группы.",
    )
