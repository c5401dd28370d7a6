"""Heads themselves, counted and never named: training, diagnosis, newcomers, mentors, reserve."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import EVERY_KIND, answers
from msoko_lib.subsystems.labels import names_in_words, sentence_case
from msoko_lib.subsystems.year import Year

RESERVE_ANCHOR = "rezerv"
TRAINING_ANCHOR = "obuchenie"
UNIT_OF = ru.Noun("организации", "организаций", "организаций", "f")
FIELDS = ("head_new", "head_mentored", "reserve_n")


def heads(year: Year) -> pd.DataFrame:
    """Answers on heads, one row an organisation; ``alone`` – a new head without a mentor."""
    rows = answers(year, FIELDS, EVERY_KIND)
    return rows.assign(alone=rows["head_new"].eq(1) & rows["head_mentored"].eq(0))


def reserve(year: Year) -> Block:
    """Who has nobody in the reserve, which new heads have no mentor."""
    rows = heads(year)
    known = rows[rows["reserve_n"].notna()]
    if known.empty and rows["head_new"].isna().all():
        return Nothing("Сведений о резерве и наставничестве нет: их даёт форма управления.")
    empty = known.loc[known["reserve_n"] == 0, "unit"].tolist()
    new = rows[rows["head_new"].eq(1)]
    alone = rows.loc[rows["alone"], "unit"].tolist()
    parts = [
        f"Резерва нет: {names_in_words(empty)}"
        if empty
        else f"Резерв есть у {ru.number(len(known))} из {ru.counted(len(known), UNIT_OF)} с данными"
    ]
    if len(new):
        told = f"новых руководителей {ru.number(len(new))}"
        parts.append(
            f"{told}, без наставника: {names_in_words(alone)}"
            if alone
            else f"{told}, наставник есть у всех"
        )
    else:
        parts.append("новых руководителей нет")
    table = rows.assign(
        reserve=rows["reserve_n"],
        new=rows["head_new"].map({1.0: "да", 0.0: "нет"}),
        mentor=[
            ru.NOT_APPLICABLE if fresh != 1 else "есть" if own == 1 else "▼ нет"
            for fresh, own in zip(rows["head_new"], rows["head_mentored"], strict=True)
        ],
        is_shown=rows["reserve_n"].eq(0) | rows["alone"],
    )
    return Section(
        "; ".join(parts),
        table=ReportTable(
            table,
            title="Резерв и наставничество по организациям",
            name="06 Резерв",
            columns=[
                Column("unit", "Организация"),
                Column("reserve", "Человек в резерве", "int"),
                Column("new", "Руководитель новый"),
                Column("mentor", "Наставник"),
            ],
            shown="is_shown",
            note="Новый – назначен в последние два года.",
        ),
        anchor=RESERVE_ANCHOR,
    )


def training(year: Year) -> Block:
    """Education in management and diagnosis of heads, against the targets."""
    rows = []
    for indicator_id in ("РК-01", "РК-16", "РК-02", "РК-14"):
        values = year.values(indicator_id, "municipality")
        if values.empty:
            continue
        passport = year.catalogue[indicator_id]
        target = passport.target_for(year.school_year)
        aim = target.value / 100 if target is not None and target.value is not None else None
        row = values.iloc[0]
        rows.append(
            {
                "label": passport.title, "value": row["value"], "ci_low": row["ci_low"],
                "ci_high": row["ci_high"], "n": row["n"], "rest": row["n"] - row["numerator"],
                "aim": target.words if target is not None else ru.NO_TARGET,
                "role": "attention" if aim is not None and row["ci_high"] < aim else "similar",
            }
        )  # fmt: skip
    if not rows:
        return Nothing("Сведений об обучении и диагностике руководителей нет.")
    frame = pd.DataFrame(rows)
    text = "; ".join(
        f"{sentence_case(row['label'])} – {ru.share(row['value'], 0)} "
        + (
            f"(нет у {ru.number(row['rest'])} из {ru.number(row['n'])})"
            if row["rest"]
            else f"({ru.number(row['n'])} из {ru.number(row['n'])})"
        )
        for row in rows
    )
    return Section(
        f"{text[:1].upper()}{text[1:]}",
        figure=Figure(
            figures.dot_with_interval(
                frame,
                limits=(0.0, 1.02),
                subtitle="Доля руководителей всех организаций",
                n_header="всего",
            ),
            alt="Доли руководителей с образованием по управлению, прошедших диагностику и новых "
            "руководителей с наставником, с интервалами.",
            caption="▼ – ниже ориентира и случаем не объясняется.",
        ),
        reading="Ориентиры: "
        + "; ".join(f"{sentence_case(row['label'])} – {row['aim']}" for row in rows)
        + ". У кого чего нет, отчёт не называет: это сведения о человеке, они в форме управления.",
        anchor=TRAINING_ANCHOR,
    )
