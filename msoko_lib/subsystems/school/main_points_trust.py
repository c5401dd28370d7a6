"""«Главное» of the school report: what concerns trust in the results."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Action, Sentence
from msoko_lib.subsystems.labels import CASE, ratio
from msoko_lib.subsystems.leading import Found
from msoko_lib.subsystems.objectivity import journal_gap, outside
from msoko_lib.subsystems.objectivity.signs import DOMAIN_TITLES, effect_words
from msoko_lib.subsystems.olympiad_stages import olympiad_gaps
from msoko_lib.subsystems.school import objectivity_signs
from msoko_lib.subsystems.school.opened import SchoolYear

ANCHOR = objectivity_signs.ANCHOR
FIRST_WEEKS = "до 1 октября"


def trust_points(school: SchoolYear) -> Found:
    """Signs, journal, annual marks, olympiad, observers: only what stands out."""
    return [
        *_signs(school),
        *_journal(school),
        *_annual(school),
        *_olympiad(school),
        *_observers(school),
    ]


def _signs(school: SchoolYear) -> Found:
    signs = objectivity_signs.signs_of(school)
    flagged = signs[signs["flagged"].astype(bool)] if len(signs) else signs
    if flagged.empty:
        return []
    if flagged["domain"].tolist() == ["concordance"] and _journal(school):
        # The same fact, told with its numbers by the sentence about the journal.
        return []
    names = ru.joined([DOMAIN_TITLES[name].lower() for name in flagged["domain"]])
    grade = objectivity_signs.grade_of(school)
    if grade in ("check", "priority"):
        again = " второй год подряд" if grade == "priority" else ""
        sentence = Sentence(
            f"Сошлись признаки, требующие проверки{again}: {names}.", "attention", ANCHOR
        )
        action = Action(
            addressee="Директор",
            text="Провести перекрёстную проверку работ с соседней школой, пригласить независимого "
            "наблюдателя, написать пояснение управлению образования.",
            deadline="до начала ВПР",
            control="вывод скрининга следующего года",
            ground=f"признаки: {names}",
            anchor=ANCHOR,
        )
        return [(sentence, action)]
    sentence = Sentence(
        f"Есть один признак, требующий проверки ({names}); одного для вывода недостаточно.",
        "few",
        ANCHOR,
    )
    action = Action(
        addressee="Заместитель директора",
        text="Перепроверить вторым учителем без имён выборку работ и записать пояснение: что "
        "изменилось в классе, кто не писал.",
        deadline="до конца I четверти",
        control="повторится ли признак через год",
        ground="; ".join(
            f"{DOMAIN_TITLES[row.domain].lower()}: "
            f"{effect_words(school.year, school.school_id, row.domain, row.effect)}, "
            f"результатов {ru.number(row.n)}"
            for row in flagged.itertuples()
        ),
        anchor=ANCHOR,
    )
    return [(sentence, action)]


def _journal(school: SchoolYear) -> Found:
    rows = school.own(journal_gap.lowered_zones(school.year))
    if rows.empty or rows["mark"].iloc[0] != "attention":
        return []
    row = rows.iloc[0]
    cases = ratio(row["numerator"], row["denominator"], CASE)
    sentence = Sentence(
        f"Отметка за ВПР ниже журнала в {cases} ({ru.share(row['value'], 0)}) – в "
        f"остальных школах {ru.share(row['others'], 0)}. Это повод разобраться, а не вывод.",
        "attention",
        ANCHOR,
    )
    action = Action(
        addressee="Заместитель директора",
        text="Разобрать расхождения журнала и работы в две отметки и больше по каждому ученику; "
        "уточнить положение об оценивании.",
        deadline=FIRST_WEEKS,
        control="ОБ-03, ОБ-04",
        ground=f"отметка за ВПР ниже журнала в {cases}",
        anchor=ANCHOR,
    )
    return [(sentence, action)]


def _annual(school: SchoolYear) -> Found:
    rows = school.own(outside.annual_zones(school.year))
    if rows.empty or rows["mark"].iloc[0] != "attention":
        return []
    row = rows.iloc[0]
    cases = ratio(row["numerator"], row["denominator"], CASE)
    sentence = Sentence(
        f"Отметка ОГЭ ниже годовой в {cases} ({ru.share(row['value'], 0)}) – в остальных "
        f"школах {ru.share(row['others'], 0)}.",
        "attention",
        ANCHOR,
    )
    action = Action(
        addressee="Заместитель директора",
        text="Провести внутреннюю экспертизу годовых отметок 9 класса: выборка работ, общие "
        "критерии, второй проверяющий.",
        deadline="до конца II четверти",
        control="ОБ-07",
        ground=f"отметка ОГЭ ниже годовой в {cases}",
        anchor=ANCHOR,
    )
    return [(sentence, action)]


def _olympiad(school: SchoolYear) -> Found:
    rows = school.own(olympiad_gaps(school.year))
    if rows.empty or rows["mark"].iloc[0] != "attention":
        return []
    row = rows.iloc[0]
    drop = f"в среднем {ru.pp(100 * row['gap'])}, участий {ru.number(row['n'])}"
    sentence = Sentence(
        f"Результаты школьного этапа олимпиады не подтверждаются на муниципальном: {drop}.",
        "attention",
        ANCHOR,
    )
    action = Action(
        addressee="Заместитель директора",
        text="Передать работы школьного этапа на проверку муниципальным жюри или другой школе, "
        "разобрать с учителями критерии.",
        deadline="до начала школьного этапа",
        control="ТЛ-06",
        ground=drop,
        anchor=ANCHOR,
    )
    return [(sentence, action)]


def _observers(school: SchoolYear) -> Found:
    rows = school.own(outside.observer_shares(school.year), "school_id")
    if rows.empty or rows["observed_rooms_n"].sum() > 0:
        return []
    rooms = ru.number(rows["rooms_n"].sum())
    sentence = Sentence(
        f"Независимых наблюдателей за год не было ни в одной аудитории из {rooms}.",
        "attention",
        ANCHOR,
    )
    action = Action(
        addressee="Директор",
        text="Согласовать с управлением образования график независимого наблюдения; позвать "
        "родителей и соседнюю школу.",
        deadline="до начала ВПР",
        control="охват аудиторий наблюдением",
        ground=f"наблюдателей не было ни в одной аудитории из {rooms}",
        anchor=ANCHOR,
    )
    return [(sentence, action)]
