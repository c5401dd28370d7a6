"""ВПР of one school: marks against the other schools, three years, pupils near a boundary."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import share_of_others
from msoko_lib.subsystems.labels import ALONE, HIGHER, out_of, ratio, work_labels
from msoko_lib.subsystems.quality.few import minimum_n
from msoko_lib.subsystems.quality.near_boundary import (
    IN_RESULT,
    PASS_MARK,
    boundaries,
    boundary_table,
    in_results,
    lacking,
    near_boundary,
)
from msoko_lib.subsystems.quality.school_works import is_tiny, pooled, school_works
from msoko_lib.subsystems.school_year import SchoolYear

MARKS_ANCHOR = "vpr"
DYNAMICS_ANCHOR = "dinamika"
BOUNDARY_ANCHOR = "granica"
MOST_SHOWN = 6


def zones(school: SchoolYear) -> pd.DataFrame:
    """The school's works: its rows of :func:`school_works`."""
    return school.own_of(school_works)


def marks(school: SchoolYear) -> Block:
    """Marks of every work beside the other schools, gaps in whole pupils."""
    works = zones(school)
    if works.empty:
        return Nothing("Результатов ВПР школы за год нет.")
    if is_tiny(school.year, works):
        return _tiny_marks(school, works)
    enough = works[works["mark"] != "few"]
    return Section(
        marks_finding(works),
        figure=_chart(enough) if len(enough) else None,
        table=marks_table(school, works),
        reading="Сравнение – с остальными школами муниципалитета в той же работе. «К остальным» "
        "– на сколько больше или меньше учеников получили «4» и «5», чем при доле остальных школ. "
        "▲ и ▼ – отличие, которое трудно объяснить случаем; ● – отличия не видно. Если писали "
        "меньше пяти человек, сравнения нет, и в «остальных» такие работы других школ не входят.",
        anchor=MARKS_ANCHOR,
    )


def _tiny_marks(school: SchoolYear, works: pd.DataFrame) -> Section:
    """Subjects instead of works: the only table that says something about two pupils a grade."""
    works = works.assign(expected=works["others"] * works["denominator"])
    subjects = works.groupby("subject", sort=False).agg(
        works_n=("grade", "size"), marks_n=("denominator", "sum"), low_n=("low_n", "sum"),
        good_n=("numerator", "sum"), expected=("expected", lambda part: part.sum(skipna=False)),
    ).reset_index()  # fmt: skip
    return Section(
        marks_finding(works),
        table=ReportTable(
            subjects,
            title="Отметки школы за ВПР, все классы вместе",
            name="Школа – отметки ВПР",
            columns=[
                Column("subject", "Предмет"),
                Column("works_n", "Классов", "int"),
                Column("marks_n", "Отметок", "int"),
                Column("low_n", "Получили «2»", "int"),
                Column("good_n", "«4» и «5»", "int"),
                Column("expected", "Было бы при доле остальных", "score", missing=ru.FEW),
            ],
        ),
        reading="Каждую работу писали меньше "
        f"{ru.in_words(minimum_n(school.year), ru.PERSON, genitive=True)}, поэтому по отдельным "
        "работам вывода нет: один ученик меняет всё. Смотрите на сумму и на несколько лет сразу.",
        anchor=MARKS_ANCHOR,
    )


def marks_finding(works: pd.DataFrame) -> str:
    total, good, expected = pooled(works)
    if not total:
        return "Отметки ВПР сравнить не с кем: в остальных школах эти работы писали единицы"
    difference = round(good - expected)
    if difference == 0:
        tail = "столько же, сколько было бы при доле остальных школ"
    else:
        word = "больше" if difference > 0 else "меньше"
        tail = f"это на {ru.number(abs(difference))} {word}, чем было бы при доле остальных школ"
    where = "по всем работам"
    if works["others"].isna().any():
        where += ", кроме тех, где сравнить не с кем"
    return f"«4» и «5» – {ratio(good, total, ru.MARK)} {where}; {tail}"


def _chart(enough: pd.DataFrame) -> Figure:
    chart = enough.assign(
        label=work_labels(enough), reference=enough["others"],
        attention=enough["mark"] == "attention",
    )  # fmt: skip
    return Figure(
        figures.dumbbell(
            chart,
            ours_name="школа",
            reference_name="остальные школы",
            limits=(0.0, 1.0),
            subtitle="Доля отметок «4» и «5» по работам ВПР",
        ),
        alt="Доля «4» и «5» по работам ВПР в школе и в остальных школах.",
        caption="Показаны работы, которые писали не меньше пяти учеников.",
    )


