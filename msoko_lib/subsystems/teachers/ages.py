"""Ages of teachers: how many in each group, young beside those near retirement."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import asked_of
from msoko_lib.subsystems.labels import out_of, ratio
from msoko_lib.subsystems.teachers.groups import TEACHER, age_groups, young_age
from msoko_lib.subsystems.teachers.leaving_rates import first_age
from msoko_lib.subsystems.year import Year

ANCHOR = "vozrast"
NO_AGES = (
    "Педагогов по возрасту в данных года нет. Положите к файлам года ОО-1 (раздел 3.3) или список "
    "педагогов с годом рождения."
)
_AGE_TITLE = "Педагоги по возрасту"


def pyramid(year: Year) -> pd.DataFrame:
    """Age groups of the municipality: group, n, share, low, is_young, is_old."""
    groups = age_groups(year)
    summed = groups.groupby(["group_order", "group", "low", "high"], dropna=False)["n"].sum()
    rows = summed.reset_index().sort_values("group_order")
    total = max(int(rows["n"].sum()), 1)
    return rows.assign(
        share=rows["n"] / total,
        is_young=rows["high"] < young_age(year),
        is_old=rows["low"] >= first_age(year),
    ).reset_index(drop=True)


def ages(year: Year) -> Block:
    """Ages of the municipality's teachers, the youngest first."""
    rows = pyramid(year)
    if rows.empty or rows["n"].sum() == 0:
        return Nothing(NO_AGES)
    total = int(rows["n"].sum())
    schools_n = age_groups(year)["school_id"].nunique()
    chart = pd.DataFrame(
        {
            "label": rows["group"],
            "value": rows["n"],
            "role": ["ours" if young else "similar" for young in rows["is_young"]],
            "note": [ru.share(share, 0) for share in rows["share"]],
        }
    )
    chart.loc[rows["is_old"], "role"] = "attention"
    return Section(
        _finding(year, rows, total),
        figure=Figure(
            figures.bars(
                chart,
                subtitle=f"{_AGE_TITLE}, школы муниципалитета: "
                f"{ratio(schools_n, asked_of(year), ru.SCHOOL)}",
                value_header="педагогов",
                note_header="доля",
            ),
            alt=f"Столбики: число педагогов школ по группам возраста, всего {total}.",
            caption=f"Синее – до {young_age(year)} лет, "
            f"штриховка – {first_age(year)} лет и старше.",
        ),
        # The chart prints the same figures: the table is for the workbook.
        table=ReportTable(
            rows.assign(is_shown=False),
            title=_AGE_TITLE,
            name="07 Возраст",
            columns=[
                Column("group", "Возраст, лет"),
                Column("n", "Педагогов", "int"),
                Column("share", "Доля", "share"),
            ],
            shown="is_shown",
            note="По спискам педагогов и ОО-1, полных лет на 1 января учебного года. Посчитаны "
            "все, поэтому интервала нет.",
        ),
        anchor=ANCHOR,
    )


def _finding(year: Year, rows: pd.DataFrame, total: int) -> str:
    young = int(rows.loc[rows["is_young"], "n"].sum())
    old = int(rows.loc[rows["is_old"], "n"].sum())
    text = (
        f"Из {out_of(total, TEACHER)} школ {first_age(year)} лет и старше – {ru.number(old)}, "
        f"моложе {young_age(year)} лет – {ru.number(young)}"
    )
    if not young:
        return text
    return f"{text}: на десять молодых приходится {ru.number(10 * old / young)} старших"
