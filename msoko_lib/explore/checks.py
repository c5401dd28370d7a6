"""What the data say to the usual explanations of a result: for reading a director's reply.

A reply is a person's words; nothing here reads them. The methodologist finds the explanation in
the list and sees what speaks for it, what against, and what only the school can know.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from msoko_lib.explore.view import View
from msoko_lib.indicators.screening import cohort_pairs
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.subsystems import school as parts
from msoko_lib.subsystems.comparable.reached import verdicts
from msoko_lib.subsystems.effects.computed import results_of, rows_of
from msoko_lib.subsystems.labels import in_works, works_in_words
from msoko_lib.subsystems.quality.work_marks import against_region
from msoko_lib.subsystems.school.objectivity_signs import trust
from msoko_lib.subsystems.school.vpr import zones
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year, per_year

FOR, AGAINST, PARTLY, UNKNOWN = (
    "● подтверждается", "▼ не подтверждается", "● отчасти", "○ данными не проверить",
)  # fmt: skip
Answer = tuple[str, str]
VACANCIES = "ПП-07"


def checks_view(school: SchoolYear) -> View:
    """Every usual explanation with what the data say of it in this school."""
    rows = []
    for claim, answer in CHECKS.items():
        said, verdict = answer(school)
        rows.append({"claim": claim, "said": said, "verdict": verdict})
    frame = pd.DataFrame(rows)
    counts = frame["verdict"].value_counts()
    told = [
        f"{words} – {ru.number(counts.get(verdict, 0))}"
        for verdict, words in (
            (FOR, "подтверждаются"), (PARTLY, "отчасти"), (AGAINST, "не подтверждаются"),
            (UNKNOWN, "данными не проверить"),
        )
        if counts.get(verdict, 0)
    ]  # fmt: skip
    return View(
        f"{school.name}. Обычные объяснения результата: {'; '.join(told)}", frame,
        table=ReportTable(
            frame, "Что говорят данные", "Проверка пояснения",
            columns=[
                Column("claim", "Объяснение", wide=True), Column("said", "Что в данных", wide=True),
                Column("verdict", "Вывод"),
            ],
        ),
        reading="«Не подтверждается» – не значит, что директор говорит неправду: данные видят не "
        "всё. «Подтверждается» – не значит, что причина найдена: объяснение лишь не противоречит "
        "данным. Вывод о причине делают вместе со школой.",
    )  # fmt: skip


def _lagging(school: SchoolYear) -> pd.DataFrame:
    works = zones(school)
    return works[works["mark"] == "attention"]


def _chance(school: SchoolYear) -> Answer:
    works = zones(school)
    known = works[works["mark"] != "few"]
    if known.empty:
        return "Каждую работу писали единицы, или сравнить не с кем", UNKNOWN
    low = known[known["mark"] == "attention"]
    if low.empty:
        return f"Ниже остальных школ – {in_works(0, len(known))}", FOR
    return (
        f"Ниже остальных школ {in_works(len(low), len(known))}, случаем это объяснить трудно: "
        f"{works_in_words(low)}",
        AGAINST,
    )


def _hard_for_all(school: SchoolYear) -> Answer:
    low = _lagging(school)
    if low.empty:
        return "Работ ниже остальных школ нет", UNKNOWN
    region = against_region(school.year)[["subject", "grade", "mark"]]
    both = low[["subject", "grade"]].merge(region, on=["subject", "grade"], how="left")
    also = int((both["mark"] == "attention").sum())
    if also:
        return f"Муниципалитет сам ниже региона {in_works(also, len(low))} из них", PARTLY
    return "Остальные школы писали те же работы и справились лучше", AGAINST


def _conditions(school: SchoolYear) -> Answer:
    rows = verdicts(school.year)
    own = school.own(rows, "school_id")
    mark = str(own["mark"].iloc[0]) if len(own) else "few"
    said = parts.expected_part(school).plain().removeprefix("○ ").rstrip(".")
    answers = {"same": FOR, "attention": AGAINST, "up": AGAINST, "one": PARTLY}
    return said, answers.get(mark, UNKNOWN)


def _newcomers(school: SchoolYear) -> Answer:
    pairs = _cohorts(school.year)
    own = pairs[pairs["school"] == school.school_id]
    least = school.year.points("report_minimum_n")
    own = own[(own["n1"] >= least) & (own["n2"] >= least)]
    if own.empty:
        return "Одних и тех же классов за два года в данных нет", UNKNOWN
    before, now = int(own["n1"].sum()), int(own["n2"].sum())
    return (
        f"Русский язык и математику те же классы писали год назад {ru.number(before)} раз, теперь "
        f"{ru.number(now)}; кто именно пришёл и ушёл, знает только школа",
        UNKNOWN,
    )


@per_year
def _cohorts(year: Year) -> pd.DataFrame:
    return cohort_pairs(year.inputs)


def _absent(school: SchoolYear) -> Answer:
    enrolled = school.rows("enrolment")
    works = zones(school)
    core = works[works["subject"].isin(["Русский язык", "Математика"])]
    if enrolled.empty or core.empty:
        return "Численность классов в данных не указана", UNKNOWN
    pupils = enrolled.groupby("grade")["pupils_n"].sum()
    both = core.assign(pupils=core["grade"].map(pupils)).dropna(subset=["pupils"])
    wrote, could = int(both["denominator"].sum()), int(both["pupils"].sum())
    if not could:
        return "Численность классов в данных не указана", UNKNOWN
    return (
        f"Русский язык и математику писали {ru.share(min(1.0, wrote / could), 0)} учеников этих "
        "классов; кто не писал и почему, знает только школа",
        UNKNOWN,
    )


def _teachers(school: SchoolYear) -> Answer:
    passport = school.year.catalogue.passports.get(VACANCIES)
    row = school.value(VACANCIES)
    if passport is None or row is None or row["status"] != "ok":
        return "О вакансиях школа не сообщила", UNKNOWN
    whole = school.year.values(VACANCIES, "municipality")
    if whole.empty:
        return "Сравнить вакансии не с чем", UNKNOWN
    own, other = float(row["value"]), float(whole["value"].iloc[0])
    said = (
        f"{passport.title}: {ru.share(own)}, в муниципалитете {ru.share(other)}"
        if passport.unit == "%"
        else f"{passport.title}: {ru.number(own, 1)}, в муниципалитете {ru.number(other, 1)} "
        f"({passport.formula})"
    )
    more = own > other if passport.direction == "меньше – лучше" else own < other
    return said, PARTLY if more else AGAINST


def _journal(school: SchoolYear) -> Answer:
    said = trust(school).plain().rstrip(".")
    return f"{said}. Признак – повод проверить, а не вывод", UNKNOWN


def _growing(school: SchoolYear) -> Answer:
    block = parts.dynamics(school)
    said = block.plain().removeprefix("○ ").rstrip(".")
    return f"{said}. Это динамика, а не эффект", UNKNOWN


def _measures(school: SchoolYear) -> Answer:
    rows = rows_of(school.year)
    ours = [school.school_id in found.measure.units for found in results_of(school.year)]
    rows = rows[pd.Series(ours, index=rows.index, dtype=bool)]
    said = parts.effects_part(school).plain().removeprefix("○ ").rstrip(".")
    if rows.empty:
        return said, UNKNOWN
    return said, FOR if (rows["verdict"] == "effect").any() else UNKNOWN


CHECKS: dict[str, Callable[[SchoolYear], Answer]] = {
    "Учеников мало, результат случаен": _chance,
    "Работа была трудной для всех": _hard_for_all,
    "Школа работает в трудных условиях": _conditions,
    "В класс пришли новые ученики": _newcomers,
    "Часть учеников не писала": _absent,
    "Не хватает учителей": _teachers,
    "Журнал строже или мягче работы": _journal,
    "Результат уже растёт": _growing,
    "Меры уже приняты": _measures,
}
