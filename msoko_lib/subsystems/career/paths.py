"""Where graduates of grades 9 and 11 went, and who found no place."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import names_in_words, out_of, ratio
from msoko_lib.subsystems.monitoring import others_section
from msoko_lib.subsystems.protected import FEWEST_HIDDEN, people_words, shown_counts, shown_list
from msoko_lib.subsystems.year import Year, per_year

NINTH_ANCHOR = "posle-9"
ELEVENTH_ANCHOR = "posle-11"
COLLEGE_ANCHOR = "spo"
UNPLACED_ANCHOR = "ne-opredelilis"
# Whole, then field → words of the path.
NINTH = ("graduates9_n", {"graduates9_tenth_n": "10 класс", "graduates9_college_n": "СПО региона"})
ELEVENTH = (
    "graduates11_n",
    {"graduates11_university_n": "вузы", "graduates11_college_n": "СПО"},
)
OTHER = "остальные пути"
GROUPS = {"город": "Городские школы", "село": "Сельские школы"}
MINIMUM = "report_minimum_n"


def path_counts(year: Year, whole: str, parts: dict[str, str]) -> pd.DataFrame:
    """Graduates by path, one row a school that told all of them; the rest is «остальные пути».

    Columns: school_id, unit, n, the words of the paths, «остальные пути».
    """
    rows = answers(year, [whole, *parts]).dropna(subset=[whole, *parts])
    rows = rows[(rows[whole] > 0) & (rows[list(parts)].sum(axis=1) <= rows[whole])]
    other = rows[whole] - rows[list(parts)].sum(axis=1)
    frame = rows.rename(columns={whole: "n", **parts}).assign(**{OTHER: other})
    return frame[["school_id", "unit", "n", *parts.values(), OTHER]].reset_index(drop=True)


def after_ninth(year: Year) -> Block:
    """Paths after grade 9."""
    return _section(year, 9, NINTH, NINTH_ANCHOR)


def after_eleventh(year: Year) -> Block:
    """Paths after grade 11."""
    return _section(year, 11, ELEVENTH, ELEVENTH_ANCHOR)


def colleges(year: Year) -> Block:
    """Graduates of grade 9 in colleges of the region, each school beside the others."""
    return others_section(
        year,
        "04",
        "ПР-07",
        reading="Выбор колледжа – не достижение и не упрёк: показано, где он встречается чаще и "
        "реже, чтобы знать, кому нужны места и подвоз.",
        anchor=COLLEGE_ANCHOR,
    )


def _section(year: Year, grade: int, fields: tuple[str, dict[str, str]], anchor: str) -> Block:
    rows = path_counts(year, *fields)
    if rows.empty:
        return Nothing(f"Распределения выпускников {grade} класса за год нет.")
    names = [*fields[1].values(), OTHER]
    sums, total = rows[names].sum(), rows["n"].sum()
    shown = shown_counts(sums.to_frame().T, year, "rows").iloc[0]
    hidden = shown.map(lambda value: isinstance(value, str))
    told = [
        f"{name} – {ru.number(sums[name])} ({ru.share(sums[name] / total, 0)})"
        for name in names
        if not hidden[name]
    ]
    return Section(
        f"Из {out_of(total, ru.GRADUATE)} {grade} класса: {'; '.join(told)}"
        if told
        else f"Выпускников {grade} класса слишком мало, чтобы называть их пути",
        figure=_chart(sums, total, shown, grade, len(rows)) if told else None,
        table=_table(year, rows, names, grade),
        anchor=anchor,
    )


def _chart(sums: pd.Series, total: float, shown: pd.Series, grade: int, schools: int) -> Figure:
    hidden = shown.map(lambda value: isinstance(value, str))
    chart = pd.DataFrame(
        {
            "label": sums.index,
            "value": sums.mask(hidden).astype("float64").to_numpy(),
            "state": shown.where(hidden, "").to_numpy(),
            "note": [
                "" if hidden[name] else ru.share(number / total, 0) for name, number in sums.items()
            ],
        }
    )
    return Figure(
        figures.bars(
            chart,
            subtitle=f"Выпускники {grade} класса, на 1 октября (школ {ru.number(schools)})",
            value_header="выпускников",
            note_header="доля",
        ),
        alt=f"Число выпускников {grade} класса по путям.",
        caption="«Остальные пути» – работа, служба, другие организации и те, кто не определился.",
    )


def _table(year: Year, rows: pd.DataFrame, names: list[str], grade: int) -> Block:
    """Town and village: single schools have too few graduates on each path.

    Fewer than three schools in a group would tell of single ones beside the other tables.
    """
    territory = year.schools.set_index("school_id")["territory"]
    groups = rows.assign(group=rows["school_id"].map(territory).map(GROUPS)).groupby("group")
    counts = groups[names].sum()
    if len(counts) < len(GROUPS) or groups.size().min() < FEWEST_HIDDEN:
        return Nothing("Городских или сельских школ меньше трёх: по группам пути не показаны.")
    table = shown_counts(counts, year).assign(n=counts.sum(axis=1), schools_n=groups.size())
    return ReportTable(
        table.reset_index(),
        title=f"Пути выпускников {grade} класса в городе и на селе",
        name=f"04 После {grade} класса",
        columns=[
            Column("group", "Группа школ"),
            Column("schools_n", "Школ", "int"),
            Column("n", "Выпускников", "int"),
            *(Column(name, name[:1].upper() + name[1:], "int") for name in names),
        ],
        note="Меньше пяти человек – «мало»; «н/д» стоит там, где иначе малое число можно было бы "
        "вычислить. По отдельным школам пути не показаны: выпускников на каждом единицы.",
    )


@per_year
def unplaced_counts(year: Year) -> pd.DataFrame:
    """Graduates without a path, one row a school: school_id, unit, n, whole, shown.

    ``shown`` is what may be printed: a number, «мало» or «н/д».
    """
    rows = answers(year, ["graduates_unplaced_n", "graduates_n"])
    rows = rows.rename(columns={"graduates_unplaced_n": "n", "graduates_n": "whole"})
    rows = rows[(rows["whole"] > 0) & (rows["n"] <= rows["whole"])].reset_index(drop=True)
    shown = shown_list(rows["n"], year.points(MINIMUM))
    return rows[["school_id", "unit", "n", "whole"]].assign(shown=shown)


def unplaced(year: Year) -> Block:
    """Graduates without a path on the first of October."""
    rows = unplaced_counts(year)
    if rows.empty:
        return Nothing("Сведений о не определившихся выпускниках за год нет.")
    minimum = year.points(MINIMUM)
    told = rows["shown"].map(lambda value: not isinstance(value, str))
    named = [f"{row.unit} ({ratio(row.n, row.whole)})" for row in rows[told].itertuples()]
    parts = [f"Не учатся и не работают {_of_all(rows, minimum)}"]
    if named:
        parts.append(f"больше других: {names_in_words(named)}")
    if not told.all():
        where = "в остальных школах" if named else "в каждой школе"
        parts.append(f"{where} меньше пяти человек или число не сообщается")
    return Section(
        "; ".join(parts),
        table=ReportTable(
            rows.assign(is_shown=told),
            title="Не определившиеся выпускники 9 и 11 классов",
            name="04 Не определились",
            columns=[
                Column("unit", "Школа"),
                Column("whole", "Выпускников", "int"),
                Column("shown", "Не определились", "int"),
            ],
            shown="is_shown",
            note="«Мало» – меньше пяти человек или ни одного: эти случаи в печати не различаются, "
            "чтобы нельзя было узнать отдельных выпускников.",
        ),
        reading="На 1 октября: не учатся, не работают, не служат. Каждому нужен разговор, а не "
        "место в таблице.",
        anchor=UNPLACED_ANCHOR,
    )


def _of_all(rows: pd.DataFrame, minimum: float) -> str:
    """«16 из 673 выпускников (2,4 %)»; a handful is not counted."""
    total, whole = float(rows["n"].sum()), float(rows["whole"].sum())
    if total >= minimum:
        return f"{ratio(total, whole, ru.GRADUATE)} ({ru.share(total / whole)})"
    words = people_words(total, minimum, ru.GRADUATE)
    return f"{words} из {ru.number(whole)}"
