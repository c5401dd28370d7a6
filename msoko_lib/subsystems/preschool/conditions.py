"""Programmes, environment, sick days and readiness for school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.methods.intervals import newcombe_difference
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import PRESCHOOL, answers, asked_of
from msoko_lib.subsystems.labels import names_in_words, points, ratio
from msoko_lib.subsystems.year import Year

EXPERTISE_ANCHOR, SICK_ANCHOR, READY_ANCHOR = "programmy", "bolezni", "gotovnost"
EXPERTISE = (("program_do", "Программа"), ("environment_do", "Развивающая среда"))
SICK_RATIO = "sick_days_ratio"
_WORDS = {1.0: "соответствует", 0.0: "▼ не соответствует"}


def expertise(year: Year) -> Block:
    """Which programmes and environments were found wanting."""
    fields = [field for field, _ in EXPERTISE]
    rows = answers(year, fields, (PRESCHOOL,))
    if rows.empty:
        return Nothing("Экспертизы программ и среды за год нет.")
    parts = []
    for field, title in EXPERTISE:
        known, good = rows[field].notna().sum(), (rows[field] == 1).sum()
        lacking = rows.loc[rows[field] == 0, "unit"].tolist()
        text = f"{title.lower()} соответствует ФГОС: {ratio(good, known, ru.PRESCHOOL)}"
        parts.append(
            f"{text} (нет – {names_in_words(lacking, 3, ru.PRESCHOOL)})" if lacking else text
        )
    told = {field: rows[field].map(_WORDS).fillna("экспертизы не было") for field in fields}
    text = "; ".join(parts)
    return Section(
        text[:1].upper() + text[1:],
        table=ReportTable(
            rows.assign(**told, is_shown=(rows[fields] == 0).any(axis=1)),
            title="Экспертиза программ и развивающей среды",
            name="10 Экспертиза",
            columns=[Column("unit", "Детский сад"), *(Column(f, t) for f, t in EXPERTISE)],
            shown="is_shown",
        ),
        anchor=EXPERTISE_ANCHOR,
    )


def sick_days(year: Year) -> pd.DataFrame:
    """Sick days a child by preschool, beside the median of the others."""
    rows = answers(year, ["sick_days_n", "children_n"], (PRESCHOOL,)).dropna()
    rows = rows[rows["children_n"] > 0].reset_index(drop=True)
    days = rows["sick_days_n"] / rows["children_n"]
    others = [days.drop(place).median() if len(days) > 1 else np.nan for place in days.index]
    limit = year.points(SICK_RATIO)
    return rows.assign(
        days=days,
        others=pd.Series(others, dtype=float),
        is_high=days > limit * pd.Series(others, dtype=float),
    )


def sick(year: Year) -> Block:
    """In which preschools children are ill more often than in the others."""
    rows = sick_days(year)
    if rows.empty:
        return Nothing("Сведений о пропусках по болезни за год нет (85-К).")
    high = rows[rows["is_high"]]
    whole = rows["sick_days_n"].sum() / rows["children_n"].sum()
    limit = ru.number(year.points(SICK_RATIO), 1)
    chart = pd.DataFrame(
        {
            "label": rows["unit"],
            "value": rows["days"],
            "ci_low": np.nan,
            "ci_high": np.nan,
            "n": rows["children_n"],
            "role": ["attention" if flag else "other" for flag in rows["is_high"]],
        }
    )
    finding = f"Ребёнок болеет в среднем {ru.number(whole, 1)} дня в году"
    if len(high):
        listed = "; ".join(
            f"{row['unit']} – {ru.number(row['days'], 1)}" for row in high.to_dict("records")
        )
        finding = f"{finding}; заметно больше, чем в остальных садах: {listed}"
    return Section(
        finding,
        figure=Figure(
            figures.dot_with_interval(
                chart,
                kind="score",
                references={"муниципалитет": float(whole)},
                limits=(0.0, 1.15 * float(rows["days"].max()) + 1),
                subtitle="Дней, пропущенных по болезни, на одного ребёнка в год",
                n_header="детей",
                value_header="дней",
            ),
            alt="Дни болезни на ребёнка по детским садам в алфавитном порядке.",
            caption=f"▼ – больше медианы остальных садов в {limit} раза и сильнее (статус "
            "системный). Посчитаны все дети, поэтому интервала нет.",
        ),
        table=ReportTable(
            rows,
            title="Пропуски по болезни",
            name="10 Пропуски по болезни",
            columns=[
                Column("unit", "Детский сад"),
                Column("children_n", "Всего детей", "int"),
                Column("days", "Дней на ребёнка", "score"),
                Column("others", "Медиана остальных", "score", missing=ru.NOT_APPLICABLE),
            ],
            note="Данных региона среди файлов года нет; впишите их для сравнения, если они есть. "
            "На число дней влияет и возраст детей: малыши болеют чаще.",
        ),
        anchor=SICK_ANCHOR,
    )


def ready(year: Year) -> Block:
    """Readiness of those who leave preschools beside the diagnostics of the first grade."""
    leaving = year.values("ДО-12", "municipality")
    if leaving.empty:
        return Nothing("Диагностики готовности выпускников к школе за год нет.")
    first = year.values("КП-19", "municipality")
    rows = [("Выпускники детских садов", leaving.iloc[0])]
    if len(first):
        rows.append(("Первоклассники на стартовой диагностике", first.iloc[0]))
    table = pd.DataFrame([{"who": who, **row.to_dict()} for who, row in rows])
    own = leaving.iloc[0]
    finding = (
        f"Готовы к школе {ratio(own['numerator'], own['denominator'], LEAVER)} "
        f"({ru.share(own['value'], 0)})"
    )
    if len(first):
        other = first.iloc[0]
        low, high = newcombe_difference(
            own["numerator"], own["denominator"], other["numerator"], other["denominator"]
        )
        gap = points(float(own["value"] - other["value"]))
        differs = low > 0 or high < 0
        told = f"на {ru.number(abs(gap))} п.п. {'больше' if gap > 0 else 'меньше'}"
        finding += (
            f"; это {told}, чем на стартовой диагностике в первых классах"
            if differs
            else "; от стартовой диагностики первых классов это не отличается больше, чем бывает "
            "по случаю"
        )
    return Section(
        finding,
        table=ReportTable(
            table,
            title="Готовность к школе",
            name="10 Готовность",
            columns=[
                Column("who", "Кто"),
                Column("denominator", "Всего прошли диагностику", "int"),
                Column("numerator", "Готовы", "int"),
                Column("value", "Доля", "share"),
                Column(("ci_low", "ci_high"), "Интервал", "interval"),
            ],
        ),
        reading="Сравнивать эти числа нужно осторожно: первоклассники этого года вышли из детских "
        "садов прошлой весной, часть из них в сад не ходила, а диагностики разные. Разница – повод "
        "сверить задания и критерии, а не оценка детских садов. Сведения дали "
        f"{_told(year)}.",
        anchor=READY_ANCHOR,
    )


def _told(year: Year) -> str:
    told = len(answers(year, ["ready_tested_n"], (PRESCHOOL,)))
    return ratio(told, asked_of(year, (PRESCHOOL,)), ru.PRESCHOOL)


LEAVER = ru.Noun("выпускника", "выпускников", "выпускников")
