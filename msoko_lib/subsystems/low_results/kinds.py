"""Four kinds of schools: low results or not, hard conditions or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.low_results import context_index
from msoko_lib.methods.intervals import wilson
from msoko_lib.reads import derived
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.low_results.resilience import judged
from msoko_lib.subsystems.low_results.tables import named_by_rule, now
from msoko_lib.subsystems.year import HISTORY_YEARS, Year, per_year

ANCHOR = "tipy"
KINDS = {
    "both": "ШНОР и ШНСУ",
    "low": "ШНОР",
    "hard": "ШНСУ",
    "resilient": "ШНСУ, резильентная",
    "border": "у границы правила",
    "fine": "благополучная",
    "unknown": "данных недостаточно",
}
_ORDER = list(KINDS)
_ROLES = {"both": "attention", "low": "attention", "resilient": "ours", "hard": "similar"}
MOST_NAMED = 30


@derived("типы школ")
@per_year
def kinds(year: Year) -> pd.DataFrame:
    """Kind of every school: columns of ``tables.now``, ``index`` and ``kind`` (keys of ``KINDS``).

    Low results are those that the rule names beyond chance; conditions are hard where the index,
    the mean of three years, lies below the limit of the parameters.
    """
    rows = now(year)
    index = context_index(year.inputs, HISTORY_YEARS)
    rows = rows.assign(index=rows["school_id"].map(index).astype("float64"))
    is_hard = rows["index"] < year.points("low_context_index")
    is_low = named_by_rule(rows)
    border = (rows["computed"] == "low") & ~is_low
    found = judged(year)
    resilient = rows["school_id"].isin(found.loc[found["state"] == "resilient", "school_id"])
    unknown = rows["index"].isna() | (rows["computed"] == "few")
    kind = np.select(
        [unknown, is_low & is_hard, is_low, is_hard & resilient, is_hard, border],
        ["unknown", "both", "low", "resilient", "hard", "border"],
        "fine",
    )
    return rows.assign(kind=kind)


def types(year: Year) -> Block:
    """Results against conditions: the plane, and who is in which corner."""
    rows = kinds(year)
    if (rows["kind"] == "unknown").all():
        return Nothing(
            "Разделить школы на типы нельзя: нужны и результаты процедур, и социальные паспорта "
            f"школ (есть у {ru.number(int(rows['index'].notna().sum()))} из {len(rows)})."
        )
    return Section(
        _finding(rows),
        figure=_chart(year, rows),
        table=_table(rows),
        reading="ШНОР – школы с низкими результатами по правилу, ШНСУ – школы в неблагоприятных "
        "социальных условиях: индекс ниже "
        f"{ru.number(year.points('low_context_index'))} при среднем 50 (статус системный, порог "
        "меняется в параметрах). Помощь разная: первым двум типам нужна работа с преподаванием и "
        "кадрами, третьему – с условиями, у резильентных стоит учиться. Индекс описывает семьи "
        "учеников по социальным паспортам за три года, а не работу школы.",
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    parts = []
    for kind, words in (
        ("both", "низкие результаты в трудных условиях"),
        ("low", "низкие результаты без трудных условий"),
        ("resilient", "резильентные"),
        ("hard", "трудные условия без низких результатов"),
        ("border", "у границы правила"),
    ):
        names = rows.loc[rows["kind"] == kind, "school"].tolist()
        if names:
            parts.append(f"{words} – {names_in_words(names)}")
    fine, unknown = int((rows["kind"] == "fine").sum()), int((rows["kind"] == "unknown").sum())
    parts.append(f"благополучных – {ru.number(fine)}")
    if unknown:
        parts.append(f"тип не определён у {ru.in_words(unknown, ru.SCHOOL, genitive=True)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def _chart(year: Year, rows: pd.DataFrame) -> Block:
    drawn = rows[rows["index"].notna() & (rows["n"] > 0)]
    if drawn.empty:
        return Nothing("Школ, о которых известны и результаты, и условия, нет.")
    interval = wilson(drawn["low_n"].to_numpy(dtype=float), drawn["n"].to_numpy(dtype=float))
    named = len(drawn) <= MOST_NAMED
    role = drawn["kind"].map(_ROLES).fillna("other")
    frame = pd.DataFrame(
        {
            "x": drawn["index"],
            "y": drawn["low_n"] / drawn["n"],
            "y_low": interval.low,
            "y_high": interval.high,
            "label": drawn["school"].where(named | (role != "other"), ""),
            "role": role,
        }
    )
    return Figure(
        figures.corners(
            frame,
            x_label="Индекс социального благополучия (больше – легче условия)",
            y_label="Доля результатов ниже границы",
            x_border=figures.Border(year.points("low_context_index"), "трудные условия – левее"),
            y_border=figures.Border(year.points("shnor_low_share") / 100, "порог одной процедуры"),
            subtitle="Все процедуры школы вместе: ВПР 5 и 6 классов, ОГЭ, ЕГЭ по русскому языку и "
            "математике",
            legend=[("attention", "ШНОР по правилу"), ("ours", "резильентная"),
                    ("similar", "трудные условия"), ("other", "остальные")],
        ),
        alt="Школы на плоскости: по горизонтали индекс условий, по вертикали доля результатов ниже "
        "границы с интервалом; выделены школы с низкими результатами и резильентные.",
        caption="Правило смотрит на каждую процедуру отдельно, поэтому школа с низкими "
        "результатами может стоять и ниже порога. Отрезок – 95-процентный интервал.",
    )  # fmt: skip


def _table(rows: pd.DataFrame) -> ReportTable:
    place = {kind: number for number, kind in enumerate(_ORDER)}
    ordered = rows.sort_values(
        ["kind", "school"], key=lambda column: column.map(place) if column.name == "kind"
        else column, kind="stable",
    )  # fmt: skip
    share = (ordered["low_n"] / ordered["n"].where(ordered["n"] > 0)).astype(object)
    table = ordered.assign(
        told=ordered["kind"].map(KINDS),
        share=share.mask(ordered["n"] == 0, ru.FEW),
        is_shown=~ordered["kind"].isin(["fine", "unknown"]),
    )
    return ReportTable(
        table,
        title="Типы школ по результатам и условиям",
        name="02 Типы",
        columns=[
            Column("told", "Группа"),
            Column("school", "Школа"),
            Column("index", "Индекс условий", "score"),
            Column("n", "Результатов", "int"),
            Column("share", "Ниже границы", "share"),
        ],
        shown="is_shown",
    )
