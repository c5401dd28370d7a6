"""Part of the director's report on quality: a few numbers of one school."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.labels import in_works, ratio, works_in_words
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.quality.school_works import is_tiny, pooled, school_works
from msoko_lib.subsystems.quality.task_gaps import school_deficits
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR = "kachestvo"
SHOWN = ("КП-08", "КП-14", "КП-17", "КП-18")


def school_part(school: SchoolYear) -> Block:
    """Exams, certificates and literacy beside similar schools; ВПР and tasks in words."""
    words = " ".join(part for part in (_works_words(school), _task_words(school)) if part)
    return own_numbers(
        school.year,
        school.school_id,
        SHOWN,
        "Качество подготовки",
        name="Школа – качество",
        reading=words,
        anchor=ANCHOR,
    )


def _works_words(school: SchoolYear) -> str:
    """ВПР in whole marks beside the other schools."""
    works = school.own(school_works(school.year))
    if works.empty:
        return "Результатов ВПР за год нет."
    total, good, expected = pooled(works)
    if not total:
        return "ВПР сравнить не с кем: в остальных школах эти работы писали единицы."
    told = (
        f"ВПР: «4» и «5» – {ratio(good, total, ru.MARK)}, при доле остальных школ было бы "
        f"{ru.number(expected)}"
    )
    if is_tiny(school.year, works):
        return f"{told}; каждую работу писали единицы, поэтому по отдельным работам вывода нет."
    known = int((works["mark"] != "few").sum())
    parts = [
        f"{word} {in_works(len(rows), known)} ({works_in_words(rows)})"
        for mark, word in (("attention", "ниже остальных"), ("up", "выше остальных"))
        if len(rows := works[works["mark"] == mark])
    ]
    return f"{told}; {', '.join(parts) if parts else 'заметных отличий по работам нет'}."


def _task_words(school: SchoolYear) -> str:
    found = school.own(school_deficits(school.year))
    sure = found[found["state"] == "established"]
    if sure.empty:
        return ""
    own = int((sure["nature"] == "specific_gap").sum())
    tail = f", из них свой пробел – {ru.number(own)}" if own else ""
    return f"Заданий, выполненных хуже остальных школ: {ru.number(len(sure))}{tail}."
