"""НОКО: what the criteria are made of, and how fresh the assessments are."""

from __future__ import annotations

import pandas as pd

from msoko_lib.noko import NokoRules, load_noko
from msoko_lib.project import end_year_of
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import EVERY_KIND, answers, asked_of
from msoko_lib.subsystems.labels import names_in_words, out_of, ratio
from msoko_lib.subsystems.year import Year, per_year

ANCHOR, FRESH_ANCHOR = "sostavlyayushchie", "svezhest"
CYCLE = "noko_cycle_years"
NO_PARTS = "Составляющих НОКО за год нет: в книге оператора только баллы критериев или её нет."


@per_year
def rules_of(year: Year) -> NokoRules:
    """Coefficients and bands of the parameters."""
    return load_noko(year.project)


@per_year
def part_scores(year: Year) -> pd.DataFrame:
    """Organisation × sub-indicator: part, title, score, ``mark`` by the bands of the parameters.

    ``attention`` – below the second band («хорошо»), ``same`` – within it, ``up`` – in the first.
    """
    rules = rules_of(year)
    asked = {f"noko_{name}": part for name, part in rules.parts.items() if not part.mean_of}
    told = answers(year, list(asked), EVERY_KIND)
    rows = told.melt(["school_id", "unit"], list(asked), "field", "score").dropna()
    lows = [band.low for band in rules.bands]
    best, good = lows[0], lows[min(1, len(lows) - 1)]
    marks = rows["score"].map(
        lambda score: "up" if score >= best else "same" if score >= good else "attention"
    )
    return rows.assign(
        part=rows["field"].str.removeprefix("noko_"),
        title=rows["field"].map({name: part.title for name, part in asked.items()}),
        mark=marks,
    ).reset_index(drop=True)


def parts(year: Year) -> Block:
    """Which sub-indicators pull the criteria down, and where."""
    rows = part_scores(year)
    if rows.empty:
        return Nothing(NO_PARTS)
    rules = rules_of(year)
    order = [part.title for part in rules.parts.values() if not part.mean_of]
    cells = rows.assign(work=rows["title"], text=[ru.number(score) for score in rows["score"]])
    means = rows.groupby("title")["score"].agg(["mean", "size"]).reindex(order).dropna()
    weak = means.sort_values("mean").head(2)
    low = rows[rows["mark"] == "attention"]
    listed = "; ".join(f"{title.lower()} – {ru.number(m)}" for title, m in weak["mean"].items())
    where = names_in_words(sorted(low["unit"].unique()), 3, ru.ORGANISATION) if len(low) else ""
    good = rules.bands[min(1, len(rules.bands) - 1)].low
    table = means.rename(columns={"mean": "score", "size": "n"}).reset_index()
    table["low_n"] = table["title"].map(low.groupby("title").size()).fillna(0).astype(int)
    return Section(
        f"Ниже других составляющих: {listed}"
        + (f"; меньше {out_of(good, ru.POINT)} есть здесь: {where}" if where else ""),
        figure=Figure(
            figures.heat_map(
                cells.sort_values("unit", kind="stable"),
                works=order,
                subtitle="Баллы составляющих НОКО по организациям, от 0 до 100",
                meanings={
                    "up": f"полоса «{rules.bands[0].title}»",
                    "attention": f"ниже полосы «{rules.bands[min(1, len(rules.bands) - 1)].title}»",
                },
            ),
            alt="Организации по строкам, составляющие НОКО по столбцам; в ячейке балл и знак.",
            caption=f"Без знака – полоса «{rules.bands[min(1, len(rules.bands) - 1)].title}».",
        ),
        table=ReportTable(
            table,
            title="Составляющие НОКО: среднее по организациям",
            name="11 Составляющие НОКО",
            columns=[
                Column("title", "Составляющая"),
                Column("n", "Всего организаций", "int"),
                Column("score", "Средний балл", "score"),
                Column("low_n", f"Меньше {out_of(good, ru.POINT)}", "int"),
            ],
        ),
        reading=f"Коэффициенты и полосы: {rules.source}; статус {rules.status}. Удовлетворённость "
        "– ответы опрошенных; чем их меньше, тем больше её разброс.",
        anchor=ANCHOR,
    )


def stale(year: Year) -> pd.DataFrame:
    """Organisations with the year of their last НОКО; ``is_stale`` – older than the cycle."""
    told = answers(year, ["noko_year"], EVERY_KIND).dropna()
    age = end_year_of(year.school_year) - told["noko_year"]
    return told.assign(age=age, is_stale=age > year.points(CYCLE)).reset_index(drop=True)


def freshness(year: Year) -> Block:
    """Whose assessment is older than the law allows, and who has none."""
    rows = stale(year)
    total = asked_of(year, EVERY_KIND)
    if rows.empty:
        return Nothing("Года последней НОКО не назвала ни одна организация.")
    old = rows[rows["is_stale"]]["unit"].tolist()
    cycle = year.settings.threshold(CYCLE)
    by_year = rows.groupby("noko_year")["unit"].agg(["size", lambda names: ru.joined(names)])
    by_year.columns = ["n", "units"]
    table = by_year.reset_index().assign(when=lambda t: t["noko_year"].map(lambda y: f"{y:.0f}"))
    finding = f"Год последней оценки известен у {ratio(len(rows), total, UNIT)}"
    finding += (
        f"; старше {ru.number(cycle.value)} лет: {names_in_words(old, 4, ru.ORGANISATION)}"
        if old
        else "; устаревших оценок нет"
    )
    return Section(
        finding,
        table=ReportTable(
            table,
            title="Когда проведена последняя НОКО",
            name="11 Годы НОКО",
            columns=[
                Column("when", "Год"),
                Column("n", "Всего организаций", "int"),
                Column("units", "Какие"),
            ],
            note=f"Срок: {cycle.source} (статус {cycle.status}).",
        ),
        reading="Баллы разных лет получены по разным опросам: сравнивайте их осторожно.",
        anchor=FRESH_ANCHOR,
    )


UNIT = ru.Noun("организации", "организаций", "организаций", "f")
