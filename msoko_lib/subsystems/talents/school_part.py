"""Part of the director's report on talents: a few numbers of one school."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.olympiad_stages import LIMIT, olympiad_gaps
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.talents.subjects import subject_zones

ANCHOR = "talanty"
# The olympiad has a section of its own above this one.
SHOWN = ("ТЛ-07", "ТЛ-11", "ТЛ-12")


def school_part(school: SchoolYear) -> Block:
    """Olympiad, additional education, gifted pupils and their teachers of one school."""
    return own_numbers(
        school.year,
        school.school_id,
        SHOWN,
        "Таланты и способности",
        name="Школа – таланты",
        reading=" ".join(part for part in (_stages_words(school), _subject_words(school)) if part),
        anchor=ANCHOR,
    )


def _stages_words(school: SchoolYear) -> str:
    rows = school.own_of(olympiad_gaps)
    if rows.empty:
        return ""
    row = rows.iloc[0]
    if row["mark"] == "few":
        return "В обоих этапах олимпиады участвовали единицы: подтверждается ли школьный, не видно."
    limit = ru.number(abs(school.year.points(LIMIT)))
    verdict = (
        f"это заведомо больше порога {limit} п.п."
        if row["mark"] == "attention"
        else "в пределах обычного"
    )
    return (
        "От школьного этапа к муниципальному у одних и тех же участников результат изменился в "
        f"среднем на {ru.pp(100 * row['gap'])} (участий {ru.number(row['n'])}): {verdict}."
    )


def _subject_words(school: SchoolYear) -> str:
    rows = school.own_of(subject_zones)
    behind = [sentence_case(name) for name in rows[rows["mark"] == "attention"]["subject"]]
    if not behind:
        return ""
    return f"Участников заметно меньше, чем в остальных школах: {listed(behind)}."


def listed(subjects: list[str]) -> str:
    """«физика, история и ещё 2 предмета»."""
    if len(subjects) <= 4:
        return ru.joined(subjects)
    return f"{', '.join(subjects[:4])} и ещё {ru.counted(len(subjects) - 4, ru.SUBJECT)}"
