"""Lists of teachers as an office keeps them: attestation and courses, diagnosis of deficits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msoko_lib.demo.names import NAME_STRIDE, NAMES_TOTAL, full_name
from msoko_lib.demo.source_year import SourceUnit, SourceYear
from msoko_lib.demo.staff import Teacher, vacancies_of
from msoko_lib.demo.xlsx import Row, SheetRows, Value

FOLDER = "Педагоги"
ATTESTATION = f"{FOLDER}/Аттестация и курсы, школы.xlsx"
OTHERS = f"{FOLDER}/Аттестация и курсы, детские сады и дополнительное образование.xlsx"
DIAGNOSIS = f"{FOLDER}/Диагностика дефицитов (ЦНППМ).xlsx"
_SCHOOL_HEADER = [
    "№", "Код ОО", "Школа", "ФИО", "Должность", "Предмет", "Пол", "Дата рождения",
    "Педагогический стаж", "Категория", "Год последнего ПК", "Программа из Федерального реестра",
    "Наставник", "Конкурсы профмастерства", "Не по специальности",
]  # fmt: skip
_OTHER_HEADER = ["№", "ОГРН", "Организация", "ФИО", "Должность", "Категория", "Год последнего ПК"]
_DIAGNOSIS_HEADER = [
    "№", "Код ОО", "Школа", "ФИО", "Предмет", "Диагностика дефицитов", "Выявлен дефицит", "ИОМ",
    "Повторная диагностика", "Дефицит закрыт",
]  # fmt: skip
_POSITIONS = {
    "preschool": ("воспитатель", "воспитатель", "воспитатель", "музыкальный руководитель",
                  "учитель-логопед", "старший воспитатель"),
    "additional": ("педагог дополнительного образования", "педагог дополнительного образования",
                   "методист", "педагог-организатор"),
}  # fmt: skip
# Courses older than three years do not count; where a list has none, the cell is empty.
_OLD_COURSES = 5


def write_staff(year: SourceYear, staff: Mapping[str, Sequence[Teacher]]) -> None:
    """Write the lists of a year."""
    _write_attestation(year, staff)
    _write_others(year)
    _write_diagnosis(year, staff)


def _write_attestation(year: SourceYear, staff: Mapping[str, Sequence[Teacher]]) -> None:
    rows: list[Row] = []
    for unit in year.schools:
        people = staff[unit.unit_id]
        rng = year.stream("attestation", unit)
        for each in people:
            born = f"{rng.integers(1, 29):02d}.{rng.integers(1, 13):02d}"
            since = year.end_year - 1 - each.age
            rows.append(
                [len(rows) + 1, unit.code, unit.name, each.name, each.position,
                 each.subject or None, "ж" if each.female else "м", f"{born}.{since}",
                 each.experience, each.category, _courses(year, each.courses, int(rng.integers(3))),
                 _yes(each.registry), _yes(each.mentored), _yes(each.contest),
                 _yes(each.other_subject)]
            )  # fmt: skip
        for subject in vacancies_of(unit):
            rows.append([len(rows) + 1, unit.code, unit.name, "Вакансия", "учитель", subject])
    title: Row = [f"Сведения о педагогах школ на {year.words_of_year}"]
    if year.is_spoilt and rows:
        # A part-time deputy head stands in the list with both of his posts.
        again = [len(rows) + 1, *rows[0][1:4], "заместитель директора", *rows[0][5:]]
        rows.append(again)
        year.spoilt(
            "teacher_twice", ATTESTATION, "педагог записан дважды", row=3 + len(rows),
            unit_id=year.schools[0].unit_id,
        )  # fmt: skip
    year.save(ATTESTATION, SheetRows("Педагоги", [title, [], _SCHOOL_HEADER, *rows]))


def _write_others(year: SourceYear) -> None:
    rows: list[Row] = []
    for unit in year.everybody:
        if unit.kind != "school":
            rows += _other_rows(year, unit, len(rows) + 1)
    title: Row = [f"Педагоги детских садов и дополнительного образования, {year.words_of_year}"]
    year.save(OTHERS, SheetRows("Список", [title, [], _OTHER_HEADER, *rows]))


def _other_rows(year: SourceYear, unit: SourceUnit, first: int) -> list[Row]:
    number = unit.whole("teachers_n")
    rng = year.stream("staff", unit)
    code = int(rng.integers(NAMES_TOTAL))
    high, certified = unit.whole("teachers_high_n"), unit.whole("teachers_first_n")
    trained = set(rng.permutation(number)[: unit.whole("teachers_courses_n")].tolist())
    positions = _POSITIONS[unit.kind]
    rows: list[Row] = []
    for place in range(number):
        name = " ".join(full_name((code + place * NAME_STRIDE) % NAMES_TOTAL, place % 12 != 0))
        category = "высшая" if place < high else "первая" if place < high + certified else "СЗД"
        rows.append(
            [first + place, unit.ogrn, unit.name, name, positions[place % len(positions)],
             category, _courses(year, place in trained, place % 3)]
        )  # fmt: skip
    return rows


def _write_diagnosis(year: SourceYear, staff: Mapping[str, Sequence[Teacher]]) -> None:
    rows: list[Row] = []
    for unit in year.schools:
        for each in staff[unit.unit_id]:
            seen = each.diagnosed
            rows.append(
                [len(rows) + 1, unit.code, unit.name, each.name, each.subject or None, _yes(seen),
                 _yes(each.deficit) if seen else None, _yes(each.route) if each.deficit else None,
                 _yes(each.repeated) if each.deficit else None,
                 _yes(each.closed) if each.repeated else None]
            )  # fmt: skip
    title: Row = [f"Диагностика профессиональных дефицитов, {year.words_of_year}"]
    year.save(DIAGNOSIS, SheetRows("ЦНППМ", [title, [], _DIAGNOSIS_HEADER, *rows]))


def _courses(year: SourceYear, recent: bool, back: int) -> Value:
    """Year of the last course: within three years, or long ago."""
    return year.end_year - min(back, 2) if recent else year.end_year - _OLD_COURSES - back


def _yes(value: bool) -> str:
    return "да" if value else "нет"
