"""Facts on the ВПР of each school: where it stands to the other schools, and in which tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import FEW, NO_DATA, noted
from msoko_lib.subsystems.labels import by_work, in_works, ratio, sentence_case, works_in_words
from msoko_lib.subsystems.quality.few import minimum_n
from msoko_lib.subsystems.quality.near_boundary import (
    PASS_MARK,
    boundaries,
    lacking,
    near_boundary,
)
from msoko_lib.subsystems.quality.school_works import is_tiny, pooled, school_works
from msoko_lib.subsystems.quality.task_gaps import school_deficits
from msoko_lib.subsystems.year import Year

NO_RESULTS = "ВПР: результатов нет"
HANDFUL = "ВПР: каждую работу писали единицы"
ALONE = "ВПР: сравнить не с кем"
BELOW = "ВПР ниже остальных школ"
BELOW_OFTEN = "ВПР ниже остальных школ в нескольких работах"
ABOVE = "ВПР выше остальных школ"
ABOVE_OFTEN = "ВПР выше остальных школ в нескольких работах"
NO_DIFFERENCE = "ВПР не отличается от остальных школ"
LOW_MARKS = "ВПР: отметки «2»"
TASKS = "Задания ВПР хуже остальных школ: свой пробел"
TASKS_GENERAL = "Задания ВПР хуже остальных школ: общая слабость"
NEAR = "ВПР: не хватило балла до «3»"
IDS = (
    NO_RESULTS,
    HANDFUL,
    ALONE,
    BELOW,
    BELOW_OFTEN,
    ABOVE,
    ABOVE_OFTEN,
    NO_DIFFERENCE,
    LOW_MARKS,
    TASKS,
    TASKS_GENERAL,
    NEAR,
)
# «Не хватает» asks for the genitive: 71 отметки, 5 отметок.
MARK_MISSING = ru.Noun("отметки", "отметок", "отметок", "f")


def rows(year: Year) -> Iterator[dict[str, object]]:
    """Facts of every school of the directory."""
    works = school_works(year)
    of_school = {str(name): part for name, part in works.groupby("unit_id", sort=True)}
    for school_id in year.schools["school_id"]:
        own = of_school.get(str(school_id))
        if own is None:
            yield noted(NO_RESULTS, school_id, status=NO_DATA)
        else:
            yield from _of_works(year, str(school_id), own)
    yield from _of_tasks(year)
    yield from _near_boundary(year)


def _of_works(year: Year, school_id: str, works: pd.DataFrame) -> Iterator[dict[str, object]]:
    if is_tiny(year, works):
        total, good, expected = pooled(works)
        beside = f"при доле остальных школ было бы {ru.number(expected)}"
        if not total:
            total, good = int(works["denominator"].sum()), int(works["numerator"].sum())
            beside = "в остальных школах эти работы тоже писали единицы"
        told = f"«4» и «5» – {ratio(good, total, ru.MARK)}"
        yield noted(
            HANDFUL, school_id, status=FEW, ground=told, n=total,
            brief=f"отметок {ru.number(total)}", detail=f"{told}; {beside}",
        )  # fmt: skip
    else:
        yield from _against_others(year, school_id, works)
    low, marks = float(works["low_n"].sum()), float(works["denominator"].sum())
    yield noted(
        LOW_MARKS, school_id, False, numerator=low, denominator=marks, n=marks,
        value=low / marks, unit="%", scale=100, ground=f"«2» – {ratio(low, marks, ru.MARK)}",
    )  # fmt: skip


def _against_others(year: Year, school_id: str, works: pd.DataFrame) -> Iterator[dict[str, object]]:
    below, above = works[works["mark"] == "attention"], works[works["mark"] == "up"]
    known = int((works["mark"] != "few").sum())
    yield noted(ALONE, school_id, not known)
    yield noted(BELOW, school_id, len(below), **(_below(below, known) if len(below) else {}))
    yield noted(
        BELOW_OFTEN, school_id, len(below) >= year.points("weak_school_works"),
        **(_below(below, known) if len(below) else {}),
    )  # fmt: skip
    where = in_works(len(above), known)
    told: dict[str, Any] = {
        "label": works_in_words(above), "detail": where, "n": float(above["denominator"].sum()),
        "brief": _of_known(len(above), known),
        "ground": f"«4» и «5» больше, чем в остальных школах, {where}: {works_in_words(above)}",
    }  # fmt: skip
    yield noted(ABOVE, school_id, len(above), **told)
    yield noted(ABOVE_OFTEN, school_id, len(above) >= year.points("weak_school_works"), **told)
    marks = ru.counted(int(works["denominator"].sum()), ru.MARK)
    yield noted(
        NO_DIFFERENCE, school_id, known and below.empty and above.empty,
        detail=f"{in_works(0, known)} ({marks})",
    )  # fmt: skip


def _of_known(number: int, known: int) -> str:
    return f"{ru.counted(number, ru.WORK)} из {known}"


def _below(below: pd.DataFrame, known: int) -> dict[str, Any]:
    lost = int(-below["gap_n"].sum())
    first = below.sort_values("gap_n", kind="stable").iloc[0]
    return {
        "label": works_in_words(below),
        "detail": f"{in_works(len(below), known)}; до их доли не хватает "
        f"{ru.counted(lost, MARK_MISSING)}",
        "brief": _of_known(len(below), known),
        "n": float(below["denominator"].sum()),
        "ground": f"{works_in_words(first.to_frame().T)}: «4» и «5» у "
        f"{ratio(first['numerator'], first['denominator'])} "
        f"({ru.share(first['value'], 0)}), в остальных школах {ru.share(first['others'], 0)}",
    }


def _of_tasks(year: Year) -> Iterator[dict[str, object]]:
    found = school_deficits(year)
    sure = found[found["state"] == "established"].sort_values("gap", kind="stable")
    for school_id, part in sure.groupby("unit_id", sort=True):
        general = part["nature"] == "general_weakness"
        if not general.all():
            yield _tasks_fact(TASKS, str(school_id), part[~general])
        if general.any():
            yield _tasks_fact(TASKS_GENERAL, str(school_id), part[general])


def _tasks_fact(fact_id: str, school_id: str, part: pd.DataFrame) -> dict[str, object]:
    first = part.iloc[0]
    return noted(
        fact_id, school_id, n=float(first["n"]), label=works_in_words(by_work(part)),
        numerator=float(len(part)), detail=task_in_words(first),
        brief=ru.counted(len(part), ru.TASK),
        ground=f"{task_in_words(first)}: выполнение {ru.share(first['rate'], 0)}, в остальных "
        f"школах {ru.share(first['reference'], 0)}, писали {ru.number(first['n'])}",
    )  # fmt: skip


def task_in_words(row: pd.Series) -> str:
    """«математика, 6 класс, задание 3 («Решение текстовых задач»)»."""
    skill = f" («{row['skill']}»)" if isinstance(row["skill"], str) else ""
    subject = sentence_case(str(row["subject"]))
    return f"{subject}, {row['grade']}{ru.NBSP}класс, задание {row['task']}{skill}"


def _near_boundary(year: Year) -> Iterator[dict[str, object]]:
    """Schools where enough results lack a point for «3» to be worth a plan of help."""
    everyone = comparable(year.inputs.table("vpr_pupils"))
    if everyone.empty:
        return
    bounds, reach = boundaries(year), year.points("near_boundary_points")
    for school_id, own in everyone.groupby("school_id", sort=True):
        near = near_boundary(own, bounds, reach)
        near = near[(near["mark"] == PASS_MARK) & (near["n"] >= minimum_n(year))]
        below, total = int(near["below_n"].sum()), int(near["n"].sum())
        if below >= year.points("report_minimum_n"):
            yield noted(
                NEAR, str(school_id), numerator=below, denominator=total, n=total,
                detail=lacking(reach), ground=f"до «3» {lacking(reach)}: {ratio(below, total)}",
                complete=True,
            )  # fmt: skip
