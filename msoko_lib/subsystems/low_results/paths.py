"""Over the years: steady, new and leaving schools, by the rule and by the office's list."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.low_results.tables import states, with_border
from msoko_lib.subsystems.year import Year

ANCHOR = "puti"
TITLES = {
    "steady": "устойчиво",
    "new": "впервые",
    "first": "есть, прежних лет нет",
    "left": "вышла",
    "quiet": "не было",
    "few": "мало данных",
    "border": "у границы",
}
_CELLS = {
    ("low", "yes"): "правило и перечень",
    ("low", "no"): "правило",
    ("low", "unknown"): "правило",
    ("not_low", "yes"): "перечень",
    ("few", "yes"): "перечень",
    ("border", "yes"): "перечень",
}
_QUIET = {"few": ru.FEW, "border": "у границы"}
MOST_ROWS = 30


def path_of(told: Sequence[str], steady_years: int) -> str:
    """How a school came to where it is.

    Parameters
    ----------
    told : sequence of str
        ``in``, ``out`` or anything else (not known), the newest year first.
    steady_years : int
        Years «in» within the window that make it steady.

    Examples
    --------
    >>> path_of(["in", "out", "in"], 2), path_of(["in", "out"], 2), path_of(["in"], 2)
    ('steady', 'new', 'first')
    >>> path_of(["out", "?", "in"], 2), path_of(["out", "out"], 2), path_of(["?", "in"], 2)
    ('left', 'quiet', 'few')
    """
    if not told or told[0] not in ("in", "out"):
        return "few"
    before = [state for state in told[1:] if state in ("in", "out")]
    if told[0] == "in":
        if told.count("in") >= steady_years:
            return "steady"
        return "new" if before else "first"
    return "left" if before[:1] == ["in"] else "quiet"


def paths(year: Year) -> pd.DataFrame:
    """Path of every school: school_id, school, ``by_rule``, ``by_list`` (keys of ``TITLES``).

    A year at the border of the rule tells nothing: neither that the school is in nor that it is
    out. One that is at the border now has the path ``border``.
    """
    rows = judged_states(year, states(year)).sort_values("school_year", ascending=False)
    needed = int(year.points("shnor_steady_years"))
    found = [
        {
            "school_id": school_id,
            "by_rule": "border"
            if own["computed"].iloc[0] == "border"
            else path_of(_told(own["computed"], "low", "not_low"), needed),
            "by_list": path_of(_told(own["listed"], "yes", "no"), needed),
        }
        for school_id, own in rows.groupby("school_id", sort=False)
    ]
    table = pd.DataFrame(found, columns=["school_id", "by_rule", "by_list"])
    table = table.assign(school=table["school_id"].map(year.school_names))
    return table.sort_values("school", kind="stable").reset_index(drop=True)


def judged_states(year: Year, rows: pd.DataFrame) -> pd.DataFrame:
    """States of years; ``computed`` is «border» where the rule holds, but chance may explain it."""
    rows = with_border(year, rows)
    border = (rows["computed"] == "low") & rows["at_border"]
    return rows.assign(computed=rows["computed"].mask(border, "border"))


def _told(column: pd.Series, inside: str, outside: str) -> list[str]:
    return [{inside: "in", outside: "out"}.get(state, "?") for state in column]


def dynamics(year: Year) -> Block:
    """Schools that were named in any of the last years, and how they came to where they are."""
    rows = judged_states(year, states(year))
    years = sorted(rows["school_year"].unique())
    named = rows["computed"].isin(["low", "border"]) | (rows["listed"] == "yes")
    ever = rows.loc[named, "school_id"].unique()
    if not len(ever):
        return Nothing(
            "За "
            + ("этот год" if len(years) == 1 else f"последние {ru.counted(len(years), ru.YEAR)}")
            + " ни правило, ни перечень школ с низкими результатами не назвали."
        )
    table = paths(year)
    table = table[table["school_id"].isin(ever)]
    items: list[Block] = [_chart(year, rows[rows["school_id"].isin(ever)])] \
        if len(ever) <= MOST_ROWS else []  # fmt: skip
    return Section(
        _finding(table, len(years)),
        items=[*items, _table(table)],
        reading="«Устойчиво» – не меньше "
        f"{ru.number(year.points('shnor_steady_years'))} лет из последних трёх; «вышла» – в "
        "последнем известном году была, теперь нет; год «у границы» не в счёт: его решил случай. "
        "Школа, которая выходит после одного трудного "
        "года, часто выходит сама: случайный спад не повторяется. Поэтому выход – динамика, а не "
        "доказательство, что помогла мера.",
        anchor=ANCHOR,
    )


def _finding(table: pd.DataFrame, years_n: int) -> str:
    if years_n == 1:
        return "Данные есть за один год: устойчивость и выход школ увидим со следующего"
    parts = []
    for path, words in (("steady", "устойчиво низкие результаты"), ("new", "впервые"),
                        ("left", "вышли"), ("border", "сейчас у границы")):  # fmt: skip
        names = table.loc[table["by_rule"] == path, "school"].tolist()
        if names:
            parts.append(f"{words} – {names_in_words(names)}")
    text = "; ".join(parts) if parts else "изменений нет"
    text = f"По правилу за {ru.counted(years_n, ru.YEAR)}: {text}"
    listed = []
    for path, words in (("steady", "остаются"), ("new", "включены впервые"), ("left", "выведены")):
        names = table.loc[table["by_list"] == path, "school"].tolist()
        if names:
            listed.append(f"{words} – {names_in_words(names)}")
    return f"{text}. По перечню: {'; '.join(listed)}" if listed else text


def _chart(year: Year, rows: pd.DataFrame) -> Figure:
    pairs = list(zip(rows["computed"], rows["listed"], strict=True))
    frame = pd.DataFrame(
        {
            "unit": rows["school_id"].map(year.school_names),
            "work": [school_year_short(text) for text in rows["school_year"]],
            "text": [_CELLS.get(pair, _QUIET.get(pair[0], "нет")) for pair in pairs],
            "mark": [
                "attention" if pair in _CELLS else "few" if pair[0] in _QUIET else "same"
                for pair in pairs
            ],
        }
    )
    return Figure(
        figures.heat_map(
            frame.sort_values("unit", kind="stable"),
            works=sorted(frame["work"].unique()),
            subtitle="Школа названа правилом, перечнем или обоими, по учебным годам",
            meanings={"attention": "названа", "few": "сказать нельзя"},
            width=figures.TEXT_WIDTH,
        ),
        alt="Школы по строкам, учебные годы по столбцам: назвало ли школу правило, перечень или "
        "оба.",
        caption="Каждый год посчитан по одному правилу – по параметрам последнего года.",
    )


def _table(table: pd.DataFrame) -> ReportTable:
    return ReportTable(
        table.assign(rule=table["by_rule"].map(TITLES), told=table["by_list"].map(TITLES)),
        title="Путь школ за последние годы",
        name="02 Пути",
        columns=[
            Column("school", "Школа"),
            Column("rule", "По правилу"),
            Column("told", "По перечню"),
        ],
    )
