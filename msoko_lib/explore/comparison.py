"""Two schools, two years or two subjects side by side: each pair in the way that is fair to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.schools import School
from msoko_lib.explore.view import View
from msoko_lib.explore.works import ZONE_MEANINGS, of_what, only
from msoko_lib.methods.intervals import newcombe_difference
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.comparable.computed import conditions_of, peers
from msoko_lib.subsystems.comparable.school_similar import SHOWN
from msoko_lib.subsystems.comparable.words import CONDITION_TITLES
from msoko_lib.subsystems.labels import HIGHER, by_work, in_works, sentence_case, work_labels
from msoko_lib.subsystems.monitoring.judged import judged
from msoko_lib.subsystems.own_numbers import value_words
from msoko_lib.subsystems.quality.school_works import school_works
from msoko_lib.subsystems.quality.work_marks import against_region
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def schools_side_by_side(
    one: School, other: School, subject: str | None, grade: int | None
) -> View:
    """Two schools: conditions first, then works of each beside all others, then other indicators.

    By ВПР two schools are never put against each other: each stands beside the others of the
    municipality in the same work.
    """
    year = one.opened.year
    works = school_works(year)
    works = only(works[works["unit_id"].isin([one.id, other.id])], subject, grade)
    works = works[works["mark"] != "few"]
    works = by_work(
        works.assign(name=works["unit_id"].map({one.id: one.name, other.id: other.name}))
    )
    tables = [
        table
        for table in (_conditions(year, one, other), _works(works, one, other),
                      _indicators(year, one, other))
        if table is not None
    ]  # fmt: skip
    return View(
        f"{one.name} и {other.name}. {_schools_finding(year, works, one, other)}", works,
        partial(_zones, works, one, other) if len(works) else None,
        more=tables,
        reading="По ВПР школы друг с другом не сравниваются: каждая стоит рядом с остальными "
        "школами в той же работе, знак – отличие, которое трудно объяснить случаем. Условия "
        "показаны первыми: без них разница результатов ничего не говорит о работе школы.",
    )  # fmt: skip


def _schools_finding(year: Year, works: pd.DataFrame, one: School, other: School) -> str:
    alike = other.id in peers(year)[one.id].schools or one.id in peers(year)[other.id].schools
    said = "Условия похожи" if alike else "Условия разные или известны не все"
    if works.empty:
        return f"{said}; работ, о которых можно судить, нет"
    parts = []
    for school in (one, other):
        own = works[works["unit_id"] == school.id]
        low, high = (int((own["mark"] == mark).sum()) for mark in ("attention", "up"))
        parts.append(
            f"{school.name} ниже остальных школ {in_works(low, len(own))}, выше – "
            f"{ru.number(high) if high else 'ни в одной'}"
            if len(own) else f"у школы {school.name} работы писали единицы"
        )  # fmt: skip
    return f"{said}; {'; '.join(parts)}"


def _zones(works: pd.DataFrame, one: School, other: School) -> Figure:
    cells = works.assign(
        unit=work_labels(works), work=works["name"],
        text=[ru.share(value, 0) for value in works["value"]],
    )  # fmt: skip
    return figures.heat_map(
        cells, works=[one.name, other.name], meanings=ZONE_MEANINGS,
        subtitle="Доля «4» и «5» за ВПР; знак – к остальным школам, не друг к другу",
        width=figures.TEXT_WIDTH,
    )  # fmt: skip


def _conditions(year: Year, one: School, other: School) -> ReportTable | None:
    values = conditions_of(year).values
    known = [school for school in (one, other) if school.id in values.index]
    if not known:
        return None
    rows = [
        {
            "what": CONDITION_TITLES.get(str(name), str(name)),
            "one": _condition(values, one, str(name)),
            "other": _condition(values, other, str(name)),
            "middle": ru.number(values[name].median(), _places(name)) if name != "village" else "—",
        }
        for name in values.columns
    ]
    return ReportTable(
        pd.DataFrame(rows), "Условия школ", "Условия двух школ",
        columns=[
            Column("what", "Условие"), Column("one", one.name, "printed"),
            Column("other", other.name, "printed"),
            Column("middle", "Середина по школам", "printed"),
        ],
        note="Средние трёх лет, как в отчёте 12.",
    )  # fmt: skip


def _condition(values: pd.DataFrame, school: School, name: str) -> str:
    if school.id not in values.index:
        return ru.NO_DATA
    value = float(values.loc[school.id, name])
    if name == "village":
        return "село" if value else "город"
    return ru.number(value, _places(name))


def _places(name: object) -> int:
    """Pupils are counted, indices are measured."""
    return 0 if name == "pupils" else 1


def _works(works: pd.DataFrame, one: School, other: School) -> ReportTable | None:
    if works.empty:
        return None
    told = works.assign(
        work=work_labels(works),
        text=[
            f"{ru.share(row.value, 0)} из {ru.number(row.denominator)}, {HIGHER[row.mark]}"
            for row in works.itertuples()
        ],
    )
    wide = told.pivot_table(
        index="work", columns="unit_id", values="text", aggfunc="first", sort=False
    )
    table = wide.reindex(columns=[one.id, other.id]).reset_index()
    return ReportTable(
        table, "Работы каждой школы рядом с остальными школами", "Работы двух школ",
        columns=[
            Column("work", "Работа"), Column(one.id, one.name, missing=ru.NOT_APPLICABLE),
            Column(other.id, other.name, missing=ru.NOT_APPLICABLE),
        ],
        note="Доля «4» и «5», сколько учеников писали, отличие от остальных школ. Работы, которые "
        "писали меньше пяти человек, не показаны.",
    )  # fmt: skip


def _indicators(year: Year, one: School, other: School) -> ReportTable | None:
    facts = judged(year, SHOWN, "school")
    facts = facts[facts["unit_id"].isin([one.id, other.id])]
    rows = []
    for (_, label), part in facts.groupby(["fact_id", "label"], sort=True):
        told = {str(row["unit_id"]): value_words(row) for row in part.to_dict("records")}
        title = str(part["title"].iloc[0]) + (f" ({label})" if label else "")
        rows.append({"what": title, "one": told.get(one.id), "other": told.get(other.id)})
    if not rows:
        return None
    return ReportTable(
        pd.DataFrame(rows), "Показатели, по которым школы сравнивать можно", "Показатели двух школ",
        columns=[
            Column("what", "Показатель", wide=True), Column("one", one.name),
            Column("other", other.name),
        ],
        note="Без интервала разницу в несколько процентов у малых школ не читайте как отличие.",
    )  # fmt: skip


def years_side_by_side(first: Year, second: Year, subject: str | None, grade: int | None) -> View:
    """Two years: the share of «4» and «5» of each, and how far each stood from the region."""
    older, newer = sorted((first, second), key=lambda item: item.school_year)
    names = [school_year_short(item.school_year) for item in (older, newer)]
    both = only(against_region(newer), subject, grade).merge(
        against_region(older), on=["subject", "grade"], suffixes=("", "_before")
    )
    what = of_what(subject, grade)
    if both.empty:
        return View(f"{what}: работ, которые писали в оба года, нет", both)
    counts = [(both[f"quality{tail}"] * both[f"n{tail}"]).round() for tail in ("", "_before")]
    interval = newcombe_difference(
        counts[0].to_numpy(dtype=float), both["n"].to_numpy(dtype=float),
        counts[1].to_numpy(dtype=float), both["n_before"].to_numpy(dtype=float),
    )  # fmt: skip
    both = by_work(
        both.assign(
            change=both["quality"] - both["quality_before"], low_end=interval.low,
            high_end=interval.high, gap_change=both["gap"] - both["gap_before"],
        )
    )  # fmt: skip
    up, down = int((both["low_end"] > 0).sum()), int((both["high_end"] < 0).sum())
    closer = int((both["gap_change"] > 0).sum())
    known = int(both["gap_change"].notna().sum())
    finding = f"{what}, {names[0]} и {names[1]}: {_moved(up, down, len(both))}"
    if known:
        finding += f"; к региону стало лучше в {ru.number(closer)} из {ru.counted(known, _WORK_OF)}"
    return View(
        finding, both, partial(_changes, both, names), _years_table(both, names),
        "Это динамика: писали другие дети и другие задания. Рост доли вместе с регионом говорит о "
        "лёгкой работе; рост к региону – о том, что изменилось здесь. «Выросла» и «снизилась» "
        "названы, только если ноль лежит вне интервала; работ много, и одна-две могут выйти за "
        "него случайно.",
    )  # fmt: skip


_WORK_OF = ru.Noun("работы", "работ", "работ", "f")


def _moved(up: int, down: int, total: int) -> str:
    """«доля «4» и «5» выросла в 2 работах из 5, снизилась в 1»."""
    if not up and not down:
        return f"доля «4» и «5» заметно не изменилась {in_works(0, total)}"
    told = [
        f"{word} {in_works(number, total)}"
        for number, word in ((up, "выросла"), (down, "снизилась"))
        if number
    ]
    return f"доля «4» и «5» {', '.join(told)}"


def _changes(both: pd.DataFrame, names: list[str]) -> Figure:
    chart = both.assign(
        label=work_labels(both), value=both["quality"], reference=both["quality_before"],
        attention=both["high_end"] < 0,
    )  # fmt: skip
    return figures.dumbbell(
        chart.drop(columns=["ci_low", "ci_high"]), ours_name=names[1], reference_name=names[0],
        subtitle="Доля отметок «4» и «5» в муниципалитете",
    )  # fmt: skip


def _years_table(both: pd.DataFrame, names: list[str]) -> ReportTable:
    table = both.assign(
        work=work_labels(both), change_pp=100 * both["change"], low_pp=100 * both["low_end"],
        high_pp=100 * both["high_end"], gap_pp=100 * both["gap_change"],
    )  # fmt: skip
    return ReportTable(
        table, "Два года рядом", "Два года",
        columns=[
            Column("work", "Работа"), Column("n_before", f"Писали, {names[0]}", "int"),
            Column("n", f"Писали, {names[1]}", "int"),
            Column("quality_before", f"«4» и «5», {names[0]}", "share", decimals=0),
            Column("quality", f"«4» и «5», {names[1]}", "share", decimals=0),
            Column("change_pp", "Изменение", "pp"),
            Column(("low_pp", "high_pp"), "Интервал", "interval_pp"),
            Column("gap_pp", "Изменение к региону", "pp"),
        ],
    )  # fmt: skip


def subjects_side_by_side(year: Year, first: str, second: str, grade: int | None) -> View:
    """Two subjects grade by grade: by how much each stands off the region, not by their shares."""
    rows = against_region(year)
    both = only(rows, first, grade).merge(
        only(rows, second, grade), on="grade", suffixes=("", "_second")
    )
    told = f"{first} и {sentence_case(second)}"
    if both.empty:
        return View(f"{told}: классов, которые писали оба предмета, нет", both)
    both = both.sort_values("grade", ignore_index=True)
    known = both[both["gap"].notna() & both["gap_second"].notna()]
    better = int((known["gap"] > known["gap_second"]).sum())
    finding = (
        f"{told}: к региону {sentence_case(first)} стоит лучше, чем {sentence_case(second)}, в "
        f"{ru.number(better)} из {ru.counted(len(known), _GRADE_OF)}"
        if len(known) else f"{told}: данных региона для сравнения нет"
    )  # fmt: skip
    table = both.assign(
        label=both["grade"].astype(str) + f"{ru.NBSP}класс",
        one_pp=100 * both["gap"], other_pp=100 * both["gap_second"],
        one_mark=both["mark"].map(HIGHER), other_mark=both["mark_second"].map(HIGHER),
    )  # fmt: skip
    return View(
        finding, both, partial(_gaps, table, first, second) if len(known) else None,
        ReportTable(
            table, "Отличие от региона по классам", "Два предмета",
            columns=[
                Column("label", "Класс"), Column("n", "Писали первый", "int"),
                Column("one_pp", first, "pp"), Column("one_mark", "К региону"),
                Column("n_second", "Писали второй", "int"), Column("other_pp", second, "pp"),
                Column("other_mark", "К региону, второй"),
            ],
        ),
        "Доли «4» и «5» разных предметов не сравнивают: работы разной трудности. Сравнивают, "
        "насколько каждый предмет отстоит от региона.",
    )  # fmt: skip


_GRADE_OF = ru.Noun("класса", "классов", "классов")


def _gaps(table: pd.DataFrame, first: str, second: str) -> Figure:
    chart = table.assign(value=table["one_pp"], reference=table["other_pp"])
    chart = chart[["label", "value", "reference"]].dropna()
    return figures.dumbbell(
        chart, ours_name=first, reference_name=second, kind="score",
        subtitle="Доля «4» и «5» к региону, процентные пункты",
    )  # fmt: skip
