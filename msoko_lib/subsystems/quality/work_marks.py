"""Where the municipality stands: marks of ВПР against region and country, and since when."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import (
    Block,
    Column,
    Figure,
    Folded,
    Nothing,
    ReportTable,
    Section,
)
from msoko_lib.subsystems.compare import differs_from
from msoko_lib.subsystems.labels import (
    CORE_SUBJECTS,
    HIGHER,
    by_work,
    in_works,
    points,
    short_work,
    work_labels,
    works_in_words,
)
from msoko_lib.subsystems.quality.since_when import runs, since_in_words, since_table
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

MARKS_ANCHOR = "otmetki"
DYNAMICS_ANCHOR = "dinamika"
# It grew, and chance does not explain it, but by less than the limit.
SMALL_GROWTH = "● ниже порога"
CHANGE_WORDS = {"up": "▲ меньше", "attention": "▼ больше", "same": "● так же", "few": "○ мало"}


def against_region(year: Year) -> pd.DataFrame:
    """Quality of each work in the municipality beside region and country.

    Columns: subject, grade, n, quality, low, ci_low, ci_high, region, country, gap (share),
    mark (up, attention, same, few).
    """
    own = year.values("КП-02", "municipality")
    wide = year.values("КП-02", "region", "country").pivot_table(
        index=["subject", "grade"], columns="level", values="value", aggfunc="first"
    )
    wide = wide.reindex(columns=["region", "country"]).reset_index()
    low = year.values("КП-03", "municipality")
    low = low[low["component"] == "доля"][["subject", "grade", "value"]]
    rows = own[["subject", "grade", "n", "value", "ci_low", "ci_high"]]
    rows = rows.rename(columns={"value": "quality"})
    rows = rows.merge(low.rename(columns={"value": "low"}), on=["subject", "grade"], how="left")
    rows = rows.merge(wide, on=["subject", "grade"], how="left")
    rows = rows.assign(gap=rows["quality"] - rows["region"])
    rows["mark"] = [differs_from(row, row["region"]) for _, row in rows.iterrows()]
    return by_work(rows)


def marks(year: Year) -> Block:
    """Quality by work in municipality, region and country."""
    rows = against_region(year)
    if rows.empty:
        return Nothing("Результатов ВПР за год нет: разделы о ВПР не заполнены.")
    return Section(
        f"Доля «4» и «5»: {region_in_words(rows)}",
        items=[
            _marks_chart(rows),
            marks_table(rows),
            Folded("Баллы за ВПР: средний процент выполнения", _scores_table(year)),
        ],
        reading="Отрезок – 95-процентный интервал: настолько результат мог бы отличаться при таком "
        "числе участников. Отличие названо, только если регион лежит вне интервала. Предметы по "
        "выбору писали не все школы.",
        anchor=MARKS_ANCHOR,
    )


def region_in_words(rows: pd.DataFrame) -> str:
    """In how many works the municipality is above and below the region."""
    known = rows[rows["region"].notna()]
    if known.empty:
        return "данных региона для сравнения нет"
    above = int((known["mark"] == "up").sum())
    below = int((known["mark"] == "attention").sum())
    if not above and not below:
        works = ru.counted(len(known), ru.WORK)
        return f"отличия от региона не видно ни в одной работе (сравнимы {works})"
    counts = sorted([(above, "выше"), (below, "ниже")], reverse=True)
    (most, first), (least, second) = counts
    tail = f"в {least}" if least else "ни в одной"
    return f"{first} региона {in_works(most, len(known))}, {second} – {tail}"


def _scores_table(year: Year) -> Block:
    """КП-04: mean share of the maximum score beside region and country."""
    own = year.values("КП-04", "municipality")
    if own.empty:
        return Nothing("Первичных баллов за год нет.")
    wide = year.values("КП-04", "region", "country").pivot_table(
        index=["subject", "grade"], columns="level", values="value", aggfunc="first"
    )
    wide = wide.reindex(columns=["region", "country"]).reset_index()
    rows = by_work(own.merge(wide, on=["subject", "grade"], how="left"))
    marks = pd.Series([differs_from(row, row["region"]) for _, row in rows.iterrows()])
    shown = rows["subject"].isin(CORE_SUBJECTS) | (marks == "attention")
    table = rows.assign(work=work_labels(rows), verdict=marks.map(HIGHER), shown=shown)
    return ReportTable(
        table,
        title="Баллы за ВПР: средний процент выполнения",
        name="01 Баллы ВПР",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников", "int"),
            Column("value", "Средний процент", "share"),
            Column(("ci_low", "ci_high"), "Интервал", "interval", decimals=1),
            Column("region", "Регион", "share"),
            Column("country", "Страна", "share"),
            Column("verdict", "К региону"),
        ],
        shown="shown",
    )


def _marks_chart(rows: pd.DataFrame) -> Block:
    everything = rows
    rows = rows[rows["subject"].isin(CORE_SUBJECTS) | (rows["mark"] == "attention")]
    if rows.empty:
        rows = everything
    chart = rows.assign(
        label=work_labels(rows),
        value=rows["quality"],
        reference=rows["region"],
        attention=rows["mark"] == "attention",
    )
    return Figure(
        figures.dumbbell(
            chart,
            ours_name="муниципалитет",
            reference_name="регион",
            subtitle="Доля отметок «4» и «5», по работам ВПР",
        ),
        alt=f"Доля «4» и «5»: {region_in_words(everything)}.",
        caption="Русский язык, математика и другие работы, где муниципалитет ниже региона; все "
        "работы – в таблице.",
    )


def marks_table(rows: pd.DataFrame) -> ReportTable:
    shown = rows["subject"].isin(CORE_SUBJECTS) | (rows["mark"] == "attention")
    table = rows.assign(
        work=work_labels(rows),
        verdict=rows["mark"].map(HIGHER),
        shown=shown if shown.any() else True,
    )
    return ReportTable(
        table,
        title="Отметки за ВПР",
        name="01 Отметки ВПР",
        shown="shown",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников", "int"),
            Column("low", "Доля «2»", "share"),
            Column("quality", "«4» и «5»", "share"),
            Column(("ci_low", "ci_high"), "Интервал", "interval"),
            Column("region", "Регион", "share"),
            Column("country", "Страна", "share"),
            Column("verdict", "К региону"),
        ],
    )


def low_changes(year: Year) -> pd.DataFrame:
    """Change of the share of «2» against the year before, by work of the municipality."""
    rows = year.values("КП-03", "municipality")
    rows = rows[rows["component"] == "изменение за год"]
    limit = year.points("mark_2_growth_pp") / 100
    grew = (rows["value"] >= limit) & (rows["ci_low"] > 0)
    fell = rows["ci_high"] < 0
    mark = pd.Series("same", index=rows.index).mask(grew, "attention").mask(fell, "up")
    return by_work(rows.assign(mark=mark))


def dynamics(year: Year) -> Block:
    """Quality of Russian and mathematics over three years, grade by grade."""
    history = year.history_of("КП-02")
    rows = history[
        history["level"].isin(["municipality", "region"])
        & history["subject"].isin(CORE_SUBJECTS)
        & (history["status"] == "ok")
    ]
    if rows["year"].nunique() < 2:
        return Nothing("Динамики пока нет: в банке данные одного года. Она появится со второго.")
    changes, lasting = low_changes(year), runs(year)
    since = since_in_words(lasting)
    finding = _dynamics_finding(changes)
    return Section(
        f"{finding}. {since[:1].upper()}{since[1:]}" if since else finding,
        items=[_dynamics_chart(rows), since_table(lasting), changes_table(changes)],
        reading="Сравниваются только сопоставимые весенние работы. Рост доли «2» на "
        f"{ru.number(year.points('mark_2_growth_pp'))} п.п. и больше считается отрицательной "
        "динамикой (статус порога – системный). Задания разных лет различаются, поэтому важнее "
        "разрыв с регионом, чем сам уровень.",
        anchor=DYNAMICS_ANCHOR,
    )


def _dynamics_finding(changes: pd.DataFrame) -> str:
    if changes.empty:
        return "Сопоставимых работ прошлого года нет"
    grew = changes[changes["mark"] == "attention"]
    if grew.empty:
        return f"Заметного роста доли «2» за год нет ни в одной работе из {len(changes)}"
    return f"Доля «2» заметно выросла: {works_in_words(grew)}"


def draw_dynamics(
    rows: pd.DataFrame, titles: Callable[[str, int], str] = short_work
) -> MatplotlibFigure:
    """Panels, one a work: share of «4» and «5» by years, the municipality beside the region.

    Parameters
    ----------
    rows : DataFrame
        Shares of works over years.
    titles : callable
        Title of a panel from subject and grade.
    """
    years = sorted(rows["year"].str[-4:].unique())
    panels = []
    works = by_work(rows[["subject", "grade"]].drop_duplicates())
    for subject, grade in works.itertuples(index=False):
        part = rows[(rows["subject"] == subject) & (rows["grade"] == grade)]
        if part["year"].nunique() < 2:
            continue
        series = part.assign(
            series=part["level"].map({"municipality": "муниципалитет", "region": "регион"}),
            year=part["year"].str[-4:],
            role=part["level"].map({"municipality": "ours", "region": "other"}),
        ).sort_values(["year"], kind="stable")
        draw = partial(figures.draw_trend, frame=series, years=years, kind="share")
        panels.append((titles(subject, grade), draw))
    return figures.small_multiples(
        panels,
        subtitle="Доля «4» и «5» по годам",
        columns=min(5, max(1, len(panels))),
        panel_height=1.2,
        legend=[("ours", "муниципалитет"), ("other", "регион")],
    )


def _dynamics_chart(rows: pd.DataFrame) -> Figure:
    return Figure(
        draw_dynamics(rows),
        alt="Доля «4» и «5» по годам в муниципалитете и регионе по русскому языку и математике.",
        caption="Год – календарный год весенней ВПР. Отрезок – 95-процентный интервал.",
    )


def changes_table(changes: pd.DataFrame) -> Block:
    if changes.empty:
        return Nothing("Сопоставимых работ прошлого года нет.")
    table = changes.assign(
        work=work_labels(changes),
        change=points(changes["value"]),
        low_pp=points(changes["ci_low"]),
        high_pp=points(changes["ci_high"]),
        verdict=changes["mark"]
        .map(CHANGE_WORDS)
        .mask((changes["mark"] == "same") & (changes["ci_low"] > 0), SMALL_GROWTH),
        shown=(changes["mark"] != "same") | (changes["ci_low"] > 0),
    )
    return ReportTable(
        table,
        title="Как изменилась доля «2» за год",
        name="01 Изменение доли 2",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников (меньший год)", "int"),
            Column("change", "Изменение", "pp"),
            Column(("low_pp", "high_pp"), "Интервал", "interval_pp"),
            Column("verdict", "Доля «2»"),
        ],
        shown="shown",
    )
