"""Do the schools with low results have the teachers they need?"""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.low_results.tables import in_question
from msoko_lib.subsystems.year import Year

ANCHOR = "kadry"
TARGET = "ШН-10"
FIELDS = ("posts_n", "posts_filled_n", "teachers_n", "teachers_pension_n",
          "teachers_diagnosed_trained_n")  # fmt: skip


def staff(year: Year) -> pd.DataFrame:
    """Posts and teachers of every school: the fields, ``vacant``, ``is_named`` by rule or list."""
    rows = field_values(year.inputs, FIELDS, ("school",))
    rows = rows[rows["posts_n"].notna() & rows["posts_filled_n"].notna() & (rows["posts_n"] > 0)]
    named = set(in_question(year)["school_id"])
    rows = rows.assign(
        school=rows["school_id"].map(year.school_names),
        vacant=rows["posts_n"] - rows["posts_filled_n"],
        filled=rows["posts_filled_n"] / rows["posts_n"],
        is_named=rows["school_id"].isin(named),
    )
    return rows.sort_values("school", kind="stable").reset_index(drop=True)


def staffing(year: Year) -> Block:
    """Filled posts of the schools named beside the rest."""
    rows = staff(year)
    named = rows[rows["is_named"]]
    if named.empty:
        return Nothing(
            "Сведений о ставках школ с низкими результатами нет: их даёт ОО-1 или форма сбора."
        )
    target = year.catalogue[TARGET].target_for(year.school_year)
    aim = target.value / 100 if target is not None and target.value is not None else None
    return Section(
        _finding(rows, aim),
        figure=_chart(rows, aim),
        table=_table(named, year.points("report_minimum_n")),
        reading="Ставки посчитаны все, поэтому интервала нет. Заполненная ставка ещё не значит, "
        "что предмет ведёт специалист: смотрите отчёт о профессиональном развитии.",
        anchor=ANCHOR,
    )


def _share(rows: pd.DataFrame) -> float:
    return float(rows["posts_filled_n"].sum() / rows["posts_n"].sum())


def _finding(rows: pd.DataFrame, aim: float | None) -> str:
    named, others = rows[rows["is_named"]], rows[~rows["is_named"]]
    vacant = ru.number(named["vacant"].sum(), 0 if named["vacant"].sum() % 1 == 0 else 1)
    text = (
        f"В школах с низкими результатами занято {ru.share(_share(named))} ставок (не занято "
        f"{vacant} из {ru.number(named['posts_n'].sum())})"
    )
    if len(others):
        text += f", в остальных – {ru.share(_share(others))}"
    if aim is not None:
        behind = named.loc[named["filled"] < aim - 1e-9, "school"].tolist()
        text += f"; ниже {ru.share(aim, 0)}: {names_in_words(behind) if behind else 'никто'}"
    return text


def _chart(rows: pd.DataFrame, aim: float | None) -> Figure:
    named, others = rows[rows["is_named"]], rows[~rows["is_named"]]
    behind = named["filled"] < (aim if aim is not None else 0) - 1e-9
    frame = pd.DataFrame(
        {
            "label": named["school"],
            "value": named["filled"],
            "ci_low": float("nan"),
            "ci_high": float("nan"),
            "n": named["posts_n"],
            "role": behind.map({True: "attention", False: "similar"}),
        }
    )
    references = {"остальные школы": _share(others)} if len(others) else {}
    if aim is not None:
        references["ориентир"] = aim
    low = min([*named["filled"], *references.values()])
    return Figure(
        figures.dot_with_interval(
            frame,
            references=references,
            limits=(max(0.0, low - 0.05), 1.005),
            subtitle="Доля занятых ставок педагогов в школах с низкими результатами",
            n_header="ставок",
        ),
        alt="Доля занятых ставок в школах, которые назвало правило или перечень, рядом с "
        "остальными школами и ориентиром.",
        caption="▼ – ниже ориентира. Школы по алфавиту.",
    )


def _table(named: pd.DataFrame, minimum_n: float) -> ReportTable:
    few = named["teachers_n"] < minimum_n
    pension = (named["teachers_pension_n"] / named["teachers_n"]).astype(object)
    trained = named["teachers_diagnosed_trained_n"].astype(object)
    table = named.assign(pension=pension.mask(few, ru.FEW), trained=trained.mask(few, ru.FEW))
    return ReportTable(
        table,
        title="Кадры школ с низкими результатами",
        name="02 Кадры",
        columns=[
            Column("school", "Школа"),
            Column("posts_n", "Ставок", "score", decimals=2),
            Column("vacant", "Не занято", "score", decimals=2),
            Column("filled", "Занято", "share"),
            Column("teachers_n", "Педагогов", "int"),
            Column("pension", "Пенсионного возраста", "share"),
            Column("trained", "Прошли диагностику и обучение", "int"),
        ],
    )
