"""Facts on the ВПР of the municipality: against the region, over the year, task by task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import NO_DATA, noted
from msoko_lib.subsystems.labels import works_in_words
from msoko_lib.subsystems.quality import task_gaps, work_marks
from msoko_lib.subsystems.quality.facts_schools import task_in_words
from msoko_lib.subsystems.year import Year

NO_REGION = "ВПР: сравнить с регионом нельзя"
BELOW = "ВПР ниже региона"
ABOVE = "ВПР выше региона"
LEVEL = "ВПР наравне с регионом"
GROWTH = "Рост доли «2»"
TASKS = "Задания ВПР хуже региона"
TASKS_LOW = "Задания ВПР ниже достаточного, но не хуже региона"
IDS = (NO_REGION, BELOW, ABOVE, LEVEL, GROWTH, TASKS, TASKS_LOW)


def rows(year: Year) -> Iterator[dict[str, object]]:
    """Facts of the municipality as a whole."""
    yield from _against_region(year)
    yield from _low_marks(year)
    yield from _weak_tasks(year)


def _against_region(year: Year) -> Iterator[dict[str, object]]:
    works = work_marks.against_region(year)
    known = works[works["region"].notna()]
    if known.empty:
        yield noted(NO_REGION, MUNICIPALITY, status=NO_DATA)
        return
    below, above = (int((known["mark"] == mark).sum()) for mark in ("attention", "up"))
    results = int(known["n"].sum())
    told: dict[str, Any] = {
        "detail": f"{work_marks.region_in_words(works)} ({ru.counted(results, ru.MARK)})",
        "label": works_in_words(known[known["mark"] == "attention"]),
        "ground": f"доля «4» и «5» {work_marks.region_in_words(works)}",
        "n": float(results),
    }
    yield noted(BELOW, MUNICIPALITY, below > above, **told)
    yield noted(ABOVE, MUNICIPALITY, above > below, **told)
    yield noted(LEVEL, MUNICIPALITY, above == below, **told)


def _low_marks(year: Year) -> Iterator[dict[str, object]]:
    changes = work_marks.low_changes(year)
    grew = changes[changes["mark"] == "attention"]
    if grew.empty:
        return
    most = grew.loc[grew["value"].idxmax()]
    yield noted(
        GROWTH, MUNICIPALITY, detail=works_in_words(grew), n=float(most["n"]),
        ground=f"наибольший рост {ru.pp(100 * most['value'])} (участников {ru.number(most['n'])})",
    )  # fmt: skip


def _weak_tasks(year: Year) -> Iterator[dict[str, object]]:
    weak = task_gaps.weak_tasks(year)
    if weak.empty:
        return
    behind = weak[weak["behind"]]
    yield noted(TASKS_LOW, MUNICIPALITY, behind.empty, numerator=float(len(weak)))
    if behind.empty:
        return
    first = behind.iloc[0]
    yield noted(
        TASKS, MUNICIPALITY, numerator=float(len(behind)), detail=task_in_words(first),
        n=float(first["n"]),
        ground=f"выполнение {ru.share(first['rate'], 0)}, в регионе "
        f"{ru.share(first['region'], 0)}, участников {ru.number(first['n'])}",
    )  # fmt: skip
