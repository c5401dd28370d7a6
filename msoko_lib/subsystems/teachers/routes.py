"""From diagnosis to a closed deficit: how many reach each step, and where the chain breaks."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers, asked_of
from msoko_lib.subsystems.labels import names_in_words, out_of, ratio
from msoko_lib.subsystems.monitoring import judged
from msoko_lib.subsystems.teachers.groups import TEACHER, told_parts
from msoko_lib.subsystems.year import Year

ANCHOR, SCHOOLS_ANCHOR = "defity", "defity-shkoly"
# Steps in order: field, what it is called, the step it is a part of.
STEPS = (
    ("teachers_n", "Педагогов всего", ""),
    ("teachers_diagnosed_n", "Прошли диагностику", "teachers_n"),
    ("teachers_deficit_n", "Дефициты выявлены", "teachers_diagnosed_n"),
    ("teachers_route_n", "Есть индивидуальный маршрут", "teachers_deficit_n"),
    ("teachers_repeated_n", "Прошли повторную диагностику", "teachers_deficit_n"),
    ("teachers_closed_n", "Дефицит закрыт", "teachers_repeated_n"),
)
FIELDS = tuple(field for field, _, _ in STEPS)
# Where people with deficits may be lost, and how a sentence says it.
BREAKS = {
    "teachers_route_n": "нет индивидуального маршрута",
    "teachers_repeated_n": "не было повторной диагностики",
    "teachers_closed_n": "повторная диагностика снова нашла дефицит",
}
INDICATORS = ("ПП-02", "ПП-03", "ПП-04")
NO_CHAIN = (
    "Сведений о диагностике дефицитов нет. Запросите у ЦНППМ число педагогов, прошедших "
    "диагностику, с дефицитами и с маршрутами – или положите к файлам года список ЦНППМ."
)


def chain(year: Year) -> pd.DataFrame:
    """Steps of the municipality, over schools that told every one of them.

    Returns
    -------
    DataFrame
        field, title, n, whole (count of the step it is a part of), share, lost (people of that
        step who did not get here), ``is_break`` – the step after a found deficit where most are
        lost.
    """
    told = answers(year, FIELDS).dropna(subset=list(FIELDS))
    sums = told[list(FIELDS)].sum()
    rows = pd.DataFrame(
        [
            (field, title, sums[field], sums[whole] if whole else float("nan"))
            for field, title, whole in STEPS
        ],
        columns=["field", "title", "n", "whole"],
    )
    rows = rows.assign(share=rows["n"] / rows["whole"].where(rows["whole"] > 0))
    rows["lost"] = rows["whole"] - rows["n"]
    losing = rows["lost"].where(rows["field"].isin(list(BREAKS)) & (rows["lost"] > 0))
    rows["is_break"] = rows.index == losing.idxmax() if losing.notna().any() else False
    rows.attrs["schools_n"] = len(told)
    return rows


def break_of(rows: pd.DataFrame) -> pd.Series | None:
    """The step where most are lost, None where nobody is."""
    found = rows[rows["is_break"]]
    return found.iloc[0] if len(found) else None


def break_words(step: pd.Series) -> str:
    """«у 34 педагогов из 120 нет индивидуального маршрута»."""
    lost = f"у {out_of(step['lost'], TEACHER)} из {ru.number(step['whole'])}"
    return f"{lost} {BREAKS[str(step['field'])]}"


def deficits(year: Year) -> Block:
    """The chain of the municipality: bars with the share of the step each belongs to."""
    rows = chain(year)
    if not rows["n"].iloc[1:].any():
        return Nothing(NO_CHAIN)
    step = break_of(rows)
    wholes = {field: title.lower() for field, title, _ in STEPS}
    of = {field: wholes.get(whole, "") for field, _, whole in STEPS}
    chart = pd.DataFrame(
        {
            "label": rows["title"],
            "value": rows["n"],
            "role": ["attention" if broken else "similar" for broken in rows["is_break"]],
            "note": ["" if pd.isna(share) else ru.share(share, 0) for share in rows["share"]],
        }
    )
    schools_n = int(rows.attrs["schools_n"])
    table = rows.assign(of=rows["field"].map(of).replace("", ru.NOT_APPLICABLE))
    return Section(
        _finding(rows, step),
        figure=Figure(
            figures.bars(
                chart,
                subtitle="Педагоги школ, ответивших на все вопросы: "
                f"{ratio(schools_n, asked_of(year), ru.SCHOOL)}",
                value_header="педагогов",
                note_header="доля ступени",
            ),
            alt="Столбики: число педагогов на каждой ступени от диагностики до закрытия дефицита.",
            caption="Штриховка – ступень, на которой теряется больше всего педагогов с дефицитами.",
        ),
        table=ReportTable(
            table,
            title="От диагностики до закрытия дефицита",
            name="07 Цепочка дефицитов",
            columns=[
                Column("title", "Ступень"),
                Column("n", "Число", "int"),
                Column("of", "Часть ступени"),
                Column("share", "Доля", "share", missing=ru.NOT_APPLICABLE),
                Column("lost", "Не дошли", "int", missing=ru.NOT_APPLICABLE),
            ],
            note="Выявленный дефицит – не потеря, а результат диагностики. Диагностика "
            "добровольная: по ней нельзя судить о тех, кто её не проходил.",
        ),
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame, step: pd.Series | None) -> str:
    n = rows.set_index("field")["n"]
    text = (
        f"Диагностику прошли {ratio(n['teachers_diagnosed_n'], n['teachers_n'], TEACHER)}, "
        f"дефициты – у {ru.number(n['teachers_deficit_n'])}, закрыты у "
        f"{ru.number(n['teachers_closed_n'])}"
    )
    return text if step is None else f"{text}; чаще всего цепочка рвётся здесь: {break_words(step)}"


def routes_by_school(year: Year) -> Block:
    """The chain school by school, with the targets of its steps."""
    told = answers(year, FIELDS)
    told = told[told[list(FIELDS[1:])].notna().any(axis=1)]
    if told.empty:
        return Nothing(NO_CHAIN)
    facts = judged(year, INDICATORS, "school")
    behind = facts[facts["mark"] == "attention"]
    # A school says its first step that is behind: the later ones follow from it.
    first = dict(behind.sort_values("fact_id", ascending=False)[["unit_id", "fact_id"]].to_numpy())
    words = {"ПП-02": "▼ диагностика", "ПП-03": "▼ маршруты", "ПП-04": "▼ закрытие"}
    least = year.points("report_minimum_n")
    counts = {
        field: told_parts(told[field], told[whole or field], least) for field, _, whole in STEPS
    }
    table = told.assign(
        **counts,
        breaks=[words.get(first.get(unit, ""), "● не видно") for unit in told["school_id"]],
        is_shown=told["school_id"].isin(list(first)),
    )
    return Section(
        _schools_finding(year, behind),
        table=ReportTable(
            table,
            title="От диагностики до закрытия дефицита по школам",
            name="07 Дефициты по школам",
            columns=[
                Column("unit", "Школа"),
                Column("teachers_n", "Всего", "int"),
                Column("teachers_diagnosed_n", "Прошли диагностику", "int"),
                Column("teachers_deficit_n", "С дефицитами", "int"),
                Column("teachers_route_n", "С маршрутом", "int"),
                Column("teachers_repeated_n", "Повторно", "int"),
                Column("teachers_closed_n", "Закрыли", "int"),
                Column("breaks", "Где отстаёт от ориентира"),
            ],
            note=f"«Мало» – часть группы меньше {out_of(least, TEACHER)}. Отставание отмечено, "
            "если случай исключён с поправкой на число школ.",
            shown="is_shown",
        ),
        anchor=SCHOOLS_ANCHOR,
    )


def _schools_finding(year: Year, behind: pd.DataFrame) -> str:
    if behind.empty:
        return "Ни одна школа не отстаёт от ориентиров больше, чем бывает по случаю"
    parts = []
    for fact_id, what in (
        ("ПП-02", "диагностика"), ("ПП-03", "маршруты"), ("ПП-04", "закрытие дефицитов"),
    ):  # fmt: skip
        units = behind[behind["fact_id"] == fact_id]["unit_id"]
        if len(units):
            parts.append(f"{what} – {names_in_words(sorted(units.map(year.unit_names)), 3)}")
    return f"Отстают от ориентира: {'; '.join(parts)}"