def marks_table(school: SchoolYear, works: pd.DataFrame) -> ReportTable:
    few = works["denominator"] < minimum_n(school.year)
    alone = works["others"].isna()
    table = works.assign(
        work=work_labels(works),
        value=works["value"].astype(object).mask(few, ru.FEW),
        gap_n=works["gap_n"].astype(object).mask(few, ru.FEW),
        verdict=works["mark"].map(HIGHER).mask(alone, ALONE),
        # The chart above shows every work: the table keeps those that stand out on paper.
        shown=works["gap_n"].abs().fillna(0).rank(ascending=False, method="first") <= MOST_SHOWN,
    )
    return ReportTable(
        table,
        title="Отметки школы за ВПР",
        name="Школа – отметки ВПР",
        columns=[
            Column("work", "Работа"),
            Column("denominator", "Писали", "int"),
            Column("low_n", "Получили «2»", "int"),
            Column("numerator", "«4» и «5»", "int"),
            Column("value", "Доля «4» и «5»", "share"),
            Column("others", "В остальных", "share", missing=ru.NOT_APPLICABLE),
            Column("gap_n", "К остальным", "int", missing=ru.NOT_APPLICABLE),
            Column("verdict", "Вывод"),
        ],
        shown="shown",
        note="Где в столбце «Вывод» стоит «не с кем», работу писала одна эта школа или в остальных "
        "её писали единицы."
        if alone.any()
        else "",
    )


def dynamics(school: SchoolYear) -> Block:
    """Quality of all comparable works together, year by year, beside the other schools."""
    history = school.year.history_of("КП-02")
    rows = history[history["level"] == "school"]
    work = rows["year"] + " " + rows["subject"].astype(str) + " " + rows["grade"].astype(str)
    both = school.own(rows.assign(others=share_of_others(rows, rows["status"] == "ok", work)))
    both = both[both["denominator"].notna() & both["others"].notna()]
    if both["year"].nunique() < 2:
        return Nothing("Динамики пока нет: данные, которые есть с чем сравнить, за один год.")
    both = both.assign(expected=both["others"] * both["denominator"])
    years = both.groupby("year")[["numerator", "denominator", "expected"]].sum().reset_index()
    least = ru.in_words(minimum_n(school.year), ru.PERSON)
    years = years.assign(
        title=years["year"].map(ru.school_year_short),
        share=years["numerator"] / years["denominator"],
        expected_share=years["expected"] / years["denominator"],
        gap_n=(years["numerator"] - years["expected"]).round(),
    )
    return Section(
        _dynamics_finding(years),
        table=ReportTable(
            years,
            title="Отметки «4» и «5» за ВПР по годам",
            name="Школа – динамика ВПР",
            columns=[
                Column("title", "Учебный год"),
                Column("denominator", "Отметок", "int"),
                Column("numerator", "«4» и «5»", "int"),
                Column("share", "Доля", "share"),
                Column("expected_share", "Остальные в тех же работах", "share"),
                Column("gap_n", "К остальным, отметок", "int"),
            ],
            note="Набор работ меняется по годам, поэтому смотрите на последний столбец: он "
            "сравнивает школу с остальными школами в тех же работах. Осенние ВПР и работы, "
            f"которые больше нигде не писали хотя бы {least}, не входят.",
        ),
        anchor=DYNAMICS_ANCHOR,
    )


def _dynamics_finding(years: pd.DataFrame) -> str:
    first, last = years.iloc[0], years.iloc[-1]
    return (
        f"В {last['title']} «4» и «5» {_gap_in_words(last)}, чем в остальных школах в тех же "
        f"работах; в {first['title']} – {_gap_in_words(first)}"
    )


def _gap_in_words(year: pd.Series) -> str:
    """«больше на 34 (из 1 213 отметок)»."""
    gap = int(year["gap_n"])
    of = f"из {out_of(year['denominator'], ru.MARK)}"
    if not gap:
        return f"столько же ({of})"
    return f"{'больше' if gap > 0 else 'меньше'} на {ru.number(abs(gap))} ({of})"


def boundary(school: SchoolYear) -> Block:
    """How many pupils lacked one point for «3», and both sides of every boundary."""
    own = comparable(school.rows("vpr_pupils"))
    if own.empty:
        return Nothing("Индивидуальных результатов ВПР (Ф1) школы за год нет.")
    reach = school.year.points("near_boundary_points")
    rows = near_boundary(own, boundaries(school.year), reach)
    threshold = rows[rows["mark"] == PASS_MARK]
    below = int(threshold["below_n"].sum())
    told = rows[rows["n"] >= minimum_n(school.year)]
    if told.empty:
        found = f"в {ru.counted(below, IN_RESULT)}" if below else "никому"
        return Nothing(
            f"До «3» {lacking(reach)} {found} из {ru.number(threshold['n'].sum())}. По работам "
            "не показано: каждую писали единицы."
        )
    if below:
        finding = f"До «3» {lacking(reach)} в {in_results(rows, PASS_MARK)}"
    else:
        finding = f"Учеников, которым до «3» {lacking(reach)}, нет"
    return Section(
        finding,
        table=boundary_table(told, "Школа – границы"),
        reading="Кто именно эти ученики, знает только школа – по кодам участников. Начните с тех, "
        "кому не хватило до «3»: короткая помощь даёт больше всего.",
        anchor=BOUNDARY_ANCHOR,
    )
