"""Sections about registered pupils: the funnel, the change over a year, years of the whole."""

from __future__ import annotations

import pandas as pd

from msoko_lib.methods.rate_intervals import poisson_interval
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.protected import people_words
from msoko_lib.subsystems.upbringing.registered import (
    MINIMUM,
    THOUSAND,
    limits_of_chance,
    registered_changes,
    registered_rates,
    told,
)
from msoko_lib.subsystems.year import Year

FUNNEL_ANCHOR = "uchet"
CHANGE_ANCHOR = "uchet-za-god"
YEARS_ANCHOR = "uchet-po-godam"
_WORDS = {"attention": "▼ больше", "up": "▲ меньше", "same": "● не выделяется"}
_CHANGE_WORDS = {
    "attention": "▼ стало больше",
    "up": "▲ стало меньше",
    "same": "● в пределах случая",
}
HIDDEN_NOTE = (
    "«Мало» – меньше пяти человек или ни одного: эти случаи в печати не различаются; «н/д» – число "
    "скрыто, чтобы по сумме нельзя было вычислить чужое."
)


def registered(year: Year) -> Block:
    """Registered pupils per thousand: funnel chart and table with exact intervals."""
    rows = registered_rates(year)
    if rows.empty:
        return Nothing("Сведений об учениках на учёте за год нет.")
    return Section(
        _finding(year, rows),
        figure=_chart(rows),
        table=_table(rows),
        reading="Интервал – точный, по Пуассону: для редких событий он широк. Число на учёте "
        "зависит и от того, как ведут учёт: сверьте его с комиссией по делам несовершеннолетних. "
        "Больше учеников на учёте – не оценка школы, а повод дать ей людей и помощь.",
        anchor=FUNNEL_ANCHOR,
    )


def _finding(year: Year, rows: pd.DataFrame) -> str:
    total, pupils = rows["n"].sum(), rows["pupils"].sum()
    minimum = year.points(MINIMUM)
    if total < minimum:
        return f"На учёте {people_words(total, minimum, ru.PUPIL)} из {ru.number(pupils)}"
    text = (
        f"На учёте {ru.counted(int(total), ru.PUPIL)}, "
        f"{ru.number(THOUSAND * total / pupils, 1)} на тысячу"
    )
    more = rows[(rows["mark"] == "attention") & told(rows)]
    if more.empty:
        return f"{text}; ни одна школа не выделяется больше, чем школы различаются обычно"
    return f"{text}; заметно больше, чем в остальных школах: {names_in_words(rate_words(more))}"


def rate_words(rows: pd.DataFrame) -> list[str]:
    """«СОШ № 4 (64 ученика, 113 на тысячу)»."""
    return [
        f"{row.unit} ({ru.counted(int(row.n), ru.PUPIL)}, {ru.number(row.rate)} на тысячу)"
        for row in rows.itertuples()
    ]


def _chart(rows: pd.DataFrame) -> Figure | None:
    known = rows[told(rows)]
    if known.empty:
        return None
    limits, rate, is_spread = limits_of_chance(rows)
    chart = pd.DataFrame(
        {
            "x": known["pupils"],
            "y": known["rate"],
            "label": known["unit"].where(known["mark"] != "same", ""),
            "role": known["mark"].map({"attention": "attention", "up": "ours"}).fillna("similar"),
        }
    )
    hidden = len(rows) - len(known)
    spread = (
        "полоса учитывает, что школы и обычно различаются"
        if is_spread
        else "полоса – то, что даёт один случай"
    )
    return Figure(
        figures.funnel(
            chart,
            limits,
            center=figures.Border(rate, "муниципалитет"),
            x_label="Учеников в школе",
            y_label="На учёте, на тысячу учеников",
            subtitle="Ученики на учёте по школам: внутри полосы 95 школ из 100, внутри линий – 998 "
            f"из {ru.number(1000)}",
        ),
        alt="Школы по числу учеников и числу на учёте на тысячу; границы воронки сужаются с ростом "
        "школы.",
        caption=f"Подписаны школы за пределами обычного; {spread}. Не показаны "
        f"{ru.counted(hidden, ru.SCHOOL)}, где на учёте меньше пяти или никого.",
    )


def _table(rows: pd.DataFrame) -> ReportTable:
    hidden = ~told(rows)
    return ReportTable(
        rows.assign(
            rate=rows["rate"].astype(object).mask(hidden, rows["shown"]),
            low=rows["low"].mask(hidden),
            high=rows["high"].mask(hidden),
            verdict=rows["mark"].map(_WORDS).mask(hidden, ru.NOT_APPLICABLE),
            is_shown=(rows["mark"] != "same") & ~hidden,
        ),
        title="Ученики на учёте по школам",
        name="09 На учёте",
        columns=[
            Column("unit", "Школа"),
            Column("pupils", "Учеников", "int"),
            Column("shown", "На учёте", "int"),
            Column("rate", "На тысячу", "score"),
            Column(("low", "high"), "Интервал", "interval_score", missing=ru.NOT_APPLICABLE),
            Column("verdict", "К остальным"),
        ],
        shown="is_shown",
        note=HIDDEN_NOTE,
    )


