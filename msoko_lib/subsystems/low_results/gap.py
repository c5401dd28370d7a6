"""Is the gap between schools in hard conditions and the others narrowing?"""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.standing import pupil_spread
from msoko_lib.methods.group_gap import GroupGap, group_gap
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.low_results.tables import results
from msoko_lib.subsystems.year import HISTORY_YEARS, Year

ANCHOR = "razryv"


def gaps(year: Year) -> pd.DataFrame:
    """Lag of the schools in hard conditions by year, oldest first.

    Returns
    -------
    DataFrame
        school_year, ``lag`` (others minus schools in hard conditions, standard deviations of
        pupils), ``low``, ``high``, ``n_hard``, ``n_others``. Which schools these are does not
        change over the years: the mean index decides.
    """
    rows = results(year)
    rows = rows[rows["index"].notna()]
    limit, least = year.points("low_context_index"), year.points("gap_minimum_schools")
    found = []
    for school_year, own in rows.groupby("school_year", sort=True):
        hard = own["index"] < limit
        if hard.sum() < least or (~hard).sum() < least:
            continue
        gap = group_gap(own["outcome"], own["variance"], hard)
        if gap is not None:
            found.append((school_year, *_lag(gap)))
    return pd.DataFrame(found, columns=["school_year", "lag", "low", "high", "n_hard", "n_others"])


def change(year: Year) -> GroupGap | None:
    """Change of the lag from the first year to the last, school by school; positive: it grew.

    Each school is compared with itself, so that lasting differences of schools cancel out. None
    where fewer than two years or too few schools are known.
    """
    rows = results(year)
    rows = rows[rows["index"].notna()]
    years = sorted(rows["school_year"].unique())
    if len(years) < 2 or years[-1] != year.school_year:
        return None
    first, last = (
        rows[rows["school_year"] == name].set_index("school_id") for name in (years[0], years[-1])
    )
    both = last.join(first[["outcome", "variance"]].add_suffix("_first"), how="inner")
    hard = both["index"] < year.points("low_context_index")
    least = year.points("gap_minimum_schools")
    if hard.sum() < least or (~hard).sum() < least:
        return None
    found = group_gap(
        both["outcome"] - both["outcome_first"], both["variance"] + both["variance_first"], hard
    )
    if found is None:
        return None
    lag, low, high, n_hard, n_others = _lag(found)
    return GroupGap(lag, found.se, low, high, n_hard, n_others)


def _lag(gap: GroupGap) -> tuple[float, float, float, int, int]:
    return -gap.gap, -gap.high, -gap.low, gap.n_in, gap.n_out


def verdict(moved: GroupGap | None) -> str:
    """``narrower``, ``wider``, ``same`` (chance may explain the change) or ``few``."""
    if moved is None:
        return "few"
    if moved.high < 0:
        return "narrower"
    return "wider" if moved.low > 0 else "same"


def narrowing(year: Year) -> Block:
    """The lag by year with its interval, and whether it has become smaller."""
    rows = gaps(year)
    if rows.empty:
        least = ru.in_words(int(year.points("gap_minimum_schools")), ru.SCHOOL, genitive=True)
        return Nothing(
            "Данных недостаточно: чтобы сравнить группы, нужны социальные паспорта и результаты "
            f"ВПР не меньше чем {least} в трудных условиях и стольких же остальных."
        )
    moved = change(year)
    spread = pupil_spread(year.inputs, "vpr", HISTORY_YEARS)
    items: list[Block] = [_chart(rows)] if len(rows) > 1 else []
    return Section(
        _finding(rows, moved, spread),
        items=[*items, _table(rows)],
        reading="Мера – среднее положение учеников школы среди всех учеников муниципалитета в тех "
        "же работах, в долях обычного разброса; трудность работ разных лет на неё не влияет. Одна "
        f"такая доля – около {ru.number(spread)} процентных пунктов выполнения работы. Школа "
        "считается один раз, большая весит больше. Изменение посчитано по тем же школам в первом и "
        "последнем году; это динамика, а не доказательство, что помогла мера.",
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame, moved: GroupGap | None, spread: float) -> str:
    last = rows.iloc[-1]
    lag = f"{ru.number(last['lag'], 2)}, {ru.interval(last['low'], last['high'], decimals=2)}"
    clear = last["low"] > 0
    text = (
        f"Школы в трудных условиях отстают от остальных на {lag} разброса учеников (около "
        f"{ru.number(last['lag'] * spread)} п.п. выполнения)"
        if clear
        else f"Отставание школ в трудных условиях от случайного не отличается ({lag})"
    )
    what = verdict(moved)
    if what == "few" or moved is None:
        return f"{text}; об изменении сказать нельзя: нужны хотя бы два года"
    told = (
        f"{ru.number(moved.gap, 2, signed=True)}, "
        f"{ru.interval(moved.low, moved.high, decimals=2, signed=True)}"
    )
    since = school_year_short(str(rows["school_year"].iloc[0]))
    words = {
        "narrower": f"с {since} года оно сократилось ({told})",
        "wider": f"с {since} года оно выросло ({told})",
        "same": f"изменения с {since} года, которое нельзя объяснить случаем, нет ({told})",
    }
    return f"{text}; {words[what]}"


def _chart(rows: pd.DataFrame) -> Figure:
    frame = pd.DataFrame(
        {
            "series": "отставание",
            "year": [school_year_short(name) for name in rows["school_year"]],
            "value": rows["lag"],
            "ci_low": rows["low"],
            "ci_high": rows["high"],
            "role": "similar",
        }
    )
    return Figure(
        figures.trend(
            frame,
            kind="mean",
            subtitle="Отставание школ в трудных условиях от остальных, в долях разброса учеников",
        ),
        alt="Отставание школ в трудных условиях по учебным годам с интервалами.",
        caption="Отрезок – 95-процентный интервал; ноль – группы не отличаются.",
    )


def _table(rows: pd.DataFrame) -> ReportTable:
    return ReportTable(
        rows.assign(year=[school_year_short(name) for name in rows["school_year"]]),
        title="Отставание школ в трудных условиях",
        name="02 Разрыв",
        columns=[
            Column("year", "Год"),
            Column("n_hard", "Школ в трудных условиях", "int"),
            Column("n_others", "Остальных", "int"),
            Column("lag", "Отставание", "mean"),
            Column(("low", "high"), "Интервал", "interval_score", decimals=2),
        ],
    )
