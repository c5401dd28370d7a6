"""Part of the director's report on objectivity: signs in words, a few numbers of one school."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.objectivity.signs import flagged_signs, grades
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR = "doverie"
SHOWN = ("ОБ-09", "ОБ-10", "ОБ-14", "ОБ-12", "ОБ-13")


def school_part(school: SchoolYear) -> Block:
    """Observers, checks of works, violations, experts; the screening in one sentence."""
    return own_numbers(
        school.year,
        school.school_id,
        SHOWN,
        "Объективность",
        name="Школа – объективность, показатели",
        reading=screening_words(school),
        anchor=ANCHOR,
    )


def screening_words(school: SchoolYear) -> str:
    """What the screening says of the school, with the warning that a sign proves nothing."""
    rows = school.own(grades(school.year), "school_id")
    if rows.empty or rows["grade"].iloc[0] == "not_enough_data":
        return "Для проверки объективности результатов учеников слишком мало."
    row = rows.iloc[0]
    tested = int((school.own(flagged_signs(school.year), "school")["status"] == "ok").sum())
    if not row["domains_flagged"]:
        return f"Признаков, требующих проверки, не найдено (проверено {tested} из 4)."
    told = {
        "check": f"Сошлись признаки, требующие проверки: {row['signs']}.",
        "priority": f"Признаки, требующие проверки, повторяются второй год: {row['signs']}.",
    }.get(str(row["grade"]), f"Есть один признак ({row['signs']}); одного для вывода мало.")
    return f"{told} Признак – повод проверить, а не вывод."
