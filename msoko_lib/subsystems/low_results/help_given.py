"""What help each school gets, and who gets none."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.low_results.tables import in_question, named_by_rule
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "pomosch"
SUBSYSTEM = "02"
PROGRAMME, NO_PROGRAMME = "support_programme", "не участвует"
HELPED, VISITS = "shnor_helped", "visits_n"
_YES = {1.0: "да", 0.0: "▼ нет"}


@derived("помощь школам")
@per_year
def given(year: Year) -> pd.DataFrame:
    """Help to the schools that the rule or the list names: columns of ``tables.in_question`` and
    ``helped`` (yes 1, no 0), ``programme`` (words), ``visits``, ``measures`` (number), ``state``:
    ``helped``, ``partly`` (something is done, but not all that the help consists of), ``none``,
    ``unknown``.
    """
    rows = in_question(year)
    answers = field_values(year.inputs, (HELPED, VISITS), ("school",)).set_index("school_id")
    texts = year.inputs.table("form_values")
    texts = texts[texts["field_id"] == PROGRAMME].drop_duplicates("school_id", keep="last")
    measures = year.inputs.table("measures")
    measures = measures[measures["subsystem"] == SUBSYSTEM]
    own = measures.groupby("school_id")["measure_id"].nunique()
    rows = rows.assign(
        helped=rows["school_id"].map(answers[HELPED]).astype("float64"),
        visits=rows["school_id"].map(answers[VISITS]).astype("float64"),
        programme=rows["school_id"].map(texts.set_index("school_id")["text"]),
        measures=rows["school_id"].map(own).fillna(0).astype("int64"),
    )
    return rows.assign(state=[_state(row) for row in rows.to_dict("records")])


def _state(row: dict[str, object]) -> str:
    if row["helped"] == 1:
        return "helped"
    in_programme = isinstance(row["programme"], str) and row["programme"] != NO_PROGRAMME
    visited = not ru.is_missing(row["visits"]) and float(row["visits"]) > 0  # type: ignore[arg-type]
    if in_programme or visited or row["measures"]:
        return "partly"
    told = not ru.is_missing(row["helped"]) or not ru.is_missing(row["visits"])
    return "none" if told else "unknown"


def help_to_schools(year: Year) -> Block:
    """Each school named by the rule or the list, and what is done for it."""
    rows = given(year)
    if rows.empty:
        return Nothing("Ни правило, ни перечень школ не назвали: показывать помощь не о ком.")
    return Section(
        _finding(rows),
        table=_table(rows),
        reading="Адресная помощь – это назначенный куратор, школа-наставник и утверждённая "
        "программа вместе; так её понимает показатель ШН-08. Школы, которых в перечне нет, "
        "стоят здесь, если правило назвало их уверенно.",
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    helped = int((rows["state"] == "helped").sum())
    text = f"Адресная помощь есть у {ru.number(helped)} из {ru.number(len(rows))} школ"
    if len(rows) == 1:
        text = f"Адресная помощь единственной школе ({rows['school'].iloc[0]}) "
        text += "оказывается" if helped else "не оказывается"
    for state, words in (
        ("none", "не получают никакой помощи"),
        ("partly", "помощь есть, но не вся"),
        ("unknown", "о помощи не сообщено"),
    ):
        names = rows.loc[rows["state"] == state, "school"].tolist()
        if names:
            text += f"; {words}: {names_in_words(names)}"
    return text


def _table(rows: pd.DataFrame) -> ReportTable:
    by_rule, by_list = named_by_rule(rows), rows["listed"] == "yes"
    table = rows.assign(
        named=[
            "правило и перечень" if rule and listed else "правило" if rule else "перечень"
            for rule, listed in zip(by_rule, by_list, strict=True)
        ],
        help=rows["helped"].map(_YES).fillna(ru.NO_DATA),
        plan=rows["programme"].where(rows["programme"].notna(), ru.NO_DATA),
    )
    return ReportTable(
        table,
        title="Помощь школам с низкими результатами",
        name="02 Помощь",
        columns=[
            Column("school", "Школа"),
            Column("named", "Кто назвал"),
            Column("help", "Куратор, наставник, программа"),
            Column("plan", "Программа поддержки"),
            Column("visits", "Выездов методистов", "int"),
            Column("measures", "Мер в реестре", "int"),
        ],
    )
