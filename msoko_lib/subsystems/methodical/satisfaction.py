"""How teachers rate the support they get, with how many of them answered."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import names_in_words, ratio
from msoko_lib.subsystems.year import Year

ANCHOR = "ocenka-podderzhki"
INDICATOR = "МР-09"
TEACHER = ru.Noun("педагог", "педагога", "педагогов")
_VERDICTS = {"attention": "▼ ниже", "up": "▲ не ниже", "few": "○ мало"}


def ratings(year: Year) -> pd.DataFrame:
    """Schools with a score of the survey: ``unit``, ``score``, ``answered_n``, ``teachers_n``,
    ``answered`` (share of the teachers), ``mark`` (attention, up, same without a target, few)."""
    rows = answers(year, ("support_score", "support_answers_n", "teachers_n"))
    rows = rows.rename(columns={"support_score": "score", "support_answers_n": "answered_n"})
    rows = rows[rows["score"].notna() & (rows["answered_n"] > 0)].reset_index(drop=True)
    share = (rows["answered_n"] / rows["teachers_n"]).where(rows["teachers_n"] > 0)
    aim = _aim(year)
    few = rows["answered_n"] < year.catalogue[INDICATOR].minimum_n
    mark = pd.Series("same", index=rows.index)
    if aim is not None:
        mark = (rows["score"] < aim - 1e-9).map({True: "attention", False: "up"})
    return rows.assign(answered=share, mark=mark.mask(few, "few"))


def _aim(year: Year) -> float | None:
    target = year.target(year.catalogue[INDICATOR])
    return None if target is None else target.value


def satisfaction(year: Year) -> Block:
    """Mean score by school with the number and share of those who answered."""
    rows = ratings(year)
    if rows.empty:
        return Nothing(
            "Опроса педагогов о методическом сопровождении за год нет: внесите в форму управления "
            "средний балл и число ответивших."
        )
    return Section(
        _finding(year, rows),
        figure=_chart(year, rows),
        table=_table(year, rows),
        reading="Балл – среднее по тем, кто ответил; остальные могли думать иначе, и тем важнее "
        "доля ответивших. Разброса ответов выгрузка опроса не даёт, поэтому интервала нет: при "
        "десятке ответов разница в две-три десятых балла ничего не значит.",
        anchor=ANCHOR,
    )


def _finding(year: Year, rows: pd.DataFrame) -> str:
    known = rows[rows["mark"] != "few"]
    answered, asked = rows["answered_n"].sum(), rows["teachers_n"].sum()
    mean = (rows["score"] * rows["answered_n"]).sum() / answered
    text = (
        f"Средний балл – {ru.number(mean, 2)}; ответили "
        f"{ratio(answered, asked, TEACHER)} ({ru.share(answered / asked, 0)})"
        if asked > 0
        else f"Средний балл – {ru.number(mean, 2)}; ответов {ru.number(answered)}"
    )
    aim = _aim(year)
    if aim is None:
        return text
    low = [
        f"{row['unit']} ({ru.number(row['score'], 2)}; ответов {ru.number(row['answered_n'])})"
        for row in known[known["mark"] == "attention"].to_dict("records")
    ]
    return f"{text}; ниже ориентира {ru.number(aim, 1)}: {names_in_words(low) if low else 'никто'}"


def _chart(year: Year, rows: pd.DataFrame) -> Figure:
    few = rows["mark"] == "few"
    aim = _aim(year)
    weight = rows["answered_n"]
    references = {"муниципалитет": float((rows["score"] * weight).sum() / weight.sum())}
    if aim is not None:
        references["ориентир"] = aim
    frame = pd.DataFrame(
        {
            "label": rows["unit"],
            "value": rows["score"].mask(few),
            "ci_low": float("nan"),
            "ci_high": float("nan"),
            "n": rows["answered_n"].mask(few),
            "role": rows["mark"].map({"attention": "attention"}).fillna("similar"),
            "state": few.map({True: ru.FEW, False: ""}),
        }
    )
    return Figure(
        figures.dot_with_interval(
            frame,
            kind="score",
            references=references,
            subtitle="Средний балл удовлетворённости методическим сопровождением, от 1 до 5",
            n_header="ответов",
        ),
        alt="Средний балл удовлетворённости по школам в алфавитном порядке и число ответов.",
        caption="▼ – ниже ориентира. Школы по алфавиту.",
    )


def _table(year: Year, rows: pd.DataFrame) -> ReportTable:
    few = rows["mark"] == "few"
    before = year.history_of(INDICATOR)
    before = before[(before["level"] == "school") & (before["status"] == "ok")]
    before = before[before["year"] < year.school_year].sort_values("year")
    last = before.drop_duplicates("unit_id", keep="last").set_index("unit_id")["value"]
    table = rows.assign(
        score=rows["score"].astype(object).mask(few, ru.FEW),
        answered_n=rows["answered_n"].astype(object).mask(few, ru.FEW),
        answered=rows["answered"].astype(object).mask(few, ru.FEW),
        previous=rows["school_id"].map(last).astype("float64"),
        told=rows["mark"].map(_VERDICTS).fillna(ru.NOT_APPLICABLE),
        is_shown=rows["mark"].eq("attention"),
    )
    return ReportTable(
        table,
        title="Удовлетворённость методическим сопровождением",
        name=f"08 {INDICATOR}",
        columns=[
            Column("unit", "Школа"),
            Column("teachers_n", "Педагогов", "int"),
            Column("answered_n", "Ответили", "int"),
            Column("answered", "Доля ответивших", "share", decimals=0),
            Column("score", "Средний балл", "score", decimals=2),
            Column("previous", "Год назад", "score", decimals=2),
            Column("told", "К ориентиру"),
        ],
        shown="is_shown",
    )