def changes(year: Year) -> Block:
    """Change of registered pupils since last year by school."""
    rows = registered_changes(year)
    if rows.empty:
        return Nothing("Сравнить с прошлым годом нельзя: сведений об учёте за прошлый год нет.")
    visible = told(rows) & told(rows, "shown_before")
    more = rows[(rows["mark"] == "attention") & told(rows)]
    fewer = rows[(rows["mark"] == "up") & told(rows, "shown_before")]
    parts = []
    if len(more):
        parts.append(f"стало заметно больше: {names_in_words(change_words(more))}")
    if len(fewer):
        parts.append(f"стало заметно меньше: {names_in_words(change_words(fewer))}")
    text = "; ".join(parts) or "заметных изменений числа на учёте нет ни в одной школе"
    return Section(
        f"За год {text}",
        table=ReportTable(
            rows.assign(
                verdict=rows["mark"].map(_CHANGE_WORDS).where(visible | (rows["mark"] != "same"),
                                                              ru.NOT_APPLICABLE),
                is_shown=rows["mark"] != "same",
            ),
            title="Ученики на учёте: год назад и сейчас",
            name="09 Учёт за год",
            columns=[
                Column("unit", "Школа"),
                Column("shown_before", "Год назад", "int"),
                Column("shown", "Сейчас", "int"),
                Column("pupils", "Учеников", "int"),
                Column("verdict", "Изменение"),
            ],
            shown="is_shown",
            note=HIDDEN_NOTE,
        ),
        reading="Отмечено изменение, которое трудно объяснить случаем, с поправкой на число школ. "
        "Рост может значить и то, что учёт стали вести полнее.",
        anchor=CHANGE_ANCHOR,
    )  # fmt: skip


def change_words(rows: pd.DataFrame) -> list[str]:
    """«СОШ № 4 (с 16 до 64)»; a handful in either year is «меньше пяти»."""
    return [
        f"{row.unit} (с {_end(row.shown_before)} до {_end(row.shown)})" for row in rows.itertuples()
    ]


def _end(shown: object) -> str:
    return "меньше чем пяти" if isinstance(shown, str) else ru.number(shown)


def registered_years(year: Year) -> pd.DataFrame:
    """Registered pupils of the municipality by year with exact intervals; handfuls left out."""
    rows = year.history_of("ВС-05")
    rows = rows[rows["level"] == MUNICIPALITY]
    rows = rows[rows["status"] == "ok"].sort_values("year")
    n, pupils = (rows[name].astype("float64").to_numpy() for name in ("numerator", "denominator"))
    interval = poisson_interval(n, pupils, THOUSAND)
    return pd.DataFrame(
        {
            "year": rows["year"].to_numpy(), "n": n, "pupils": pupils,
            "rate": THOUSAND * n / pupils, "low": interval.low, "high": interval.high,
        }
    )  # fmt: skip


def over_years(year: Year) -> Block:
    """Registered pupils of the municipality over the years."""
    years = registered_years(year)
    if len(years) < 2:
        return Nothing("Для динамики числа на учёте нужны хотя бы два года данных.")
    first, last = years.iloc[0], years.iloc[-1]
    apart = first["high"] < last["low"] or last["high"] < first["low"]
    moved = "изменилось больше, чем бывает по случаю" if apart else "изменилось в пределах случая"
    chart = years.assign(
        label=[school_year_short(text) for text in years["year"]],
        value=years["rate"],
        ci_low=years["low"],
        ci_high=years["high"],
        n=years["n"],
    )
    return Section(
        f"С {school_year_short(str(first['year']))} года число на учёте {moved}: "
        f"{ru.number(first['rate'], 1)} и {ru.number(last['rate'], 1)} на тысячу",
        figure=Figure(
            figures.dot_with_interval(
                chart,
                kind="score",
                limits=(0.0, 1.15 * float(years["high"].max())),
                subtitle="На учёте на тысячу учеников, муниципалитет",
                n_header="на учёте",
                value_header="на тысячу",
            ),
            alt="Число учеников на учёте на тысячу по учебным годам с интервалами.",
            caption="Отрезок – точный интервал для редких событий.",
        ),
        anchor=YEARS_ANCHOR,
    )
