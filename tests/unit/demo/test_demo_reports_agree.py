"""The seven reports of a work tell one story: every aggregate follows from Ф1."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import pytest

YEAR = "2024-2025"
# Works whose files carry no planted fault or quirk of numbers.
LINES = ["ВПР 2025 Русский язык 4 класс", "ВПР 2025 Математика 5 класс",
         "ВПР 2025 Математика (базовый уровень) 8 класс"]  # fmt: skip


def number(cell: object) -> float:
    return float(str(cell).replace("\u00a0", "").replace(",", "."))


def table(found, first: int) -> dict[str, list[object]]:
    return {str(row[0]).strip(): row for row in found.rows[first:] if row[0] is not None}


@pytest.fixture(scope="module", params=LINES)
def line(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def pupils(report, line) -> dict[str, np.ndarray]:
    """School cell → task scores, total, mark, journal mark of its pupils."""
    found = report(YEAR, "Индивидуальные результаты", line)
    rows = defaultdict(list)
    for row in found.rows[8:]:
        if row[3] is not None:
            tasks = [cell if isinstance(cell, float) else 0.0 for cell in row[6:-3]]
            rows[str(row[2])].append([*tasks, *row[-3:]])
    return {school: np.array(values, dtype=float) for school, values in rows.items()}


def test_shares_of_marks(report, line, pupils) -> None:
    rows = table(report(YEAR, "Статистика по отметкам", line), 8)
    assert set(pupils) == set(rows) - set(list(rows)[:3])
    for school, values in pupils.items():
        assert number(rows[school][2]) == len(values)
        for place, mark in enumerate((2, 3, 4, 5)):
            share = 100 * np.mean(values[:, -2] == mark)
            assert number(rows[school][3 + place]) == pytest.approx(share, abs=0.0051)


def test_the_municipality_is_the_sum_of_its_schools(report, line, pupils) -> None:
    rows = table(report(YEAR, "Статистика по отметкам", line), 8)
    everyone = np.concatenate(list(pupils.values()))
    municipality = next(row for name, row in rows.items() if "reg99_m012" in name)
    assert number(municipality[1]) == len(pupils)
    assert number(municipality[2]) == len(everyone)
    assert number(municipality[6]) == pytest.approx(100 * np.mean(everyone[:, -2] == 5), abs=0.0051)


def test_journal_counts(report, line, pupils) -> None:
    rows = table(report(YEAR, "Сравнение отметок с отметками по журналу", line), 8)
    for school, values in pupils.items():
        direction = np.sign(values[:, -1] - values[:, -2])
        counts = [int((direction == way).sum()) for way in (1, 0, -1)]
        assert [int(number(rows[school][place])) for place in (3, 5, 7)] == counts


def test_distribution_of_scores(report, line, pupils) -> None:
    found = report(YEAR, "Распределение первичных баллов", line)
    scores = [int(number(cell)) for cell in found.rows[7][3:]]
    assert scores == list(range(len(scores)))
    rows = table(found, 8)
    for school, values in pupils.items():
        counted = np.bincount(values[:, -3].astype(int), minlength=len(scores))
        written = [number(cell) for cell in rows[school][3:]]
        assert written == pytest.approx((100 * counted / len(values)).tolist(), abs=0.051)


def test_task_rates_and_skills(report, line, pupils) -> None:
    tasks = report(YEAR, "Выполнение заданий", line)
    maxima = np.array([number(cell) for cell in tasks.rows[8][3:]])
    assert tasks.rows[8][2] == "Макс балл"
    rows = table(tasks, 9)
    skills = report(YEAR, "Достижение планируемых результатов", line)
    header = skills.rows[7]
    assert header[0] == "Номер задания" and header[2] == "Макс балл"
    assert re.fullmatch(r"\d+ уч\.", skills.rows[8][3])
    body = skills.rows[9:]
    assert [row[0] for row in body] == tasks.rows[7][3:]
    for school, values in pupils.items():
        rates = 100 * values[:, :-3].mean(axis=0) / maxima
        written = [number(cell) for cell in rows[school][3:]]
        assert written == pytest.approx(rates.tolist(), abs=0.051)
        column = header.index(school)
        in_skills = [number(row[column]) for row in body]
        assert in_skills == pytest.approx(rates.tolist(), abs=0.0051)


def test_rates_by_mark_groups(report, line, pupils) -> None:
    found = report(YEAR, "Выполнение заданий группами участников", line)
    maxima = np.array([number(cell) for cell in found.rows[8][2:]])
    school = None
    checked = 0
    for row in found.rows[9:]:
        label = str(row[0]).strip()
        group = re.fullmatch(r"Ср\.% вып\. уч\. гр\.баллов (\d)", label)
        if group is None:
            school = label
        elif school in pupils:
            values = pupils[school][pupils[school][:, -2] == int(group[1])]
            assert number(row[1]) == len(values)
            rates = 100 * values[:, :-3].mean(axis=0) / maxima
            assert [number(cell) for cell in row[2:]] == pytest.approx(rates.tolist(), abs=0.051)
            checked += 1
    assert checked > 20


def test_archive_repeats_the_statistics(demo, report) -> None:
    from msoko_lib.intake.workbook import open_workbook

    rows = table(report(YEAR, "Статистика по отметкам", LINES[1]), 8)
    path = demo.root / "data" / "raw" / YEAR / "Архив региона" / "marks.xlsx"
    archive = [row for row in open_workbook(path).sheets[0].rows[1:]
               if row[0] == 2025 and row[1] == 5 and row[2] == "Математика"]  # fmt: skip
    assert len(archive) == 14
    for row in archive:
        written = next(cells for name, cells in rows.items() if name.endswith(f"({row[4]})"))
        assert [number(cell) for cell in row[7:]] == pytest.approx(
            [number(cell) for cell in written[3:7]], abs=0.051
        )
