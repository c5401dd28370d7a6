"""Facts on skills over the grades and on groups of schools."""

from __future__ import annotations

from collections.abc import Iterator

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import noted
from msoko_lib.subsystems.group_gaps import gap_words
from msoko_lib.subsystems.quality.skills import skill_deficits, skill_in_words
from msoko_lib.subsystems.quality.unequal_results import school_group_gaps
from msoko_lib.subsystems.year import Year

SKILLS = "Умения не освоены в нескольких классах"
GAPS = "Разрыв между группами школ"
IDS = (SKILLS, GAPS)
MOST_NAMED = 2


def rows(year: Year) -> Iterator[dict[str, object]]:
    """Facts of the municipality."""
    found = skill_deficits(year)
    systemic = found[found["systemic"].astype(bool)] if len(found) else found
    if len(systemic):
        named = [
            skill_in_words(row, "grades_low") for _, row in systemic.head(MOST_NAMED).iterrows()
        ]
        first = systemic.iloc[0]
        yield noted(
            SKILLS, MUNICIPALITY, numerator=float(len(systemic)), detail="; ".join(named),
            n=float(first["n"]), label=skill_in_words(first, "grades_low"),
            ground=f"заданий ниже достаточного {ru.number(first['low'])} из "
            f"{ru.number(first['tasks'])}, выполнение {ru.share(first['rate'], 0)}",
        )  # fmt: skip
    gaps = school_group_gaps(year)
    wide = gaps[gaps["mark"] == "attention"] if len(gaps) else gaps
    if len(wide):
        named = [gap_words(row) for _, row in wide.head(MOST_NAMED).iterrows()]
        first = wide.iloc[0]
        yield noted(
            GAPS, MUNICIPALITY, n=float(first["first_n"] + first["second_n"]),
            detail="; ".join(named), ground="; ".join(named),
        )  # fmt: skip
