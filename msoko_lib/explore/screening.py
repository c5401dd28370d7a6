"""What the objectivity screening saw, and which innocent explanations would leave which trace."""

from __future__ import annotations

from functools import partial

import pandas as pd

from msoko_lib.explore.schools import School
from msoko_lib.explore.view import View, from_report
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.subsystems.objectivity import signs
from msoko_lib.subsystems.school.objectivity_signs import signs_of
from msoko_lib.subsystems.year import Year

# Sign → what innocent may stand behind it, and what would tell it from the other.
EXPLANATIONS = {
    "concordance": (
        "В журнале учтены домашние работы и старание; сменился учитель; работу писали после долгих "
        "каникул или карантина",
        "Сверить критерии текущего оценивания и дату работы; посмотреть, у всех ли учителей так",
    ),
    "bunching": (
        "Отметку у границы пересматривали вдвоём в пользу ученика; шкала работы сама собирает "
        "баллы у границы",
        "Перепроверить без имён работы ровно на границе; посмотреть, так ли в других предметах",
    ),
    "consistency": (
        "Ушли сильные ученики; сменился учитель; следующая работа проверяла другое",
        "Сверить списки писавших за два года по кодам внутри школы",
    ),
    "spread": (
        "Класс отобран и правда ровный; слабые не писали работу",
        "Узнать, кто не писал и почему; посмотреть набор в класс",
    ),
}


def screening_view(year: Year, school: School | None) -> View:
    """The screening of the year; with a school, its signs and what would explain each."""
    if school is not None:
        return explained_view(school)
    table = signs.grades(year)
    draw = partial(signs.signs_figure, year, table) if len(table) else None
    return from_report(signs.screening(year), table, draw)


def explained_view(school: School) -> View:
    """Signs of a school beside the innocent explanations and how to tell."""
    own = signs_of(school.opened)
    known = own.set_index("domain") if len(own) else own
    rows = []
    for domain, title in signs.DOMAIN_TITLES.items():
        row = known.loc[domain] if domain in known.index else None
        tested = row is not None and row["status"] == "ok"
        flagged = bool(tested and row is not None and row["flagged"])
        innocent, how = EXPLANATIONS[domain]
        rows.append(
            {
                "title": title,
                "state": "▼ есть" if flagged else "● нет" if tested else "○ мало",
                "n": row["n"] if tested and row is not None else None,
                "effect": signs.effect_words(
                    school.opened.year, school.id, domain, float(row["effect"])
                ) if flagged and row is not None else ru.NOT_APPLICABLE,
                "innocent": innocent if flagged else ru.NOT_APPLICABLE,
                "how": how if flagged else ru.NOT_APPLICABLE,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    return View(
        school.signs().finding, frame,
        table=ReportTable(
            frame, "Признаки и невинные объяснения", "Признаки школы",
            columns=[
                Column("title", "Что проверено"), Column("state", "Признак"),
                Column("n", "Результатов", "int", missing=ru.FEW), Column("effect", "Величина"),
                Column("innocent", "Что могло быть", wide=True),
                Column("how", "Как узнать", wide=True),
            ],
        ),
        reading="Признак – не доказательство: работы по нему никто не перечитывал. Один признак "
        "встречается и там, где всё в порядке. Сначала спрашивают школу и смотрят, какое "
        "объяснение оставило бы ещё и другие следы.",
    )  # fmt: skip


def power_view(year: Year) -> View:
    """What the screening is able to see at all, by the number of results of a school."""
    table = signs.power_table()
    return View(
        "Чем меньше результатов у школы, тем реже скрининг заметил бы отклонение", table.frame,
        table=table,
        reading="«Признаков нет» в малой школе не значит «всё в порядке»: проверка могла ничего не "
        "увидеть.",
    )  # fmt: skip
