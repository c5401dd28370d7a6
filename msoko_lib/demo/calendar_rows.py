"""Rows of the single calendar of procedures, the road map and the observers' register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msoko_lib.demo.exam_forms import EGE, OGE
from msoko_lib.demo.vpr_year import Town, timetable

Row = dict[str, object]
INVARIANT, VARIANT, PERMANENT = "периодическая инвариантная", "вариативная", "постоянная"
# Lessons that a work takes; a grade has 1,020 lessons a year.
_VPR_LESSONS, _TEST_LESSONS = 2.0, 1.0
_TESTS_A_SUBJECT = {grade: 4 if grade < 5 else 5 for grade in range(2, 12)}
_CORE = ("Русский язык", "Математика")
# In one grade preparation for the exam takes more than a tenth of the lessons.
OVERLOADED_GRADE, _OVERLOAD_WORKS, _OVERLOAD_LESSONS = 9, 16, 6.0
PUBLISHED_AFTER, LATE_AFTER = 24, 55
LATE_TITLE = "Региональная диагностическая работа"
UNPUBLISHED_TITLE = "Метапредметная диагностика"
OPEN_ITEM = "Собеседования с директорами школ по итогам выполнения адресных рекомендаций"


def procedures(town: Town, end_year: int) -> list[Row]:
    """Rows of the calendar of a school year, numbered from 1.

    Where phenomena are planted, in the newest year one analysis is published late, one not at
    all, and one grade spends more than a tenth of its lessons on procedures.
    """
    rows = [*_diagnostics(end_year), *_vpr(town, end_year), *_tests(end_year), *_exams(end_year)]
    planted = town.planted and end_year == town.newest
    if planted:
        rows += _overload(end_year)
    rows.sort(key=lambda row: (str(row["start_date"]), str(row["title"]), str(row["grade"])))
    for number, row in enumerate(rows, start=1):
        row["procedure_id"] = str(number)
        after = LATE_AFTER if planted and row["title"] == LATE_TITLE else PUBLISHED_AFTER
        published = date.fromisoformat(str(row["end_date"])) + timedelta(days=after - number % 5)
        row["published_date"] = published.isoformat()
        if planted and row["title"] == UNPUBLISHED_TITLE and row["grade"] == 10:
            row["published_date"] = None
    return rows


def _row(
    title: str, kind: str, grade: int | None, subject: str | None, start: date, end: date,
    lessons: float | None,
) -> Row:  # fmt: skip
    return {
        "title": title, "kind": kind, "grade": grade, "subject": subject,
        "start_date": start.isoformat(), "end_date": end.isoformat(), "lesson_hours": lessons,
    }  # fmt: skip


def _diagnostics(end_year: int) -> Iterator[Row]:
    autumn, begins = end_year - 1, date(end_year - 1, 9, 10)
    yield _row("Стартовая диагностика первоклассников", VARIANT, 1, None, begins,
               date(autumn, 10, 4), 2.0)  # fmt: skip
    for grade in (5, 10):
        yield _row(UNPUBLISHED_TITLE, VARIANT, grade, None, date(autumn, 9, 16),
                   date(autumn, 10, 11), 2.0)  # fmt: skip
    yield _row("Диагностика функциональной грамотности", VARIANT, 8, None, date(autumn, 10, 14),
               date(autumn, 11, 1), 2.0)  # fmt: skip
    for grade, subject in ((4, "Математика"), (7, "Математика")):
        title = LATE_TITLE if grade == 7 else f"{LATE_TITLE}, 4 класс"
        yield _row(title, INVARIANT, grade, subject, date(autumn, 12, 3), date(autumn, 12, 20),
                   _VPR_LESSONS)  # fmt: skip
    for grade, subject in ((9, "Математика"), (11, "Русский язык")):
        yield _row("Репетиционный экзамен", INVARIANT, grade, subject, date(end_year, 2, 5),
                   date(end_year, 2, 21), 4.0)  # fmt: skip


def _vpr(town: Town, end_year: int) -> Iterator[Row]:
    """ВПР from the day of the work to the day of its results."""
    for season, form, day in timetable(town, end_year):
        grade = form.grade + (season == "autumn")
        if form.work_level == "углублённый":
            continue
        start = date(int(day[6:]), int(day[3:5]), int(day[:2]))
        end = date(start.year, 12, 5) if season == "autumn" else date(start.year, 6, 25)
        title = "ВПР: работа, проверка, результаты"
        yield _row(title, INVARIANT, grade, form.subject, start, end, _VPR_LESSONS)


def _tests(end_year: int) -> Iterator[Row]:
    """Tests that the schools themselves hold, as the calendar sums them up."""
    for grade, number in _TESTS_A_SUBJECT.items():
        for subject in _CORE:
            yield _row("Контрольные работы по графику школы", VARIANT, grade, subject,
                       date(end_year - 1, 9, 20), date(end_year, 5, 16),
                       number * _TEST_LESSONS)  # fmt: skip


def _overload(end_year: int) -> Iterator[Row]:
    for number in range(_OVERLOAD_WORKS):
        start = date(end_year - 1, 10, 1) + timedelta(days=13 * number)
        yield _row(f"Тренировочная работа в форме ОГЭ № {number + 1}", VARIANT, OVERLOADED_GRADE,
                   _CORE[number % 2], start, start + timedelta(days=6),
                   _OVERLOAD_LESSONS)  # fmt: skip


def _exams(end_year: int) -> Iterator[Row]:
    for forms, title, grade in ((OGE, "ОГЭ", 9), (EGE, "ЕГЭ", 11)):
        for form in forms:
            yield _row(title, INVARIANT, grade, form.subject, date(end_year, 5, 23),
                       date(end_year, 7, 1), None)  # fmt: skip


_ROADMAP = (
    ("01", 10, "Анализ результатов ВПР, ОГЭ и ЕГЭ прошлого года по умениям"),
    ("02", 10, "Утверждение программ помощи школам с низкими результатами"),
    ("05", 11, "Обучение муниципальных экспертов и общественных наблюдателей"),
    ("03", 11, "Школьный этап всероссийской олимпиады: разбор заданий с учителями"),
    ("08", 12, "План РМО на полугодие по дефицитам муниципалитета"),
    ("07", 12, "Диагностика профессиональных дефицитов педагогов"),
    ("04", 1, "Профессиональные пробы на предприятиях и в колледжах"),
    ("09", 2, "Разбор занятости учеников, состоящих на учёте"),
    ("10", 3, "Экспертиза программ и среды детских садов"),
    ("11", 3, "Обзор сайтов образовательных организаций"),
    ("05", 4, "Перекрёстная перепроверка работ ВПР"),
    ("06", 5, "Мониторинг эффективности руководителей"),
    ("08", 6, OPEN_ITEM),
    ("11", 6, "Отчёт о выполнении планов по итогам НОКО"),
)


def roadmap(town: Town, end_year: int) -> list[Row]:
    """Items of the road map; where phenomena are planted, in the newest year one is not begun."""
    planted = town.planted and end_year == town.newest
    return [
        {
            "item_id": str(number), "title": title, "subsystem": subsystem,
            "deadline": date(end_year - (month > 8), month, 25).isoformat(),
            "responsible": "методист" if subsystem in ("01", "03", "08") else "главный специалист",
            "state": "не начат" if planted and title == OPEN_ITEM else "выполнен",
        }
        for number, (subsystem, month, title) in enumerate(_ROADMAP, start=1)
    ]  # fmt: skip


def observers(town: Town, end_year: int) -> list[Row]:
    """Procedures beyond those of the table of observation."""
    rows: list[Row] = []
    for school in town.schools:
        rooms = max(1, round(school.pupils_per_grade / 25))
        unobserved = school.index == town.plants.school("no_observers")
        for procedure, subject in (("Региональная диагностическая работа", "Математика"),
                                   ("Репетиционный ОГЭ", "Математика")):  # fmt: skip
            rows.append(
                {"school_id": school.login, "procedure": procedure, "subject": subject,
                 "rooms_n": rooms, "observed_rooms_n": 0 if unobserved else rooms}
            )  # fmt: skip
    return rows
