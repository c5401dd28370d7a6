"""Part of the director's report: the school's blocks beside its group, and its band."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.heads.computed import assessment
from msoko_lib.subsystems.own_numbers import FEWEST_OTHERS
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR = "upravlenie"
_BANDS = {
    "upper": "По сумме блоков школа выше середины своей группы",
    "lower": "По сумме блоков школа ниже середины своей группы",
    "not_distinguished": "По сумме блоков школа от середины своей группы не отличается",
    "no_data": "Полосы нет: об одном из блоков данных недостаточно",
    "small": "Полосы нет: в группе школы слишком мало школ с данными",
    "new": "Полосы нет: руководитель назначен в последние два года",
}


def school_part(school: SchoolYear) -> Block:
    """Block scores of the school and the median of its group; other schools unnamed."""
    found = assessment(school.year)
    if found is None:
        return Nothing("Сводной оценки управления за год нет: данных хватает не на все блоки.")
    rows = found.schools.set_index("school_id")
    own = rows.loc[school.school_id]
    members = rows.index[(rows["group"] == own["group"]) & (rows.index != school.school_id)]
    weak = school.year.points("head_weak_block")
    table = pd.DataFrame(
        [
            {
                "block": block,
                "own": ru.FEW if ru.is_missing(score := found.scores.loc[school.school_id, block])
                else float(score),
                "others": _median(found.scores.loc[members, block]),
                "mark": "○ мало" if ru.is_missing(score) else "▼ слабый" if score < weak
                else "● не слабый",
            }
            for block in found.blocks
        ]
    )  # fmt: skip
    return Section(
        _BANDS[str(own["band"])],
        table=ReportTable(
            table,
            title="Блоки оценки управления, баллы от 0 до 100",
            name="Школа – управление",
            columns=[
                Column("block", "Блок"),
                Column("own", "Школа", "score", decimals=0),
                Column("others", "Середина остальных школ группы", "score", decimals=0),
                Column("mark", "Вывод"),
            ],
            note=f"Группа: {str(own['group']).lower() or 'не определена'}. Слабый блок – меньше "
            f"{ru.number(weak)} баллов. Результаты ВПР в оценку не входят.",
        ),
        anchor=ANCHOR,
    )


def _median(scores: pd.Series) -> object:
    known = scores.dropna()
    return float(known.median()) if len(known) >= FEWEST_OTHERS else ru.FEW
