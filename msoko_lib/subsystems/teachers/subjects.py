"""Which subjects need courses most: deficits found and posts that stand empty."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.methods.intervals import benjamini_hochberg, flag_outliers, wilson
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import asked_of
from msoko_lib.subsystems.compare import FALSE_DISCOVERY_RATE
from msoko_lib.subsystems.labels import out_of, ratio, sentence_case
from msoko_lib.subsystems.teachers.groups import (
    DEFICITS,
    DIAGNOSED,
    TEACHER,
    TEACHERS,
    VACANCIES,
    subject_groups,
    told_parts,
)
from msoko_lib.subsystems.year import Year

ANCHOR = "kursy"
POST = ru.Noun("свободная ставка", "свободные ставки", "свободных ставок", "f")
_WORDS = {"attention": "▼ чаще", "up": "▲ реже", "same": "● так же", "few": "○ мало"}
NO_SUBJECTS = (
    "Педагогов по предметам в данных года нет: без списка педагогов или списка ЦНППМ заказ курсов "
    "по предметам не обосновать."
)


def needs(year: Year) -> pd.DataFrame:
    """Subjects with what courses they need, those with most teachers in need first.

    Returns
    -------
    DataFrame
        subject, teachers, diagnosed, deficits, vacancies, share (deficits of the diagnosed) with
        ci_low and ci_high, ``mark``: ``attention`` – deficits are found more often than in the
        other subjects and chance is ruled out; ``up`` – less often; ``same``; ``few``.
    """
    rows = subject_groups(year)
    if rows.empty:
        return rows.assign(share=np.nan, ci_low=np.nan, ci_high=np.nan, mark="")
    diagnosed, found = rows[DIAGNOSED].fillna(0), rows[DEFICITS].fillna(0)
    # A deficit without a diagnosis is a slip of the list: it is counted, but judged nowhere.
    sound = (diagnosed > 0) & (found <= diagnosed)
    interval = wilson(found.where(sound), diagnosed.where(sound))
    flagged = flag_outliers(
        found.where(sound).to_numpy(dtype=float),
        diagnosed.where(sound).to_numpy(dtype=float),
        min_n=int(year.points("report_minimum_n")),
        adjust_overdispersion=False,
    )
    q = benjamini_hochberg(flagged["p"].to_numpy(dtype=float)).q
    share = found.where(sound) / diagnosed.where(sound)
    higher = (share > flagged["target"].to_numpy(dtype=float)).to_numpy()
    marks = np.select(
        [np.isnan(q), q > FALSE_DISCOVERY_RATE, higher], ["few", "same", "attention"], "up"
    )
    rows = rows.assign(share=share, ci_low=interval.low, ci_high=interval.high, mark=marks)
    return rows.sort_values(
        [DEFICITS, VACANCIES], ascending=False, kind="stable", na_position="last"
    ).reset_index(drop=True)


def courses(year: Year) -> Block:
    """The order of courses by subject."""
    rows = needs(year)
    if rows.empty:
        return Nothing(NO_SUBJECTS)
    least = year.points("report_minimum_n")
    told = rows.assign(
        **{DEFICITS: told_parts(rows[DEFICITS], rows[DIAGNOSED], least)},
        words=rows["mark"].map(_WORDS),
    )
    few = rows["mark"] == "few"
    told["shown"] = rows["share"].astype(object).mask(few, ru.FEW)
    told[["ci_low", "ci_high"]] = rows[["ci_low", "ci_high"]].mask(few)
    schools_n = int(rows["schools_n"].iloc[0])
    charted = rows[(rows[DEFICITS] > 0) & (rows[DIAGNOSED] >= least)]
    return Section(
        _finding(rows, charted),
        figure=_chart(charted) if len(charted) else None,
        table=ReportTable(
            told,
            title="Предметы: дефициты и свободные ставки",
            name="07 Курсы по предметам",
            columns=[
                Column("subject", "Предмет"),
                Column(TEACHERS, "Педагогов", "int"),
                Column(DIAGNOSED, "Всего прошли диагностику", "int"),
                Column(DEFICITS, "С дефицитами", "int"),
                Column("shown", "Доля", "share"),
                Column(("ci_low", "ci_high"), "Интервал", "interval", missing=ru.FEW),
                Column("words", "К другим предметам"),
                Column(VACANCIES, "Свободных ставок", "int"),
            ],
            note=f"«Мало» – диагностику прошли меньше {out_of(least, TEACHER)}. Кто ведёт два "
            "предмета, посчитан в обоих.",
        ),
        reading="Списки педагогов есть у "
        f"{ratio(schools_n, asked_of(year), ru.SCHOOL)}. Дефицит по предмету – повод предложить "
        "курсы тем, у кого он найден, а не всем учителям предмета; свободная ставка – повод для "
        "переподготовки и целевого набора.",
        anchor=ANCHOR,
    )


def _chart(rows: pd.DataFrame) -> Figure:
    chart = pd.DataFrame(
        {
            "label": rows["subject"],
            "value": rows[DEFICITS],
            "role": ["attention" if mark == "attention" else "similar" for mark in rows["mark"]],
            "note": ["" if pd.isna(share) else ru.share(share, 0) for share in rows["share"]],
        }
    )
    return Figure(
        figures.bars(
            chart,
            subtitle="Педагоги с выявленными дефицитами, по предметам",
            value_header="педагогов",
            note_header="из прошедших диагностику",
        ),
        alt="Столбики: число педагогов с дефицитами по предметам, от большего к меньшему.",
        caption="Штриховка – дефициты находят чаще, чем в других предметах, и случай исключён.",
    )


def _finding(rows: pd.DataFrame, charted: pd.DataFrame) -> str:
    parts = []
    top = charted.head(3)
    if len(top):
        listed = ", ".join(
            f"{sentence_case(row['subject'])} ({ru.counted(row[DEFICITS], TEACHER)})"
            for row in top.to_dict("records")
        )
        parts.append(f"Курсы по итогам диагностики нужнее всего: {listed}")
    empty = rows[rows[VACANCIES].fillna(0) > 0].sort_values(VACANCIES, ascending=False).head(3)
    if len(empty):
        listed = ", ".join(
            f"{sentence_case(row['subject'])} ({ru.number(row[VACANCIES])})"
            for row in empty.to_dict("records")
        )
        parts.append(f"{'свободные' if parts else 'Свободные'} ставки: {listed}")
    return "; ".join(parts) or "Дефицитов и свободных ставок по предметам не названо"
