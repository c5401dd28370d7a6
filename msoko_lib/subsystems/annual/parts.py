"""A subsystem in the annual report: key figures over the years, targets, what was concluded."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.head_index import is_result_of_vpr
from msoko_lib.passports import Passport
from msoko_lib.recommendations.facts import MUNICIPALITY, scale_of
from msoko_lib.recommendations.judge import FEW
from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, Quoted, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.annual.params import load_annual
from msoko_lib.subsystems.annual.targets import opened_years
from msoko_lib.subsystems.annual.told import anchor_of, told_findings
from msoko_lib.subsystems.effects.words import in_unit
from msoko_lib.subsystems.monitoring.history import history_chart, is_beyond_chance
from msoko_lib.subsystems.monitoring.judged import HIDDEN, TARGET_WORDS, judged
from msoko_lib.subsystems.year import Year

NO_VALUE = "no_data"
MOST_PROBLEMS, MOST_GOOD = 3, 1
KEY_OF = ru.Noun("главного показателя", "главных показателей", "главных показателей")
NOT_COMPARED = "не сравнивается"
_WORDS = {"better": "▲ лучше", "worse": "▼ хуже", "same": "● неотличимо"}
_BETTER = {"больше – лучше": 1, "меньше – лучше": -1}


def part(year: Year, number: str) -> Block:
    """Section of a subsystem: two to four key figures, their years, target, conclusions."""
    ids = load_annual(year.project, year.catalogue).key_indicators[number]
    ids = tuple(name for name in ids if year.catalogue[name].is_valid_in(year.school_year))
    years = opened_years(year)
    rows = key_rows(year, years, ids)
    concluded = _conclusions(year, number)
    if not rows["known"].any() and concluded is None:
        return Nothing(
            f"Данных по главным показателям подсистемы за год нет. Что собрать – в отчёте {number}."
        )
    items: list[Block] = [_table(rows, years, number)]
    moved = [row["id"] for row in rows.to_dict("records") if row["state"] in ("better", "worse")]
    # Flat lines say nothing that the table does not.
    chart = history_chart(year, moved) if moved else Nothing()
    if isinstance(chart, Section):
        items.append(Quoted(chart))
    if concluded is not None:
        items.append(concluded)
    quiet = "" if concluded is not None else " Правила подсистемы ничего не отметили."
    return Section(
        _finding(rows, years),
        items=items,
        reading=f"Подробно, с разбором по организациям, – в отчёте {number}.{quiet}",
        anchor=anchor_of(number),
    )


def key_rows(year: Year, years: list[Year], ids: tuple[str, ...]) -> pd.DataFrame:
    """One row a key indicator: its value each year, change since the first, mark of the target."""
    by_year = {
        item.school_year: judged(item, ids, MUNICIPALITY).set_index("fact_id") for item in years
    }
    return pd.DataFrame([_row(year.catalogue[name], by_year, year) for name in ids])


def _row(passport: Passport, by_year: dict[str, pd.DataFrame], year: Year) -> dict[str, object]:
    facts = {
        school_year: frame.loc[passport.id]
        for school_year, frame in by_year.items()
        if passport.id in frame.index and frame.loc[passport.id, "status"] != NO_VALUE
    }
    now = facts.get(year.school_year)
    target = year.target(passport)
    state, change = _change(passport, facts, year.school_year)
    aimed = now is not None and now["better"] != 0 and not ru.is_missing(now["target"])
    mark = str(now["mark"]) if now is not None and aimed else ""
    return {
        "indicator": f"{passport.id} {passport.title}",
        "id": passport.id,
        "title": passport.title,
        **{school_year: shown_value(facts.get(school_year)) for school_year in by_year},
        "known": now is not None,
        "value": shown_value(now),
        "mark": mark,
        "state": state,
        "change": change,
        "aim": target.words if target else ru.NO_TARGET,
        "verdict": TARGET_WORDS[mark] if mark else ru.NOT_APPLICABLE,
    }


def shown_value(fact: pd.Series | None) -> str:
    """A value of the municipality as people read it, or why there is none."""
    if fact is None:
        return ru.NO_DATA
    if fact["status"] in HIDDEN:
        return ru.state_of_status(str(fact["status"]))
    return printed(float(fact["value"]), fact)


def _change(passport: Passport, facts: dict[str, pd.Series], school_year: str) -> tuple[str, str]:
    """State of the change from the first year with a value to this one, and its words."""
    told = {name: fact for name, fact in sorted(facts.items()) if fact["status"] == "ok"}
    if len(told) < 2 or school_year not in told:
        return "", ru.NOT_APPLICABLE
    if is_result_of_vpr(passport):
        return "", NOT_COMPARED
    first, last = told[min(told)], told[school_year]
    moved = float(last["value"]) - float(first["value"])
    words = in_unit(moved, passport)
    better = _BETTER.get(passport.direction, 0)
    if not better:
        return "", words
    is_moved = abs(moved) * scale_of(passport.unit) >= 0.05
    if not is_moved or not is_beyond_chance(first, last):
        return "same", f"{_WORDS['same']}: {words}"
    state = "better" if moved * better > 0 else "worse"
    return state, f"{_WORDS[state]}: {words}"


def _table(rows: pd.DataFrame, years: list[Year], number: str) -> ReportTable:
    since = school_year_short(years[0].school_year)
    changed = [Column("change", f"С {since} года")] if len(years) > 1 else []
    return ReportTable(
        rows,
        title="Главные показатели",
        name=f"18 Показатели {number}",
        columns=[
            Column("indicator", "Показатель"),
            *(Column(item.school_year, school_year_short(item.school_year)) for item in years),
            *changed,
            Column("aim", "Ориентир"),
            Column("verdict", "К ориентиру"),
        ],
        note="● неотличимо – такое изменение бывает и по случаю." if len(years) > 1 else "",
    )


def _finding(rows: pd.DataFrame, years: list[Year]) -> str:
    aimed = rows[rows["mark"] != ""]
    behind = aimed[aimed["mark"] == "attention"]
    reached = int((aimed["mark"] == "up").sum())
    parts = []
    if len(aimed):
        how_many = f"по {ru.number(reached)}" if reached else "ни по одному"
        parts.append(
            f"Ориентир достигнут {how_many} из {ru.counted(len(aimed), KEY_OF)}, у которых он есть"
        )
    else:
        parts.append(f"Значение есть у {ru.number(int(rows['known'].sum()))} из "
                     f"{ru.counted(len(rows), KEY_OF)}")  # fmt: skip
    if len(behind):
        listed = "; ".join(f"{row['title']} – {row['value']}" for _, row in behind.iterrows())
        parts.append(f"не достигнут: {listed}")
    since = school_year_short(years[0].school_year)
    for state, words in (("better", "лучше"), ("worse", "хуже")):
        moved = rows[rows["state"] == state]["title"].tolist()
        if moved:
            parts.append(f"с {since} года {words}: {ru.joined(moved)}")
    return "; ".join(parts)


def _conclusions(year: Year, number: str) -> ReportTable | None:
    """The gravest problems and the best success of the subsystem, as the rules said them."""
    told = told_findings(year)
    own = told[told["subsystem"] == number]
    problems = own[own["mark"] == "attention"].sort_values(
        ["weight", "place"], ascending=[False, True], kind="stable"
    )
    good = own[own["mark"] == "up"]
    shown = [problems.head(MOST_PROBLEMS), good.head(MOST_GOOD)]
    rows = pd.concat(shown)
    if rows.empty:
        rows = own[own["evidence"] == FEW].head(MOST_GOOD)
    if rows.empty:
        return None
    return ReportTable(
        rows.reset_index(drop=True),
        title="Что установлено",
        name=f"18 Выводы {number}",
        columns=[
            Column("mark", "Знак", "mark"),
            Column("finding", "Вывод"),
            Column("evidence", "Доказательность"),
        ],
    )
