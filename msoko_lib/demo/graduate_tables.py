"""Tables about graduates: candidates for a medal and annual marks of grade 9."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.exam_rows import class_cell
from msoko_lib.demo.exam_sitting import Sitting
from msoko_lib.demo.journal import draw_journal
from msoko_lib.demo.plants import ANNUAL_RAISED_SHARE
from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import Row, SheetRows, write_xlsx

USUAL_ANNUAL_LOWERED = 0.14
CANDIDATE_SHARE = 0.08
SECOND_DEGREE_SINCE = 2024
# Test scores that confirm a medal, and the mark that does in base mathematics.
FIRST_DEGREE, SECOND_DEGREE, BASE_MARK = 70, 60, 5
BASE_MATHEMATICS = "22"


@dataclass(frozen=True)
class Candidate:
    """A candidate for a medal."""

    pupil: int
    degree: str
    confirmed: bool


def medal_candidates(town: Town, end_year: int, sittings: Sequence[Sitting]) -> list[Candidate]:
    """The best graduates by results; in the newest year one who fell short joins them.

    A candidate has excellent annual marks; here those who confirm are drawn from the results,
    so that nobody fails but the planted one.
    """
    russian, other, base = _results(sittings)
    found = []
    for pupil, score in russian.items():
        # The mark in base mathematics counts only where nothing else but Russian was taken.
        best = other.get(pupil, 100 if base.get(pupil) == BASE_MARK else 0)
        reached = min(score, best)
        if reached >= FIRST_DEGREE:
            found.append((reached, pupil, "I"))
        elif reached >= SECOND_DEGREE and end_year >= SECOND_DEGREE_SINCE:
            found.append((reached - 100, pupil, "II"))
    found.sort(reverse=True)
    number = max(2, round(CANDIDATE_SHARE * len(russian)))
    firsts = [item for item in found if item[2] == "I"][:number]
    seconds = [item for item in found if item[2] == "II"][: number // 3]
    chosen = [Candidate(pupil, degree, True) for _, pupil, degree in firsts + seconds]
    short = _fell_short(town, end_year, russian)
    if short is None:
        return chosen
    others = [item for item in chosen if item.pupil != short]
    return [*others, Candidate(short, "I", False)]


def _results(
    sittings: Sequence[Sitting],
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Russian, best other subject, mark in base mathematics: pupil → result."""
    russian: dict[int, int] = {}
    other: dict[int, int] = {}
    base: dict[int, int] = {}
    for item in sittings:
        if item.exam.exam != "ege":
            continue
        for place, pupil in enumerate(item.pupil.tolist()):
            if item.test is None and item.mark is not None:
                base[pupil] = int(item.mark[place])
            elif item.test is not None and item.exam.subject == "Русский язык":
                russian[pupil] = int(item.test[place])
            elif item.test is not None:
                other[pupil] = max(other.get(pupil, 0), int(item.test[place]))
    return russian, other, base


def _fell_short(town: Town, end_year: int, russian: dict[int, int]) -> int | None:
    """The graduate of one school who came nearest to 70 in Russian from below."""
    here = town.plants.school("medal_not_confirmed")
    if here < 0 or end_year != town.newest:
        return None
    below = [
        (score, pupil)
        for pupil, score in russian.items()
        if score < FIRST_DEGREE and int(town.pupils.school[pupil]) == here
    ]
    return max(below)[1] if below else None


def write_medals(folder: Path, town: Town, end_year: int, candidates: list[Candidate]) -> Path:
    """«Список претендентов на медаль»."""
    rows: list[Row] = [
        [f"Список претендентов на медаль «За особые успехи в учении», {end_year} год"],
        [],
        ["№", "Код ОО", "ОО", "Класс", "Фамилия", "Имя", "Отчество", "Степень медали"],
    ]
    ordered = sorted(candidates, key=lambda item: item.pupil)
    for number, item in enumerate(ordered, start=1):
        school = town.schools[town.pupils.school[item.pupil]]
        name = town.labels.name(school.index, end_year)
        rows.append(
            [number, school.ris_code, name, class_cell(town, item.pupil, 11),
             *town.pupils.full_name(item.pupil), item.degree]
        )  # fmt: skip
    path = folder / "Медали" / "Претенденты на медаль.xlsx"
    write_xlsx(path, [SheetRows("Список", rows)])
    return path


def draw_annual_marks(
    town: Town, end_year: int, sittings: Sequence[Sitting]
) -> Iterator[tuple[Sitting, NDArray[np.integer]]]:
    """Annual marks of those who took each ОГЭ exam, in the order of its rows."""
    rng = town.stream(end_year, "annual")
    lowered = np.full(len(town.schools), USUAL_ANNUAL_LOWERED)
    if town.plants.school("annual_not_confirmed") >= 0:
        lowered[town.plants.school("annual_not_confirmed")] = ANNUAL_RAISED_SHARE
    for item in sittings:
        if item.exam.exam == "oge" and item.mark is not None:
            yield item, draw_journal(item.mark, item.school, lowered, rng)


def write_annual_marks(
    folder: Path, town: Town, end_year: int, sittings: Sequence[Sitting]
) -> Path:
    """«Годовые отметки 9 класс»: a row a pupil and subject that he took at the ОГЭ."""
    rows: list[Row] = [
        [f"Годовые отметки, 9 класс, {end_year - 1}/{end_year} учебный год"],
        [],
        ["ФИО", "Код ОО", "ОО", "Класс", "Предмет", "Годовая отметка"],
    ]
    for item, annual in draw_annual_marks(town, end_year, sittings):
        for pupil, index, mark in zip(
            item.pupil.tolist(), item.school.tolist(), annual.tolist(), strict=True
        ):
            school = town.schools[index]
            rows.append(
                [" ".join(town.pupils.full_name(pupil)), school.ris_code,
                 town.labels.name(index, end_year), class_cell(town, pupil, 9),
                 item.exam.subject, mark]
            )  # fmt: skip
    path = folder / "Справочники" / "Годовые отметки 9 класс.xlsx"
    write_xlsx(path, [SheetRows("Лист1", rows)])
    return path
