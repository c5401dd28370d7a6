"""Tables about schools: the directory, enrolment, observers, the social passport."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.municipality import Additional, Preschool
from msoko_lib.demo.pupils import GRADES
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import Row, SheetRows, Value, write_xlsx

FOLDER = "Справочники"
OPENED = "01.09.1990"
DIRECTORY_HEADER = (
    "Логин ФИС ОКО", "Код ОО РИС", "ОГРН", "Краткое название", "Полное название",
    "Прежние названия", "Вид", "Тип организации", "Город/село", "Группа", "Действует с",
    "Действует по",
)  # fmt: skip
# Variable → (header, mean share in %, change for one standard deviation of context).
CONTEXT_COLUMNS = (
    ("Доля обучающихся, у которых оба родителя с высшим образованием, %", 28, 11),
    ("Доля обучающихся из неполных семей, %", 24, -4),
    ("Многодетные семьи, %", 18, -2),
    ("Доля обучающихся из малоимущих семей, %", 22, -7),
    ("Доля обучающихся, у которых хотя бы один родитель не работает, %", 12, -4),
    ("Доля обучающихся, для которых русский язык не родной, %", 5, -1.5),
    ("Доля обучающихся с ОВЗ, %", 7, -1.5),
    ("Доля обучающихся, состоящих на учёте, %", 2.5, -0.9),
    ("Доля обучающихся в благоустроенном жилье, %", 68, 13),
    ("Доля обучающихся на подвозе, %", 15, -6),
)  # fmt: skip
PROCEDURES = (("ВПР", None), ("ОГЭ", None), ("ЕГЭ", None), ("ВсОШ, школьный этап", None))


def write_directory(
    folder: Path, town: Town, preschools: Sequence[Preschool], additional: Sequence[Additional]
) -> Path:
    """«Справочник ОО» of the municipality."""
    rows: list[Row] = [["Справочник образовательных организаций"], [], list(DIRECTORY_HEADER)]
    for school in town.schools:
        logins = " ".join(filter(None, (school.login, school.second_login)))
        rows.append(
            [logins, school.ris_code, school.ogrn, school.short_name, school.full_name,
             school.old_name or None, school.kind, "школа", school.territory, school.cluster,
             OPENED, None]
        )  # fmt: skip
    others: list[tuple[Preschool | Additional, str, str]]
    others = [(item, "детский сад", "детский сад") for item in preschools]
    others += [(item, "организация ДО", "дополнительное образование") for item in additional]
    for item, kind, unit_kind in others:
        rows.append(
            [None, None, item.ogrn, item.short_name, item.full_name, None, kind,
             unit_kind, item.territory, None, OPENED, None]
        )  # fmt: skip
    return _save(folder, "Справочник ОО", rows)


def write_enrolment(folder: Path, town: Town, end_year: int) -> Path:
    """«Контингент»: pupils of each school by grade."""
    counts = pupils_by_grade(town, end_year)
    rows: list[Row] = [
        [f"Контингент обучающихся на 20.09.{end_year - 1}"],
        [],
        ["Код ОО", "ОО", *(f"{grade} класс" for grade in GRADES), "Всего"],
    ]
    for school, line in zip(town.schools, counts.tolist(), strict=True):
        name = town.labels.name(school.index, end_year)
        rows.append([school.ris_code, name, *line, sum(line)])
    total = counts.sum(axis=0).tolist()
    rows.append([None, "Итого", *total, sum(total)])
    return _save(folder, "Контингент", rows)


def pupils_by_grade(town: Town, end_year: int) -> NDArray[np.int64]:
    """Number of pupils in the school year that ends in ``end_year``, shape (schools, grades)."""
    return np.stack(
        [
            np.bincount(
                town.pupils.school[town.pupils.in_grade(end_year, grade)],
                minlength=len(town.schools),
            )
            for grade in GRADES
        ],
        axis=1,
    )


def write_observers(folder: Path, town: Town, end_year: int) -> Path:
    """«Наблюдение»: rooms of each procedure and how many of them were observed."""
    rows: list[Row] = [
        ["Общественное наблюдение при проведении оценочных процедур"],
        [],
        ["Процедура", "Предмет", "Код ОО", "ОО", "Число аудиторий", "Из них с наблюдателем"],
    ]
    for school in town.schools:
        rooms = 5 * max(1, round(school.pupils_per_grade / 25))
        for procedure, subject in PROCEDURES:
            if procedure == "ЕГЭ" and school.top_grade < 11:
                continue
            number = rooms if procedure.startswith("В") else max(1, rooms // 5)
            watched = 0 if school.index == town.plants.school("no_observers") else number
            name = town.labels.name(school.index, end_year)
            rows.append([procedure, subject, school.ris_code, name, number, watched])
    return _save(folder, "Наблюдение", rows)


def write_social_passport(folder: Path, town: Town, end_year: int) -> Path:
    """«Социальный паспорт»: shares of pupils by family and circumstance."""
    pupils = pupils_by_grade(town, end_year).sum(axis=1)
    every = social_shares(town, end_year).tolist()
    rows: list[Row] = [
        [f"Социальный паспорт школ, {end_year - 1}/{end_year} учебный год"],
        [],
        ["Код ОО", "ОО", "Число обучающихся", *(title for title, *_ in CONTEXT_COLUMNS)],
    ]
    for school in town.schools:
        shares = [_written(share, town.planted) for share in every[school.index]]
        name = town.labels.name(school.index, end_year)
        rows.append([school.ris_code, name, int(pupils[school.index]), *shares])
    return _save(folder, "Социальный паспорт", rows)


def social_shares(town: Town, end_year: int) -> NDArray[np.float64]:
    """Shares of the social passport in per cent, shape (schools, columns)."""
    means, slopes = (np.array([column[at] for column in CONTEXT_COLUMNS]) for at in (1, 2))
    context = np.array([school.context for school in town.schools])[:, None]
    noise = town.stream(end_year, "passport").standard_normal((len(context), len(means)))
    return np.clip(means + slopes * (context + 0.25 * noise), 0, 100)


def _written(share: float, by_hand: bool) -> Value:
    """Schools type shares by hand: text with a comma."""
    return f"{share:.1f}".replace(".", ",") if by_hand else round(share, 1)


def _save(folder: Path, name: str, rows: Sequence[Row]) -> Path:
    path = folder / FOLDER / f"{name}.xlsx"
    write_xlsx(path, [SheetRows("Лист1", rows)])
    return path
