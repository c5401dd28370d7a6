"""The olympiad: school stage, those who go on to the municipal one, a few to the regional."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.plants import OLYMPIAD_INFLATION
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import Row, SheetRows, Value, write_xlsx

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
SUBJECTS = (
    "Русский язык", "Математика", "Физика", "Биология", "История", "Обществознание",
    "Английский язык", "Информатика",
)  # fmt: skip
FROM_GRADE_4 = frozenset({"Русский язык", "Математика"})
FIRST_GRADE = {"Физика": 7, "Обществознание": 6}
MUNICIPAL_GRADES = range(7, 12)
TITLES = {"school": "школьного", "municipal": "муниципального", "regional": "регионального"}
FOLDERS = {"school": "Школьный этап", "municipal": "Муниципальный этап",
           "regional": "Региональный этап"}  # fmt: skip
ENTRY_SHARE = 0.16
PASSING = 0.5
PRIZE_SHARE = 0.3
REGIONAL_NUMBER = 6
TASKS = 5


@dataclass(frozen=True)
class Stage:
    """A stage in a subject; one row a participant."""

    name: str
    subject: str
    end_year: int
    pupil: Ints
    grade: Ints
    score: Ints
    max_score: Ints
    status: list[str]


def stages(town: Town, end_year: int) -> Iterator[Stage]:
    """Stages of all subjects in a school year."""
    for subject in SUBJECTS:
        rng = town.stream(end_year, "olymp", subject)
        pupil, grade = _entrants(town, end_year, subject, rng)
        if not len(pupil):
            continue
        ability = town.pupils.ability(pupil, subject, rng)
        share = _shares(0.36 + 0.13 * ability, rng, 0.10)
        school = town.pupils.school[pupil]
        helped = school == town.plants.school("olympiad_drop")
        share = np.clip(share + OLYMPIAD_INFLATION * helped, 0, 1)
        first = _stage("school", subject, end_year, pupil, grade, share, school)
        yield first
        goes_on = (share >= PASSING) & np.isin(grade, list(MUNICIPAL_GRADES))
        if not goes_on.any():
            continue
        harder = _shares(0.30 + 0.13 * ability[goes_on], rng, 0.08)
        second = _stage(
            "municipal", subject, end_year, pupil[goes_on], grade[goes_on], harder,
            np.zeros(int(goes_on.sum()), dtype=np.int64),
        )  # fmt: skip
        yield second
        if subject in ("Математика", "Биология"):
            best = np.argsort(-second.score / second.max_score, kind="stable")[:REGIONAL_NUMBER]
            best = best[second.grade[best] >= 9]
            if len(best):
                last = _shares(0.25 + 0.1 * ability[goes_on][best], rng, 0.08)
                yield _stage(
                    "regional", subject, end_year, second.pupil[best], second.grade[best], last,
                    np.zeros(len(best), dtype=np.int64),
                )  # fmt: skip


def _entrants(
    town: Town, end_year: int, subject: str, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    lowest = 4 if subject in FROM_GRADE_4 else FIRST_GRADE.get(subject, 5)
    found, grades = [], []
    for grade in range(lowest, 12):
        who = town.pupils.in_grade(end_year, grade)
        keen = 2 * ENTRY_SHARE / (1 + np.exp(-town.pupils.general[who]))
        who = who[rng.random(len(who)) < keen]
        found.append(who)
        grades.append(np.full(len(who), grade))
    return np.concatenate(found), np.concatenate(grades)


def _shares(mean: Floats, rng: np.random.Generator, noise: float) -> Floats:
    return np.clip(mean + noise * rng.standard_normal(len(mean)), 0.02, 0.98)


def _stage(
    name: str, subject: str, end_year: int, pupil: Ints, grade: Ints, share: Floats, contest: Ints
) -> Stage:
    """Scores and statuses; winners are named within each contest (school) and grade."""
    max_score = np.where(grade >= 9, 100, 50)
    score = np.rint(share * max_score).astype(np.int64)
    status = np.full(len(pupil), "участник", dtype=object)
    for key in np.unique(contest * 100 + grade):
        rows = np.flatnonzero(contest * 100 + grade == key)
        ranked = rows[np.argsort(-score[rows], kind="stable")]
        strong = score[ranked] > PASSING * max_score[ranked]
        prizes = ranked[strong][: max(1, int(PRIZE_SHARE * len(ranked)))]
        status[prizes] = "призёр"
        status[prizes[score[prizes] == score[ranked[0]]]] = "победитель"
    return Stage(name, subject, end_year, pupil, grade, score, max_score, status.tolist())


def write_stage(folder: Path, stage: Stage, town: Town) -> Path:
    """Write a protocol."""
    year = f"{stage.end_year - 1}/{stage.end_year}"
    rows: list[Row] = [
        [f"Протокол {TITLES[stage.name]} этапа всероссийской олимпиады школьников"],
        [f"{year} учебный год"],
        ["Предмет:", stage.subject],
        [],
        ["№", "Шифр", "ФИО", "Класс обучения", "Класс, за который выполнял", "ОО", "Наставник",
         *(f"Задание {task + 1}" for task in range(TASKS)), "Сумма баллов",
         "Максимальный балл", "% выполнения", "Статус"],
    ]  # fmt: skip
    for place, pupil in enumerate(stage.pupil.tolist()):
        score, most = int(stage.score[place]), int(stage.max_score[place])
        grade = int(stage.grade[place])
        school = town.labels.name(int(town.pupils.school[pupil]), stage.end_year)
        row: list[Value] = [
            place + 1, f"{grade:02d}-{place + 1:03d}", " ".join(town.pupils.full_name(pupil)),
            grade, grade, school, None, *_task_points(score), score, most,
            round(100 * score / most, 1), stage.status[place],
        ]  # fmt: skip
        rows.append(row)
    path = folder / "ВсОШ" / FOLDERS[stage.name] / f"{stage.subject}.xlsx"
    write_xlsx(path, [SheetRows("Протокол", rows)])
    return path


def _task_points(score: int) -> list[int]:
    """A total split over the tasks, evenly but for the last."""
    each = score // TASKS
    return [each] * (TASKS - 1) + [score - each * (TASKS - 1)]
