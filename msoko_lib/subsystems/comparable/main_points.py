"""«Главное» and «Что сделать» of the report on comparable schools."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Lead, Mark, Sentence
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
    expected_of,
    means_of,
    peers,
    under_question,
)
from msoko_lib.subsystems.comparable.words import KNOWN_SCHOOL
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.leading import Found, lead_of
from msoko_lib.subsystems.year import Year

FIRST_WEEKS = "до 1 октября"
FIRST_TERM = "до конца I четверти"


def lead(year: Year) -> Lead:
    """At most five sentences from a closed list, each tied to its section, and what follows."""
    return lead_of(
        [
            *_expected(year),
            *_added(year),
            *_groups(year),
            *_similar(year),
            *_links(year),
        ]
    )


def _expected(year: Year) -> Found:
    """Schools that differ from what their conditions lead one to expect."""
    if all(item.reason for item in expected_of(year)):
        text = f"Ожидаемый при условиях школы результат не построен: {reached.why_not(year)}."
        return [(Sentence(text, "few", reached.ANCHOR), None)]
    table = reached.verdicts(year)
    questioned = set(under_question(year))
    low = table[table["mark"] == "attention"]
    high = table[(table["mark"] == "up") & ~table["school_id"].isin(questioned)]
    told = "и по ВПР, и по ОГЭ" if "oge" in table and "vpr" in table else "по одному источнику"
    found: Found = []
    if len(low):
        names = names_in_words(low["short_name"].tolist())
        found.append(
            (
                Sentence(f"Ниже ожидаемого при своих условиях {told}: {names}.", "attention",
                         reached.ANCHOR),
                Action(
                    addressee="Методическая служба",
                    text="Вместе со школой найти причину: кадры, дефициты по заданиям, "
                    f"посещаемость, состав классов; составить план помощи: {names}.",
                    deadline=FIRST_WEEKS,
                    control="ШН-06",
                    ground=f"ниже ожидаемого {told}, интервалы ноль не пересекают: {names}",
                    anchor=reached.ANCHOR,
                ),
            )
        )  # fmt: skip
    if len(high):
        names = names_in_words(high["short_name"].tolist())
        found.append(
            (
                Sentence(f"Выше ожидаемого при своих условиях {told}: {names}.", "up",
                         reached.ANCHOR),
                Action(
                    addressee="Методическая служба",
                    text=f"Изучить, как работает школа, и предложить её опыт сопоставимым: {names}"
                    f"{_to_whom(year, high['school_id'].tolist())}.",
                    deadline=FIRST_TERM,
                    control="ШН-05, ШН-06",
                    ground=f"выше ожидаемого {told}, интервалы ноль не пересекают: {names}",
                    anchor=reached.ANCHOR,
                ),
            )
        )  # fmt: skip
    if not found:
        judged = int((table["mark"] != "few").sum())
        schools = ru.counted(judged, KNOWN_SCHOOL)
        text = f"Результаты {schools} неотличимы от ожидаемых при их условиях."
        found.append((Sentence(text, "same", reached.ANCHOR), None))
    return found


def _to_whom(year: Year, schools: list[str]) -> str:
    """«; с кем обменяться: Озёрная СОШ…» – the nearest peers of one school."""
    if len(schools) != 1:
        return ""
    names = [year.school_names[other] for other in peers(year)[schools[0]].schools[:3]]
    return f" (сопоставимые школы: {ru.joined(names)})" if names else ""


def _added(year: Year) -> Found:
    if means_of(year).empty or added_of(year)[0] is None:
        return []
    every, trusted = added_of(year)
    main = trusted if trusted is not None and trusted.excluded else every
    if main is None:
        return []
    evidence = set(main.schools["evidence"])
    mark: Mark = "attention" if "below" in evidence else "up" if "above" in evidence else "same"
    sentence = Sentence(f"{year_to_year.finding(year)}.", mark, year_to_year.ANCHOR)
    if mark != "attention":
        return [(sentence, None)]
    below = main.schools.loc[main.schools["evidence"] == "below", "school_id"]
    names = names_in_words(sorted(year.school_names[school] for school in below))
    action = Action(
        addressee="Методическая служба",
        text=f"Посмотреть подготовку к ОГЭ в девятом классе: программы, повторение, посещаемость: "
        f"{names}.",
        deadline=FIRST_TERM,
        control="КП-08, КП-09",
        ground=f"ОГЭ ниже, чем у школ с таким же результатом ВПР 8 класса: {names}",
        anchor=year_to_year.ANCHOR,
    )
    return [(sentence, action)]


def _groups(year: Year) -> Found:
    found = clusters_of(year)
    if found.clustering.status != school_groups.USABLE:
        text = f"{school_groups.no_groups_in_words(year)}."
        return [(Sentence(text, "few", school_groups.ANCHOR), None)]
    sentence = Sentence(f"{school_groups.finding(year)}.", "same", school_groups.ANCHOR)
    if found.base_year != year.school_year:
        return [(sentence, None)]
    action = Action(
        addressee="Управление образования",
        text="Обсудить группы и списки похожих школ с директорами, утвердить и закрепить на три "
        "года; год закрепления вписать в параметры.",
        deadline=FIRST_WEEKS,
        control="состав групп в отчёте следующего года",
        ground=f"группы построены по условиям, школ {ru.number(int(found.clustering.sizes.sum()))}",
        anchor=school_groups.ANCHOR,
    )
    return [(sentence, action)]


def _similar(year: Year) -> Found:
    table = nearest.similar_counts(year)
    if (table["status"] == "no_data").all():
        action = Action(
            addressee="Управление образования",
            text="Собрать контингент по классам и социальный паспорт школ, указать в справочнике "
            "город или село.",
            deadline=FIRST_WEEKS,
            control="раздел «Условия школ» следующего отчёта",
            ground="условия школ неизвестны, сравнивать их не с кем",
            anchor=nearest.ANCHOR,
        )
        return [(Sentence("Условия школ неизвестны: похожих школ не найти.", "few"), action)]
    compared = nearest.against_peers(year)
    low = compared[compared["mark"] == "attention"] if len(compared) else compared
    if len(low):
        names = names_in_words(low["short_name"].tolist())
        text = f"ОГЭ сдают ниже сопоставимых школ: {names}."
        return [(Sentence(text, "attention", nearest.ANCHOR), None)]
    mark: Mark = "few" if not (table["status"] == "ok").any() else "same"
    return [(Sentence(f"{nearest.finding(year)}.", mark, nearest.ANCHOR), None)]


def _links(year: Year) -> Found:
    rows = blocks_linked.link_rows(year)
    if not (rows["status"] == "ok").any():
        return []
    return [(Sentence(f"{blocks_linked.finding(year)}.", "same", blocks_linked.ANCHOR), None)]
