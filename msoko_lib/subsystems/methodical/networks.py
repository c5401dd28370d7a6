"""Who works in networks of schools, and who is left alone."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.last_year import year_before
from msoko_lib.subsystems.year import Year

ANCHOR = "seti"
FIELDS = ("network", "teachers_n", "pupils_n", "shnor_listed")
OF_SCHOOLS = ru.Noun("школы", "школ", "школ", "f")
_YES = {1.0: "участвует", 0.0: "нет"}


def networks(year: Year) -> Block:
    """Schools in network projects, last year beside this, small and listed schools first."""
    rows = answers(year, FIELDS)
    rows = rows[rows["network"].notna()].reset_index(drop=True)
    if rows.empty:
        return Nothing("Сведений о сетевых проектах школ нет: их даёт форма сбора.")
    small = rows["pupils_n"] < year.points("small_school_pupils")
    alone = rows["network"] == 0
    before = _before(year)
    kind = pd.Series("", index=rows.index).mask(small, "малая")
    kind = kind.mask(rows["shnor_listed"] > 0, kind + " из перечня ШНОР").str.strip()
    table = rows.assign(
        now=rows["network"].map(_YES),
        before=rows["school_id"].map(before).map(_YES),
        kind=kind,
        is_shown=alone & kind.ne(""),
    )
    return Section(
        _finding(rows, alone, small, before),
        table=ReportTable(
            table,
            title="Сетевые проекты школ",
            name="08 Сети",
            columns=[
                Column("unit", "Школа"),
                Column("kind", "Какая", missing=ru.NOT_APPLICABLE),
                Column("teachers_n", "Педагогов", "int"),
                Column("before", "Год назад", missing=ru.NO_DATA),
                Column("now", "Сейчас"),
            ],
            shown="is_shown",
            note="Малая – учеников меньше "
            f"{ru.number(year.points('small_school_pupils'))}: в ней по предмету часто один "
            "учитель, и сеть заменяет ему коллег.",
        ),
        anchor=ANCHOR,
    )


def _before(year: Year) -> dict[str, float]:
    """School → did it take part last year; empty without data of that year."""
    last = year_before(year)
    if last is None:
        return {}
    told = field_values(last.inputs, ("network",), ("school",))
    return dict(zip(told["school_id"], told["network"].astype("float64"), strict=True))


def _finding(
    rows: pd.DataFrame, alone: pd.Series, small: pd.Series, before: dict[str, float]
) -> str:
    text = (
        f"В сетевых проектах участвуют {ru.number((~alone).sum())} из "
        f"{ru.counted(len(rows), OF_SCHOOLS)}"
    )
    past = rows["school_id"].map(before).astype("float64")
    known = past.notna()
    if known.any():
        come = rows["unit"][known & (past == 0) & ~alone].tolist()
        gone = rows["unit"][known & (past == 1) & alone].tolist()
        moved = [f"{word} – {names_in_words(names)}"
                 for word, names in (("вошли за год", come), ("вышли", gone)) if names]  # fmt: skip
        text += f"; {'; '.join(moved) if moved else 'за год состав не изменился'}"
    lonely = rows["unit"][alone & small].tolist()
    if lonely:
        text += f"; малые школы вне сетей: {names_in_words(lonely)}"
    return text
