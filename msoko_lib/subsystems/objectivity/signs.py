"""The screening: several independent signs together, with power and expected false flags."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from msoko_lib.indicators.screening import screen_years
from msoko_lib.methods.objectivity import ObjectivityScreen, domain_power
from msoko_lib.project import previous_school_year
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.kept import screening_results
from msoko_lib.subsystems.labels import small_share
from msoko_lib.subsystems.objectivity.cohort_words import worst_in_words
from msoko_lib.subsystems.year import HISTORY_YEARS, Year, per_year

ANCHOR = "skrining"
DOMAIN_TITLES = {
    "concordance": "Работа и журнал",
    "bunching": "Границы отметок",
    "consistency": "Та же когорта позже",
    "spread": "Разброс баллов",
}
DOMAIN_SIGNS = {
    "concordance": "понижений отметки больше, чем в остальных школах",
    "bunching": "много баллов ровно на границе отметки",
    "consistency": "высокий результат не подтверждается через год",
    "spread": "баллы почти одинаковы",
}
GRADE_TITLES = {
    "no_grounds": "оснований нет",
    "check": "проверить",
    "priority": "приоритет проверки",
    "not_enough_data": "данных недостаточно",
}
GRADE_MARKS = {
    "no_grounds": "same",
    "check": "attention",
    "priority": "attention",
    "not_enough_data": "few",
}
POWER_SIZES = (15, 50, 100, 200)


@per_year
def screen(year: Year) -> ObjectivityScreen | None:
    """Screening of the last three years; the grade of the newest takes the year before in."""
    parts = [
        screening_results(year, back).assign(year=previous_school_year(year.school_year, back))
        for back in reversed(range(HISTORY_YEARS))
    ]
    filled = [part for part in parts if not part.empty]
    results = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    return screen_years(results, year.points("objectivity_domain_correlation"))


@per_year
def grades(year: Year) -> pd.DataFrame:
    """Grade of every school in the year: school_id, name, domains, grade, mark, z with interval."""
    found = screen(year)
    columns = ["school_id", "school", "domains_tested", "domains_flagged", "signs", "z_combined",
               "z_low", "z_high", "grade", "mark"]  # fmt: skip
    if found is None:
        return pd.DataFrame(columns=columns)
    table = found.table[found.table["year"] == year.school_year]
    signs = table["flagged_domains"].map(
        lambda names: ru.joined([DOMAIN_TITLES[name].lower() for name in names.split(", ") if name])
    )
    rows = year.schools[["school_id", "short_name"]].merge(
        table.assign(signs=signs), left_on="school_id", right_on="school", how="left"
    )
    grade = rows["grade"].fillna("not_enough_data")
    return rows.assign(
        school=rows["short_name"], grade=grade, mark=grade.map(GRADE_MARKS)
    )[columns].sort_values("school").reset_index(drop=True)  # fmt: skip


@per_year
def flagged_signs(year: Year) -> pd.DataFrame:
    """Domains of the year with n, effect and q, one row a school × domain."""
    found = screen(year)
    if found is None:
        return pd.DataFrame(columns=["school", "domain", "n", "effect", "q_value", "flagged"])
    return found.domains[found.domains["year"] == year.school_year].reset_index(drop=True)


def screening(year: Year) -> Block:
    """Signs of every school by domain, the grade, and what chance alone would give."""
    table = grades(year)
    found = screen(year)
    if found is None or table.empty:
        return Nothing("Для скрининга нужны индивидуальные результаты ВПР (Ф1); их за год нет.")
    return Section(
        _finding(table),
        items=[_chart(year, table), grade_table(table), _sign_table(year), power_table()],
        reading=_reading(found, len(table)),
        anchor=ANCHOR,
    )


def _finding(table: pd.DataFrame) -> str:
    priority = table[table["grade"] == "priority"]["school"].tolist()
    check = table[table["grade"] == "check"]["school"].tolist()
    if not priority and not check:
        return "Сочетаний признаков, требующих проверки, ни в одной школе нет"
    parts = []
    if priority:
        parts.append(f"признаки два года подряд: {ru.joined(priority)}")
    if check:
        parts.append(f"два признака и больше в этом году: {ru.joined(check)}")
    return "Признаки, требующие проверки, – " + "; ".join(parts)


def _reading(found: ObjectivityScreen, schools_n: int) -> str:
    expected = found.expected.set_index("measure")["expected"]
    return (
        "Признак засчитан, если отклонение в сторону завышения трудно объяснить случаем и после "
        "поправки на число школ (доля ложных – 5 % внутри признака). Один признак – не основание "
        "для выводов; два разных – повод проверить; два и больше два года подряд – приоритет. "
        "Если бы отклонений не было вовсе, среди "
        f"{ru.in_words(schools_n, ru.SCHOOL, genitive=True)} случайно получили бы два признака "
        f"и больше в среднем {_expected_in_words(float(expected['check']))}. Признак – не "
        "доказательство: сменился состав класса, учитель, часть учеников не писала."
    )


def _expected_in_words(schools: float) -> str:
    number = ru.number(schools, 2) if schools >= 0.01 else f"меньше {ru.number(0.01, 2)}"
    return f"{number} школы"


def _chart(year: Year, table: pd.DataFrame) -> Figure:
    return Figure(
        signs_figure(year, table),
        alt=_finding(table) + ".",
        caption="Школы в алфавитном порядке; «мало» – проверка при таком числе учеников не имеет "
        "смысла.",
    )


def signs_figure(year: Year, table: pd.DataFrame) -> MatplotlibFigure:
    """Schools × signs: found, not found, too few to look; ``table`` as of :func:`grades`."""
    signs = flagged_signs(year)
    cells = []
    for school_id, name in zip(table["school_id"], table["school"], strict=True):
        for domain, title in DOMAIN_TITLES.items():
            row = signs[(signs["school"] == school_id) & (signs["domain"] == domain)]
            tested = len(row) and row.iloc[0]["status"] == "ok"
            flagged = bool(tested and row.iloc[0]["flagged"])
            mark = "attention" if flagged else "same" if tested else "few"
            text = "признак" if flagged else "нет" if tested else ru.FEW
            cells.append({"unit": name, "work": title, "text": text, "mark": mark})
    return figures.heat_map(pd.DataFrame(cells), subtitle="Признаки по школам, после поправки")


def grade_table(table: pd.DataFrame) -> ReportTable:
    shown = table.assign(
        grade=table["grade"].map(GRADE_TITLES), signs=table["signs"].replace("", ru.NOT_APPLICABLE)
    )
    return ReportTable(
        shown,
        title="Итог скрининга по школам",
        name="05 Скрининг",
        columns=[
            Column("school", "Школа"),
            Column("domains_tested", "Проверено признаков", "int", missing=ru.FEW),
            Column("domains_flagged", "Из них отмечено", "int", missing=ru.FEW),
            Column("signs", "Какие", missing=ru.FEW),
            Column("z_combined", "Общий показатель", "mean", missing=ru.FEW),
            Column(("z_low", "z_high"), "Интервал", "interval_score", missing=ru.FEW),
            Column("grade", "Вывод"),
        ],
        note="Общий показатель – сумма отклонений по признакам в стандартных единицах с учётом их "
        "связи; около нуля – как у всех. Это не вероятность нарушения.",
    )


def _sign_table(year: Year) -> Block:
    signs = flagged_signs(year)
    flagged = signs[signs["flagged"].astype(bool)]
    if flagged.empty:
        return Nothing("Отмеченных признаков нет.")
    table = pd.DataFrame(
        {
            "school": flagged["school"].map(year.school_names),
            "sign": flagged["domain"].map(DOMAIN_SIGNS),
            "effect": [
                effect_words(year, row.school, row.domain, row.effect)
                for row in flagged.itertuples()
            ],
            "n": flagged["n"],
            "q": flagged["q_value"].map(small_share),
        }
    ).sort_values(["school", "sign"])
    return ReportTable(
        table,
        title="Отмеченные признаки: величина и основание",
        name="05 Признаки",
        columns=[
            Column("school", "Школа"),
            Column("sign", "Признак"),
            Column("effect", "Величина"),
            Column("n", "Результатов", "int"),
            Column("q", "Доля ложных"),
        ],
        note="«Доля ложных» – какая часть отмеченных при таком строгом отборе была бы отмечена "
        "случайно.",
    )


def effect_words(year: Year, school_id: str, domain: str, effect: float) -> str:
    """Size of a sign in words of its own unit."""
    if domain == "concordance":
        return f"понижений больше на {ru.number(100 * effect, 1)} п.п."
    if domain == "bunching":
        return f"как если бы {ru.share(effect, 0)} работ чуть ниже границы получили лишний балл"
    if domain == "consistency":
        return worst_in_words(year, school_id, effect)
    return f"разброс {ru.share(effect, 0)} от ожидаемого"


def power_table() -> ReportTable:
    power = domain_power(list(POWER_SIZES))
    columns = [Column("n", "Результатов у школы", "int")]
    columns += [Column(name, title, "share", decimals=0) for name, title in DOMAIN_TITLES.items()]
    return ReportTable(
        power,
        title="Что скрининг способен увидеть",
        name="05 Мощность",
        columns=columns,
        note="Вероятность заметить: понижений больше на 25 п.п.; 40 % работ у границы получили "
        "лишний балл; падение когорты на половину стандартного отклонения; разброс в 0,6 от "
        "обычного. Расчёт по методике msoko, один признак, одна школа.",
    )
